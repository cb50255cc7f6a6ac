"""Changes and plans as people read them: text for a terminal, Markdown for a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

Body = Mapping[str, Any]

_SIGNS: Final = {"add": "+", "remove": "-", "set": "~", "move": "^", "rename": "="}
_WIDTH: Final = 10
MOST: Final = 400
"""So many changes stand in a comment; hosts refuse those over 65,536 characters."""


def headline(changes: Sequence[Body]) -> str:
    """How many changes there are, and of which class."""
    if not changes:
        return "no change"
    word = "change" if len(changes) == 1 else "changes"
    counts = Counter(str(one["class"]) for one in changes)
    return f"{len(changes)} {word}: " + ", ".join(f"{n} {name}" for name, n in counts.most_common())


def by_file(changes: Sequence[Body]) -> Iterator[tuple[str, list[Body]]]:
    """The changes of each file together, in the order of the plan."""
    for file, several in groupby(changes, key=file_of):
        yield file, list(several)


def file_of(change: Body) -> str:
    """The file that a change stands in."""
    place = change["place"]
    return str(place["file"]) if place else ""


def said(change: Body) -> str:
    """A change in one line: what, and from what to what."""
    title = change["title"]
    match change["op"]:
        case "rename":
            return f"{title}: {change['before']} is now called {change['after']}"
        case "move":
            return f"{title}: moved from place {change['before']} to {change['after']}"
        case "set":
            return f"{title}: {change['before']} → {change['after']}"
    value = change["after"] or change["before"]
    return f"{title}: {value}" if value else str(title)


# ---------------------------------------------------------------- text


def text_plan(body: Body) -> Iterator[str]:
    """A plan for a terminal: figures, what is to be decided, then file by file."""
    base = f"over v{body['base']}" if body["base"] else "first publish"
    yield f"{body['tenant']}: {headline(body['changes'])}  ({base}, {body['took_ms']} ms)"
    yield ""
    if body["needs"]:
        yield "Needs a decision"
        for need in body["needs"]:
            yield from (f"  {line}" for line in need_lines(need, body["changes"]))
        yield ""
    if body["findings"]:
        yield "New findings"
        for one in body["findings"]:
            place = one["place"]
            yield f"  {one['code']}  {one['message']}  [{place['file']}:{place['line']}]"
        yield ""
    yield from text_changes(body["changes"], fold_cases=True)


def text_changes(changes: Sequence[Body], *, fold_cases: bool = False) -> Iterator[str]:
    """The changes file by file, each with its class, its place and its consequences.

    With `fold_cases` the cases of a spec test, which no ticket ever meets, are only counted.
    """
    for file, several in by_file(changes):
        yield file
        if fold_cases and len(several) > 1 and all(one["kind"] == "SpecTest" for one in several):
            yield f"  {len(several)} changes of its cases; `specdesk diff` tells them one by one"
            yield ""
            continue
        for one in several:
            yield f"  {_SIGNS[one['op']]} {one['class']:<{_WIDTH}}  {said(one)}{at(one)}"
            for effect in one.get("effects", ()):
                yield f"      {' ' * _WIDTH}{effect['says']}{_some(effect)}"
        yield ""


def _some(effect: Body) -> str:
    return f": {', '.join(effect['tickets'])}" if effect["tickets"] else ""


def at(change: Body) -> str:
    """Where it stands, to be clicked in a terminal."""
    place = change["place"]
    return f"  [{place['file']}:{place['line']}]" if place else ""


def need_lines(need: Body, changes: Sequence[Body]) -> Iterator[str]:
    """One need and its cure, ready to be pasted."""
    if need["need"] == "approval":
        yield f"approval of {need['thing']}: {_count(need)}"
        return
    if need["need"] == "when_changed":
        file = need["place"]["file"]
        yield f"{file} changes promises and does not say for whom; write one of"
        yield "    when_changed: open_tickets     # open tickets are timed again"
        yield "    when_changed: new_tickets      # only tickets made from now on"
        return
    title = changes[need["changes"][0]]["title"]
    yield f"{title}: say in moves/ what becomes of it"
    for command in commands(need):
        yield f"    {command}"
    yield "  or paste into a new file moves/<id>.yaml"
    yield from (f"    {line}" for line in step_text(need).splitlines())


def _count(need: Body) -> str:
    n = len(need["changes"])
    return f"{n} change" if n == 1 else f"{n} changes"


def commands(need: Body) -> list[str]:
    """The commands that write the step."""
    kind, thing = need["kind"], need["thing"]
    other = ".".join((*thing.split(".")[:-1], "OTHER"))
    words = {
        "map": f"specdesk map {kind} {thing} {other}",
        "retire": f"specdesk retire {kind} {thing}",
    }
    return [words[verb] for verb in need["verbs"] if verb in words]


def step_text(need: Body, to: str = "") -> str:
    """A file of `moves/` with the step; `to` names what takes its place."""
    thing, verb = need["thing"], need["verbs"][-1]
    name = thing.rpartition(".")[2]
    verb = "map" if to else verb
    target = f", to: {to}" if to else ""
    return f"kind: Moves\nsteps:\n  {name}: {{ {verb}: {need['kind']}, from: {thing}{target} }}\n"


# ---------------------------------------------------------------- Markdown


def markdown_plan(body: Body) -> Iterator[str]:
    """A plan as a comment on a pull request: a table of figures, decisions, folded details."""
    base = f"over v{body['base']}" if body["base"] else "first publish"
    yield f"### Plan for `{body['tenant']}` {base}"
    yield ""
    yield f"**{headline(body['changes'])}**"
    yield ""
    yield from _figures(body)
    if body["needs"]:
        yield "#### Needs a decision"
        yield ""
        for need in body["needs"]:
            first, *rest = need_lines(need, body["changes"])
            yield f"- {escaped(first)}"
            if rest:
                yield ""
                yield "  ```yaml"
                yield from (f"  {line}" for line in rest)
                yield "  ```"
        yield ""
    if body["findings"]:
        yield "#### New findings"
        yield ""
        for one in body["findings"]:
            place = one["place"]
            yield f"- {one['code']} {escaped(one['message'])} (`{place['file']}:{place['line']}`)"
        yield ""
    yield from markdown_changes(body["changes"])


def _figures(body: Body) -> Iterator[str]:
    """The consequences that count something, one a row."""
    rows = [
        (one, effect)
        for one in body["changes"]
        for effect in one["effects"]
        if effect["all"] or effect["open"] or effect["people"]
    ]
    if not rows:
        return
    yield "| change | consequence |"
    yield "|---|---|"
    for one, effect in rows[:40]:
        yield f"| {escaped(said(one))} | {escaped(effect['says'])} |"
    if len(rows) > 40:
        yield f"| | and {len(rows) - 40} more below |"
    yield ""


def markdown_changes(changes: Sequence[Body]) -> Iterator[str]:
    """The changes as folded tables, one a file."""
    for file, several in by_file(changes[:MOST]):
        yield f"<details><summary><code>{escaped(file)}</code> · {len(several)}</summary>"
        yield ""
        yield "| | class | change | at |"
        yield "|---|---|---|---|"
        for one in several:
            line = one["place"]["line"] if one["place"] else ""
            told = [escaped(said(one)), *(escaped(e["says"]) for e in one.get("effects", ()))]
            yield f"| {_SIGNS[one['op']]} | {one['class']} | {'<br>'.join(told)} | {line} |"
        yield ""
        yield "</details>"
        yield ""
    if len(changes) > MOST:
        yield f"{len(changes) - MOST} more changes are left out here."


def escaped(text: str) -> str:
    """A text that neither ends a cell nor is taken for markup."""
    found = text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
    return found.replace("<", "&lt;").replace(">", "&gt;").replace("*", "\\*").replace("_", "\\_")
