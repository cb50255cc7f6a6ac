"""The action `call`: which call of which source, of which record, and what is handed over."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.compile.context import Context, File
from engine.compile.holes_in import taken_by
from engine.compile.scope import Scope
from engine.model.ticket_type import FromTicket
from specs.problem import Code, Place, did_you_mean

_TAKEN: Final = re.compile(r"\$ticket\.([a-z0-9_.]+)\Z")


class Calls:
    """The argument of one `call` at a place of a file."""

    def __init__(
        self, context: Context, file: File, scope: Scope, at: tuple[str | int, ...]
    ) -> None:
        self.context, self.file, self.scope, self.at = context, file, scope, at

    def compiled(self, value: Any) -> dict[str, Any] | None:
        """Its parts, resolved; None after saying what is wrong."""
        place = self.file.place(*self.at)
        spec = {"name": value} if isinstance(value, str) else value
        if not isinstance(spec, dict) or "name" not in spec or set(spec) - {"name", "of", "with"}:
            cure = (
                "write { call: { name: orders.mark_refunded, with: { amount: $ticket.amount } } }"
            )
            self.wrong("`call` names a call of a source", place, cure)
            return None
        source, _, name = str(spec["name"]).partition(".")
        file = self.context.files("Source").get(source)
        known = [
            f"{one}.{call}"
            for one, each in self.context.files("Source").items()
            for call in each.spec.calls or {}
        ]
        if file is None or name not in (file.spec.calls or {}):
            cure = did_you_mean(str(spec["name"]), known) or "add it to `calls:` of the source"
            self.wrong(f"there is no call `{spec['name']}`", place, cure)
            return None
        field = self._field_of(source, spec.get("of"))
        given = self._handed(taken_by(file.spec.calls[name]), spec.get("with") or {})
        if field is None or given is None:
            return None
        return {"source": source, "call": name, "field": field, "with": given}

    def wrong(self, message: str, place: Place, cure: str = "") -> None:
        if not self.context.half_read:
            self.context.error(Code.SOURCE_CALL, message, place, cure)

    def _field_of(self, source: str, named: Any) -> str | None:
        """The key of the field whose record is meant: the only one of the source, or `of`."""
        found = {
            info.path.spelled: info
            for info in self.scope.infos.values()
            if info.path.kind == "reference" and info.field is not None
            and info.field.source == source
        }  # fmt: skip
        place = self.file.place(*self.at)
        if named is None and len(found) != 1:
            message = "nothing says of which record" if found else f"no field points to `{source}`"
            self.wrong(message, place, "add `of:` with " + (", ".join(found) or "a field"))
            return None
        info = found.get(str(named)) if named is not None else next(iter(found.values()))
        if info is None:
            message = f"`{named}` points to no record of `{source}`"
            self.wrong(message, place, did_you_mean(str(named), list(found)))
            return None
        return info.path.name if self.context.reads(info, place) else None

    def _handed(self, takes: tuple[str, ...], given: Any) -> dict[str, Any] | None:
        """What is handed over by name: texts, or values of the ticket."""
        place, cure = self.file.place(*self.at), "it takes " + (", ".join(takes) or "nothing")
        if not isinstance(given, dict) or set(given) != set(takes):
            wanted = [one for one in takes if not isinstance(given, dict) or one not in given]
            extra = sorted(set(given) - set(takes)) if isinstance(given, dict) else []
            message = (
                f"the call takes `{wanted[0]}`, and nothing is handed over for it"
                if wanted
                else f"the call takes no `{extra[0]}`"
            )
            self.wrong(message, place, cure)
            return None
        made: dict[str, Any] = {}
        for name, raw in given.items():
            taken = _TAKEN.match(raw) if isinstance(raw, str) else None
            if taken is None:
                made[name] = str(raw)
                continue
            info = self.scope.find(tuple(taken[1].split(".")))
            if info is None:
                self.wrong(f"`{raw}` can't be handed over", self.file.place(*self.at), "")
                return None
            if not self.context.reads(info, place):
                return None
            made[name] = FromTicket(info.path)
        return made
