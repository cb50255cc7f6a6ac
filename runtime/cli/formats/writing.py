"""One door to all formats: `write` gives the text that a command answers with."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer

from runtime.cli.formats.finding import Checked, Finding, Heading

Format = Literal["text", "json", "sarif", "junit", "github", "gitlab", "markdown"]
FormatOption = Annotated[
    Format,
    typer.Option(
        "--format",
        help="text for people; json; sarif, junit, github, gitlab, markdown for build servers.",
    ),
]
DocsOption = Annotated[
    str,
    typer.Option(
        "--docs",
        help="Where the pages of docs/en are served; findings then link to problems.md there.",
    ),
]

# Only the format that is asked for is imported: `validate` in an editor prints text alone.
_OF_FINDINGS = {
    "sarif": "runtime.cli.formats.sarif:as_sarif",
    "junit": "runtime.cli.formats.junit:as_junit",
    "github": "runtime.cli.formats.github:as_github",
    "gitlab": "runtime.cli.formats.gitlab:as_gitlab",
    "markdown": "runtime.cli.formats.markdown:as_markdown",
}


def write(format: Format, heading: Heading, checked: Sequence[Checked]) -> str:
    """What was found in some folders, in one of the formats for tools."""
    if format == "json":
        return str(_function("runtime.cli.formats.data:as_json")(heading, checked))
    found = [one for each in checked for one in each.findings()]
    files = [
        str(each.folder / name)
        for each in checked
        for name in sorted(each.files)
        if name.endswith((".yaml", ".yml")) and not name.startswith("demo/")
    ]
    return write_findings(format, heading, found, files)


def write_findings(
    format: Format, heading: Heading, found: Sequence[Finding], files: Sequence[str] = ()
) -> str:
    """The same for findings that are no problems of specs, such as tests that fail.

    `files`: what was looked at, for a format that also tells what is well.
    """
    return str(_function(_OF_FINDINGS[format])(heading, found, files))


def _function(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)
