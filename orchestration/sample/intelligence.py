"""The intelligence service's reports: graded, marked in every way the sharing policy knows, with the
parties they name.

Belongs here: reports on parties of the shadows and of the border, and those that belong to a story. Does
not belong here: what anyone makes of them. Nothing in a summary is about a real person, firm or event.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from orchestration.sample import calendar, columns, countries, parties
from orchestration.sample.calendar import Period
from orchestration.sample.columns import Bools, Days, Ints, choose, generator, joined, padded, pick
from orchestration.sample.delivery import Delivery, Mention, within
from orchestration.sample.world import World

PARTNER = "intelligence_service"
_SCHEMES: tuple[tuple[str, str, str, str], ...] = (  # scheme, grades of sources, of information, handling codes
    ("5x5x5", "ABCDE", "12345", "12345"),
    ("3x5x2", "123", "ABCDE", "PC"),
    ("ADMIRALTY", "ABCDEF", "123456", ""),
)
_EVERYONE_HOME = ("trade_ministry", "customs_service", "foreign_ministry", "prosecution_service")
# level, TLP, release_to, exclude, purposes, weight; None: the report does not say
_MARKINGS: tuple[tuple[str | None, str | None, tuple[str, ...] | None, tuple[str, ...],
    tuple[str, ...] | None, float], ...] = (
    ("restricted", "AMBER", ("customs_service",), (), None, 14),
    ("restricted", "AMBER", ("trade_ministry", "customs_service"), (), None, 14),
    ("restricted", "AMBER", _EVERYONE_HOME, (), ("export_control",), 10),
    ("official", "GREEN", None, (), None, 10),
    ("official", "GREEN", None, ("allied_licensing_authority",), None, 9),
    ("official", "AMBER", (*_EVERYONE_HOME, "allied_licensing_authority"), (), None, 6),
    ("secret", "AMBER", ("foreign_ministry",), (), None, 7),
    ("secret", "AMBER", _EVERYONE_HOME, ("trade_ministry",), None, 5),
    ("secret", "AMBER+STRICT", (), (), None, 7),
    ("secret", "RED", (), (), None, 6),
    ("restricted", "AMBER+STRICT", ("customs_service",), (), None, 4),
    ("restricted", "AMBER", (), (), None, 3),
    ("restricted", "AMBER", ("prosecution_service",), (), ("enforcement", "prosecution"), 4),
    ("official", "CLEAR", None, (), None, 3),
    ("public", "CLEAR", None, (), None, 2),
    (None, None, None, (), None, 2),
)  # fmt: skip
_SUMMARIES = (
    "Asked several suppliers for the same goods, each time in a quantity below the threshold of a licence.",
    "Uses an address that it shares with two firms which were refused licences.",
    "Changed the end user named in its papers after a question of the licensing authority.",
    "Offers freight by way of a third country without a commercial reason.",
    "Pays in cash and by way of a firm that is no party to the contract.",
    "Buys goods that are too good for the use it states.",
    "Is said to act for a buyer that is itself under measures.",
    "Was founded a few weeks before its first order.",
)
_ROLES = ("consignee", "exporter", "end_user", "broker", "owner", "carrier")


def deliveries(world: World, periods: list[Period]) -> Iterator[Delivery]:
    """The reports of each quarter."""
    received, subject, story = _received(world)
    for period in periods:
        index = within(received, period.start, period.end)
        yield _delivery(world, period, received[index], subject[index], story[index], _before(received, period))


def _before(received: Days, period: Period) -> int:
    """Number of reports of the same year before the period."""
    year_begin = period.start.astype("datetime64[Y]").astype("datetime64[D]")
    return int(np.sum((received >= year_begin) & (received < period.start)))


def _received(world: World) -> tuple[Days, Ints, Ints]:
    """Day, first subject and story (or -1) of every report, in the order of days."""
    rng, pools = generator(world.seed, PARTNER), world.people.pools
    count = world.some(260, 24)
    day = calendar.draw_days(rng, count, calendar.busyness((1, 1, 1, 1, 1, 0.3, 0.2)))
    subject = np.where(
        rng.random(count) < 0.75, pools["shadows"].draw(rng, count, 0.5), pools["unlicensed"].draw(rng, count)
    )
    story = world.plots.of("intelligence_on_pending", "decoy_reported_later")
    application = world.plots.application[story]
    submitted = world.applications.submitted[application].astype("datetime64[D]")
    decided = world.applications.decided[application].astype("datetime64[D]")
    part = (decided - submitted).astype(int) * rng.uniform(0.2, 0.75, len(story))
    later = np.isin(story, world.plots.of("decoy_reported_later"))
    when = np.where(later, calendar.add_days(decided, rng.integers(10, 90, len(story))),
                    calendar.add_days(submitted, part.astype(int)))  # fmt: skip
    day = np.concatenate([day, when])
    about_exporter = story % 2 == 1
    apps = world.applications
    subject = np.concatenate(
        [subject, np.where(about_exporter, apps.applicant[application], apps.consignee[application])]
    )
    story = np.concatenate([np.full(count, -1), story])
    order = np.argsort(day, kind="stable")
    return day[order], subject[order], story[order]


def _delivery(world: World, period: Period, day: Days, subject: Ints, story: Ints, first: int) -> Delivery:
    rng, people, count = generator(world.seed, PARTNER, period.label), world.people, len(day)
    refs = joined("IR-", padded(columns.years(day), 4), "-", padded(first + 1 + np.arange(count), 5))
    scheme = choose(rng, count, (5, 3, 2))
    marking = choose(rng, count, tuple(row[5] for row in _MARKINGS))
    graded = rng.random(count) < 0.97
    grades = [pa.array([_grade(rng, s, part) if ok else None for s, ok in zip(scheme, graded, strict=True)],
        pa.string())
              for part in (1, 2)]  # fmt: skip
    handling = pa.array([_grade(rng, s, 3) for s in scheme], pa.string())
    subjects, mentions = _subjects(world, rng, subject, story)
    goods = choose(rng, count, world.controlled.weight)
    codes = [json.dumps([world.controlled.control_code[g]]) if rng.random() < 0.7 else "[]" for g in goods]
    review = calendar.add_days(day, 90 * rng.integers(2, 9, count))
    lists = {
        name: [_list(_MARKINGS[m][at]) for m in marking]
        for at, name in ((2, "release_to"), (3, "exclude"), (4, "purposes"))
    }
    table = columns.table({
        "report_ref": refs,
        "received_on": columns.days(day),
        "grading_scheme": pick(tuple(s[0] for s in _SCHEMES), scheme),
        "source_reliability": grades[0],
        "info_credibility": grades[1],
        "handling_code": handling,
        "marking_level": pa.array([_MARKINGS[m][0] for m in marking], pa.string()),
        "marking_tlp": pa.array([_MARKINGS[m][1] for m in marking], pa.string()),
        **{name: pa.array(values, pa.string()) for name, values in lists.items()},
        "subjects": subjects,
        "control_codes": pa.array(codes, pa.string()),
        "destination_country": columns.only(people.country_codes(subject), rng.random(count) < 0.8),
        "summary": pick(_SUMMARIES, rng.integers(0, len(_SUMMARIES), count)),
        "review_on": columns.days(np.where(rng.random(count) < 0.9, review, columns.NO_DAY)),
    })  # fmt: skip
    for row in np.flatnonzero(story >= 0):
        world.chronicle.note(
            story[row], PARTNER, "reports", refs[int(row)].as_py(), f"reports on the {_ROLES[story[row] % 2]}"
        )
    return Delivery(PARTNER, "reports", period.label, table, mentions)


def _subjects(
    world: World, rng: np.random.Generator, subject: Ints, story: Ints
) -> tuple[pa.Array, tuple[Mention, ...]]:
    """JSON text of one to three subjects a report; a report of a story names its one party only."""
    alone: Bools = story >= 0
    more = np.where(alone, 0, choose(rng, len(subject), (0.6, 0.28, 0.12)))
    row = np.repeat(np.arange(len(subject)), more + 1)
    is_first = columns.rank_within(row) == 0
    entity = np.where(is_first, subject[row], world.people.pools["shadows"].draw(rng, len(row), 0.5))
    names = world.people.as_written(rng, entity, PARTNER)
    role = np.where(alone[row], story[row] % 2, rng.integers(0, len(_ROLES), len(row)))
    where = [countries.CODES[c] for c in world.people.country[entity]]
    kinds = [parties.KINDS[k] for k in world.people.kind[entity]]
    grouped: list[list[dict[str, str]]] = [[] for _ in subject]
    for at, name, kind, country, part in zip(row, names.to_pylist(), kinds, where, role, strict=True):
        grouped[at].append({"name": name, "kind": kind, "country": country, "role": _ROLES[part]})
    text = [json.dumps(group, ensure_ascii=False) for group in grouped]
    return pa.array(text, pa.string()), (Mention("subject", names, entity, row),)


def _grade(rng: np.random.Generator, scheme: int, part: int) -> str | None:
    letters = _SCHEMES[scheme][part]
    return letters[int(rng.integers(0, len(letters)))] if letters else None


def _list(values: tuple[str, ...] | None) -> str | None:
    return None if values is None else json.dumps(list(values))
