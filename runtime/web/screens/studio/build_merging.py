"""The screen of files that were published meanwhile: what each side changed, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from runtime.actions.merge_draft import Sides
from runtime.actions.save_draft import Bench
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.studio.build_pages import file_href, frame, may_edit
from runtime.web.screens.studio.merging import ChangeLine, MetFile, Publication, StudioMerge

_AROUND = 2


def merge_screen(
    visit: Visit, bench: Bench, found: Sequence[Sides], problem: str = ""
) -> StudioMerge:
    """Every file that both sides changed, with what each did to the common text."""
    page, nav = frame(visit, bench, visit.say("Changed meanwhile"), "publish")
    return StudioMerge(
        page,
        nav,
        tuple(_file(visit, bench, one) for one in found),
        visit.links.studio("publish"),
        visit.links.studio("merge") if may_edit(visit) else "",
        problem,
    )


def _file(visit: Visit, bench: Bench, one: Sides) -> MetFile:
    return MetFile(
        one.path,
        file_href(visit, one.path) if one.path in bench.files else "",
        bench.seen(one.path),
        tuple(_lines(one.base, one.theirs)),
        tuple(_lines(one.base, one.mine)),
        one.merged is not None,
        one.theirs is None,
        tuple(Publication(r.n, r.author, moment(r.at_us), r.message) for r in one.by),
    )


def _lines(before: str | None, after: str | None) -> Iterator[ChangeLine]:
    """What changed with two lines around, gaps between."""
    old, new = (before or "").splitlines(), (after or "").splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(_AROUND)):
        if number:
            yield ChangeLine("gap", "")
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (ChangeLine("same", line) for line in old[a:b])
            else:
                yield from (ChangeLine("del", line) for line in old[a:b])
                yield from (ChangeLine("add", line) for line in new[c:d])
