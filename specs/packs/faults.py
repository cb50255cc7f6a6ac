"""What is wrong with packs and overlays, gathered while they are resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from specs.problem import Code, Place, Problem, problem

Related = tuple[tuple[str, Place], ...]


@dataclass(slots=True)
class Faults:
    """Problems found so far."""

    found: list[Problem] = field(default_factory=list)

    def say(
        self, code: Code, message: str, place: Place, cure: str = "", related: Related = ()
    ) -> None:
        """Note one mistake."""
        self.found.append(problem(code, message, place, cure=cure, related=related))
