"""Which party has which id: a party keeps its id when records join or leave, and what was merged and parts again gets
its old ids back.

Here: pure functions of the clusters of today and of what was given before. Not here: where that is kept (history.py)
and how clusters are made (clusters.py).

A cluster is known by its marks: the profiles under which it is written and, for each, one of its mentions, so that a
record keeps its party both when others with the same content come and go and when its own content changes. What was
given before is a list of steps; a step says which marks got which party. From them follow the rosters of each party:
the sets of marks that it has had. A cluster takes the party whose roster, of those it ever had, is most like it
(Jaccard 1901), the present one before others; a party goes to one cluster alone. So a cluster that returns to what it
was finds the id that it then had.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

MERGED, SPLIT, RETIRED, RETURNED = "merged", "split", "retired", "returned"


@dataclass(frozen=True)
class Cluster:
    """One party of today: its marks, and the mention from which its id derives if it is a new one."""

    founder: str
    marks: frozenset[str]


@dataclass(frozen=True, order=True)
class Event:
    """What happened to a party id in a step, and which other party it concerns, if any."""

    party_id: str
    event: str
    other_party_id: str = ""


@dataclass
class Known:
    """What was given before, in order of the steps."""

    at: dict[str, str] = field(default_factory=dict)  # mark -> party that it was given last
    rosters: dict[str, list[frozenset[str]]] = field(default_factory=dict)  # party -> sets of marks, the newest last
    had: dict[str, list[str]] = field(default_factory=dict)  # mark -> parties that it was ever given, without the last
    retired: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, steps: Iterable[tuple[Mapping[str, str], Iterable[Event]]]) -> "Known":
        """From the changes (mark -> party) and events of each step, oldest first."""
        known = cls()
        for changes, events in steps:
            known.add(changes, events)
        return known

    def add(self, changes: Mapping[str, str], events: Iterable[Event]) -> None:
        """Go on by one step."""
        lost: dict[str, set[str]] = {}
        won: dict[str, set[str]] = {}
        for mark, party in changes.items():
            before = self.at.get(mark)
            if before is not None and before != party:
                lost.setdefault(before, set()).add(mark)
                self.had.setdefault(mark, []).append(before)
            won.setdefault(party, set()).add(mark)
            self.at[mark] = party
        for party in lost.keys() | won.keys():
            rosters = self.rosters.setdefault(party, [])
            roster = (rosters[-1] if rosters else frozenset()) - lost.get(party, set()) | won.get(party, set())
            rosters.append(frozenset(roster))
        for event in events:
            if event.event in (MERGED, RETIRED):
                self.retired.add(event.party_id)
            elif event.event == RETURNED:
                self.retired.discard(event.party_id)


@dataclass(frozen=True)
class Given:
    """The party of each cluster, in their order, and what is to be kept of it: nothing if all is as it was."""

    parties: list[str]
    changes: dict[str, str]
    events: list[Event]


def assign_ids(today: Sequence[Cluster], known: Known) -> Given:
    """Give each cluster its party; a function of the clusters (in whatever order) and what was given before."""
    present = {mark: number for number, cluster in enumerate(today) for mark in cluster.marks}
    claims = [{known.at[mark] for mark in cluster.marks if mark in known.at} for cluster in today]
    claimed: dict[str, int] = {}
    for parties in claims:
        for party in parties:
            claimed[party] = claimed.get(party, 0) + 1
    given: dict[int, str] = {}
    for number, parties in enumerate(claims):
        if len(parties) == 1 and claimed[(party := next(iter(parties)))] == 1:
            given[number] = party
    unsettled = [number for number in range(len(today)) if number not in given]
    taken = set(given.values())
    for number, party in _matched(today, unsettled, known, present, taken):
        given[number] = party
    taken |= known.rosters.keys()
    for number in sorted(set(unsettled) - given.keys(), key=lambda n: today[n].founder):
        given[number] = new_id(today[number].founder, taken)
        taken.add(given[number])
    names = [given[number] for number in range(len(today))]
    changes = {mark: names[n] for mark, n in present.items() if known.at.get(mark) != names[n]}
    return Given(names, dict(sorted(changes.items())), _events(claims, names, known))


def new_id(founder: str, taken: Collection[str]) -> str:
    """P and 15 hexadecimal digits that follow from a mention; others if an earlier party has taken them."""
    number = 0
    while (party := "P" + _digest(f"{founder}|{number}" if number else founder)) in taken:
        number += 1
    return party


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:15]


def _matched(
    today: Sequence[Cluster], unsettled: Iterable[int], known: Known, present: Mapping[str, int], taken: set[str]
) -> list[tuple[int, str]]:
    """The unsettled clusters that take up an id of before: the most alike first."""
    ranking = []
    for number in unsettled:
        marks, founder = today[number].marks, today[number].founder
        candidates = {known.at[mark] for mark in marks if mark in known.at}
        current = set(candidates)
        candidates.update(party for mark in marks for party in known.had.get(mark, ()))
        old = frozenset(mark for mark in marks if mark in known.at)
        for party in candidates - taken:
            best = max(_likeness(old, roster, present) for roster in known.rosters[party])
            # Of two that are as like, the one that follows from the earliest mention, as if all had come at once.
            is_other = party != new_id(founder, ())
            ranking.append((-best, party not in current, -len(old), is_other, founder, party, number))
    found: dict[int, str] = {}
    gone: set[str] = set()
    for *_, party, number in sorted(ranking):
        if number not in found and party not in gone:
            found[number] = party
            gone.add(party)
    return list(found.items())


def _likeness(marks: frozenset[str], roster: frozenset[str], present: Mapping[str, int]) -> float:
    there = {mark for mark in roster if mark in present}
    return round(len(marks & there) / max(1, len(marks | there)), 9)


def _events(claims: Sequence[set[str]], parties: Sequence[str], known: Known) -> list[Event]:
    """What happened to ids: those that went into another, parted from one, left, or came back."""
    heirs: dict[str, set[str]] = {}
    events: set[Event] = set()
    for claimed, party in zip(claims, parties, strict=True):
        for before in claimed - {party}:
            heirs.setdefault(before, set()).add(party)
        if party in known.retired:
            events.update(Event(party, RETURNED, before) for before in claimed - {party} or {""})
        elif party not in known.rosters:
            events.update(Event(party, SPLIT, before) for before in claimed)
    for party in known.rosters.keys() - set(parties) - known.retired:
        events.update(Event(party, MERGED, other) for other in heirs.get(party, ()))
        if party not in heirs:
            events.add(Event(party, RETIRED))
    return sorted(events)
