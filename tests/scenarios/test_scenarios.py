"""Every life-cycle of the tables comes out of the real models as the table says."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.settings import Home
from tests.scenarios.cases import Case, read_cases
from tests.scenarios.world import Warehouse, run_models

CASES = read_cases()


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """All cases through the models, once."""
    home = Home(tmp_path_factory.mktemp("life_cycles") / "home")
    run_models(home, CASES)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.build_db}' as entrepot (read_only)")
        connection.execute("use entrepot")
        yield Warehouse(connection)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.authority.removeprefix("case_"))
def test_a_life_cycle_is_counted_as_its_table_says(warehouse: Warehouse, case: Case) -> None:
    assert dict(zip(case.expected, warehouse.applications(case), strict=True)) == case.expected
    assert warehouse.counts(case) == {period: counts for period, counts in case.counts.items() if counts}


def test_every_step_of_a_life_is_in_some_table() -> None:
    steps = {what for case in CASES for _, _, what, _ in case.events}
    outcomes = {"GRANTED", "REFUSED", "NLR", "WITHDRAWN", "STOPPED", "REVOKED", "ISSUED_ON_APPEAL"}
    assert steps >= outcomes | {
        "submitted",
        "rfi_opened",
        "rfi_answered",
        "appeal_lodged",
        "appeal_decided",
        "reopened",
    }
