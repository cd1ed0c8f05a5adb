"""The foreign ministry's two extracts: the national sanctions list in two editions, and denial notices of
other states.

Belongs here: listed parties, their aliases, what changes between editions; notices, and those that belong
to a story. Does not belong here: screening. Every listed party is invented; which country it sits in was
drawn without looking at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from orchestration.sample import allied, calendar, columns, countries, parties
from orchestration.sample.calendar import Period
from orchestration.sample.columns import Bools, Days, Ints, choose, generator, joined, padded, pick
from orchestration.sample.delivery import Delivery, Mention, within
from orchestration.sample.names import Variant
from orchestration.sample.world import World

PARTNER = "foreign_ministry"
EDITIONS = (np.datetime64("2025-06-30"), np.datetime64("2025-12-31"))
_LISTS = ("XA-AUT", "XA-UN", "XA-DEN")
_PROGRAMMES = ("PROLIFERATION", "ARMS-TRAFFIC", "CYBER", "HUMAN-RIGHTS", "DIVERSION")
_REASONS = (
    "Bought controlled goods for a user other than the one stated.",
    "Acts for an organisation that is itself listed.",
    "Carried goods under a false description.",
    "Runs a network of firms that order below the threshold of a licence.",
    "Supplied parts to a programme under measures.",
)
_STATES = ("XB", "DE", "FR", "NL", "SE", "IT", "CH", "NO", "CA", "AU", "JP", "KR")
_FREE_TEXT = ("catch all", "various")


def editions(world: World) -> Iterator[Delivery]:
    """The whole list on each of its days: entries come, go and change in between."""
    rng, people = generator(world.seed, PARTNER, "listings"), world.people
    story = world.plots.of("listed_party_licensed")
    shadows = people.pools["shadows"].members()
    listed = np.sort(rng.permutation(shadows)[: round(len(shadows) * 0.62)])
    entity = np.concatenate([listed, world.applications.end_user[world.plots.application[story]]])
    told = np.concatenate([np.full(len(listed), -1), story])
    decided = world.applications.decided[world.plots.application[story]].astype("datetime64[D]")
    on = np.concatenate([
        np.datetime64("2021-02-01") + rng.integers(0, 1700, len(listed)),
        calendar.add_days(decided, -rng.integers(30, 300, len(story))),
    ])  # fmt: skip
    removed = (told < 0) & (on < EDITIONS[0] - 200) & (rng.random(len(entity)) < 0.05)
    changed = (told < 0) & (rng.random(len(entity)) < 0.09)
    common = {
        "number": rng.permutation(len(entity)) + 1, "list": choose(rng, len(entity), (0.6, 0.25, 0.15)),
        "programme": choose(rng, len(entity), (5, 2, 2, 1, 3)),
        "reason": choose(rng, len(entity), np.ones(len(_REASONS))),
        "born": rng.integers(1945, 1995, len(entity)),
        "exactly": choose(rng, len(entity), (0.55, 0.15, 0.2, 0.1)),
        "second": rng.integers(1, len(countries.CODES), len(entity)),
    }  # fmt: skip
    for edition, day in enumerate(EDITIONS):
        kept = np.flatnonzero((on <= day) & ~(removed & (edition == 1)))
        yield _edition(world, day, entity, on, told, common, kept, changed & (edition == 1))


def _edition(
    world: World, day: np.datetime64, entity: Ints, on: Days, told: Ints, common: dict[str, Ints], kept: Ints,
    changed: Bools,
) -> Delivery:  # fmt: skip
    people = world.people
    kept = kept[np.argsort(common["number"][kept])]
    who, changed = entity[kept], changed[kept]
    is_person = people.kind[who] == parties.KINDS.index("person")
    names = people.spelt(who, np.where(common["number"][kept] % 5 == 0, Variant.OTHER_SCHEME, Variant.PLAIN))
    aliases = [
        _aliases(people, int(e), str(n), bool(c)) for e, n, c in zip(who, names.to_pylist(), changed, strict=True)
    ]
    where = [sorted({countries.CODES[people.country[e]], *([countries.CODES[s]] if s % 7 == 0 else [])})
             for e, s in zip(who, common["second"][kept], strict=True)]  # fmt: skip
    reason = (common["reason"][kept] + changed) % len(_REASONS)
    refs = joined("XA-L-", padded(common["number"][kept], 4))
    table = columns.table({
        "entry_ref": refs,
        "list_code": pick(_LISTS, common["list"][kept]),
        "entity_type": pick(parties.KINDS, people.kind[who]),
        "name": names,
        "aliases": pa.array([json.dumps(a, ensure_ascii=False) for a in aliases], pa.string()),
        "birth_date": columns.only(_born(common["born"][kept], common["exactly"][kept]), is_person),
        "countries": pa.array([json.dumps(w) for w in where], pa.string()),
        "programme": pick(_PROGRAMMES, common["programme"][kept]),
        "listed_on": columns.days(on[kept]),
        "reason": pick(_REASONS, reason),
    })  # fmt: skip
    for row in np.flatnonzero((told[kept] >= 0) & (day == EDITIONS[1])):
        world.chronicle.note(told[kept][row], PARTNER, "listings", refs[int(row)].as_py(), "lists the end user")
    owner = np.repeat(np.arange(len(kept)), [len(a) for a in aliases])
    other = pa.array([alias for group in aliases for alias in group], pa.string())
    mentions = (Mention("listed", names, who), Mention("alias", other, who[owner], owner))
    return Delivery(PARTNER, "listings", str(day), table, mentions)


def _aliases(people: parties.Population, entity: int, name: str, one_more: bool) -> list[str]:
    """Other spellings of the name; an entry that changed has one more."""
    wanted = [Variant.NATIVE, Variant.OTHER_SCHEME, Variant.PLAIN, *([Variant.TYPO] if one_more else [])]
    if entity % 3 == 0:
        wanted.append(Variant.NO_FORM)
    spelt = people.spelt(np.full(len(wanted), entity), np.array(wanted, np.int64)).to_pylist()
    return [text for text in dict.fromkeys(spelt) if text != name]


def _born(year: Ints, exactly: Ints) -> pa.Array:
    """A day, a month, a year or nothing; the day follows from the year so that both editions agree."""
    month, day = padded(year % 12 + 1, 2), padded(year % 27 + 1, 2)
    years = padded(year, 4)
    exact = np.select([exactly == 0, exactly == 1, exactly == 2], [0, 1, 2], -1)
    choices = (joined(years, "-", month, "-", day), joined(years, "-", month), years)
    text = [choices[e][i].as_py() if e >= 0 else None for i, e in enumerate(exact.tolist())]
    return pa.array(text, pa.string())


def notices(world: World, periods: list[Period]) -> Iterator[Delivery]:
    """Denial notices of each quarter."""
    rng, shadows = generator(world.seed, PARTNER, "denials"), world.people.pools["shadows"].members()
    count = world.some(64, 8)
    firms = shadows[world.people.kind[shadows] == 0]
    told = allied.refusals(world)
    known = [story for story in told if rng.random() < 0.6]
    day = np.concatenate([
        calendar.draw_days(rng, count, calendar.busyness((1, 1, 1, 1, 1, 0, 0))),
        np.array([told[story][0] for story in known], "datetime64[D]") + 12,
    ])  # fmt: skip
    story = np.concatenate([np.full(count, -1), np.array(known, np.int64)])
    end_user = np.concatenate([firms[rng.integers(0, len(firms), count)],
                               world.applications.end_user[world.plots.application[story[count:]]],
        ])  # fmt: skip
    item = np.concatenate(
        [choose(rng, count, world.controlled.weight), np.array([told[s][1] for s in known], np.int64)]
    )
    state = np.where(story >= 0, 0, choose(rng, len(story), (6, *([1] * 11))))
    order = np.argsort(day, kind="stable")
    day, story, end_user, item, state = (part[order] for part in (day, story, end_user, item, state))
    number = columns.rank_within(columns.years(day)) + 1
    for period in periods:
        index = within(day, period.start, period.end)
        yield _notices(
            world, period, day[index], story[index], end_user[index], item[index], state[index], number[index]
        )


def _notices(
    world: World,
    period: Period,
    day: Days,
    story: Ints,
    end_user: Ints,
    item: Ints,
    state: Ints,
    number: Ints,
) -> Delivery:
    rng, people, count = generator(world.seed, PARTNER, "denials", period.label), world.people, len(day)
    other = people.pools["shadows"].draw(rng, count, 0.4)
    consignee = np.where((story < 0) & (rng.random(count) < 0.3) & (people.kind[other] == 0), other, -1)
    end_name, consignee_name = (people.as_written(rng, who, PARTNER) for who in (end_user, consignee))
    refs = joined("DN-", padded(columns.years(day), 4), "-", padded(number, 4))
    code = world.controlled.text("control_code", item).to_pylist()
    vague = (rng.random(count) < 0.04) & (story < 0)
    code = [_FREE_TEXT[i % 2] if v else c for i, (c, v) in enumerate(zip(code, vague, strict=True))]
    regime = world.controlled.text("regime", item)
    criteria = [json.dumps(["7"] if r < 0.6 else ["3", "7"]) for r in rng.random(count)]
    status = np.where(story >= 0, 0, choose(rng, count, (0.93, 0.07)))
    table = columns.table({
        "denial_ref": refs,
        "issued_on": columns.days(day),
        "notifying_state": pick(_STATES, state),
        "regime": regime,
        "control_code": pa.array(code, pa.string()),
        "goods_description": world.controlled.text("description", item),
        "end_user_name": end_name,
        "end_user_country": people.country_codes(end_user),
        "consignee_name": consignee_name,
        "criteria": pa.array(criteria, pa.string()),
        "expires_on": columns.days(day + 1096),
        "status": pick(("active", "revoked"), status),
    })  # fmt: skip
    for row in np.flatnonzero(story >= 0):
        world.chronicle.note(story[row], PARTNER, "denials", refs[int(row)].as_py(), "notified by the ally")
    mentions = (Mention("end_user", end_name, end_user), Mention("consignee", consignee_name, consignee))
    return Delivery(PARTNER, "denials", period.label, table, mentions)
