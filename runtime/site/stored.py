"""Between a ticket's row and the facts a decision reads: names, seals and structures."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from engine.change.moving import read_through
from engine.decide.notes import LATE
from engine.decide.noting import SPENT
from engine.decide.pending import APPROVERS, OPEN, PENDING, SERIAL
from engine.decide.verdict import Read, Reason
from engine.evaluate import TEXT_KINDS
from engine.facts import ClockState, Facts, Ref, Value
from engine.model.clock import clock_from, clock_values
from engine.model.desk import Desk
from engine.model.ticket_type import TypeModel
from engine.moved import RECASTS
from engine.values.registry import fold, is_empty
from runtime.store.columns import BUILT_IN
from runtime.store.crypto import Sealer, is_sealed

_LISTS = ("tags", "flags", "watchers", "teams")
_OWN = {name: column for name, column in BUILT_IN.items() if name not in ("id", "version", *_LISTS)}
_OWN_NAMES, _own_of = tuple(_OWN), attrgetter(*_OWN.values())
MEMORY = (
    "state_before",
    "first_replied_at",
    "merged",
    "merged.was",
    "merged.then",
    "asked_survey",
    "wanted.skills",
    "wanted.difficulty",
    SERIAL,
    RECASTS,
    SPENT,
)
"""Names that decisions keep on a ticket besides its columns, with those that begin as below."""
MEMORIES = ("last_assignee.", "held.", LATE)


def facts_of(desk: Desk, row: Any, sealer: Sealer, people: Mapping[str, Value]) -> Facts:
    """The facts of a stored ticket. `people`: `customer.level`, `requester.name` and the like."""
    values: dict[str, Value] = dict(people)
    values["id"], values["version"] = row.id, row.version
    values.update(zip(_OWN_NAMES, _own_of(row), strict=True))
    for name in _LISTS:
        values[name] = tuple(getattr(row, name))
    for key, value in row.values.items():
        opened = sealer.open(value, about(row.id, key)) if is_sealed(value) else value
        values[key] = frozen(opened)
    values.update({name: frozen(value) for name, value in row.memory.items()})
    values.update(_pending(row.pending))
    refs = {key: open_ref(found, sealer, about(row.id, key)) for key, found in row.refs.items()}
    for key, ref in refs.items():
        values.update({f"{key}.{name}": value for name, value in ref.values.items()})
    clocks = {key: clock_from(found) for key, found in row.clocks.items()}
    values.update(clock_names(clocks))
    facts = Facts(values, refs, clocks)
    return read_through(desk, facts) if desk.moved else facts


def clock_names(clocks: Mapping[str, ClockState]) -> dict[str, Value]:
    """`due.<clock>` and `breached.<clock>` of the clocks."""
    found: dict[str, Value] = {}
    for key, clock in clocks.items():
        found[f"due.{key}"] = clock.due_us
        found[f"breached.{key}"] = clock.breached_us is not None
    return found


def about(ticket_id: str, key: str) -> str:
    """What a sealed value is bound to, so that it opens nowhere else."""
    return f"{ticket_id}/{key}"


def columns_of(desk: Desk, facts: Facts, sealer: Sealer, ticket_id: str) -> dict[str, Any]:
    """The columns that facts fill: all but id, number, version, hash and external key."""
    type_model = desk.types[facts.text("type")]
    columns: dict[str, Any] = {
        column: facts.get(name) for name, column in _OWN.items() if name != "number"
    }
    for name in _LISTS:
        columns[name] = list(facts.names(name))
    columns["values"] = _stored_values(type_model, facts, sealer, ticket_id)
    columns["folds"] = _folds(desk, type_model, facts)
    columns["refs"] = {
        key: _stored_ref(ref, _secrets(desk, type_model, key), sealer, about(ticket_id, key))
        for key, ref in facts.refs.items()
    }
    columns["clocks"] = {
        key: {
            **clock_values(clock),
            "breached": clock.breached_us is not None,
            **({"reason": reason} if (reason := facts.get(f"{LATE}{key}")) else {}),
        }
        for key, clock in facts.clocks.items()
    }
    columns["memory"] = {
        name: thawed(value)
        for name, value in facts.values.items()
        if value is not None and (name in MEMORY or name.startswith(MEMORIES))
    }
    columns["pending"] = _stored_pending(facts)
    columns["reopened"] = facts.get("reopened") or 0
    return columns


def _pending(kept: Mapping[str, Any] | None) -> dict[str, Value]:
    """The request that a ticket waits with, and who is asked."""
    if not kept:
        return {}
    return {
        PENDING: frozen(kept["request"]),
        APPROVERS: frozen(kept["approvers"]),
        OPEN: frozen(kept["open"]),
    }


def _stored_pending(facts: Facts) -> dict[str, Any] | None:
    request = facts.get(PENDING)
    if request is None:
        return None
    return {
        "request": thawed(request),
        "approvers": list(facts.names(APPROVERS)),
        "open": list(facts.names(OPEN)),
    }


def _stored_values(
    type_model: TypeModel, facts: Facts, sealer: Sealer, ticket_id: str
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, item in type_model.fields.items():
        value = facts.get(key)
        if is_empty(value):
            continue
        plain = thawed(value)
        found[key] = sealer.seal(plain, about(ticket_id, key)) if item.sensitive else plain
    return found


def _folds(desk: Desk, type_model: TypeModel, facts: Facts) -> dict[str, Any]:
    """Folded texts for `contains`; a sealed value is never kept beside itself in clear.

    The texts of a reference's record stand under its field, as in `refs`.
    """
    names = ["subject", "description"]
    names += [f.key for f in type_model.fields.values() if f.type in TEXT_KINDS and not f.sensitive]
    folds: dict[str, Any] = {name: fold(text) for name in names if (text := facts.text(name))}
    for key, ref in facts.refs.items():
        secrets = _secrets(desk, type_model, key)
        open_values = ((n, v) for n, v in ref.values.items() if n not in secrets)
        folds[key] = {name: fold(v) for name, v in open_values if isinstance(v, str)}
    return folds


def _secrets(desk: Desk, type_model: TypeModel, key: str) -> frozenset[str]:
    """The outputs of a reference's source that are kept sealed."""
    item = type_model.fields.get(key)
    source = desk.sources.get(item.source) if item is not None else None
    outputs = source.outputs.items() if source is not None else ()
    return frozenset(name for name, output in outputs if output.sensitive)


def secret_names(desk: Desk, type_model: TypeModel) -> frozenset[str]:
    """Every name of a ticket of this type whose value is kept sealed, dotted ones too."""
    own = {key for key, item in type_model.fields.items() if item.sensitive}
    linked = {
        f"{key}.{name}" for key in type_model.fields for name in _secrets(desk, type_model, key)
    }
    return frozenset(own | linked)


def open_ref(found: Mapping[str, Any], sealer: Sealer, bound: str) -> Ref:
    """A stored record in clear; `bound`: what its sealed values are bound to (`about`)."""
    values = {
        name: frozen(sealer.open(value, f"{bound}.{name}") if is_sealed(value) else value)
        for name, value in found["values"].items()
    }
    return Ref(
        found["key"], found["fetched_at"], found["source_digest"], values, found.get("title", "")
    )


def answers_kept(desk: Desk, facts: Facts) -> dict[str, Any]:
    """What a new ticket's decision knew beside its own values, for the journal: fields of its
    people under `known`, answers of sources under `records`. Empty where it knew nothing.

    A person's sensitive field is left out: it stays with the person.
    """
    secret = {
        f"{word}.{key}"
        for word in ("customer", "requester")
        for key, item in desk.people.get(word, {}).items()
        if item.sensitive
    }
    known = {
        name: thawed(value)
        for name, value in facts.values.items()
        if name.startswith(("customer.", "requester.")) and name not in secret
    }
    records = records_kept(facts.refs)
    return {"known": known, "records": records} if known or records else {}


def records_kept(refs: Mapping[str, Ref]) -> dict[str, Any]:
    """Answers of sources, as the journal keeps them."""
    return {key: _plain_ref(ref) for key, ref in refs.items()}


def refs_from(kept: Mapping[str, Any]) -> dict[str, Ref]:
    """Records as `answers_kept` gave them."""
    return {
        key: Ref(
            one["key"],
            one["fetched_at"],
            one["source_digest"],
            {name: frozen(value) for name, value in one["values"].items()},
            one.get("title", ""),
        )
        for key, one in kept.items()
    }


def _plain_ref(ref: Ref) -> dict[str, Any]:
    return {
        "key": ref.key,
        "fetched_at": ref.fetched_us,
        "source_digest": ref.source_digest,
        "values": {name: thawed(value) for name, value in ref.values.items()},
        "title": ref.title,
    }


def _stored_ref(ref: Ref, secrets: frozenset[str], sealer: Sealer, bound: str) -> dict[str, Any]:
    kept = _plain_ref(ref)
    values = kept["values"]
    for name in secrets & values.keys():
        values[name] = sealer.seal(values[name], f"{bound}.{name}")
    return kept


def frozen(value: Any) -> Value:
    """A JSON value as facts hold it: lists as tuples."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return value  # type: ignore[no-any-return]


def thawed(value: object) -> Any:
    """A fact as JSON: tuples as lists."""
    if isinstance(value, tuple):
        return [thawed(item) for item in value]
    if isinstance(value, Mapping):
        return {key: thawed(item) for key, item in value.items()}
    return value


def reason_kept(reason: Reason) -> dict[str, Any]:
    """A reason as history keeps it; the losers are found again from the values read."""
    return {
        "topic": reason.topic,
        "outcome": thawed(reason.outcome),
        "rule": reason.rule,
        "place": reason.place,
        "reads": [{"path": read.path, "value": thawed(read.value)} for read in reason.reads],
        "said": thawed(reason.said),
    }


def reason_from(kept: Mapping[str, Any]) -> Reason:
    """A reason as the journal keeps it, as it was decided."""
    return Reason(
        topic=str(kept["topic"]),
        outcome=frozen(kept["outcome"]),
        rule=str(kept["rule"]),
        place=str(kept.get("place", "")),
        reads=tuple(Read(str(r["path"]), frozen(r["value"])) for r in kept.get("reads", ())),
        said=dict(kept.get("said") or {}),
    )
