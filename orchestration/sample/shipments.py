"""Goods that leave under a licence: how licences are used up, shipment by shipment.

Belongs here: shipments as plain numbers for the whole two years. Does not belong here: declarations and the
rest of what customs sees (`customs`). Shipments keep within the quantity and the life of their licence, but
for the planted stories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import calendar, licensing
from orchestration.sample.columns import Days, Ints, choose, generator, rank_within
from orchestration.sample.world import World

USUAL, BEYOND, SEIZED, UNLICENSED, TO_VERIFY = range(5)
_HOW_MANY = (0.16, 0.24, 0.26, 0.20, 0.14)
_AT_LEAST = 5  # days from grant to the first shipment


@dataclass(frozen=True)
class Shipments:
    """One position for each shipment, in order of days; `line` is a position in the world's goods lines."""

    line: Ints
    day: Days
    quantity: Ints
    value: Ints
    mode: Ints
    story: Ints  # number of the story that it belongs to, or -1


# stories with a shipment of their own: how it comes to the border, and times the quantity applied for
_SPECIAL = {
    "export_beyond_licence": (BEYOND, 3),
    "seizure_licensed_consignee": (SEIZED, 1),
    "export_without_licence": (UNLICENSED, 1),
    "psv_overdue": (TO_VERIFY, 1),
    "decoy_verified_in_time": (TO_VERIFY, 1),
    "decoy_not_yet_due": (TO_VERIFY, 1),
}


def ship(world: World) -> Shipments:
    """All shipments of controlled goods of the two years."""
    parts = [_ordinary(world), *(_of_story(world, kind) for kind in _SPECIAL)]
    merged = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    day = np.busday_offset(merged["day"], 0, roll="backward", holidays=calendar.HOLIDAYS)
    rng = generator(world.seed, "shipments", "value")
    share = merged["quantity"] / world.lines.quantity[merged["line"]] * rng.uniform(0.97, 1.03, len(day))
    value = np.maximum((world.lines.value[merged["line"]] * share).astype(np.int64), 100)
    order = np.argsort(day, kind="stable")
    return Shipments(
        line=merged["line"][order], day=day[order], quantity=merged["quantity"][order], value=value[order],
        mode=merged["mode"][order], story=merged["story"][order],
    )  # fmt: skip


def _ordinary(world: World) -> dict[str, np.ndarray]:
    """Shipments that keep within their licence; every other story without a shipment of its own has some."""
    rng, lines = generator(world.seed, "shipments"), world.lines
    grant = world.grant_of[lines.application]
    story = np.full(len(world.applications), -1)
    story[world.plots.application] = np.arange(len(world.plots))
    told = story[lines.application]
    quiet = (told >= 0) & (np.isin(told, world.plots.of(*_SPECIAL)) | (rng.random(len(told)) < 0.5))
    granted = np.flatnonzero((grant >= 0) & ~quiet)
    first_day, last_day = _life(world, grant[granted])
    count = np.where(last_day > first_day, choose(rng, len(granted), _HOW_MANY), 0)
    line, begin, end = np.repeat(granted, count), np.repeat(first_day, count), np.repeat(last_day, count)
    used = np.repeat(rng.uniform(0.25, 0.97, len(count)), count)
    step = _step(world, line)
    running = np.floor(lines.quantity[line] * _running_share(rng, line) * used / step)
    quantity = _differences(running, line) * step
    day = begin + (rng.random(len(line)) * ((end - begin).astype(int) + 1)).astype("timedelta64[D]")
    kept = (quantity > 0) & (day <= calendar.LAST)
    line = line[kept]
    return {
        "line": line, "day": day[kept], "quantity": quantity[kept], "mode": np.full(len(line), USUAL),
        "story": told[line],
    }  # fmt: skip


def _life(world: World, grant: Ints) -> tuple[Days, Days]:
    """First and last day on which goods leave under each grant; a revocation ends it."""
    made = world.decisions
    revoked = np.full(len(world.applications), calendar.LAST + 10_000)
    taken = made.outcome == licensing.REVOKED
    revoked[made.application[taken]] = made.at[taken].astype("datetime64[D]") - 1
    begin = made.at[grant].astype("datetime64[D]") + _AT_LEAST
    end = np.minimum(np.minimum(made.valid_until[grant], begin + 400), revoked[made.application[grant]])
    return begin, end


def _of_story(world: World, kind: str) -> dict[str, np.ndarray]:
    """One shipment for each story of the kind, some weeks after the decision."""
    rng, (mode, times) = generator(world.seed, "shipments", kind), _SPECIAL[kind]
    story = world.plots.of(kind)
    application = world.plots.application[story]
    line = world.first_line[application]
    decided = world.applications.decided[application].astype("datetime64[D]")
    return {
        "line": line, "day": calendar.add_days(decided, rng.integers(12, 70, len(story))),
        "quantity": world.lines.quantity[line] * times, "mode": np.full(len(story), mode), "story": story,
    }  # fmt: skip


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
