"""How rare a word is in names and in addresses, by frozen counts: a shared rare word says more than a common one.

Here: the counts of model/*_words.csv and what follows from them. Not here: where they were counted (tests/benchmarks/
count_words.py). They never change with the data of a home, so that a score depends on nothing but its two profiles.
"""

import csv
import math
from collections.abc import Callable
from functools import lru_cache

from orchestration.linkage.names import MODEL, skeleton
from orchestration.linkage.sounds import readings, unvowelled

# Words of trades in the languages of Europe tell firms apart no better than a legal form, and the lists that were
# counted hold too few of them: they count as standing in this part of all names.
TRADE_PART = 1 / 250


@lru_cache(maxsize=1)
def trades() -> tuple[str, ...]:
    """How words of trades begin."""
    return tuple((MODEL / "trade_stems.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=2)
def _counts(what: str) -> dict[str, int]:
    with (MODEL / f"{what}_words.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: int(row["count"]) for row in csv.DictReader(file)}


@lru_cache(maxsize=2)
def _total(what: str) -> int:
    return _counts(what)[""]


@lru_cache(maxsize=1 << 18)
def rarity(word: str, what: str = "name") -> float:
    """Information of a word in bits: 15 or so for one that was never counted, 3 or 4 for the commonest."""
    if len(word) == 1:
        return 1.0
    part = (_counts(what).get(word, 0) + 1) / (_total(what) + 1)
    return -math.log2(max(part, TRADE_PART) if word.startswith(trades()) else part)


@lru_cache(maxsize=1 << 18)
def share(word: str, bones: str) -> float:
    """In which part of names a word with the skeleton `bones` of this word stands, by the frozen counts."""
    return _share(word, bones, "skeletons")


@lru_cache(maxsize=1 << 18)
def share_of_sound(word: str, sound: str, has_vowels: bool = True) -> float:
    """In which part of names a word stands that may be read as `sound`, one of the readings of this word."""
    return _share(word, sound, "readings" if has_vowels else "unvowelled")


def _share(word: str, key: str, what: str) -> float:
    part = (_codes(what).get(key, 0) + 1) / (_total("name") + 1)
    return max(part, TRADE_PART) if word.startswith(trades()) else part


_CODES: dict[str, Callable[[str], tuple[str, ...]]] = {
    "skeletons": lambda word: (skeleton(word),), "readings": readings, "unvowelled": unvowelled,
}  # fmt: skip


@lru_cache(maxsize=3)
def _codes(what: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for word, count in _counts("name").items():
        for code in _CODES[what](word) if word else ():
            found[code] = found.get(code, 0) + count
    return found
