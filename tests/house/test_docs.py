"""The documentation is true: its specs load, its links lead somewhere, its commands exist."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.compile.desk import compile_desk
from specs.catalog import KINDS
from specs.load import load_files, read_folder
from specs.source import read
from tests.cli.running import warm
from tests.house.tree import ROOT, files, text

_BLOCK = re.compile(r"^(?P<before>[^\n]*)\n```ya?ml\n(?P<body>.*?)^```$", re.M | re.S)
_LINK = re.compile(r"\[[^\]]*\]\((?!\w+:|#)([^)#\s]+)")
_COMMAND = re.compile(r"(?<![\w./-])(?:\.venv/bin/)?specdesk ([a-z][a-z-]+)(?=[ `\n])")
_NOT_A_SPEC = "<!-- not a spec -->"
# Examples of the page about problems, which its own test loads.
_EXAMPLES = ("<!-- wrong file:", "<!-- right file:")
_TENANT = re.compile(r"<!-- tenant: (\w+) -->")
_DATA = re.compile(r"^<!-- file: ([\w/.]+) -->\n```\w*\n(.*?)^```$", re.M | re.S)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Block:
    """A YAML block of a document: where it stands, the file it shows or "", its text."""

    place: str
    file: str
    body: str
    tenant: str = "ecommerce"

    @property
    def page(self) -> Path:
        """The document it stands in."""
        return Path(self.place.rpartition(":")[0])


def documents() -> list[Path]:
    """Every Markdown file but articles, whose text belongs to a tenant."""
    return [p for p in files() if p.suffix == ".md" and "knowledge" not in p.parts]


def blocks() -> list[Block]:
    """Every YAML block that is not marked otherwise; a first comment may name its file."""
    found = []
    for path in documents():
        source = "\n" + text(path)
        for match in _BLOCK.finditer(source):
            before = match["before"].strip()
            if before != _NOT_A_SPEC and not before.startswith(_EXAMPLES):
                line = source.count("\n", 0, match.start("body"))
                named = re.match(r"# ([\w/]+\.yaml)\s*$", match["body"].split("\n")[0])
                tenant = _TENANT.match(before)
                found.append(
                    Block(
                        f"{path}:{line}",
                        named[1] if named else "",
                        match["body"],
                        tenant[1] if tenant else "ecommerce",
                    )
                )
    return found


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.place)
def test_block_can_be_read(block: Block) -> None:
    """The one reader takes it, with all its limits."""
    node, problems = read(block.body, block.place)
    assert node is not None
    assert problems == []


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.place)
def test_whole_spec_names_its_file(block: Block) -> None:
    """A block with a `kind:` opens with the file it would be, so that the loader can place it."""
    assert bool(block.file) == bool(re.search(r"^kind:", block.body, re.M))


@pytest.mark.parametrize("path", documents(), ids=str)
def test_links_lead_somewhere(path: Path) -> None:
    """A relative link names a file of the repository."""
    links = [match[1] for match in _LINK.finditer(text(path))]
    assert [link for link in links if not (ROOT / path.parent / link).exists()] == []


def tenant_of(block: Block) -> dict[str, bytes]:
    """The files that a block stands among: a tenant that its page shows whole, or an example."""
    beside = [one for one in blocks() if one.page == block.page and one.file]
    if any(one.file == "tenant.yaml" for one in beside):
        data = {name: body.encode() for name, body in _DATA.findall(text(block.page))}
        return data | {one.file: one.body.encode() for one in beside}
    found, problems = read_folder(ROOT / "examples" / "tenants" / block.tenant)
    assert problems == []
    return found | {one.file: one.body.encode() for one in beside if one.tenant == block.tenant}


@pytest.mark.parametrize("block", [b for b in blocks() if b.file], ids=lambda block: block.place)
def test_whole_spec_loads_and_compiles(block: Block) -> None:
    """The real loader and compiler take it where it stands, references and all."""
    specs, problems = load_files(tenant_of(block))
    _, more = compile_desk(specs)
    assert [one for one in [*problems, *more] if one.place.file == block.file] == []
    assert any(one.file == block.file for kind in specs.objects.values() for one in kind.values())


def test_the_language_page_shows_every_kind() -> None:
    """Each kind has a whole example in the guide."""
    page = text(Path("docs/en/spec-language.md"))
    assert [word for word in KINDS if not re.search(rf"^kind: {word}$", page, re.M)] == []


def pairs() -> list[tuple[Path, Path]]:
    """The pages for users in both languages."""
    names = {p.name for p in documents() if p.parts[:2] in (("docs", "en"), ("docs", "zh-CN"))}
    return [(Path("docs/en", name), Path("docs/zh-CN", name)) for name in sorted(names)]


@pytest.mark.parametrize("english, chinese", pairs(), ids=lambda path: path.name)
def test_both_languages_say_the_same(english: Path, chinese: Path) -> None:
    """The same headings by level and the same code, block by block."""
    assert (ROOT / english).exists()
    assert (ROOT / chinese).exists()
    levels, fences = [], []
    for path in (english, chinese):
        fences.append(_FENCE.findall(text(path)))
        prose = _FENCE.sub("", text(path))
        levels.append([len(marks) for marks in re.findall(r"^(#+) ", prose, re.M)])
    assert levels[0] == levels[1]
    assert fences[0] == fences[1]


def test_the_house_shows_the_floors_of_the_contracts() -> None:
    """The floors of runtime in docs/house.md are those that import-linter holds."""
    contracts = text(Path(".importlinter"))
    part = contracts.split("[importlinter:contract:runtime]")[1].split("exhaustive")[0]
    held = [re.findall(r"\((\w+)\)", line) for line in part.splitlines() if "(" in line]
    page = text(Path("docs/house.md"))
    shown = [
        re.findall(r"runtime\.(\w+)", line) for line in re.findall(r"^runtime\..*$", page, re.M)
    ]
    assert shown == held


def test_commands_exist() -> None:
    """Every `specdesk WORD` of the documents is a command that the program lists."""
    named = {m[1] for path in documents() for m in _COMMAND.finditer(text(path))}
    asked = warm("--help")
    help_text = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert sorted(name for name in named if not re.search(rf"\b{name}\b", help_text)) == []
