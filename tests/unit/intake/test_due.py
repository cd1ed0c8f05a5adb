"""The calendar: which periods a contract calls for, and how each stands on a day."""

from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.load import load_contract
from orchestration.contracts.model import Contract
from orchestration.contracts.period import periods_of
from orchestration.errors import ContractError
from orchestration.register import Submission
from orchestration.submissions.due import due_of, pressing, reminder
from tests.unit.intake.builders import contract, document, field, write_contract


def feed(tmp_path: Path, **custom: Any) -> Contract:
    return contract(tmp_path, [field("ref", primaryKey=True, primaryKeyPosition=1)], **custom)


def handed_in(period: str, day: str, status: str = "accepted", kind: str = "initial") -> Submission:
    known: dict[str, Any] = dict.fromkeys(Submission.__dataclass_fields__)
    return Submission(
        **{
            **known, "id": f"S{period}{day}", "partner": "partner", "feed": "feed", "period": period, "kind": kind,
            "status": status, "received_at": datetime.fromisoformat(day),
        }
    )  # fmt: skip


def states(of: Contract, submissions: list[Submission], today: str) -> dict[str, tuple[str, int | None]]:
    return {d.period: (d.state, d.days_late) for d in due_of(of, submissions, date.fromisoformat(today))}


def test_a_quarter_is_due_when_its_grace_has_run_out(tmp_path: Path) -> None:
    of = feed(tmp_path)
    first = handed_in("2025-Q4", "2026-01-20")
    assert states(of, [first], "2026-03-31") == {"2025-Q4": ("received", 0), "2026-Q1": ("not over", 0)}
    assert states(of, [first], "2026-04-10")["2026-Q1"] == ("due", 0)
    assert states(of, [first], "2026-04-23")["2026-Q1"] == ("due soon", 0)
    assert states(of, [first], "2026-04-30")["2026-Q1"] == ("due soon", 0)
    assert states(of, [first], "2026-05-03")["2026-Q1"] == ("overdue", 3)
    late = handed_in("2026-Q1", "2026-05-05")
    assert states(of, [first, late], "2026-06-01")["2026-Q1"] == ("received late", 5)


def test_defect_37_a_nil_return_fulfils_a_period_and_silence_does_not(tmp_path: Path) -> None:
    of = feed(tmp_path)
    nil = handed_in("2026-Q1", "2026-04-02", kind="nil")
    assert states(of, [nil], "2026-08-15") == {
        "2026-Q1": ("nil return", 0), "2026-Q2": ("overdue", 16), "2026-Q3": ("not over", 0),
    }  # fmt: skip


def test_what_is_held_or_rejected_does_not_fulfil(tmp_path: Path) -> None:
    of = feed(tmp_path)
    before = handed_in("2025-Q4", "2026-01-20")
    assert states(of, [before, handed_in("2026-Q1", "2026-04-02", "rejected")], "2026-05-10")["2026-Q1"] == (
        "rejected",
        10,
    )
    assert states(of, [before, handed_in("2026-Q1", "2026-04-02", "held")], "2026-04-03")["2026-Q1"] == ("held", 0)
    withdrawn = handed_in("2026-Q1", "2026-04-02", "withdrawn")
    assert states(of, [before, withdrawn], "2026-05-10")["2026-Q1"] == ("overdue", 10)


def test_history_that_is_loaded_is_late_for_nobody(tmp_path: Path) -> None:
    of = feed(tmp_path)
    loaded = [handed_in(f"2025-Q{quarter}", "2026-06-01") for quarter in (1, 2, 4)]
    found = states(of, loaded, "2026-06-02")
    assert found["2025-Q1"] == ("received", None)
    assert found["2025-Q3"] == ("overdue", None)
    assert found["2026-Q1"] == ("overdue", None)
    promised = replace(of, available_from=date(2025, 1, 1))
    assert states(promised, loaded, "2026-06-02")["2025-Q1"] == ("received late", 397)


def test_a_later_edition_of_a_list_fulfils_the_periods_before_it(tmp_path: Path) -> None:
    of = feed(tmp_path, delivery="snapshot", cadence="monthly")
    editions = [handed_in("2026-01-15", "2026-01-15"), handed_in("2026-03-20", "2026-03-20")]
    assert [state for state, _ in states(of, editions, "2026-04-02").values()] == [
        "received", "received", "received", "not over",
    ]  # fmt: skip
    assert states(of, editions, "2026-02-10")["2026-01"] == ("received", 0)


def test_an_irregular_feed_is_never_due(tmp_path: Path) -> None:
    assert due_of(feed(tmp_path, cadence="irregular"), [handed_in("2025", "2026-01-01")], date(2026, 5, 5)) == []


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        ("daily", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("weekly", ["2026-03-01"]),
        ("monthly", ["2026-02", "2026-03"]),
        ("quarterly", ["2026-Q1"]),
        ("half-yearly", ["2026-H1"]),
        ("yearly", ["2026"]),
    ],
)
def test_periods_of_each_cadence_follow_each_other_without_a_gap(cadence: str, expected: list[str]) -> None:
    found = periods_of(cadence, date(2026, 2, 27), date(2026, 3, 1))
    assert [name for name, _, _ in found] == expected
    longer = periods_of(cadence, date(2023, 12, 29), date(2028, 3, 1))
    assert all((later[1] - earlier[2]).days == 1 for earlier, later in pairwise(longer))
    assert longer[0][1] <= date(2023, 12, 29) and longer[-1][2] >= date(2028, 3, 1)


def test_a_reminder_names_what_is_wanted_and_only_that(tmp_path: Path) -> None:
    of = feed(tmp_path)
    found = due_of(of, [handed_in("2025-Q4", "2026-01-20")], date(2026, 5, 3))
    [(partner, items)] = pressing(found)
    text = reminder(partner, items)
    assert "feed for 2026-Q1 was due on 2026-04-30 and is 3 days late" in text
    assert "2025-Q4" not in text and "2026-Q2" not in text


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ({"property": "latency", "value": "soon", "unit": "d"}, "latency is `soon d`"),
        ({"property": "latency", "value": 30, "unit": "y"}, "latency is `30 y`"),
        ({"property": "generalAvailability", "value": "in spring"}, "generalAvailability is `in spring`"),
        ({"property": "speed", "value": 1}, "`speed` is not known"),
    ],
)
def test_a_promise_about_time_that_is_not_understood_is_refused_with_its_line(
    tmp_path: Path, level: dict[str, Any], told: str
) -> None:
    content = {**document([field("ref")]), "slaProperties": [level]}
    with pytest.raises(ContractError, match=r"feed\.odcs\.yaml:\d+: ") as raised:
        load_contract(write_contract(tmp_path, content))
    assert told in str(raised.value)
