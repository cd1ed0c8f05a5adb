"""The state of every submission of a feed, as a fold over all that its partner has said, in order of issue.

Here: the order, and what each kind does to what was said before. A pure function: the same submissions and
decisions give the same state, in whatever order they arrived. Not here: writing the state down (settle.py), whether
a file can be read (check.py), and the state of single records, which the macro `current_rows` settles by the same
order.

What a kind does:

initial      the first account of a period; of a periodic feed a second one is held, because adding both would count
             records twice
replacement  supersedes all that was said before for the period, except withdrawals of records
correction   adds rows that outrank earlier rows of their keys
delta        likewise; some of its rows take a record away
withdrawal   by `supersedes`: the named submission was never said; by keys: the records are no longer said
nil          a record that there is nothing to report; held when records of the period were sent before
any kind     `supersedes` supersedes the named submission of the same feed, whenever that arrives

What is superseded has had its effect: what it superseded stays so. What is withdrawn has none: what it superseded
or withdrew stands again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter

from orchestration.register import Submission

# Of submissions issued at the same moment, the later in this list has the last word.
RANKS = {"initial": 0, "nil": 0, "replacement": 1, "correction": 2, "delta": 3, "withdrawal": 4}
# Kinds that give a whole account (of a period, or a whole list); the others change one.
BASES = ("initial", "replacement")
UNDECIDED = "undecided"


@dataclass(frozen=True)
class Decision:
    """What a person decided about a submission: take, take as another kind, reject."""

    verdict: str
    author: str
    reason: str
    at: datetime

    @property
    def takes(self) -> bool:
        """Whether the submission is to be taken."""
        return self.verdict.startswith("take")

    @property
    def kind(self) -> str | None:
        """The kind as which it is taken, if another than its own."""
        return self.verdict.partition(":")[2] or None


@dataclass(frozen=True)
class Standing:
    """How a submission stands: its status, why, its place in the order of issue (from 1), and the kind that counts."""

    status: str
    reason: str
    rank: int
    kind: str


def fold(submissions: Sequence[Submission], decisions: Mapping[str, Decision], delivery: str) -> dict[str, Standing]:
    """The standing of each submission of one feed, by id; `delivery` is the contract's: snapshot or periodic."""
    return _Feed(submissions, decisions, delivery).standings()


def kind_of(submission: Submission, decision: Decision | None) -> str:
    """The kind that counts: the one decided, else the one said."""
    return (decision.kind if decision else None) or submission.kind


def moment_of(submission: Submission) -> datetime:
    """When it was said: the sender's time of issue, else the time of receipt."""
    return submission.issued_at or submission.received_at


class _Feed:
    """One feed while it is folded."""

    def __init__(self, submissions: Sequence[Submission], decisions: Mapping[str, Decision], delivery: str) -> None:
        self.decisions, self.delivery = decisions, delivery
        self.kinds = {s.id: kind_of(s, decisions.get(s.id)) for s in submissions}
        self.bases = [s for s in submissions if self.kinds[s.id] in BASES and self._may_act(s)]
        self.periods = {s.id: self._period(s) for s in submissions}
        self.ordered = sorted(submissions, key=self._place)
        self.known = {s.id: s for s in submissions}
        self.rank = {s.id: rank for rank, s in enumerate(self.ordered, start=1)}
        self.acting = {s.id: s for s in self.ordered if self._may_act(s)}
        self.withdrawn = self._withdrawn()
        self.superseded: dict[str, str] = {}
        self.held: dict[str, str] = {}

    def standings(self) -> dict[str, Standing]:
        said: dict[str, list[Submission]] = {}
        for s in self.acting.values():
            if s.id in self.withdrawn:
                continue
            before = said.setdefault(self.periods[s.id], [])
            if reason := self._reason_to_hold(s, before):
                self.held[s.id] = reason
                continue
            for other in before:
                if self._replaces(s, other):
                    self.superseded.setdefault(other.id, s.id)
            if self.kinds[s.id] != "withdrawal" and self._target(s):
                self.superseded[str(s.supersedes)] = s.id
            before.append(s)
        return {s.id: Standing(*self._status(s), self.rank[s.id], self.kinds[s.id]) for s in self.ordered}

    def _period(self, s: Submission) -> str:
        """The period that it speaks of; a change of a list that names none speaks of the newest list before it."""
        if s.period or self.delivery != "snapshot" or self.kinds[s.id] in BASES:
            return s.period
        return max((base.period for base in self.bases if moment_of(base) <= moment_of(s)), default="")

    def _place(self, s: Submission) -> tuple[str, datetime, int, int, str]:
        """Its place in the order of issue. Where no time of issue was given, arrival refines the time of receipt,
        which counts whole seconds.
        """
        period = self.periods[s.id] if self.delivery == "snapshot" else ""
        return period, moment_of(s), RANKS[self.kinds[s.id]], 0 if s.issued_at else s.sequence, s.id

    def _may_act(self, s: Submission) -> bool:
        decision = self.decisions.get(s.id)
        if decision and decision.verdict == "reject":
            return False
        return s.verdict == "accepted" or (s.verdict == "held" and decision is not None and decision.takes)

    def _target(self, s: Submission) -> Submission | None:
        """What it supersedes, if that is known. Two that name each other, also by way of others, cannot both have
        their way: only the later one's word counts.
        """
        target = self.known.get(s.supersedes or "")
        if target is None or target.id == s.id:
            return None
        if self.rank[target.id] < self.rank[s.id]:
            return target
        step, seen = target, {target.id}
        while (following := self.known.get(step.supersedes or "")) is not None and following.id not in seen:
            if following.id == s.id:
                return None
            step = following
            seen.add(step.id)
        return target

    def _withdrawn(self) -> dict[str, str]:
        """Which submissions are withdrawn, and by which; a withdrawal that is withdrawn itself withdraws nothing."""
        withdrawers: dict[str, list[str]] = {}
        for s in self.acting.values():
            if self.kinds[s.id] == "withdrawal" and self._target(s):
                withdrawers.setdefault(str(s.supersedes), []).append(s.id)
        found: dict[str, str] = {}
        for target in TopologicalSorter(withdrawers).static_order():
            standing = [by for by in withdrawers.get(target, ()) if by not in found]
            if standing:
                found[target] = standing[0]
        return found

    def _replaces(self, s: Submission, other: Submission) -> bool:
        """Whether `s` supersedes an earlier submission of its period without naming it."""
        kind, earlier = self.kinds[s.id], self.kinds[other.id]
        if earlier == "withdrawal":
            return False
        if earlier == "nil":
            return kind != "withdrawal"
        return kind == "replacement" or (kind == "nil" and self.delivery == "periodic")

    def _reason_to_hold(self, s: Submission, before: Sequence[Submission]) -> str:
        if self.delivery != "periodic" or s.supersedes is not None or s.id in self.decisions:
            return ""
        kind = self.kinds[s.id]
        earlier = [other for other in before if self.kinds[other.id] in BASES]
        when = f"the period {s.period}" if s.period else "the feed, without a period"
        if kind == "initial" and earlier:
            return (
                f"{s.file_name} is a second initial submission of {s.contract_id} for {when}, with other content than "
                f"{earlier[0].file_name} ({earlier[0].id}). It is held and nothing of it is taken, because adding both "
                "would count records twice. If it corrects the first, hand it in with kind correction or replacement; "
                "if it belongs to another period, hand it in with that period."
            )
        sent = [other for other in before if self.kinds[other.id] not in ("nil", "withdrawal")]
        if kind == "nil" and sent:
            return (
                f"{s.file_name} says that there is nothing to report of {s.contract_id} for {when}, but "
                f"{sent[0].file_name} ({sent[0].id}) holds records of it. It is held and nothing is taken away. "
                f"To take the records back, send a withdrawal that names {sent[0].id}."
            )
        return ""

    def _status(self, s: Submission) -> tuple[str, str]:
        decision = self.decisions.get(s.id)
        if decision and decision.verdict == "reject":
            return "rejected", f"Rejected by {decision.author}: {decision.reason}"
        if s.verdict is None:
            return "received", ""
        if s.verdict == "rejected":
            return "rejected", s.verdict_reason
        if s.id in self.withdrawn:
            by = self.withdrawn[s.id]
            return "withdrawn", (
                f"Withdrawn by {self.known[by].file_name} ({by}). To bring it back, hand in a withdrawal that "
                f"supersedes {by}: handing in the same bytes again changes nothing."
            )
        if s.id in self.superseded:
            by = self.superseded[s.id]
            return "superseded", f"Superseded by the {self.kinds[by]} {self.known[by].file_name} ({by})."
        if s.id in self.held:
            return "held", self.held[s.id]
        if s.verdict == "held" and not (decision and decision.takes):
            return "held", s.verdict_reason
        return "accepted", self._note(s)

    def _note(self, s: Submission) -> str:
        """What must be said about one that is accepted."""
        if s.supersedes is None or self._target(s) is not None:
            return ""
        if s.supersedes in self.known:
            return f"It names {s.supersedes}, which names it in turn and was issued later; the later word counts."
        return (
            f"It names {s.supersedes}, but no submission of {s.contract_id} with that id is known. It stays, and takes "
            "effect on that submission when it arrives."
        )
