"""Records of sources as this process finds them: in tables at once, elsewhere by asking."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from engine.model.source import Call, SourceModel, holes
from runtime.outbound.door import Door
from runtime.site.desks import Live
from runtime.site.stored import frozen, thawed
from runtime.sources.asking import ANYBODY, Asker, Asking, Away, Connector, Exchange
from runtime.sources.breaker import Breakers
from runtime.sources.http import HttpConnector
from runtime.sources.record import Answer, Found, is_own, made_record
from runtime.sources.sql import SqlConnector
from runtime.sources.table import Table
from runtime.store import source_cache, tenant_settings
from runtime.store.desks import LIVE
from runtime.store.open import Store

LONGEST_KEY: Final = 200
MOST_OF_ALL: Final = 1000
"""Records of another system that a schedule goes through in one run."""


class Records:
    """The sources of every tenant, as one process asks them.

    Without `asks` no other system is asked: fixtures answer for it, as in tests of specs.
    """

    def __init__(
        self, store: Store, door: Door, sql: SqlConnector | None = None, *, asks: bool
    ) -> None:
        self._store = store
        self._asks = asks
        self._breakers = Breakers()
        self._http = HttpConnector(door)
        self._sql = sql or SqlConnector()
        self._connectors: Mapping[str, Connector] = {"http": self._http, "sql": self._sql}

    async def close(self) -> None:
        """End the connections to databases; the door has its own end."""
        await self._sql.close()

    def table(self, live: Live, source: str) -> Table | None:
        """The records where they need no asking; None where they do, or there are none."""
        table = live.tables.get(source)
        return table if table is not None or self._asks else live.fixtures.get(source)

    async def get(self, live: Live, source: str, key: str, asker: Asker = ANYBODY) -> Answer:
        """The record of a key, if it is one that they may find; else it is as if not there."""
        table, key = self.table(live, source), key.strip()
        now = self._store.clock.now_us()
        if table is not None:
            record = table.get(key, asker.own)
            state = "none" if record is None else "found"
            return Answer(state, record, now, table.digest)  # type: ignore[arg-type]
        model = live.desk.sources.get(source)
        if model is None or not self._asks:
            return Answer("off", why="there is no such source here")
        if not key or len(key) > LONGEST_KEY:
            return Answer("none", fetched_us=now)
        answer = await self._get(live, model, key, asker.params)
        theirs = answer.record is None or is_own(answer.record, asker.own)
        return answer if theirs else Answer("none", fetched_us=answer.fetched_us)

    async def search(
        self, live: Live, source: str, words: str, asker: Asker = ANYBODY, limit: int = 20
    ) -> Found:
        """Records for words, those they may find alone."""
        table = self.table(live, source)
        if table is not None:
            return Found("found", tuple(table.search(words, asker.own, limit)))
        model = live.desk.sources.get(source)
        if model is None or not self._asks:
            return Found("off", why="there is no such source here")
        if model.find is None:
            return await self._by_key(live, source, words, asker)
        # Where the system does not know whose a record is, some of what comes falls away here.
        most = limit if not asker.own else max(limit, 100)
        found = await self._search(live, model, words[:LONGEST_KEY], asker.params, most)
        mine = tuple(one for one in found.records if is_own(one, asker.own))
        return Found(found.state, mine[:limit], found.why, found.more or len(mine) > limit)

    async def every(self, live: Live, source: str) -> Found:
        """All records of a source, as far as it gives them."""
        table = self.table(live, source)
        if table is not None:
            return Found("found", tuple(table.records.values()))
        return await self.search(live, source, "", limit=MOST_OF_ALL)

    async def call(
        self, live: Live, model: SourceModel, call: Call, params: Mapping[str, Any], key: str
    ) -> Exchange:
        """Write something back; `key` makes it happen once there.

        Raises:
            Away: it was not taken, or could not be asked.
        """
        if not self._asks:
            raise Away("off: no other system is asked here", again=False)
        settings = await self._settings(live, model)
        missing = _missing(model, settings)
        if missing:
            raise Away(missing)
        return await self._http.call(self._asking(live, model, settings), call.request, params, key)

    async def tried(
        self, live: Live, source: str, *, key: str = "", words: str | None = None
    ) -> tuple[Answer | Found, list[Exchange]]:
        """A look-up, or a search for `words`, past cache and breaker, with what was said."""
        model = live.desk.sources[source]
        connector = self._connectors.get(model.connector)
        if connector is None:
            asked = await self.search(live, source, words) if words is not None else None
            return asked or await self.get(live, source, key), []
        settings = await self._settings(live, model)
        missing = _missing(model, settings)
        if missing:
            return Answer("off", why=missing), []
        asking = self._asking(live, model, settings)
        if words is not None:
            return await connector.search(asking, words, {}, 20), asking.trace
        return await connector.get(asking, key, {}), asking.trace

    def away(self, live: Live, source: str) -> tuple[int, str] | None:
        """Since when this process gets no answer of a source, and why; None where it does."""
        return self._breakers.away(_name(live, source))

    # -- asking ---------------------------------------------------------------------------------

    async def _get(
        self, live: Live, model: SourceModel, key: str, params: Mapping[str, str]
    ) -> Answer:
        settings = await self._settings(live, model)
        missing = _missing(model, settings)
        if missing:
            return Answer("off", why=missing)
        place = _place(live, model, settings, params)
        if model.cache_us:
            known = await self._kept(live, model, place, key)
            if known is not None:
                return known
        name, now = _name(live, model.id), self._store.clock.now_us()
        barred = self._breakers.let(name, now)
        if barred:
            return Answer("away", why=barred)
        asking = self._asking(live, model, settings)
        answer = await self._connectors[model.connector].get(asking, key, params)
        self._note(name, away=answer.state == "away" and not answer.fetched_us, why=answer.why)
        if model.cache_us and answer.record is not None:
            await self._keep(live, model, place, key, answer)
        return answer

    async def _search(
        self, live: Live, model: SourceModel, words: str, params: Mapping[str, str], limit: int
    ) -> Found:
        settings = await self._settings(live, model)
        missing = _missing(model, settings)
        if missing:
            return Found("off", why=missing)
        name = _name(live, model.id)
        barred = self._breakers.let(name, self._store.clock.now_us())
        if barred:
            return Found("away", why=barred)
        asking = self._asking(live, model, settings)
        found = await self._connectors[model.connector].search(asking, words, params, limit)
        self._note(name, away=found.state == "away", why=found.why)
        return found

    async def _by_key(self, live: Live, source: str, words: str, asker: Asker) -> Found:
        """A source that can't search finds what is named exactly."""
        if not words.strip():
            return Found()
        answer = await self.get(live, source, words, asker)
        state = "found" if answer.state == "none" else answer.state
        return Found(state, (answer.record,) if answer.record else (), answer.why)

    def _note(self, name: str, *, away: bool, why: str) -> None:
        if away:
            self._breakers.failed(name, why, self._store.clock.now_us())
        else:
            self._breakers.went_well(name)

    def _asking(self, live: Live, model: SourceModel, settings: Mapping[str, str]) -> Asking:
        tenant, now = live.desk.tenant, self._store.clock.now_us()
        return Asking(model, settings, tenant.locales[0], tenant.zone, now, live.tenant)

    async def _settings(self, live: Live, model: SourceModel) -> dict[str, str]:
        """The values that it names: those of the environment, else those of live."""
        found: dict[str, str] = {}
        async with self._store.unit(live.tenant) as unit:
            for name in model.wanted:
                for environment in dict.fromkeys((live.environment, LIVE)):
                    value = await tenant_settings.read_setting(unit, environment, name)
                    if value is not None:
                        found[name] = value
                        break
        return found

    # -- the cache ------------------------------------------------------------------------------

    async def _kept(self, live: Live, model: SourceModel, place: str, key: str) -> Answer | None:
        async with self._store.unit(live.tenant) as unit:
            kept = await source_cache.kept(unit, place, key)
        if kept is None:
            return None
        values = {name: frozen(value) for name, value in kept.body["values"].items()}
        tenant = live.desk.tenant
        record = made_record(model, values, tenant.locales[0], tenant.zone)
        return Answer("found", record, kept.fetched_us, kept.digest)

    async def _keep(
        self, live: Live, model: SourceModel, place: str, key: str, answer: Answer
    ) -> None:
        assert answer.record is not None
        body = {"values": {name: thawed(one) for name, one in answer.record.values.items()}}
        kept = source_cache.Kept(body, answer.digest, answer.fetched_us)
        async with self._store.unit(live.tenant, write=True) as unit:
            expires = answer.fetched_us + model.cache_us
            await source_cache.keep(unit, place, key, kept, expires)

    async def forget(self, live: Live, source: str, key: str) -> None:
        """Ask anew at the next look-up of this record."""
        model = live.desk.sources.get(source)
        if model is not None and model.is_remote and model.cache_us and self._asks:
            settings = await self._settings(live, model)
            async with self._store.unit(live.tenant, write=True) as unit:
                await source_cache.forget(unit, _place(live, model, settings, {}), key.strip())


def _name(live: Live, source: str) -> str:
    return f"{live.tenant}:{live.environment}:{source}"


def _missing(model: SourceModel, settings: Mapping[str, str]) -> str:
    missing = sorted(model.wanted - settings.keys())
    return f"off: the setting `{missing[0]}` is missing" if missing else ""


def _place(
    live: Live, model: SourceModel, settings: Mapping[str, str], params: Mapping[str, str]
) -> str:
    """The name of a source in the cache.

    It holds how the source is read, where, and for whom if that is asked: what was kept under
    another meaning, address or asker is never found.
    """
    lookup = model.lookup
    names = [*holes(lookup.path), *holes(lookup.body), *lookup.binds] if lookup else []
    asked = {name: params.get(name, "") for name in names if name != "key"}
    shape = replace(lookup, place=None) if lookup else None
    meaning = (model.url, shape, model.paths, model.columns, sorted(settings.items()), asked)
    types = [(name, item.type, item.scale, item.currency) for name, item in model.outputs.items()]
    digest = hashlib.sha256(repr((meaning, types)).encode()).hexdigest()[:24]
    return f"{live.environment}:{model.id}:{digest}"
