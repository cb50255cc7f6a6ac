"""Random tickets of the past of a desk's types, with what people did to them later."""

from __future__ import annotations

from functools import cache
from random import Random

from engine.change.compare import Outcome
from engine.change.past import Moment, Past
from engine.compile.desk import desk_from_files
from engine.facts import Ref, Value
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from specs.load import read_folder
from tests.house.tree import ROOT

TENANTS = ("ecommerce", "education", "internet", "manufacturing")
START_US = 1_767_200_000_000_000
HOUR_US = 3_600_000_000
_WORDS = ("媒体", "曝光", "退款", "漏电", "refund", "outage", "大家电", "12315", "slow", "登录")


@cache
def files_of(tenant: str) -> dict[str, bytes]:
    """The files of an example tenant."""
    files, problems = read_folder(ROOT / "examples" / "tenants" / tenant)
    assert problems == []
    return files


def edited(tenant: str, path: str, *changes: tuple[str, str]) -> dict[str, bytes]:
    """The files with words of one file exchanged."""
    files = dict(files_of(tenant))
    text = files[path].decode()
    for was, becomes in changes:
        assert was in text, was
        text = text.replace(was, becomes)
    return {**files, path: text.encode()}


def desk_of(files: dict[str, bytes]) -> Desk:
    """The desk of files, which may have errors as a published revision may."""
    desk, problems = desk_from_files(files, published=True)
    assert desk is not None, [p.headline for p in problems if p.is_error]
    return desk


@cache
def example(tenant: str) -> Desk:
    """The desk of an example tenant."""
    return desk_of(files_of(tenant))


def some_past(chance: Random, desk: Desk, model: TypeModel, number: int = 1) -> Past:
    """A ticket of one type with what became of it."""
    at = START_US + chance.randrange(80 * 24) * HOUR_US + chance.randrange(3600) * 1_000_000
    given: dict[str, Value] = {
        "subject": _text(chance),
        "description": _text(chance),
        "channel": chance.choice(["portal", "mail", "import"]),
        "requester": "p1",
        "customer": "p1",
    }
    refs: dict[str, Ref] = {}
    for key, item in model.fields.items():
        given[key] = None if chance.random() < 0.2 else _value(chance, desk, item)
        if item.type == "reference" and given[key] and item.source in desk.sources:
            outputs = desk.sources[item.source].outputs
            values = {name: _value(chance, desk, one) for name, one in outputs.items()}
            if chance.random() < 0.9:
                refs[key] = Ref(str(given[key]), at, "d", values)
    known = {
        f"{word}.{key}": _value(chance, desk, item)
        for word in ("customer", "requester")
        for key, item in desk.people.get(word, {}).items()
    }
    team = chance.choice(sorted(desk.teams))
    return Past(
        id=f"t{number}",
        number=f"{model.prefix}-{number}",
        type=model.key,
        at_us=at,
        given=given,
        known=known,
        refs=refs,
        decided=Outcome(team, team, "normal"),
        moments=tuple(_moments(chance, desk, model, at)),
        imported=chance.random() < 0.2,
    )


def _moments(chance: Random, desk: Desk, model: TypeModel, at: int) -> list[Moment]:
    found: list[Moment] = []
    for _ in range(chance.randrange(6)):
        at += chance.randrange(1, 40 * 60) * 60_000_000
        values: dict[str, Value] = {}
        events: list[str] = []
        home = False
        turn = chance.random()
        if turn < 0.5:
            state = chance.choice(list(model.states.values()))
            values |= {"state": state.key, "phase": state.phase, "state_since": at}
            events += ["moved", f"entered:{state.key}"]
        elif turn < 0.7:
            events += ["commented", "first_agent_reply"]
            values["first_replied_at"] = at
        elif turn < 0.8:
            values["team"] = chance.choice(sorted(desk.teams))
            events.append("transferred")
        elif turn < 0.85:
            home = True
            events.append("transferred")
        elif turn < 0.9:
            values["priority"] = chance.choice(["urgent", "high", "normal", "low"])
            events.append("changed:priority")
        else:
            events.append("noted")
        found.append(Moment(at, tuple(events), values, goes_home=home))
    return found


def _text(chance: Random) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(1, 5)))


def _value(chance: Random, desk: Desk, item: FieldModel) -> Value:
    if item.options:
        options = sorted(item.options)
        if item.type == "multi_choice":
            return tuple(chance.sample(options, chance.randrange(1, len(options) + 1)))
        return chance.choice(options)
    match item.type:
        case "integer" | "money" | "decimal":
            return chance.randrange(1, 2000) * 10 ** max(item.scale, 0) // chance.choice([1, 1, 7])
        case "duration" | "rating":
            return chance.randrange(1, 5)
        case "boolean":
            return chance.random() < 0.5
        case "date":
            return f"2026-0{chance.randrange(1, 6)}-{chance.randrange(10, 28)}"
        case "datetime":
            return START_US + chance.randrange(100 * 24) * HOUR_US
        case "team":
            return chance.choice(sorted(desk.teams))
        case "files" | "image":
            return ("f1",)
        case "text" | "long_text" | "reference":
            return _text(chance)
    return None
