"""The options of a choice: what may be chosen and how it is titled."""

from __future__ import annotations

from typing import Annotated

from specs.base import Hue, Id, ShortForm, Spec, Text


class Option(Spec):
    """One option of a choice; may be written as its title alone."""

    title: Text
    """What people read."""
    help: Text | None = None
    """A sentence that explains it."""
    hue: Hue | None = None
    """Color number of its chip."""


class TreeOption(Spec):
    """A node of a tree of options; may be written as its title alone."""

    title: Text
    """What people read."""
    children: dict[Id, Annotated[TreeOption, ShortForm()]] | None = None
    """The nodes below it."""


Options = dict[Id, Annotated[Option, ShortForm()]]
TreeOptions = dict[Id, Annotated[TreeOption, ShortForm()]]
