"""Draws a workflow before and after as one picture: what goes is struck out, what comes shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from runtime.web.screens.studio.plan import Flow, FlowBox, FlowEdge

Sign = Literal["", "add", "del"]
WIDTH, HEIGHT, GAP, MARGIN = 104, 34, 28, 6
_LANE = 16
"""How much higher an arc is for every state that it passes."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A workflow as a picture needs it: states in order with titles, and ways between them."""

    states: Mapping[str, str]
    ways: frozenset[tuple[str, str]]


def draw(before: Chart | None, after: Chart | None, title: str, words: str) -> Flow:
    """Both sides in one row of states, in the new order with what goes at its old place."""
    old = before or Chart({}, frozenset())
    new = after or Chart({}, frozenset())
    order = _merged(list(old.states), list(new.states))
    both = old.ways | new.ways
    above = max((to - at for at, to in _spans(order, both) if to - at > 1), default=0)
    below = max((at - to for at, to in _spans(order, both) if at > to), default=0)
    top = MARGIN + (above * _LANE + 10 if above else 0)
    height = top + HEIGHT + MARGIN + (below * _LANE + 10 if below else 0)
    places = {name: MARGIN + n * (WIDTH + GAP) for n, name in enumerate(order)}
    titles = {**old.states, **new.states}
    boxes = tuple(
        FlowBox(places[name], top, titles[name], _sign(name, old.states, new.states))
        for name in order
    )
    edges = tuple(
        _edge(places, order, top, way, _sign(way, old.ways, new.ways))
        for way in sorted(both)
        if way[0] != way[1]
    )
    width = 2 * MARGIN + len(order) * WIDTH + max(0, len(order) - 1) * GAP
    return Flow(width, height, title, words, boxes, edges)


def _sign(one: object, old: object, new: object) -> Sign:
    was, becomes = one in old, one in new  # type: ignore[operator]
    return "" if was and becomes else "add" if becomes else "del"


def _merged(old: list[str], new: list[str]) -> list[str]:
    """The new order; what is gone stands behind what stood before it."""
    found = list(new)
    for number, name in enumerate(old):
        if name not in found:
            before = next((one for one in reversed(old[:number]) if one in found), None)
            found.insert(found.index(before) + 1 if before else 0, name)
    return found


def _spans(order: list[str], ways: frozenset[tuple[str, str]]) -> list[tuple[int, int]]:
    return [(order.index(at), order.index(to)) for at, to in ways]


def _edge(
    places: Mapping[str, int], order: list[str], top: int, way: tuple[str, str], sign: Sign
) -> FlowEdge:
    """Straight to the next state, over the others when it goes on, under them when it goes back."""
    at, to = order.index(way[0]), order.index(way[1])
    middle = top + HEIGHT // 2
    if to == at + 1:
        x1, x2 = places[way[0]] + WIDTH, places[way[1]] - 6
        return FlowEdge(f"M{x1} {middle}H{x2}", f"M{x2 + 6} {middle}l-7-4v8z", sign)
    x1, x2 = places[way[0]] + WIDTH // 2, places[way[1]] + WIDTH // 2
    if to > at:
        x1, x2, y = x1 + 12, x2 - 12, top - 10 - (to - at) * _LANE + _LANE
        line = f"M{x1} {top}V{y + 8}a8 8 0 0 1 8-8H{x2 - 8}a8 8 0 0 1 8 8V{top - 6}"
        return FlowEdge(line, f"M{x2} {top}l-4-7h8z", sign)
    x1, x2, low = x1 - 12, x2 + 12, top + HEIGHT
    y = low + 10 + (at - to) * _LANE - _LANE
    line = f"M{x1} {low}V{y - 8}a8 8 0 0 1-8 8H{x2 + 8}a8 8 0 0 1-8-8V{low + 6}"
    return FlowEdge(line, f"M{x2} {low}l-4 7h8z", sign)
