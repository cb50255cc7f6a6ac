"""Every route of the REST API with how a program of each of the cast is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ROLES = ("ann", "abe", "ben", "bob", "cleo", "fay", "ivy")
"""The requester, another one, the agent, one of another team, the lead, finance, the admin."""
_ONE = "200 404 200 404 200 404 200"
_ALL = "200"
_DO = "200 404 200 404 200 404 200"


@dataclass(frozen=True, slots=True)
class Line:
    """`want`: a status per role, one for all where they are alike; `body` is sent as JSON."""

    want: str
    body: Any = None
    query: str = ""

    def answers(self) -> Mapping[str, int]:
        """Status by role."""
        found = self.want.split()
        found = found * len(ROLES) if len(found) == 1 else found
        return dict(zip(ROLES, map(int, found), strict=True))


NEW = {"type": "refund", "subject": "Lamp", "fields": {"amount": "10", "reason": "damaged"}}
VISIT = {"starts_at": "2026-03-09T14:00", "ends_at": "2026-03-09T15:30", "place": "Elm Road 7"}
T = "/tickets/{number:str}"
MATRIX: Mapping[str, Line] = {
    "GET /me": Line(_ALL),
    "GET /tickets": Line(_ALL),
    "POST /tickets": Line("201 201 422 422 422 201 422", NEW),  # agents are asked for `grade`
    f"GET {T}": Line(_ONE),
    f"PATCH {T}": Line("422 404 200 404 200 404 200", {"fields": {"fee": "5"}}),
    f"GET {T}/comments": Line(_ONE),
    f"POST {T}/comments": Line("201 404 201 404 201 404 201", {"text": "Hello"}),
    f"GET {T}/history": Line(_ONE),
    f"GET {T}/attachments": Line(_ONE),
    "GET /files/{token:str}": Line(_ONE),
    "POST /files": Line("201", b"some text", "?name=a.txt"),
    f"GET {T}/transitions": Line(_ONE),
    f"POST {T}/transitions/{{transition:str}}": Line(
        "403 404 200 404 200 404 403", {"note": "Seen"}
    ),  # `by: agent`: neither the requester nor an admin is one
    f"POST {T}/approval": Line("422 404 422 404 422 404 422", {"answer": "approve"}),
    f"POST {T}/assignment": Line("403 404 200 404 200 404 200", {"assignee": None}),
    f"POST {T}/labels": Line("403 404 200 404 200 404 200", {"priority": "high"}),
    f"POST {T}/macros/{{macro:str}}": Line("403 404 200 404 200 404 200", {}),
    f"POST {T}/rating": Line("403 404 403 404 403 404 403", {"mark": 5}),
    f"GET {T}/relations": Line(_ONE),
    f"POST {T}/parts": Line("422 404 422 404 422 404 422", {"number": "RF-0"}),
    f"POST {T}/merge": Line("422 404 422 404 422 404 422", {"into": "RF-0"}),
    f"POST {T}/unmerge": Line("403 404 422 404 422 404 422", {}),
    f"POST {T}/links": Line("422 404 422 404 422 404 422", {"number": "RF-0"}),
    f"POST {T}/watchers": Line("403 404 200 404 200 404 200", {}),
    f"POST {T}/split": Line("403 404 422 404 422 404 422", {"entries": [99], **NEW}),
    f"GET {T}/visits": Line(_ONE),
    f"POST {T}/visits": Line("403 404 201 404 201 404 201", VISIT),
    f"PATCH {T}/visits/{{visit:str}}": Line("404", {"place": "Elm Road 9"}),
    f"POST {T}/visits/{{visit:str}}/end": Line("404", {"became": "done"}),
    f"GET {T}/time": Line(_ONE),
    f"POST {T}/time": Line("403 404 201 404 201 404 201", {"minutes": 20}),
    f"POST {T}/time/{{entry:str}}/undo": Line("404", {}),
    "GET /types": Line(_ALL),
    "GET /types/{type_id:str}": Line(_ALL),
    "GET /views": Line(_ALL),
    "GET /views/{view_id:str}/tickets": Line("404 404 200 200 200 200 200"),
    "GET /reports": Line(_ALL),
    "GET /reports/{report_id:str}": Line("404 404 200 200 200 404 200"),
    "GET /people": Line("404 404 200 200 200 200 200"),
    "GET /people/{person:str}": Line("404 404 200 200 200 200 200"),
    "POST /people": Line("404 404 404 404 404 404 422", {"email": "x@example.com"}),
    "PATCH /people/{person:str}": Line("404 404 404 404 404 404 200", {"locale": "en"}),
    "GET /organisations": Line("404 404 200 200 200 200 200"),
    "GET /organisations/{organisation:str}": Line("404 404 200 200 200 200 200"),
    "POST /organisations": Line("404 404 404 404 404 404 422", {"domains": ["elm.example"]}),
    "PATCH /organisations/{organisation:str}": Line("404 404 404 404 404 404 200", {"note": "x"}),
    "GET /articles": Line(_ALL),
    "POST /articles": Line(
        "404 404 404 404 404 404 422", {"title": "Lamp", "body": "Words", "category": "none"}
    ),
    "GET /articles/{article:str}": Line(_ALL),
    "PATCH /articles/{article:str}": Line("404 404 404 404 404 404 200", {"tags": ["lamp"]}),
    "POST /articles/{article:str}/steps/{step:str}": Line("404 404 404 404 404 404 200", {}),
    "GET /specs": Line("403 403 403 403 403 403 200"),
    "POST /specs/validate": Line(
        "403 403 403 403 403 403 200", {"files": {"tenant.yaml": "kind: Tenant"}}
    ),
    "POST /specs/plan": Line(
        "403 403 403 403 403 403 422", {"files": {"tenant.yaml": "kind: Tenant"}}
    ),
    "POST /specs/publish": Line(
        "403 403 403 403 403 403 422", {"files": {"tenant.yaml": "kind: Tenant"}}, "?base=1"
    ),
}
