"""`--format github`: workflow commands, which GitHub shows beside the lines of a change."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.cli.formats.finding import Finding, Heading, counted


def as_github(heading: Heading, found: Sequence[Finding], files: Sequence[str]) -> str:
    """A line for each finding, and one that counts them for the log."""
    return "\n".join([*map(_line, found), f"specdesk {heading.command}: {counted(found)}"])


def _line(one: Finding) -> str:
    at = one.at
    told = {
        "file": at.path,
        "line": str(at.line),
        "endLine": str(at.end_line),
        "col": str(at.col),
        "endColumn": str(at.end_col),
        "title": f"{one.rule.id} {one.rule.meaning}",
    }
    if at.line != at.end_line:
        # GitHub drops an annotation whose columns stand on two lines.
        del told["col"], told["endColumn"]
    head = ",".join(f"{name}={_property(value)}" for name, value in told.items())
    text = "\n".join(part for part in (one.said, one.detail) if part)
    return f"::{one.severity} {head}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
