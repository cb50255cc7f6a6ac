"""Roles and the portal: grants by type, with what they inherit (decisions.md 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.scope import Scope
from engine.compile.scopes import Scopes
from engine.model.desk import Offer, PortalModel
from engine.model.rights import APPROVERS, REQUESTER, Grant, RoleModel
from engine.model.text import NO_WORDS
from engine.model.ticket_type import TypeModel
from engine.predicate import Op, Path, Predicate, Test, Var

_ASKED: Predicate = Test(Path("approvers", "approvers", "people"), Op.CONTAINS, Var("me"))
_REQUESTER = Path("requester", "requester", "person")
_MINE: Predicate = Test(_REQUESTER, Op.IS, Var("me"))
_OURS: Predicate = Test(_REQUESTER, Op.ONE_OF, Var("my.colleagues"))


def compile_roles(
    context: Context, types: Mapping[str, TypeModel], scopes: Scopes
) -> dict[str, RoleModel]:
    """Every role with its own and inherited grants, and the built-in role `requester`."""
    files = context.files("Role")
    own = {name: _own(context, file, types, scopes) for name, file in files.items()}
    lines = {name: _line(files, name) for name in files}
    roles = {name: _role(context, file, lines[name], own, files) for name, file in files.items()}
    portal = context.only("Portal")
    if portal is not None:
        roles[REQUESTER] = _requester(context, portal, types, scopes)
    asked = _approvers(types, roles)
    if asked is not None:
        roles[APPROVERS] = asked
    return roles


def _approvers(types: Mapping[str, TypeModel], roles: Mapping[str, RoleModel]) -> RoleModel | None:
    """The grants of those who are asked to approve: they see the ticket while they are asked.

    They read what the approvals are about and what no role is denied; a sensitive field stays
    masked. All else is as their own roles say.
    """
    grants: dict[str, tuple[Grant, ...]] = {}
    place = None
    for key, model in types.items():
        waiting = [t.approval for t in model.transitions.values() if t.approval is not None]
        if not waiting:
            continue
        place = waiting[0].place
        about = {name.partition(".")[0] for approval in waiting for name in approval.frozen}
        others = [g for role in roles.values() for g in role.grants.get(key, ()) if g.see]
        fields = {
            name: _judged(item.sensitive, name in about, [g.fields.get(name) for g in others])
            for name, item in model.fields.items()
        }
        do = frozenset({"note"})
        grants[key] = (Grant(APPROVERS, key, _ASKED, None, False, do, fields, place),)
    if place is None:
        return None
    return RoleModel(APPROVERS, NO_WORDS, place, frozenset({APPROVERS}), grants)


def _judged(sensitive: bool, is_about: bool, named: Sequence[str | None]) -> str:
    """`named`: what each role that sees the type says of the field, None where it says nothing."""
    if sensitive:
        return "masked" if is_about else "hidden"
    denied = any(right in ("hidden", "masked") for right in named)
    return "read" if is_about or not denied else "hidden"


def _line(files: Mapping[str, File], name: str) -> tuple[str, ...]:
    """A role and all it inherits from, itself first; loops were refused when loaded."""
    seen: list[str] = []
    waiting = [name]
    while waiting:
        role = waiting.pop(0)
        if role in files and role not in seen:
            seen.append(role)
            waiting += files[role].spec.inherits or ()
    return tuple(seen)


def _role(
    context: Context,
    file: File,
    line: tuple[str, ...],
    own: Mapping[str, Mapping[str, Grant]],
    files: Mapping[str, File],
) -> RoleModel:
    grants: dict[str, tuple[Grant, ...]] = {}
    for role in line:
        for type_key, grant in own[role].items():
            grants[type_key] = (*grants.get(type_key, ()), grant)
    return RoleModel(
        id=file.id,
        title=context.words(file.spec.title, file.id),
        place=file.place(),
        includes=frozenset(line),
        grants=grants,
        reports=frozenset(r for role in line for r in files[role].spec.reports or ()),
        functions=frozenset(f for role in line for f in files[role].spec.functions or ()),
    )


def _own(
    context: Context, file: File, types: Mapping[str, TypeModel], scopes: Scopes
) -> dict[str, Grant]:
    found: dict[str, Grant] = {}
    named = file.spec.types or {}
    for key, model in types.items():
        spec = named.get(model.id)
        path: tuple[str, ...] = ("types", model.id)
        if spec is None:
            spec, path = file.spec.any_type, ("any_type",)
        if spec is not None:
            scope = scopes.of([model.id] if path[0] == "types" else [])
            found[key] = _grant(context, file, spec, path, model, scope)
    return found


def _grant(
    context: Context,
    file: File,
    spec: Any,
    path: tuple[str, ...],
    model: TypeModel,
    scope: Scope,
) -> Grant:
    return Grant(
        role=file.id,
        type=model.key,
        see=_rows(context, file, spec.see, (*path, "see"), scope),
        edit=_rows(context, file, spec.edit, (*path, "edit"), scope),
        create=spec.create,
        do=frozenset(spec.do),
        fields=dict(_field_rights(spec.fields or {}, model)),
        place=file.key_place(*path),
    )


def _rows(
    context: Context, file: File, raw: Any, path: tuple[str, ...], scope: Scope
) -> Predicate | None:
    if raw is None:
        return None
    found, problems = compile_condition(raw, scope, context.place_of(file, *path), lowerable=True)
    # A condition under `any_type` is compiled once for each type; its mistakes are told once.
    context.add(p for p in problems if p not in context.problems)
    return found


def _field_rights(fields: Mapping[str, str], model: TypeModel) -> Iterator[tuple[str, str]]:
    keys = {item.id: key for key, item in model.fields.items()}
    for name, right in fields.items():
        if name in keys:
            yield keys[name], right


def _requester(
    context: Context, file: File, types: Mapping[str, TypeModel], scopes: Scopes
) -> RoleModel:
    grants: dict[str, tuple[Grant, ...]] = {}
    for name, spec in file.spec.types.items():
        key = context.key("type", name)
        model = types.get(key)
        if model is None:
            continue
        edit = spec.edit if spec else None
        own = Grant(
            role=REQUESTER,
            type=key,
            see=_MINE,
            edit=_rows(context, file, edit, ("types", name, "edit"), scopes.of([name])),
            create=True,
            do=frozenset(spec.do if spec else ("comment",)),
            fields=dict(_field_rights((spec and spec.fields) or {}, model)),
            place=file.key_place("types", name),
        )
        grants[key] = (own,)
        if spec is not None and spec.see == "organisation":
            # Colleagues read; to act for another is no requester's.
            ours = replace(own, see=_OURS, edit=None, create=False, do=frozenset())
            grants[key] = (own, ours)
    return RoleModel(REQUESTER, NO_WORDS, file.place(), frozenset({REQUESTER}), grants)


def compile_portal(context: Context, types: Mapping[str, TypeModel]) -> PortalModel:
    """The portal's wording and what it offers; its rights are the role `requester`."""
    file = context.only("Portal")
    if file is None:
        return PortalModel()
    spec = file.spec
    offers = tuple(
        Offer(
            key,
            context.words(offer.title) if offer and offer.title else types[key].title,
            context.words(offer.help) if offer and offer.help else types[key].help,
            spec.guests if offer is None or offer.guests is None else offer.guests,
            offer is not None and offer.see == "organisation",
        )
        for name, offer in spec.types.items()
        if (key := context.key("type", name)) in types
    )
    return PortalModel(
        context.words(spec.title),
        context.words(spec.welcome),
        context.words(spec.contact),
        spec.accent or "",
        offers,
        spec.sign_in_by_code or "",
        tuple(dict.fromkeys(spec.embed.allow)) if spec.embed else (),
    )
