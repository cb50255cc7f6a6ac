"""What automations do to many new tickets, stratum by stratum, as `react` does it to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from engine.change.asking import Asking
from engine.change.needs import Needs
from engine.facts import Value
from engine.model.automation import AutomationModel
from engine.model.ticket_type import Action, FromClock, FromMatch, FromTicket

_LISTS: Final = {"tag": ("tags", True), "untag": ("tags", False),
                 "flag": ("flags", True), "unflag": ("flags", False)}  # fmt: skip
_TAKEN: Final = (FromTicket, FromMatch, FromClock, Mapping)


class Acts:
    """The automations that a creation starts. Those that only set values, tag or tell somebody are
    carried out here; `whole` marks the tickets on which another one acts. `fired`: ids by place.
    """

    def __init__(self, needs: Needs, count: int) -> None:
        self.needs = needs
        self.whole = np.zeros(count, np.bool_)
        self.fired: dict[int, list[str]] = {}

    def run(self, asking: Asking) -> Asking:
        """Let them act; gives the tickets as they are then."""
        started = {one.id for one in self.needs.started}
        for stratum in self.needs.strata:
            turn = [one for one in stratum if one.id in started]
            if turn:
                asking = self._stratum(turn, asking)
        return asking

    def _stratum(self, turn: list[AutomationModel], asking: Asking) -> Asking:
        changed: set[str] = set()
        for one, held in zip(turn, asking.truth([one.when for one in turn]), strict=True):
            places = np.flatnonzero(held & ~self.whole).tolist()
            if not places:
                continue
            if not all(self._is_simple(action) for action in one.do):
                self.whole |= held
                continue
            for place in places:
                self.fired.setdefault(place, []).append(one.id)
                for action in one.do:
                    changed |= _act(asking.values[place], action)
        return asking.changed(changed) if changed else asking

    def _is_simple(self, action: Action) -> bool:
        """Whether it does nothing but change a value on which no field hangs."""
        if action.verb == "notify" or action.verb in _LISTS:
            return True
        if action.verb != "set" or any(isinstance(v, _TAKEN) for v in action.args.values()):
            return False
        hangs = self.needs.hanging
        return all(
            name not in hangs and name not in self.needs.model.fields for name in action.args
        )


def _act(values: dict[str, Value], action: Action) -> set[str]:
    """Do it to one ticket; gives the names that changed."""
    args: Mapping[str, Any] = action.args
    if action.verb == "set":
        values.update(args)
        return set(args)
    if action.verb in _LISTS:
        name, on = _LISTS[action.verb]
        present = values.get(name)
        kept = tuple(v for v in present if v != args["name"]) if isinstance(present, tuple) else ()
        values[name] = (*kept, str(args["name"])) if on else kept
        return {name}
    return set()
