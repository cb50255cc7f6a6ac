"""`--format sarif`: SARIF 2.1.0 (OASIS), which code scanning services read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from runtime.cli.formats.finding import Finding, Heading, Rule
from runtime.cli.formats.region import Region
from runtime.cli.pages import entry

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_sarif(heading: Heading, found: Sequence[Finding], files: Sequence[str]) -> str:
    """One run; the rules are those that were broken."""
    rules = list({one.rule.id: one.rule for one in found}.values())
    places = {rule.id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(heading, rules)},
        "automationDetails": {"id": f"specdesk/{heading.command}/"},
        "columnKind": "utf16CodeUnits",
        "results": [_result(one, places[one.rule.id]) for one in found],
    }
    whole = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _driver(heading: Heading, rules: Sequence[Rule]) -> dict[str, Any]:
    return {
        "name": "specdesk",
        "semanticVersion": version("specdesk"),
        "rules": [_rule(heading, one) for one in rules],
    }


def _rule(heading: Heading, one: Rule) -> dict[str, Any]:
    link, told = heading.link(one.id), entry(one.id)
    return {
        "id": one.id,
        "name": one.name,
        "shortDescription": {"text": _sentence(one.meaning)},
        **({"help": {"text": told, "markdown": told}} if told else {}),
        **({"helpUri": link} if link else {}),
        "defaultConfiguration": {"level": one.severity},
    }


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def _result(one: Finding, rule: int) -> dict[str, Any]:
    text = "\n".join(part for part in (one.said, one.detail) if part)
    return {
        "ruleId": one.rule.id,
        "ruleIndex": rule,
        "level": one.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(one.at)}],
        "partialFingerprints": {"specdesk/v1": _fingerprint(one)},
        **({"relatedLocations": _related(one)} if one.related else {}),
        **({"fixes": [_fix(one.cure, *one.fix)]} if one.fix is not None else {}),
    }


def _related(one: Finding) -> list[dict[str, Any]]:
    return [
        {"id": number, "message": {"text": said}, "physicalLocation": _physical(at)}
        for number, (said, at) in enumerate(one.related, 1)
    ]


def _fix(cure: str, at: Region, text: str) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(at), "insertedContent": {"text": text}}
    change = {"artifactLocation": _artifact(at), "replacements": [replacement]}
    return {"description": {"text": cure or f"write {text}"}, "artifactChanges": [change]}


def _physical(at: Region) -> dict[str, Any]:
    return {"artifactLocation": _artifact(at), "region": _region(at)}


def _artifact(at: Region) -> dict[str, Any]:
    if at.is_relative:
        return {"uri": quote(at.path), "uriBaseId": "%SRCROOT%"}
    return {"uri": PurePosixPath(at.path).as_uri()}


def _region(at: Region) -> dict[str, int]:
    return {
        "startLine": at.line,
        "startColumn": at.col,
        "endLine": at.end_line,
        "endColumn": at.end_col,
    }


def _fingerprint(one: Finding) -> str:
    """The same for the same mistake after lines above it have come or gone."""
    parts = (one.rule.id, one.at.path, one.pointer, one.message)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
