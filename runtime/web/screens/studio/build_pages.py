"""The studio's screens from the bench: what stands there, what is wrong, what may be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generators.admin_screen.catalogue import (
    KindLine,
    SpecLine,
    TypeLine,
    kind_lines,
    kind_of,
    kind_of_file,
    spec_lines,
    type_lines,
    words_for,
)
from generators.admin_screen.controls import Finding
from runtime.actions.save_draft import Bench, FileDiff
from runtime.queries.arrivals import READ_BY
from runtime.queries.list_tickets import OPEN, count_views
from runtime.queries.read_plans import waiting_plans
from runtime.web.pages import moment, page
from runtime.web.requests import Visit
from runtime.web.screens.base import Page
from runtime.web.screens.side import NavGroup, NavLink, SideNav, capped
from runtime.web.screens.studio.finding import Problem
from runtime.web.screens.studio.pages import (
    AspectCell,
    CellState,
    DraftBar,
    Fact,
    FileItem,
    Folder,
    KindCard,
    Revision,
    SpecRow,
    StudioList,
    StudioOverview,
    StudioYaml,
    TypeRow,
    Waiting,
)

EDIT, PUBLISH = "edit_specs", "publish_specs"
_ICONS = {
    "TicketType": "ticket", "FieldSet": "layers", "Team": "users", "Role": "shield",
    "Source": "database", "Routing": "split", "SlaPolicy": "timer", "Calendar": "calendar",
    "Notification": "mail", "View": "list", "Report": "chart-no-axes-column",
    "Dashboard": "layout-dashboard", "Import": "upload", "Tenant": "building-2",
    "People": "circle-user", "Portal": "house", "SpecTest": "flask-conical",
}  # fmt: skip


def may_edit(visit: Visit) -> bool:
    """Whether the visitor may change drafts."""
    return EDIT in visit.viewer.functions


def spec_href(visit: Visit, kind: str, id: str, *more: str) -> str:
    """The address of a spec's form, or of its text."""
    return visit.links.studio(kind, id, *more)


def file_href(visit: Visit, file: str, line: int = 0) -> str:
    """The address of a file's text, at a line; "" for files that hold no spec."""
    found = kind_of_file(file)
    mark = f"#L{line}" if line else ""
    return f"{spec_href(visit, *found, 'yaml')}{mark}" if found else ""


def problems(visit: Visit, found: Iterable[Finding]) -> tuple[Problem, ...]:
    """Findings as the screens show them, errors first."""
    ordered = sorted(found, key=lambda one: one.gravity != "error")
    return tuple(
        Problem(
            one.gravity,
            one.code,
            one.message,
            one.cure,
            one.file,
            one.line,
            one.column,
            file_href(visit, one.file, one.line) or visit.links.studio(),
            one.excerpt,
            one.length,
        )
        for one in ordered
    )


def _count(found: Iterable[Finding], gravity: str) -> int:
    return sum(1 for one in found if one.gravity == gravity)


def draft_bar(visit: Visit, bench: Bench) -> DraftBar | None:
    """What is changed and not live; None when nothing is."""
    if not bench.changes:
        return None
    return DraftBar(
        len(bench.changes),
        _count(bench.findings, "error"),
        _count(bench.findings, "warn"),
        visit.links.studio("publish"),
        visit.links.studio("discard") if may_edit(visit) else "",
    )


def studio_side(visit: Visit, bench: Bench, current: str) -> SideNav:
    """The studio's navigation: overview, publish, every kind."""
    links, say = visit.links, visit.say
    changes = len(bench.changes)
    head: tuple[NavLink, ...] = (
        NavLink(links.studio(), say("Overview"), "layout-list", current=current == "overview"),
        NavLink(
            links.studio("publish"), say("Review and publish"), "git-compare-arrows",
            badge=str(changes) if changes else "", tone="accent" if changes else "",
            current=current == "publish",
        ),
        NavLink(
            links.studio("pilot"), say("Pilot and shadow"), "flask-conical",
            current=current == "pilot",
        ),
        NavLink(links.studio("versions"), say("Versions"), "history",
                current=current == "versions"),
    )  # fmt: skip
    if PUBLISH in visit.viewer.functions:
        look = "chart-no-axes-column"
        here = current == "backtest"
        head += (NavLink(links.studio("backtest"), say("Backtest"), look, current=here),)
    if READ_BY in visit.viewer.functions:
        here = current == "intake"
        head += (NavLink(links.studio("intake"), say("Intake"), "inbox", current=here),)
    settings = links.studio("settings")
    head += (NavLink(settings, say("Connections"), "key-round", current=current == "settings"),)
    hooks = links.studio("webhooks")
    head += (NavLink(hooks, say("Webhooks"), "send", current=current == "webhooks"),)
    kinds = tuple(
        NavLink(
            links.studio(one.word, ""),
            say(one.label),
            _icon(one),
            "" if one.single else str(one.count),
            current=current == one.word,
        )
        for one in kind_lines(bench.paths, bench.findings)
    )
    back = NavLink(links.desk(), say("Back to the desk"), "arrow-left")
    groups = (NavGroup("", (back,)), NavGroup(say("Studio"), head), NavGroup(say("Specs"), kinds))
    return SideNav(say("Studio"), groups)


def _icon(one: KindLine) -> str:
    return _ICONS.get(one.word, "file-code-2")


def frame(visit: Visit, bench: Bench, title: str, current: str) -> tuple[Page, SideNav]:
    """Page and navigation of a studio screen."""
    return page(visit, title, "studio"), studio_side(visit, bench, current)


# ---------------------------------------------------------------- overview


async def overview_screen(visit: Visit, bench: Bench) -> StudioOverview:
    """Types × aspects, kinds, problems, history."""
    lines = type_lines(bench.paths, bench.specs, bench.findings, visit.locale)
    counts = await _open_tickets(visit, lines)
    frame_of, nav = frame(visit, bench, visit.say("Overview"), "overview")
    changed = {one.path for one in bench.changes}
    return StudioOverview(
        frame_of,
        nav,
        _facts(visit, bench),
        tuple(visit.say(word) for word in ("Form", "Workflow", "Routing", "SLA", "Portal")),
        tuple(
            _type_row(visit, line, changed, count)
            for line, count in zip(lines, counts, strict=True)
        ),
        tuple(_card(visit, one) for one in kind_lines(bench.paths, bench.findings)),
        problems(visit, bench.findings),
        history(bench),
        visit.links.studio("TicketType", "") if may_edit(visit) else "",
        draft_bar(visit, bench),
        await _waiting(visit),
    )


async def _open_tickets(visit: Visit, lines: Sequence[TypeLine]) -> list[str]:
    """Open tickets of each type within the viewer's rights; "–" for a type that is not live."""
    live = {model.id: key for key, model in visit.desk.desk.types.items()}
    known = [line.line.id for line in lines if line.line.id in live]
    wheres = [(OPEN, (live[id],)) for id in known]
    counts = (
        await count_views(visit.site, visit.desk.tenant, visit.viewer, wheres) if wheres else []
    )
    found = {id: capped(count) for id, count in zip(known, counts, strict=True)}
    return [found.get(line.line.id, "–") for line in lines]


def _facts(visit: Visit, bench: Bench) -> tuple[Fact, ...]:
    errors, warnings = _count(bench.findings, "error"), _count(bench.findings, "warn")
    latest = bench.history[0] if bench.history else None
    checks = visit.listed(
        (
            visit.count("%(count)s error", "%(count)s errors", errors),
            visit.count("%(count)s warning", "%(count)s warnings", warnings),
        )
    )
    return (
        Fact(visit.say("Live version"), f"v{bench.revision}", latest.author if latest else ""),
        Fact(visit.say("Checks"), checks),
        Fact(visit.say("Files"), str(len(bench.files))),
        Fact(visit.say("Digest"), bench.tree[:8], mono=True),
    )


def _type_row(visit: Visit, one: TypeLine, changed: set[str], open_tickets: str) -> TypeRow:
    line, say, count = one.line, visit.say, visit.count
    href = spec_href(visit, line.kind, line.id)
    draft = line.file in changed
    state: CellState = "draft" if draft else "warn" if line.errors or line.warnings else ""
    cells = (
        AspectCell(
            count("%(count)s field", "%(count)s fields", one.fields), f"{href}#sec-fields", state
        ),
        AspectCell(
            count("%(count)s state", "%(count)s states", one.states), f"{href}#sec-workflow"
        ),
        _specs_cell(visit, "Routing", one.routing, changed),
        _specs_cell(visit, "SlaPolicy", one.sla, changed),
        AspectCell(
            say("offered") if one.offered else say("not offered"),
            spec_href(visit, "Portal", "portal"),
            "" if one.offered else "none",
        ),
    )
    src_href = file_href(visit, line.file)
    return TypeRow(line.title, href, line.file, src_href, cells, open_tickets)


def _specs_cell(visit: Visit, kind: str, ids: tuple[str, ...], changed: set[str]) -> AspectCell:
    known = kind_of(kind)
    files = {known.file_of(id) for id in ids} if known else set()
    state: CellState = "draft" if files & changed else ""
    if not ids:
        return AspectCell(visit.say("none"), visit.links.studio(kind, ""), "none")
    return AspectCell(visit.listed(ids), spec_href(visit, kind, ids[0]), state)


def _card(visit: Visit, one: KindLine) -> KindCard:
    href = visit.links.studio(one.word, "")
    label, help = visit.say(one.label), visit.say(one.help)
    return KindCard(one.word, label, help, _icon(one), href, one.count, one.errors, one.warnings)


def history(bench: Bench) -> tuple[Revision, ...]:
    """The newest revisions."""
    return tuple(
        Revision(one.n, one.message, one.author, moment(one.at_us), one.n == bench.revision)
        for one in bench.history
    )


# ---------------------------------------------------------------- list


def list_screen(
    visit: Visit, bench: Bench, word: str, typed: str = "", problem: str = ""
) -> StudioList:
    """The specs of a kind, with those that the draft takes away."""
    kind = kind_of(word)
    assert kind is not None
    label, help = words_for(kind)
    changes = {one.path: one for one in bench.changes}
    lines = spec_lines(word, bench.paths, bench.specs, bench.findings, visit.locale)
    rows = [_row(visit, bench, line, line.file in changes) for line in lines]
    rows += [_gone(visit, one) for one in bench.changes if one.op == "del" and _is_of(one, word)]
    can_add = may_edit(visit) and not (kind.single and lines)
    frame_of, nav = frame(visit, bench, visit.say(label), word)
    return StudioList(
        frame_of,
        nav,
        word,
        visit.say(label),
        visit.say(help),
        tuple(sorted(rows, key=lambda row: row.src)),
        visit.links.studio(word, "") if can_add else "",
        problem,
        typed or (kind.location.removesuffix(".yaml") if kind.single else ""),
        draft_bar(visit, bench),
    )


def _is_of(one: FileDiff, word: str) -> bool:
    found = kind_of_file(one.path)
    return found is not None and found[0] == word


def _row(visit: Visit, bench: Bench, line: SpecLine, changed: bool) -> SpecRow:
    href = spec_href(visit, line.kind, line.id)
    # What a pack brings is left out in tenant.yaml, not deleted here.
    can_delete = may_edit(visit) and line.file in bench.files
    delete = spec_href(visit, line.kind, line.id, "delete") if can_delete else ""
    return SpecRow(
        line.id, line.title, href, line.file, file_href(visit, line.file), line.errors,
        line.warnings, changed, False, delete,
    )  # fmt: skip


def _gone(visit: Visit, one: FileDiff) -> SpecRow:
    found = kind_of_file(one.path)
    assert found is not None
    href = visit.links.studio(found[0], "")
    restore = visit.links.studio("discard") if may_edit(visit) else ""
    return SpecRow(
        found[1], found[1], href, one.path, href, changed=True, deleted=True, restore_action=restore
    )


# ---------------------------------------------------------------- text and publish


def yaml_screen(
    visit: Visit,
    bench: Bench,
    word: str,
    path: str,
    *,
    typed: str | None = None,
    conflict: str = "",
    theirs: str = "",
) -> StudioYaml:
    """The text of a spec with its problems; `typed` is shown instead of what stands there."""
    kind = kind_of(word)
    found = kind_of_file(path)
    assert kind is not None
    assert found is not None
    frame_of, nav = frame(visit, bench, path, word)
    href = spec_href(visit, *found)
    text = bench.text(path) if typed is None else typed
    return StudioYaml(
        frame_of,
        nav,
        word,
        visit.say(words_for(kind)[0]),
        visit.links.studio(word, ""),
        found[1],
        path,
        href if path in bench.nodes else "",
        f"{href}/yaml" if may_edit(visit) else "",
        bench.seen(path),
        text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"),
        _folders(visit, bench, path),
        problems(visit, bench.of_file(path)) if typed is None else (),
        bool(frame_of.flashes),
        frame_of.now,
        conflict,
        theirs,
        visit.links.studio("discard") if conflict and may_edit(visit) else "",
        draft_bar(visit, bench),
    )


def _folders(visit: Visit, bench: Bench, current: str) -> tuple[Folder, ...]:
    errors = {one.file for one in bench.findings if one.gravity == "error"}
    changed = {one.path for one in bench.changes}
    found: dict[str, list[FileItem]] = {}
    for path in sorted(bench.files, key=lambda path: (path.rpartition("/")[0], path)):
        href = file_href(visit, path)
        if not href:
            continue
        folder, _, name = path.rpartition("/")
        item = FileItem(name, href, path == current)
        if path in errors or path in changed:
            item = FileItem(name, href, path == current, "E" if path in errors else "M")
        found.setdefault(folder, []).append(item)
    return tuple(Folder(name, tuple(files)) for name, files in found.items())


async def _waiting(visit: Visit) -> tuple[Waiting, ...]:
    """The plans that wait for an approval, and the visitor's own that came back."""
    found = await waiting_plans(visit.site, visit.desk.tenant, visit.viewer)
    return tuple(
        Waiting(
            one.id,
            one.message.splitlines()[0] if one.message else "",
            one.author,
            moment(one.at_us),
            visit.links.studio("plans", one.id),
            one.state == "returned",
        )
        for one in found
    )
