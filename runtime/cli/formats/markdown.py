"""`--format markdown`: a comment for a pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runtime.cli.formats.finding import Finding, Heading, counted

LIMIT = 60_000
"""Characters; a comment on GitHub holds 65,536."""


def as_markdown(heading: Heading, found: Sequence[Finding], files: Sequence[str]) -> str:
    """A heading that counts, a table of findings, and what shows them, folded up."""
    title = f"### specdesk {heading.command}: {counted(found) if found else 'ok'}"
    if not found:
        return title
    rows = [_row(heading, one) for one in found]
    details = [_detail(one) for one in found if one.detail]
    table = ["", "| | Where | What |", "|---|---|---|"]
    return _fitted([title, *table], rows, details)


def _fitted(head: list[str], rows: list[str], details: list[str]) -> str:
    """As many lines as a comment holds, and how many findings are left out."""
    room = LIMIT - sum(len(line) + 1 for line in head)
    kept: list[str] = []
    for line in rows:
        if len(line) + 1 > room:
            break
        room -= len(line) + 1
        kept.append(line)
    left = len(rows) - len(kept)
    tail = ["", f"… and {left} more."] if left else []
    for text in details if not left else ():
        if len(text) + 1 <= room:
            room -= len(text) + 1
            tail.append(text)
    return "\n".join([*head, *kept, *tail])


def _row(heading: Heading, one: Finding) -> str:
    link = heading.link(one.rule.id)
    code = f"[{one.rule.id}]({link})" if link else one.rule.id
    sign = "❌" if one.severity == "error" else "⚠️"
    said = [_cell(line) for line in one.said.splitlines()]
    said += [f"{_cell(words)} {_code(f'{at.path}:{at.line}')}" for words, at in one.related]
    where = _code(f"{one.at.path}:{one.at.line}:{one.at.col}")
    return f"| {sign} {code} | {where} | {'<br>'.join(said)} |"


def _detail(one: Finding) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", one.detail)), 3)
    where = _code(f"{one.at.path}:{one.at.line}")
    head = f"<details><summary>{one.rule.id} {_html(where.strip('`'))}</summary>"
    return f"\n{head}\n\n{fence}yaml\n{one.detail.rstrip()}\n{fence}\n\n</details>"


def _code(text: str) -> str:
    return f"`{_one_line(text).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def _cell(text: str) -> str:
    """Text of a message: its code spans stay, all else that Markdown would read is escaped."""
    parts = _one_line(text).split("`")
    if len(parts) % 2 == 0:
        return _plain(_one_line(text))
    return "".join(
        _code(part) if number % 2 and part else _plain(part) for number, part in enumerate(parts)
    )


def _plain(text: str) -> str:
    # A word joiner behind @ and # keeps a message from calling people or linking issues.
    return re.sub(r"([@#])(?=\w)", "\\1\u2060", re.sub(r"([\\`*_\[\]|~])", r"\\\1", _html(text)))


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _one_line(text: str) -> str:
    return " ".join(text.split())
