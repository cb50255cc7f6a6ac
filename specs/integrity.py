"""What has to fit between specs: loops, rows, default team, shared fields, files, translations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from specs.base import Spec
from specs.field_types.common import FieldSpec
from specs.kinds.automation import Automation
from specs.kinds.calendar import Calendar
from specs.kinds.report import Report
from specs.kinds.role import Role
from specs.kinds.routing import Routing, RoutingTable
from specs.kinds.sla import SlaPolicy, SlaTable
from specs.kinds.source import Source, columns_of
from specs.kinds.team import Team
from specs.kinds.tenant import Tenant
from specs.kinds.ticket_type import TicketType
from specs.known import Declared, Known, declared
from specs.problem import Code, Place, Problem, did_you_mean, pointer, problem
from specs.shape import Step
from specs.spec_set import SpecFile, SpecSet, node_at

_INDEX = re.compile(r"[0-9]{1,9}\Z")
_FOR_TYPES = ("Routing", "SlaPolicy", "Automation", "Macro")
_STARTS = ("event", "state", "schedule", "burst", "pattern")


def check_integrity(specs: SpecSet, known: Known) -> list[Problem]:
    """What is wrong between specs, besides names that do not exist."""
    return list(
        chain(
            _loops(specs),
            _rows(specs),
            _routings(specs),
            _starts(specs),
            _default_team(specs),
            _fields_twice(specs),
            _field_conflicts(specs, known),
            _reports(specs),
            _files(specs),
            _tenant(specs),
            _translations(specs),
        )
    )


# ---------------------------------------------------------------- loops


def _parent(spec: Spec) -> tuple[str, ...]:
    return (spec.parent,) if isinstance(spec, Team) and spec.parent else ()


def _overflow(spec: Spec) -> tuple[str, ...]:
    return (spec.overflow,) if isinstance(spec, Team) and spec.overflow else ()


def _inherits(spec: Spec) -> tuple[str, ...]:
    return spec.inherits or () if isinstance(spec, Role) else ()


def _loops(specs: SpecSet) -> Iterator[Problem]:
    for kind, key, next_of in (
        ("Team", "parent", _parent),
        ("Team", "overflow", _overflow),
        ("Role", "inherits", _inherits),
    ):
        yield from _loops_of(specs, kind, key, next_of)


def _loops_of(
    specs: SpecSet, kind: str, key: str, next_of: Callable[[Spec], tuple[str, ...]]
) -> Iterator[Problem]:
    """Each loop once, told at its first member by name."""
    files = specs.of(kind)
    told: set[frozenset[str]] = set()
    for start in files:
        loop = _loop_from(start, lambda id: next_of(files[id].spec) if id in files else ())
        if loop is None or frozenset(loop) in told:
            continue
        told.add(frozenset(loop))
        message = f"`{key}` leads back to where it began: {' → '.join((*loop, loop[0]))}"
        others = tuple(("it goes on in", files[id].place(key)) for id in loop[1:])
        yield problem(
            Code.REFERENCE_LOOP,
            message,
            files[start].place(key),
            pointer=f"/{key}",
            cure=f"take `{key}` out of one of them",
            related=others,
        )


def _loop_from(start: str, next_of: Callable[[str], tuple[str, ...]]) -> tuple[str, ...] | None:
    """The way from an id back to itself, or None."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for id in next_of(way[-1]):
            if id == start:
                return way
            if id not in seen:
                seen.add(id)
                ways.append((*way, id))
    return None


# ---------------------------------------------------------------- tables


def _rows(specs: SpecSet) -> Iterator[Problem]:
    for file in chain(specs.of("Routing").values(), specs.of("SlaPolicy").values()):
        spec = file.spec
        table = spec.table if isinstance(spec, Routing | SlaPolicy) else None
        if table is not None:
            yield from _arity(file, table)


def _arity(file: SpecFile, table: RoutingTable | SlaTable) -> Iterator[Problem]:
    width = len(table.inputs) + len(table.sets)
    for id, cells in table.rows.items():
        if len(cells) != width:
            parts = f"{len(table.inputs)} inputs and {len(table.sets)} results"
            message = f"row `{id}` has {len(cells)} cells; the table has {parts}"
            yield _row_problem(file, ("table", "rows", id), message, width)
    if table.otherwise is not None and len(table.otherwise) != len(table.sets):
        message = f"`otherwise` has {len(table.otherwise)} cells; the table sets {len(table.sets)}"
        yield _row_problem(file, ("table", "otherwise"), message, len(table.sets))


def _row_problem(file: SpecFile, path: tuple[Step, ...], message: str, width: int) -> Problem:
    related = tuple(
        (f"`{key}` stands in", file.key_place("table", key)) for key in ("inputs", "sets")
    )
    return problem(
        Code.WRONG_ARITY,
        message,
        file.place(*path),
        pointer=pointer(path),
        cure=f"write {width} cells; `any` looks at nothing, `-` decides nothing",
        related=related,
    )


def _routings(specs: SpecSet) -> Iterator[Problem]:
    for file in specs.of("Routing").values():
        spec = file.spec
        if not isinstance(spec, Routing):
            continue
        if spec.table is None and spec.rules is None:
            message = "a routing has a `table` or `rules`; here is neither"
            cure = "add `rules:` or `table:`"
            yield problem(Code.MISSING_KEY, message, file.key_place("kind"), cure=cure)
        elif spec.table is not None:
            for key in ("rules", "otherwise", "hit"):
                if key in spec.model_fields_set:
                    message = f"`{key}` stands beside `table`; the table has its own"
                    place = file.key_place(key)
                    cure = "keep the table or the rules"
                    yield problem(Code.BAD_VALUE, message, place, pointer=f"/{key}", cure=cure)
    for file in chain(*(specs.of(kind).values() for kind in _FOR_TYPES)):
        applies = getattr(file.spec, "applies_to", ())
        if "all_types" in applies and len(applies) > 1:
            message = "`all_types` stands alone"
            yield problem(
                Code.BAD_VALUE,
                message,
                file.place("applies_to"),
                pointer="/applies_to",
                cure="keep it, or name the types",
            )


def _starts(specs: SpecSet) -> Iterator[Problem]:
    """An automation is started by one thing; the time in a state needs both halves."""
    for file in specs.of("Automation").values():
        if not isinstance(file.spec, Automation):
            continue
        starts = file.spec.starts
        ways = [name for name in _STARTS if getattr(starts, name) is not None]
        place = file.key_place("starts")
        if len(ways) != 1:
            message = "an automation starts in one way; here " + (
                "stand " + ", ".join(ways) if ways else "stands none"
            )
            cure = "write one of " + ", ".join(_STARTS)
            code = Code.BAD_VALUE if ways else Code.MISSING_KEY
            yield problem(code, message, place, pointer="/starts", cure=cure)
        elif (starts.state is None) is not (starts.for_ is None):
            message = "`state` and `for` stand together: which state, and how long"
            cure = "write `starts: { state: waiting, for: 3d }`"
            yield problem(Code.MISSING_KEY, message, place, pointer="/starts", cure=cure)


# ---------------------------------------------------------------- teams and fields


def _default_team(specs: SpecSet) -> Iterator[Problem]:
    teams = specs.specs(Team)
    if any(kind == "Team" for kind, _ in specs.broken):
        return
    chosen = [id for id, team in teams.items() if team.default]
    if not chosen and (teams or specs.of("TicketType")):
        tenant = specs.of("Tenant").get("tenant")
        place = tenant.key_place("kind") if tenant else Place("tenant.yaml", 1, 1, 1, 2)
        message = "no team is the default, so a ticket that nothing routes has no owner"
        cure = "add `default: true` to one team"
        yield problem(Code.DEFAULT_TEAM, message, place, cure=cure)
    files = specs.of("Team")
    for id in chosen[1:]:
        message = f"`{id}` is a second default team"
        related = (("the first is", files[chosen[0]].key_place("default")),)
        place = files[id].key_place("default")
        cure = "take `default` out of one of them"
        yield problem(
            Code.DEFAULT_TEAM, message, place, pointer="/default", cure=cure, related=related
        )


def _fields_twice(specs: SpecSet) -> Iterator[Problem]:
    """A field that a type declares though one of its field sets does already."""
    for file in specs.of("TicketType").values():
        if not isinstance(file.spec, TicketType):
            continue
        seen: dict[str, Declared] = {}
        parts = [specs.of("FieldSet").get(name) for name in file.spec.include or ()]
        for part in (*parts, file):
            for id, field in declared(part).items() if part is not None else ():
                if id in seen:
                    where = field.place if part is file else file.key_place("include")
                    message = f"the type `{file.id}` gets the field `{id}` twice"
                    cure = "rename it, or leave the field set out"
                    related = (("it is declared in", seen[id].place),)
                    yield problem(Code.FIELD_CONFLICT, message, where, cure=cure, related=related)
                seen.setdefault(id, field)


def _unit(field: FieldSpec) -> tuple[str, str]:
    unit = getattr(field, "unit", None) or getattr(field, "currency", None) or ""
    source = getattr(field, "source", "")
    return field.type, str(source or unit)


def _field_conflicts(specs: SpecSet, known: Known) -> Iterator[Problem]:
    """One field id has one type and unit in the whole tenant."""
    first: dict[str, Declared] = {}
    for file in chain(specs.of("FieldSet").values(), specs.of("TicketType").values()):
        for id, field in declared(file).items():
            other = first.setdefault(id, field)
            if other is not field and _unit(other.spec) != _unit(field.spec):
                message = (
                    f"the field `{id}` is {' '.join(_unit(field.spec)).strip()} here "
                    f"and {' '.join(_unit(other.spec)).strip()} elsewhere"
                )
                related = (("it is declared in", other.place),)
                cure = "give one of them another id"
                yield problem(Code.FIELD_CONFLICT, message, field.place, cure=cure, related=related)


def _reports(specs: SpecSet) -> Iterator[Problem]:
    for file in specs.of("Report").values():
        spec = file.spec
        if not isinstance(spec, Report):
            continue
        if spec.by is not None and len(spec.by) > 2:
            message = f"a report has at most two dimensions; here are {len(spec.by)}"
            place = file.key_place("by")
            yield problem(Code.BAD_VALUE, message, place, pointer="/by", cure="keep two of them")
        for id, measure in spec.measures.items():
            wants = {"share": "when"}.get(measure.of, "" if measure.of == "count" else "value")
            if wants and getattr(measure, wants) is None:
                message = f"`{measure.of}` needs `{wants}`"
                yield problem(
                    Code.MISSING_KEY,
                    message,
                    file.key_place("measures", id),
                    pointer=f"/measures/{id}",
                    cure=f"add `{wants}: …`",
                )


# ---------------------------------------------------------------- files, tenant, translations


def _files(specs: SpecSet) -> Iterator[Problem]:
    for file in specs.of("Calendar").values():
        if isinstance(file.spec, Calendar) and file.spec.ical:
            yield from _file(specs, file, "ical", file.spec.ical)
    for file in specs.of("Source").values():
        if isinstance(file.spec, Source):
            yield from _table(specs, file, file.spec)


def _table(specs: SpecSet, file: SpecFile, source: Source) -> Iterator[Problem]:
    """The table of a source, or of its fixtures, is there and has the columns that it reads."""
    for key in ("file", "fixtures"):
        name = getattr(source, key)
        if name:
            missing = list(_file(specs, file, key, name))
            yield from missing or _header(specs, file, source, name)


def _file(specs: SpecSet, file: SpecFile, key: str, name: str) -> Iterator[Problem]:
    if name not in specs.files:
        message = f"there is no file `{name}` in the folder"
        cure = did_you_mean(name, [one for one in specs.files if not one.endswith(".yaml")])
        yield problem(Code.MISSING_FILE, message, file.place(key), pointer=f"/{key}", cure=cure)


def _header(specs: SpecSet, file: SpecFile, source: Source, name: str) -> Iterator[Problem]:
    """The columns that a source reads stand in the header of its table."""
    columns = columns_of(specs.files[name])
    for id, output in source.outputs.items():
        wanted = output.column or id
        if wanted in columns:
            continue
        path = ("outputs", id, "column") if output.column else ("outputs", id)
        place = file.place(*path) if output.column else file.key_place(*path)
        yield problem(
            Code.UNKNOWN_REFERENCE,
            f"`{name}` has no column `{wanted}`",
            place,
            pointer=pointer(path),
            cure=did_you_mean(wanted, columns),
            related=(("the header stands in", Place(name, 1, 1, 1, 2)),),
        )


def _tenant(specs: SpecSet) -> Iterator[Problem]:
    file = specs.of("Tenant").get("tenant")
    if file is None or not isinstance(file.spec, Tenant):
        return
    locales = file.spec.locales
    if not locales:
        message = "a tenant speaks at least one language"
        cure = "write it like [zh-CN, en]"
        place = file.place("locales")
        yield problem(Code.BAD_VALUE, message, place, pointer="/locales", cure=cure)
    for number, locale in enumerate(locales):
        if locale in locales[:number]:
            message = f"`{locale}` stands twice"
            place = file.place("locales", number)
            yield problem(Code.BAD_VALUE, message, place, pointer="/locales", cure="keep one")


def _translations(specs: SpecSet) -> Iterator[Problem]:
    tenant = specs.tenant
    files = {file.address: file for kind in specs.objects.values() for file in kind.values()}
    for locale, texts in specs.translations.items():
        name = f"i18n/{locale}.yaml"
        place = Place(name, 1, 1, 1, 2)
        if tenant is not None and locale not in tenant.locales:
            message = f"`{locale}` is none of the tenant's locales"
            cure = did_you_mean(locale, tenant.locales)
            yield problem(Code.UNKNOWN_LOCALE, message, place, cure=cure)
            continue
        for path in texts:
            if not _translates(specs, files, path):
                message = f"there is no text `{path}` to translate"
                cure = "write the path like `types/refund.title`"
                yield problem(Code.UNKNOWN_TRANSLATION, message, place, cure=cure)


def _translates(specs: SpecSet, files: Mapping[str, SpecFile], path: str) -> bool:
    stem, _, inside = path.partition(".")
    if stem not in files:
        return any(stem.endswith(id) for _, id in specs.broken)
    steps = tuple(int(step) if _INDEX.match(step) else step for step in inside.split("."))
    return node_at(files[stem].node, steps) is not None
