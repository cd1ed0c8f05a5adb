"""The prosecution service's two extracts: cases and what was imposed in them, half-year by half-year.

Belongs here: cases that grow out of seizures and of other sources, their course and their outcomes. Does
not belong here: the seizures themselves (`customs_feeds`). A case is sent when it is opened, and again when
it is concluded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample import calendar, columns, licensing
from orchestration.sample.calendar import Period
from orchestration.sample.columns import Days, Ints, choose, generator, joined, padded, pick
from orchestration.sample.customs_feeds import Seized
from orchestration.sample.delivery import Delivery, Mention, within
from orchestration.sample.world import World

PARTNER = "prosecution_service"
OFFENCES = tuple(f"EC{number:02d}" for number in range(1, 11))
ORIGINS = ("seizure", "audit", "voluntary_disclosure", "intelligence", "partner_referral", "public")
STATUSES = ("open", "under_prosecution", "concluded", "nfa")
OUTCOMES = ("warning_letter", "compound_settlement", "administrative_fine", "criminal_fine",
    "suspended_sentence",
            "custodial", "forfeiture", "debarment", "discontinued", "acquittal")  # fmt: skip
_FINES, _CUSTODY, _NOTHING = (1, 2, 3), (4, 5), (0, 7, 8, 9)
_SHARE_PROSECUTED = 0.72


@dataclass(frozen=True)
class Cases:
    """One position for each case, in the order of opening; `seizure` is a position in Seized or -1."""

    opened: Days
    concluded: Days
    is_closed_without: np.ndarray
    offence: Ints
    origin: Ints
    accused: Ints
    seizure: Ints
    value: Ints
    currency: Ints
    number: Ints


def deliveries(world: World, seized: Seized, periods: list[Period]) -> Iterator[Delivery]:
    """Cases and penalties of each half-year."""
    cases = _open(world, seized)
    for period in periods:
        yield _cases(world, cases, seized, period)
        yield _penalties(world, cases, period)


def _open(world: World, seized: Seized) -> Cases:
    rng = generator(world.seed, PARTNER)
    followed = np.flatnonzero(rng.random(len(seized.ref)) < _SHARE_PROSECUTED)
    others = world.some(46, 4)
    seizure = np.concatenate([followed, np.full(others, -1)])
    when = np.array([seized.day[i] for i in followed], "datetime64[D]")
    opened = np.concatenate([
        calendar.add_days(when, rng.integers(4, 70, len(followed))),
        calendar.FIRST + rng.integers(0, calendar.DAYS, others),
    ])  # fmt: skip
    opened = np.busday_offset(opened, 0, roll="forward", holidays=calendar.HOLIDAYS)
    kept = np.flatnonzero(opened <= calendar.LAST)
    kept = kept[np.argsort(opened[kept], kind="stable")]
    opened, seizure, count = opened[kept], seizure[kept], len(kept)
    from_seizure = seizure >= 0
    exporter = np.array([*seized.exporter, -1])[seizure]
    person = world.people.pools["accused"].draw(rng, count)
    firm = world.people.pools["exporters"].draw(rng, count, 0.7)
    accused = np.where(rng.random(count) < 0.3, person, np.where(from_seizure, exporter, firm))
    value = np.where(from_seizure, np.array([*seized.value, 0])[seizure],
                     np.exp(rng.normal(13.5, 1.4, count)).astype(np.int64))  # fmt: skip
    lasting = np.maximum(rng.lognormal(5.3, 0.55, count), 20).astype(np.int64)
    concluded = np.busday_offset(calendar.add_days(opened, lasting), 0, roll="forward", holidays=calendar.HOLIDAYS)
    year = columns.years(opened)
    return Cases(
        opened=opened, concluded=concluded, is_closed_without=rng.random(count) < 0.22,
        offence=np.where(from_seizure, choose(rng, count, (10, 3, 6, 2, 0, 0, 1, 2, 2, 0)),
            choose(rng, count, np.ones(10))),
        origin=np.where(from_seizure, 0, 1 + choose(rng, count, (8, 9, 3, 3, 2))), accused=accused,
        seizure=seizure,
        value=value, currency=np.where(from_seizure, np.array([*seized.currency, 0])[seizure], 0),
        number=columns.rank_within(year) + 1,
    )  # fmt: skip


def _refs(cases: Cases, index: Ints) -> pa.Array:
    return joined("PS-", padded(columns.years(cases.opened[index]), 4), "-", padded(cases.number[index], 4))


def _cases(world: World, cases: Cases, seized: Seized, period: Period) -> Delivery:
    rng = generator(world.seed, PARTNER, "cases", period.label)
    index = np.union1d(
        within(cases.opened, period.start, period.end), within(cases.concluded, period.start, period.end)
    )
    closed = cases.concluded[index] <= period.end
    prosecuted = calendar.add_days(cases.opened[index], np.full(len(index), 100)) <= period.end
    status = np.where(closed, np.where(cases.is_closed_without[index], 3, 2), np.where(prosecuted, 1, 0))
    accused = cases.accused[index]
    name = world.people.as_written(rng, accused, PARTNER)
    has_value = rng.random(len(index)) < 0.93
    table = columns.table({
        "case_ref": _refs(cases, index),
        "opened_on": columns.days(cases.opened[index]),
        "offence_code": pick(OFFENCES, cases.offence[index]),
        "origin": pick(ORIGINS, cases.origin[index]),
        "status": pick(STATUSES, status),
        "concluded_on": columns.days(np.where(closed, cases.concluded[index], columns.NO_DAY)),
        "accused_name": name,
        "accused_country": world.people.country_codes(accused),
        "seizure_ref": pick(pa.array(seized.ref, pa.string()), cases.seizure[index]),
        "goods_value": columns.decimals(cases.value[index], 2, has_value),
        "currency": columns.only(pick(licensing.CURRENCIES, cases.currency[index]), has_value),
    })  # fmt: skip
    return Delivery(PARTNER, "cases", period.label, table, (Mention("accused", name, accused),))


def _penalties(world: World, cases: Cases, period: Period) -> Delivery:
    """One outcome for each concluded case, two for one in five."""
    rng = generator(world.seed, PARTNER, "penalties", period.label)
    concluded = within(cases.concluded, period.start, period.end)
    concluded = concluded[~cases.is_closed_without[concluded]]
    index = np.repeat(concluded, np.where(rng.random(len(concluded)) < 0.2, 2, 1))
    count, ordinal = len(index), columns.rank_within(index) + 1
    is_person = world.people.kind[cases.accused[index]] == 1
    first = np.where(is_person, choose(rng, count, (10, 6, 8, 20, 18, 9, 0, 2, 5, 7)),
                     choose(rng, count, (16, 22, 26, 14, 0, 0, 3, 4, 5, 5)))  # fmt: skip
    outcome = np.where(ordinal == 1, first, np.where(np.isin(np.roll(first, 1), (8, 9)), first, 6))
    fined = np.isin(outcome, (*_FINES, 6))
    amount = np.round(cases.value[index] * rng.lognormal(-1.1, 0.9, count) / 10_000).astype(np.int64) * 10_000
    months = np.where(np.isin(outcome, _CUSTODY), 2 + rng.integers(1, 40, count), 0)
    table = columns.table({
        "penalty_ref": joined(_refs(cases, index), "/", padded(ordinal, 1)),
        "case_ref": _refs(cases, index),
        "disposition": pick(OUTCOMES, outcome),
        "amount": columns.decimals(np.maximum(amount, 50_000), 2, fined),
        "currency": columns.only(pa.array(["EUR"] * count, pa.string()), fined),
        "custody_months": pa.array(months, mask=months == 0),
        "imposed_on": columns.days(cases.concluded[index]),
        "is_under_appeal": pa.array(rng.random(count) < 0.12),
        "is_named_publicly": pa.array(rng.random(count) < 0.25),
    })  # fmt: skip
    return Delivery(PARTNER, "penalties", period.label, table)
