"""What people judge about two mentions: same, different, unsure; and whether their judgements stand against each other.

Here: the checks before a judgement on a pair is written or taken back. Not here: the register's rows
(orchestration/judgements.py) and what linkage makes of them (clusters.py). `same` and `different` win over scores;
`unsure` is kept, so that nobody looks twice, and changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from orchestration.errors import EntrepotError, UsageError
from orchestration.judgements import PARTY_PAIR, Judgement, digest_of, judge, latest, undo
from orchestration.linkage.mentions import Mention
from orchestration.linkage.paths import shortest
from orchestration.register import Register
from orchestration.releases.policy import OPERATOR, Policy, visible

Pair = tuple[str, str]


@dataclass(frozen=True)
class Contradiction:
    """Two mentions judged different although judgements make them the same, one after the other along `path`."""

    different: Pair
    path: tuple[str, ...]


def pair_id(one: str, other: str) -> str:
    """The id of a pair of mentions, whichever is named first."""
    return ":".join(sorted((one, other)))


def pair_of(subject_id: str) -> Pair:
    """The two mentions of a pair's id."""
    one, other = subject_id.split(":")
    return one, other


def evidence_of(one: Mention, other: Mention) -> str:
    """The digest of what somebody sees who looks at both."""
    return digest_of(":".join(sorted((one.digest, other.digest))))


def contradiction(verdicts: Mapping[str, str]) -> Contradiction | None:
    """The first pair judged different that others judged same tie together; `verdicts` is by pair id."""
    same: dict[str, set[str]] = {}
    for subject_id, verdict in verdicts.items():
        if verdict == "same":
            one, other = pair_of(subject_id)
            same.setdefault(one, set()).add(other)
            same.setdefault(other, set()).add(one)
    for subject_id in sorted(verdicts):
        if verdicts[subject_id] == "different" and (path := shortest(same, *pair_of(subject_id))):
            return Contradiction(pair_of(subject_id), path)
    return None


def consistent(policy: Policy, describe: Callable[[str], str]) -> Callable[[Iterable[Judgement]], None]:
    """A check of judgements in force: EntrepotError if they stand against each other for anybody who reads them.

    `describe` names a mention, given its id. Recipients see different judgements, so each one's are looked at.
    """

    def check(found: Iterable[Judgement]) -> None:
        found = list(found)
        for name in sorted(policy.recipients, key=lambda name: (name != OPERATOR, name)):
            who = policy.recipient(name)
            seen = latest(j for j in found if visible(j.marking, who, j.originator))
            if against := contradiction({subject_id: j.verdict for subject_id, j in seen.items()}):
                raise EntrepotError(_told(against, seen, name, describe))

    return check


def judge_pair(
    register: Register, policy: Policy, one: Mention, other: Mention, verdict: str, *,
    author: str, reason: str, marking: str, originator: str, describe: Callable[[str], str],
) -> Judgement:  # fmt: skip
    """Write a judgement on two mentions.

    UsageError when they are one and the same mention or the originator may not see one of them, EntrepotError when the
    judgement stands against others: nothing is written then.
    """
    if one.mention_id == other.mention_id:
        raise UsageError(f"Both sides are the same mention, {one.address}: there is nothing to judge.")
    who = policy.recipient(originator)
    for side in (one, other):
        if not visible(side.marking, who, side.partner):
            raise UsageError(
                f"{originator} may not see {side.address}, so nothing can be judged about it in his name. Leave out "
                "--for to judge it for the operator."
            )
    return judge(
        register, PARTY_PAIR, pair_id(one.mention_id, other.mention_id), verdict, author=author, reason=reason,
        marking=marking, evidence=evidence_of(one, other), check=consistent(policy, describe),
    )  # fmt: skip


def undo_pair(
    register: Register, policy: Policy, subject_id: str, *,
    author: str, reason: str, originator: str, describe: Callable[[str], str],
) -> tuple[Judgement, Judgement | None]:  # fmt: skip
    """Take back the originator's last word on a pair; refused if what returns stands against later judgements."""
    return undo(
        register, PARTY_PAIR, subject_id, author=author, reason=reason, originator=originator,
        check=consistent(policy, describe),
    )  # fmt: skip


def _told(
    against: Contradiction, seen: Mapping[str, Judgement], recipient: str, describe: Callable[[str], str]
) -> str:  # fmt: skip
    def said(one: str, other: str) -> str:
        j = seen[pair_id(one, other)]
        return f"{describe(one)} and {describe(other)} {j.verdict} ({j.author}, {j.at:%Y-%m-%d}, number {j.id})"

    chain = "; ".join(said(*step) for step in pairwise(against.path))
    whose = "" if recipient == OPERATOR else f" among what {recipient} sees"
    return (
        f"These judgements would stand against each other{whose}: {chain}; but {said(*against.different)}. "
        "Nothing was written. Take one of them back (`entrepot parties undo A B`) or judge it anew, then repeat."
    )
