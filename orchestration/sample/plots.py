"""The stories planted in the sample world: things that only show when two agencies put their records
together.

Belongs here: which stories there are, how many of each, and which application and parties each is about.
Does not belong here: the records that tell a story; each agency's module adds its own. Every story has an
exporter and a foreign party of its own who appear nowhere else, so that nothing but the planted stories
looks like one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from orchestration.sample.columns import Ints, Seconds, generator

# kind of story: what becomes of the application, and what the agencies see
STORIES: dict[str, tuple[str, str]] = {
    "undercut": (
        "GRANTED",
        "The ally refused an essentially identical transaction before Arvenia granted it.",
    ),
    "export_without_licence": (
        "REFUSED",
        "Goods refused a licence were exported to the same consignee with a waiver code.",
    ),
    "export_beyond_licence": ("GRANTED", "Declared under the licence: three times the quantity it allows."),
    "seizure_licensed_consignee": (
        "GRANTED",
        "Goods on their way to the consignee of a licence were seized.",
    ),
    "listed_party_licensed": (
        "GRANTED",
        "The end user was on the sanctions list when the licence was granted.",
    ),
    "intelligence_on_pending": (
        "GRANTED",
        "A report on the exporter or consignee came in while the application was pending.",
    ),
    "licence_shopping": ("REFUSED", "After the refusal the same goods were applied for at the ally."),
    "psv_overdue": (
        "GRANTED",
        "Shipped under the licence; the verification after the shipment is due and was not delivered.",
    ),
    "decoy_other_goods": (
        "GRANTED",
        "No case: the ally had refused the same consignee quite different goods.",
    ),
    "decoy_refused_later": ("GRANTED", "No case: the ally refused only after Arvenia had granted."),
    "decoy_reported_later": ("GRANTED", "No case: the report came in after the licence was granted."),
    "decoy_verified_in_time": ("GRANTED", "No case: the shipment was verified before the day it was due."),
    "decoy_not_yet_due": ("GRANTED", "No case: the verification of the shipment is not due yet."),
}
KINDS = tuple(STORIES)
_EARLIEST, _LATEST = np.datetime64("2024-05-01"), np.datetime64("2025-05-31")


@dataclass(frozen=True)
class Plots:
    """One position for each story: its kind (index into KINDS) and its application; sorted by application."""

    kind: Ints
    application: Ints

    def __len__(self) -> int:
        return len(self.kind)

    def of(self, *kinds: str) -> Ints:
        """Positions of the stories of these kinds."""
        return np.flatnonzero(np.isin(self.kind, [KINDS.index(kind) for kind in kinds]))

    @property
    def is_refused(self) -> np.ndarray:
        """Whether the story's application is to be refused."""
        return np.array([STORIES[KINDS[kind]][0] == "REFUSED" for kind in self.kind], bool)


@dataclass
class Chronicle:
    """Which record of which agency tells which story, written down while the records are made."""

    records: dict[int, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, story: int, partner: str, feed: str, record_ref: str, what: str) -> None:
        """One record of story number `story`; `record_ref` joins the fields of its key with '/'."""
        entry = {"partner": partner, "feed": feed, "record_ref": record_ref, "what": what}
        self.records[int(story)].append(entry)


def how_many(growth: float) -> list[int]:
    """Number of stories of each kind in a world `growth` times that of scale 1."""
    return [max(1, round(3 * growth)) if kind.startswith("decoy") else max(2, round(6 * growth)) for kind in KINDS]


def choose_applications(seed: int, growth: float, submitted: Seconds) -> Plots:
    """Give each story an application of its own, early enough for the rest of the story to happen."""
    kinds = np.repeat(np.arange(len(KINDS)), how_many(growth))
    rng = generator(seed, "plots")
    candidates = np.flatnonzero((submitted >= _EARLIEST) & (submitted <= _LATEST))
    chosen = np.sort(rng.choice(candidates, len(kinds), replace=False))
    return Plots(kind=rng.permutation(kinds), application=chosen)
