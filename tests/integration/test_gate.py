"""A blocking check that fails stops what lies downstream: in the same run, in later runs, and for single commands."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from orchestration import cycle, gate, steps
from orchestration.assets.warehouse import require_clear_before
from orchestration.contracts.model import Contract
from orchestration.errors import EntrepotError
from orchestration.harmonisation import dbt
from orchestration.harmonisation.parts import Part
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.submissions import conservation
from tests.integration.conftest import entrepot

QUIET = Console(quiet=True)
REPORT = ("report", "enforcement", "--period", "2025-H2")


def pointers(home: Path) -> dict[str, bytes]:
    """What every recipient's pointer says, and which editions of reports there are."""
    found = {str(path): path.read_bytes() for path in Home(home).releases.glob("*/current.json")}
    return found | {str(path): b"" for path in Home(home).reports.glob("*/*/*")}


def forget_last_run(home: Path) -> None:
    """Let the next cycle look at everything again."""
    (Home(home).logs / "last_run.json").unlink()


def test_a_failed_conservation_check_stops_everything_downstream_until_it_is_mended(
    copied_home: Path, open_site: Callable[[], Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pointers(copied_home)
    forget_last_run(copied_home)
    honest = conservation.problems

    def lost_three_rows(home: Home, register: Register, contract: Contract) -> Sequence[str]:
        planted = ["decisions_2025Q1.csv of trade_ministry: 50 rows read, but 47 accounted for"]
        return planted if contract.id == "trade_ministry/decisions" else honest(home, register, contract)

    monkeypatch.setattr(conservation, "problems", lost_three_rows)
    monkeypatch.setattr(dbt, "build", lambda *_: pytest.fail("dbt was run although a check before it had failed"))
    stopped = cycle.run_cycle(open_site(), QUIET)
    assert (stopped.status, stopped.exit_code) == ("failed", 1)
    [problem] = stopped.problems
    for word in ("conservation", "lake/trade_ministry/decisions", "50 rows read", "47"):
        assert word in problem
    assert (stopped.releases, stopped.reports) == ([], [])
    assert pointers(copied_home) == before

    commands = (REPORT, ("release", "customs_service"))
    for command in commands:
        refused = entrepot(copied_home, *command)
        assert refused.returncode == 1
        assert "conservation" in refused.stderr
        assert "trade_ministry" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert pointers(copied_home) == before

    monkeypatch.undo()
    # A quality record that failed stops no run, which is what repeats it.
    told = {"passed": False, "blocking": True, "detail": "it could not be evaluated: the disk was full"}
    open_site().register.record_check("lake/trade_ministry/goods_lines", gate.CONTRACT, **told)
    mended = cycle.run_cycle(open_site(), QUIET, until="warehouse")
    assert (mended.status, mended.problems) == ("done", [])
    for command in commands:
        assert entrepot(copied_home, *command).returncode == 0


@pytest.mark.parametrize("planted_in", Part)
def test_a_failed_dbt_test_moves_no_edition(
    copied_home: Path, open_site: Callable[[], Site], monkeypatch: pytest.MonkeyPatch, planted_in: Part
) -> None:
    before = pointers(copied_home)
    forget_last_run(copied_home)
    build = dbt.build
    planted: list[str] = []

    def one_test_fails(home: Home, part: Part) -> list[dbt.NodeResult]:
        results = build(home, part)
        if part is not planted_in:
            return results
        victim = next(r for r in results if r.kind == "test" and r.severity == "error" and "fct_" in r.name)
        planted.append(victim.name)
        return [replace(r, status="fail", rows=3) if r is victim else r for r in results]

    monkeypatch.setattr(dbt, "build", one_test_fails)
    stopped = cycle.run_cycle(open_site(), QUIET)
    assert stopped.status == "failed"
    assert planted[0] in stopped.problems[0]
    assert pointers(copied_home) == before
    refused = entrepot(copied_home, *REPORT)
    assert refused.returncode == 1
    assert planted[0] in refused.stderr
    if planted_in is Part.BEFORE:  # nor is anything built upon it, in this run or another
        with pytest.raises(gate.BlockedError, match=planted[0]):
            require_clear_before(open_site(), Part.AFTER)
        assert len(planted) == 1


def test_parties_that_could_not_be_linked_stop_what_stands_on_them(
    copied_home: Path, open_site: Callable[[], Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pointers(copied_home)
    forget_last_run(copied_home)

    def fails(_site: Site) -> dict[str, int]:
        raise EntrepotError("The scores cannot be read.")

    monkeypatch.setattr(steps, "link_parties", fails)
    stopped = cycle.run_cycle(open_site(), QUIET)
    assert stopped.status == "failed"
    assert "The scores cannot be read" in stopped.problems[0]
    assert pointers(copied_home) == before
    refused = entrepot(copied_home, "release", "customs_service")
    assert refused.returncode == 1
    assert "The scores cannot be read" in refused.stderr
