"""The list of partners says of each partner what its contracts say, and nothing of anyone else."""

import csv
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.contracts.load import load_contracts
from orchestration.settings import CONTRACTS_DIR

LISTS = CONTRACTS_DIR / "code_lists"


def rows(name: str) -> list[dict[str, str]]:
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_list_holds_exactly_the_partners_with_contracts() -> None:
    assert [row["code"] for row in rows("partners")] == sorted(load_contracts().partners)


@pytest.mark.parametrize("contract", load_contracts().values(), ids=lambda contract: contract.id)
def test_the_list_agrees_with_each_contract(contract) -> None:  # type: ignore[no-untyped-def]
    row = next(row for row in rows("partners") if row["code"] == contract.partner)
    stated = (row["role"], row["country_code"], row["language"], row["timezone"])
    assert stated == (contract.role, contract.country, contract.language, contract.timezone)


def test_outcomes_are_stated_for_licensing_authorities_and_are_known() -> None:
    known = {row["code"] for row in rows("licence_outcomes")}
    for row in rows("partners"):
        assert set(filter(None, row["outcomes"].split("|"))) <= known
        assert not row["outcomes"] or row["role"] == "licensing"


def test_clocks_run_only_where_holidays_are_known() -> None:
    calendars = {row["calendar"] for row in rows("holidays")}
    assert {row["calendar"] for row in rows("partners")} - {""} == calendars


def test_time_zones_exist() -> None:
    assert all(ZoneInfo(row["timezone"]) for row in rows("partners"))


def test_holidays_are_days_listed_once_and_cover_the_sample() -> None:
    listed = [(row["calendar"], date.fromisoformat(row["holiday_on"])) for row in rows("holidays")]
    assert len(listed) == len(set(listed))
    for calendar in {calendar for calendar, _ in listed}:
        assert {2024, 2025} <= {day.year for name, day in listed if name == calendar}


def test_code_lists_are_where_dbt_looks_for_them() -> None:
    seeds = CONTRACTS_DIR.parent / "dbt_project" / "seeds"
    assert seeds.is_symlink()
    assert Path(seeds.resolve()) == LISTS.resolve()
