"""Compiles a whole tenant: every kind in order of what it needs, then the analysis that refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import rfc8785

from engine.analyse.automations import Strata, loop_problem, strata_of
from engine.analyse.clashes import check_clashes
from engine.analyse.house import check_house
from engine.analyse.tables import refused_tables
from engine.analyse.workflow import check_workflows
from engine.compile.automations import compile_automations, compile_macros
from engine.compile.calendar import compile_calendar
from engine.compile.context import Context
from engine.compile.doors import compile_channels, compile_webhooks
from engine.compile.imports import compile_imports
from engine.compile.knowledge import compile_knowledge
from engine.compile.lists import compile_dashboards, compile_reports, compile_views
from engine.compile.promises import compile_promises
from engine.compile.rights import compile_portal, compile_roles
from engine.compile.routing import compile_routings
from engine.compile.schedules import compile_schedules
from engine.compile.scopes import Scopes
from engine.compile.sla import compile_policies, with_shares
from engine.compile.small import (
    compile_notifications,
    compile_teams,
    compile_tenant,
)
from engine.compile.sources import compile_sources
from engine.compile.ticket_type import compile_type
from engine.model.automation import AutomationModel
from engine.model.calendar import Calendar
from engine.model.desk import Desk
from engine.model.ticket_type import TypeModel
from specs.load import load_files
from specs.problem import OF_ABSENCE, Problem, ordered
from specs.shape import Shape, slots
from specs.source import core
from specs.spec_set import SpecSet
from specs.translate import translated


def compile_desk(
    specs: SpecSet, keys: Mapping[str, str] | None = None, *, published: bool = False
) -> tuple[Desk | None, list[Problem]]:
    """The desk of a tenant, and every problem found on the way.

    None when there is no tenant or an error stands in the way; warnings leave a desk. `keys` is a
    revision's map `sort:id` → stored key where a rename gave an id another key (decisions.md 5).
    """
    context = Context(translated(specs), keys)
    if specs.tenant is None:
        return None, []
    desk = _desk(context)
    context.add(check_house(specs))
    context.add(check_workflows(desk))
    faulty = {one.place.file for one in context.problems if one.is_error}
    context.add(refused_tables(desk, faulty))
    context.add(one for one in check_clashes(desk, faulty) if one.is_error)
    problems = ordered(context.problems)
    refused = any(p.is_error for p in problems) and not published
    if specs.broken:
        # What a broken file declares is unknown here; its own problem is the one to tell.
        problems = [one for one in problems if one.code not in OF_ABSENCE]
    return (None if refused else desk), problems


def _desk(context: Context) -> Desk:
    sources = compile_sources(context)
    scopes = Scopes(context, {name: source.outputs for name, source in sources.items()})
    types = _types(context, scopes)
    people = context.only("People")
    customer = people.spec.customer if people else None
    automations = compile_automations(context, scopes)
    return Desk(
        tenant=compile_tenant(context),
        digest=desk_digest(context.specs),
        types=types,
        teams=compile_teams(context),
        roles=compile_roles(context, types, scopes),
        calendars=_calendars(context),
        routings=compile_routings(context, scopes),
        policies=with_shares(compile_policies(context, scopes), automations),
        sources=sources,
        notifications=compile_notifications(context, types),
        views=compile_views(context, scopes),
        reports=compile_reports(context, scopes),
        dashboards=compile_dashboards(context),
        portal=compile_portal(context, types),
        imports=compile_imports(context, types),
        people={
            group: {model.key: model for model in fields.values()}
            for group, fields in scopes.people.items()
        },
        identity=tuple(
            scopes.people["customer"][fact].key if fact in scopes.people["customer"] else fact
            for fact in (customer.identity if customer else None) or ("email",)
        ),
        strata=_strata(context, automations, types),
        macros=compile_macros(context, scopes),
        promises=compile_promises(context, scopes),
        schedules=compile_schedules(context, scopes, sources),
        channels=compile_channels(context, scopes),
        webhooks=compile_webhooks(context, scopes),
        knowledge=compile_knowledge(context, scopes),
        patterns=tuple(one.pattern for one in automations if one.pattern is not None),
    )


def _strata(
    context: Context, automations: tuple[AutomationModel, ...], types: Mapping[str, TypeModel]
) -> dict[str, Strata]:
    """type key → its automations in strata; a circle refuses the publish."""
    found: dict[str, Strata] = {}
    told: set[tuple[str, ...]] = set()
    for key, model in types.items():
        own = [one for one in automations if key in one.types]
        if not own:
            continue
        found[key], circle = strata_of(own, model)
        names = tuple(sorted(one.id for one in circle))
        if circle and names not in told:
            told.add(names)
            context.add([loop_problem(circle, model)])
    return found


def _calendars(context: Context) -> dict[str, Calendar]:
    tenant = context.specs.tenant
    zone = tenant.time_zone if tenant else "UTC"
    found = {}
    for name, file in context.files("Calendar").items():
        content = context.specs.files.get(file.spec.ical) if file.spec.ical else None
        made, problems = compile_calendar(name, file.spec, file.place, context.words, zone, content)
        context.add(problems)
        if made is not None:
            found[name] = made
    return found


def _types(context: Context, scopes: Scopes) -> dict[str, TypeModel]:
    found = {}
    for name, file in context.files("TicketType").items():
        model = compile_type(context, file, scopes.types[name], scopes.of([name]))
        found[model.key] = model
    return found


def desk_digest(specs: SpecSet) -> str:
    """sha256 over the canonical JSON of the specs without notes, comments and places."""
    whole = {
        kind: {
            name: _meaning(core(file.node), Shape("object", model=type(file.spec)))
            for name, file in files.items()
        }
        for kind, files in specs.objects.items()
        # What is expected of a desk changes nothing about it.
        if kind not in ("SpecTest", "HouseRules")
    }
    words = {locale: dict(texts) for locale, texts in specs.translations.items()}
    said: dict[str, Any] = {"specs": whole, "translations": words}
    if specs.packs:
        said["packs"] = {id: pack.digest for id, pack in specs.packs.items()}
    canonical = rfc8785.dumps(said)
    return hashlib.sha256(canonical).hexdigest()


_LEAF: Final = Shape("leaf")


def _meaning(value: Any, shape: Shape) -> Any:
    """A spec's JSON value without the `note`s of its objects; numbers as text, since they are read
    by position.

    A field of that id and the verb `note` are no remarks: only the shape tells them apart.
    """
    if isinstance(value, list):
        return [_meaning(item, shape.item or _LEAF) for item in value]
    if not isinstance(value, dict):
        return value if isinstance(value, bool) or value is None else str(value)
    if shape.form == "list":
        return _meaning(value, shape.item or _LEAF)
    model = dict(shape.models).get(str(value.get("type"))) or shape.model
    if model is None:
        inner = {str(key): _meaning(item, shape.item or _LEAF) for key, item in value.items()}
        # Canonical JSON sorts keys; of rows, fields and options the order is part of what they say.
        return [[key, item] for key, item in inner.items()] if shape.form == "map" else inner
    known = slots(model)
    return {
        str(key): _meaning(item, known[key].shape if key in known else _LEAF)
        for key, item in value.items()
        if key != "note"
    }


def desk_from_files(
    files: Mapping[str, bytes], keys: Mapping[str, str] | None = None, *, published: bool = False
) -> tuple[Desk | None, list[Problem]]:
    """From the files of a tenant to its desk, through every stage, with all problems in order.

    `published` loads a revision that was accepted once: errors that a newer version would refuse
    never stop it from running (language.md 6).
    """
    specs, problems = load_files(files)
    desk, more = compile_desk(specs, keys, published=published)
    everything = ordered([*problems, *more])
    refused = any(p.is_error for p in everything) and not published
    return (None if refused else desk), everything
