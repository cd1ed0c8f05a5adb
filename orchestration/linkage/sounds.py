"""How a word sounds, read by the schemes in which names are transliterated.

Here: from a word in Latin letters to its readings, one for each scheme that reads it otherwise; two spellings of one
word share a reading when some scheme reads both alike (Zhayevshu, Žajewšu and Schajewschu; Tikhonov and Tichonow;
Khalid and Kaled). Not here: the skeletons that do not know schemes (names.py), and what a shared reading is worth.

A reading is a text of sounds: S sibilants, C affricates, J as in jar, H as in loch or house, and the other consonants
by their place in the mouth; `a` any run of vowels, since no two schemes agree on those. Daitch and Mokotoff's Soundex
(1985) has several codes for one word for the same reason; the letters here follow the tables of BGN/PCGN and ISO 9 and
the usual German and French ways of writing Slavic, Greek and Arabic names.
"""

import re
from functools import lru_cache

_COMMON = {
    "sch": "S", "sh": "S", "zh": "S", "ss": "S", "s": "S", "z": "S", "ts": "C", "tz": "C", "tch": "C", "ph": "F",
    "th": "T", "dh": "D", "gh": "G", "dj": "J", "ck": "K", "q": "K", "k": "K", "x": "KS", "w": "V", "v": "V", "b": "B",
    "d": "D", "f": "F", "g": "G", "l": "L", "m": "M", "n": "N", "p": "P", "r": "R", "t": "T", "h": "H",
    **dict.fromkeys("aeiouy", "a"),
}  # fmt: skip
# English: BGN/PCGN for Cyrillic and Arabic, and what anyascii writes. A w that no vowel follows is half a vowel.
_ENGLISH = {
    "shch": "SC", "ch": "C", "kh": "H", "dzh": "J", "j": "J", "ce": "Sa", "ci": "Sa", "cy": "Sa", "c": "K",
    **{f"w{vowel}": "Wa" for vowel in "aeiouy"}, "w": "a",
}  # fmt: skip
# Scientific (ISO 9, accents lost) and German, which share j, ch and w.
_GERMAN = {
    "schtsch": "SC", "tsch": "C", "dsch": "J", "dz": "J", "ch": "H", "kh": "H", "cz": "C", "c": "C", "j": "a", "w": "V",
}  # fmt: skip
# English where kh is written for what is heard as k.
_PLAIN_KH = {**_ENGLISH, "kh": "K"}
_FRENCH = {
    "ch": "S", "kh": "K", "j": "S", "qu": "K", "gu": "G", "h": "", "ce": "Sa", "ci": "Sa", "cy": "Sa", "c": "K",
    **{f"ou{vowel}": "Wa" for vowel in "aeiy"}, **{f"w{vowel}": "Wa" for vowel in "aeiouy"}, "w": "a",
}  # fmt: skip
# French where an h is sounded, as in names of Arabic.
_FRENCH_WITH_H = {**_FRENCH, "h": "H"}
_TWICE = re.compile(r"(.)\1+")
# A d or t before the sound that begins with it is not heard apart (Lidjabim, Leeddjabeem).
_SWALLOWED = re.compile(r"D(?=J)|T(?=C)")


def _scheme(own: dict[str, str]) -> tuple[re.Pattern[str], dict[str, str]]:
    table = {**_COMMON, **own}
    longest_first = sorted(table, key=lambda letters: (-len(letters), letters))
    return re.compile("|".join([*longest_first, "."])), table


_SCHEMES = tuple(_scheme(own) for own in (_ENGLISH, _PLAIN_KH, _GERMAN, _FRENCH, _FRENCH_WITH_H))


@lru_cache(maxsize=1 << 18)
def _sounded(word: str) -> tuple[str, ...]:
    """The word as each scheme reads it, W where half a vowel may stand."""
    found = []
    for letters, table in _SCHEMES:
        sounds = _SWALLOWED.sub("", "".join(table.get(part, part) for part in letters.findall(word)))
        # An h at the end is written or not (Abdullah, Abdulla).
        found.append(_TWICE.sub(r"\1", re.sub(r"(?<=a)H$", "", _TWICE.sub(r"\1", sounds))))
    return tuple(found)


@lru_cache(maxsize=1 << 18)
def readings(word: str) -> tuple[str, ...]:
    """The readings of a word of lower-case Latin letters, each once and with two consonants at least; a word with
    digits has none.
    """
    if any(letter.isdigit() for letter in word):
        return ()
    found = dict.fromkeys(sounds.replace("W", "V") for sounds in _sounded(word))
    return tuple(sounds for sounds in found if len(sounds) - sounds.count("a") > 1)


@lru_cache(maxsize=1 << 18)
def unvowelled(word: str) -> tuple[str, ...]:
    """The readings of a word as scripts write it that leave vowels out (Arabic, Hebrew), half vowels left out as well;
    two consonants at least.
    """
    if any(letter.isdigit() for letter in word):
        return ()
    found = dict.fromkeys(_TWICE.sub(r"\1", re.sub("[aW]", "", sounds)) for sounds in _sounded(word))
    return tuple(sounds for sounds in found if len(sounds) > 1)


def readings_of_all(words: tuple[str, ...]) -> set[str]:
    """A whole name as each scheme reads it, the words in the order of their sounds."""
    by_scheme = zip(*map(_sounded, words), strict=True)
    return {" ".join(sorted(sounds)).replace("W", "V") for sounds in by_scheme}
