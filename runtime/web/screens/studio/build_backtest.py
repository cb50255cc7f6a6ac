"""Builds the backtest pages of the studio from what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.change.backtest import Backtest, Cell, Gap, Rate
from engine.change.because import because
from engine.change.figures import Work, loaded, missed, weekly
from engine.decide.say import Speaker
from engine.instant import from_us
from engine.model.desk import Desk
from runtime.actions.ask_backtest import PERIODS
from runtime.queries.backtest_samples import Sample, Told
from runtime.render.catalogues import N_
from runtime.store.rows import KeptBacktest
from runtime.web.requests import Visit
from runtime.web.screens.base import Page
from runtime.web.screens.figures.dashboard import PlotTile, Table, TableHead, TableRow
from runtime.web.screens.figures.plots import Point, line_plot
from runtime.web.screens.side import SideNav
from runtime.web.screens.studio.backtest import (
    BacktestScreen,
    BacktestTicketsScreen,
    BacktestView,
    ClockTile,
    FiredRow,
    Flow,
    Look,
    PeriodChoice,
    SampleRow,
    SideTold,
    TeamRate,
    WorkRow,
)

SHOWN: Final = 12
"""So many flows are shown; the rest are counted."""
DAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
GAPS: Final = {
    "erased": N_("%(count)s were not replayed, as what came in was erased: %(tickets)s"),
    "no_beginning": N_("%(count)s were not replayed, as their beginning is unknown: %(tickets)s"),
    "no_type": N_("%(count)s were not replayed, as one side does not have their type: %(tickets)s"),
    "refused": N_("%(count)s were not replayed, as one side refused them: %(tickets)s"),
    "not_recorded": N_("%(name)s was not recorded for %(count)s; it is taken as it is today"),
}  # fmt: skip


class Builder:
    """One page: the visit, both desks, and how things are called."""

    def __init__(self, visit: Visit, draft: Desk | None) -> None:
        self.visit, self.live = visit, visit.desk.desk
        self.draft = draft or self.live
        desks = (self.draft, self.live)
        self.speakers = [Speaker.of(desk, visit.locale) for desk in desks]

    def named(self, kind: str, key: str) -> str:
        """A team, type or priority as people call it."""
        for speaker in self.speakers:
            if key in speaker.keys.get(kind, {}):
                return speaker.keys[kind][key]
        return key or "–"

    def clock(self, key: str) -> str:
        """A clock as people call it."""
        return next((one.clocks[key] for one in self.speakers if key in one.clocks), key)

    def automation(self, name: str) -> str:
        """An automation's title."""
        for desk in (self.draft, self.live):
            for key in desk.types:
                found = desk.automation(key, name)
                if found is not None:
                    return found.title.say(self.visit.locale) or name
        return name

    def because(self, cell: Cell) -> str:
        """Why the tickets of a cell fare otherwise."""
        locale = self.visit.locale
        return because(self.live, self.draft, cell.type, cell.was, cell.becomes, locale)

    # -- the page -------------------------------------------------------------------------------

    def view(self, found: Backtest, href: str) -> BacktestView:
        """All of it."""
        say, cells = self.visit.say, list(enumerate(found.cells))
        flows = [self._flow(n, one, found, href) for n, one in cells if one.topic == "home"]
        ranks = [self._flow(n, one, found, href) for n, one in cells if one.topic == "priority"]
        rest = sum(one.count for n, one in cells if one.topic == "home") - sum(
            one.count for n, one in [c for c in cells if c[1].topic == "home"][:SHOWN]
        )
        zone = self.live.tenant.zone
        ends = [from_us(us, zone).date().isoformat() for us in (found.since_us, found.until_us)]
        share = 100 * found.rerouted_share
        return BacktestView(
            period=self.visit.count(
                "%(count)s ticket, %(since)s to %(until)s",
                "%(count)s tickets, %(since)s to %(until)s",
                found.tickets,
                since=ends[0],
                until=ends[1],
            ),
            rerouted=f"{found.rerouted:,}",
            share=f"{share:.1f}%",
            share_text=say(
                "%(count)s of %(all)s come to another team",
                count=f"{found.rerouted:,}",
                all=f"{found.replayed:,}",
            ),
            share_width=round(10 * share, 1),
            flows=tuple(flows[:SHOWN]),
            more=say("%(count)s more in smaller flows", count=f"{rest:,}") if rest else "",
            priorities=tuple(ranks[:SHOWN]),
            clocks=tuple(self._clock(key, found.rates) for key in _clocks(found.rates)),
            work=tuple(self._work(found)),
            fired=tuple(
                FiredRow(
                    self.automation(one.automation),
                    f"{one.before:,}",
                    f"{one.after:,}",
                    f"{one.really:,}",
                    one.before != one.after,
                )
                for one in found.fired
            ),
            notes=tuple(self._notes(found)),
            disagree=self._disagree(found),
        )

    def _flow(self, number: int, cell: Cell, found: Backtest, href: str) -> Flow:
        kind = "team" if cell.topic == "home" else "priority"
        most = max(one.count for one in found.cells if one.topic == cell.topic)
        return Flow(
            self.named(kind, cell.before),
            self.named(kind, cell.after),
            self.named("type", cell.type),
            f"{cell.count:,}",
            round(100 * cell.count / most, 1),
            self.because(cell),
            self._judged(cell) if cell.topic == "home" else "",
            f"{href}&cell={number}",
        )

    def _judged(self, cell: Cell) -> str:
        say = self.visit.say
        parts = (
            (cell.right, N_("%(count)s put right")),
            (cell.wrong, N_("%(count)s against what people did")),
            (cell.neither, N_("%(count)s wrong either way")),
        )
        return self.visit.listed(say(words, count=f"{n:,}") for n, words in parts if n)

    def _clock(self, key: str, rates: Sequence[Rate]) -> ClockTile:
        own = [one for one in rates if one.clock == key]
        total, say = missed(own), self.visit.say
        before, after = _share(total.before), _share(total.after)
        counts = say("%(before)s → %(after)s of %(all)s", before=f"{total.before[1]:,}",
                     after=f"{total.after[1]:,}", all=f"{total.after[0]:,}")  # fmt: skip
        return ClockTile(
            self.clock(key),
            _percent(before),
            _percent(after),
            "" if before == after else "ok" if (after or 0) < (before or 0) else "danger",
            counts,
            say("really %(share)s", share=_percent(_share(total.really))),
            self._plot(key, own),
            tuple(self._teams(own)),
        )

    def _teams(self, rates: Sequence[Rate]) -> list[TeamRate]:
        found: list[TeamRate] = []
        for team in dict.fromkeys(one.team for one in rates):
            own = missed([one for one in rates if one.team == team])
            if own.before != own.after:
                found.append(
                    TeamRate(self.named("team", team), _rate(own.before), _rate(own.after))
                )
        return found

    def _plot(self, key: str, rates: Sequence[Rate]) -> PlotTile | None:
        weeks = weekly(rates)
        if len(weeks) < 2:
            return None
        names = (self.visit.say("Draft"), self.visit.say("Live"))
        series = [
            [_point(week, _share(getattr(one, side))) for week, one in weeks]
            for side in ("after", "before")
        ]
        say = self.visit.say
        rows = tuple((week, *(_percent(_share(side)) for side in (m.after, m.before)))
                     for week, m in weeks)  # fmt: skip
        title = say("%(clock)s missed by week, live and draft", clock=self.clock(key))
        table = _table((say("Week"), *names), rows)
        plot = line_plot(series, lambda value: f"{value:g}%")
        return PlotTile(f"bt-{key}", title, 12, plot, title, table, names)

    def _work(self, found: Backtest) -> list[WorkRow]:
        return [
            WorkRow(
                self.named("team", one.team),
                f"{one.before.mean:.1f}",
                f"{one.after.mean:.1f}",
                self._peak(one.before),
                self._peak(one.after),
            )
            for one in loaded(found)
            if one.before != one.after
        ]

    def _peak(self, work: Work) -> str:
        day, hour = divmod(work.peak_hour, 24)
        return f"{self.visit.say(DAYS[day])} {hour}:00, {work.peak:.1f}" if work.peak else "–"

    def _notes(self, found: Backtest) -> list[str]:
        say, notes = self.visit.say, []
        if found.imported:
            notes.append(say(
                "%(count)s were imported and never decided; they are replayed as new from the"
                " first that is recorded of them", count=f"{found.imported:,}"))  # fmt: skip
        if found.drifted:
            notes.append(say(
                "%(count)s really came to another team than the live specs choose today; the"
                " comparison is between the live specs and the draft",
                count=f"{found.drifted:,}"))  # fmt: skip
        notes += [self._gap(gap) for gap in found.gaps]
        if found.apart:
            names = self.visit.listed(self.automation(one) for one in found.apart)
            notes.append(say("Not replayed, as several tickets or a timetable set them off:"
                             " %(names)s", names=names))  # fmt: skip
        if found.checked and not found.disagreed:
            notes.append(say("%(count)s of them went through the whole decision as well; all agree",
                             count=f"{found.checked:,}"))  # fmt: skip
        return notes

    def _gap(self, gap: Gap) -> str:
        tickets = self.visit.listed(gap.tickets)
        words = GAPS.get(gap.what, gap.what)
        return self.visit.say(words, count=f"{gap.count:,}", name=gap.name, tickets=tickets)

    def _disagree(self, found: Backtest) -> str:
        if not found.disagreed:
            return ""
        return self.visit.say(
            "%(count)s of %(all)s tickets that were checked came out otherwise by the whole"
            " decision: %(tickets)s. Do not rely on these figures; please report it.",
            count=len(found.disagreed),
            all=found.checked,
            tickets=self.visit.listed(found.disagreed[:5]),
        )


def backtest_screen(
    visit: Visit,
    frame: tuple[Page, SideNav],
    days: int,
    look: Look,
    kept: KeptBacktest | None,
    view: BacktestView | None,
) -> BacktestScreen:
    """The page in whichever state it is."""
    here = visit.links.studio("backtest")
    done, total = (kept.done, kept.total) if kept is not None else (0, 0)
    took = ""
    if kept is not None and kept.ended_us is not None and look == "done":
        seconds = max(0.1, (kept.ended_us - kept.at_us) / 1e6)
        took = visit.say("worked out in %(seconds)s s", seconds=f"{seconds:.1f}")
    progress = visit.say("%(done)s of %(all)s tickets", done=f"{done:,}", all=f"{total:,}")
    return BacktestScreen(
        *frame,
        look,
        here,
        f"{here}?days={days}",
        days,
        tuple(
            PeriodChoice(
                one, visit.say("%(days)s days", days=one), f"{here}?days={one}", one == days
            )
            for one in PERIODS
        ),
        100 * done // total if total else 0,
        progress if total else visit.say("waiting for a worker"),
        visit.say(kept.why) if kept is not None and kept.why else "",
        took,
        visit.links.studio("publish"),
        view,
    )


def tickets_screen(
    visit: Visit,
    frame: tuple[Page, SideNav],
    builder: Builder,
    cell: Cell,
    samples: Sequence[Sample],
    back: str,
    more: str,
) -> BacktestTicketsScreen:
    """The tickets of one cell."""
    kind = "team" if cell.topic == "home" else "priority"
    sides = [builder.named(kind, key) for key in (cell.before, cell.after)]
    shown = visit.say("%(shown)s of %(all)s tickets", shown=len(samples), all=f"{cell.count:,}")
    return BacktestTicketsScreen(
        *frame,
        " → ".join(sides),
        builder.because(cell),
        f"{builder.named('type', cell.type)} · {shown}",
        back,
        tuple(
            SampleRow(
                one.number,
                one.subject,
                visit.links.ticket(one.number),
                (
                    _side(visit, visit.say("Live"), one.before),
                    _side(visit, visit.say("Draft"), one.after),
                ),
            )
            for one in samples
        ),
        more,
    )


def _side(visit: Visit, label: str, told: Told) -> SideTold:
    href = visit.links.source(told.place)
    lost = told.lost
    return SideTold(
        label,
        told.outcome,
        told.rule if told.rule != "default" else visit.say("no rule decides; this is the default"),
        told.place,
        href,
        told.read,
        lost.row if lost is not None else "",
        lost.why if lost is not None else "",
    )


def _clocks(rates: Sequence[Rate]) -> list[str]:
    return list(dict.fromkeys(one.clock for one in rates))


def _share(side: tuple[int, int]) -> float | None:
    return 100 * side[1] / side[0] if side[0] else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1f}%"


def _rate(side: tuple[int, int]) -> str:
    return f"{_percent(_share(side))} ({side[1]:,}/{side[0]:,})"


def _point(week: str, share: float | None) -> Point:
    return Point(week[5:], share, _percent(share))


def _table(head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    """The figures of a drawing as a table."""
    heads = tuple(TableHead(one, figures=place > 0) for place, one in enumerate(head))
    return Table(heads, tuple(TableRow(row) for row in rows))
