"""The central bank's reference rates: a random walk for each currency, fixed on every working day.

Belongs here: rates that look like rates. Does not belong here: conversions. The first day lies before the
first decision, so that every value finds a rate.
"""

from __future__ import annotations

import numpy as np

from orchestration.sample import calendar, columns
from orchestration.sample.columns import generator
from orchestration.sample.delivery import Delivery
from orchestration.sample.world import World

PARTNER = "central_bank"
_START = {"usd": 1.08, "jpy": 158.0, "gbp": 0.855, "sek": 11.3, "nok": 11.5, "chf": 0.945}
_DIGITS = {"usd": 4, "jpy": 2, "gbp": 5, "sek": 4, "nok": 4, "chf": 4}
_FIRST = np.datetime64("2023-12-18")


def delivery(world: World, until: np.datetime64 = calendar.LAST) -> Delivery:
    """All rates up to a day, the newest first as central banks print them; the krona is not fixed on a few
    days.
    """
    day = np.arange(_FIRST, until + 1)
    day = day[np.is_busday(day, holidays=calendar.HOLIDAYS)]
    table = {"date": columns.days(day[::-1])}
    for currency, start in _START.items():
        rng = generator(world.seed, PARTNER, currency)
        rate = start * np.exp(np.cumsum(rng.normal(0, 0.0035, len(day))))
        unit = 10 ** (8 - _DIGITS[currency])
        fixed = (rng.random(len(day)) > 0.01) | (currency not in ("sek", "nok"))
        scaled = np.round(rate * 10 ** _DIGITS[currency]).astype(np.int64) * unit
        table[currency] = columns.decimals(scaled[::-1], 8, fixed[::-1])
    return Delivery(PARTNER, "reference_rates", str(until), columns.table(table))
