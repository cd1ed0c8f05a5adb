"""Names in the form in which they are compared: letters of one script, words without legal forms, skeletons.

Here: from one text to a `Name`, once for each distinct text. Not here: which words are rare (frequencies.py), and any
comparison of two names (compare.py). Nothing here depends on the order of words beyond `words` itself.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path

from anyascii import anyascii
from cleanco.termdata import terms_by_country, terms_by_type

from orchestration.linkage.sounds import readings, unvowelled

MODEL = Path(__file__).parent / "model"
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_CLOSED = re.compile(r"(?<=\w)[.’'`ʼʻ‘´]+(?=\w)|(?<=\b\w)\.")
_ORGANISATION_TYPES = {
    "companies": "company", "cos": "co", "centre": "center", "org": "organization", "organisation": "organization",
    "univ": "university", "inst": "institute", "intl": "international", "ind": "industries", "industry": "industries",
    "industrial": "industries", "grp": "group", "bros": "brothers", "govt": "government", "dept": "department",
    "ministerstvo": "ministry", "tech": "technology", "technologies": "technology", "eng": "engineering",
    "mfg": "manufacturing", "assn": "association", "banka": "bank", "banque": "bank",
    "technologie": "technology", "maritime": "marine",
}  # fmt: skip
_SAME_SOUND = (
    ("sch", "s"), ("tch", "k"), ("aou", "av"), ("oua", "va"), ("eou", "ev"), ("dj", "j"), ("sh", "s"), ("ch", "k"),
    ("kh", "k"), ("gh", "g"), ("ts", "k"), ("tz", "k"), ("zh", "s"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("x", "ks"),
    ("c", "k"), ("q", "k"), ("z", "s"), ("w", "v"),
)  # fmt: skip
_SILENT = re.compile(r"[aeiouyjh]")
# Hebrew, Arabic and Syriac, and their forms of presentation.
_WITHOUT_VOWELS = re.compile("[\u0590-\u077f\ufb1d-\ufdff\ufe70-\ufefc]")
LONG = 6  # letters of a word from which it is told by what a slip leaves of it
_WORD = re.compile(r"[^\W\d_]+")
_TWICE = re.compile(r"(.)\1+")


@dataclass(frozen=True)
class Name:
    """One name as it is compared.

    `words`: in the order written, lower-case Latin letters and digits, without legal form unless nothing else is left;
    `key`: the words sorted, joined by blanks; `skeletons`: of each word, in order; `sounds`: the readings of each word;
    `bare`: its readings without vowels; `numerals`: the words with digits; `lacks_vowels`: it is written in a script
    that leaves them out.
    """

    words: tuple[str, ...]
    key: str = field(compare=False)
    skeletons: tuple[str, ...] = field(compare=False)
    sounds: tuple[tuple[str, ...], ...] = field(compare=False)
    bare: tuple[tuple[str, ...], ...] = field(compare=False)
    numerals: frozenset[str] = field(compare=False)
    lacks_vowels: bool


def _plain(text: str) -> str:
    latin = anyascii(text).lower()
    return _PUNCTUATION.sub(" ", _CLOSED.sub("", latin)).strip()


@lru_cache(maxsize=2)
def _listed(what: str) -> frozenset[str]:
    return frozenset((MODEL / f"{what}.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def _meanings() -> dict[str, str]:
    """The English of common words of organisations as other scripts write them."""
    with (MODEL / "meanings.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["english"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def _trades() -> dict[str, str]:
    """Words of trades in several languages and spellings, and what a typist's slip makes of them -> one word each."""
    with (MODEL / "trade_words.csv").open(encoding="utf-8", newline="") as file:
        words = {row["word"]: row["english"] for row in csv.DictReader(file)}
    slips: dict[str, set[str]] = {}
    for word, english in words.items():
        for wrong in _slips(word) if len(word) >= LONG else ():
            slips.setdefault(wrong, set()).add(english)
    return {wrong: min(meant) for wrong, meant in slips.items() if len(meant) == 1} | words


def _slips(word: str) -> Iterator[str]:
    """The word with two letters swapped, one lost or one doubled; its first letter stays."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[: at + 1] + word[at:]
        if at + 1 < len(word):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _common(word: str) -> str:
    """The word by which a trade or kind of organisation is known, however it is written; other words as they are."""
    known = _trades().get(word, word)
    return _ORGANISATION_TYPES.get(known, known)


def _in_latin(text: str) -> str:
    """The text in plain Latin letters; words that say what an organisation does are translated, not spelt out."""
    if text.isascii():
        return _plain(text)
    return _plain(_WORD.sub(lambda found: _meanings().get(found.group().casefold(), found.group()), text))


@lru_cache(maxsize=1)
def legal_forms() -> frozenset[str]:
    """Words that say what a firm is by law: from cleanco, and from model/legal_forms.txt."""
    terms = chain.from_iterable(chain(terms_by_type.values(), terms_by_country.values()))
    known = {_plain(term).replace(" ", "") for term in terms if len(term.split()) == 1}
    forms = {word for word in known if 1 < len(word) < 20} | _listed("legal_forms")
    slips = {wrong for form in forms if len(form) > 3 for wrong in _slips(form) if len(wrong) >= len(form)}
    return frozenset(forms | slips - _trades().keys())


@lru_cache(maxsize=1)
def _form_classes() -> tuple[re.Pattern[str], dict[str, str]]:
    """Legal forms as they are written in plain letters, the longest first, and the kind of company that each is."""
    with (MODEL / "form_classes.csv").open(encoding="utf-8", newline="") as file:
        classes = {row["form"]: row["class"] for row in csv.DictReader(file)}
    forms = "|".join(sorted(classes, key=lambda form: (-len(form), form)))
    return re.compile(rf"^(?:{forms})\b|\b(?:{forms})$"), classes


def kinds_of_company(text: str) -> frozenset[str]:
    """What a name says of the kind of company, by its legal form: one whose capital is in shares that may be traded,
    one of limited liability, a partnership. Nothing where it neither begins nor ends with a form, or with one that may
    be either (Co., Ltd.); both for a GmbH & Co. KG, which is often shortened.

    The division is that of Annexes I and II to Directive (EU) 2017/1132.
    """
    pattern, classes = _form_classes()
    return frozenset(kind for form in pattern.findall(_plain(text)) for kind in classes[form].split())


@lru_cache(maxsize=1 << 18)
def skeleton(word: str) -> str:
    """The consonants of a word by sound: spellings of one name in several transliterations share it."""
    if any(letter.isdigit() for letter in word):
        return word
    sound = word
    for letters, one in _SAME_SOUND:
        sound = sound.replace(letters, one)
    first = "a" if sound[:1] in "aeiou" else "i" if sound[:1] in "yj" else sound[:1]
    return _TWICE.sub(r"\1", first + _SILENT.sub("", sound[1:]))


@lru_cache(maxsize=1 << 18)
def read_name(text: str) -> Name:
    """The compared form of a name in any script; a text without a letter or digit is one word."""
    words = [_common(word) for word in _in_latin(text).split()] or [text.strip().lower()]
    kept = [word for word in words if word not in legal_forms() and word not in _listed("titles")] or words
    chosen = tuple(kept)
    return Name(
        words=chosen,
        key=" ".join(sorted(chosen)),
        skeletons=tuple(skeleton(word) for word in chosen),
        sounds=tuple(readings(word) for word in chosen),
        bare=tuple(unvowelled(word) for word in chosen),
        numerals=frozenset(word for word in chosen if any(letter.isdigit() for letter in word)),
        lacks_vowels=_WITHOUT_VOWELS.search(text) is not None,
    )
