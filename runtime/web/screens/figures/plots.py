"""Where the marks of a chart stand: plain arithmetic from figures to SVG coordinates."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH = 760.0
HEIGHT = 222.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 748.0, 14.0, 190.0
_LABELS = 6


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line and its word: `at` is y for values, x for the axis below."""

    at: float
    text: str
    anchor: str = "middle"
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure of a chart; `href` is the filtered list behind it, "" when there is none."""

    label: str
    text: str
    href: str
    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Path:
    """A line through one series' figures; a gap in the figures starts a new stretch."""

    series: int
    d: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawn chart in a 760 × 222 box: ticks, lines or columns, and what is under the pointer."""

    width: float
    height: float
    values: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    lines: tuple[Path, ...]
    marks: tuple[Mark, ...]
    peak: Mark | None


@dataclass(frozen=True, slots=True)
class Point:
    """A figure as it arrives; `value` None is a gap (nothing was measured)."""

    label: str
    value: float | None
    text: str
    href: str = ""


def nice_step(top: float, steps: int = 3) -> float:
    """The smallest of 1, 2, 2.5, 5 × 10ⁿ with which `steps` steps reach `top`."""
    if top <= 0:
        return 1.0
    rough = top / steps
    magnitude = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 2.5, 5.0, 10.0):
        if factor * magnitude >= rough - 1e-12:
            return factor * magnitude
    return 10.0 * magnitude


def line_plot(
    series: Sequence[Sequence[Point]], words: Callable[[float], str] = lambda value: f"{value:g}"
) -> Plot:
    """Lines over a common axis: `series` all have the same labels in the same order."""
    top, values = _values(series, words)
    count = max((len(each) for each in series), default=0)
    step = (_RIGHT - _LEFT) / max(1, count - 1)
    marks = tuple(
        Mark(p.label, p.text, p.href, s, round(_LEFT + i * step, 1), _y(p.value, top), step, 0.0)
        for s, each in enumerate(series, 1)
        for i, p in enumerate(each)
        if p.value is not None
    )
    lines = tuple(Path(s, _path(each, step, top)) for s, each in enumerate(series, 1))
    first = [mark for mark in marks if mark.series == 1]
    peak = min(first, key=lambda mark: mark.y) if len(first) > 2 else None
    centres = [_LEFT + i * step for i in range(count)]
    return Plot(WIDTH, HEIGHT, values, _labels(series, centres), lines, marks, peak)


def column_plot(
    series: Sequence[Sequence[Point]], words: Callable[[float], str] = lambda value: f"{value:g}"
) -> Plot:
    """Columns side by side, one group a label."""
    top, values = _values(series, words)
    count = max((len(each) for each in series), default=0)
    slot = (_RIGHT - _LEFT) / max(1, count)
    width = min(36.0, slot * 0.72 / max(1, len(series)))
    marks = []
    for s, each in enumerate(series, 1):
        for i, p in enumerate(each):
            if p.value is None:
                continue
            y = _y(p.value, top)
            x = _LEFT + slot * (i + 0.5) + width * (s - 1 - len(series) / 2)
            marks.append(
                Mark(
                    p.label,
                    p.text,
                    p.href,
                    s,
                    round(x, 1),
                    y,
                    round(width, 1),
                    round(_BOTTOM - y, 1),
                )
            )
    centres = [_LEFT + slot * (i + 0.5) for i in range(count)]
    return Plot(WIDTH, HEIGHT, values, _labels(series, centres), (), tuple(marks), None)


def spark_line(values: Sequence[float | None]) -> tuple[str, str]:
    """The line and the area under it in a 100 × 28 box; two empty texts for under two figures."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return "", ""
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    step = 100.0 / (len(known) - 1)
    points = [f"{i * step:.1f} {26 - 22 * (v - low) / spread:.1f}" for i, v in enumerate(known)]
    line = "M" + " L".join(points)
    return line, f"{line} L100 28 L0 28 Z"


def _y(value: float | None, top: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * (value or 0.0) / top, 1)


def _values(
    series: Sequence[Sequence[Point]], words: Callable[[float], str]
) -> tuple[float, tuple[Tick, ...]]:
    highest = max((p.value for each in series for p in each if p.value is not None), default=0.0)
    step = nice_step(highest)
    top = step * max(1, math.ceil(highest / step - 1e-9))
    count = round(top / step)
    return top, tuple(Tick(_y(step * i, top), words(step * i), "end") for i in range(count + 1))


def _labels(series: Sequence[Sequence[Point]], centres: Sequence[float]) -> tuple[Tick, ...]:
    names = [point.label for point in series[0]] if series else []
    every = max(1, math.ceil(len(names) / _LABELS))
    chosen = range(0, len(names), every)
    ticks = []
    for order, i in enumerate(chosen):
        at = round(centres[i], 1)
        anchor = "start" if at <= _LEFT + 1 else "end" if at >= _RIGHT - 1 else "middle"
        ticks.append(Tick(at, names[i], anchor, minor=order % 2 == 1))
    return tuple(ticks)


def _path(points: Sequence[Point], step: float, top: float) -> str:
    parts, pen_down = [], False
    for i, point in enumerate(points):
        if point.value is None:
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{_LEFT + i * step:.1f} {_y(point.value, top)}")
        pen_down = True
    return " ".join(parts)
