"""The gate: what it stops, what it says, and what it forgets."""

from pathlib import Path

import pytest

from orchestration import gate
from orchestration.register import CheckResult, Register


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(f"sqlite:///{tmp_path / 'register.sqlite'}")


def test_an_open_gate_says_nothing(register: Register) -> None:
    register.record_check("lake/customs_service/seizures", "conservation", passed=True, blocking=True)
    gate.require_clear(register, "The report")


def test_a_failed_blocking_check_is_named_with_its_rows(register: Register) -> None:
    register.record_check(
        "lake/customs_service/seizures", "conservation", passed=False, blocking=True, detail="100 rows read, 97 found."
    )
    with pytest.raises(gate.BlockedError) as stopped:
        gate.require_clear(register, "The report enforcement for 2025-H2")
    text = str(stopped.value)
    for part in (
        "The report enforcement for 2025-H2",
        "conservation",
        "customs_service/seizures",
        "100 rows read, 97 found",
    ):
        assert part in text
    assert ".." not in text


def test_a_warning_stops_nothing(register: Register) -> None:
    register.record_check("lake/a/b", "contract", passed=False, blocking=False, severity="warning")
    gate.require_clear(register, "The report")


def test_only_the_newest_result_counts(register: Register) -> None:
    for passed in (True, False, True):
        register.record_check("marts/licensing/fct_decisions", "unique_ref", passed=passed, blocking=True)
    gate.require_clear(register, "The report")
    register.record_check("marts/licensing/fct_decisions", "unique_ref", passed=False, blocking=True)
    with pytest.raises(gate.BlockedError):
        gate.require_clear(register, "The report")


def test_a_failed_mart_test_does_not_stop_its_own_repair(register: Register) -> None:
    register.record_check("marts/licensing/fct_decisions", "unique_ref", passed=False, blocking=True)
    gate.require_clear(register, "Building the warehouse", gate.BEFORE_BUILD)
    with pytest.raises(gate.BlockedError):
        gate.require_clear(register, "The release", gate.BEFORE_EDITION)


def test_a_check_that_no_longer_exists_cannot_block_for_ever(register: Register) -> None:
    register.record_checks(
        [
            CheckResult("marts/a/gone", "old", passed=False, blocking=True),
            CheckResult("marts/a/here", "new", passed=False, blocking=True),
        ]
    )
    gate.retire(register, ("marts",), [("marts/a/here", "new")])
    assert [check["asset"] for check in gate.failed_checks(register, ("marts",))] == ["marts/a/here"]


def test_many_failures_are_told_shortly(register: Register) -> None:
    for number in range(7):
        register.record_check(f"lake/p/f{number}", "conservation", passed=False, blocking=True, detail="lost")
    assert "and 4 more" in gate.describe(gate.failed_checks(register, ("lake",)))
