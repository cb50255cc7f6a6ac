"""Suggestions on real tickets: what the incident log's past says of its later incidents."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from engine.compile.desk import desk_from_files
from engine.suggest.likeness import Learner
from engine.suggest.traits import traits_of
from engine.suggest.vote import ASKED, LEAST, Past, Topic, suggest
from runtime.queries.suggest import suggest_type
from runtime.render.notices import NoticeRenderer
from runtime.site.standing import SYSTEM
from runtime.store import past
from runtime.workers.handling import Bench
from runtime.workers.keeping import plan_chores
from specs.load import read_folder
from tests.imports.conftest import EXAMPLES, Publish
from tests.imports.reading_back import run
from tests.imports.test_incident_log import LOG, SAMPLE
from tests.workers.doing import drain

Row = Mapping[str, str]
_FIELDS = {"u_symptom": "symptom", "location": "location", "cmdb_ci": "config_item",
           "opened_by": "opened_by", "category": "category", "subcategory": "subcategory",
           "impact": "impact", "urgency": "urgency"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """Of later tickets: right with the commonest value of the past, right with the most alike,
    how often something was said, and how often that was right."""

    tickets: int
    majority: float
    nearest: float
    said: float
    right: float


def told(rows: Sequence[Row]) -> list[list[Row]]:
    """The incidents in the order in which they were opened, each with its rows."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["number"], []).append(row)
    opened = {n: datetime.strptime(r[0]["opened_at"], "%d-%m-%Y %H:%M") for n, r in found.items()}
    return [found[number] for number in sorted(found, key=lambda n: (opened[n], n))]


def score(topic: Topic, column: str, until: float = 1.0) -> Score:
    """Learn from the older three quarters, ask for the rest as they were when they were opened.

    `until`: leave out the last part of the log, to look at another quarter.
    """
    desk, problems = desk_from_files(read_folder(EXAMPLES / "internet")[0])
    assert desk is not None, problems
    traits = traits_of(desk)
    with LOG.open(newline="") as file:
        incidents = told(list(csv.DictReader(file)))
    incidents = [one for one in incidents if one[-1][column] != "?"]
    incidents = incidents[: int(len(incidents) * until)]
    cut = int(len(incidents) * 0.75)
    learner, became = Learner(), {}
    for place, rows in enumerate(reversed(incidents[:cut])):
        became[f"{place}"] = rows[-1][column]
        learner.add(f"{place}", "incident", _asked(traits.of, rows[-1]))
    index = learner.learn()
    common = Counter(became.values()).most_common(1)[0][0]
    counts: Counter[str] = Counter()
    for rows in incidents[cut:]:
        final = rows[-1][column]
        near = index.nearest(_asked(traits.of, rows[0]), ASKED, least=LEAST)
        values = [became[one.ticket_id] for one in near]
        like = [Past(n, n, "", "incident", v, v) for n, v in enumerate_text(values)]
        counts["majority"] += final == common
        counts["nearest"] += final == (Counter(values).most_common(1)[0][0] if values else common)
        for one in suggest(like, [topic]):
            counts["said"] += 1
            counts["right"] += one.value == final
    asked = len(incidents) - cut
    share = counts["right"] / max(1, counts["said"])
    rest = (counts[name] / asked for name in ("majority", "nearest", "said"))
    return Score(asked, *rest, share)


def enumerate_text(values: Sequence[str]) -> list[tuple[str, str]]:
    """Values with a name for each."""
    return [(f"{n}", value) for n, value in enumerate(values)]


def _asked(of: Callable[..., object], row: Row) -> object:
    values = {key: row[name] for name, key in _FIELDS.items() if row[name] not in ("?", "")}
    return of("incident", f"{row['category']} · {row['subcategory']}", "", values, {})


needs_log = pytest.mark.skipif(not LOG.exists(), reason=f"the incident log is not at {LOG}")


@needs_log
def test_the_group_of_later_incidents() -> None:
    """Far better than the commonest group, and better still where something is said."""
    found = score("team", "assignment_group")
    earlier = score("team", "assignment_group", until=0.75)
    print(f"\nassignment group: {found}\nthe quarter before: {earlier}")
    assert found.nearest > 2 * found.majority
    assert earlier.nearest > earlier.majority
    assert found.right > found.nearest
    assert found.said > 0.2


@needs_log
def test_the_priority_of_later_incidents() -> None:
    """Nine of ten have the same priority, so there is nothing to gain, and little is lost."""
    found = score("priority", "priority")
    print(f"\npriority: {found}")
    assert abs(found.nearest - found.majority) < 0.05


async def test_imported_tickets_are_learned_from(publish: Publish) -> None:
    """After an import the next lesson holds its closed tickets."""
    site = await publish("internet")
    done = await run(site, "internet", "incident_log", SAMPLE)
    assert done.errors == []
    bench = Bench(site, NoticeRenderer())
    try:
        await plan_chores(site)
        await drain(bench, "learn")
    finally:
        await bench.renderer.close()
    async with site.store.unit("internet") as unit:
        there = await past.standing(unit)
    lesson = await site.learned.get(site.files.root, site.store.keys, "internet")
    assert lesson is not None
    assert len(lesson.likeness) == there.count > 0
    assert await suggest_type(site, "internet", SYSTEM, "nothing alike", "") is None
