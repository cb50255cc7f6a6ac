"""The documentation is true: its specs load, its links lead somewhere, its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from specs.load import load_files, read_folder
from specs.source import read
from tests.house.tree import ROOT, files, text

_BLOCK = re.compile(r"^(?P<before>[^\n]*)\n```ya?ml\n(?P<body>.*?)^```$", re.M | re.S)
_LINK = re.compile(r"\[[^\]]*\]\((?!\w+:|#)([^)#\s]+)")
_COMMAND = re.compile(r"(?<![\w./-])(?:\.venv/bin/)?specdesk ([a-z][a-z-]+)(?=[ `\n])")
_NOT_A_SPEC = "<!-- not a spec -->"


@dataclass(frozen=True, slots=True)
class Block:
    """A YAML block of a document: where it stands, the file it shows or "", its text."""

    place: str
    file: str
    body: str


def documents() -> list[Path]:
    """Every Markdown file but articles, whose text belongs to a tenant."""
    return [p for p in files() if p.suffix == ".md" and "knowledge" not in p.parts]


def blocks() -> list[Block]:
    """Every YAML block that is not marked otherwise; a first comment may name its file."""
    found = []
    for path in documents():
        source = "\n" + text(path)
        for match in _BLOCK.finditer(source):
            if match["before"].strip() != _NOT_A_SPEC:
                line = source.count("\n", 0, match.start("body"))
                named = re.match(r"# ([\w/]+\.yaml)\s*$", match["body"].split("\n")[0])
                found.append(Block(f"{path}:{line}", named[1] if named else "", match["body"]))
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


@pytest.fixture(scope="module")
def example() -> dict[str, bytes]:
    """The tenant that the documents speak of, as files."""
    found, problems = read_folder(ROOT / "examples" / "tenants" / "ecommerce")
    assert problems == []
    return found


@pytest.mark.parametrize("block", [b for b in blocks() if b.file], ids=lambda block: block.place)
def test_whole_spec_loads_into_the_example(block: Block, example: dict[str, bytes]) -> None:
    """The real loader takes it beside the shop's own specs, references and all."""
    specs, problems = load_files(example | {block.file: block.body.encode()})
    assert [one for one in problems if one.place.file == block.file] == []
    assert any(one.file == block.file for kind in specs.objects.values() for one in kind.values())


def test_commands_exist() -> None:
    """Every `specdesk WORD` of the documents is a command that the program lists."""
    named = {m[1] for path in documents() for m in _COMMAND.finditer(text(path))}
    asked = [sys.executable, "-c", "from runtime.cli import main; main()", "--help"]
    help_text = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert sorted(name for name in named if not re.search(rf"\b{name}\b", help_text)) == []
