"""Whatever a partner says, and in whatever order it arrives, ends in the state that the order of issue gives.

Random sequences of all kinds arrive in random order, some of them twice. After each arrival the rows that the real raw
relations and the real macro give are compared with an oracle that knows neither: it replays what has arrived, in order
of issue, on a plain dictionary.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.submissions.envelope import Envelope
from orchestration.submissions.identity import submission_id
from orchestration.submissions.manifest import Manifest
from orchestration.submissions.receive import receive_statement
from tests.unit.intake.said import CASES, LISTS, Partner

WITH_ROWS = ("initial", "correction", "replacement", "delta")
PERIODS = ("2025-Q1", "2025-Q2")
START = datetime(2025, 7, 1)
UNKNOWN = "Sffffffffffffff"
# Thousands of small durable writes: where there is memory that looks like a disk they cost nothing.
MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of its own is made in it)


@dataclass(frozen=True)
class Word:
    """One thing said: `turn` is its place in the order of issue, `target` the turn that it supersedes (-1: a
    submission that does not exist), `rows` are keys; in a delta those in `gone` are taken away.
    """

    turn: int
    kind: str
    period: str
    rows: tuple[str, ...]
    gone: frozenset[str]
    target: int | None

    @property
    def issued(self) -> datetime:
        return START + timedelta(days=self.turn)

    @property
    def has_file(self) -> bool:
        return bool(self.rows)

    @property
    def text(self) -> str:
        """Its file; the turn in it keeps two files from being the same."""
        lines = [f"{key},{self.turn},{'D' if key in self.gone else ''}\n" for key in self.rows]
        return "ref,n,change\n" + "".join(lines)


@st.composite
def words(draw: st.DrawFn) -> list[Word]:
    """Four to seven things said, in order of issue: chosen evenly, as what hypothesis likes best says too little."""
    chance = draw(st.randoms(use_true_random=True))
    said: list[Word] = []
    for turn in range(chance.randint(4, 7)):
        kind = chance.choices([*WITH_ROWS, "withdrawal", "nil"], [4, 2, 2, 2, 4, 1])[0]
        may_name = kind == "withdrawal" or (kind != "nil" and chance.random() < 0.2)
        targets = [*range(-1, turn), *(3 * [word.turn for word in said if word.kind == "withdrawal"])]
        target = chance.choice(targets) if may_name and chance.random() < 0.7 else None
        by_key = kind in WITH_ROWS or (kind == "withdrawal" and (target is None or chance.random() < 0.2))
        keys = tuple(sorted(chance.sample("abcd", chance.randint(1, 3)))) if by_key else ()
        gone = frozenset(chance.sample("abcd", 2)) if kind == "delta" else frozenset()
        said.append(Word(turn, kind, chance.choice(PERIODS), keys, gone, target))
    return said


def taken_back_in(said: list[Word]) -> set[int]:
    """The turns that were withdrawn, of words in order of issue; the last first, for it can withdraw a withdrawal."""
    known, found = {word.turn for word in said}, set[int]()
    for word in reversed(said):
        if word.kind == "withdrawal" and word.target in known and word.turn not in found:
            found.add(int(word.target or 0))
    return found


def expected(said: list[Word], is_list: bool) -> dict[str, int]:
    """What stands after these words, which are in order of issue."""
    known = {word.turn: word for word in said}
    taken_back = taken_back_in(said)
    speaking: list[Word] = []
    silenced: set[int] = set()
    for word in said:
        if word.turn in taken_back:
            continue
        same_period = [w for w in speaking if w.period == word.period and w.kind != "withdrawal"]
        sent = [w for w in same_period if w.kind != "nil"]
        if word.target is None and not is_list:
            if word.kind == "initial" and any(w.kind in ("initial", "replacement") for w in sent):
                continue
            if word.kind == "nil" and sent:
                continue
        if word.kind == "replacement":
            silenced |= {w.turn for w in same_period}
        if word.kind != "withdrawal" and word.target in known:
            silenced.add(int(word.target or 0))
        speaking.append(word)
    standing = [w for w in speaking if w.turn not in silenced]
    if is_list:
        standing.sort(key=lambda w: (w.period, w.turn))
    rows: dict[str, int] = {}
    for word in standing:
        if is_list and word.kind in ("initial", "replacement"):
            rows.clear()
        for key in word.rows:
            if word.kind == "withdrawal" or key in word.gone:
                rows.pop(key, None)
            else:
                rows[key] = word.turn
    return rows


class Desk:
    """Hands words in to a partner's feed."""

    def __init__(self, root: Path, feed: str, said: list[Word]) -> None:
        self.partner, self.feed, self.ids = Partner(root), feed, {-1: UNKNOWN}
        for word in said:
            self.ids[word.turn] = submission_id(feed, word.period, word.kind, self._sha(word))

    def hand_in(self, word: Word) -> None:
        manifest = self._manifest(word)
        if word.has_file:
            done = self.partner.hand_in(
                word.text, kind=word.kind, feed=self.feed, period=word.period, issued=word.issued.isoformat(),
                supersedes=manifest.supersedes, reason=manifest.reason,
            )  # fmt: skip
        else:
            contract = self.partner.contracts[self.feed]
            said = Envelope(manifest, self.partner.now)
            done = receive_statement(self.partner.home, self.partner.register, contract, said, "said")
        assert done.submission.id == self.ids[word.turn]
        self.partner.check(done.submission.id)

    def withdrawn(self) -> set[int]:
        """The turns that are withdrawn."""
        turns = {identifier: turn for turn, identifier in self.ids.items()}
        return {turns[s.id] for s in self.partner.register.submissions("withdrawn")}

    def _manifest(self, word: Word) -> Manifest:
        supersedes = self.ids[word.target] if word.target is not None else None
        return Manifest(self.feed, word.period, word.kind, supersedes, word.issued, reason="it was wrong")

    def _sha(self, word: Word) -> str:
        text = word.text if word.has_file else self._manifest(word).as_json()
        return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("feed", [CASES, LISTS])
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(said=words(), chance=st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_in_the_state_that_the_order_of_issue_gives(feed, said, chance):
    arrivals = chance.sample(said, len(said))
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as root:
        desk = Desk(Path(root), feed, said)
        arrived: list[Word] = []
        for word in arrivals:
            desk.hand_in(word)
            arrived.append(word)
            in_order = sorted(arrived, key=lambda w: w.turn)
            assert desk.partner.stands(feed) == expected(in_order, feed == LISTS), in_order
            assert desk.withdrawn() == taken_back_in(in_order), in_order
        before = desk.partner.register.submissions()
        for word in chance.sample(said, len(said)):
            desk.hand_in(word)
        assert desk.partner.register.submissions() == before
        assert desk.partner.stands(feed) == expected(said, feed == LISTS)
