"""What passes the border of the sample world: declarations, controls and seizures, one quarter at a time.

Belongs here: events as plain numbers. Does not belong here: how the customs service writes them down
(`customs_feeds`). Everything about one quarter is drawn from that quarter's generators, so that memory does
not grow with the years.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import calendar, countries, goods, shipments
from orchestration.sample.calendar import Period
from orchestration.sample.columns import Bools, Days, Ints, choose, generator, rank_within
from orchestration.sample.shipments import Shipments
from orchestration.sample.world import World

OFFICES = tuple(f"XA000{number}" for number in (110, 120, 130, 210, 220, 310, 320, 410, 420, 510, 610, 710))
TRIGGERS = ("risk_profile", "intelligence", "random", "partner_alert")
RESULTS = ("compliant", "irregular", "detained", "seized")
CONTROLS = ("documentary", "physical", "scan", "laboratory")
_OFFICE_WEIGHTS = (20, 14, 11, 9, 8, 7, 6, 5, 4, 3, 2, 1)
_WEEK = (1.0, 1.04, 1.06, 1.05, 0.98, 0.24, 0.10)
_LINES = 2_500  # of a quarter at scale 1


@dataclass(frozen=True)
class Consignments:
    """One position for each declaration of a quarter, in order of acceptance; `shipment` -1: free goods."""

    serial: Ints
    accepted: Days
    exit: Days
    exporter: Ints
    consignee: Ints
    destination: Ints
    transit: Ints
    office: Ints
    currency: Ints
    shipment: Ints


@dataclass(frozen=True)
class Items:
    """One position for each item; `free` and `listed` are catalogue positions, -1 where it is of the other
    kind.
    """

    consignment: Ints
    number: Ints
    free: Ints
    listed: Ints
    is_licensed: Bools
    quantity: Ints
    value: Ints


@dataclass(frozen=True)
class Controls:
    """One position for each inspection of a quarter, in the order of days; `item` is a position in Items."""

    item: Ints
    day: Days
    trigger: Ints
    kind: Ints
    result: Ints


def targets(world: World, periods: list[Period]) -> list[int]:
    """Number of declaration lines of each period."""
    total = round(_LINES * len(periods) * world.scale)
    weight = [calendar.busyness(_WEEK, p.start, int((p.end - p.start).astype(int)) + 1).sum() for p in periods]
    return [max(12, round(total * part / sum(weight))) for part in weight]


def declare(world: World, period: Period, number: int, sent: Shipments, target: int) -> tuple[Consignments, Items]:
    """The declarations of one quarter, about `target` items; `number` of the quarter sets its serial numbers
    apart.
    """
    rng = generator(world.seed, "declarations", period.label)
    begin, end = np.searchsorted(sent.day, period.start), np.searchsorted(sent.day, period.end, "right")
    shipment = np.arange(begin, end)
    besides = rng.poisson(0.22, len(shipment))
    wanted = max(target - len(shipment) - int(besides.sum()), target // 3)
    size = np.minimum(rng.geometric(0.62, wanted), 9)
    size = size[: int(np.searchsorted(np.cumsum(size), wanted)) + 1]
    weights = calendar.busyness(_WEEK, period.start, int((period.end - period.start).astype(int)) + 1)
    days = np.concatenate([sent.day[shipment], calendar.draw_days(rng, len(size), weights, period.start)])
    order = np.argsort(days, kind="stable")
    size = np.concatenate([besides + 1, size])[order]
    shipment = np.concatenate([shipment, np.full(len(days) - len(shipment), -1)])[order]
    heads = _consignments(world, rng, number, days[order], shipment, sent)
    consignment = np.repeat(np.arange(len(size)), size)
    position = rank_within(consignment) + 1
    licensed = (shipment[consignment] >= 0) & (position == 1)
    return heads, _items(world, rng, consignment, position, licensed, shipment[consignment], sent)


def _consignments(
    world: World, rng: np.random.Generator, number: int, days: Days, shipment: Ints, sent: Shipments
) -> Consignments:
    count, pools = len(days), world.people.pools
    free = shipment < 0
    application = world.lines.application[sent.line[np.where(free, 0, shipment)]] if len(sent.line) else shipment * 0
    apps = world.applications
    exporter = np.where(free, pools["exporters"].draw(rng, count, 1.0), apps.applicant[application])
    known = pools["licensed"].draw(rng, count)
    stranger = pools["unlicensed"].draw(rng, count)
    consignee = np.where(free, np.where(rng.random(count) < 0.3, known, stranger), apps.consignee[application])
    destination = np.where(free, world.people.country[consignee], world.people.country[apps.end_user[application]])
    delay = np.minimum(rng.geometric(0.45, count) - 1, 12)
    exit_day = calendar.add_days(days, delay)
    exit_day[(exit_day > calendar.LAST) | (rng.random(count) < 0.004)] = np.datetime64("NaT")
    return Consignments(
        serial=number * 10**9 + np.arange(count) + 1, accepted=days, exit=exit_day, exporter=exporter,
        consignee=consignee, destination=destination, transit=countries.transit(rng, destination),
        office=choose(rng, count, _OFFICE_WEIGHTS),
        currency=np.where(free, choose(rng, count, (0.7, 0.19, 0.11)), apps.currency[application]),
        shipment=shipment,
    )  # fmt: skip


def _items(
    world: World, rng: np.random.Generator, consignment: Ints, number: Ints, licensed: Bools, shipment: Ints,
    sent: Shipments,
) -> Items:  # fmt: skip
    count = len(consignment)
    looks_listed = ~licensed & (rng.random(count) < 0.04)  # the same HS code, but below the control threshold
    has_hs = np.array([code != "" for code in world.controlled.hs_code]) & ~world.controlled.is_military
    listed = np.where(looks_listed, choose(rng, count, np.where(has_hs, world.controlled.weight, 0)), -1)
    free = np.where(licensed | looks_listed, -1, choose(rng, count, world.everyday.weight))
    quantity, value = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for catalogue, item in ((world.everyday, free), (world.controlled, listed)):
        at = np.flatnonzero(item >= 0)
        quantity[at] = goods.quantities(rng, catalogue, item[at])
        value[at] = goods.values(rng, catalogue, item[at], quantity[at])
    at = np.flatnonzero(licensed)
    listed[at] = world.lines.item[sent.line[shipment[at]]]
    quantity[at], value[at] = sent.quantity[shipment[at]], sent.value[shipment[at]]
    return Items(consignment, number, free, listed, licensed, quantity, value)


def inspect(world: World, period: Period, heads: Consignments, items: Items, sent: Shipments) -> Controls:
    """Controls of a quarter: one item in 22, and the shipments that a story says are seized.

    Only goods for consignees without any licence are seized otherwise,
    and no other shipment of a story is looked at.
    """
    rng, count = generator(world.seed, "inspections", period.label), len(items.consignment)
    head = items.consignment
    shipment = heads.shipment[head]
    if len(sent.line):
        mode = np.where(items.is_licensed, sent.mode[np.where(shipment < 0, 0, shipment)], shipments.USUAL)
        in_story = (shipment >= 0) & (sent.story[np.where(shipment < 0, 0, shipment)] >= 0)
    else:
        mode, in_story = np.full(count, shipments.USUAL), np.zeros(count, bool)
    seized = np.flatnonzero(mode == shipments.SEIZED)
    item = np.union1d(np.flatnonzero((rng.random(count) < 1 / 22) & ~in_story), seized)
    trigger = choose(rng, len(item), (0.50, 0.09, 0.33, 0.08))
    at_random = trigger == TRIGGERS.index("random")
    result = np.where(
        at_random,
        choose(rng, len(item), (0.92, 0.05, 0.015, 0.015)),
        choose(rng, len(item), (0.62, 0.14, 0.06, 0.18)),
    )
    strangers = world.people.pools["unlicensed"]
    consignee = heads.consignee[head[item]]
    seizable = (consignee >= strangers.start) & (consignee < strangers.stop) & ~items.is_licensed[item]
    result = np.where((result == 3) & ~seizable, 2, result)
    kind = np.where(
        result == 3, choose(rng, len(item), (0.0, 0.8, 0.15, 0.05)), choose(rng, len(item), (5, 3, 1.5, 0.5))
    )
    forced = np.isin(item, seized)
    result[forced], kind[forced], trigger[forced] = 3, 1, 1
    day = calendar.add_days(heads.accepted[head[item]], rng.integers(0, 3, len(item)))
    day = np.minimum(day, period.end)
    order = np.argsort(day, kind="stable")
    return Controls(item[order], day[order], trigger[order], kind[order], result[order])
