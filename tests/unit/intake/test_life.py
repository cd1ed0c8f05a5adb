"""The life of a submission, told in small stories: what each kind does, and what nobody has to worry about."""

import hashlib

import pytest

from orchestration.contracts.load import load_contracts
from orchestration.errors import EntrepotError
from orchestration.submissions.classify import classify
from orchestration.submissions.identity import submission_id
from orchestration.submissions.kinds import contract_for
from orchestration.submissions.settle import decide
from tests.unit.intake.builders import query
from tests.unit.intake.said import CASES, KEYLESS, LISTS, Partner


@pytest.fixture
def partner(tmp_path):
    return Partner(tmp_path)


def test_a_correction_changes_the_records_that_it_names_and_no_other(partner):
    partner.say({"a": 1, "b": 2})
    partner.say({"a": 10}, kind="correction")
    assert partner.stands() == {"a": 10, "b": 2}
    assert partner.statuses() == ["accepted", "accepted"]


def test_the_order_of_issue_counts_and_not_that_of_arrival(partner):
    partner.say({"a": 3}, kind="correction", issued="2026-01-03T10:00:00")
    partner.say({"a": 2}, kind="correction", issued="2026-01-02T10:00:00")
    partner.say({"a": 1, "b": 1}, issued="2026-01-01T10:00:00")
    assert partner.stands() == {"a": 3, "b": 1}


def test_a_replacement_stands_in_place_of_all_that_was_said_for_its_period(partner):
    partner.say({"a": 1, "b": 2})
    partner.say({"a": 10}, kind="correction")
    partner.say({"z": 9}, period="2025-Q2")
    partner.say({"a": 7}, kind="replacement")
    assert partner.stands() == {"a": 7, "z": 9}
    assert partner.statuses() == ["superseded", "superseded", "accepted", "accepted"]
    assert "Superseded by the replacement" in partner.register.submissions()[0].reason


def test_a_correction_issued_after_the_replacement_stays(partner):
    partner.say({"a": 10}, kind="correction", issued="2026-01-03T10:00:00")
    partner.say({"a": 1}, issued="2026-01-01T10:00:00")
    partner.say({"a": 7}, kind="replacement", issued="2026-01-02T10:00:00")
    assert partner.stands() == {"a": 10}


def test_a_delta_adds_changes_and_takes_away(partner):
    partner.say({"a": 1, "b": 2})
    partner.say({"a": 5, "b": None, "c": 3}, kind="delta")
    assert partner.stands() == {"a": 5, "c": 3}


def test_a_row_that_says_deleted_takes_nothing_away_outside_a_delta(partner):
    partner.say("ref,n,change\na,1,D\n")
    assert partner.stands() == {"a": 1}


def test_records_are_withdrawn_by_their_keys_alone(partner):
    partner.say({"a": 1, "b": 2})
    done = partner.say({"a": 0}, kind="withdrawal")
    assert (done.status, done.rows_accepted) == ("accepted", 1)
    assert partner.stands() == {"b": 2}


def test_a_withdrawal_may_carry_the_other_columns_too(partner):
    partner.say({"a": 1, "b": 2})
    assert partner.say("ref,change,n\nb,whatever,no number\n", kind="withdrawal").rows_accepted == 1
    assert partner.stands() == {"a": 1}


def test_a_withdrawal_with_an_unknown_column_or_without_the_key_is_rejected(partner):
    assert "has `x`" in partner.say("ref,x\na,1\n", kind="withdrawal").reason
    assert "lacks `ref`" in partner.say("n\n1\n", kind="withdrawal").reason


def test_a_correction_of_the_newest_list_is_laid_over_it(partner):
    partner.say({"a": 1, "b": 1}, feed=LISTS, period="2025-01-31")
    partner.say({"a": 2, "b": 2}, feed=LISTS, period="2025-02-28")
    partner.say({"b": 9}, feed=LISTS, kind="correction", period="")
    partner.say({"a": 7}, feed=LISTS, kind="correction", period="2025-01-31")
    assert partner.stands(LISTS) == {"a": 2, "b": 9}
    assert partner.editions() == [{"a": 7, "b": 1}, {"a": 2, "b": 9}]


def test_a_delta_of_a_list_leaves_older_editions_alone_and_a_withdrawal_does_not(partner):
    partner.say({"a": 1, "b": 1, "c": 1}, feed=LISTS, period="2025-01-31")
    partner.say({"a": 2, "b": 2, "c": 2}, feed=LISTS, period="2025-02-28")
    partner.say({"a": None}, feed=LISTS, kind="delta", period="2025-02-28")
    partner.say({"b": 0}, feed=LISTS, kind="withdrawal", period="2025-02-28")
    assert partner.stands(LISTS) == {"c": 2}
    assert partner.editions() == [{"a": 1, "c": 1}, {"c": 2}]


def test_an_old_list_delivered_late_is_not_the_newest(partner):
    partner.say({"a": 2}, feed=LISTS, period="2025-02-28")
    partner.say({"a": 1, "b": 1}, feed=LISTS, period="2025-01-31")
    assert partner.stands(LISTS) == {"a": 2}


@pytest.mark.parametrize("contract", [c for c in load_contracts().values() if c.key], ids=lambda c: c.id)
def test_of_every_feed_with_a_key_the_key_alone_can_be_judged(contract):
    by_key = contract_for(contract, "withdrawal")
    assert {field.name for field in by_key.fields} == set(contract.key)
    columns = ", ".join(f"null::varchar as {name}" for name in contract.key)
    query(classify(by_key, f"(select {columns})", "S").sql)


@pytest.mark.parametrize("kind", ["correction", "delta", "withdrawal"])
def test_a_feed_without_a_key_has_nothing_to_correct_by(partner, kind):
    done = partner.say("text\nx\n", feed=KEYLESS, kind=kind)
    assert done.status == "rejected"
    assert "has no key" in done.reason


def test_a_replacement_of_a_list_needs_a_reason(partner):
    assert "gives no reason" in partner.say({"a": 1}, feed=LISTS, kind="replacement").reason
    assert partner.say({"a": 2}, feed=LISTS, kind="replacement", reason="moved house").status == "accepted"


def test_any_kind_supersedes_the_submission_that_it_names(partner):
    first = partner.say({"a": 1, "b": 1})
    partner.say({"a": 2}, supersedes=first.id)
    assert partner.statuses() == ["superseded", "accepted"]
    assert partner.stands() == {"a": 2}


def test_what_is_superseded_keeps_its_effect_on_what_went_before(partner):
    first = partner.say({"a": 1, "x": 1})
    second = partner.say({"a": 2}, supersedes=first.id)
    partner.say({"a": 3}, supersedes=second.id)
    assert partner.statuses() == ["superseded", "superseded", "accepted"]
    assert partner.stands() == {"a": 3}


def test_nobody_supersedes_what_another_feed_sent(partner):
    first = partner.say({"a": 1}, feed=LISTS)
    done = partner.say({"a": 2}, supersedes=first.id)
    assert partner.statuses() == ["accepted", "accepted"]
    assert f"no submission of {CASES} with that id is known" in done.reason


def test_two_that_supersede_each_other_cannot_both_have_their_way(partner):
    later = submission_id(CASES, "2025-Q1", "initial", _sha("ref,n,change\na,2,\n"))
    first = partner.say({"a": 1}, supersedes=later)
    second = partner.say({"a": 2}, supersedes=first.id)
    assert second.id == later
    assert partner.statuses() == ["superseded", "accepted"]


def test_a_nil_return_is_a_record_and_silence_is_none(partner):
    partner.say({"a": 1})
    partner.state(kind="nil", period="2025-Q2")
    told = partner.query("select period, kind, status, rows_read from raw.submissions order by sequence")
    assert told == [("2025-Q1", "initial", "accepted", 1), ("2025-Q2", "nil", "accepted", 0)]
    assert partner.stands() == {"a": 1}


def test_a_nil_return_for_a_period_with_records_is_held_and_takes_nothing_away(partner):
    partner.say({"a": 1})
    nil = partner.state(kind="nil", period="2025-Q1")
    assert nil.status == "held"
    assert "says that there is nothing to report" in nil.reason
    assert partner.stands() == {"a": 1}


def test_records_take_the_place_of_a_nil_return(partner):
    partner.state(kind="nil", period="2025-Q1")
    partner.say({"a": 1})
    assert partner.statuses() == ["superseded", "accepted"]


def test_a_nil_return_with_a_file_must_be_empty(partner):
    assert "holds 1 rows" in partner.say({"a": 1}, kind="nil").reason
    assert partner.say({}, kind="nil").status == "accepted"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"kind": "nil"}, "does not say for which period"),
        ({"kind": "withdrawal"}, "names no submission under `supersedes`"),
        ({"kind": "initial"}, "Name the file to hand in"),
    ],
)
def test_what_needs_a_file_is_told_so(partner, said, says):
    with pytest.raises(EntrepotError, match=says):
        partner.state(**said)
    assert partner.statuses() == []


def test_a_whole_submission_is_withdrawn_and_what_it_superseded_stands_again(partner):
    partner.say({"a": 1})
    better = partner.say({"a": 2}, kind="replacement")
    assert partner.stands() == {"a": 2}
    partner.state(kind="withdrawal", supersedes=better.id)
    assert partner.statuses() == ["accepted", "withdrawn", "accepted"]
    assert partner.stands() == {"a": 1}


def test_a_withdrawal_is_withdrawn_by_another(partner):
    first = partner.say({"a": 1})
    taken_back = partner.state(kind="withdrawal", supersedes=first.id)
    assert partner.stands() == {}
    partner.state(kind="withdrawal", supersedes=taken_back.id)
    assert partner.statuses() == ["accepted", "withdrawn", "accepted"]
    assert partner.stands() == {"a": 1}


def test_a_withdrawal_that_arrives_before_what_it_withdraws_works_when_that_arrives(partner):
    coming = submission_id(CASES, "2025-Q1", "initial", _sha("ref,n,change\na,1,\n"))
    early = partner.state(kind="withdrawal", supersedes=coming)
    assert early.status == "accepted"
    assert "takes effect on that submission when it arrives" in early.reason
    assert partner.say({"a": 1}).status == "withdrawn"
    assert partner.register.submission(early.id).reason == ""


def test_a_first_file_that_is_withdrawn_makes_way_for_the_second(partner):
    first = partner.say({"a": 1})
    second = partner.say({"a": 2})
    assert second.status == "held"
    partner.state(kind="withdrawal", supersedes=first.id)
    assert partner.statuses() == ["withdrawn", "accepted", "accepted"]


def test_withdrawn_bytes_that_come_again_are_told_how_to_come_back(partner):
    first = partner.say({"a": 1})
    withdrawal = partner.state(kind="withdrawal", supersedes=first.id)
    again = partner.hand_in({"a": 1}, kind="initial")
    assert again.repeated
    assert again.submission.status == "withdrawn"
    assert f"hand in a withdrawal that supersedes {withdrawal.id}" in again.submission.reason


def test_a_decision_takes_what_was_held_and_can_be_taken_back(partner):
    partner.say({"a": 1})
    held = partner.say({"b": 2})
    assert held.status == "held"
    contract = partner.contracts[CASES]
    decide(partner.register, contract, held.id, "take", "Ada", "It is the second half of the file.")
    assert partner.stands() == {"a": 1, "b": 2}
    decide(partner.register, contract, held.id, "undecided", "Ada", "I was wrong.")
    assert partner.stands() == {"a": 1}
    decide(partner.register, contract, held.id, "take:replacement", "Ada", "It is the better file.")
    partner.check(held.id)
    assert partner.stands() == {"b": 2}
    assert partner.statuses() == ["superseded", "accepted"]
    decide(partner.register, contract, held.id, "reject", "Ada", "Nobody knows it.")
    assert partner.stands() == {"a": 1}
    assert partner.register.submission(held.id).reason == "Rejected by Ada: Nobody knows it."


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
