"""The door to the language: a folder or a set of files in, specs and problems out.

`parse → schema → references`: what fails a stage is left out of the later ones, so one mistake is
one message; everything else is checked to the end.
"""

from __future__ import annotations

import gc
import os
import stat
from collections.abc import Collection, Iterator
from collections.abc import Mapping as MappingOf
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from specs.catalog import FILES, FOLDERS, KINDS, NOT_EXTENDED, Kind
from specs.kinds.tenant import Tenant
from specs.packs.bring import brought
from specs.packs.own import OwnPack, own_pack
from specs.problem import (
    OF_ABSENCE,
    Code,
    Place,
    Problem,
    did_you_mean,
    nearest,
    ordered,
    problem,
)
from specs.references import check_references
from specs.schema import check
from specs.source import MAX_BYTES, Mapping, Node, Scalar, read
from specs.spec_set import Part, SpecFile, SpecSet, UsedPack
from specs.translate import read_texts
from specs.vocabulary import WHO_WORDS, id_fault

MAX_OTHER_BYTES = 32 * MAX_BYTES
MAX_FILES = 20_000
_IGNORED_FOLDERS = {"demo", "knowledge", "i18n", "docs"}
_IGNORED_FILES = {"README.md", "specdesk.lock.yaml", "LICENSE", "CHANGELOG.md"}


def load(folder: Path) -> tuple[SpecSet, list[Problem]]:
    """The specs of a tenant's folder, with every problem in them. Reads files, changes nothing."""
    files, problems = read_folder(folder)
    found, more = load_files(files, [one.place.file for one in problems])
    if problems and not files:
        return found, problems
    return found, ordered([*problems, *more])


def read_folder(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """The files of a tenant's folder by path, as bytes; what can't be read is a problem.

    Hidden files and folders (`.specdesk/`, `.git/`) are no part of a tenant.
    """
    if not folder.is_dir():
        message = f"`{folder}` is no folder" if folder.exists() else f"there is no `{folder}`"
        cure = "name the folder that holds tenant.yaml"
        return {}, [problem(Code.NO_TENANT, message, _top("tenant.yaml"), cure=cure)]
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    root = folder.resolve()
    for path in _paths(folder, problems):
        name = path.relative_to(folder).as_posix()
        if len(files) >= MAX_FILES:
            message = f"the folder holds more than {MAX_FILES:,} files; the rest is left out"
            problems.append(problem(Code.TOO_LARGE, message, _top(name), cure="split the tenant"))
            break
        content = _content(root, path, name, problems)
        if content is not None:
            files[name] = content
    return files, problems


def _paths(folder: Path, problems: list[Problem]) -> list[Path]:
    found: list[Path] = []

    def failed(error: OSError) -> None:
        name = os.path.relpath(error.filename, folder) if error.filename else "."
        problems.append(_unreadable(name, error))

    for here, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(here, name) for name in sorted(names) if not name.startswith(".")]
    return found


def _content(root: Path, path: Path, name: str, problems: list[Problem]) -> bytes | None:
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root):
            message = "the file is a link that leads out of the tenant's folder"
            problems.append(problem(Code.UNREADABLE, message, _top(name), cure="copy it here"))
            return None
        state = real.stat()
        if not stat.S_ISREG(state.st_mode):
            message = "this is no regular file"
            problems.append(problem(Code.UNREADABLE, message, _top(name), cure="remove it"))
            return None
        limit = MAX_BYTES if name.endswith((".yaml", ".yml")) else MAX_OTHER_BYTES
        if state.st_size > limit:
            problems.append(_too_large(name, state.st_size, limit))
            return None
        return real.read_bytes()
    except OSError as error:
        problems.append(_unreadable(name, error))
        return None


def _too_large(name: str, size: int, limit: int) -> Problem:
    message = f"the file has {size:,} bytes; at most {limit:,} are read"
    return problem(
        Code.TOO_LARGE, message, _top(name), cure="split it, or keep data outside the specs"
    )


def _unreadable(name: str, error: OSError) -> Problem:
    reason = error.strerror or "unknown reason"
    message = f"the file can not be read: {reason}"
    return problem(Code.UNREADABLE, message, _top(name), cure="check its owner and rights")


def _top(file: str) -> Place:
    return Place(file, 1, 1, 1, 2)


@dataclass(slots=True)
class _Loading:
    """What was found so far."""

    problems: list[Problem] = field(default_factory=list)
    objects: dict[str, dict[str, SpecFile]] = field(default_factory=dict)
    broken: set[tuple[str, str]] = field(default_factory=set)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    overlays: dict[tuple[str, str], tuple[str, Mapping]] = field(default_factory=dict)
    own_pack: OwnPack | None = None
    packs: MappingOf[str, UsedPack] = field(default_factory=dict)
    chains: MappingOf[tuple[str, str], tuple[Part, ...]] = field(default_factory=dict)

    def say(self, code: Code, message: str, place: Place, cure: str = "") -> None:
        self.problems.append(problem(code, message, place, cure=cure))


def load_files(
    files: MappingOf[str, bytes], unread: Collection[str] = ()
) -> tuple[SpecSet, list[Problem]]:
    """The specs in a set of files (path in the tenant's folder → bytes), with every problem.

    `unread`: paths of files that are there but could not be read; what they declare is unknown.
    """
    loading = _Loading()
    for name in unread:
        _unread(loading, PurePosixPath(name))
    if not {"tenant.yaml", "tenant.yml"} & {*files, *unread}:
        message = "the folder has no tenant.yaml and so is no tenant"
        cure = "name the folder of a tenant, or write tenant.yaml with `kind: Tenant`"
        loading.say(Code.NO_TENANT, message, _top("tenant.yaml"), cure)
        return SpecSet({}, MappingProxyType(dict(files))), loading.problems
    with _no_collection():
        return _load_all(loading, files)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Trees are many small objects that all live on; looking for garbage among them doubles the
    time and finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _load_all(loading: _Loading, files: MappingOf[str, bytes]) -> tuple[SpecSet, list[Problem]]:
    if "pack.yaml" in files:
        loading.own_pack = own_pack(files["pack.yaml"], loading.problems)
    for name in sorted(files):
        if not name.startswith("packs/"):
            _one_file(loading, name, files[name])
    if loading.overlays or loading.own_pack is not None or _uses_packs(loading, files):
        _resolve(loading, files)
    found = SpecSet(
        MappingProxyType({kind: MappingProxyType(of) for kind, of in loading.objects.items()}),
        MappingProxyType(dict(files)),
        MappingProxyType(loading.translations),
        frozenset(loading.broken),
        loading.packs,
        loading.chains,
    )
    problems = [*loading.problems, *check_references(found)]
    if any(kind == "Pack" for kind, _ in loading.broken):
        # What a pack that is not there would bring is unknown here; its own problem is told.
        problems = [one for one in problems if one.code not in OF_ABSENCE]
    return found, ordered(problems)


def _uses_packs(loading: _Loading, files: MappingOf[str, bytes]) -> bool:
    found = loading.objects.get("Tenant", {}).get("tenant")
    named = found is not None and isinstance(found.spec, Tenant) and found.spec.packs
    return bool(named) or any(name.startswith("packs/") for name in files)


def _resolve(loading: _Loading, files: MappingOf[str, bytes]) -> None:
    """Bring in the packs and lay overlays over what they extend."""
    requires = loading.own_pack.requires if loading.own_pack is not None else None
    overlays, broken = loading.overlays, frozenset(loading.broken)
    found = brought(files, loading.objects, overlays, broken, requires, loading.problems)
    loading.packs, loading.chains, loading.objects = found.packs, found.chains, found.objects
    loading.broken |= found.broken
    for locale, texts in found.translations.items():
        loading.translations[locale] = texts | loading.translations.get(locale, {})


def _one_file(loading: _Loading, name: str, content: bytes) -> None:
    path = PurePosixPath(name)
    if path.parts[0] == "i18n" and path.suffix in (".yaml", ".yml") and len(path.parts) == 2:
        texts = read_texts(name, path.stem, content, loading.problems)
        if texts is not None:
            loading.translations[path.stem] = texts
        return
    if (path.parts[0] in _IGNORED_FOLDERS and len(path.parts) > 1) or name in _IGNORED_FILES:
        return
    kind = _kind_of(loading, path)
    if kind is None:
        return
    id = path.stem
    if not kind.single and not _good_name(loading, kind, path):
        return
    if not _is_free(loading, kind, path):
        return
    node, problems = read(content, name)
    loading.problems += problems
    spec_file = None
    if node is not None and not any(one.is_error for one in problems):
        if loading.own_pack is not None and kind.word != "Pack":
            node = loading.own_pack.filled(node, loading.problems)
        if kind.word not in NOT_EXTENDED and isinstance(node, Mapping) and node.get("extends"):
            _overlay(loading, kind, id, name, node)
            return
        spec_file = _object(loading, kind, id, name, node)
    if spec_file is None:
        loading.broken.add((kind.word, id))
    else:
        loading.objects.setdefault(kind.word, {})[id] = spec_file


def _unread(loading: _Loading, path: PurePosixPath) -> None:
    """Note that the object of a file is there, though nothing is known about it."""
    depth = len(path.parts)
    kind = FILES.get(f"{path.stem}.yaml") if depth == 1 else FOLDERS.get(path.parts[0])
    if kind is not None and depth < 3 and path.suffix in (".yaml", ".yml"):
        loading.broken.add((kind.word, path.stem))
        loading.taken[kind.word, path.stem.lower()] = path.as_posix()


def _kind_of(loading: _Loading, path: PurePosixPath) -> Kind | None:
    """The kind whose place this is, or None with a word about what does not belong."""
    name, yaml = path.as_posix(), path.suffix in (".yaml", ".yml")
    if len(path.parts) == 1:
        kind = FILES.get(f"{path.stem}.yaml") if yaml else None
        if kind is None and yaml:
            guess = nearest(name, FILES)
            cure = f"did you mean `{guess}`?" if guess else "put it into the folder of its kind"
            loading.say(Code.UNKNOWN_FOLDER, f"no kind lives in `{name}`", _top(name), cure)
        return kind
    folder = path.parts[0]
    kind = FOLDERS.get(folder)
    if kind is None:
        _foreign(loading, folder, name, yaml)
        return None
    if not yaml:
        return None
    if len(path.parts) > 2:
        message = f"files of {kind.word} stand in `{folder}/` itself"
        loading.say(Code.WRONG_FOLDER, message, _top(name), f"move it to `{folder}/{path.name}`")
        return None
    return kind


def _foreign(loading: _Loading, folder: str, name: str, yaml: bool) -> None:
    if yaml:
        cure = did_you_mean(folder, FOLDERS)
        loading.say(Code.UNKNOWN_FOLDER, f"no kind lives in `{folder}/`", _top(name), cure)


def _good_name(loading: _Loading, kind: Kind, path: PurePosixPath) -> bool:
    fault = id_fault(path.stem)
    if not fault and kind.word == "Role" and path.stem in WHO_WORDS:
        # In `by:` a bare id is a role: `by: lead` could not tell the two apart.
        fault = Code.RESERVED_ID, f"`{path.stem}` can't be a role: it is a relation to a ticket"
    if not fault:
        return True
    better = "".join(c if c.isalnum() and c.isascii() else "_" for c in path.stem.lower())
    cure = "choose another file name"
    if better != path.stem and not id_fault(better):
        cure = f"rename it to `{kind.location}/{better}.yaml`"
    message = f"the file name is the id: {fault[1]}"
    loading.say(Code.BAD_FILE_NAME, message, _top(path.as_posix()), cure)
    low = path.stem.lower()
    if (kind.word, low) in loading.taken:
        _two_files(loading, path.as_posix(), low, loading.taken[kind.word, low])
    loading.taken.setdefault((kind.word, low), path.as_posix())
    loading.broken.add((kind.word, path.stem))
    return False


def _is_free(loading: _Loading, kind: Kind, path: PurePosixPath) -> bool:
    """Whether no other file claims the id; `.yml` is read, but `.yaml` is the right end."""
    key = (kind.word, path.stem.lower())
    name = path.as_posix()
    if key in loading.taken:
        _two_files(loading, name, path.stem, loading.taken[key])
        return False
    loading.taken[key] = name
    if path.suffix == ".yml":
        message = "files of specs end in `.yaml`"
        cure = f"rename it to `{path.with_suffix('.yaml').as_posix()}`"
        loading.say(Code.BAD_FILE_NAME, message, _top(name), cure)
    return True


def _two_files(loading: _Loading, name: str, id: str, first: str) -> None:
    loading.problems.append(
        problem(
            Code.TWO_FILES_ONE_ID,
            f"two files claim the id `{id}`",
            _top(name),
            cure="remove or rename one of them",
            related=(("the other is", _top(first)),),
        )
    )


def _object(loading: _Loading, kind: Kind, id: str, name: str, node: Node) -> SpecFile | None:
    if not _kind_fits(loading, kind, name, node):
        return None
    spec, problems = check(kind.model, node)
    loading.problems += problems
    if spec is None or not isinstance(node, Mapping):
        return None
    _kind_first(loading, node)
    if kind.word not in NOT_EXTENDED and (removed := node.key("remove")) is not None:
        message = "`remove` takes away from what the spec extends; here it extends nothing"
        loading.say(Code.OVERLAY_WORD, message, removed.place, "take the part out of this file")
    return SpecFile(kind.word, id, name, spec, node)


def _kind_first(loading: _Loading, node: Mapping) -> None:
    if node.entries[0][0].text != "kind":
        place = node.key("kind")
        message = "`kind:` stands first, so that a reader knows what this is"
        at = place.place if place is not None else node.place
        loading.say(Code.KIND_NOT_FIRST, message, at, "move the line up")


def _overlay(loading: _Loading, kind: Kind, id: str, name: str, node: Mapping) -> None:
    """Keep a spec that stands upon another until all are read."""
    if _kind_fits(loading, kind, name, node):
        _kind_first(loading, node)
        loading.overlays[kind.word, id] = (name, node)
    else:
        loading.broken.add((kind.word, id))


def _kind_fits(loading: _Loading, kind: Kind, name: str, node: Node) -> bool:
    written = node.get("kind") if isinstance(node, Mapping) else None
    if not isinstance(written, Scalar) or written.text == kind.word:
        return True
    other = KINDS.get(written.text)
    if other is None:
        guess = nearest(written.text, KINDS)
        cure = f"did you mean `{guess}`?" if guess else f"here stands `kind: {kind.word}`"
        message = f"there is no kind `{written.text}`"
        loading.say(Code.UNKNOWN_KIND, message, written.place, cure)
        return False
    better = other.file_of(PurePosixPath(name).stem)
    message = f"`{written.text}` does not live here; in this place stands `{kind.word}`"
    loading.say(Code.WRONG_FOLDER, message, written.place, f"move the file to `{better}`")
    return False
