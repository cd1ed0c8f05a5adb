"""Rules about a file as a whole: contradictions reject it, what is implausible holds it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.load import load_contract
from orchestration.contracts.model import Contract, ContractSet
from orchestration.contracts.rules import every_rule
from orchestration.errors import ContractError, RejectedFileError
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.check import check_file
from orchestration.submissions.history import earlier
from orchestration.submissions.lake import check_submission
from orchestration.submissions.manifest import Manifest, manifest_path
from orchestration.submissions.receive import submit
from orchestration.submissions.settle import decide, decisions
from orchestration.submissions.whole_file import Circumstances
from tests.unit.intake.builders import contract, document, field, write_contract

FIELDS = [
    field("ref", primaryKey=True),
    field("value", "number", decimal=",", grouping=["."]),
    field("day", "date", formats=["%d.%m.%Y"]),
]
MEDIAN = {
    "type": "custom", "engine": "entrepot", "name": "value_keeps_its_scale", "description": "Values are in euros.",
    "implementation": {"metric": "median", "field": "value", "maxFactor": 100},
}  # fmt: skip
BAND = {"type": "library", "metric": "rowCount", "mustBeBetween": [2, 40]}


def rows(count: int, value: str = "10,50", day: str = "01.02.2025") -> str:
    return "ref;value;day\n" + "".join(f"R{number};{value};{day}\n" for number in range(count))


def feed(root: Path, **custom: Any) -> Contract:
    return contract(root, FIELDS, reader={"delimiter": ";"}, **custom)


def checked(of: Contract, folder: Path, text: str, **said: Any):
    file = folder / "feed.csv"
    file.write_text(text, encoding="utf-8")
    return check_file(file, of, folder / "out", beside=Circumstances(date(2025, 3, 1), Manifest(**said)), threads=1)


class Desk:
    """A home that takes files of one feed, one day after another."""

    def __init__(self, root: Path, of: Contract) -> None:
        self.folder, self.contracts = root / "in", ContractSet({of.id: of})
        self.folder.mkdir()
        self.home = Home(root / "home").ensure()
        self.day = datetime(2025, 1, 1, 9)
        self.register = Register(self.home.register_url, clock=lambda: self.day)

    def hand_in(self, text: str, period: str, **manifest: Any) -> Submission:
        self.day += timedelta(days=1)
        file = self.folder / f"feed_{period}_{self.day:%j}.csv"
        file.write_text(text, encoding="utf-8")
        if manifest:
            manifest_path(file).write_text(json.dumps(manifest), encoding="utf-8")
        done = submit(self.home, self.register, self.contracts, file, "partner/feed", period)
        check_submission(self.home, self.register, self.contracts, done.submission.id)
        return self.register.submission(done.submission.id)


def test_what_agrees_with_its_manifest_is_taken(tmp_path):
    totals = (("value", Decimal("31.50")),)
    assert checked(feed(tmp_path), tmp_path, rows(3), rows=3, control_totals=totals).counts.rows_accepted == 3


@pytest.mark.parametrize(("said", "told"), [(4, "1 are missing"), (2, "1 are too many")])
def test_defect_04_fewer_or_more_rows_than_declared_reject_the_file(tmp_path, said, told):
    with pytest.raises(RejectedFileError, match=f"has 3 rows, and its manifest says {said}.*{told}"):
        checked(feed(tmp_path), tmp_path, rows(3), rows=said)


def test_defect_05_a_control_total_that_is_a_cent_off_rejects_the_file(tmp_path):
    with pytest.raises(RejectedFileError, match=r"3 values of value .* add up to 31\.50, and its manifest says 31\.51"):
        checked(feed(tmp_path), tmp_path, rows(3), control_totals=(("value", Decimal("31.51")),))


def test_a_control_total_counts_quarantined_rows_and_tells_of_cells_that_are_no_numbers(tmp_path):
    of = feed(tmp_path)
    text = rows(3).replace("R1;10,50;01.02.2025", "R1;10,50;31.02.2025")
    assert checked(of, tmp_path, text, control_totals=(("value", Decimal("31.5")),)).counts.rows_quarantined == 1
    with pytest.raises(RejectedFileError, match=r"add up to 21\.00.*1 cells of the column are no such number"):
        checked(of, tmp_path, rows(3).replace("R1;10,50", "R1;ten"), control_totals=(("value", Decimal("31.5")),))


def test_a_control_total_of_what_is_no_number_names_those_that_are(tmp_path):
    with pytest.raises(RejectedFileError, match=r"`ref`, which is no number of the feed.*given of: value"):
        checked(feed(tmp_path), tmp_path, rows(1), control_totals=(("ref", Decimal(1)),))


def test_defect_10_a_column_in_another_form_rejects_the_file_and_shows_the_first_value(tmp_path):
    text = rows(30).replace("01.02.2025", "02/01/2025")
    with pytest.raises(RejectedFileError, match=r"30 of 30 values of day .*`02/01/2025` in row 1.*DD.MM.YYYY.*changed"):
        checked(feed(tmp_path), tmp_path, text)


def test_a_few_ambiguous_dates_are_quarantined_and_none_is_guessed(tmp_path):
    found = checked(feed(tmp_path), tmp_path, rows(30).replace("R7;10,50;01.02.2025", "R7;10,50;03/04/2025"))
    assert (found.counts.rows_accepted, found.counts.rows_quarantined) == (29, 1)


def test_the_share_that_may_be_unreadable_can_be_declared(tmp_path):
    text = rows(60) + rows(20, day="x").partition("\n")[2].replace("R", "S")
    assert checked(feed(tmp_path / "loose", maxUnreadable=0.25), tmp_path, text).counts.rows_quarantined == 20
    with pytest.raises(RejectedFileError, match="20 of 80 values of day"):
        checked(feed(tmp_path / "strict", maxUnreadable=0.2), tmp_path, text)


def test_a_row_count_outside_its_band_is_a_doubt_and_offline_it_is_told(tmp_path):
    of = feed(tmp_path, rules=[BAND])
    assert checked(of, tmp_path, rows(40)).doubts == ()
    [doubt] = checked(of, tmp_path, rows(41)).doubts
    assert doubt.rule == "row_count_is_plausible"
    assert "has 41 rows; a file of partner/feed has 2 to 40" in doubt.reason


def test_a_correction_may_be_as_small_as_it_is(tmp_path):
    assert checked(feed(tmp_path, rules=[BAND]), tmp_path, rows(1), kind="correction").doubts == ()


def test_offline_the_rules_that_need_a_history_are_named(tmp_path):
    of = feed(tmp_path, rules=[MEDIAN], delivery="snapshot")
    assert set(checked(of, tmp_path, rows(3)).not_judged) == {"list_does_not_shrink_suddenly", "value_keeps_its_scale"}


def test_defect_35_a_list_that_lost_two_fifths_of_its_rows_is_held_and_nothing_of_it_taken(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, delivery="snapshot"))
    assert desk.hand_in(rows(10), "2025-01").status == "accepted"
    assert desk.hand_in(rows(7), "2025-02").status == "accepted"
    held = desk.hand_in(rows(4), "2025-03")
    assert held.status == "held"
    assert "4 good rows and the list before it (feed_2025-02_003.csv) has 7: 43 % of them are gone" in held.reason
    assert "entrepot decide" in held.reason


def test_a_list_whose_rows_are_nearly_all_refused_is_held_too(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, delivery="snapshot"))
    desk.hand_in(rows(10), "2025-01")
    assert desk.hand_in(rows(10, day="30.02.2025"), "2025-02").status == "held"


def test_a_replacement_may_lose_rows_with_a_reason(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, delivery="snapshot"))
    desk.hand_in(rows(10), "2025-01")
    with pytest.raises(RejectedFileError, match="gives no reason"):
        desk.hand_in(rows(4), "2025-02", kind="replacement")
    told = desk.hand_in(rows(4), "2025-02", kind="replacement", reason="licences of before 2020 were archived")
    assert told.status == "accepted"


def test_the_share_that_may_be_lost_can_be_declared(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, delivery="snapshot", maxDrop=0.8))
    desk.hand_in(rows(10), "2025-01")
    assert desk.hand_in(rows(3), "2025-02").status == "accepted"


def test_an_old_list_that_comes_late_is_compared_with_the_one_before_it_in_order_of_issue(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, delivery="snapshot"))
    desk.hand_in(rows(10), "2025-01")
    desk.hand_in(rows(30), "2025-03")
    assert desk.hand_in(rows(9), "2025-02").status == "accepted"


def test_defect_13_a_decimal_sign_read_as_grouping_shifts_the_median_and_holds_the_file(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, rules=[MEDIAN]))
    assert desk.hand_in(rows(30, "1.250,00"), "2025-01").status == "accepted"
    assert desk.hand_in(rows(30, "990,00"), "2025-02").status == "accepted"
    held = desk.hand_in(rows(30, "1.250.000,00"), "2025-03")
    assert held.status == "held"
    assert "median of value (value) is 1250000.00, and was 990.00" in held.reason


def test_defect_22_values_in_thousands_hold_the_file(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, rules=[MEDIAN]))
    desk.hand_in(rows(30, "48.250,00"), "2025-01")
    held = desk.hand_in(rows(30, "48,25"), "2025-02")
    assert held.status == "held"
    assert "about 1,000 times less" in held.reason


def test_a_handful_of_values_says_nothing_about_a_median(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, rules=[MEDIAN]))
    desk.hand_in(rows(30, "1.250,00"), "2025-01")
    assert desk.hand_in(rows(19, "1.250.000,00"), "2025-02").status == "accepted"


def test_history_is_what_had_arrived_whatever_came_later(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, delivery="snapshot"))
    first, second, third = (desk.hand_in(rows(10 - n), f"2025-0{n + 1}") for n in range(3))
    known = [first, second, third]
    assert [s.id for s in earlier(known, {}, second, "snapshot")] == [first.id]
    assert [s.id for s in earlier(known, {}, third, "snapshot")] == [first.id, second.id]


def test_an_older_list_that_came_later_is_no_history(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, delivery="snapshot"))
    newer, older = desk.hand_in(rows(4), "2025-03"), desk.hand_in(rows(10), "2025-02")
    assert older.status == "accepted"
    assert earlier([newer, older], {}, newer, "snapshot") == []


def test_a_list_that_was_held_is_history_only_from_the_day_on_which_it_was_decided(tmp_path):
    desk = Desk(tmp_path, feed(tmp_path, delivery="snapshot"))
    first, held = desk.hand_in(rows(10), "2025-01"), desk.hand_in(rows(4), "2025-02")
    before = desk.hand_in(rows(9), "2025-03")
    desk.day += timedelta(days=1)
    decide(desk.register, desk.contracts["partner/feed"], held.id, "take", "Ms Aal", "An archive was closed.")
    after = desk.hand_in(rows(9), "2025-04")
    known, decided = desk.register.submissions(), decisions(desk.register)
    assert desk.register.submission(held.id).status == "accepted"
    assert [s.id for s in earlier(known, decided, before, "snapshot")] == [first.id]
    assert [s.id for s in earlier(known, decided, after, "snapshot")] == [first.id, held.id, before.id]


def test_file_rules_are_rules_with_names_and_words(tmp_path):
    of = feed(tmp_path, rules=[BAND, MEDIAN], delivery="snapshot")
    found = {rule.name: rule for rule in every_rule(of) if rule.kind == "file"}
    assert set(found) == {
        "rows_and_totals_are_as_declared", "dates_and_numbers_keep_their_form", "list_does_not_shrink_suddenly",
        "row_count_is_plausible", "value_keeps_its_scale",
    }  # fmt: skip
    assert found["value_keeps_its_scale"].fields == ("value",)
    assert "40 %" in found["list_does_not_shrink_suddenly"].description


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"type": "library", "metric": "nullValues", "mustBe": 0}, "`nullValues` is not supported; expected rowCount"),
        ({"type": "library", "metric": "rowCount"}, "needs a bound"),
        ({"type": "library", "metric": "rowCount", "mustBe": 3}, "mustBe is not supported"),
        ({"type": "library", "metric": "rowCount", "mustBeBetween": [9, 3]}, "no number of rows lies between 9 and 3"),
        (BAND | {"unit": "percent"}, "the unit of rowCount is rows"),
        (BAND | {"mustBeBetween": [0.5, 3]}, "`0.5` is not a number of rows"),
        (MEDIAN | {"implementation": {"metric": "mean", "field": "value", "maxFactor": 9}}, "is {metric: median"),
        (MEDIAN | {"implementation": {"metric": "median", "field": "ref", "maxFactor": 9}}, "those are value"),
        (MEDIAN | {"implementation": {"metric": "median", "field": "value", "maxFactor": 1}}, "a number above 1"),
        (MEDIAN | {"name": "ref_is_present"}, "used twice"),
    ],
)
def test_a_slip_in_a_file_rule_is_told_with_file_and_line(tmp_path, entry, told):
    path = write_contract(tmp_path, document(FIELDS, rules=[entry]))
    with pytest.raises(ContractError, match=rf"feed\.odcs\.yaml:\d+: .*{told}"):
        load_contract(path)


@pytest.mark.parametrize(
    ("custom", "told"),
    [
        ({"maxDrop": 40, "delivery": "snapshot"}, "maxDrop is `40`; expected a share"),
        ({"maxDrop": 0.3}, "maxDrop has a meaning for delivery: snapshot only"),
        ({"maxUnreadable": 0}, "maxUnreadable is `0`"),
    ],
)
def test_a_slip_in_a_share_is_told_with_file_and_line(tmp_path, custom, told):
    path = write_contract(tmp_path, document(FIELDS, **custom))
    with pytest.raises(ContractError, match=rf"feed\.odcs\.yaml:\d+: .*{told}"):
        load_contract(path)
