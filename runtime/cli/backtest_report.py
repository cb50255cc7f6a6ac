"""A backtest as people and programs read it: text, Markdown for a pull request, JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from engine.change.backtest import Backtest, Cell, Gap
from engine.change.because import because
from engine.change.figures import Loaded, Missed, loaded, missed, weekly
from engine.decide.say import Speaker
from engine.instant import from_us
from engine.model.desk import Desk
from runtime.queries.backtest_samples import Sample
from runtime.site.desks import Live

FORMAT: Final = 1
"""Raised when a key of the JSON changes its meaning or goes; new ones may come at any time."""
GAPS: Final[Mapping[str, str]] = {
    "erased": "not replayed: what came in was erased",
    "no_beginning": "not replayed: no first event is recorded",
    "no_type": "not replayed: one of the two sides has no type",
    "refused": "not replayed: a side refused the type",
    "not_recorded": "taken as it is today, as it was not recorded then:",
}
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Report:
    """What is told: the figures, and of the first cells some tickets explained."""

    live: Live
    draft: Desk
    found: Backtest
    samples: Mapping[int, Sequence[Sample]]
    locale: str = "en"

    def because(self, cell: Cell) -> str:
        """Why the tickets of a cell fare otherwise."""
        return because(self.live.desk, self.draft, cell.type, cell.was, cell.becomes, self.locale)

    def named(self, kind: str, key: str) -> str:
        """A team, type or priority as people call it."""
        for desk in (self.draft, self.live.desk):
            found = Speaker.of(desk, self.locale).keys.get(kind, {}).get(key)
            if found:
                return found
        return key or "–"

    def clock(self, key: str) -> str:
        """A clock as people call it."""
        for desk in (self.draft, self.live.desk):
            found = Speaker.of(desk, self.locale).clocks.get(key)
            if found:
                return found
        return key


def as_json(report: Report) -> str:
    """Everything, with sentences in the language asked for."""
    body: dict[str, Any] = {"format": FORMAT, "tenant": report.live.tenant}
    body |= {"revision": report.live.revision, "draft": report.draft.digest}
    body |= asdict(report.found)
    for number, cell in enumerate(body["cells"]):
        cell["because"] = report.because(report.found.cells[number])
        cell["samples"] = [asdict(one) for one in report.samples.get(number, ())]
    return json.dumps(body, ensure_ascii=False, indent=2)


def as_text(report: Report) -> str:
    """For a terminal."""
    return "\n".join(line for part in _parts(report) for line in part)


def _parts(report: Report) -> Iterator[Iterator[str]]:
    yield _head(report)
    yield _routing(report)
    yield _clocks(report)
    yield _work(report)
    yield _automations(report)
    yield _honesty(report)


def _head(report: Report) -> Iterator[str]:
    found, zone = report.found, report.live.desk.tenant.zone
    since, until = (from_us(us, zone).date() for us in (found.since_us, found.until_us))
    over = f"{since} to {until}, over v{report.live.revision}"
    yield f"{report.live.tenant}: {found.tickets:,} tickets, {over}"
    if not found.tickets:
        yield "no ticket of this period; nothing was replayed"
        return
    share = f"{100 * found.rerouted_share:.1f} %"
    elsewhere = f"{found.rerouted:,} would come to another team ({share})"
    yield f"{elsewhere}; {found.changed:,} would fare otherwise in any way"


def _routing(report: Report) -> Iterator[str]:
    for topic, title in (("home", "team"), ("priority", "priority")):
        cells = [(n, cell) for n, cell in enumerate(report.found.cells) if cell.topic == topic]
        if not cells:
            continue
        yield ""
        yield f"{title}: before → after"
        for number, cell in cells:
            yield from _cell(report, number, cell, "team" if topic == "home" else topic)


def _cell(report: Report, number: int, cell: Cell, kind: str) -> Iterator[str]:
    sides = " → ".join(report.named(kind, key) for key in (cell.before, cell.after))
    yield f"  {cell.count:>7,}  {sides}  ({report.named('type', cell.type)})"
    yield f"           {report.because(cell)}"
    if cell.topic == "home":
        yield f"           {judged(cell)}"
    for one in report.samples.get(number, ()):
        yield f"           {one.number}: {_sample(one)}"


def judged(cell: Cell) -> str:
    """Wanted or not, by what people did within an hour."""
    parts = []
    if cell.right:
        parts.append(f"{cell.right:,} put right: people had handed them over within the hour")
    if cell.wrong:
        parts.append(f"{cell.wrong:,} go where nobody had wanted them")
    if cell.neither:
        parts.append(f"{cell.neither:,} come to neither of the teams that they belonged to")
    return "; ".join(parts)


def _sample(one: Sample) -> str:
    said = [f"{one.before.outcome} by {one.before.rule}"]
    if one.before.lost is not None:
        said.append(f"not {one.before.lost.row}: {one.before.lost.why}")
    said.append(f"now {one.after.outcome} by {one.after.rule}")
    if one.after.lost is not None:
        said.append(f"not {one.after.lost.row}: {one.after.lost.why}")
    return "; ".join(said)


def _clocks(report: Report) -> Iterator[str]:
    for clock in dict.fromkeys(rate.clock for rate in report.found.rates):
        rates = [rate for rate in report.found.rates if rate.clock == clock]
        yield ""
        yield f"{report.clock(clock)}, missed: before → after (really)"
        yield f"  {_missed(missed(rates))}"
        teams: defaultdict[str, list[Any]] = defaultdict(list)
        for rate in rates:
            teams[rate.team].append(rate)
        for team, own in teams.items():
            figures = missed(own)
            if figures.before != figures.after:
                yield f"    {report.named('team', team)}: {_missed(figures)}"
        weeks = weekly(rates)
        if len(weeks) > 1:
            line = "  ".join(f"{w[5:]} {_pair(m)}" for w, m in weeks)
            yield f"  by week: {line}"


def _missed(one: Missed) -> str:
    return f"{_rate(one.before)} → {_rate(one.after)} ({_rate(one.really)})"


def _pair(one: Missed) -> str:
    return f"{_percent(one.before)}→{_percent(one.after)}"


def _rate(side: tuple[int, int]) -> str:
    return f"{_percent(side)} ({side[1]:,} of {side[0]:,})" if side[0] else "–"


def _percent(side: tuple[int, int]) -> str:
    return f"{100 * side[1] / side[0]:.1f}%" if side[0] else "–"


def _work(report: Report) -> Iterator[str]:
    found = [one for one in loaded(report.found) if one.before != one.after]
    if found:
        yield ""
        yield "tickets a week, busiest hour: before → after"
    for one in found:
        yield f"  {report.named('team', one.team)}: {_load(one, 0)} → {_load(one, 1)}"


def _load(one: Loaded, side: int) -> str:
    load = (one.before, one.after)[side]
    day, hour = divmod(load.peak_hour, 24)
    busy = f", {_DAYS[day]} {hour}:00 {load.peak:.1f}" if load.peak else ""
    return f"{load.mean:.1f}{busy}"


def _automations(report: Report) -> Iterator[str]:
    if report.found.fired:
        yield ""
        yield "automations: before → after (really)"
    for one in report.found.fired:
        mark = "" if one.before == one.after else "  ←"
        yield f"  {one.automation}: {one.before:,} → {one.after:,} ({one.really:,}){mark}"


def _honesty(report: Report) -> Iterator[str]:
    found = report.found
    if not found.tickets:
        return
    yield ""
    if found.imported:
        yield (
            f"{found.imported:,} were imported and never decided: replayed as new from the first"
            " that is recorded of them"
        )
    if found.drifted:
        yield (
            f"{found.drifted:,} were really routed to another team than the live specs choose today"
            " (older revisions, or values that people changed)"
        )
    for gap in found.gaps:
        yield _gap(gap)
    if found.apart:
        several = ", ".join(found.apart)
        yield f"not replayed, as several tickets or a timetable set them off: {several}"
    if found.checked:
        verdict = (
            "all agree"
            if not found.disagreed
            else f"{len(found.disagreed)} DISAGREE: {', '.join(found.disagreed[:10])}"
        )
        yield f"checked {found.checked:,} of them by the whole cascade: {verdict}"


def _gap(gap: Gap) -> str:
    said = GAPS.get(gap.what, gap.what)
    return f"{gap.count:,} {said} {gap.name}".rstrip() + f" ({', '.join(gap.tickets)} …)"


def as_markdown(report: Report) -> str:
    """For a pull request's comment."""
    return "\n".join(_markdown(report))


def _markdown(report: Report) -> Iterator[str]:
    head = list(_head(report))
    yield f"### Backtest: {head[0]}"
    yield ""
    yield from (f"**{line}**" for line in head[1:])
    cells = report.found.cells
    if cells:
        yield ""
        yield "| tickets | what | before | after | why | by outcome |"
        yield "|---:|---|---|---|---|---|"
        for cell in cells[:50]:
            kind = "team" if cell.topic == "home" else cell.topic
            sides = [report.named(kind, key) for key in (cell.before, cell.after)]
            row = [f"{cell.count:,}", kind, *sides, report.because(cell), judged(cell)]
            yield "| " + " | ".join(_cell_text(one) for one in row) + " |"
    rates = report.found.rates
    if rates:
        yield ""
        yield "| missed | before | after | really |"
        yield "|---|---:|---:|---:|"
        for clock in dict.fromkeys(rate.clock for rate in rates):
            one = missed([rate for rate in rates if rate.clock == clock])
            figures = [_rate(side) for side in (one.before, one.after, one.really)]
            yield f"| {_cell_text(report.clock(clock))} | {' | '.join(figures)} |"
    for part in (_work(report), _automations(report), _honesty(report)):
        for line in part:
            yield f"- {line.strip()}" if line else ""


def _cell_text(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
