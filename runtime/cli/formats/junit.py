"""`--format junit`: the test report that GitLab, Jenkins and others read."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from xml.etree import ElementTree

from runtime.cli.formats.finding import Finding, Heading

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(heading: Heading, found: Sequence[Finding], files: Sequence[str]) -> str:
    """A suite; each file is a case that passes, or a case for each of its findings.

    An error is a failure. A warning passes and is told in `system-out`.
    """
    by_path: dict[str, list[Finding]] = {os.path.relpath(name): [] for name in files}
    for one in found:
        by_path.setdefault(one.at.path, []).append(one)
    failures = sum(1 for one in found if one.severity == "error")
    cases = sum(max(1, len(here)) for here in by_path.values())
    counts = {"tests": str(cases), "failures": str(failures), "errors": "0", "skipped": "0"}
    root = ElementTree.Element("testsuites", {"name": "specdesk", **counts})
    title = f"specdesk {heading.command}"
    suite = ElementTree.SubElement(root, "testsuite", {"name": title, **counts})
    for path, here in by_path.items():
        for one in here:
            _case(suite, one)
        if not here:
            ElementTree.SubElement(suite, "testcase", name="well", classname=path, file=path)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode")


def _case(suite: ElementTree.Element, one: Finding) -> None:
    at = one.at
    made = ElementTree.SubElement(
        suite,
        "testcase",
        # Without the line, so that a server knows a finding again when it has moved.
        name=_xml(f"{one.rule.id} {one.message}"),
        classname=_xml(at.path),
        file=_xml(at.path),
        line=str(at.line),
    )
    where = f"{at.path}:{at.line}:{at.col}: {one.said}"
    related = [f"{said} {place.path}:{place.line}" for said, place in one.related]
    text = _xml("\n".join(part for part in (where, *related, one.detail) if part))
    if one.severity == "error":
        told = ElementTree.SubElement(made, "failure", message=_xml(one.message), type=one.rule.id)
    else:
        told = ElementTree.SubElement(made, "system-out")
    told.text = text


def _xml(text: str) -> str:
    return _NOT_XML.sub("�", text)
