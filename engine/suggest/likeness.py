"""Which past tickets are like a new one: cosine of TF-IDF weights over an inverted index.

It keeps numbers of traits and ids of tickets: no word, no value, and nothing of what became of
them. That is read from the tickets themselves when it is asked for, so a corrected team counts at
once, and a ticket that somebody may not see is never counted for them.
"""

from __future__ import annotations

import io
import zipfile
from array import array
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
_COMMON: Final = 0.3
"""A trait of more than this share of all tickets tells nothing; it is left out of large indexes."""
_MANY: Final = 500
_ID: Final = 36


@dataclass(frozen=True, slots=True)
class Near:
    """A past ticket with its likeness, from 0 to 1."""

    ticket_id: str
    likeness: float


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """The index. `ids` and `kinds` by place of a ticket, newest first; postings by trait.

    `starts[t]:starts[t + 1]` are the postings of `traits[t]`: places of tickets with weights.
    """

    ids: NDArray[np.bytes_]
    kinds: NDArray[np.bytes_]
    traits: NDArray[np.uint32]
    rarity: Floats
    starts: NDArray[np.int64]
    places: NDArray[np.int32]
    weights: NDArray[np.float16]

    def __len__(self) -> int:
        """How many tickets it knows."""
        return len(self.ids)

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return sum(int(getattr(self, name).nbytes) for name in _PARTS)

    def nearest(
        self, asked: array[int], limit: int, *, kind: str = "", least: float = 0.0, but: str = ""
    ) -> tuple[Near, ...]:
        """The tickets most like the traits `asked`, the most alike first; of two, the newer.

        `kind` asks for one type only; `but` leaves a ticket out; `least` is the lowest likeness.
        """
        scores = self._scores(asked)
        if kind:
            scores[self.kinds != kind.encode()] = 0
        if but:
            scores[self.ids == but.encode()] = 0
        floor = max(least, 1e-6)
        found = np.flatnonzero(scores >= floor)
        if len(found) > limit:
            cut = np.partition(scores[found], len(found) - limit)[len(found) - limit]
            found = found[scores[found] >= cut]
        order = np.lexsort((found, -scores[found]))[:limit]
        return tuple(
            Near(self.ids[place].decode(), min(1.0, float(scores[place]))) for place in found[order]
        )

    def _scores(self, asked: array[int]) -> Floats:
        scores = np.zeros(len(self.ids), dtype=np.float32)
        wanted, counts = np.unique(np.array(asked, dtype=np.uint32), return_counts=True)
        if not len(wanted) or not len(self.traits):
            return scores
        rows = np.searchsorted(self.traits, wanted)
        known = (rows < len(self.traits)) & (
            self.traits[np.minimum(rows, len(self.traits) - 1)] == wanted
        )
        # A word nobody wrote before still is a word of this ticket: it makes it less like others.
        weight = (1 + np.log(counts)) * np.where(known, 0, self._unknown)
        weight[known] = (1 + np.log(counts[known])) * self.rarity[rows[known]]
        length = float(np.sqrt((weight**2).sum()))
        if not length:
            return scores
        for row, mine in zip(rows[known], weight[known] / length, strict=True):
            part = slice(self.starts[row], self.starts[row + 1])
            scores[self.places[part]] += np.float32(mine) * self.weights[part]
        return scores

    @property
    def _unknown(self) -> float:
        """The weight of a trait no past ticket has: half of the rarest, for it may be a slip."""
        return float(np.log1p(len(self.ids)) / 2)

    def pack(self) -> bytes:
        """The index as bytes that `unpack` reads; arrays and nothing that could be run."""
        out = io.BytesIO()
        parts: dict[str, Any] = {name: getattr(self, name) for name in _PARTS}
        np.savez(out, **parts)
        return out.getvalue()


_PARTS: Final = ("ids", "kinds", "traits", "rarity", "starts", "places", "weights")


def unpack(content: bytes) -> Likeness:
    """The index that `pack` made.

    Raises:
        ValueError: the bytes are no index.
    """
    if not content.startswith(b"PK"):
        raise ValueError("no index of likeness: no archive")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            return Likeness(**{name: found[name] for name in _PARTS})
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as wrong:
        raise ValueError(f"no index of likeness: {wrong}") from wrong


@dataclass(slots=True)
class Learner:
    """Gathers past tickets, newest first, and makes the index of them."""

    ids: list[bytes] = field(default_factory=list)
    kinds: list[bytes] = field(default_factory=list)
    lengths: array[int] = field(default_factory=lambda: array("I"))
    traits: array[int] = field(default_factory=lambda: array("I"))

    def add(self, ticket_id: str, kind: str, traits: array[int]) -> None:
        """One past ticket with its traits."""
        self.ids.append(ticket_id.encode())
        self.kinds.append(kind.encode())
        self.lengths.append(len(traits))
        self.traits.extend(traits)

    def learn(self) -> Likeness:
        """The index of all that was added; the same tickets make the same bytes."""
        places = np.repeat(
            np.arange(len(self.ids), dtype=np.int64), np.array(self.lengths, dtype=np.int64)
        )
        # By trait, then by place, in one number, so that one sort groups and counts both; in
        # place, for a hundred thousand tickets have twelve million of them.
        both = np.array(self.traits, dtype=np.int64)
        both <<= 32
        both |= places
        del places
        both.sort()
        first = _begins(both)
        times = np.diff(np.append(first, len(both))).astype(np.float32)
        pairs = both[first]
        del both, first
        traits = (pairs >> 32).astype(np.uint32)
        rows = (pairs & 0xFFFFFFFF).astype(np.int32)
        del pairs
        starts = _begins(traits)
        known = traits[starts]
        shared = np.diff(np.append(starts, len(traits)))
        rarity = np.log1p(len(self.ids) / np.maximum(shared, 1)).astype(np.float32)
        if len(self.ids) > _MANY:
            rarity[shared > _COMMON * len(self.ids)] = 0
        weights = (1 + np.log(times)) * np.repeat(rarity, shared)
        del times, traits
        length = np.sqrt(np.bincount(rows, weights**2, minlength=len(self.ids)))
        weights /= np.maximum(length, 1e-9)[rows]
        return _kept(self, known, rarity, shared, rows, weights)


def _begins(ordered: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal values begins."""
    differs = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=differs[1:])
    return np.flatnonzero(differs)


def _kept(
    learner: Learner,
    known: NDArray[np.uint32],
    rarity: Floats,
    shared: NDArray[np.int64],
    rows: NDArray[np.int32],
    weights: Floats,
) -> Likeness:
    """The index without postings that tell nothing: of traits of one ticket alone, or of most.

    What most tickets have stays known, with no weight; what one alone has is as good as unknown.
    """
    alone = (shared == 1) & (len(learner.ids) > _MANY)
    telling = (rarity > 0) & ~alone
    each = np.repeat(telling, shared)
    starts = np.concatenate(([0], np.cumsum(np.where(telling, shared, 0)[~alone])))
    return Likeness(
        ids=np.array(learner.ids, dtype=f"S{_ID}"),
        kinds=np.array(learner.kinds, dtype=np.bytes_),
        traits=known[~alone],
        rarity=rarity[~alone],
        starts=starts.astype(np.int64),
        places=rows[each],
        weights=weights[each].astype(np.float16),
    )
