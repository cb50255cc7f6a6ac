"""Formulas: a typed tree and its evaluation, total and without side effects (language.md 4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expression:
    """A typed formula. Filled in by the condition language's author; see compile/formula.py."""

    source: str
