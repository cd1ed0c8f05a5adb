"""What a feed held before a submission: the ground on which its plausibility is judged.

Here: which earlier submissions count. Not here: the comparison (whole_file.py).

The answer is a function of the register's facts, never of the moment of checking: a rebuild must give the same
verdicts. So only submissions count that had arrived before this one, stand before it in order of issue, and were
taken by then: those that a person had to decide about count from his decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from orchestration.contracts.model import Contract
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.layout import ROWS
from orchestration.submissions.life import BASES, Decision, fold
from orchestration.submissions.settle import decisions
from orchestration.submissions.whole_file import History

LONGEST = 8


def history_of(home: Home, register: Register, contract: Contract, submission: Submission) -> History:
    """The whole accounts of the feed before this submission, the last few, oldest first."""
    known = register.submissions(partner=contract.partner, feed=contract.feed)
    before = earlier(known, decisions(register), submission, contract.delivery)
    folders = [(s.file_name, home.lake_folder(s.partner, s.feed, s.id).absolute()) for s in before]
    there = [(name, folder) for name, folder in folders if (folder / ROWS).exists()][-LONGEST:]
    return History(tuple(name for name, _ in there), tuple(folder for _, folder in there))


def earlier(
    known: Sequence[Submission], decided: Mapping[str, Decision], submission: Submission, delivery: str
) -> list[Submission]:
    """The whole accounts that stood when `submission` came and stand before it in order of issue, in that order."""
    then = {identifier: d for identifier, d in decided.items() if d.at <= submission.received_at}
    arrived = [s for s in known if s.sequence < submission.sequence]
    stood = fold(arrived, then, delivery)
    # What the submission would itself replace still is what it must be compared with.
    places = fold([*arrived, replace(submission, verdict="accepted")], then, delivery)
    before = [
        s
        for s in arrived
        if stood[s.id].status == "accepted"
        and stood[s.id].kind in BASES
        and places[s.id].rank < places[submission.id].rank
    ]
    return sorted(before, key=lambda s: places[s.id].rank)
