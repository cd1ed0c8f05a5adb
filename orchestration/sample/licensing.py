"""What happens in the licensing unit of the trade ministry: applications, their goods, and how they end.

Belongs here: the events as plain numbers, the whole two years at once (some hundred bytes an application).
Does not belong here: how the ministry writes them down (`licensing_feeds`), nor what happens at the border
(`customs`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import calendar, goods
from orchestration.sample.columns import (
    NO_DAY,
    Bools,
    Days,
    Floats,
    Ints,
    Seconds,
    choose,
    generator,
    rank_within,
)
from orchestration.sample.goods import Catalogue
from orchestration.sample.parties import Population
from orchestration.sample.plots import Plots

TYPES = ("IND", "GLO", "OPN", "TMP", "BRK", "TRN")
OUTCOMES = ("GRANTED", "REFUSED", "NLR", "WITHDRAWN", "STOPPED", "REVOKED", "ISSUED_ON_APPEAL")
GRANTED, REFUSED, NLR, WITHDRAWN, STOPPED, REVOKED, ON_APPEAL = range(7)
END_USES = ("CIV-IND", "CIV-ENE", "CIV-TEL", "CIV-AIR", "CIV-MED", "RES", "RESALE", "REPAIR", "EXHIB",
            "MIL-FOR", "MIL-IND", "SEC-POL", "SPORT")  # fmt: skip
END_USERS = ("GOV", "COM", "IND", "OTH")
BASES = ("DU-3", "DU-6", "DU-7", "DU-9", "ML")
CURRENCIES = ("EUR", "USD", "CHF")
_TYPE_WEIGHTS = (0.80, 0.05, 0.06, 0.05, 0.02, 0.02)
_OUTCOME_WEIGHTS = (0.77, 0.03, 0.12, 0.06, 0.02)  # of the first decision
_PACE = np.array([1.0, 1.8, 2.0, 0.7, 1.2, 0.8])  # working days of each type, relative to an individual licence
_VALID_DAYS = np.array([545, 1095, 1095, 180, 365, 365])


@dataclass(frozen=True)
class Applications:
    """One position for each application, in the order of submission; -1 or NaT: there is none."""

    submitted: Seconds
    type: Ints
    applicant: Ints
    consignee: Ints
    end_user: Ints
    intermediate: Ints
    agent: Ints
    end_use: Ints
    end_user_type: Ints
    risk: Ints
    basis: Ints
    currency: Ints
    amends: Ints
    start: Floats  # working-day clock
    end: Floats
    questions: Ints  # 0 to 2 requests for information
    referred_to: Ints  # -1: nobody consulted
    outcome: Ints  # of the first decision; -1 while pending
    decided: Seconds
    appeal: Ints  # -1 none, 0 rejected, 1 upheld: the licence is issued after all
    appeal_end: Floats

    def __len__(self) -> int:
        return len(self.type)


@dataclass(frozen=True)
class Lines:
    """One position for each goods line, in order of applications; quantity in thousandths, value in cents."""

    application: Ints
    number: Ints
    item: Ints
    quantity: Ints
    value: Ints


@dataclass(frozen=True)
class Decisions:
    """One position for each decision, in the order of time; `licence_*` are -1 where the decision left no
    licence.
    """

    application: Ints
    outcome: Ints
    at: Seconds
    licence_year: Ints
    licence_number: Ints
    valid_until: Days


def apply(
    seed: int, count: int, people: Population, catalogue: Catalogue, plots_of: Plots, submitted: Seconds
) -> tuple[Applications, Lines]:
    """Everything that was applied for, the applications of planted stories included."""
    rng, pools = generator(seed, "applications"), people.pools
    kind = choose(rng, count, _TYPE_WEIGHTS)
    outcome = choose(rng, count, _OUTCOME_WEIGHTS)
    # whom the ministry refuses it does not license, and nobody else knows: else stories would arise by chance
    refused = outcome == REFUSED
    end_user = np.where(refused, pools["refused"].draw(rng, count), pools["licensed"].draw(rng, count))
    direct = refused | (rng.random(count) < 0.72)
    consignee = np.where(direct, end_user, pools["licensed"].draw(rng, count))
    intermediate = np.where(~refused & (rng.random(count) < 0.12), pools["licensed"].draw(rng, count), -1)
    agent = np.where(rng.random(count) < 0.08, pools["agents"].draw(rng, count), -1)
    applicant = pools["exporters"].draw(rng, count, exponent=1.0)
    item = choose(rng, count, catalogue.weight)
    story = plots_of.application
    mapped = np.flatnonzero(catalogue.in_allied_list & ~catalogue.is_military)
    kind[story], intermediate[story], agent[story] = 0, -1, -1
    outcome[story] = np.where(plots_of.is_refused, REFUSED, GRANTED)
    applicant[story] = pools["quiet_exporters"].members()
    consignee[story] = end_user[story] = pools["quiet_abroad"].members()
    item[story] = mapped[rng.integers(0, len(mapped), len(story))]
    military = catalogue.is_military[item]
    end_use = np.where(military, 9 + choose(rng, count, (6, 3, 2, 1)), choose(rng, count, (9, 3, 4, 2, 2, 3, 3, 1, 1)))
    end_user_type = np.where(np.isin(end_use, (9, 11)), 0, choose(rng, count, (0.08, 0.85, 0.0, 0.07)))
    end_user_type = np.where(people.kind[end_user] == 1, 2, end_user_type)
    questions = choose(rng, count, (0.72, 0.20, 0.08))
    pace = 12.5 * np.exp(rng.normal(0, 0.55, count)) * _PACE[kind] * np.where(outcome == REFUSED, 1.9, 1.0)
    duration = np.maximum(pace + questions * (2 + rng.exponential(6, count)), 0.7)
    duration[story] = rng.uniform(22, 45, len(story))
    start = calendar.working_clock(submitted)
    decided = calendar.at_working_time(start + duration)
    pending = decided >= calendar.LAST + 1
    appealed = (outcome == REFUSED) & (rng.random(count) < 0.25)
    appealed[story] = False
    applications = Applications(
        submitted=submitted, type=kind, applicant=applicant, consignee=consignee, end_user=end_user,
        intermediate=intermediate, agent=agent, end_use=end_use, end_user_type=end_user_type,
        risk=np.where(rng.random(count) < 0.05, 0, 1 + choose(rng, count, (30, 34, 20, 11, 5))),
        basis=np.select([military, kind == 4, kind == 5, rng.random(count) < 0.01], [4, 1, 2, 3], 0),
        currency=choose(rng, count, (0.72, 0.18, 0.10)),
        amends=_amended(rng, applicant, story), start=start, end=start + duration, questions=questions,
        referred_to=np.where(rng.random(count) < 0.55, choose(rng, count, (5, 3, 3, 2)), -1),
        outcome=np.where(pending, -1, outcome),
        decided=np.where(pending, NO_DAY.astype("datetime64[s]"), decided),
        appeal=np.where(appealed, choose(rng, count, (0.6, 0.4)), -1),
        appeal_end=start + duration + rng.uniform(30, 85, count),
    )  # fmt: skip
    return applications, _goods_of(rng, applications, catalogue, item, story)


def decide(seed: int, applications: Applications, plots_of: Plots) -> Decisions:
    """Every decision: the first ones, licences issued on appeal, revocations."""
    rng = generator(seed, "decisions")
    first = np.flatnonzero(applications.outcome >= 0)
    quiet = np.isin(first, plots_of.application)
    outcome = applications.outcome[first]
    upheld = first[applications.appeal[first] == 1]
    revoked = first[(outcome == GRANTED) & ~quiet & (rng.random(len(first)) < 0.008)]
    on_appeal = calendar.at_working_time(applications.appeal_end[upheld])
    revoked_at = calendar.at_working_time(applications.end[revoked] + rng.uniform(40, 200, len(revoked)))
    application = np.concatenate([first, upheld, revoked])
    kind = np.concatenate([outcome, np.full(len(upheld), ON_APPEAL), np.full(len(revoked), REVOKED)])
    at = np.concatenate([applications.decided[first], on_appeal, revoked_at])
    order = np.argsort(at, kind="stable")
    order = order[at[order] < calendar.LAST + 1]
    application, kind, at = application[order], kind[order], at[order]
    year = at.astype("datetime64[Y]").astype(np.int64) + 1970
    grants = np.isin(kind, (GRANTED, ON_APPEAL))
    number, licence_year = np.full(len(kind), -1), np.full(len(kind), -1)
    number[grants], licence_year[grants] = rank_within(year[grants]) + 1, year[grants]
    until = np.full(len(kind), NO_DAY)
    until[grants] = calendar.add_days(
        at[grants].astype("datetime64[D]"), _VALID_DAYS[applications.type[application[grants]]]
    )
    holder = np.full((3, len(applications)), -1)
    holder[:, application[grants]] = number[grants], licence_year[grants], until[grants].astype(int)
    taken = kind == REVOKED
    number[taken], licence_year[taken] = holder[0, application[taken]], holder[1, application[taken]]
    return Decisions(application, kind, at, licence_year, number, until)


def _goods_of(
    rng: np.random.Generator, applications: Applications, catalogue: Catalogue, item: Ints, story: Ints
) -> Lines:
    """One to many lines an application, all military or none."""
    count = np.minimum(rng.geometric(0.58, len(applications)), 12)
    count[story] = 1
    application = np.repeat(np.arange(len(applications)), count)
    number = rank_within(application) + 1
    military = catalogue.is_military[item][application]
    others = np.where(
        military,
        choose(rng, len(application), np.where(catalogue.is_military, catalogue.weight, 0)),
        choose(rng, len(application), np.where(catalogue.is_military, 0, catalogue.weight)),
    )
    item = np.where((number == 1) | (rng.random(len(number)) < 0.4), item[application], others)
    quantity = goods.quantities(rng, catalogue, item)
    return Lines(application, number, item, quantity, goods.values(rng, catalogue, item, quantity))


def _amended(rng: np.random.Generator, applicant: Ints, story: Ints) -> Ints:
    """For one application in thirty the applicant's previous one, else -1."""
    order = np.lexsort((np.arange(len(applicant)), applicant))
    same: Bools = applicant[order[1:]] == applicant[order[:-1]]
    previous = np.full(len(applicant), -1)
    previous[order[1:]] = np.where(same, order[:-1], -1)
    previous[story] = -1
    return np.where(rng.random(len(applicant)) < 1 / 30, previous, -1)
