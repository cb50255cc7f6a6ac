"""Every route of the app with how each of the cast is answered; a route without a line fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ROLES = ("", "ann", "abe", "ben", "bob", "cleo", "fay", "ivy", "dora")
"""Nobody, the requester, another one, the agent, one of another team, the lead, finance (another
team), the admin, and an admin of another tenant: the order of the columns."""


@dataclass(frozen=True, slots=True)
class Line:
    """`want`: a status per role, in the order of ROLES; one for all where they are alike.

    `ids` are parts of the address in which this route differs from the others. `public`: whoever is
    not signed in is answered, and sent on, like everybody.
    """

    want: str
    form: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    upload: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)
    public: bool = False

    def answers(self) -> Mapping[str, int]:
        """Status by role."""
        found = self.want.split()
        found = found * len(ROLES) if len(found) == 1 else found
        assert len(found) == len(ROLES), self.want
        return dict(zip(ROLES, map(int, found), strict=True))


_PORTAL_ONE = "303 200 404 200 404 200 404 200 404"
_DESK = "303 404 404 200 200 200 200 200 404"
_DESK_ONE = "303 404 404 200 404 200 404 200 404"
_DESK_DO = "303 404 404 303 404 303 404 303 404"
_BENS = "303 404 404 200 404 200 404 200 404"
_PORTAL_NONE = "303 422 404 422 404 422 404 422 404"
_DESK_NONE = "303 404 404 422 404 422 404 422 404"
_NO_PLAN = "303 404 404 404 404 404 404 404 404"
_STUDIO = "303 404 404 404 404 404 404 200 404"
_STUDIO_NONE = "303 404 404 404 404 404 404 404 404"
_STUDIO_DO = "303 404 404 404 404 404 404 303 404"
_STUDIO_FAULT = "303 404 404 404 404 404 404 422 404"
_MINE = "303 200 200 200 200 200 200 200 404"
_PROGRAMS = Line("401")
_ANYBODY = Line("200")
_NO_SUCH = {"article": "01900000-0000-7000-8000-000000000000"}
NEW = {"subject": "Lamp", "amount": "10", "reason": "damaged"}
_NO_FRAME = Line("404", NEW, ids={"slug": "lamp"}, public=True)

TABLE: Mapping[str, Line] = {
    "GET /": Line("303"),
    "GET /health": Line("200"),
    "GET /sign-in": Line("200"),
    "POST /sign-in": Line("422", {"identity": "x@example.com", "password": "no"}),
    "POST /sign-out": Line("303"),
    "POST /preferences": Line("303", {"locale": "en"}),
    "GET /static/{file_path:path}": Line("200"),
    "HEAD /static/{file_path:path}": Line("200"),
    "GET /t/{tenant:str}": Line("303"),
    "GET /t/{tenant:str}/brand.css": Line("200"),
    # -- portal: the home is public, the form of an offer wants somebody of the tenant
    "GET /t/{tenant:str}/p": Line("200"),
    "GET /t/{tenant:str}/p/tickets": Line(_MINE),
    # The doors without a password are shut where the portal does not say otherwise.
    "GET /t/{tenant:str}/p/sent": Line("404", query="?number=RF-1"),
    # In a frame of another site: for nobody where the portal names no site.
    "GET /t/{tenant:str}/p/manifest.webmanifest": _ANYBODY,
    "GET /t/{tenant:str}/p/icon.svg": _ANYBODY,
    "GET /t/{tenant:str}/p/sw.js": _ANYBODY,
    "GET /t/{tenant:str}/p/offline": _ANYBODY,
    "GET /t/{tenant:str}/p/embed.js": Line("404"),
    "GET /t/{tenant:str}/p/embed": Line("404"),
    "GET /t/{tenant:str}/p/embed/sent": Line("404", query="?number=RF-1"),
    "GET /t/{tenant:str}/p/embed/help": Line("404"),
    "GET /t/{tenant:str}/p/embed/help/{slug:str}": Line("404", ids={"slug": "lamp"}),
    "GET /t/{tenant:str}/p/embed/help/{slug:str}/thanks": Line("404", ids={"slug": "lamp"}),
    "POST /t/{tenant:str}/p/embed/help/{slug:str}/feedback": _NO_FRAME,
    "POST /t/{tenant:str}/p/embed/help/{slug:str}/solved": _NO_FRAME,
    "GET /t/{tenant:str}/p/embed/new/{type_id:str}": Line("404"),
    "POST /t/{tenant:str}/p/embed/new/{type_id:str}": _NO_FRAME,
    "POST /t/{tenant:str}/p/embed/new/{type_id:str}/check": _NO_FRAME,
    "POST /t/{tenant:str}/p/embed/new/{type_id:str}/suggest": _NO_FRAME,
    "POST /t/{tenant:str}/p/embed/files": _NO_FRAME,
    "GET /t/{tenant:str}/p/k/{secret:str}": Line("404", ids={"secret": "none"}),
    "POST /t/{tenant:str}/p/k/{secret:str}/again": Line("404", ids={"secret": "none"}, public=True),
    "GET /t/{tenant:str}/p/enter": Line("404"),
    "POST /t/{tenant:str}/p/enter": Line("404", {"email": "x@example.com"}, public=True),
    "GET /t/{tenant:str}/p/enter/code": Line("404"),
    "POST /t/{tenant:str}/p/enter/code": Line("404", {"code": "1"}, public=True),
    "GET /t/{tenant:str}/p/new/{type_id:str}": Line(_MINE),
    "POST /t/{tenant:str}/p/new/{type_id:str}": Line(
        "303 303 303 422 422 422 303 422 404", NEW
    ),  # agents may write `grade`, so it is asked of them
    "POST /t/{tenant:str}/p/new/{type_id:str}/check": Line(_MINE, NEW),
    "GET /t/{tenant:str}/p/tickets/{number:str}": Line(_PORTAL_ONE),
    "POST /t/{tenant:str}/p/tickets/{number:str}/comment": Line(
        "303 303 404 303 404 303 404 303 404", {"body": "Hello"}
    ),
    "POST /t/{tenant:str}/p/tickets/{number:str}/rate": Line(
        "303 422 404 422 404 422 404 422 404", {"rating": "5"}
    ),  # it is not solved yet, and only Ann asked
    "POST /t/{tenant:str}/p/tickets/{number:str}/move/{transition:str}": Line(
        "303 422 404 303 404 303 404 422 404", {"_note": "Seen"}
    ),
    # Nothing waits for approval on this ticket: whoever sees it is told so.
    "POST /t/{tenant:str}/p/tickets/{number:str}/approve": Line(_PORTAL_NONE),
    "POST /t/{tenant:str}/p/tickets/{number:str}/refuse": Line(_PORTAL_NONE, {"reason": "No"}),
    "POST /t/{tenant:str}/p/tickets/{number:str}/withdraw": Line(_PORTAL_NONE),
    # -- the knowledge base: open to everybody, as far as its categories are
    "GET /t/{tenant:str}/p/help": _ANYBODY,
    "GET /t/{tenant:str}/p/help/{slug:str}": Line("200", ids={"slug": "lamp"}),
    "POST /t/{tenant:str}/p/help/{slug:str}/feedback": Line(
        "303", {"helpful": "no"}, ids={"slug": "lamp"}, public=True
    ),
    "POST /t/{tenant:str}/p/help/{slug:str}/solved": Line("303", ids={"slug": "lamp"}, public=True),
    "GET /t/{tenant:str}/p/help/{slug:str}/thanks": Line("200", ids={"slug": "lamp"}),
    "POST /t/{tenant:str}/p/new/{type_id:str}/suggest": Line(_MINE, NEW),
    # -- the knowledge base on the desk: for who edits it
    "GET /t/{tenant:str}/desk/articles": Line(_STUDIO),
    "GET /t/{tenant:str}/desk/articles/new": Line(_STUDIO),
    "POST /t/{tenant:str}/desk/articles/new": Line(_STUDIO_FAULT),
    "POST /t/{tenant:str}/desk/articles/preview": Line(_STUDIO, {"body": "x"}),
    "POST /t/{tenant:str}/desk/articles/missing": Line(_STUDIO_DO, {"words": "x"}),
    "GET /t/{tenant:str}/desk/articles/{article:str}": Line(_NO_PLAN, ids=_NO_SUCH),
    "POST /t/{tenant:str}/desk/articles/{article:str}": Line(_NO_PLAN, ids=_NO_SUCH),
    "POST /t/{tenant:str}/desk/articles/{article:str}/step/{step:str}": Line(
        _NO_PLAN, ids={**_NO_SUCH, "step": "publish"}
    ),
    "GET /t/{tenant:str}/desk/articles/{article:str}/versions": Line(_NO_PLAN, ids=_NO_SUCH),
    "POST /t/{tenant:str}/desk/articles/{article:str}/restore": Line(_NO_PLAN, ids=_NO_SUCH),
    "POST /t/{tenant:str}/desk/articles/{article:str}/done": Line(_NO_PLAN, ids=_NO_SUCH),
    "GET /t/{tenant:str}/desk/tickets/{number:str}/articles": Line(
        "303 404 404 404 404 404 404 200 404"
    ),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/article": Line(_STUDIO_DO),
    # -- files and sources
    "POST /t/{tenant:str}/files": Line("303 201 201 201 201 201 201 201 404", upload=True),
    "GET /t/{tenant:str}/files/{token:str}": Line(_PORTAL_ONE),
    "POST /t/{tenant:str}/find/{source:str}": Line(_MINE, {"q": "10"}),
    # -- REST API: cookies are nothing to it; its own table is in tests/api
    # -- signed events of other systems: who signs nothing finds no channel
    "POST /t/{tenant:str}/in/{channel:str}": Line("404"),
    "GET /t/{tenant:str}/api/v1/tickets": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/tickets/{number:str}": _PROGRAMS,
    "PATCH /t/{tenant:str}/api/v1/tickets/{number:str}": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/tickets/{number:str}/comments": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/comments": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/tickets/{number:str}/history": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/tickets/{number:str}/attachments": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/files": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/files/{token:str}": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/tickets/{number:str}/transitions": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/transitions/{transition:str}": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/approval": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/assignment": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/labels": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/macros/{macro:str}": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/rating": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/tickets/{number:str}/relations": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/parts": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/merge": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/unmerge": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/links": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/watchers": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/split": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/tickets/{number:str}/visits": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/visits": _PROGRAMS,
    "PATCH /t/{tenant:str}/api/v1/tickets/{number:str}/visits/{visit:str}": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/visits/{visit:str}/end": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/tickets/{number:str}/time": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/time": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/tickets/{number:str}/time/{entry:str}/undo": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/organisations": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/organisations": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/organisations/{organisation:str}": _PROGRAMS,
    "PATCH /t/{tenant:str}/api/v1/organisations/{organisation:str}": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/people": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/people": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/people/{person:str}": _PROGRAMS,
    "PATCH /t/{tenant:str}/api/v1/people/{person:str}": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/articles": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/articles": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/articles/{article:str}": _PROGRAMS,
    "PATCH /t/{tenant:str}/api/v1/articles/{article:str}": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/articles/{article:str}/steps/{step:str}": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/me": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/openapi.json": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/types": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/types/{type_id:str}": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/views": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/views/{view_id:str}/tickets": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/reports": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/reports/{report_id:str}": _PROGRAMS,
    "GET /t/{tenant:str}/api/v1/specs": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/specs/validate": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/specs/plan": _PROGRAMS,
    "POST /t/{tenant:str}/api/v1/specs/publish": _PROGRAMS,
    # -- desk
    "GET /t/{tenant:str}/desk": Line("303 404 404 303 303 303 303 303 404"),
    "GET /t/{tenant:str}/desk/views/{view_id:str}": Line(_DESK),
    "POST /t/{tenant:str}/desk/bulk/{what:str}/check": Line(_DESK, ids={"what": "assign"}),
    "POST /t/{tenant:str}/desk/bulk/{what:str}": Line(
        "303 404 404 422 422 422 422 422 404", ids={"what": "assign"}
    ),
    "GET /t/{tenant:str}/desk/acts": Line(_DESK),
    "GET /t/{tenant:str}/desk/acts/{run:str}": Line(_NO_PLAN),
    "POST /t/{tenant:str}/desk/acts/{run:str}/{do:str}": Line(_NO_PLAN, ids={"do": "undo"}),
    "GET /t/{tenant:str}/desk/live/counts": Line(_DESK),
    "GET /t/{tenant:str}/desk/live/views/{view_id:str}": Line(_DESK, query="?lasts=0"),
    "GET /t/{tenant:str}/desk/live/notices": Line(_DESK, query="?lasts=0"),
    "GET /t/{tenant:str}/desk/live/tickets/{number:str}": Line(_DESK_ONE, query="?lasts=0"),
    "POST /t/{tenant:str}/desk/board": Line(
        "303 404 404 404 404 404 404 404 404", {"number": "RF-0"}
    ),
    "POST /t/{tenant:str}/desk/find/{what:str}": Line(_DESK, {"q": "a"}, ids={"what": "people"}),
    "POST /t/{tenant:str}/desk/palette": Line(_DESK, {"q": "lamp"}),
    "POST /t/{tenant:str}/desk/views/{view_id:str}/keep": Line(
        "303 404 404 303 303 303 303 303 404", {"title": "Mine"}
    ),
    "GET /t/{tenant:str}/desk/own": Line(_DESK),
    "POST /t/{tenant:str}/desk/views/{view_id:str}/display": Line(
        "303 404 404 303 303 303 303 303 404", {"density": "compact"}
    ),
    "POST /t/{tenant:str}/desk/own/{own_id:str}/{do:str}": Line(
        "303 404 404 404 404 404 404 404 404", ids={"own_id": "none", "do": "drop"}
    ),
    "GET /t/{tenant:str}/desk/views/{view_id:str}/export": Line(
        "303 404 404 404 404 200 404 200 404"
    ),
    "GET /t/{tenant:str}/desk/reports/{report_id:str}/export": Line(
        "303 404 404 404 404 200 404 200 404"
    ),
    # -- imports are for who has the function; a run that is not there is not there for anybody
    "GET /t/{tenant:str}/desk/imports": Line(_STUDIO),
    "POST /t/{tenant:str}/desk/imports": Line(_STUDIO_FAULT),
    "GET /t/{tenant:str}/desk/imports/{run:str}": Line(_NO_PLAN),
    "POST /t/{tenant:str}/desk/imports/{run:str}/{act:str}": Line(_NO_PLAN),
    "GET /t/{tenant:str}/desk/imports/{run:str}/refused": Line(_NO_PLAN),
    "GET /t/{tenant:str}/desk/inbox": Line(_DESK),
    "GET /t/{tenant:str}/desk/inbox/open/{notice:str}": Line("303 404 404 303 404 404 404 404 404"),
    "POST /t/{tenant:str}/desk/inbox/read": Line("303 404 404 303 303 303 303 303 404"),
    "POST /t/{tenant:str}/desk/inbox/mark": Line(
        "303 404 404 303 303 303 303 303 404", {"state": "done"}
    ),
    # -- people: found by who works here, changed by who manages people
    "GET /t/{tenant:str}/desk/directory": Line(_DESK),
    "GET /t/{tenant:str}/desk/directory/new": Line(_STUDIO),
    "POST /t/{tenant:str}/desk/directory/new": Line(_STUDIO_FAULT),
    "GET /t/{tenant:str}/desk/directory/doubles": Line(_STUDIO),
    "GET /t/{tenant:str}/desk/directory/{person:str}": Line(_DESK),
    "GET /t/{tenant:str}/desk/directory/{person:str}/edit": Line(_STUDIO),
    "POST /t/{tenant:str}/desk/directory/{person:str}/edit": Line(_STUDIO_FAULT),
    "POST /t/{tenant:str}/desk/directory/{person:str}/invite": Line(_STUDIO_FAULT),
    "GET /t/{tenant:str}/desk/directory/{person:str}/merge": Line(_NO_PLAN),
    "POST /t/{tenant:str}/desk/directory/{person:str}/merge": Line(_NO_PLAN),
    "POST /t/{tenant:str}/desk/directory/{person:str}/part/{gone:str}": Line(
        _NO_PLAN, ids={"gone": "none"}
    ),
    "GET /t/{tenant:str}/invite/{secret:str}": Line("404", ids={"secret": "none"}, public=True),
    "POST /t/{tenant:str}/invite/{secret:str}": Line("404", ids={"secret": "none"}, public=True),
    "GET /t/{tenant:str}/desk/organisations": Line(_DESK),
    "GET /t/{tenant:str}/desk/organisations/new": Line(_STUDIO),
    "POST /t/{tenant:str}/desk/organisations/new": Line(_STUDIO_FAULT),
    "GET /t/{tenant:str}/desk/organisations/{organisation:str}": Line(
        _NO_PLAN, ids={"organisation": "none"}
    ),
    "GET /t/{tenant:str}/desk/organisations/{organisation:str}/edit": Line(
        _NO_PLAN, ids={"organisation": "none"}
    ),
    "POST /t/{tenant:str}/desk/organisations/{organisation:str}/edit": Line(
        _NO_PLAN, ids={"organisation": "none"}
    ),
    # What is sent without a name or a picture is wrong for whoever may send it.
    "GET /t/{tenant:str}/desk/profile": Line(_DESK),
    "POST /t/{tenant:str}/desk/profile": Line("303 404 404 422 422 422 422 422 404"),
    "POST /t/{tenant:str}/desk/profile/picture": Line("303 404 404 422 422 422 422 422 404"),
    "POST /t/{tenant:str}/desk/profile/password": Line("303 404 404 422 422 422 422 422 404"),
    "GET /t/{tenant:str}/p/profile": Line(_MINE),
    "POST /t/{tenant:str}/p/profile": Line("303 422 422 422 422 422 422 422 404"),
    "POST /t/{tenant:str}/p/profile/picture": Line("303 422 422 422 422 422 422 422 404"),
    "POST /t/{tenant:str}/p/profile/password": Line("303 422 422 422 422 422 422 422 404"),
    "GET /t/{tenant:str}/pictures/{person:str}/{mark:str}": Line(
        "303 404 404 404 404 404 404 404 404", ids={"mark": "0123456789abcdef"}
    ),
    "GET /t/{tenant:str}/p/notices": Line(_MINE),
    "GET /t/{tenant:str}/p/notices/bell": Line(_MINE),
    "POST /t/{tenant:str}/p/notices/read": Line("303 303 303 303 303 303 303 303 404"),
    "POST /t/{tenant:str}/p/notices/mark": Line(
        "303 303 303 303 303 303 303 303 404", {"state": "done"}
    ),
    "GET /t/{tenant:str}/p/notices/open/{notice:str}": Line("303 404 404 303 404 404 404 404 404"),
    "GET /t/{tenant:str}/desk/dashboards/{board_id:str}": Line(
        "303 404 404 200 200 200 404 200 404"
    ),
    "GET /t/{tenant:str}/desk/tickets/{number:str}": Line(_DESK_ONE),
    "GET /t/{tenant:str}/desk/tickets/{number:str}/why": Line(_DESK_ONE),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/complete": Line(_DESK_ONE, {"sort": "names"}),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/visits": Line(_DESK_NONE),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/visits/{visit_id:str}/end": Line(
        _NO_PLAN, {"became": "done"}, ids={"visit_id": "none"}
    ),
    "GET /t/{tenant:str}/desk/tickets/{number:str}/visits.ics": Line(_DESK_ONE),
    "GET /t/{tenant:str}/p/tickets/{number:str}/visits.ics": Line(_PORTAL_ONE),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/time": Line(_DESK_DO, {"amount": "20m"}),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/time/{entry:str}/undo": Line(
        _NO_PLAN, ids={"entry": "none"}
    ),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/late": Line(
        _DESK_NONE, {"clock": "solved", "reason": "load"}
    ),
    "GET /t/{tenant:str}/desk/quick-texts": Line(_DESK),
    "POST /t/{tenant:str}/desk/quick-texts": Line(
        "303 404 404 422 422 422 422 422 404", {"shortcut": "a b"}
    ),
    "POST /t/{tenant:str}/desk/quick-texts/{text_id:str}/drop": Line(
        _NO_PLAN, ids={"text_id": "none"}
    ),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/comment": Line(
        _DESK_DO, {"text": "Hello", "visibility": "internal"}
    ),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/move/{transition:str}": Line(
        "303 404 404 303 404 303 404 422 404", {"note": "Seen"}
    ),  # `by: agent`: an admin is none
    "POST /t/{tenant:str}/desk/tickets/{number:str}/macro/{macro:str}": Line(_DESK_DO),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/edit": Line(
        _DESK_DO, {"field": "fee", "fee": "5"}
    ),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/refresh": Line(
        # The ticket points to no order.
        "303 404 404 422 404 422 404 422 404",
        {"field": "order_no"},
    ),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/assign": Line(_DESK_DO, {"assignee": ""}),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/transfer": Line(_DESK_DO, {"team": "second"}),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/alike": Line(
        _STUDIO_NONE, {"other": "RF-0", "join": "true"}
    ),  # nothing is proposed; tests/intake/test_alike.py looks closer
    "GET /t/{tenant:str}/desk/tickets/{number:str}/join": Line(_DESK_ONE, query="?as=merge"),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/join": Line(
        _DESK_NONE, {"as": "related", "other": "RF-0"}
    ),  # there is no such other ticket
    "POST /t/{tenant:str}/desk/tickets/{number:str}/watch": Line(
        _DESK_DO, {"person": "$me", "on": "true"}
    ),
    "GET /t/{tenant:str}/desk/tickets/{number:str}/parts": Line(_DESK_ONE),
    "GET /t/{tenant:str}/desk/tickets/{number:str}/past": Line(_DESK_ONE),
    "GET /t/{tenant:str}/desk/tickets/{number:str}/split": Line(_DESK_ONE),
    "POST /t/{tenant:str}/desk/merge/check": Line(_DESK, {"number": "RF-0"}),
    "POST /t/{tenant:str}/desk/merge": Line(
        "303 404 404 422 422 422 422 422 404", {"number": "RF-0"}
    ),  # into nothing
    "POST /t/{tenant:str}/desk/tickets/{number:str}/take": Line(
        "303 404 404 409 404 409 404 409 404", {"topic": "priority", "value": "high"}
    ),  # nothing is suggested where nothing was learned
    "POST /t/{tenant:str}/desk/tickets/{number:str}/approve": Line(_DESK_NONE),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/refuse": Line(_DESK_NONE, {"reason": "No"}),
    "POST /t/{tenant:str}/desk/tickets/{number:str}/withdraw": Line(_DESK_NONE),
    "GET /t/{tenant:str}/desk/new": Line(_DESK),
    "GET /t/{tenant:str}/desk/new/{type_id:str}": Line(_DESK),
    "POST /t/{tenant:str}/desk/new/{type_id:str}": Line(
        "303 404 404 422 422 422 422 422 404", NEW
    ),  # no requester is chosen
    "POST /t/{tenant:str}/desk/new/{type_id:str}/check": Line(_DESK, NEW),
    "POST /t/{tenant:str}/desk/new/{type_id:str}/similar": Line(_DESK, NEW),
    # -- people: Ben's page is for himself, his lead and who manages people
    "GET /t/{tenant:str}/desk/people": Line("303 404 404 303 303 200 303 200 404"),
    "GET /t/{tenant:str}/desk/people/{person:str}": Line(_BENS),
    "POST /t/{tenant:str}/desk/people/{person:str}/absence": Line(
        "303 404 404 422 404 422 404 422 404", {"from": "tomorrow"}
    ),
    "POST /t/{tenant:str}/desk/people/{person:str}/back": Line(
        "303 404 404 303 404 303 404 303 404"
    ),
    "POST /t/{tenant:str}/desk/people/{person:str}/share": Line(
        "303 404 404 404 404 409 404 409 404"
    ),  # no plan was looked at
    # -- for who writes programs
    "GET /t/{tenant:str}/desk/tokens": Line(_DESK),
    "POST /t/{tenant:str}/desk/tokens": Line("303 404 404 422 422 422 422 422 404"),
    "POST /t/{tenant:str}/desk/tokens/{token:str}/revoke": Line(
        "303 404 404 404 404 404 404 404 404"
    ),
    "GET /t/{tenant:str}/api": Line(_DESK),
    "GET /t/{tenant:str}/api/openapi.json": Line(_DESK),
    # -- studio
    "GET /t/{tenant:str}/studio": Line(_STUDIO),
    "GET /t/{tenant:str}/studio/files": Line(_STUDIO_DO, query="?path=types/refund.yaml"),
    "GET /t/{tenant:str}/studio/publish": Line(_STUDIO),
    "GET /t/{tenant:str}/studio/backtest": Line(_STUDIO),
    "POST /t/{tenant:str}/studio/backtest": Line(_STUDIO_DO),
    "POST /t/{tenant:str}/studio/publish": Line("303 404 404 404 404 404 404 422 404"),
    "POST /t/{tenant:str}/studio/discard": Line(_STUDIO_DO),
    "GET /t/{tenant:str}/studio/settings": Line(_STUDIO),
    "POST /t/{tenant:str}/studio/settings": Line(_STUDIO_FAULT),
    "GET /t/{tenant:str}/studio/sources/{source:str}": Line(_STUDIO),
    "POST /t/{tenant:str}/studio/sources/{source:str}": Line(_STUDIO, {"asked": "1001"}),
    # Tests come from this machine, which may; tests/web/test_intake.py looks closer.
    "GET /metrics": Line("200"),
    "GET /t/{tenant:str}/studio/intake": Line(_STUDIO),
    # No arrival has this id; what is there is looked at in tests/intake/test_pages.py.
    "GET /t/{tenant:str}/studio/intake/{arrival:str}": Line(
        _STUDIO_NONE, ids={"arrival": "none-such"}
    ),
    "GET /t/{tenant:str}/studio/intake/{arrival:str}/raw": Line(
        _STUDIO_NONE, ids={"arrival": "none-such"}
    ),
    "POST /t/{tenant:str}/studio/intake/{arrival:str}/replay": Line(
        _STUDIO_NONE, ids={"arrival": "none-such"}
    ),
    "POST /t/{tenant:str}/studio/intake/{arrival:str}/discard": Line(
        _STUDIO_NONE, ids={"arrival": "none-such"}
    ),
    "GET /t/{tenant:str}/studio/webhooks": Line(_STUDIO),
    # The cast's specs have no webhook: an admin is told so, or led back with nothing done.
    "POST /t/{tenant:str}/studio/webhooks/{webhook:str}/test": Line(_NO_PLAN),
    "POST /t/{tenant:str}/studio/webhooks/{webhook:str}/start": Line(_STUDIO_DO),
    "POST /t/{tenant:str}/studio/webhooks/{webhook:str}/replay": Line(_STUDIO_DO),
    "POST /t/{tenant:str}/studio/webhooks/events/{event:str}/replay": Line(_STUDIO_DO),
    "GET /t/{tenant:str}/studio/pilot": Line(_STUDIO),
    "POST /t/{tenant:str}/studio/pilot/start": Line(_STUDIO_FAULT),
    "POST /t/{tenant:str}/studio/pilot/promote": Line(_STUDIO_FAULT),
    "POST /t/{tenant:str}/studio/pilot/stop": Line(_STUDIO_FAULT),
    "POST /t/{tenant:str}/studio/shadow/start": Line(_STUDIO_FAULT),
    "POST /t/{tenant:str}/studio/shadow/stop": Line(_STUDIO_FAULT),
    "GET /t/{tenant:str}/studio/merge": Line(_STUDIO),
    "POST /t/{tenant:str}/studio/merge": Line("303 404 404 404 404 404 404 409 404"),
    "GET /t/{tenant:str}/studio/versions": Line(_STUDIO),
    "GET /t/{tenant:str}/studio/versions/{number:int}": Line(_STUDIO, ids={"number": "1"}),
    "POST /t/{tenant:str}/studio/versions/{number:int}/rollback": Line(
        "303 404 404 404 404 404 404 409 404", ids={"number": "1"}
    ),
    "GET /t/{tenant:str}/studio/publish.json": Line(_STUDIO),
    "POST /t/{tenant:str}/studio/decide": Line(
        "303 404 404 404 404 404 404 422 404", form={"kind": "option", "thing": ".", "to": ""}
    ),
    "GET /t/{tenant:str}/studio/plans/{number:str}": Line(_NO_PLAN, ids={"number": "77"}),
    "GET /t/{tenant:str}/studio/plans/{number:str}/plan.json": Line(_NO_PLAN, ids={"number": "77"}),
    "POST /t/{tenant:str}/studio/plans/{number:str}/approve": Line(_NO_PLAN, ids={"number": "77"}),
    "POST /t/{tenant:str}/studio/plans/{number:str}/return": Line(
        _NO_PLAN, form={"says": "no"}, ids={"number": "77"}
    ),
    "POST /t/{tenant:str}/studio/plans/{number:str}/publish": Line(_NO_PLAN, ids={"number": "77"}),
    "GET /t/{tenant:str}/studio/{kind:str}": Line(_STUDIO),
    "POST /t/{tenant:str}/studio/{kind:str}": Line(
        "303 404 404 404 404 404 404 422 404", {"id": "Not An Id"}
    ),
    "GET /t/{tenant:str}/studio/{kind:str}/{id:str}": Line(_STUDIO),
    "POST /t/{tenant:str}/studio/{kind:str}/{id:str}": Line(
        "303 404 404 404 404 404 404 409 404", {"_digest": "old"}
    ),
    "POST /t/{tenant:str}/studio/{kind:str}/{id:str}/delete": Line(_STUDIO_DO, ids={"id": "memo"}),
    "GET /t/{tenant:str}/studio/{kind:str}/{id:str}/yaml": Line(_STUDIO),
    "POST /t/{tenant:str}/studio/{kind:str}/{id:str}/yaml": Line(
        "303 404 404 404 404 404 404 409 404", {"_digest": "old", "text": "kind: TicketType"}
    ),
}
