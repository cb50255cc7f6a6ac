"""A person's draft of the specs: seen, saved as form or text, discarded, published.

A draft is the live files with the person's own over them. Every save names the text it was made
from; when that is no longer what stands there, nothing is written and both sides are given back.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from engine.facts import Viewer
from generators.admin_screen.answer import Answers, Posted
from generators.admin_screen.catalogue import file_of, kind_of
from generators.admin_screen.controls import Finding, Part, Path
from generators.admin_screen.draw import form_of
from generators.admin_screen.entries import do_entry
from generators.admin_screen.findings import findings
from generators.admin_screen.layered import kept, own_text, paths_of_packs, sheet_of
from generators.admin_screen.starters import new_spec
from runtime.actions.let_through import Word
from runtime.actions.publish_desk import Published, publish_desk
from runtime.site.handles import Site
from runtime.sources.checking import checked
from runtime.store import desks, drafts
from runtime.store.desks import Revision
from runtime.store.drafts import Draft
from specs.edit import become
from specs.load import load_files
from specs.source import Node, plain, read
from specs.spec_set import SpecSet, tree_digest
from specs.splice import CannotEdit
from specs.vocabulary import id_fault

Op = Literal["add", "mod", "del"]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """A file that differs from the live one. `stale`: the live one changed since the draft."""

    op: Op
    path: str
    added: int
    removed: int
    stale: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """The specs as one person is editing them. `revision` is the live one, 0 before the first."""

    tenant: str
    person: str
    revision: int
    live: Mapping[str, bytes]
    drafts: Mapping[str, Draft]
    files: Mapping[str, bytes]
    specs: SpecSet
    findings: tuple[Finding, ...]
    nodes: Mapping[str, Node]
    changes: tuple[FileDiff, ...]
    history: tuple[Revision, ...]
    tree: str

    def text(self, path: str) -> str:
        """A file as text; what is no UTF-8 shows as a replacement character.

        Of a spec that so far only a pack speaks of, the overlay that it would begin with.
        """
        if path not in self.files:
            return own_text(self.specs, path)
        return _text(self.files[path])

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, and those that specs of packs would have if they were changed here."""
        more = (path for path in paths_of_packs(self.specs) if path not in self.files)
        return (*self.files, *more)

    def upon(self, path: str) -> str:
        """The packs that a spec stands upon, with versions; "" for one that stands alone."""
        sheet = sheet_of(self.specs, path)
        return sheet.upon if sheet is not None else ""

    def live_text(self, path: str) -> str:
        """The live file as text, "" when there is none."""
        return _text(self.live.get(path, b""))

    def seen(self, path: str) -> str:
        """What a form of this file has to name when it saves: its text and the live text."""
        return f"{_short(self.files.get(path))}.{_short(self.live.get(path))}"

    @property
    def seen_all(self) -> str:
        """What publishing has to name: the live revision and the whole draft."""
        return f"{self.revision}.{self.tree[:16]}"

    def is_stale(self, path: str) -> bool:
        """Whether somebody published another text of the file since this draft was begun."""
        return any(one.stale for one in self.changes if one.path == path)

    def of_file(self, path: str) -> tuple[Finding, ...]:
        """The findings of one file."""
        return tuple(one for one in self.findings if one.file == path)


@dataclass(frozen=True, slots=True)
class Saved:
    """It is in the draft; `path` is the file."""

    path: str


@dataclass(frozen=True, slots=True)
class Stale:
    """Another text stands there by now. `mine` is what would have been saved."""

    path: str
    mine: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was typed can't be put into the text; `faults` by path, "" path: the whole form."""

    faults: Mapping[Path, str]


Outcome = Saved | Stale | Unreadable


# ---------------------------------------------------------------- looking


async def open_bench(site: Site, tenant: str, viewer: Viewer) -> Bench:
    """The live files with the viewer's draft over them, checked."""
    person = viewer.person_id or ""
    async with site.store.unit(tenant) as unit:
        pointer = await desks.pointer(unit)
        revision = await desks.read_revision(unit, pointer.revision_n) if pointer else None
        live = await desks.read_files(unit, revision.files) if revision else {}
        mine = await drafts.drafts(unit, person) if person else {}
        history = await desks.revisions(unit, 20)
    return await asyncio.to_thread(
        _bench, tenant, person, revision.n if revision else 0, live, mine, tuple(history)
    )


def _bench(
    tenant: str,
    person: str,
    revision: int,
    live: Mapping[str, bytes],
    mine: Mapping[str, Draft],
    history: tuple[Revision, ...],
) -> Bench:
    files = dict(live)
    for path, draft in mine.items():
        if draft.content is None:
            files.pop(path, None)
        else:
            files[path] = draft.content
    tree = tree_digest(files)
    specs, told, nodes = _examined(_Files(files, tree))
    changes = tuple(
        _diff(path, live.get(path), draft) for path, draft in mine.items()
        if draft.content != live.get(path)
    )  # fmt: skip
    return Bench(
        tenant, person, revision, live, mine, files, specs, told, nodes, changes, history, tree
    )


class _Files:
    """Files told apart by their tree digest, so that one tree is examined once."""

    def __init__(self, files: Mapping[str, bytes], tree: str) -> None:
        self.files, self.tree = files, tree

    def __hash__(self) -> int:
        return hash(self.tree)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Files) and other.tree == self.tree


@lru_cache(maxsize=16)
def _examined(of: _Files) -> tuple[SpecSet, tuple[Finding, ...], Mapping[str, Node]]:
    specs, faults = load_files(of.files)
    _, problems = checked(specs, faults)
    nodes: dict[str, Node] = {
        file.file: file.node for found in specs.objects.values() for file in found.values()
    }
    # A form of an overlay shows the whole spec; its problems stand where they were written.
    own = (chain[-1] for chain in specs.chains.values() if not chain[-1].pack)
    nodes |= {part.file: part.node for part in own}
    for file in {one.place.file for one in problems} - set(nodes):
        if file in of.files and file.endswith((".yaml", ".yml")):
            node, wrong = read(of.files[file], file)
            if node is not None and not any(one.is_error for one in wrong):
                nodes[file] = node
    return specs, findings(problems, of.files, nodes), nodes


def _diff(path: str, live: bytes | None, draft: Draft) -> FileDiff:
    old, new = _text(live or b"").splitlines(), _text(draft.content or b"").splitlines()
    added = removed = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            removed, added = removed + b - a, added + d - c
    op: Op = "add" if live is None else "del" if draft.content is None else "mod"
    return FileDiff(op, path, added, removed, draft.base_sha != _sha(live))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _sha(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _short(content: bytes | None) -> str:
    return (_sha(content) or "-")[:16]


def spec_form(
    bench: Bench,
    kind: str,
    path: str,
    locale: str,
    typed: Posted | None = None,
    faults: Mapping[Path, str] | None = None,
) -> tuple[Part, ...] | None:
    """The form of a spec, None when its text can't be read and has to be mended as text."""
    sheet = sheet_of(bench.specs, path)
    node = sheet.node if sheet is not None else bench.nodes.get(path)
    if node is None or not isinstance(plain(node), dict):
        return None
    told = [
        *bench.of_file(path),
        *(
            Finding("error", "", text, "", path, 1, 1, "", 1, at)
            for at, text in (faults or {}).items()
        ),
    ]
    text = sheet.text if sheet is not None else bench.text(path)
    return form_of(kind, text, node, bench.specs, locale, told, typed)


# ---------------------------------------------------------------- saving


async def save_text(site: Site, bench: Bench, path: str, text: str, seen: str) -> Outcome:
    """Save a file as it was typed; line ends and byte order mark stay as they were."""
    old = bench.files.get(path, b"")
    new = _as_before(old, text)
    if seen != bench.seen(path):
        return Stale(path, _text(new))
    return await keep_file(site, bench, path, new)


async def save_form(
    site: Site, bench: Bench, kind_word: str, id: str, posted: Posted, seen: str, do: str = ""
) -> Outcome:
    """Save a posted form; `do` also adds, moves or removes an entry: `add:fields`, `up:fields.x`.

    Comments and untouched text stay byte for byte.
    """
    kind = kind_of(kind_word)
    assert kind is not None
    path = file_of(kind, id, bench.files)
    sheet = sheet_of(bench.specs, path)
    node = sheet.node if sheet is not None else bench.nodes.get(path)
    if node is None:
        return Unreadable({(): "the text can't be read; mend it as YAML"})
    text, old = sheet.text if sheet is not None else bench.text(path), plain(node)
    locales = bench.specs.tenant.locales if bench.specs.tenant else ("en",)
    answers = Answers(text, locales, posted)
    new = answers.spec(kind.model, old)
    is_stale = seen != bench.seen(path)
    if not answers.faults and not is_stale and do:
        fault = do_entry(kind, bench.specs, new, do, posted)
        if fault:
            answers.faults.update(fault)
    if answers.faults and not is_stale:
        return Unreadable(answers.faults)
    try:
        if sheet is not None:
            changed = kept(bench.specs, path, bench.text(path), new)
        else:
            changed = become(text, new)
    except CannotEdit as wrong:
        return Unreadable({(): f"{wrong}; edit the file as YAML"})
    if is_stale:
        return Stale(path, changed)
    if path not in bench.files and changed == bench.text(path):
        return Saved(path)
    return await keep_file(site, bench, path, changed.encode("utf-8", "replace"))


def _as_before(old: bytes, text: str) -> bytes:
    """A posted text with the line ends and the mark the file had; browsers send `\\r\\n`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    before = _text(old)
    if text == before.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"):
        return old
    if "\r\n" in before:
        text = text.replace("\n", "\r\n")
    mark = "\ufeff" if before.startswith("\ufeff") else ""
    return (mark + text).encode("utf-8", "replace")


async def keep_file(site: Site, bench: Bench, path: str, content: bytes | None) -> Outcome:
    """Write one file of the draft, if it still stands as the bench saw it."""
    live = bench.live.get(path)
    async with site.store.unit(bench.tenant, write=True) as unit:
        present = (await drafts.drafts(unit, bench.person)).get(path)
        if present != bench.drafts.get(path):
            return Stale(path, _text(content or b""))
        if content == live:
            await drafts.drop_drafts(unit, bench.person, path)
        else:
            await drafts.save_draft(unit, bench.person, path, content, _sha(live))
    return Saved(path)


async def add_spec(site: Site, bench: Bench, kind_word: str, id: str) -> Saved | str:
    """A new spec with the least that its kind asks for; a sentence when the id won't do."""
    kind = kind_of(kind_word)
    assert kind is not None
    fault = id_fault(id)
    if fault and not kind.single:
        return f"{fault[1]}; use small letters, digits and `_`, a letter first"
    path = kind.file_of(id)
    if path in bench.files or file_of(kind, id, bench.files) in bench.files:
        return f"`{id}` is there already"
    text = new_spec(kind, id, bench.specs)
    done = await keep_file(site, bench, path, text.encode())
    return done if isinstance(done, Saved) else f"`{id}` is there already"


async def keep_mapping(site: Site, bench: Bench, id: str, spec: Mapping[str, Any]) -> Outcome:
    """An Import that was pointed at as a file of the draft; comments of one that is there stay."""
    path = f"imports/{id}.yaml"
    before = bench.files.get(path)
    text = become(_text(before) if before is not None else "kind: Import\n", dict(spec))
    return await keep_file(site, bench, path, text.encode())


async def drop_spec(site: Site, bench: Bench, path: str) -> Outcome:
    """Take a file out of the draft; it stays live until the draft is published."""
    return await keep_file(site, bench, path, None)


async def discard(site: Site, bench: Bench, path: str | None = None) -> None:
    """Throw the draft away, or that of one file."""
    async with site.store.unit(bench.tenant, write=True) as unit:
        await drafts.drop_drafts(unit, bench.person, path)


async def publish_draft(
    site: Site, bench: Bench, viewer: Viewer, message: str, seen: str
) -> Published | None:
    """Publish the draft and end it; None when it is not what the viewer saw any more."""
    if seen != bench.seen_all or any(one.stale for one in bench.changes):
        return None
    done = await publish_desk(
        site, bench.files, viewer, message, expected_tenant=bench.tenant, base=bench.revision,
        word=Word(asking=True),
    )  # fmt: skip
    if done.revision and not done.conflict:
        await end_draft(site, bench, bench.files)
    return done


async def end_draft(site: Site, bench: Bench, published: Mapping[str, bytes]) -> None:
    """Drop what of a draft is live now; what was saved while publishing went on stays."""
    async with site.store.unit(bench.tenant, write=True) as unit:
        for path, draft in (await drafts.drafts(unit, bench.person)).items():
            if draft.content == published.get(path) and draft == bench.drafts.get(path):
                await drafts.drop_drafts(unit, bench.person, path)
