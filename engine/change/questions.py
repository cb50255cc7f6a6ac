"""What a plan asks the store: for each change, which tickets hold, lack or break what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from engine.change.change import Change
from engine.change.diff import Side
from engine.change.names import Path as SpecPath
from engine.change.names import stored_at
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.ticket_type import INPUTS, TypeModel
from engine.predicate import TRUE, All, AnyOf, Op, Path, Predicate, Test
from specs.kinds.ticket_type import TicketType

LISTS: Final = frozenset({"multi_choice", "files", "image", "lines"})


@dataclass(frozen=True, slots=True)
class Question:
    """One count. `types`: the stored keys of the types it is about; `open_only`: nobody asks about
    finished tickets. `args` go into the sentence."""

    change: int
    about: str
    where: Predicate
    types: tuple[str, ...]
    open_only: bool = False
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ValueQuestion:
    """Values of one field, to be judged one by one: converted into `after`, or checked by it."""

    change: int
    way: Literal["convert", "check"]
    types: tuple[str, ...]
    before: FieldModel
    after: FieldModel


Asked = Question | ValueQuestion


def questions(before: Side, after: Side, changes: Sequence[Change]) -> Iterator[Asked]:
    """Every question, in the order of the changes."""
    for number, change in enumerate(changes):
        if change.op == "remove":
            yield from _gone(before, number, change)
        elif change.klass == "convert" and change.path[-1:] == ("type",):
            yield from _converted(before, after, number, change)
        elif change.klass == "tightening":
            yield from _tighter(before, after, number, change)


# ---------------------------------------------------------------- what goes


def _gone(side: Side, number: int, change: Change) -> Iterator[Question]:
    """Which tickets hold what goes, as they are stored now."""
    found = holding(side, change.kind, change.old_id or change.id, change.old_path or change.path)
    if found is not None:
        where, types = found
        yield Question(number, "holds", where, types)


def holding(
    side: Side, kind: str, id: str, path: SpecPath
) -> tuple[Predicate, tuple[str, ...]] | None:
    """The tickets that hold a thing of the language, and the types they can be of."""
    desk = side.desk
    if kind == "Tenant" and len(path) == 2 and path[0] in ("tags", "flags"):
        name = str(path[0])
        return Test(Path(name, name, name), Op.CONTAINS, str(path[1])), tuple(desk.types)
    thing = stored_at(kind, id, path)
    if thing is None or kind == "People":
        return None
    if thing.sort == "team":
        key = next((one.key for one in desk.teams.values() if one.id == id), "")
        names = ("team", "home_team")
        parts = tuple(Test(Path(name, name, "team"), Op.IS, key) for name in names)
        return (AnyOf(parts), tuple(desk.types)) if key else None
    types = types_of(side, kind, id)
    if thing.sort == "type":
        return (TRUE, types) if types else None
    if thing.sort == "state":
        states = [s.key for t in types for s in desk.types[t].states.values()
                  if s.id == thing.parts[-1]]  # fmt: skip
        return (Test(Path("state", "state", "state"), Op.IS, states[0]), types) if states else None
    if thing.sort in ("field", "option"):
        return _in_field(desk, types, [str(step) for step in path])
    return None


def _in_field(
    desk: Desk, types: tuple[str, ...], path: list[str]
) -> tuple[Predicate, tuple[str, ...]] | None:
    item = next((one for t in types for one in desk.types[t].fields.values()
                 if one.id == path[1]), None)  # fmt: skip
    if item is None or item.type == "heading":
        return None
    at = path_to(item)
    if len(path) == 2:
        return Test(at, Op.IS_EMPTY, False), types
    keys = _with_below(item, path[-1])
    if not keys or item.sensitive:
        return None
    if item.type == "multi_choice":
        return Test(at, Op.CONTAINS_ANY, keys), types
    return Test(at, Op.ONE_OF, keys), types


def _with_below(item: FieldModel, option_id: str) -> tuple[str, ...]:
    """The keys of an option and, in a tree, of all below it."""
    found = [one.key for one in item.options.values() if one.id == option_id]
    for key in found:
        found += [o.key for o in item.options.values() if o.parent == key and o.key not in found]
    return tuple(found)


def types_of(side: Side, kind: str, id: str) -> tuple[str, ...]:
    """The stored keys of the ticket types that a spec's fields belong to."""
    keys = {model.id: key for key, model in side.desk.types.items()}
    if kind == "FieldSet":
        several = side.specs.specs(TicketType).items()
        return tuple(keys[name] for name, spec in several if id in (spec.include or ()))
    return (keys[id],) if id in keys else ()


def path_to(item: FieldModel) -> Path:
    """A field as conditions read it."""
    return Path(item.key, item.id, item.type, item.scale)


# ---------------------------------------------------------------- what gets another type


def _converted(before: Side, after: Side, number: int, change: Change) -> Iterator[ValueQuestion]:
    types = types_of(before, change.kind, change.old_id or change.id)
    old_id, new_id = str((change.old_path or change.path)[1]), str(change.path[1])
    for key in types[:1]:
        old, new = _field(before.desk, key, old_id), _field(after.desk, key, new_id)
        if old is not None and new is not None:
            yield ValueQuestion(number, "convert", types, old, new)


def _field(desk: Desk, type_key: str, id: str) -> FieldModel | None:
    model = desk.types.get(type_key)
    several = model.fields.values() if model is not None else ()
    return next((one for one in several if one.id == id), None)


# ---------------------------------------------------------------- what gets stricter


def _tighter(before: Side, after: Side, number: int, change: Change) -> Iterator[Asked]:
    path = [str(step) for step in change.path]
    types = tuple(
        key for key in types_of(after, change.kind, change.id) if key in before.desk.types
    )
    for key in types:
        model = after.desk.types[key]
        if path[:2] == ["workflow", "transitions"] and path[3:4] == ["needs"]:
            yield from _needed(number, change, model, path[2])
        elif path[0] == "fields" and len(path) in (2, 3, 4):
            item = _field(after.desk, key, path[1])
            if item is not None:
                yield from _stricter(number, model, item, path[2] if len(path) > 2 else "")


def _needed(number: int, change: Change, model: TypeModel, name: str) -> Iterator[Question]:
    """Open tickets that stand where the move begins and lack what it newly needs."""
    move = model.transitions.get(name)
    item = next((one for one in model.fields.values() if one.id == change.after), None)
    if move is None or item is None or change.after in INPUTS:
        return
    where = All(
        (
            Test(Path("state", "state", "state"), Op.ONE_OF, move.source),
            Test(path_to(item), Op.IS_EMPTY, True),
        )
    )
    yield Question(number, "empty", where, (model.key,), open_only=True)


def _stricter(number: int, model: TypeModel, item: FieldModel, key: str) -> Iterator[Asked]:
    """Open tickets that a stricter field would not take as they are."""
    if key in ("", "required", "required_when"):
        if item.is_input and (item.required or item.required_when is not None):
            parts: list[Predicate] = [Test(path_to(item), Op.IS_EMPTY, True)]
            parts += [one for one in (item.show_when,) if one is not None]
            parts += [item.required_when] if not item.required and item.required_when else []
            yield Question(number, "empty", All(tuple(parts)), (model.key,), open_only=True)
    else:
        yield ValueQuestion(number, "check", (model.key,), item, item)
