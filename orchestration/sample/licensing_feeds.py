"""The trade ministry's five extracts: what its licensing unit did, as the ministry records it.

Belongs here: refs, columns and wording of trade_ministry's feeds, quarter by quarter. Does not belong here:
what happened (`licensing`), and the file format, which the contract says.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sample import calendar, columns, countries, licensing
from orchestration.sample.calendar import Period
from orchestration.sample.columns import Ints, choose, generator, joined, padded, pick
from orchestration.sample.delivery import Delivery, Mention, within
from orchestration.sample.world import World

PARTNER = "trade_ministry"
_EVENTS = ("submitted", "validated", "referred_out", "referral_back", "rfi_opened", "rfi_answered", "decided",
           "withdrawn", "appeal_lodged", "appeal_decided")  # fmt: skip
_DEPARTMENTS = ("DEF", "MFA", "INT", "ENE")
_CRITERIA = ("7", "7d", "2c|4", "1b", "3", "4", "5a", "6b", "2a", "8", "1a|7", "5b|7d", "4d", "2b|3")
_OFTEN = (24, 14, 8, 9, 7, 7, 6, 5, 6, 3, 4, 3, 3, 2)
_CONDITIONS = (
    "Delivery verification within six months.",
    "No re-export without the consent of the Trade Ministry.",
    "End-use certificate to be renewed every year.",
    "Report of use by 31 January of the following year.",
)


def application_refs(world: World, index: Ints) -> pa.Array:
    """XA-YYYY-NNNNNN for each application; null for a negative index."""
    safe = np.where(index < 0, 0, index)
    year = columns.years(world.applications.submitted)[safe]
    refs = joined("XA-", padded(year, 4), "-", padded(world.application_number[safe], 6))
    return columns.only(refs, index >= 0)


def licence_refs(year: Ints, number: Ints) -> pa.Array:
    """L-YYYY-NNNNNN for each licence; null for a negative number."""
    return columns.only(joined("L-", padded(year, 4), "-", padded(number, 6)), number >= 0)


def decision_refs(world: World, index: Ints) -> pa.Array:
    """D-YYYY-NNNNNN for each decision."""
    year = columns.years(world.decisions.at[index])
    return joined("D-", padded(year, 4), "-", padded(world.decision_number[index], 6))


def decision_refs_of(world: World, application: Ints) -> list[str]:
    """The ref of the first decision on each of these applications, all of which have one."""
    order = np.argsort(world.decisions.application, kind="stable")
    first = order[np.searchsorted(world.decisions.application[order], application)]
    return decision_refs(world, first).to_pylist()


def deliveries(world: World, periods: list[Period]) -> Iterator[Delivery]:
    """The five feeds, quarter by quarter."""
    events = _Events(world)
    for period in periods:
        index = within(world.applications.submitted, period.start, period.end)
        yield _applications(world, period, index)
        yield _parties(world, period, index)
        yield _goods_lines(world, period, index)
        yield events.delivery(period)
        yield _decisions(world, period)


def _applications(world: World, period: Period, index: Ints) -> Delivery:
    rng, apps = generator(world.seed, PARTNER, "applications", period.label), world.applications
    applicant = apps.applicant[index]
    name = world.people.as_written(rng, applicant, PARTNER)
    risk = apps.risk[index]
    basis = apps.basis[index]
    table = columns.table({
        "application_ref": application_refs(world, index),
        "licence_type": pick(licensing.TYPES, apps.type[index]),
        "submitted_at": columns.moments(apps.submitted[index]),
        "applicant_ref": joined("E", padded(applicant, 6)),
        "applicant_name": name,
        "destination_country": world.people.country_codes(apps.end_user[index]),
        "end_use_code": columns.only(pick(licensing.END_USES, apps.end_use[index]),
            rng.random(len(index)) < 0.97),
        "end_user_type": pick(licensing.END_USERS, apps.end_user_type[index]),
        "risk_band": pa.array(risk, mask=risk == 0),
        "is_military": pa.array(basis == licensing.BASES.index("ML")),
        "legal_basis": pick(licensing.BASES, basis),
        "amendment_of": application_refs(world, apps.amends[index]),
    })  # fmt: skip
    return Delivery(PARTNER, "applications", period.label, table, (Mention("applicant", name, applicant),))


def _parties(world: World, period: Period, index: Ints) -> Delivery:
    rng, apps, people = (
        generator(world.seed, PARTNER, "parties", period.label),
        world.applications,
        world.people,
    )
    by_role = {
        "applicant": apps.applicant[index], "consignee": apps.consignee[index],
        "end_user": apps.end_user[index],
        "intermediate_consignee": apps.intermediate[index], "agent": apps.agent[index],
    }  # fmt: skip
    roles = tuple(by_role)
    entity = np.column_stack(list(by_role.values())).ravel()
    present = entity >= 0
    entity, role = entity[present], np.tile(np.arange(len(roles)), len(index))[present]
    application = np.repeat(index, len(roles))[present]
    at_home = people.country[entity] == countries.HOME
    number = padded(
        (entity * 3 + rng.integers(0, 3, len(entity))) * 7_919 % 10**7, 7
    )  # a foreign firm has up to three numbers
    name = people.as_written(rng, entity, PARTNER)
    take = pa.array(entity)
    table = columns.table({
        "application_ref": application_refs(world, application),
        "role": pick(roles, role),
        "party_ref": pc.if_else(pa.array(at_home), joined("E", padded(entity, 6)), joined("P", number)),
        "name": name,
        "country": people.country_codes(entity),
        "city": columns.only(people.city.take(take), rng.random(len(entity)) < 0.94),
        "address": columns.only(people.street.take(take), rng.random(len(entity)) < 0.85),
        "registration_no": columns.only(people.registration.take(take), rng.random(len(entity)) < 0.6),
        "lei": _carelessly(rng, columns.only(people.lei.take(take), rng.random(len(entity)) < 0.7)),
        "eori": columns.only(people.eori.take(take),
            at_home & ((role == 0) | (rng.random(len(entity)) < 0.5))),
    })  # fmt: skip
    mentions = [Mention(key, name, np.where(role == at, entity, -1)) for at, key in enumerate(roles)]
    return Delivery(PARTNER, "parties", period.label, table, tuple(mentions))


def _carelessly(rng: np.random.Generator, lei: pa.Array) -> pa.Array:
    """One LEI in a hundred loses its last character, which is a warning and no more."""
    return pc.if_else(pa.array(rng.random(len(lei)) < 0.01), pc.utf8_slice_codeunits(lei, 0, 19), lei)


def _goods_lines(world: World, period: Period, index: Ints) -> Delivery:
    lines, apps, goods = world.lines, world.applications, world.controlled
    bounds = (index[0], index[-1]) if len(index) else (0, -1)
    line = np.arange(
        np.searchsorted(lines.application, bounds[0]), np.searchsorted(lines.application, bounds[1], "right")
    )
    application, item = lines.application[line], lines.item[line]
    open_licence = np.isin(apps.type[application], (licensing.TYPES.index("OPN"), licensing.TYPES.index("GLO")))
    priced = apps.type[application] != licensing.TYPES.index("OPN")
    needed = apps.outcome[application] != licensing.NLR
    table = columns.table({
        "application_ref": application_refs(world, application),
        "line_no": pa.array(lines.number[line]),
        "description": goods.text("description", item),
        "control_code": columns.only(goods.text("control_code", item), needed),
        "hs_code": goods.text("hs_code", item),
        "quantity": columns.decimals(lines.quantity[line], 3, ~open_licence),
        "unit": columns.only(goods.text("unit", item), ~open_licence),
        "value": columns.decimals(lines.value[line], 2, priced),
        "currency": columns.only(pick(licensing.CURRENCIES, apps.currency[application]), priced),
    })  # fmt: skip
    return Delivery(PARTNER, "goods_lines", period.label, table)


def _decisions(world: World, period: Period) -> Delivery:
    rng, made = generator(world.seed, PARTNER, "decisions", period.label), world.decisions
    index = within(made.at, period.start, period.end)
    outcome, at = made.outcome[index], made.at[index]
    grounds = (outcome == licensing.REFUSED) | ((outcome == licensing.REVOKED) & (rng.random(len(index)) < 0.4))
    granted = np.isin(outcome, (licensing.GRANTED, licensing.ON_APPEAL))
    table = columns.table({
        "decision_ref": decision_refs(world, index),
        "application_ref": application_refs(world, made.application[index]),
        "decision": pick(licensing.OUTCOMES, outcome),
        "decided_at": columns.moments(at),
        "licence_ref": licence_refs(made.licence_year[index], made.licence_number[index]),
        "criteria": columns.only(pick(_CRITERIA, choose(rng, len(index), _OFTEN)), grounds),
        "valid_until": columns.days(made.valid_until[index]),
        "conditions": columns.only(
            pick(_CONDITIONS, rng.integers(0, len(_CONDITIONS), len(index))),
            granted & (rng.random(len(index)) < 0.3)
        ),
    })  # fmt: skip
    return Delivery(PARTNER, "decisions", period.label, table)


class _Events:
    """The log of all applications, kept as small numbers and cut into quarters by the time of the event."""

    def __init__(self, world: World) -> None:
        self.world = world
        apps, rng = world.applications, generator(world.seed, PARTNER, "stage_events")
        size, span = len(apps), apps.end - apps.start
        parts = []

        def add(kind: str, clock: np.ndarray, happens: np.ndarray) -> None:
            at = np.flatnonzero(happens)
            parts.append((at, np.full(len(at), _EVENTS.index(kind), np.int8), calendar.at_working_time(clock[at])))

        def share(low: float, high: float) -> np.ndarray:
            return apps.start + span * rng.uniform(low, high, size)

        consulted, withdrawn = apps.referred_to >= 0, apps.outcome == licensing.WITHDRAWN
        first = np.arange(size)
        parts.append((first, np.zeros(size, np.int8), apps.submitted))
        add("validated", apps.start + span * 0.05 + 0.1, np.ones(size, bool))
        add("referred_out", share(0.20, 0.28), consulted)
        add("referral_back", share(0.34, 0.48), consulted)
        add("rfi_opened", share(0.52, 0.58), apps.questions > 0)
        add("rfi_answered", share(0.62, 0.72), apps.questions > 0)
        add("rfi_opened", share(0.75, 0.80), apps.questions > 1)
        add("rfi_answered", share(0.84, 0.93), apps.questions > 1)
        add("withdrawn", apps.end, withdrawn)
        add("decided", apps.end, ~withdrawn)
        appealed = (apps.outcome == licensing.REFUSED) & (apps.appeal >= 0)
        add("appeal_lodged", apps.end + rng.uniform(5, 18, size), appealed)
        add("appeal_decided", apps.appeal_end, appealed)
        application, kind, at = (np.concatenate(part) for part in zip(*parts, strict=True))
        at = at.astype("datetime64[s]")
        order = np.argsort(application, kind="stable")
        self.application, self.kind, self.at = application[order].astype(np.int32), kind[order], at[order]
        self.number = (columns.rank_within(self.application) + 1).astype(np.int16)

    def delivery(self, period: Period) -> Delivery:
        """The events of one quarter, in the order of time."""
        index = within(self.at, period.start, period.end)
        index = index[np.argsort(self.at[index], kind="stable")]
        kind, application = self.kind[index], self.application[index].astype(np.int64)
        consulted = np.isin(kind, (_EVENTS.index("referred_out"), _EVENTS.index("referral_back")))
        department = np.where(consulted, self.world.applications.referred_to[application], -1)
        table = columns.table({
            "application_ref": application_refs(self.world, application),
            "event_no": pa.array(self.number[index].astype(np.int64)),
            "event_type": pick(_EVENTS, kind.astype(np.int64)),
            "event_at": columns.moments(self.at[index]),
            "department": pick(_DEPARTMENTS, department),
        })  # fmt: skip
        return Delivery(PARTNER, "stage_events", period.label, table)
