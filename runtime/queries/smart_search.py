"""One box for everything: a number, words, `customer:name`, `field:value`, `amount:>100`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.decide.say import Speaker
from engine.evaluate import TEXT_KINDS
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.normal import fold
from engine.predicate import TRUE, All, Op, Path, Predicate, Test
from runtime.queries.filter_tests import ME, offered
from runtime.queries.filters import OFFERED, filters_of, path_named
from runtime.queries.find_people import find_people
from runtime.queries.list_tickets import of_words
from runtime.site.handles import Site

_PART: Final = re.compile(r'(?:(\w[\w.]*)[:：])?("[^"]*"|\S+)')
_COMPARED: Final = ((">=", "at_least"), ("<=", "at_most"), (">", "more_than"), ("<", "less_than"))
_RELATIONS: Final = ("customer", "requester", "assignee")
_LANGUAGES: Final = ("zh-CN", "en")
MOST_PARTS: Final = 8


async def smart_words(site: Site, tenant: str, viewer: Viewer, text: str) -> Predicate:
    """What the text asks for; a part that names no field of the viewer's is words like others."""
    live = site.desks.get(tenant)
    if live is None or not (":" in text or "：" in text):
        return await of_words(site, tenant, viewer, text)
    plain: list[str] = []
    tests: list[Predicate] = []
    for name, value in _parts(text):
        test = await _named(site, tenant, viewer, live.desk, fold(name), value) if name else None
        if test is None:
            plain.append(f"{name}:{value}" if name else value)
        else:
            tests.append(test)
    words = await of_words(site, tenant, viewer, " ".join(plain)) if plain else TRUE
    return All((*tests, words))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    for found in list(_PART.finditer(text))[:MOST_PARTS]:
        yield found[1] or "", found[2].strip('"')


async def _named(
    site: Site, tenant: str, viewer: Viewer, desk: Desk, name: str, value: str
) -> Predicate | None:
    field = _field(desk, viewer, name)
    if not field or not value:
        return None
    if field in _RELATIONS:
        return await _person(site, tenant, viewer, field, value)
    path = path_named(desk, field)
    if path is None:
        return None
    for mark, op in _COMPARED:
        if value.startswith(mark):
            return _test(desk, viewer, f"{field}.{op}", value.removeprefix(mark).strip())
    word = _key(desk, path, field, value)
    if path.kind in TEXT_KINDS:
        op = "contains" if "." not in path.name else "is"
    else:
        op = "contains" if path.kind in ("tags", "flags", "multi_choice") else "is"
    return _test(desk, viewer, f"{field}.{op}", word)


def _test(desk: Desk, viewer: Viewer, name: str, value: str) -> Predicate | None:
    """By the door that filters take, with its rights."""
    found = filters_of(desk, viewer, {name: value})
    return found[0].test if found else None


def _field(desk: Desk, viewer: Viewer, name: str) -> str:
    """The parameter that a word means: its id, or what it is called in either language."""
    if name in _RELATIONS:
        return name
    for known in offered(desk, viewer, (), OFFERED):
        path = path_named(desk, known)
        if path is None:
            continue
        labels = {fold(Speaker.of(desk, locale).label(path)) for locale in _LANGUAGES}
        if name in {fold(path.name), fold(path.spelled), path.name.rpartition(".")[2], *labels}:
            return known
    return next((r for r in _RELATIONS if name in _called(desk, r)), "")


def _called(desk: Desk, relation: str) -> set[str]:
    path = Path(relation, relation, "person")
    return {fold(Speaker.of(desk, locale).label(path)) for locale in _LANGUAGES}


def _key(desk: Desk, path: Path, field: str, value: str) -> str:
    """The key of a value that is written as people call it, in either language."""
    wanted = fold(value)
    if path.kind == "boolean":
        return {"yes": "true", "是": "true", "no": "false", "否": "false"}.get(wanted, wanted)
    for locale in _LANGUAGES:
        speaker = Speaker.of(desk, locale)
        item = speaker.fields.get(path.name)
        known = dict(speaker.keys.get(path.kind, {}))
        known |= {k: o.title.say(locale) for k, o in item.options.items()} if item else {}
        for key, title in known.items():
            if wanted in (fold(key), fold(title)):
                return key
    return value


async def _person(site: Site, tenant: str, viewer: Viewer, relation: str, value: str) -> Predicate:
    path = Path(relation, relation, "person")
    if value in (ME, "我"):
        return Test(path, Op.IS, viewer.person_id or "")
    ids = tuple(person.id for person in await find_people(site, tenant, viewer, value))
    return Test(path, Op.ONE_OF, ids)
