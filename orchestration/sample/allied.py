"""The allied authority's extract: Belmark's licensing decisions, in French and under its own control list.

Belongs here: dossiers of the ally, and its part in the planted stories. Does not belong here: Arvenia's own
licensing. What the ally refuses goes to parties whom Arvenia never licenses, but for the stories.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample import calendar, columns, countries, goods
from orchestration.sample.calendar import Period
from orchestration.sample.columns import Days, Ints, choose, generator, joined, padded, pick
from orchestration.sample.delivery import Delivery, Mention, within
from orchestration.sample.plots import KINDS
from orchestration.sample.world import World

PARTNER = "allied_licensing_authority"
_TYPES = ("Individuelle", "Globale", "Ouverte", "Temporaire", "Courtage", "Transit")
_DECISIONS = ("ACCORDÉE", "REFUSÉE", "RETIRÉE", "SANS_OBJET")
_GRANTED, _REFUSED = 0, 1
_UNITS = {"NAR": "pce", "KGM": "kg"}
_CRITERIA = ("7", "7d", "2c, 4", "1b", "3", "5a", "2a, 7", "8")
_OWN_CODE, _OWN_GOODS = "B-5A90", "Matériel de télécommunication sous contrôle national"


@dataclass(frozen=True)
class Dossiers:
    """One position for each dossier, in the order of decision; `story` is -1 for an ordinary one."""

    submitted: Days
    decided: Days
    decision: Ints
    type: Ints
    applicant: Ints
    consignee: Ints
    item: Ints  # -1: goods that only the ally controls
    lines: Ints
    story: Ints
    number: Ints
    licence: Ints


def deliveries(world: World, periods: list[Period]) -> Iterator[Delivery]:
    """The decisions of each quarter."""
    dossiers = _decide(world)
    with (world.code_lists / "countries.csv").open(encoding="utf-8", newline="") as file:
        french = {row["code"]: row["name_fr"] for row in csv.DictReader(file)}
    names = tuple(french[code] for code in countries.CODES)
    for period in periods:
        yield _delivery(world, dossiers, period, names)


def refusals(world: World) -> dict[int, tuple[np.datetime64, int]]:
    """Day and goods of the ally's refusal in each undercut story: what it then notifies to Arvenia."""
    dossiers = _decide(world)
    told = np.isin(dossiers.story, world.plots.of("undercut"))
    return {int(dossiers.story[i]): (dossiers.decided[i], int(dossiers.item[i])) for i in np.flatnonzero(told)}


def _decide(world: World) -> Dossiers:
    rng, pools = generator(world.seed, PARTNER), world.people.pools
    count = world.some(640, 40)
    decided = calendar.draw_days(rng, count, calendar.busyness((1, 1, 1, 1, 0.8, 0, 0)))
    decision = choose(rng, count, (0.83, 0.05, 0.07, 0.05))
    shared = rng.random(count) < 0.35
    consignee = np.where(shared, pools["licensed"].draw(rng, count), pools["allied_consignees"].draw(rng, count))
    # goods that go home to Belmark need no licence there: such parties stay with the ally's own customers
    at_home = world.people.country[consignee] == countries.ALLY
    consignee = np.where(at_home, pools["allied_consignees"].draw(rng, count), consignee)
    shady = pools["shadows"].members()
    shady = shady[(world.people.kind[shady] == 0) & (world.people.country[shady] != countries.ALLY)]
    refused = decision == _REFUSED
    consignee[refused] = shady[rng.integers(0, len(shady), int(refused.sum()))]
    ordinary = {
        "submitted": calendar.add_days(decided, -rng.integers(8, 90, count)), "decided": decided,
        "decision": decision,
        "type": choose(rng, count, (0.8, 0.06, 0.05, 0.05, 0.02, 0.02)),
        "applicant": pools["allied_exporters"].draw(rng, count, 1.0), "consignee": consignee,
        "item": np.where(rng.random(count) < 0.02, -1, _any_goods(world, rng, count)),
        "lines": np.minimum(rng.geometric(0.62, count), 8), "story": np.full(count, -1),
    }  # fmt: skip
    planted = _of_stories(world)
    merged = {key: np.concatenate([value, planted[key]]) for key, value in ordinary.items()}
    order = np.argsort(merged["decided"], kind="stable")
    merged = {key: value[order] for key, value in merged.items()}
    granted = merged["decision"] == _GRANTED
    licence = np.full(len(order), -1)
    licence[granted] = columns.rank_within(columns.years(merged["decided"][granted])) + 1
    return Dossiers(number=_numbered(merged["submitted"]), licence=licence, **merged)


def _of_stories(world: World) -> dict[str, np.ndarray]:
    """The ally's dossier in each story that has one: same consignee and goods, but for one kind of decoy."""
    rng = generator(world.seed, PARTNER, "stories")
    story = world.plots.of("undercut", "licence_shopping", "decoy_other_goods", "decoy_refused_later")
    count, kind = len(story), np.array([KINDS[k] for k in world.plots.kind[story]], dtype=object)
    application = world.plots.application[story]
    known = world.applications.decided[application].astype("datetime64[D]")
    earlier = np.maximum(calendar.add_days(known, -rng.integers(20, 300, count)), np.datetime64("2024-01-15"))
    shopping = kind == "licence_shopping"
    later = calendar.add_days(known, np.where(shopping, rng.integers(40, 110, count), rng.integers(20, 100, count)))
    decided = np.where(np.isin(kind, ("undercut", "decoy_other_goods")), earlier, later)
    decided = np.busday_offset(decided, 0, roll="backward", holidays=calendar.HOLIDAYS)
    waiting = np.where(shopping, np.minimum((decided - known).astype(int) - 8, 30), rng.integers(8, 60, count))
    item = world.lines.item[world.first_line[application]]
    other = _any_goods(world, rng, count)
    far = np.array([c[0] for c in world.controlled.control_code])
    other = np.where(far[other] == far[item], _unlike(world, item), other)
    granted = shopping & (rng.random(count) < 0.5)
    return {
        "submitted": calendar.add_days(decided, -waiting), "decided": decided,
        "decision": np.where(granted, _GRANTED, _REFUSED), "type": np.zeros(count, np.int64),
        "applicant": world.people.pools["allied_exporters"].draw(rng, count),
        "consignee": world.applications.consignee[application],
        "item": np.where(kind == "decoy_other_goods", other, item), "lines": np.ones(count, np.int64),
        "story": story,
    }  # fmt: skip


def _any_goods(world: World, rng: np.random.Generator, count: int) -> Ints:
    return choose(rng, count, np.where(world.controlled.in_allied_list, world.controlled.weight, 0))


def _unlike(world: World, item: Ints) -> Ints:
    """For each good the first one of the ally's list that is in another category of the control list."""
    code = world.controlled.control_code
    mapped = np.flatnonzero(world.controlled.in_allied_list)
    return np.array([next(o for o in mapped if code[o][0] != code[i][0]) for i in item], np.int64)


def _numbered(submitted: Days) -> Ints:
    """Running number within the year of lodging, in the order of lodging."""
    number = np.zeros(len(submitted), np.int64)
    order = np.argsort(submitted, kind="stable")
    number[order] = columns.rank_within(columns.years(submitted[order])) + 1
    return number


def _delivery(world: World, dossiers: Dossiers, period: Period, names: tuple[str, ...]) -> Delivery:
    rng, people = generator(world.seed, PARTNER, period.label), world.people
    index = within(dossiers.decided, period.start, period.end)
    source = np.repeat(index, dossiers.lines[index])
    number = columns.rank_within(source) + 1
    item = np.where(number == 1, dossiers.item[source], _any_goods(world, rng, len(source)))
    own, safe = item < 0, np.maximum(item, 0)
    quantity = goods.quantities(rng, world.controlled, safe)
    value = goods.values(rng, world.controlled, safe, quantity)
    granted, refused = dossiers.decision[source] == _GRANTED, dossiers.decision[source] == _REFUSED
    year = columns.years(dossiers.decided[source])
    applicant, consignee = dossiers.applicant[source], dossiers.consignee[source]
    first = np.searchsorted(index, source)  # one spelling a dossier
    applicant_name = people.as_written(rng, dossiers.applicant[index], PARTNER).take(pa.array(first))
    consignee_name = people.as_written(rng, dossiers.consignee[index], PARTNER).take(pa.array(first))
    refs = joined("BM/", padded(columns.years(dossiers.submitted[source]), 4), "/", padded(dossiers.number[source], 5))
    units = tuple(_UNITS.get(unit, "pce") for unit in world.controlled.unit)
    table = columns.table({
        "dossier_ref": refs,
        "line_no": pa.array(number),
        "licence_type": pick(_TYPES, dossiers.type[source]),
        "submitted_on": columns.days(dossiers.submitted[source]),
        "decided_on": columns.days(dossiers.decided[source]),
        "decision": pick(_DECISIONS, dossiers.decision[source]),
        "licence_ref": columns.only(joined("LB-", padded(year % 100, 2), "-",
            padded(dossiers.licence[source], 5)), granted),
        "applicant_name": applicant_name,
        "consignee_name": consignee_name,
        "destination_country": pick(names, people.country[consignee]),
        "goods_description": columns.only(world.controlled.text("description_fr", safe),
            ~own).fill_null(_OWN_GOODS),
        "control_code": columns.only(world.controlled.text("allied_code", safe), ~own).fill_null(_OWN_CODE),
        "quantity": columns.decimals(quantity, 3),
        "unit": pick(units, safe),
        "value": columns.decimals(value, 2),
        "currency": pick(("CHF", "EUR"), choose(rng, len(index), (0.86, 0.14))[first]),
        "criteria": columns.only(pick(_CRITERIA, rng.integers(0, len(_CRITERIA), len(index))[first]),
            refused),
    })  # fmt: skip
    for row in np.flatnonzero(dossiers.story[source] >= 0):
        ref = f"{refs[int(row)].as_py()}/{number[row]}"
        what = "granted by the ally" if granted[row] else "refused by the ally"
        world.chronicle.note(dossiers.story[source[row]], PARTNER, "decisions", ref, what)
    mentions = (
        Mention("applicant", applicant_name, applicant),
        Mention("consignee", consignee_name, consignee),
    )
    return Delivery(PARTNER, "decisions", period.label, table, mentions)
