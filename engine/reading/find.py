"""From what somebody typed to the words that are looked up, and from what was found to an order.

Both databases only say which words stand where; what counts how much is decided here, so both give
the same articles in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.reading.words import is_chinese, words

MOST_WORDS: Final = 12
"""So many different words of a question are looked up."""
QUESTION: Final = 400
"""So many characters of a question are read."""
TITLE, TAG, BODY = 8, 5, 1
_SYNONYM, _MISTYPED, _BEGUN = 0.8, 0.6, 0.5


@dataclass(slots=True)
class Asked:
    """One word of a question, and what is looked up for it: word → how much it counts (to 1)."""

    word: str
    forms: dict[str, float] = field(default_factory=dict)

    def add(self, forms: Iterable[str], weight: float) -> None:
        """Look these up too, unless they count for more already."""
        for form in forms:
            self.forms[form] = max(self.forms.get(form, 0), weight)


@dataclass(frozen=True, slots=True)
class Hit:
    """A word in an article: `weight` says where it stands, `count` how often."""

    word: str
    article: str
    locale: str
    weight: int
    count: int


def asked_in(question: str, synonyms: Sequence[Sequence[str]]) -> list[Asked]:
    """The words of a question, each with the words that mean the same."""
    text = question[:QUESTION]
    alike = _alike(synonyms)
    found = [Asked(word, {word: 1.0}) for word in dict.fromkeys(words(text))][:MOST_WORDS]
    for one in found:
        one.add(alike.get(one.word, ()), _SYNONYM)
    return found


def _alike(synonyms: Sequence[Sequence[str]]) -> Mapping[str, list[str]]:
    """word → the words of its groups; of a phrase each word stands for the whole."""
    found: dict[str, list[str]] = {}
    for group in synonyms:
        whole = [list(words(phrase)) for phrase in group]
        for phrase in whole:
            for word in phrase if len(phrase) == 1 or is_chinese("".join(phrase)) else ():
                found.setdefault(word, []).extend(w for other in whole for w in other if w != word)
    return found


def mistyped(asked: Asked, meant: Iterable[str]) -> None:
    """Look up what was meant by a word that no article has."""
    asked.add(meant, _MISTYPED)


def begun(asked: Asked, longer: Iterable[str]) -> None:
    """Look up the words that a word still being typed begins."""
    asked.add(longer, _BEGUN)


def ranked(
    asked: Sequence[Asked],
    hits: Iterable[Hit],
    articles: int,
    *,
    most: int = 50,
    told: bool = False,
) -> list[tuple[str, float]]:
    """Articles with their scores, best first; equal ones by id, the newer first.

    `articles`: how many there are, so that a word that stands in all of them tells little. An
    article has to hold at least half of the words asked for; locales of one article count once.
    `told`: the words are of somebody's story, most of which no article has: two of them do, or one
    that its title or tags hold.
    """
    by_word: dict[str, list[Hit]] = {}
    for hit in hits:
        by_word.setdefault(hit.word, []).append(hit)
    scores: dict[str, float] = {}
    held: dict[str, int] = {}
    named: set[str] = set()
    for one in asked:
        best: dict[str, float] = {}
        for form, weight in one.forms.items():
            for hit in by_word.get(form, ()):
                worth = weight * (hit.weight + math.log2(1 + min(hit.count, 16)) / 4)
                best[hit.article] = max(best.get(hit.article, 0.0), worth)
                named |= {hit.article} if hit.weight >= TAG and weight >= _SYNONYM else set()
        rare = math.log2(1 + articles / (1 + len(best))) + 0.1
        for article, worth in best.items():
            scores[article] = scores.get(article, 0.0) + worth * rare
            held[article] = held.get(article, 0) + 1
    needed = (len(asked) + 1) // 2
    if told:
        needed = min(needed, 2)
    found = [
        (id, round(score, 6))
        for id, score in scores.items()
        if held[id] >= needed or (told and id in named)
    ]
    return sorted(found, key=lambda one: (one[1], one[0]), reverse=True)[:most]
