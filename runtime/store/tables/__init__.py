"""All tables of the store; importing this package fills `base.metadata`."""

from runtime.store.tables import (
    base,
    beside,
    desks,
    doors,
    knowledge,
    patterns,
    people,
    tickets,
    work,
)

METADATA = base.metadata
MODULES = (base, people, desks, tickets, work, patterns, doors, knowledge, beside)
