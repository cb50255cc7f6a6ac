"""What a question to another system is made of, and what every connector answers it with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.facts import Value
from engine.model.source import SourceModel
from runtime.sources.record import Answer, Found


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom is asked: what a record must have to be theirs, and what fills `requester.…`.

    Staff find every record, so both are empty.
    """

    own: Mapping[str, Value] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)


ANYBODY = Asker()


@dataclass(slots=True)
class Exchange:
    """One request with its reply, as `source try` shows it; secrets are masked.

    `url` is that of a request, or the query of a database. `value` is the reply as it was read.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: str = ""
    status: int = 0
    reply_headers: tuple[tuple[str, str], ...] = ()
    reply: bytes = b""
    took_ms: int = 0
    wrong: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question is asked with: the values of settings, the locale and zone of its titles."""

    model: SourceModel
    settings: Mapping[str, str]
    locale: str
    zone: str
    now_us: int
    tenant: str = ""
    trace: list[Exchange] = field(default_factory=list)


class Away(Exception):
    """No answer that can be used; the text says why. `again`: later it may go well."""

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.again = again


class Connector(Protocol):
    """Asks systems of one sort."""

    async def get(self, asking: Asking, key: str, params: Mapping[str, str]) -> Answer:
        """The record of a key."""
        ...

    async def search(
        self, asking: Asking, words: str, params: Mapping[str, str], limit: int
    ) -> Found:
        """At most `limit` records for words."""
        ...
