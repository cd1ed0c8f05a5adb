"""Periods of submissions and their one written form: 2025, 2025-H1, 2025-Q3, 2025-06, 2025-06-30, or '' when
none is known.

Here: reading a period from what a person writes or from a file's name. Not here: which periods are due.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from orchestration.contracts.model import Contract
from orchestration.errors import UsageError

# How the period of a cadence that holds a day is written; a week is named by its last day, a Sunday.
_PERIOD_AT: dict[str, Callable[[date], str]] = {
    "daily": lambda day: day.isoformat(),
    "weekly": lambda day: (day + timedelta(days=6 - day.weekday())).isoformat(),
    "monthly": lambda day: f"{day.year}-{day.month:02d}",
    "quarterly": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "half-yearly": lambda day: f"{day.year}-H{(day.month + 5) // 6}",
    "yearly": lambda day: f"{day.year}",
}
_FORMS = re.compile(
    r"(?P<year>\d{4})(?:-?(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])(?:-?(?P<day>\d{2}))?))?",
    re.IGNORECASE,
)


def normal_period(text: str) -> str:
    """The period in its one written form; UsageError when it is none."""
    match = _FORMS.fullmatch(text.strip())
    if match is None:
        raise _unknown(text)
    return _compose(match.groupdict(), text)


def period_of_name(contract: Contract, file_name: str) -> str:
    """The period that the contract's periodPattern finds in a file's name; '' without pattern or match."""
    match = re.search(contract.period_pattern, file_name) if contract.period_pattern else None
    if match is None:
        return ""
    return _compose(match.groupdict(), file_name)


def days_of(period: str) -> tuple[date, date] | None:
    """The first and the last day of a period in its written form; None for ''."""
    match = _FORMS.fullmatch(period)
    if match is None:
        return None
    year = int(match["year"])
    if match["day"]:
        return date(year, int(match["month"]), int(match["day"])), date(year, int(match["month"]), int(match["day"]))
    if match["half"]:
        first, last = (1, 6) if match["half"] == "1" else (7, 12)
    elif match["quarter"]:
        first, last = 3 * int(match["quarter"]) - 2, 3 * int(match["quarter"])
    elif match["month"]:
        first = last = int(match["month"])
    else:
        first, last = 1, 12
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def coverage_of(period: str, coverage: tuple[date, date] | None) -> Decimal | None:
    """Which part of a period's days a submission speaks of, from 0 to 1; None where the period is not known.

    `coverage` is the first and last day that the sender names; without it the whole period is meant.
    """
    days = days_of(period)
    if days is None:
        return None
    first, last = coverage or days
    covered = (min(last, days[1]) - max(first, days[0])).days + 1
    return (Decimal(max(covered, 0)) / ((days[1] - days[0]).days + 1)).quantize(Decimal("0.000001"))


def periods_of(cadence: str, since: date, until: date) -> list[tuple[str, date, date]]:
    """Name, first and last day of each period of a cadence, from the one that holds `since` to the one that holds
    `until`; none if the cadence is irregular.
    """
    found: list[tuple[str, date, date]] = []
    day = since
    while cadence in _PERIOD_AT and day <= until:
        name = _PERIOD_AT[cadence](day)
        days = days_of(name)
        assert days is not None  # noqa: S101  (the forms above are forms of a period)
        first, last = (days[1] - timedelta(days=6), days[1]) if cadence == "weekly" else days
        found.append((name, first, last))
        day = last + timedelta(days=1)
    return found


def _compose(parts: dict[str, str | None], text: str) -> str:
    year, half, quarter = parts.get("year"), parts.get("half"), parts.get("quarter")
    month, day = parts.get("month"), parts.get("day")
    if half:
        return f"{year}-H{int(half)}"
    if quarter:
        return f"{year}-Q{int(quarter)}"
    if not month:
        return f"{year}"
    try:
        date(int(year or 0), int(month), int(day or 1))
    except ValueError:
        raise _unknown(text) from None
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")


def _unknown(text: str) -> UsageError:
    return UsageError(f"`{text}` is not a period; write one as 2025, 2025-H1, 2025-Q3, 2025-06 or 2025-06-30.")
