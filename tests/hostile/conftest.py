"""The web tests' app with one more type that has a field of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.site.standing import SYSTEM
from tests.api.conftest import Programs
from tests.web.conftest import (
    moment,
    postgres_server,
    spruce,
    sqlite_url,
    store_template,
    web_folder,
)
from tests.web.spruce import Spruce, specs

__all__ = ["moment", "postgres_server", "spruce", "store_template", "web_folder"]

EVERY = b"""
kind: TicketType
title: { en: Everything, zh-CN: All }
prefix: EV
icon: star
subject: { label: Subject }
description: { label: Details, required: false }
fields:
  boolean: { type: boolean, label: Boolean }
  choice: { type: choice, label: Choice, options: { one: One, two: Two } }
  date: { type: date, label: Date }
  datetime: { type: datetime, label: Moment }
  decimal: { type: decimal, label: Decimal, places: 3 }
  duration: { type: duration, label: Duration }
  email: { type: email, label: Email }
  files: { type: files, label: Files }
  image: { type: image, label: Image }
  integer: { type: integer, label: Integer, indexed: true }
  lines:
    type: lines
    label: Lines
    fields: { name: { type: text, label: Name }, count: { type: integer, label: Count } }
  location: { type: location, label: Location }
  long_text: { type: long_text, label: Long }
  money: { type: money, label: Money }
  multi_choice: { type: multi_choice, label: Several, options: { a: A, b: B } }
  person: { type: person, label: Person }
  phone: { type: phone, label: Phone }
  stars: { type: rating, label: Rating }
  reference: { type: reference, source: orders, label: Record }
  rich_text: { type: rich_text, label: Rich }
  their_team: { type: team, label: Team }
  text: { type: text, label: Text, max_length: 20000, indexed: true }
  ticket: { type: ticket, label: Ticket }
  tree: { type: tree, label: Tree, options: { top: { title: Top, children: { leaf: Leaf } } } }
  url: { type: url, label: Address }
workflow:
  start: fresh
  states: { fresh: { title: Fresh, phase: new }, done: { title: Done, phase: solved } }
  transitions:
    close: { title: Close, from: fresh, to: done, by: agent, needs: [note] }
"""
OFFER = """
  every:
    title: { en: Everything, zh-CN: All }
    do: [comment]
"""
GRANT = """
  every:
    see: {}
    edit: {}
    create: true
    do: [comment, note, assign, transfer, bulk, export]
"""


@pytest.fixture(scope="module")
def store_url(store_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a field holds is checked above the store; what SQL differs in has tests there."""
    return sqlite_url(store_template, tmp_path_factory)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def every(spruce: Spruce) -> Spruce:
    """The type published; Ann may ask, Ben works on it."""
    files = specs()
    files["types/every.yaml"] = EVERY
    files["portal.yaml"] += OFFER.encode()
    for role in ("agent", "admin"):
        text = files[f"roles/{role}.yaml"].decode()
        head, _, rest = text.partition("types:\n")
        files[f"roles/{role}.yaml"] = f"{head}types:{GRANT}{rest}".encode()
    done = await publish_desk(spruce.site, files, SYSTEM, "every", word=ANYTHING)
    assert done.revision == 2, done.problems
    return spruce


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def programs(every: Spruce) -> Programs:
    """Programs of the cast."""
    return Programs(every)
