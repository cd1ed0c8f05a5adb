"""Judgements: what is in force, and that taking back restores exactly what stood before."""

import datetime
import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from orchestration.errors import EntrepotError, UsageError
from orchestration.judgements import (
    CASE_REFERRAL,
    PARTY_PAIR,
    VERDICTS,
    history,
    in_force,
    judge,
    latest,
    marking_for,
    undo,
)
from orchestration.register import Register
from orchestration.releases.policy import load_policy, visible
from orchestration.settings import Home
from orchestration.tables import judgements

POLICY = load_policy()
OURS = marking_for(POLICY)
THEIRS = marking_for(POLICY, "customs_service", release_to=["trade_ministry"])
SAID = {"author": "Ann", "reason": "same address"}


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(Home(tmp_path / "home").ensure().register_url, clock=lambda: datetime.datetime(2026, 1, 1))


def verdicts(register: Register) -> dict[tuple[str, str], str]:
    return {(j.subject_id, j.originator): j.verdict for j in in_force(register)}


def test_the_last_word_of_each_originator_is_in_force(register: Register) -> None:
    judge(register, PARTY_PAIR, "a:b", "same", marking=OURS, **SAID)
    judge(register, PARTY_PAIR, "a:b", "different", marking=THEIRS, **SAID)
    judge(register, PARTY_PAIR, "a:b", "unsure", marking=OURS, **SAID)
    assert verdicts(register) == {("a:b", "operator"): "unsure", ("a:b", "customs_service"): "different"}
    assert latest(in_force(register))["a:b"].verdict == "unsure"
    assert [j.verdict for j in history(register, PARTY_PAIR, "a:b")] == ["same", "different", "unsure"]


def test_what_is_taken_back_may_be_taken_back_in_its_turn(register: Register) -> None:
    judge(register, PARTY_PAIR, "a:b", "same", marking=OURS, **SAID)
    judge(register, PARTY_PAIR, "a:b", "different", marking=OURS, **SAID)
    seen = []
    for _ in range(4):
        _, now = undo(register, PARTY_PAIR, "a:b", author="Bo", reason="oversight")
        seen.append(now.verdict if now else None)
    assert seen == ["same", "different", "same", "different"]


def test_undoing_one_originators_word_leaves_the_others(register: Register) -> None:
    judge(register, PARTY_PAIR, "a:b", "same", marking=THEIRS, **SAID)
    judge(register, PARTY_PAIR, "a:b", "different", marking=OURS, **SAID)
    undo(register, PARTY_PAIR, "a:b", author="Bo", reason="oversight")
    assert verdicts(register) == {("a:b", "customs_service"): "same"}
    assert latest(in_force(register))["a:b"].verdict == "same"


def test_any_number_of_undos_restores_each_earlier_state(register: Register) -> None:
    """Acts at random; each undo must bring back what was in force before the act that it takes back."""
    dice = random.Random(7)
    before = [in_force(register)]
    pairs = ["a:b", "a:c", "b:c"]
    for _ in range(60):
        pair, originator = dice.choice(pairs), dice.choice(["operator", "customs_service"])
        marking = OURS if originator == "operator" else THEIRS
        own = [j for j in history(register, PARTY_PAIR, pair) if j.originator == originator]
        if own and dice.random() < 0.5:
            was = {(j.subject_id, j.originator): j for j in before[own[-1].id - 1]}
            undo(register, PARTY_PAIR, pair, author="Bo", reason="oversight", originator=originator)
            now = {(j.subject_id, j.originator): j for j in in_force(register)}
            assert now.get((pair, originator)) == was.get((pair, originator))
        else:
            other = [v for v in VERDICTS[PARTY_PAIR] if v not in {j.verdict for j in own[-1:]}]
            judge(
                register, PARTY_PAIR, pair, dice.choice(other), marking=marking, author=str(dice.random()), reason="r"
            )
        while len(before) <= _acts(register):
            before.append(in_force(register))
    assert _acts(register) > 40


def _acts(register: Register) -> int:
    with register.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(judgements)).scalar_one()


def test_the_same_word_on_the_same_evidence_is_written_once(register: Register) -> None:
    first = judge(register, PARTY_PAIR, "a:b", "same", marking=OURS, evidence="e1", **SAID)
    assert judge(register, PARTY_PAIR, "a:b", "same", marking=OURS, evidence="e1", **SAID) == first
    assert judge(register, PARTY_PAIR, "a:b", "same", marking=OURS, evidence="e2", **SAID).id > first.id


@pytest.mark.parametrize(
    ("subject", "verdict", "author", "reason", "says"),
    [
        ("weather", "same", "Ann", "r", "nothing that is judged"),
        (PARTY_PAIR, "cleared", "Ann", "r", "no verdict on a party_pair"),
        (CASE_REFERRAL, "undone", "Ann", "r", "no verdict on a case_referral"),
        (PARTY_PAIR, "same", " ", "r", "needs the name"),
        (PARTY_PAIR, "same", "Ann", "", "needs the name"),
    ],
)
def test_words_outside_the_vocabulary_are_refused(register, subject, verdict, author, reason, says) -> None:
    with pytest.raises(UsageError, match=says):
        judge(register, subject, "a:b", verdict, author=author, reason=reason, marking=OURS)
    assert in_force(register) == []


def test_nothing_to_take_back_is_said(register: Register) -> None:
    judge(register, PARTY_PAIR, "a:b", "same", marking=THEIRS, **SAID)
    with pytest.raises(EntrepotError, match="operator has judged nothing about this party pair"):
        undo(register, PARTY_PAIR, "a:b", author="Bo", reason="r")


def test_a_judgement_is_its_originators_until_he_widens_it() -> None:
    who = {name: POLICY.recipient(name) for name in POLICY.recipients}
    sees = {
        text: {name for name in who if visible(text, who[name], originator)}
        for originator, text in (("operator", OURS), ("customs_service", marking_for(POLICY, "customs_service")))
    }
    assert list(sees.values()) == [{"operator"}, {"operator", "customs_service"}]
    assert {name for name in who if visible(THEIRS, who[name], "customs_service")} == {
        "operator", "customs_service", "trade_ministry",
    }  # fmt: skip


def test_a_register_of_an_earlier_version_gets_the_new_columns(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    new = ("originator", "marking", "evidence", "reverses")
    engine = sa.create_engine(url)
    old = sa.MetaData()
    sa.Table(
        "judgements",
        old,
        *(sa.Column(c.name, c.type, primary_key=c.primary_key) for c in judgements.columns if c.name not in new),
    )
    old.create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO judgements (at, subject, subject_id, verdict, author, reason) "
            "VALUES ('2025-01-01 00:00:00.000000', 'submission', 'S1', 'take', 'Ann', 'r')"
        )
    engine.dispose()
    register = Register(url)
    assert in_force(register) == []
    judge(register, PARTY_PAIR, "a:b", "same", marking=OURS, **SAID)
    assert verdicts(register) == {("a:b", "operator"): "same"}
