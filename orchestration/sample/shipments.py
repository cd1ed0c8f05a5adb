"""Goods that leave under a licence: how licences are used up, shipment by shipment.

Belongs here: shipments as plain numbers for the whole two years. Does not belong here: declarations and the rest of what
customs sees (`customs`). Shipments keep within the quantity and the life of their licence, but for the planted stories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import calendar, licensing
from orchestration.sample.columns import Days, Ints, choose, generator, rank_within
from orchestration.sample.world import World

USUAL, BEYOND, SEIZED, UNLICENSED = range(4)
_HOW_MANY = (0.16, 0.24, 0.26, 0.20, 0.14)
_AT_LEAST = 5  # days from grant to the first shipment


@dataclass(frozen=True)
class Shipments:
    """One position for each shipment, in the order of days; `line` is a position in the world's goods lines."""

    line: Ints
    day: Days
    quantity: Ints
    value: Ints
    mode: Ints
    story: Ints  # number of the story that it belongs to, or -1


def ship(world: World) -> Shipments:
    """All shipments of controlled goods of the two years."""
    rng, lines, apps = generator(world.seed, "shipments"), world.lines, world.applications
    grant = world.grant_of[lines.application]
    story = np.full(len(apps), -1)
    story[world.plots.application] = np.arange(len(world.plots))
    told = story[lines.application]
    line = np.flatnonzero((grant >= 0) & ((told < 0) | (rng.random(len(told)) < 0.5)))
    begin, end = _life(world, grant[line])
    line, begin, end = (part[end > begin] for part in (line, begin, end))
    count = choose(rng, len(line), _HOW_MANY)
    line, begin, end = np.repeat(line, count), np.repeat(begin, count), np.repeat(end, count)
    used = np.repeat(rng.uniform(0.25, 0.97, len(count)), count)
    cumulative = _running_share(rng, line) * used
    quantity = _differences(np.floor(lines.quantity[line] * cumulative / _step(world, line)), line) * _step(world, line)
    day = begin + (rng.random(len(line)) * ((end - begin).astype(int) + 1)).astype("timedelta64[D]")
    kept = (quantity > 0) & (day <= calendar.LAST)
    mode = np.full(len(line), USUAL)
    parts = [(line[kept], day[kept], quantity[kept], mode[kept], told[line[kept]])]
    parts += [
        _of_story(world, rng, "export_beyond_licence", BEYOND, 3.0),
        _of_story(world, rng, "seizure_licensed_consignee", SEIZED, 1.0),
        _of_story(world, rng, "export_without_licence", UNLICENSED, 1.0),
    ]
    special = world.plots.of("export_beyond_licence", "seizure_licensed_consignee", "export_without_licence")
    parts[0] = tuple(part[~np.isin(parts[0][4], special)] for part in parts[0])
    line, day, quantity, mode, told = (np.concatenate(part) for part in zip(*parts, strict=True))
    day = np.busday_offset(day, 0, roll="backward", holidays=calendar.HOLIDAYS)
    share = quantity / lines.quantity[line] * rng.uniform(0.97, 1.03, len(line))
    value = np.maximum((lines.value[line] * share).astype(np.int64), 100)
    order = np.argsort(day, kind="stable")
    return Shipments(*(part[order] for part in (line, day, quantity, value, mode, told)))


def _life(world: World, grant: Ints) -> tuple[Days, Days]:
    """First and last day on which goods leave under each grant; a revoked licence ends with its revocation."""
    made = world.decisions
    revoked = np.full(len(world.applications), calendar.LAST + 10_000)
    taken = made.outcome == licensing.REVOKED
    revoked[made.application[taken]] = made.at[taken].astype("datetime64[D]") - 1
    begin = made.at[grant].astype("datetime64[D]") + _AT_LEAST
    end = np.minimum(np.minimum(made.valid_until[grant], begin + 400), revoked[made.application[grant]])
    return begin, end


def _of_story(
    world: World, rng: np.random.Generator, kind: str, mode: int, times: float
) -> tuple[np.ndarray, ...]:
    """One shipment for each story of the kind, some weeks after the decision, of `times` the quantity applied for."""
    story = world.plots.of(kind)
    application = world.plots.application[story]
    line = world.first_line[application]
    decided = world.applications.decided[application].astype("datetime64[D]")
    day = calendar.add_days(decided, rng.integers(12, 70, len(story)))
    quantity = (world.lines.quantity[line] * times).astype(np.int64)
    return line, day, quantity, np.full(len(story), mode), story


def _step(world: World, line: Ints) -> Ints:
    """Smallest quantity of the goods that can be shipped, in thousandths."""
    return np.where(world.controlled.counted[world.lines.item[line]], 1000, 500)


def _running_share(rng: np.random.Generator, line: Ints) -> np.ndarray:
    """For the shipments of each line shares that run up to 1."""
    part = rng.exponential(1.0, len(line)) + 0.2
    total = np.cumsum(part)
    first = np.flatnonzero(rank_within(line) == 0)
    size = np.diff(np.r_[first, len(line)])
    before = np.repeat(np.r_[0.0, total][first], size)
    whole = np.repeat(total[np.r_[first[1:], len(line)] - 1] if len(line) else total, size) - before
    return (total - before) / whole


def _differences(running: np.ndarray, line: Ints) -> Ints:
    """What each shipment adds to the running sum of its line."""
    previous = np.where(rank_within(line) == 0, 0.0, np.r_[0.0, running[:-1]])
    return (running - previous).astype(np.int64)
