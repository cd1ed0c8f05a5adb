"""The sample world's time: two years, their quarters, working days, and how busy each day is.

Belongs here: days and clocks. Does not belong here: what happens on them. All times are local times of
Arvenia's offices; nothing happens between midnight and seven, so that no summer-time change makes a time
ambiguous.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample.columns import Days, Floats, Ints, Seconds

FIRST = np.datetime64("2024-01-01")
LAST = np.datetime64("2025-12-31")
DAYS = int((LAST - FIRST).astype(int)) + 1
_FEASTS = ("01-01", "01-06", "05-01", "08-15", "10-26", "11-01", "12-08", "12-25", "12-26")
HOLIDAYS = np.array([f"{year}-{day}" for year in range(2022, 2032) for day in _FEASTS], "datetime64[D]")
_MONTHS = np.array([0.93, 0.96, 1.10, 1.02, 1.0, 1.06, 0.95, 0.78, 1.06, 1.07, 1.10, 0.97])
_GROWTH = 0.07  # a year
_OPENS, _OPEN_FOR = 8 * 3600, 10 * 3600  # offices work from eight to six


@dataclass(frozen=True)
class Period:
    """A quarter or half-year: its name as partners write it in file names, first and last day."""

    label: str
    start: np.datetime64
    end: np.datetime64


def quarters(first_year: int = 2024, count: int = 8) -> list[Period]:
    """`count` quarters from January of `first_year`."""
    starts = np.datetime64(f"{first_year}-01", "M") + 3 * np.arange(count + 1)
    return [
        Period(f"{first_year + i // 4}Q{i % 4 + 1}", _day(starts[i]), _day(starts[i + 1]) - 1) for i in range(count)
    ]


def halves() -> list[Period]:
    """The four half-years of the sample."""
    by_quarter = quarters()
    return [
        Period(f"{2024 + i // 2}H{i % 2 + 1}", by_quarter[2 * i].start, by_quarter[2 * i + 1].end) for i in range(4)
    ]


def busyness(weekday_weights: tuple[float, ...], first: np.datetime64 = FIRST, days: int = DAYS) -> Floats:
    """Relative weight of each day from `first`: weekday, month, a slow growth, and little on holidays."""
    day = first + np.arange(days)
    weekday = (day.astype("datetime64[D]").astype(int) + 3) % 7  # 1970-01-01 was a Thursday
    month = day.astype("datetime64[M]").astype(int) % 12
    weight: Floats = np.array(weekday_weights, float)[weekday] * _MONTHS[month]
    weight *= 1 + _GROWTH * (day - FIRST).astype(int) / 365
    weight[np.isin(day, HOLIDAYS)] *= 0.08
    return weight


def draw_days(rng: np.random.Generator, count: int, weights: Floats, first: np.datetime64 = FIRST) -> Days:
    """`count` days in order, drawn with these weights."""
    per_day = rng.multinomial(count, weights / weights.sum())
    return np.repeat(first + np.arange(len(weights)), per_day)


def working_day_number(days: Days) -> Ints:
    """Number of the working day; a day off has the number of the next working day."""
    return np.busday_count(FIRST, days, holidays=HOLIDAYS)


def at_working_time(clock: Floats) -> Seconds:
    """The time that a working-day clock shows: 12.5 is noon-ish of the thirteenth working day. Keeps the
    order.
    """
    whole = np.floor(clock)
    day = np.busday_offset(FIRST, whole.astype(int), roll="forward", holidays=HOLIDAYS)
    return day.astype("datetime64[s]") + (_OPENS + (clock - whole) * _OPEN_FOR).astype(int)


def working_clock(moments: Seconds) -> Floats:
    """Inverse of `at_working_time`, clipped to office hours."""
    day = moments.astype("datetime64[D]")
    seconds = (moments - day.astype("datetime64[s]")).astype(int)
    part = np.clip((seconds - _OPENS) / _OPEN_FOR, 0, 0.999)
    open_day = np.is_busday(day, holidays=HOLIDAYS)
    return working_day_number(day).astype(np.float64) + np.where(open_day, part, 0.0)


def add_days(days: Days, count: Ints) -> Days:
    """`days` plus so many calendar days."""
    return days + count.astype("timedelta64[D]")


def _day(month: np.datetime64) -> np.datetime64:
    return month.astype("datetime64[D]")
