"""Figures of the analysis: a table of 200 rows over 4 choices and 2 numbers, wholly linted."""

from __future__ import annotations

import random
import statistics
import time

from engine.analyse.tables import check_tables
from engine.compile.desk import desk_from_files
from engine.model.desk import Desk

ROWS = 200
_OPTIONS = {"reason": 6, "channel_of": 5, "level": 4, "region": 8}


def run() -> None:
    """Print how long `lint` looks at the table, and what it finds."""
    for name, made in (("varied", table(7)), ("narrow", table(7, narrow=True))):
        desk = compiled(made)
        took, found = [], 0
        for _ in range(3):
            began = time.process_time()
            found = len(check_tables(desk))
            took.append(time.process_time() - began)
        print(
            f"lint of {ROWS} rows, 4 choices, 2 numbers, {name:7} "
            f"{statistics.median(took):6.2f} CPU s, {found} findings"
        )
    print()


def compiled(rows: str) -> Desk:
    """A tenant with this table."""
    desk, problems = desk_from_files({name: text.encode() for name, text in files(rows).items()})
    assert desk is not None, [one.headline for one in problems]
    model = desk.types["claim"]
    routing = desk.routings["claim"]["team"]
    assert len(routing.rows) == ROWS
    assert len(model.fields) == len(_OPTIONS) + 2
    return desk


def table(seed: int, *, narrow: bool = False) -> str:
    """Rows as people write them: most ask two or three things; narrow ones ask nearly all."""
    dice = random.Random(seed)
    lines = []
    for number in range(ROWS):
        cells = [_choice(dice, count, narrow) for count in _OPTIONS.values()]
        cells += [_range(dice, 10_000, narrow), _range(dice, 365, narrow)]
        lines.append(f"    r{number}: [{', '.join(cells)}, t{dice.randrange(8)}]")
    return "\n".join(lines)


def _choice(dice: random.Random, count: int, narrow: bool) -> str:
    if dice.random() < (0.15 if narrow else 0.55):
        return "any"
    picked = dice.sample(range(count), dice.choice((1, 1, 2)))
    word = " | ".join(f"o{n}" for n in sorted(picked))
    return f"not {word}" if dice.random() < 0.15 else word


def _range(dice: random.Random, most: int, narrow: bool) -> str:
    if dice.random() < (0.1 if narrow else 0.5):
        return "any"
    low = dice.randrange(most - 10)
    high = dice.randrange(low + 5, most)
    return dice.choice((f"over {low} up to {high}", f"up to {high}", f"from {low}"))


def files(rows: str) -> dict[str, str]:
    """The tenant around the table."""
    fields = "".join(
        f"  {name}: {{ type: choice, label: L, required: true, "
        f"options: {{ {', '.join(f'o{n}: O{n}' for n in range(count))} }} }}\n"
        for name, count in _OPTIONS.items()
    )
    teams = {f"teams/t{n}.yaml": f"kind: Team\ntitle: T{n}\n" for n in range(8)}
    return {
        "tenant.yaml": "kind: Tenant\nlanguage: 1\nid: bench\ntitle: Bench\nlocales: [en]\n"
        "time_zone: UTC\ncurrency: EUR\n",
        "teams/desk.yaml": "kind: Team\ntitle: Desk\ndefault: true\n",
        **teams,
        "types/claim.yaml": "kind: TicketType\ntitle: Claim\nprefix: CL\nfields:\n"
        + fields
        + "  amount: { type: money, label: A, min: 0, max: 10000, required: true }\n"
        "  days: { type: integer, label: D, min: 0, max: 365 }\n"
        "workflow:\n  start: fresh\n  states:\n    fresh: { title: F, phase: new }\n"
        "    done: { title: D, phase: solved }\n  transitions:\n"
        "    end: { title: E, from: fresh, to: done, by: agent }\n",
        "roles/agent.yaml": "kind: Role\ntitle: Agent\nany_type: { see: {}, edit: {} }\n",
        "routing/claim.yaml": "kind: Routing\napplies_to: claim\ntable:\n  inputs: "
        f"[{', '.join(_OPTIONS)}, amount, days]\n  sets: [team]\n  rows:\n{rows}\n"
        "  otherwise: [desk]\n",
    }
