"""A sentence that the system says: its English pattern, which is the key of the catalogues, and its parts.

Here: sentences as values, so that a rule can be told in any language later. Not here: the languages
(catalogue.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Translate = Callable[[str], str]


def mark(text: str) -> str:
    """The text itself; marks a pattern for the catalogues where it is not translated on the spot."""
    return text


# What a strptime code asks for, as people write it; each language has its own letters.
DATE_LETTERS = {
    "%d": mark("DD"), "%m": mark("MM"), "%Y": mark("YYYY"), "%y": mark("YY"), "%H": mark("hh"), "%M": mark("mm"),
    "%S": mark("ss"), "%b": mark("Mon"), "%B": mark("Month"), "%z": mark("+hhmm"),
}  # fmt: skip
_EITHER = mark("%(first)s or %(second)s")


@dataclass(frozen=True)
class AnyOf:
    """One of several texts: "J or N"."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class DateForms:
    """One of several strptime formats, in the letters that people know: "DD.MM.YYYY"."""

    formats: tuple[str, ...]


Part = str | int | AnyOf | DateForms


@dataclass(frozen=True)
class Sentence:
    """An English pattern with named places (`%(label)s`) and what stands in them; hashable."""

    text: str
    parts: tuple[tuple[str, Part], ...] = ()

    def __str__(self) -> str:
        """The sentence in English."""
        return self.told(mark)

    def told(self, translate: Translate) -> str:
        """The sentence in the language of `translate`, which turns a pattern into that language's."""
        return translate(self.text) % {name: told_part(part, translate) for name, part in self.parts}


def sentence(text: str, **parts: Part) -> Sentence:
    """A sentence from its pattern, a literal, and its parts."""
    return Sentence(text, tuple(parts.items()))


def told_part(part: Part, translate: Translate) -> str:
    """One part in a language: a text as it is, alternatives joined by "or"."""
    if isinstance(part, AnyOf):
        return _either(part.texts, translate)
    if isinstance(part, DateForms):
        return _either([date_letters(item, translate) for item in part.formats], translate)
    return str(part)


def date_letters(form: str, translate: Translate) -> str:
    """A strptime format as people write it: `%d.%m.%Y` is DD.MM.YYYY in English and TT.MM.JJJJ in German."""
    for code, letters in DATE_LETTERS.items():
        form = form.replace(code, translate(letters))
    return form


def _either(texts: Sequence[str], translate: Translate) -> str:
    told = texts[0] if texts else ""
    for text in texts[1:]:
        told = translate(_EITHER) % {"first": told, "second": text}
    return told
