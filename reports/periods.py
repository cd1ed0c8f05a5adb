"""Reporting periods: quarters (``2014-Q4``), half-years (``2025-H2``) and years (``2014``), and how they are written.

Belongs here: arithmetic on periods and their names. Does not belong here: which period is due (schedules know
that).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, get_month_names

from reports.errors import UnknownError

YEAR = "Y"
_SHAPE = re.compile(r"(?P<year>(?:19|2[0-9])[0-9]{2})(?:-(?P<kind>[QH])(?P<part>[1-4]))?")
_PARTS = {"Q": 4, "H": 2, YEAR: 1}
CADENCES = {"quarter": "Q", "half": "H", "year": YEAR}
_TO = {"en": "to", "de": "bis"}  # between two months, by language


@dataclass(frozen=True, order=True)
class Period:
    """One quarter or half-year of a calendar year, or the whole of it."""

    year: int
    kind: str
    part: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2014-Q4``, ``2025-H1`` or ``2014``; anything else raises UnknownError."""
        match = _SHAPE.fullmatch(text)
        if match is not None:
            kind, part = match["kind"] or YEAR, int(match["part"] or 1)
            if part <= _PARTS[kind]:
                return cls(int(match["year"]), kind, part)
        raise UnknownError(
            f"'{text}' is no reporting period. Write a quarter as 2014-Q4, a half-year as 2025-H1 or a year as 2014."
        )

    def __str__(self) -> str:
        if self.kind == YEAR:
            return f"{self.year:04}"
        return f"{self.year}-{self.kind}{self.part}"

    def shifted(self, steps: int) -> Period:
        """The period that many steps later (earlier, if negative)."""
        parts = _PARTS[self.kind]
        index = self.year * parts + self.part - 1 + steps
        return Period(index // parts, self.kind, index % parts + 1)

    def history(self, length: int) -> list[Period]:
        """The last ``length`` periods that end with this one, oldest first."""
        return [self.shifted(step) for step in range(1 - length, 1)]

    @property
    def starts_on(self) -> date:
        """First day of the period."""
        months = 12 // _PARTS[self.kind]
        return date(self.year, (self.part - 1) * months + 1, 1)

    @property
    def ends_on(self) -> date:
        """Last day of the period."""
        return self.shifted(1).starts_on - timedelta(days=1)

    def label(self, locale: str) -> str:
        """Written out: ``October to December 2014``, or ``2014`` for a year."""
        if self.kind == YEAR:
            return str(self)
        months = get_month_names("wide", context="stand-alone", locale=locale)
        return f"{months[self.starts_on.month]} {_TO[locale[:2]]} {months[self.ends_on.month]} {self.year}"

    def short_label(self) -> str:
        """For axes and narrow headers: ``Q4 2014``, with a no-break space, or ``2014``."""
        if self.kind == YEAR:
            return str(self)
        return f"{self.kind}{self.part}\N{NO-BREAK SPACE}{self.year}"


def written_date(day: date, locale: str) -> str:
    """A date as prose has it: ``31 March 2015``."""
    return format_date(day, format="d. MMMM y" if locale.startswith("de") else "d MMMM y", locale=locale)
