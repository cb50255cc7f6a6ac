"""Before the transaction: what sources answer about the records a ticket points to."""

from __future__ import annotations

from collections.abc import Mapping

from engine.facts import Ref, Viewer
from engine.model.ticket_type import TypeModel
from runtime.site.desks import Live
from runtime.site.standing import own_of
from runtime.store.rows import Person


def gather_refs(
    live: Live,
    type_model: TypeModel,
    values: Mapping[str, object],
    viewer: Viewer,
    person: Person | None,
    now_us: int,
) -> dict[str, Ref]:
    """Snapshots of the records named in `values`, by field key.

    Staff find every record, a requester only their own (Source.own); a record they may not find is
    as absent as one that does not exist.
    """
    found: dict[str, Ref] = {}
    for key, raw in values.items():
        item = type_model.fields.get(key)
        if item is None or item.type != "reference" or not isinstance(raw, str) or not raw.strip():
            continue
        table = live.tables.get(item.source)
        if table is None:
            continue
        free = viewer.is_staff or viewer.is_system or person is None
        own = {} if free else own_of(person, table.model.own) if person else {}
        record = table.get(raw, own)
        if record is not None:
            found[key] = table.snapshot(record, now_us)
    return found
