"""The rules of SARIF 2.1.0 that a log of ours has to keep, closed: nothing else may stand in it."""

from __future__ import annotations

from typing import Any


def _closed(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **optional},
    }


def _list(items: Any, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "uniqueItems": True}


TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = _closed({"text": TEXT}, markdown=TEXT)
REGION = _closed({"startLine": COUNT, "startColumn": COUNT, "endLine": COUNT, "endColumn": COUNT})
ARTIFACT = _closed({"uri": {"type": "string", "format": "uri-reference"}}, uriBaseId=TEXT)
PHYSICAL = _closed({"artifactLocation": ARTIFACT, "region": REGION})
LOCATION = _closed({"physicalLocation": PHYSICAL})
RELATED = _closed(
    {"id": {"type": "integer", "minimum": 0}, "message": MESSAGE, "physicalLocation": PHYSICAL}
)
CONTENT = _closed({"text": {"type": "string"}})
REPLACEMENT = _closed({"deletedRegion": REGION}, insertedContent=CONTENT)
CHANGE = _closed({"artifactLocation": ARTIFACT, "replacements": _list(REPLACEMENT, 1)})
RESULT = _closed(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": _list(LOCATION, 1),
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    relatedLocations=_list(RELATED),
    fixes=_list(_closed({"description": MESSAGE, "artifactChanges": _list(CHANGE, 1)})),
)
RULE = _closed(
    {
        "id": TEXT,
        "name": TEXT,
        "shortDescription": MESSAGE,
        "defaultConfiguration": _closed({"level": LEVEL}),
    },
    helpUri={"type": "string", "format": "uri"},
    help=MESSAGE,
)
DRIVER = _closed(
    {
        "name": TEXT,
        "semanticVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
        "rules": _list(RULE),
    }
)
RUN = _closed(
    {
        "tool": _closed({"driver": DRIVER}),
        "automationDetails": _closed({"id": TEXT}),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": _list(RESULT),
    }
)
LOG = _closed(
    {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": _list(RUN),
    }
)
