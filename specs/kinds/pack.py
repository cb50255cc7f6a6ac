"""A pack: specs made to be used by other tenants, with a version, inputs and guarded paths."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Id, LongText, Number, OneOrMany, ShortForm, Spec, Text, Value
from specs.marks import StrMark, Words

INPUT_TYPES: tuple[str, ...] = (
    "text", "words", "integer", "decimal", "boolean", "date", "duration", "choice", "id",
)  # fmt: skip
"""What an input holds; `words` is text by locale, `id` names something of the tenant."""

VERSION = r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})"
Version = Annotated[str, StrMark(VERSION, "version", "1.2.0")]
_RANGE = rf"(\^|~|>=|<=|>|<|=)?{VERSION}"
Versions = Annotated[str, StrMark(rf"{_RANGE}( {_RANGE}){{0,3}}", "range of versions", "^1.0.0")]
SpecPath = Annotated[
    str,
    StrMark(r"[a-z_]+(/[a-z][a-z0-9_]*)?(\.[^\s]+)?", "path into a spec", "types/refund.checks"),
]
SpecPaths = Annotated[tuple[SpecPath, ...], OneOrMany()]


class InputOption(Spec):
    """One value of an input that is chosen."""

    title: Text
    """What people read."""


class Input(Spec):
    """A value that every tenant may set for itself; specs name it as `$input.<id>`."""

    type: Annotated[str, Words(*INPUT_TYPES)]
    """What it holds."""
    label: Text
    """Its name."""
    help: Text | None = None
    """A sentence that explains it."""
    default: Value = None
    """What holds where a tenant says nothing; without one, every tenant has to."""
    example: Value = None
    """What the pack itself is checked with where there is no default."""
    options: dict[Id, Annotated[InputOption, ShortForm()]] | None = None
    """The values of a choice."""
    min: Number | None = None
    """The least number."""
    max: Number | None = None
    """The greatest number."""


class Pack(Spec):
    """A pack: specs made to be used by other tenants, with a version, inputs and guarded paths."""

    kind: Literal["Pack"]
    id: Id
    """The id that tenants name it by; it never changes."""
    version: Version
    """Its version; the first number goes up with what breaks, the second with what is new."""
    language: Annotated[str, StrMark("[1-9][0-9]{0,3}", "version of the language", "1")]
    """The version of the spec language it is written in."""
    title: Text
    """Its name."""
    summary: LongText
    """What it is for."""
    requires: dict[Id, Versions] | None = None
    """Packs it builds upon, each with the versions that will do: `^1.0.0`."""
    inputs: dict[Id, Input] | None = None
    """Values that every tenant may set for itself."""
    sealed: SpecPaths | None = None
    """What no overlay may change: `types/refund.checks`."""
    restrict_only: SpecPaths | None = None
    """What an overlay may only make narrower: `roles/agent.types`."""
    changelog: dict[Version, LongText] | None = None
    """What each version brought, the newest first."""
