"""How the dates and times of a sample are written.

Here: the forms that every value fits, and what is said when day and month cannot be told apart. Not here: other types.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from orchestration.onboarding.glance import GLANCE, survivors
from orchestration.quoting import sql_text

_DATES = (
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%y",
)  # fmt: skip
_TIMES = (
    "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%d-%m-%Y %H:%M",
)  # fmt: skip
_EARLIEST, _LATEST = "DATE '1000-01-01'", "DATE '2200-01-01'"
_MOST_FORMS = 3


@dataclass(frozen=True)
class Days:
    """The type (date or timestamp), the forms, why, and what a person must look at."""

    type: str
    formats: tuple[str, ...]
    why: str
    doubt: str


def turned(form: str) -> str:
    """The same form with day and month in the other order; the form itself where it has no such twin."""
    for first, second in (("%d/%m", "%m/%d"), ("%d-%m", "%m-%d")):
        if form.startswith(first):
            return second + form[len(first) :]
        if form.startswith(second):
            return first + form[len(second) :]
    return form


def day_comes_first(connection: duckdb.DuckDBPyConnection, columns: Iterable[str]) -> bool | None:
    """Whether the file's dates put the day before the month, by the columns that leave no doubt; None: nobody knows."""
    found = set()
    for values in columns:
        fits = _fitting(connection, values, (*_DATES, *_TIMES))
        found |= {form.startswith("%d") for form in fits if turned(form) != form and turned(form) not in fits}
    return found.pop() if len(found) == 1 else None


def guess_days(connection: duckdb.DuckDBPyConnection, values: str, day_first: bool | None) -> Days | None:
    """The form or the few forms that all values fit; None for a column of other things."""
    for kind, forms in (("date", _DATES), ("timestamp", _TIMES)):
        fits = _fitting(connection, values, forms)
        chosen = tuple(_chosen(fits, day_first)[:1]) if fits else _together(connection, values, forms, day_first)
        if chosen:
            ambiguous = [form for form in chosen if turned(form) in fits and turned(form) != form]
            doubt = "the only form that all values fit" if len(chosen) == 1 else "several forms occur in the column"
            if ambiguous:
                told = "as in the file's other dates" if day_first is not None else "ask the partner"
                doubt = f"AMBIGUOUS: {turned(ambiguous[0])} fits every value as well; {told}"
            return Days(kind, chosen, f"every value is a {'day' if kind == 'date' else 'point in time'}", doubt)
    return None


def _fits(form: str) -> str:
    # DuckDB takes `Z` for a zone only in words of its own, and eight digits are a date only within reason.
    text = "case when suffix(v, 'Z') then left(v, -1) || '+00' else v end" if form.endswith("%z") else "v"
    parsed = f"try_strptime({text}, {sql_text(form)})"
    within = f"cast({parsed} as timestamp) between {_EARLIEST} and {_LATEST}"
    digits = " and regexp_full_match(v, '(1[89]|20)[0-9]{6}')" if form == "%Y%m%d" else ""
    return f"coalesce({within}{digits}, false)"


def _fitting(connection: duckdb.DuckDBPyConnection, values: str, forms: tuple[str, ...]) -> list[str]:
    return survivors(connection, values, {form: _fits(form) for form in forms})


def _chosen(fits: list[str], day_first: bool | None) -> list[str]:
    """The fitting forms, those first that have the day where the file's other dates have it."""
    return sorted(fits, key=lambda form: turned(form) != form and form.startswith("%d") != (day_first is not False))


def _together(
    connection: duckdb.DuckDBPyConnection, values: str, forms: tuple[str, ...], day_first: bool | None
) -> tuple[str, ...]:
    """Two or three forms that together fit all values; never one form and its twin."""
    chosen: tuple[str, ...] = ()
    any_form = " or ".join(_fits(form) for form in forms)
    if not connection.execute(f"select bool_and({any_form}) from (from {values} limit {GLANCE})").fetchall()[0][0]:
        return ()
    while len(chosen) < _MOST_FORMS:
        allowed = _chosen([form for form in forms if turned(form) not in chosen and form not in chosen], day_first)
        rest = " or ".join(_fits(form) for form in chosen) or "false"
        counts = ", ".join(f"count(*) filter (where {_fits(form)})" for form in allowed)
        left, *found = connection.execute(f"select count(*), {counts} from {values} where not ({rest})").fetchall()[0]
        if not left:
            return chosen
        best = max(found)
        if best < (0.5 * left if not chosen else 1):
            return ()
        chosen = (*chosen, allowed[found.index(best)])
    rest = " or ".join(_fits(form) for form in chosen)
    left = connection.execute(f"select count(*) from {values} where not ({rest})").fetchall()[0][0]
    return () if left else chosen
