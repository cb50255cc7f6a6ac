"""The centre of notices from rows: those about one ticket stand together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from engine.model.desk import NotificationModel
from engine.model.ticket_type import ANSWERED
from runtime.queries.notices import PAGE, Asked, Told
from runtime.render.catalogues import N_
from runtime.site.links import with_query
from runtime.store.rows import Notice as Row
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.notices import Notice, NoticeBox, NoticeGroup, NoticeTab

_OUTSIDE: Final = frozenset({"requester", "customer", "watchers", "author"})
"""The relations to a ticket that somebody may have who does not work here."""
SHOWN: Final = 3
"""So many notices of one ticket are shown; those before them are folded."""
_TABS: Final = (("open", N_("All")), ("unread", N_("Unread")), ("done", N_("Done")))
# The text is that of the letter, with the way to the ticket; here the line itself leads there.
_LINK: Final = re.compile(r"([:：]?)\s{0,4}https?://[^\s]+/t/[^\s]+")
_STOPS: Final = {":": ".", "：": "。", "": ""}
_OWN: Final[Mapping[str, str]] = {
    "approval_asked": N_("An approval is asked of me"),
    "approval_granted": N_("What I asked for was approved"),
    "approval_refused": N_("What I asked for was refused"),
    "approval_withdrawn": N_("An approval is no longer needed"),
    "approval_late": N_("An approval is overdue"),
    "state_late": N_("A ticket stays too long in a state"),
    "mention": N_("A colleague names me"),
    "visit_planned": N_("A visit is planned"),
    "visit_moved": N_("A visit is moved"),
    "visit_cancelled": N_("A visit is cancelled"),
    "answered": N_("The answer to a mail of mine"),
}


def sort_title(visit: Visit, name: str) -> str:
    """What a sort of notices is called."""
    model = visit.desk.desk.notifications.get(name)
    titled = model.title.say(visit.locale) if model else ""
    own = visit.say(_OWN[name]) if name in _OWN else ""
    return titled or own or name.replace("_", " ").capitalize()


def told_of(visit: Visit) -> list[NotificationModel]:
    """The sorts of notices that this person may get, by title; the answer to a mail is none."""
    staff = visit.viewer.is_staff
    found = [
        model
        for model in visit.desk.desk.notifications.values()
        if model.id != ANSWERED and (staff or _OUTSIDE & set(model.to.relations))
    ]
    return sorted(found, key=lambda model: sort_title(visit, model.id))


def notice_box(
    visit: Visit, url: str, profile: str, asked: Asked, told: Told, unread: int
) -> NoticeBox:
    """The centre at `url`, as it was asked for."""

    def at(**query: str) -> str:
        which = "" if asked.which == "open" else asked.which
        return with_query(url, **({"show": which, "sort": asked.sort} | query))

    rows = told.rows
    return NoticeBox(
        groups=tuple(_groups(visit, url, told)),
        unread=unread,
        tabs=tuple(
            NoticeTab(
                visit.say(words), at(show="" if word == "open" else word), word == asked.which
            )
            for word, words in _TABS
        ),
        url=url,
        which="" if asked.which == "open" else asked.which,
        sort=asked.sort,
        sorts=tuple(Choice(one.id, sort_title(visit, one.id)) for one in told_of(visit)),
        here=at(before=asked.before),
        read_action=f"{url}/read",
        mark_action=f"{url}/mark",
        profile_href=profile,
        older_href=at(before=rows[-1].id) if len(rows) == PAGE else "",
        newer_href=at() if asked.before else "",
    )


def _groups(visit: Visit, url: str, told: Told) -> list[NoticeGroup]:
    """Groups in the order of their newest notices."""
    by_ticket: dict[str, list[Row]] = {}
    for row in told.rows:
        by_ticket.setdefault(row.ticket_id or row.id, []).append(row)
    return [
        _group(url, rows, told.numbers.get(rows[0].ticket_id or "", ""))
        for rows in by_ticket.values()
    ]


def _group(url: str, rows: Sequence[Row], number: str) -> NoticeGroup:
    lines = [_line(url, row) for row in rows]
    return NoticeGroup(
        number=number,
        first=lines[0],
        others=tuple(lines[1:SHOWN]),
        more=tuple(lines[SHOWN:]),
        ids=tuple(row.id for row in rows),
        unread=sum(not line.read for line in lines),
        urgent=any(line.urgent and not line.read for line in lines),
        done=all(row.done_us is not None for row in rows),
    )


def _line(url: str, row: Row) -> Notice:
    return Notice(
        id=row.id,
        title=row.subject,
        text=_LINK.sub(lambda found: _STOPS[found[1]], row.body).strip(),
        at=moment(row.created_us),
        href=f"{url}/open/{row.id}" if row.link else url,
        read=row.read_us is not None,
        urgent=bool(row.urgent),
    )
