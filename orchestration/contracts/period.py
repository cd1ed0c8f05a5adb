"""Periods of submissions and their one written form: 2025, 2025-H1, 2025-Q3, 2025-06, 2025-06-30, or '' when
none is known.

Here: reading a period from what a person writes or from a file's name. Not here: which periods are due.
"""

import re
from datetime import date

from orchestration.contracts.model import Contract
from orchestration.errors import UsageError

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
