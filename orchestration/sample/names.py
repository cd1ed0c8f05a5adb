"""Invents names of companies, people and ships, and the ways in which agencies misspell and transliterate
them.

Belongs here: how a name is put together from syllables, and its variants. Does not belong here: which party
bears which name, where it sits and who mentions it (see `parties`). Every name is invented: a stem is three
meaningless syllables, so that no real firm or person is meant.
"""

from __future__ import annotations

import random
import unicodedata
from enum import IntEnum
from functools import cache

from orchestration.sample.flavours import FLAVOURS, Flavour, Word


class Variant(IntEnum):
    """How one agency writes a name; a party has one string for each."""

    PLAIN = 0
    UPPER = 1
    OTHER_FORM = 2  # another way to write the legal form; for a person: SURNAME, Given
    UNACCENTED = 3
    NO_FORM = 4  # without the legal form; for a person: initial and surname
    TYPO = 5
    OTHER_SCHEME = 6  # another transliteration, where the name has a script of its own
    NATIVE = 7


def company(rng: random.Random, flavour: str) -> tuple[str, ...]:
    """Eight variants of one company's name, in the order of `Variant`."""
    style = FLAVOURS[flavour]
    stem = _stem(rng, style)
    words = [stem]
    if rng.random() < 0.22:
        words.append(_stem(rng, style, longest=2))
    if rng.random() < 0.82:
        words.append(rng.choice(style.sectors))
    form, other_form, native_form = rng.choice(style.forms)
    latin, scheme, native = (" ".join(word[i] for word in words) for i in range(3))
    joined = style.form_first
    return _variants(
        rng,
        plain=_with_form(latin, form, joined),
        other_form=_with_form(latin, other_form, False),
        bare=latin,
        scheme=_with_form(scheme, form, joined),
        native=_with_form(native, native_form, joined),
    )


def person(rng: random.Random, flavour: str) -> tuple[str, ...]:
    """Eight variants of one person's name; the given name comes first in the plain one."""
    style = FLAVOURS[flavour]
    given, surname = _stem(rng, style, longest=2), _stem(rng, style)
    ending = rng.choice(style.surname_endings)
    names = [(given[i], surname[i] + ending[i]) for i in range(3)]
    (first, last), (first_b, last_b), (first_n, last_n) = names
    return _variants(
        rng,
        plain=f"{first} {last}",
        other_form=f"{last.upper()}, {first}",
        bare=f"{first[0]}. {last}",
        scheme=f"{first_b} {last_b}",
        native=f"{first_n} {last_n}",
    )


def vessel(rng: random.Random, flavour: str) -> tuple[str, ...]:
    """Eight variants of a ship's name, with and without the prefix MV."""
    style = FLAVOURS[flavour]
    one, two = _stem(rng, style, longest=2), _stem(rng, style, longest=2)
    latin, scheme, native = (f"{one[i]} {two[i]}" for i in range(3))
    return _variants(rng, latin, f"MV {latin}", f"M/V {latin}", scheme, native)


def aircraft(rng: random.Random, flavour: str) -> tuple[str, ...]:
    """Eight variants of an aircraft's registration mark, which differ in the hyphen only."""
    mark = "".join(rng.choice("ABCDEFGHKLMNPRSTUVW") for _ in range(3))
    plain = f"XA-{mark}{rng.randrange(10, 99)}"
    return (plain, plain, plain.replace("-", ""), plain, plain, plain, plain, plain)


def place(rng: random.Random, flavour: str) -> str:
    """Name of a town that does not exist."""
    style = FLAVOURS[flavour]
    return _stem(rng, style, longest=2)[0] + rng.choice(style.town_endings)


def folded(text: str) -> str:
    """`text` in lower case without accents, letters and digits only: names that fold alike look alike."""
    return "".join(c for c in _ascii(text).casefold() if c.isalnum())


def _stem(rng: random.Random, style: Flavour, longest: int = 3) -> Word:
    count = longest if rng.random() < 0.75 else max(2, longest - 1)
    chosen = rng.sample(style.syllables, count)
    latin, scheme, native = ("".join(s[i] for s in chosen) for i in range(3))
    return latin.capitalize(), scheme.capitalize(), native[:1].upper() + native[1:]


def _with_form(name: str, form: str, first: bool) -> str:
    return f"{form} {name}" if first else f"{name} {form}"


def _variants(rng: random.Random, plain: str, other_form: str, bare: str, scheme: str, native: str) -> tuple[str, ...]:
    return (plain, plain.upper(), other_form, _ascii(plain), bare, _typo(rng, plain), scheme, native)


def _typo(rng: random.Random, text: str) -> str:
    """One slip of the typist in the longest word: two letters swapped, one lost, one doubled."""
    word = max(text.split(), key=len)
    if len(word) < 5:
        return text
    at = rng.randrange(1, len(word) - 2)
    slip = rng.choice(("swap", "lose", "double"))
    if slip == "swap":
        wrong = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif slip == "lose":
        wrong = word[:at] + word[at + 1 :]
    else:
        wrong = word[:at] + word[at] + word[at:]
    return text.replace(word, wrong, 1)


@cache
def _plain_letter(letter: str) -> str:
    special = {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "ı": "i"}
    base = unicodedata.normalize("NFKD", letter)
    return special.get(letter, "".join(c for c in base if not unicodedata.combining(c)))


def _ascii(text: str) -> str:
    return text if text.isascii() else "".join(_plain_letter(c) for c in text)
