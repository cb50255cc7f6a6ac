"""The side navigation of the desk: inbox, own work, views with counts, dashboards, studio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.decide.who import qualifies
from engine.facts import Facts, Viewer
from engine.model.desk import Desk
from engine.model.rights import APPROVERS, Who
from engine.predicate import TRUE, All, Predicate
from runtime.queries.edit_articles import enters
from runtime.queries.filters import filters_of
from runtime.queries.list_tickets import built_in_view, count_views, mine, to_approve, unassigned
from runtime.queries.notices import Bell, bell
from runtime.queries.personal_views import OwnView, views_of
from runtime.site.standing import reports_of
from runtime.web.asked import Address, asked_in
from runtime.web.requests import Visit
from runtime.web.screens.side import SIDE_CAP, NavGroup, NavLink, Pinned, SideNav, capped

VIEWS_SHOWN = 12
PATIENCE_S: Final = 1.5
"""So long the numbers beside views may take; one that takes longer is left out for a while."""


def is_for(desk: Desk, who: Who | None, viewer: Viewer) -> bool:
    """Whether a view or dashboard is for this person; without `for` it is for everyone."""
    return who is None or qualifies(desk, who, viewer, Facts({}))


async def side(visit: Visit, current: str) -> SideNav:
    """The navigation with its counts; `current` is the entry that stands for the page."""
    desk, viewer, links = visit.desk.desk, visit.viewer, visit.links
    views = [v for v in desk.views.values() if v.id != "all" and is_for(desk, v.who, viewer)]
    views = views[:VIEWS_SHOWN]
    wheres: list[tuple[Predicate, tuple[str, ...]]] = [
        (mine(viewer), ()),
        (unassigned(), ()),
        (TRUE, ()),
        (to_approve(viewer), ()),
    ]
    wheres += [(view.filter, view.types) for view in views]
    own = await views_of(visit.site, visit.desk.tenant, viewer)
    counted = {each.id: where for each in own[:VIEWS_SHOWN] if (where := _where(visit, each))}
    wheres += counted.values()
    found = await count_views(
        visit.site, visit.desk.tenant, viewer, wheres, SIDE_CAP + 1, PATIENCE_S
    )
    counts = [capped(n, SIDE_CAP) for n in found]
    rings = await bell(visit.site, visit.desk.tenant, viewer)
    unread = rings.unread
    work = [
        NavLink(links.desk("inbox"), visit.say("Inbox"), "inbox", str(unread) if unread else "",
                current=current == "inbox", go="i"),
        NavLink(links.view("mine"), visit.say("Assigned to me"), "circle-user", counts[0],
                current=current == "mine", go="q"),
        NavLink(links.view("unassigned"), visit.say("Unassigned"), "circle-dashed", counts[1],
                current=current == "unassigned", go="u"),
        NavLink(links.view("all"), visit.say("All tickets"), "layers", counts[2],
                current=current == "all"),
    ]  # fmt: skip
    if APPROVERS in desk.roles:
        work.insert(1, NavLink(
            links.view("to_approve"), visit.say("To approve"), "hourglass",
            counts[3] if found[3] else "", current=current == "to_approve",
        ))  # fmt: skip
    shown = tuple(
        NavLink(links.view(view.id), view.title.say(visit.locale), count=count,
                hue=min(view.hue or 1, 6), current=current == view.id and not visit.query("own"))
        for view, count in zip(views, counts[4:], strict=False)
    )  # fmt: skip
    of_own = dict(zip(counted, counts[4 + len(views) :], strict=True))
    work += [_own(visit, each, of_own) for each in own if each.pinned]
    groups = [NavGroup("", tuple(work))]
    if shown:
        groups.append(NavGroup(visit.say("Views"), shown))
    others = tuple(_own(visit, each, of_own) for each in own if not each.pinned)
    if others:
        groups.append(NavGroup(visit.say("My views"), others))
    manage = _manage(visit, current)
    if manage:
        groups.append(NavGroup(visit.say("Manage"), manage))
    return SideNav(
        visit.say("Main"), tuple(groups), links.view("all"), links.desk("inbox"), unread,
        links.desk("palette"), links.desk("live", "counts"), links.desk("live", "notices"),
        _pinned(visit, rings),
        links.desk("inbox", "mark"),
    )  # fmt: skip


def _pinned(visit: Visit, rings: Bell) -> tuple[Pinned, ...]:
    inbox = visit.links.desk("inbox")
    alike: dict[tuple[str | None, str], list[str]] = {}
    for row in rings.pinned:
        alike.setdefault((row.ticket_id, row.subject), []).append(row.id)
    return tuple(
        Pinned(tuple(ids), subject, f"{inbox}/open/{ids[0]}") for (_, subject), ids in alike.items()
    )


def own_href(visit: Visit, each: OwnView) -> str:
    """Where a person's own list is; the mark in the address says which of them it is."""
    query = f"{each.query}&own={each.id}" if each.query else f"own={each.id}"
    return f"{visit.links.view(each.view)}?{query}"


def _own(visit: Visit, each: OwnView, counts: Mapping[str, str]) -> NavLink:
    here = each.id == visit.query("own")
    return NavLink(
        own_href(visit, each), each.title, "bookmark", counts.get(each.id, ""), current=here
    )


def _where(visit: Visit, each: OwnView) -> tuple[Predicate, tuple[str, ...]] | None:
    """What a person's own list holds; None where counting it would search through words."""
    desk, viewer = visit.desk.desk, visit.viewer
    view = built_in_view(desk, viewer, each.view) or desk.views.get(each.view)
    asked = asked_in(visit, Address.of(each.query))
    if view is None or asked.query:
        return None
    filters = filters_of(desk, viewer, asked.filters or {})
    if any(one.op.startswith(("contains", "starts")) for one in filters):
        return None
    return All((view.filter, *(one.test for one in filters))), view.types


def _manage(visit: Visit, current: str) -> tuple[NavLink, ...]:
    desk, viewer, links = visit.desk.desk, visit.viewer, visit.links
    allowed = reports_of(desk, viewer)
    found = [
        NavLink(links.desk("dashboards", board.id), board.title.say(visit.locale),
                "chart-no-axes-column", current=current == f"dashboard:{board.id}", go="d")
        for board in desk.dashboards.values()
        if board.id in allowed and is_for(desk, board.who, viewer)
    ]  # fmt: skip
    if viewer.leads or "manage_people" in viewer.functions:
        people = links.desk("people")
        found.append(NavLink(people, visit.say("Colleagues"), "users", current=current == "people"))
    people = links.desk("directory")
    found.append(
        NavLink(people, visit.say("People"), "contact", current=current == "directory", go="p")
    )
    tokens = visit.say("Tokens")
    found.append(NavLink(links.desk("tokens"), tokens, "lock", current=current == "tokens"))
    if enters(visit.desk, viewer):
        base = links.desk("articles")
        label = visit.say("Knowledge base")
        found.append(NavLink(base, label, "book-open", current=current == "articles"))
    if viewer.functions & {"import", "manage_people"}:
        imports = links.desk("imports")
        found.append(NavLink(imports, visit.say("Imports"), "upload", current=current == "imports"))
    if viewer.functions & {"edit_specs", "publish_specs"}:
        found.append(NavLink(links.studio(), visit.say("Studio"), "blocks", go="s"))
    return tuple(found)
