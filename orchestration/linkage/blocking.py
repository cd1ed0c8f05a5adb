"""Which profiles are worth comparing: those that share a key.

Here: the keys of a profile, each decided from the profile and the frozen counts alone, so that a pair is a candidate
whatever else a home holds; and the pairs that follow. Not here: any judgement of a pair. A key that common words would
make is not used, so that blocks stay small at a million mentions.
"""

from collections.abc import Iterator
from itertools import combinations

from orchestration.linkage.frequencies import rarity, share
from orchestration.linkage.profiles import Profile

CRAFT = frozenset({"vessel", "aircraft"})
# A block is used only where chance would bring fewer than this part of all names into it.
RARE_PAIR, RARE_WORD = 3e-6, 1.3e-4
# Lists are short and do not grow with the mentions: among their entries commoner words are worth a look.
RARE_PAIR_LISTED = 1e-4
# First letters of keys that stand for the sound of one word.
WEAK = "rl"
MOST_WORDS = 8


def gate(profile: Profile) -> str:
    """Persons are compared with persons; firms, vessels and aircraft among each other; '' may be any."""
    return "person" if profile.kind == "person" else "other" if profile.kind else ""


def compatible(left: Profile, right: Profile) -> bool:
    """Whether the kinds allow that two profiles are one party, and they are not two versions of one entry."""
    if left.list_code and left.list_code == right.list_code and left.entry_ref == right.entry_ref:
        return False
    sides = gate(left), gate(right)
    return "" in sides or sides[0] == sides[1]


def worth_comparing(left: Profile, right: Profile, is_weak: bool) -> bool:
    """Whether a pair that shares a key is a candidate; `is_weak` if all that it shares is the sound of one rare word:
    then parties of which neither is listed must not be of different countries.
    """
    if is_weak and not left.list_code and not right.list_code and left.countries and right.countries:
        return bool(left.countries & right.countries) and compatible(left, right)
    return compatible(left, right)


def keys(profile: Profile) -> set[str]:
    """All keys of a profile."""
    return set(_keys(profile))


def _keys(profile: Profile) -> Iterator[str]:
    yield from ("n" + number for number in profile.numbers)
    yield from ("u" + ref for ref in profile.list_refs)
    if profile.list_code:
        for birth in profile.births:
            if birth.day and (birth.day, birth.month) != (1, 1):
                yield f"b{birth.year}-{birth.month}-{birth.day}"
    for name in profile.names:
        yield "x" + name.key
        yield "j" + "".join(sorted("".join(name.words)))
        parts = {bones: share(word, bones) for word, bones in zip(name.words, name.skeletons, strict=True)}
        known = sorted((bones for bones in parts if len(bones) > 1), key=lambda bones: (parts[bones], bones))
        for one, other in combinations(sorted(known[:MOST_WORDS]), 2):
            if parts[one] * parts[other] < RARE_PAIR:
                yield f"p{one} {other}"
            elif profile.list_code and parts[one] * parts[other] < RARE_PAIR_LISTED:
                yield f"c{one} {other}"
        for word, bones in zip(name.words, name.skeletons, strict=True):
            if len(bones) >= 3 and parts[bones] < RARE_WORD:
                yield "r" + bones
            if len(word) >= 6 and len(bones) >= 3 and parts[bones] < RARE_WORD and rarity(word) > 13:
                yield "l" + bones[0] + "".join(sorted(bones[1:]))
