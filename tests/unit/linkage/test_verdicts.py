"""Judgements on pairs of mentions: which stand against each other, for whom, and that nothing is written then."""

import datetime
from pathlib import Path

import pytest

from orchestration.errors import EntrepotError, UsageError
from orchestration.judgements import PARTY_PAIR, in_force, marking_for
from orchestration.linkage.mentions import Mention
from orchestration.linkage.paths import shortest
from orchestration.linkage.verdicts import (
    Contradiction,
    contradiction,
    evidence_of,
    judge_pair,
    pair_id,
    undo_pair,
)
from orchestration.register import Register
from orchestration.releases.policy import Marking, load_policy
from orchestration.settings import Home

POLICY = load_policy()
SEEN_BY_ALL = Marking("customs_service", "public", "CLEAR").text()


def mention(name: str, marking: str = SEEN_BY_ALL, city: str = "Port") -> Mention:
    told = {"name": f"Firm {name}", "city": city}
    return Mention(name, "customs_service", "seizures", f"R{name}", "consignee", 1, marking, f"P{name}", name, told)


A, B, C, D = (mention(name) for name in "abcd")


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(Home(tmp_path / "home").ensure().register_url, clock=lambda: datetime.datetime(2026, 1, 1))


def say(register: Register, one: Mention, other: Mention, verdict: str, originator="operator", release_to=()) -> None:
    judge_pair(
        register, POLICY, one, other, verdict, author="Ann", reason="r", originator=originator,
        marking=marking_for(POLICY, originator, release_to=release_to), describe=lambda mention_id: f"<{mention_id}>",
    )  # fmt: skip


def take_back(register: Register, one: Mention, other: Mention) -> None:
    undo_pair(
        register, POLICY, pair_id(one.mention_id, other.mention_id), author="Bo", reason="r", originator="operator",
        describe=lambda mention_id: f"<{mention_id}>",
    )  # fmt: skip


def verdicts(register: Register) -> dict[str, str]:
    return {j.subject_id: j.verdict for j in in_force(register, PARTY_PAIR)}


def test_a_pair_has_one_id_whichever_side_is_named_first() -> None:
    assert pair_id("b", "a") == pair_id("a", "b") == "a:b"
    assert evidence_of(A, B) == evidence_of(B, A) != evidence_of(A, mention("b", city="Elsewhere"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"a:b": "same", "b:c": "same"}, None),
        ({"a:b": "same", "b:c": "same", "a:c": "unsure"}, None),
        ({"a:b": "same", "c:d": "same", "a:c": "different", "b:d": "different"}, None),
        ({"a:b": "same", "b:c": "same", "a:c": "different"}, Contradiction(("a", "c"), ("a", "b", "c"))),
        ({"a:b": "same", "b:c": "same", "c:d": "same", "a:d": "different", "a:c": "unsure"},
         Contradiction(("a", "d"), ("a", "b", "c", "d"))),
    ],
)  # fmt: skip
def test_contradictions_are_chains_of_same_between_what_is_different(said, expected) -> None:
    assert contradiction(said) == expected


def test_the_shortest_chain_is_told() -> None:
    near = {"a": {"b", "c"}, "b": {"a", "d"}, "c": {"a", "e"}, "d": {"b", "e"}, "e": {"c", "d"}}
    assert shortest(near, "a", "e") == ("a", "c", "e")
    assert shortest(near, "a", "z") == ()


@pytest.mark.parametrize("last", ["different", "same"])
def test_what_stands_against_others_is_refused_and_not_written(register: Register, last: str) -> None:
    say(register, A, B, "same")
    say(register, B, C, "same" if last == "different" else "different")
    before = verdicts(register)
    with pytest.raises(
        EntrepotError, match=r"(<a> and <b>|<b> and <a>) same \(Ann, 2026-01-01, number 1\).* but .*different"
    ):
        say(register, A, C, last)
    assert verdicts(register) == before
    say(register, A, C, "unsure")


def test_taking_back_may_not_bring_back_what_stands_against_others(register: Register) -> None:
    say(register, A, B, "same")
    say(register, A, B, "unsure")
    say(register, B, C, "same")
    say(register, A, C, "different")
    with pytest.raises(EntrepotError, match="stand against each other"):
        take_back(register, A, B)
    take_back(register, A, C)
    take_back(register, A, B)
    assert verdicts(register) == {"a:b": "same", "b:c": "same"}


def test_what_a_recipient_sees_must_agree_too(register: Register) -> None:
    say(register, A, B, "same", "customs_service")
    say(register, A, B, "different")  # the operator's own, later word: customs does not see it
    say(register, B, C, "same", "customs_service")
    with pytest.raises(EntrepotError, match="among what customs_service sees"):
        say(register, A, C, "different", "customs_service")


def test_one_and_the_same_mention_is_not_judged(register: Register) -> None:
    with pytest.raises(UsageError, match="the same mention, customs_service/seizures/Ra/consignee/1"):
        say(register, A, A, "same")


def test_nobody_judges_what_he_may_not_see(register: Register) -> None:
    hidden = mention("h", Marking("customs_service", "secret", "RED").text())
    with pytest.raises(UsageError, match="trade_ministry may not see customs_service/seizures/Rh"):
        say(register, A, hidden, "same", "trade_ministry")
    say(register, A, hidden, "same", "customs_service")
    assert verdicts(register) == {"a:h": "same"}
