"""The trade ministry's end-use checks: before the licence, after the shipment, and the planted stories of them.

Belongs here: which applications are checked, when, and what came of it. Does not belong here: shipments
(`shipments`) and decisions (`licensing`). A check is sent in the quarter in which it is requested and again when
it is conducted. But for the story `psv_overdue` none is both due and pending when the sample ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample import calendar, columns, licensing
from orchestration.sample.calendar import Period
from orchestration.sample.columns import Days, Ints, choose, generator, joined, padded, pick
from orchestration.sample.delivery import Delivery, within
from orchestration.sample.licensing_feeds import PARTNER, application_refs, licence_refs
from orchestration.sample.shipments import Shipments
from orchestration.sample.world import World

FEED = "end_use_checks"
TYPES = ("pre_licence", "post_shipment", "delivery_verification", "ongoing_monitoring")
OUTCOMES = ("favourable", "unfavourable", "inconclusive", "could_not_be_conducted", "host_refused", "pending")
_FAVOURABLE, _UNFAVOURABLE, _INCONCLUSIVE, _NOT_CONDUCTED, _HOST_REFUSED, _PENDING = range(6)
_FINDINGS = ("other_end_user|re_exported", "goods_not_found", "other_end_use", "site_unsuitable|records_missing")
_FOLLOW_UPS = ("none", "revisit", "licence_reviewed", "referred_to_enforcement")
_STORIES = ("psv_overdue", "decoy_verified_in_time", "decoy_not_yet_due")
_SHARE_BEFORE, _SHARE_AFTER = 0.06, 0.12  # of applications granted a licence, and of licences shipped
_NEVER = np.datetime64("2199-12-31")  # conducted on no day of the sample


@dataclass(frozen=True)
class _Checks:
    """One position for each check, in the order of request; `conducted` is _NEVER where there was no visit."""

    application: Ints
    type: Ints
    requested: Days
    due: Days
    conducted: Days
    closed: Days  # on which the outcome was known
    outcome: Ints
    story: Ints

    def sorted(self) -> _Checks:
        """The same checks in the order of the day of request."""
        order = np.argsort(self.requested, kind="stable")
        return _Checks(**{name: column[order] for name, column in vars(self).items()})


def deliveries(world: World, sent: Shipments, periods: list[Period]) -> Iterator[Delivery]:
    """The checks of each quarter: those requested in it, and those of earlier ones that ended in it."""
    checks = _every(world, sent)
    refs = _refs(checks)
    for story in np.flatnonzero(checks.story >= 0):
        what = "verification of the shipment requested"
        world.chronicle.note(checks.story[story], PARTNER, FEED, refs[int(story)].as_py(), what)
    for period in periods:
        yield _of_quarter(world, checks, refs, period)


def _every(world: World, sent: Shipments) -> _Checks:
    shipped, first = np.unique(world.lines.application[sent.line], return_index=True)
    licensed = world.grant_of[shipped] >= 0
    shipped, first = shipped[licensed], first[licensed]
    story = np.full(len(world.applications), -1)
    story[world.plots.application] = np.arange(len(world.plots))
    planted = np.isin(story[shipped], world.plots.of(*_STORIES))
    parts = [
        _before(world, np.setdiff1d(np.flatnonzero(world.grant_of >= 0), world.plots.application)),
        _after(world, shipped[story[shipped] < 0], sent.day[first[story[shipped] < 0]]),
        _planted(world, shipped[planted], sent.day[first[planted]], story[shipped[planted]]),
    ]
    merged = {name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])}
    return _Checks(**merged).sorted()


def _before(world: World, granted: Ints) -> _Checks:
    """Checks before the licence: asked for and favourable while the application was pending."""
    rng, apps = generator(world.seed, PARTNER, FEED, "before"), world.applications
    application = granted[(rng.random(len(granted)) < _SHARE_BEFORE) & (apps.outcome[granted] == licensing.GRANTED)]
    begin, end = apps.submitted[application].astype("datetime64[D]"), apps.decided[application].astype("datetime64[D]")
    count = len(application)
    outcome = choose(rng, count, (0.88, 0.0, 0.12))
    return _Checks(application, np.zeros(count, np.int64), begin, end + 14, end, end, outcome, np.full(count, -1))


def _after(world: World, shipped: Ints, day: Days) -> _Checks:
    """Checks after the first shipment; where the visit would come after the sample's end, it is not due before."""
    rng = generator(world.seed, PARTNER, FEED, "after")
    chosen = np.flatnonzero(rng.random(len(shipped)) < _SHARE_AFTER)
    application, count = shipped[chosen], len(chosen)
    requested = calendar.add_days(day[chosen], rng.integers(3, 15, count))
    due = calendar.add_days(requested, rng.integers(60, 120, count))
    closed = np.minimum(calendar.add_days(requested, rng.integers(20, 110, count)), due)
    outcome = choose(rng, count, (0.80, 0.06, 0.07, 0.05, 0.02))
    conducted = np.where(outcome <= _INCONCLUSIVE, closed, _NEVER)
    kept = requested <= calendar.LAST
    checks = _Checks(
        application, 1 + choose(rng, count, (5, 3, 2)), requested, due, conducted, closed, outcome, np.full(count, -1)
    )
    return _Checks(**{name: column[kept] for name, column in vars(checks).items()})


def _planted(world: World, application: Ints, day: Days, story: Ints) -> _Checks:
    """One verification for each story: overdue, made in time, or due only after the sample's end."""
    rng, count = generator(world.seed, PARTNER, FEED, "planted"), len(application)
    requested = calendar.add_days(day, rng.integers(2, 9, count))
    due = calendar.add_days(requested, rng.integers(40, 65, count))
    in_time = np.isin(story, world.plots.of("decoy_verified_in_time"))
    later = np.isin(story, world.plots.of("decoy_not_yet_due"))
    due = np.where(later, calendar.LAST + rng.integers(20, 90, count), due)
    conducted = np.where(in_time, calendar.add_days(requested, rng.integers(15, 35, count)), _NEVER)
    outcome = np.where(in_time, _FAVOURABLE, _PENDING)
    return _Checks(application, np.ones(count, np.int64), requested, due, conducted, conducted, outcome, story)


def _refs(checks: _Checks) -> pa.Array:
    year = columns.years(checks.requested)
    return joined("EUC-", padded(year, 4), "-", padded(columns.rank_within(year) + 1, 5))


def _of_quarter(world: World, checks: _Checks, refs: pa.Array, period: Period) -> Delivery:
    rng = generator(world.seed, PARTNER, FEED, period.label)
    index = np.union1d(
        within(checks.requested, period.start, period.end), within(checks.closed, period.start, period.end)
    )
    application, type_of, count = checks.application[index], checks.type[index], len(index)
    outcome = np.where(checks.closed[index] <= period.end, checks.outcome[index], _PENDING)
    ended = (outcome != _PENDING) & (checks.conducted[index] <= period.end)
    grant = np.where(type_of == 0, -1, world.grant_of[application])
    number = np.where(grant < 0, -1, world.decisions.licence_number[grant])
    found = np.where(outcome == _UNFAVOURABLE, choose(rng, count, (4, 3, 3, 2)), -1)
    follow_up = np.select(
        [outcome == _PENDING, outcome == _FAVOURABLE, outcome == _UNFAVOURABLE],
        [-1, 0, 2 + choose(rng, count, (1, 1))], 1,
    )  # fmt: skip
    table = columns.table({
        "check_ref": refs.take(pa.array(index)),
        "check_type": pick(TYPES, type_of),
        "application_ref": application_refs(world, application),
        "licence_ref": licence_refs(world.decisions.licence_year[grant], number),
        "country": world.people.country_codes(world.applications.end_user[application]),
        "place": world.people.city.take(pa.array(world.applications.end_user[application])),
        "requested_on": columns.days(checks.requested[index]),
        "due_on": columns.days(checks.due[index]),
        "conducted_on": columns.days(np.where(ended, checks.conducted[index], columns.NO_DAY)),
        "outcome": pick(OUTCOMES, outcome),
        "finding_codes": pick(_FINDINGS, found),
        "follow_up": pick(_FOLLOW_UPS, follow_up),
    })  # fmt: skip
    return Delivery(PARTNER, FEED, period.label, table)
