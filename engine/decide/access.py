"""Rights (decisions.md 4): the union of the grants whose own `see` holds for the ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.evaluate import holds
from engine.facts import Ask, Facts, Viewer
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.rights import APPROVERS, REQUESTER, Grant
from engine.predicate import TRUE, All, AnyOf, Op, Path, Predicate, Test

_WIDTH = {"hidden": 0, "masked": 1, "read": 2, "edit": 3}
_TYPE = Path("type", "type", "type")
_ID = Path("id", "id", "ticket")
_OWN = (REQUESTER, APPROVERS)
"""Built-in roles: what they show is somebody's own matter, and counts for nobody else."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do with one ticket. `fields`: key → hidden, masked, read or edit."""

    see: bool
    edit: bool = False
    do: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)

    def reads(self, key: str) -> bool:
        """Whether the stored value of a field may be shown as it is."""
        return self.see and self.fields.get(key, "hidden") in ("read", "edit")

    def writes(self, key: str) -> bool:
        """Whether the field may be changed."""
        return self.fields.get(key) == "edit"


NOTHING = Rights(see=False)


def grants(desk: Desk, viewer: Viewer, type_key: str) -> tuple[Grant, ...]:
    """Every grant the viewer's roles give on a type, the built-in ones of all people included."""
    found: dict[int, Grant] = {}
    roles = () if viewer.is_guest else sorted(viewer.roles)
    for role in (*roles, REQUESTER, APPROVERS):
        model = desk.roles.get(role)
        for grant in model.grants.get(type_key, ()) if model else ():
            found[id(grant)] = grant
    return tuple(found.values())


def rights(desk: Desk, facts: Facts, ask: Ask) -> Rights:
    """The viewer's rights on this ticket; none on one of a type that this desk does not have."""
    return RightsOf(desk, ask).on(facts)


class RightsOf:
    """The rights of one viewer on many tickets, such as those of a list.

    What a set of grants amounts to is worked out once; which of them hold is asked per ticket.
    """

    def __init__(self, desk: Desk, ask: Ask) -> None:
        self._desk, self._ask = desk, ask
        self._grants: dict[str, tuple[Grant, ...]] = {}
        self._sums: dict[tuple[str, tuple[bool | None, ...]], Rights] = {}

    def on(self, facts: Facts) -> Rights:
        """As `rights`."""
        type_key, ask = facts.text("type"), self._ask
        only = ask.viewer.only
        if only is not None and facts.text("id") not in only:
            return NOTHING
        if type_key not in self._desk.types:
            return NOTHING
        given = self._grants.get(type_key)
        if given is None:
            given = self._grants[type_key] = grants(self._desk, ask.viewer, type_key)
        # None: does not see the ticket by this grant; else whether it may edit by it.
        held = tuple(
            (grant.edit is not None and holds(grant.edit, facts, ask))
            if grant.see is not None and holds(grant.see, facts, ask)
            else None
            for grant in given
        )
        found = self._sums.get((type_key, held))
        if found is None:
            found = self._sums[type_key, held] = self._sum(type_key, given, held)
        return found

    def _sum(
        self, type_key: str, given: tuple[Grant, ...], held: tuple[bool | None, ...]
    ) -> Rights:
        fields = self._desk.types[type_key].fields
        if self._ask.viewer.is_system:
            return Rights(True, True, frozenset({"*"}), dict.fromkeys(fields, "edit"))
        seen = [(grant, e) for grant, e in zip(given, held, strict=True) if e is not None]
        if not seen:
            return NOTHING
        return Rights(
            see=True,
            edit=any(edits for _, edits in seen),
            do=frozenset().union(*(grant.do for grant, _ in seen)),
            fields=_widest(fields.values(), seen),
        )


def narrower(one: Rights, other: Rights) -> Rights:
    """What both allow; a field that only one of them knows is hidden."""
    fields = {
        key: min(one.fields.get(key, "hidden"), right, key=_WIDTH.__getitem__)
        for key, right in other.fields.items()
    }
    return Rights(one.see and other.see, one.edit and other.edit, one.do & other.do, fields)


def is_sealed(desk: Desk, type_key: str, name: str) -> bool:
    """Whether the value under a dotted name is one that the store keeps encrypted."""
    root, _, rest = name.partition(".")
    model = desk.types.get(type_key)
    item = model.fields.get(root) if model is not None else None
    if not rest:
        return item is not None and item.sensitive
    linked = dict(desk.people.get("staff" if root == "assignee" else root, {}))
    if item is not None:
        linked |= item.columns
        if item.source in desk.sources:
            linked |= desk.sources[item.source].outputs
    found = linked.get(rest)
    return (item is not None and item.sensitive) or (found is not None and found.sensitive)


def tells(desk: Desk, type_key: str, rights: Rights, name: str) -> bool:
    """Whether an explanation under a desk, today's or one of then, may show the value of a name.

    A field that today's desk no longer has is nobody's to read.
    """
    root = name.partition(".")[0]
    model = desk.types.get(type_key)
    own = root in rights.fields or (model is not None and root in model.fields)
    if own and not rights.reads(root):
        return False
    return "." not in name or not is_sealed(desk, type_key, name)


def rights_to_open(desk: Desk, viewer: Viewer, type_key: str) -> Rights:
    """The rights on the form of a new ticket: of the grants that may create, as if `edit` held."""
    model = desk.types[type_key]
    if viewer.is_system:
        return Rights(True, True, frozenset({"*"}), dict.fromkeys(model.fields, "edit"))
    seen = [(g, True) for g in grants(desk, viewer, type_key) if g.create]
    if not seen:
        return NOTHING
    return Rights(True, True, frozenset(), _widest(model.fields.values(), seen))


def _widest(fields: Iterable[FieldModel], seen: list[tuple[Grant, bool]]) -> dict[str, str]:
    return {
        item.key: max((_right(item, grant, edits) for grant, edits in seen), key=_WIDTH.__getitem__)
        for item in fields
    }


def _right(item: FieldModel, grant: Grant, edits: bool) -> str:
    named = grant.fields.get(item.key)
    if named is None:
        if item.sensitive:
            return "masked"
        named = "edit"
    # A grant that names `edit` widens the field, not the rows: where it may not edit it reads.
    if named == "edit" and not (edits and item.is_input):
        return "read"
    return named


def visible(desk: Desk, viewer: Viewer, types: Iterable[str] = ()) -> Predicate:
    """Which tickets the viewer sees, as one condition for lists, counts, search and export."""
    return readable(desk, viewer, (), types)


def readable(
    desk: Desk, viewer: Viewer, keys: Iterable[str], types: Iterable[str] = ()
) -> Predicate:
    """Which tickets the viewer sees *and* reads all these fields of, for figures and filters.

    A field that a type does not have is no hindrance there.
    """
    wanted, named = tuple(types), tuple(keys)
    if viewer.is_system:
        return Test(_TYPE, Op.ONE_OF, wanted) if wanted else TRUE
    # Types with the same condition are asked about once: most roles say `any_type`.
    parts: dict[tuple[Predicate, ...], list[str]] = {}
    for type_key in wanted or tuple(desk.types):
        seeing = [g for g in grants(desk, viewer, type_key) if g.see is not None]
        if not seeing:
            continue
        held: list[Predicate] = [_any_of(seeing)]
        for key in named:
            item = desk.types[type_key].fields.get(key)
            if item is not None:
                held.append(_any_of([g for g in seeing if _reads(item, g)]))
        parts.setdefault(tuple(dict.fromkeys(held)), []).append(type_key)
    seen = AnyOf(tuple(All((_of_types(found), *held)) for held, found in parts.items()))
    if viewer.only is None:
        return seen
    return All((Test(_ID, Op.ONE_OF, tuple(sorted(viewer.only))), seen))


def _of_types(keys: list[str]) -> Predicate:
    if len(keys) == 1:
        return Test(_TYPE, Op.IS, keys[0])
    return Test(_TYPE, Op.ONE_OF, tuple(keys))


def reads_always(desk: Desk, viewer: Viewer, key: str, types: Iterable[str] = ()) -> bool:
    """Whether the viewer's roles read a field of every ticket they show them.

    What a person sees only because they asked for it, or were asked to approve it, is not counted
    here; `readable` leaves such tickets out where the field is not theirs to read. A sealed field
    is never read in bulk: the store holds it encrypted.
    """
    for type_key in tuple(types) or tuple(desk.types):
        item = desk.types[type_key].fields.get(key)
        if item is None:
            continue
        if item.sensitive:
            return False
        own = [
            g for g in grants(desk, viewer, type_key) if g.see is not None and g.role not in _OWN
        ]
        whole = any(g.see == TRUE and _reads(item, g) for g in own)
        if not (viewer.is_system or whole or all(_reads(item, g) for g in own)):
            return False
    return True


def reads_sometimes(desk: Desk, viewer: Viewer, key: str, types: Iterable[str]) -> bool:
    """Whether there can be a ticket on which the viewer reads the field."""
    return viewer.is_system or any(
        _reads(desk.types[type_key].fields[key], grant)
        for type_key in types
        for grant in grants(desk, viewer, type_key)
        if grant.see is not None and key in desk.types[type_key].fields
    )


def sees_sometimes(desk: Desk, viewer: Viewer, type_key: str) -> bool:
    """Whether there can be a ticket of the type that the viewer sees."""
    found = grants(desk, viewer, type_key)
    return viewer.is_system or any(grant.see is not None for grant in found)


def does_sometimes(desk: Desk, viewer: Viewer, verb: str) -> bool:
    """Whether there can be a ticket that the viewer may do a verb with."""
    return viewer.is_system or any(
        grant.edit is not None and grant.do & {verb, "*"}
        for type_key in desk.types
        for grant in grants(desk, viewer, type_key)
        if grant.see is not None
    )


def shows_sometimes(desk: Desk, viewer: Viewer, key: str, type_key: str) -> bool:
    """Whether there can be a ticket of the type on which the field is not hidden from them."""
    item = desk.types[type_key].fields[key]
    return viewer.is_system or any(
        _right(item, grant, edits=True) != "hidden"
        for grant in grants(desk, viewer, type_key)
        if grant.see is not None
    )


def _any_of(several: list[Grant]) -> Predicate:
    return AnyOf(tuple(dict.fromkeys(g.see for g in several if g.see is not None)))


def _reads(item: FieldModel, grant: Grant) -> bool:
    return _WIDTH[_right(item, grant, edits=True)] >= _WIDTH["read"]


def reads_everyone(desk: Desk, type_key: str, key: str) -> bool:
    """Whether whoever sees a ticket of the type, by whatever grant, reads this field of it."""
    item = desk.types[type_key].fields[key]
    return all(
        _reads(item, grant)
        for role in desk.roles.values()
        if role.id != APPROVERS  # it reads what everyone reads, and what it judges
        for grant in role.grants.get(type_key, ())
        if grant.see is not None
    )


def finds(desk: Desk, viewer: Viewer, source: str) -> bool:
    """Whether the viewer may fill in a field that points to records of a source."""
    return viewer.is_system or any(
        one.source == source and _right(item, grant, edits=True) == "edit"
        for type_key, model in desk.types.items()
        for grant in grants(desk, viewer, type_key)
        if grant.create or grant.edit is not None
        for item in model.fields.values()
        for one in (item, *item.columns.values())
    )


def offered(desk: Desk, viewer: Viewer) -> tuple[str, ...]:
    """The keys of the types this viewer may open a ticket of, in the desk's order."""
    return tuple(key for key in desk.types if any(g.create for g in grants(desk, viewer, key)))
