"""What two profiles have in common, as numbers: the ground on which the levels of the model stand.

Here: measures of one pair, the same whichever profile comes first. Not here: what a measure is worth (model/)
and which pairs are measured (blocking.py). A measure is None where one of the two says nothing about it.
"""

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from orchestration.linkage.frequencies import MODEL, rarity
from orchestration.linkage.names import Name
from orchestration.linkage.profiles import Birth, Profile
from orchestration.linkage.sounds import readings_of_all

MEASURES = (
    "person", "listed", "kinds", "exact_bits", "exact_count", "cover", "cover_low", "cover_bits", "sound_cover",
    "sort_ratio", "join_ratio", "bones_ratio", "birth", "country", "numbers", "number_kinds", "places", "numerals",
    "gap_days", "programmes", "list_refs", "extra", "aliases",
    "companies",
)  # fmt: skip
MOST_COMPARED, SOFT = 16, 4
APART = -2.0
# Bits of words up to which they are common ones, and sounds of the others from which two names that are read alike are
# so by more than chance.
COMMON, HEARD = 8.0, 5
HEARD_ALIKE = 95.0  # likeness of sound of such names: a little less than that of the same consonants in the same order
UNLIKE, UNLIKE_JOINED = 75.0, 0.9  # likeness of spelling below which it speaks against a pair
ALIKE = 0.95  # likeness of words with a reading in common; what is less alike does not sound alike


@lru_cache(maxsize=1)
def programmes() -> tuple[dict[tuple[str, str], float], frozenset[str]]:
    """The frozen table of programmes that go together, and all programmes that stand in it."""
    with (MODEL / "programmes.csv").open(encoding="utf-8", newline="") as file:
        table = {(row["one"], row["other"]): float(row["bits"]) for row in csv.DictReader(file)}
    return table, frozenset(programme for pair in table for programme in pair)


@dataclass(frozen=True, eq=False)
class Ready:
    """What a profile brings to every comparison, worked out once."""

    profile: Profile
    names: tuple[Name, ...]
    keys: dict[str, Name]
    sorted_keys: list[str]
    joined: list[str]
    bones: list[str]
    readings: frozenset[str]
    words: frozenset[str]
    weight: dict[str, float]
    numerals: frozenset[str]
    main: float


def ready(profile: Profile) -> Ready:
    """Make a profile ready: its names in a fixed order, at most MOST_COMPARED of them."""
    names = profile.names[:MOST_COMPARED]
    return Ready(
        profile=profile,
        names=names,
        keys={name.key: name for name in profile.names},
        sorted_keys=[name.key for name in names],
        joined=["".join(name.words) for name in names],
        bones=[" ".join(sorted(name.skeletons)) for name in names],
        readings=frozenset(chain.from_iterable(map(_read, names))),
        words=frozenset(word for name in profile.names for word in name.words),
        weight={name.key: bits(name.words) for name in profile.names},
        numerals=frozenset(numeral for name in names for numeral in name.numerals),
        main=max(bits(names[0].words), 1.0) if names else 1.0,
    )


def _read(name: Name) -> Iterator[str]:
    """A whole name as each scheme of transliteration reads it; what says of the trade is not read but must be there."""
    own = tuple(word for word in name.words if rarity(word) > COMMON)
    trade = " ".join(sorted(word for word in name.words if rarity(word) <= COMMON))
    yield from (f"{sounds}, {trade}" for sounds in readings_of_all(own) if len(sounds) >= HEARD)


def bits(words: Iterable[str]) -> float:
    """Information of several words together, the same in whatever order they come."""
    return math.fsum(rarity(word) for word in words)


@lru_cache(maxsize=1 << 16)
def overlap(one: Name, other: Name) -> tuple[float, float]:
    """Information that two names share. First: whole for equal words, most of it for words of one sound or one slip
    apart. Second: of words that are equal or have a reading in common, and nothing of others.
    """
    rest = list(range(len(other.words)))
    shared = sounding = 0.0
    for place in range(len(one.words)):
        best, at = 0.0, -1
        for there in rest:
            likeness = _likeness(one, place, other, there)
            if likeness > best:
                best, at = likeness, there
        if best > 0:
            common = min(rarity(one.words[place]), rarity(other.words[at]))
            shared += best * common
            sounding += common if best >= ALIKE else 0.0
            rest.remove(at)
    return shared, sounding


def _likeness(one: Name, place: int, other: Name, there: int) -> float:
    word, that = one.words[place], other.words[there]
    if word == that:
        return 1.0
    if len(word) == 1 or len(that) == 1:
        return 0.8 if word[0] == that[0] else 0.0
    if word.isdigit() or that.isdigit():
        return 0.0
    if _share(one.sounds[place], other.sounds[there]):
        return ALIKE
    if one.lacks_vowels != other.lacks_vowels and _share(one.bare[place], other.bare[there]):
        return ALIKE
    if one.skeletons[place] == other.skeletons[there] and len(one.skeletons[place]) > 1:
        return 0.9
    near = JaroWinkler.normalized_similarity(word, that, score_cutoff=0.86)
    return float(near) * 0.85 if near else 0.0


def _share(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return any(reading in others for reading in some)


def measure(a: Ready, b: Ready) -> tuple[float | None, ...]:
    """The measures of a pair, in the order of MEASURES."""
    left, right = a.profile, b.profile
    same = a.keys.keys() & b.keys.keys()
    exact_bits = max((a.weight[key] for key in same), default=0.0)
    ratios = process.cdist(a.sorted_keys, b.sorted_keys, scorer=fuzz.ratio)
    bones = process.cdist(a.bones, b.bones, scorer=fuzz.ratio)
    joined = process.cdist(a.joined, b.joined, scorer=JaroWinkler.normalized_similarity)
    # Only the likeliest pairs of names are compared word by word; among equals, by their text, whichever side is first.
    together = ratios + bones
    flat = together.ravel()
    width = len(b.names)
    floor = 0.0 if flat.size <= SOFT else sorted(flat.tolist(), reverse=True)[SOFT - 1]
    best = (0.0, 0.0, 0.0)
    sounding = 0.0
    for index in (flat >= floor).nonzero()[0].tolist():
        cover, sound = _covers(a.names[index // width], b.names[index % width])
        best, sounding = max(best, cover), max(sounding, sound)
    likeness: tuple[float | None, float | None, float]
    likeness = (float(ratios.max()), float(joined.max()), float(bones.max()))
    if _listed(left, right) < 2 and a.readings & b.readings:
        sounding, likeness = 1.0, _as_heard(*likeness)
    extra = min(
        bits(word for word in a.names[0].words if word in b.words) / a.main,
        bits(word for word in b.names[0].words if word in a.words) / b.main,
    )
    return (
        1.0 if "person" in (left.kind, right.kind) else 0.0,
        _listed(left, right),
        _kinds(left, right),
        exact_bits,
        float(len(same)),
        best[0],
        best[1],
        best[2],
        sounding,
        *likeness,
        _births(left.births, right.births),
        None if not left.countries or not right.countries else float(len(left.countries & right.countries)),
        None if not left.numbers or not right.numbers else float(len(left.numbers & right.numbers)),
        _conflict(left.numbers, right.numbers),
        _places(left.places, right.places),
        _numerals(a, b),
        _gap(left.listed_on, right.listed_on),
        _programmes(left.programmes, right.programmes),
        None if not left.list_refs or not right.list_refs else float(bool(left.list_refs & right.list_refs)),
        extra,
        float(min(len(left.names), len(right.names))),
        None if not left.companies or not right.companies else float(bool(left.companies & right.companies)),
    )  # fmt: skip


def _as_heard(ratio: float, joined: float, bones: float) -> tuple[float | None, float | None, float]:
    """Likeness of two names that one scheme of transliteration reads alike: the same in sound, and of how they are
    spelt only what speaks for the pair; that the letters differ is what the schemes do.
    """
    return ratio if ratio >= UNLIKE else None, joined if joined >= UNLIKE_JOINED else None, max(bones, HEARD_ALIKE)


def _covers(one: Name, other: Name) -> tuple[tuple[float, float, float], float]:
    first, second = sorted((one, other), key=lambda name: (len(name.words), name.words))
    shared, sounding = overlap(first, second)
    whole = max(bits(first.words), 1.0), max(bits(second.words), 1.0)
    low, high = sorted((shared / whole[0], shared / whole[1]))
    return (2 * low * high / (low + high) if shared else 0.0, low, shared), 2 * sounding / sum(whole)


def _listed(left: Profile, right: Profile) -> float:
    if left.list_code and left.list_code == right.list_code:
        return 3.0 if left.list_entry_ref != right.list_entry_ref else 4.0
    return float(bool(left.list_code) + bool(right.list_code))


def _kinds(left: Profile, right: Profile) -> float | None:
    return None if not left.kind or not right.kind else float(left.kind == right.kind)


def _births(left: tuple[Birth, ...], right: tuple[Birth, ...]) -> float | None:
    """6 the same day, 5 day and month exchanged or one of the three differs, 4 the same month or year as far as known,
    3 within a range or about, 2 a year or two apart, 1 up to ten years apart, 0 farther.
    """
    if not left or not right:
        return None
    return max(_birth(one, other) for one in left for other in right)


def _birth(one: Birth, other: Birth) -> float:
    a, b = (one.year, one.month, one.day), (other.year, other.month, other.day)
    if one.day and other.day:
        if a == b:
            return 6.0
        if (a[0], a[1], a[2]) == (b[0], b[2], b[1]) or sum(x == y for x, y in zip(a, b, strict=True)) == 2:
            return 5.0
    elif a[0] == b[0] and (a[1] == b[1] or not (a[1] and b[1])):
        return 4.0
    if one.year <= other.last and other.year <= one.last:
        return 3.0
    apart = min(abs(one.year - other.last), abs(one.last - other.year))
    return 2.0 if apart <= 2 else 1.0 if apart <= 10 else 0.0


def _places(left: frozenset[str], right: frozenset[str]) -> float | None:
    """Rarity of the rarest word that their addresses share; 0 for none."""
    return None if not left or not right else max((rarity(word, "place") for word in left & right), default=0.0)


def _gap(left: date | None, right: date | None) -> float | None:
    return None if left is None or right is None else float(abs((left - right).days))


def _programmes(left: frozenset[str], right: frozenset[str]) -> float | None:
    """How much oftener than by chance two lists put one party under these programmes, in bits; None if not known."""
    table, known = programmes()
    if not left & known or not right & known:
        return None
    return max(table.get((min(one, other), max(one, other)), APART) for one in left for other in right)


def _conflict(left: frozenset[str], right: frozenset[str]) -> float | None:
    """Whether numbers of one register differ: LEI, EORI, registration."""
    found = [
        bool({n for n in left if n.startswith(kind)} & {n for n in right if n.startswith(kind)})
        for kind in ("LEI", "EORI", "REG")
        if any(n.startswith(kind) for n in left) and any(n.startswith(kind) for n in right)
    ]
    return None if not found else float(any(found))


def _numerals(a: Ready, b: Ready) -> float | None:
    return None if not a.numerals and not b.numerals else float(bool(a.numerals & b.numerals))
