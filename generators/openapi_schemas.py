"""The schemas of the REST API that are the same for every tenant."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_WHOLE: Final[Schema] = {"type": "integer"}
_FLAG: Final[Schema] = {"type": "boolean"}
_AT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
_MAYBE: Final[Schema] = {"type": ["string", "null"]}
_ANY: Final[Schema] = {}


def ref(name: str) -> Schema:
    """A schema by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def several(item: Schema) -> Schema:
    """A list of one sort."""
    return {"type": "array", "items": item}


def obj(needed: str = "", closed: bool = False, **properties: Schema) -> Schema:
    """An object; `needed` names what is always there, `*` all of it."""
    names = list(properties) if needed == "*" else needed.split()
    found: Schema = {"type": "object", "properties": properties}
    if names:
        found["required"] = names
    return {**found, "additionalProperties": False} if closed else found


def page(item: str) -> Schema:
    """A page of entries; `next` is the address of the next one."""
    return obj("items next", items=several(ref(item)), next=_MAYBE)


def text(most: int, **more: Any) -> Schema:
    """Text of at most so many characters."""
    return {"type": "string", "maxLength": most, **more}


_MARK: Final = obj("id name", id=_TEXT, name=_MAYBE)
_PERSON_OR_NONE: Final[Schema] = {"anyOf": [ref("PersonMark"), {"type": "null"}]}
_TICKET_OR_NONE: Final[Schema] = {"anyOf": [ref("Ticket"), {"type": "null"}]}
_FIELDS: Final[Schema] = {"type": "object", "maxProperties": 500}
_SAYS: Final = text(10_000, default="")

_VISIT_MORE: Final[dict[str, Schema]] = {
    "person": text(254), "place": text(200), "note": text(2000),
    "anyway": {**_FLAG, "default": False},
}  # fmt: skip
_STATES: Final = ["draft", "review", "published", "retired"]
_ARTICLE: Final[dict[str, Schema]] = {
    "id": _TEXT, "slug": _TEXT, "url": _TEXT, "title": _TEXT, "locale": _TEXT, "category": _TEXT,
    "tags": several(_TEXT), "audience": {"enum": ["all", "staff"]}, "state": {"enum": _STATES},
    "created_at": _AT, "updated_at": _AT, "published_at": _AT,
}  # fmt: skip
_ARTICLE_MORE: Final[dict[str, Schema]] = {
    "locale": text(35), "tags": {**several(_TEXT), "maxItems": 50},
    "audience": {"enum": ["all", "staff"], "default": "all"}, "slug": text(80),
}  # fmt: skip


def _maybe(most: int) -> Schema:
    return {"type": ["string", "null"], "maxLength": most}


SCHEMAS: Final[dict[str, Schema]] = {
    "Problem": obj(
        "type title status instance",
        type={"type": "string", "format": "uri"}, title=_TEXT, status=_WHOLE, detail=_TEXT,
        instance=_TEXT,
        errors=several(obj("*", pointer=_TEXT, code=_TEXT, detail=_TEXT)),
    ),
    "PersonMark": _MARK,
    "Due": obj("*", at=_AT, state={"enum": ["running", "paused", "met"]}, breached=_FLAG),
    "Ticket": obj(
        "url",
        number=_TEXT, type=_TEXT, subject=_TEXT, description=_TEXT, state=_TEXT,
        phase={"enum": ["new", "active", "waiting", "solved", "closed"]}, priority=_TEXT,
        channel=_TEXT, tags=several(_TEXT), flags=several(_TEXT), requester=_PERSON_OR_NONE,
        customer=_PERSON_OR_NONE, team=_MAYBE, home_team=_MAYBE, assignee=_PERSON_OR_NONE,
        watchers=several(_TEXT), created_at=_AT, updated_at=_AT, solved_at=_AT, closed_at=_AT,
        state_since=_AT, reopened=_WHOLE, rating={"type": ["integer", "null"]}, version=_WHOLE,
        due={"type": "object", "additionalProperties": ref("Due")},
        fields={"type": "object"}, masked=several(_TEXT), url=_TEXT,
    ),
    "Url": obj("url", number=_TEXT, id=_TEXT, url=_TEXT),
    "TicketPage": {
        **page("Ticket"),
        "properties": {
            **page("Ticket")["properties"], "count": _WHOLE, "count_is_capped": _FLAG,
        },
    },
    "TicketChange": obj(
        "fields", True,
        fields={**_FIELDS, "minProperties": 1},
        version={"type": ["integer", "null"], "minimum": 0, "maximum": 2**53},
    ),
    "File": obj("id", id=_TEXT, name=_TEXT, size=_WHOLE, type=_TEXT, url=_TEXT),
    "Upload": obj("*", token=_TEXT, name=_TEXT, size=_WHOLE, type=_TEXT, url=_TEXT),
    "Comment": obj(
        "*", seq=_WHOLE, at=_AT, author=_PERSON_OR_NONE, internal=_FLAG, text=_TEXT,
        files=several(ref("File")),
    ),
    "CommentPage": page("Comment"),
    "NewComment": obj(
        "", True, text=_SAYS, internal={**_FLAG, "default": False},
        files={**several(_TEXT), "maxItems": 100},
    ),
    "Happened": obj(
        "seq at verb actor changes",
        seq=_WHOLE, at=_AT, verb=_TEXT, actor=_PERSON_OR_NONE,
        changes=several(obj("name", name=_TEXT, before=_ANY, after=_ANY, masked=_FLAG)),
        transition=_TEXT, macro=_TEXT, rating=_WHOLE, erased=_FLAG,
    ),
    "HistoryPage": page("Happened"),
    "Attachment": obj(
        "*", id=_TEXT, name=_TEXT, size=_WHOLE, type=_TEXT, url=_TEXT, field=_MAYBE,
        seq={"type": ["integer", "null"]}, internal=_FLAG,
    ),
    "AttachmentList": obj("items", items=several(ref("Attachment"))),
    "Transition": obj(
        "*", id=_TEXT, title=_TEXT, to=_TEXT, open=_FLAG, needs=several(_TEXT), approval=_FLAG,
        why_not=several(_TEXT),
    ),
    "TransitionList": obj(
        "*", items=several(ref("Transition")),
        pending={
            "anyOf": [
                obj("request transition asked_at", request=_WHOLE, transition=_TEXT, asked_at=_AT,
                    asker=_PERSON_OR_NONE, approvers=several(ref("PersonMark"))),
                {"type": "null"},
            ]
        },
    ),
    "Move": obj("", True, fields=_FIELDS, comment=_SAYS, note=_SAYS, reason=_SAYS),
    "Answer": obj(
        "answer", True, answer={"enum": ["approve", "refuse", "withdraw"]}, reason=_SAYS,
        request={"type": "integer", "minimum": 0, "maximum": 2**31, "default": 0},
    ),
    "Assignment": obj(
        "", True, assignee={"type": ["string", "null"], "maxLength": 254}, team=text(40),
        note=_SAYS,
    ),
    "Labels": obj(
        "", True, priority={"enum": ["", "urgent", "high", "normal", "low"]},
        tags={**several(_TEXT), "maxItems": 50},
    ),
    "Nothing": obj("", True),
    "Rating": obj(
        "mark", True, mark={"type": "integer", "minimum": 1, "maximum": 10}, words=_SAYS
    ),
    "Relations": obj(
        "*", part_of=_TICKET_OR_NONE, parts=several(ref("Ticket")),
        progress=obj("*", count=_WHOLE, done=_WHOLE), merged_into=_TICKET_OR_NONE,
        merged=several(ref("Ticket")),
        links=several(obj(
            "*", ticket=ref("Ticket"),
            sort={"enum": ["related", "duplicate", "original", "split_off", "split_from"]},
        )),
        watchers=several(ref("PersonMark")),
    ),
    "Part": obj("number", True, number=text(60, minLength=1), on={**_FLAG, "default": True}),
    "Merge": obj(
        "into", True, into=text(60, minLength=1), when_solved={"enum": ["", "solved", "closed"]}
    ),
    "Link": obj(
        "number", True, number=text(60, minLength=1), sort={"enum": ["related", "duplicate"]},
        on={**_FLAG, "default": True},
    ),
    "Watcher": obj("", True, person=text(254), on={**_FLAG, "default": True}),
    "Visit": obj(
        "id starts_at ends_at state person place", id=_TEXT, starts_at=_AT, ends_at=_AT,
        state={"enum": ["planned", "done", "missed", "cancelled"]}, person=_PERSON_OR_NONE,
        place=_TEXT, note=_TEXT,
    ),
    "VisitList": obj("*", items=several(ref("Visit"))),
    "NewVisit": obj(
        "starts_at ends_at", True, starts_at=text(40), ends_at=text(40), **_VISIT_MORE
    ),
    "VisitChange": obj(
        "", True, starts_at=text(40), ends_at=text(40), **_VISIT_MORE
    ),
    "VisitEnd": obj("became", True, became={"enum": ["done", "missed", "cancelled"]}),
    "Booking": obj(
        "*", id=_TEXT, day={"type": "string", "format": "date"}, minutes=_WHOLE, note=_TEXT,
        person=ref("PersonMark"), booked_at=_AT,
    ),
    "BookingList": obj("*", items=several(ref("Booking"))),
    "NewBooking": obj(
        "minutes", True, minutes={"type": "integer", "minimum": 1, "maximum": 1440},
        day=text(10), note=text(500),
    ),
    "SplitOff": obj(
        "entries type", True,
        entries={**several(_WHOLE), "minItems": 1, "maxItems": 200}, type=text(40),
        subject=text(200), description=_SAYS, requester=text(254), fields=_FIELDS,
    ),
    "ArticleLine": obj(
        "id slug url title locale category tags audience state created_at updated_at published_at",
        False, **_ARTICLE,
    ),
    "ArticlePage": page("ArticleLine"),
    "Article": obj(
        "id slug url title locale category tags audience state body version locales",
        False, **_ARTICLE, body=_TEXT, version=_WHOLE, locales=several(_TEXT),
        published_version={"type": ["integer", "null"]}, review_asked_at=_AT, author=_MAYBE,
        may_publish=_FLAG,
    ),
    "NewArticle": obj(
        "title body category", True, title=text(200), body=text(200_000), category=text(40),
        **_ARTICLE_MORE,
    ),
    "ArticleChange": obj(
        "", True, title=_maybe(200), body=_maybe(200_000), category=_maybe(40),
        locale=text(35), tags={"type": ["array", "null"], "items": _TEXT, "maxItems": 50},
        audience={"enum": ["all", "staff", None]}, slug=_maybe(80),
        version={"type": ["integer", "null"], "minimum": 0, "maximum": 2**31},
    ),
    "Place": obj(
        "team", True, team=text(40), lead=_FLAG, skills={**several(_TEXT), "maxItems": 100},
        capacity={"type": ["integer", "null"], "minimum": 0, "maximum": 100_000},
        seniority={"enum": ["junior", "regular", "senior"]},
    ),
    "Person": obj(
        "id kind name fields",
        id=_TEXT, kind=_TEXT, name=_TEXT, email=_MAYBE, phone=_MAYBE, locale=_MAYBE, active=_FLAG,
        absent_from=_AT, absent_until=_AT, fields={"type": "object"}, created_at=_AT,
        updated_at=_AT, roles=several(_TEXT), teams=several(ref("Place")),
        organisation=_MAYBE, tags=several(_TEXT), merged_into=_MAYBE,
    ),
    "PersonPage": page("Person"),
    "PersonChange": obj(
        "", True,
        name={"type": ["string", "null"], "maxLength": 200},
        email={"type": ["string", "null"], "maxLength": 254},
        phone={"type": ["string", "null"], "maxLength": 60},
        kind={"enum": ["staff", "customer", None]},
        locale={"type": ["string", "null"], "maxLength": 35},
        active={"type": ["boolean", "null"]},
        fields={"type": "object", "maxProperties": 200},
        roles={"type": ["array", "null"], "items": _TEXT, "maxItems": 100},
        teams={"type": ["array", "null"], "items": ref("Place"), "maxItems": 200},
        organisation={"type": ["string", "null"], "maxLength": 60},
        tags={"type": ["array", "null"], "items": _TEXT, "maxItems": 30},
    ),
    "Organisation": obj(
        "id name tags domains active",
        id=_TEXT, name=_TEXT, level=_MAYBE, tags=several(_TEXT), domains=several(_TEXT),
        note=_TEXT, active=_FLAG, people=_WHOLE, created_at=_AT, updated_at=_AT,
    ),
    "OrganisationPage": page("Organisation"),
    "OrganisationChange": obj(
        "", True,
        name={"type": ["string", "null"], "maxLength": 200},
        level={"type": ["string", "null"], "maxLength": 60},
        tags={"type": ["array", "null"], "items": _TEXT, "maxItems": 30},
        domains={"type": ["array", "null"], "items": _TEXT, "maxItems": 50},
        note={"type": ["string", "null"], "maxLength": 4000},
        active={"type": ["boolean", "null"]},
    ),
    "Me": obj(
        "*", id=_TEXT, name=_TEXT, email=_MAYBE, kind=_TEXT, roles=several(_TEXT),
        teams=several(_TEXT), functions=several(_TEXT),
        token=obj("*", id=_TEXT, title=_TEXT, scopes=several(_TEXT), expires_at=_AT),
        tenant=obj("*", id=_TEXT, title=_TEXT, time_zone=_TEXT, locales=several(_TEXT),
                   currency=_TEXT, revision=_WHOLE),
    ),
    "TypeHead": obj("*", id=_TEXT, title=_TEXT, prefix=_TEXT, may_open=_FLAG, url=_TEXT),
    "TypeList": obj("items", items=several(ref("TypeHead"))),
    "Type": obj(
        "id title states read create",
        id=_TEXT, title=_TEXT, prefix=_TEXT, may_open=_FLAG, url=_TEXT,
        states=several(obj("*", id=_TEXT, title=_TEXT, phase=_TEXT)),
        read={"type": "object"}, create={"type": ["object", "null"]},
    ),
    "View": obj("*", id=_TEXT, title=_TEXT, types=several(_TEXT), layout=_TEXT, url=_TEXT),
    "ViewList": obj("items", items=several(ref("View"))),
    "ReportHead": obj(
        "*", id=_TEXT, title=_TEXT,
        by=several(obj("*", id=_TEXT, title=_TEXT, of=_TEXT, step=_MAYBE)),
        measures=several(obj("*", id=_TEXT, title=_TEXT, of=_TEXT, unit=_TEXT)),
    ),
    "ReportList": obj("items", items=several(ref("ReportHead"))),
    "Report": {
        "allOf": [
            ref("ReportHead"),
            obj(
                "period rows total",
                period={"type": ["object", "null"]},
                rows=several(obj("*", keys={"type": "object"}, figures={"type": "object"})),
                total={"type": "object"}, before={"type": ["object", "null"]},
            ),
        ]
    },
    "Specs": obj(
        "files", True,
        files={
            "type": "object", "minProperties": 1, "maxProperties": 3000,
            "additionalProperties": {
                "anyOf": [_TEXT, obj("base64", True, base64={"type": "string"})]
            },
        },
    ),
    "SpecProblem": obj(
        "*", code=_TEXT, severity={"enum": ["error", "warning"]}, file=_TEXT, line=_WHOLE,
        column=_WHOLE, pointer=_TEXT, message=_TEXT, cure=_TEXT,
    ),
    "Judgement": obj(
        "*", ok=_FLAG, errors=_WHOLE, warnings=_WHOLE, problems=several(ref("SpecProblem"))
    ),
    "PlanAnswer": {
        "allOf": [
            ref("Judgement"),
            obj("*", verdict={"enum": ["no_change", "changes", "needs_approval"]},
                plan={"type": "object"}),
        ]
    },
    "Published": {
        "allOf": [ref("Judgement"), obj("*", revision=_WHOLE, changed=_FLAG)],
    },
    "Revision": obj(
        "*", revision=_WHOLE, environments=several(_TEXT), tree=_TEXT, desk=_TEXT, author=_TEXT,
        message=_TEXT, at=_AT,
    ),
    "RevisionList": obj("*", live=_WHOLE, items=several(ref("Revision"))),
    "Document": {"type": "object"},
}  # fmt: skip
"""By name; what a tenant adds for its types stands beside them in the document."""
