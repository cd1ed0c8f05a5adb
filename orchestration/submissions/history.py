"""What a feed held before a submission: the ground on which its plausibility is judged.

Here: which earlier submissions count. Not here: the comparison (whole_file.py).

The answer is a function of the register's facts, never of the moment of checking: a rebuild must give the same
verdicts. So only submissions count that had arrived before this one, stand before it in order of issue, and were
taken by then: those that a person had to decide about count from his decision.
"""

from collections.abc import Sequence

from orchestration.contracts.model import Contract
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.layout import ROWS
from orchestration.submissions.manifest import KINDS
from orchestration.submissions.whole_file import History

# Statuses of submissions that once were taken, whatever became of them.
TAKEN = ("accepted", "superseded", "withdrawn")
LONGEST = 8
_WHOLE = ("initial", "replacement")


def history_of(home: Home, register: Register, contract: Contract, submission: Submission) -> History:
    """The whole accounts of the feed before this submission, the last few, oldest first."""
    known = register.submissions(TAKEN, contract.partner, contract.feed)
    before = earlier(known, submission, contract.delivery)
    folders = [(s.file_name, home.lake_folder(s.partner, s.feed, s.id).absolute()) for s in before]
    there = [(name, folder) for name, folder in folders if (folder / ROWS).exists()][-LONGEST:]
    return History(tuple(name for name, _ in there), tuple(folder for _, folder in there))


def earlier(known: Sequence[Submission], submission: Submission, delivery: str) -> list[Submission]:
    """Of the submissions taken those that count as earlier, in order of issue."""
    arrived = [s for s in known if s.sequence < submission.sequence]
    replaced = {s.supersedes for s in arrived if s.supersedes}
    order = [
        s
        for s in arrived
        if s.kind in _WHOLE and s.id not in replaced and _issue(s, delivery) < _issue(submission, delivery)
    ]
    return sorted(order, key=lambda s: _issue(s, delivery))


def _issue(s: Submission, delivery: str) -> tuple[object, ...]:
    rank = KINDS.index(s.kind) if s.kind in KINDS else len(KINDS)
    return (s.period if delivery == "snapshot" else "", s.issued_at or s.received_at, rank, s.id)
