"""Which profiles are worth comparing: those that share a key.

Here: the keys of a profile, each decided from the profile and the frozen counts alone, so that a pair is a candidate
whatever else a home holds; and the pairs that follow. Not here: any judgement of a pair. A key that common words would
make is not used, so that blocks stay small at a million mentions.
"""

from collections.abc import Iterator
from itertools import combinations

from orchestration.linkage.frequencies import rarity, share, share_of_sound
from orchestration.linkage.names import Name
from orchestration.linkage.profiles import Profile
from orchestration.linkage.sounds import readings_of_all

CRAFT = frozenset({"vessel", "aircraft"})
# A block is used only where chance would bring fewer than this part of all names into it.
RARE_PAIR, RARE_WORD = 3e-6, 1.3e-4
RARE_BITS = 13
# Lists are short and do not grow with the mentions: among their entries commoner words are worth a look.
RARE_PAIR_LISTED = 1e-4
# First letters of keys that stand for sounds, for one word, or for what is left of it after a slip.
WEAK = "rlsyvwd"
# Keys that pair only with each other: of a name without vowels with one that has them, of a word that lost a letter
# with one that lost none.
PAIRED = {"V": "v", "D": "d"}
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
            if len(word) >= 6 and len(bones) >= 3 and parts[bones] < RARE_WORD and rarity(word) > RARE_BITS:
                yield "l" + bones[0] + "".join(sorted(bones[1:]))
        yield from ("y" + sounds for sounds in readings_of_all(name.words) if len(sounds) >= 5)
        for place, word in enumerate(name.words):
            yield from _sound_keys(name, place)
            if rarity(word) > RARE_BITS:
                yield from _slip_keys(word)


def _sound_keys(name: Name, place: int) -> Iterator[str]:
    word = name.words[place]
    for sound in name.sounds[place]:
        if len(sound) >= 4 and share_of_sound(word, sound) < RARE_WORD:
            yield "s" + sound
    for sound in name.bare[place]:
        if len(sound) >= 3 and share_of_sound(word, sound, has_vowels=False) < RARE_WORD:
            yield ("V" if name.lacks_vowels else "v") + sound


def _slip_keys(word: str) -> Iterator[str]:
    """The word, and what is left of it when one letter is lost."""
    if len(word) >= 4:
        yield from ("w" + word, "d" + word)
    if len(word) >= 5:
        yield from ("D" + word[:at] + word[at + 1 :] for at in range(len(word)))
