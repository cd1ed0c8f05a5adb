"""The sample world at one seed and scale: everybody, everything applied for, and the stories planted in it.

Belongs here: how big the world is and what its parts share. Does not belong here: any agency's records. The
same seed and scale give the same world on every machine; each purpose draws from a generator of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from orchestration.errors import EntrepotError
from orchestration.sample import calendar, goods, licensing, parties, plots
from orchestration.sample.columns import Ints, generator, number_within_year
from orchestration.sample.goods import Catalogue
from orchestration.sample.licensing import Applications, Decisions, Lines
from orchestration.sample.parties import Population
from orchestration.sample.plots import Chronicle, Plots

LARGEST = 550.0  # beyond it a year has more applications than the ministry's six digits can number
_WEEK = (1.0, 1.05, 1.05, 1.0, 0.85, 0.04, 0.03)


@dataclass(frozen=True)
class World:
    """All that the agencies have in common; they look at it each in their own way."""

    seed: int
    scale: float
    code_lists: Path
    people: Population
    controlled: Catalogue
    everyday: Catalogue
    plots: Plots
    applications: Applications
    lines: Lines
    decisions: Decisions
    chronicle: Chronicle = field(default_factory=Chronicle)

    @property
    def growth(self) -> float:
        """How many times as many parties and rare things there are as at scale 1: fewer than the scale would
        have.
        """
        return self.scale**0.75

    def some(self, at_scale_one: float, least: int = 1) -> int:
        """How many there are of a rare thing, of which there are `at_scale_one` at scale 1."""
        return max(least, round(at_scale_one * self.growth))

    @cached_property
    def application_number(self) -> Ints:
        """Running number of each application within its year."""
        return number_within_year(self.applications.submitted)

    @cached_property
    def decision_number(self) -> Ints:
        """Running number of each decision within its year."""
        return number_within_year(self.decisions.at)

    @cached_property
    def first_line(self) -> Ints:
        """Position of the first goods line of each application."""
        return np.searchsorted(self.lines.application, np.arange(len(self.applications)))

    @cached_property
    def grant_of(self) -> Ints:
        """For each application the position of the decision that granted it a licence, or -1."""
        made = self.decisions
        found = np.full(len(self.applications), -1)
        granted = np.flatnonzero(np.isin(made.outcome, (licensing.GRANTED, licensing.ON_APPEAL)))
        found[made.application[granted]] = granted
        return found


def build(seed: int, scale: float, code_lists: Path) -> World:
    """The world of this seed and scale; raises EntrepotError for a scale that cannot be built."""
    if not 0 < scale <= LARGEST:
        raise EntrepotError(
            f"The sample's scale is {scale:g}; it must be above 0 and at most {LARGEST:g}: 1 gives about "
            "20,000 export declarations, 500 gives 10 million. Choose a scale within these bounds."
        )
    growth, count = scale**0.75, max(90, round(2_500 * scale))
    people = parties.populate(seed, growth, sum(plots.how_many(growth)))
    controlled, everyday = goods.controlled(code_lists), goods.everyday()
    rng = generator(seed, "submitted")
    days = calendar.draw_days(rng, count, calendar.busyness(_WEEK))
    late = rng.random(count) < 0.04  # in the evening, from home
    hour = np.where(late, rng.uniform(18, 23, count), 8.25 + 9.5 * rng.beta(2, 2, count))
    submitted = days.astype("datetime64[s]") + (hour * 3600).astype(int)
    submitted.sort()
    story = plots.choose_applications(seed, growth, submitted)
    applications, lines = licensing.apply(seed, count, people, controlled, story, submitted)
    decisions = licensing.decide(seed, applications, story)
    return World(seed, scale, code_lists, people, controlled, everyday, story, applications, lines, decisions)
