"""The gate: what it stops, what it says, and what it forgets."""

from functools import partial
from pathlib import Path

import dagster as dg
import pytest

from orchestration import gate, steps
from orchestration.assets.reports import report_assets
from orchestration.cli.app import run
from orchestration.register import CheckResult, Register
from orchestration.resources import Installation
from orchestration.settings import Home
from orchestration.site import Site
from reports.report_files import available_reports, load_report


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


def test_the_check_that_failed_is_told_before_those_that_were_not_run_for_it(register: Register) -> None:
    for name in ("bridge_a", "bridge_b", "bridge_c", "bridge_d"):
        register.record_check(f"marts/cases/{name}", "not_null", passed=False, blocking=True, detail=gate.NOT_RUN)
    register.record_check("marts/enforcement/fct_penalties", "in_order", passed=False, blocking=True, detail="1 row.")
    with pytest.raises(gate.BlockedError) as stopped:
        gate.require_clear(register, "The report")
    assert "in_order of marts/enforcement/fct_penalties failed: 1 row; 4 after that could not" in str(stopped.value)
    assert "bridge" not in str(stopped.value)


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


def test_a_failed_quality_record_stops_what_is_published_and_not_the_run_that_repeats_it(register: Register) -> None:
    feed = "lake/customs_service/seizures"
    register.record_check(feed, gate.CONTRACT, passed=False, blocking=True, detail="it could not be evaluated")
    before_build = partial(gate.require_clear, register, "Building the warehouse", gate.BEFORE_BUILD)
    before_build(repeated_later=(gate.CONTRACT,))
    with pytest.raises(gate.BlockedError, match="blocking check contract of lake/customs_service/seizures"):
        gate.require_clear(register, "The release")
    register.record_check(feed, "conservation", passed=False, blocking=True, detail="a row is missing")
    with pytest.raises(gate.BlockedError, match="a row is missing"):
        before_build(repeated_later=(gate.CONTRACT,))


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


FAILED = ("lake/customs_service/seizures", "conservation", False, True)
TOLD = "conservation of lake/customs_service/seizures failed: seizures_2025.csv of customs_service: rows 4 and 9 lost"


@pytest.fixture
def blocked(tmp_path: Path) -> Site:
    """A home in which a run of another process has recorded a failed check."""
    site = Site.at(Home(tmp_path / "home"))
    earlier = Register(site.home.register_url)
    earlier.record_check(*FAILED, detail="seizures_2025.csv of customs_service: rows 4 and 9 lost")
    earlier.close()
    return site


@pytest.mark.parametrize("name", available_reports())
def test_every_report_is_stopped_by_name_and_when_it_is_due(blocked: Site, name: str) -> None:
    for publish in (lambda: steps.publish_report(blocked, name, "2025-Q4"), lambda: steps.publish_due(blocked, name)):
        with pytest.raises(gate.BlockedError, match=TOLD):
            publish()
    assert not list(blocked.home.reports.glob("*/*"))


def test_dagster_stops_every_report_too(blocked: Site) -> None:
    assets = report_assets()
    installation = Installation(home=str(blocked.home.root))
    done = dg.materialize(assets, resources={"installation": installation}, raise_on_error=False)
    failures = {event.step_key: str(event.event_specific_data) for event in done.get_step_failure_events()}
    independent = [name for name in available_reports() if load_report(name).made_from == "warehouse"]
    assert len(failures) == len(independent)  # the notice is not reached: it stands behind the others
    assert all(TOLD in text for text in failures.values())
    assert not list(blocked.home.reports.glob("*/*"))


def test_the_command_line_of_a_later_day_is_stopped(blocked: Site, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(blocked.home.root)]
    sign_off = ["reports", "sign-off", "enforcement", "2025-H2-v1", "--as", "head_of_statistics", "--by", "Ada"]
    for command in (["report", "enforcement", "--period", "2025-H2"], sign_off, ["reports", "release"]):
        assert run([*home, *command]) == 1
        assert TOLD in capsys.readouterr().err
