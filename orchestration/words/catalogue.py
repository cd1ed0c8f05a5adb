"""The languages: a gettext catalogue each, read from its .po file when first asked, with the forms of numbers.

Here: what languages there are, and how a sentence, a number, a share and a day are told in one. A language is
added by adding its file; nothing is compiled. Not here: what is said (the modules that say it).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations

from orchestration.errors import UsageError
from orchestration.words.sentence import Sentence

FOLDER = Path(__file__).parent
ENGLISH = "en"
_LOCALES = {"en": "en_GB"}


@dataclass(frozen=True)
class Words:
    """One language."""

    language: str
    translations: NullTranslations

    @property
    def locale(self) -> str:
        """Babel's name of the locale whose forms of numbers and days are used."""
        return _LOCALES.get(self.language, self.language)

    def say(self, text: str | Sentence, **parts: object) -> str:
        """A pattern with its parts, or a sentence, in this language; numbers in the language's form."""
        if isinstance(text, Sentence):
            return text.told(self.translations.gettext)
        return self.translations.gettext(text) % self._forms(parts)

    def several(self, one: str, many: str, number: int, **parts: object) -> str:
        """A pattern that depends on a number, which stands in it as `%(num)s`."""
        return self.translations.ngettext(one, many, number) % self._forms({"num": number, **parts})

    def number(self, value: int | float) -> str:
        """1,204 in English, 1.204 in German."""
        return str(format_decimal(value, locale=self.locale))

    def share(self, part: int, whole: int) -> str:
        """A share in per cent with one decimal, rounded down, so that 100 % means all; a dash where there is
        no whole.
        """
        if not whole:
            return "–"
        return str(format_percent(part * 1000 // whole / 1000, "#,##0.0 %", locale=self.locale))

    def day(self, moment: date | datetime) -> str:
        """A day in words: 3 March 2026."""
        return str(format_date(moment, format="long", locale=self.locale))

    def _forms(self, parts: Mapping[str, object]) -> dict[str, object]:
        return {name: self.number(value) if isinstance(value, int | float) else value for name, value in parts.items()}


def languages() -> tuple[str, ...]:
    """The languages that there are, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


@cache
def words_in(language: str) -> Words:
    """A language; UsageError names those there are."""
    if language == ENGLISH:
        return Words(ENGLISH, NullTranslations())
    path = FOLDER / f"{language}.po"
    if language not in languages():
        raise UsageError(f"There is no language {language}; there are {', '.join(languages())}.")
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(language, Translations(compiled))
