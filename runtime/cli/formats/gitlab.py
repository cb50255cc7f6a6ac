"""`--format gitlab`: a Code Quality report, which GitLab shows in a merge request."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from runtime.cli.formats.finding import Finding, Heading


def as_gitlab(heading: Heading, found: Sequence[Finding], files: Sequence[str]) -> str:
    """A list of issues; each has a fingerprint of its own, as GitLab wants."""
    seen: Counter[tuple[str, ...]] = Counter()
    issues = []
    for one in found:
        parts = (heading.command, one.rule.id, one.at.path, one.pointer, one.message)
        seen[parts] += 1
        issues.append(_issue(one, (*parts, str(seen[parts]))))
    return json.dumps(issues, ensure_ascii=False, indent=2)


def _issue(one: Finding, parts: tuple[str, ...]) -> dict[str, Any]:
    return {
        "description": f"{one.rule.id}: {one.said}",
        "check_name": one.rule.id,
        "fingerprint": hashlib.sha256("\0".join(parts).encode()).hexdigest(),
        "severity": "major" if one.severity == "error" else "minor",
        "location": {
            "path": one.at.path,
            "lines": {"begin": one.at.line, "end": one.at.end_line},
        },
    }
