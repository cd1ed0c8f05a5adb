"""Successions of currencies: what the list says is sound, and what is not is told with file and line."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.contracts.code_lists import load_code_list
from orchestration.contracts.currencies import check_successions
from orchestration.errors import ContractError
from orchestration.settings import CONTRACTS_DIR
from tests.unit.test_code_lists import rows as code_list

HEADER = "code,valid_from,valid_to,replaced_by,units_per_successor,succeeded_on"
GOOD = ("EUR,,,,,", "DEM,,2001-12-31,EUR,1.95583,1999-01-01", "DDM,,1990-06-30,DEM,1,1990-07-01")


def folder(tmp_path: Path, *lines: str) -> Path:
    (tmp_path / "currencies.csv").write_text("\n".join((HEADER, *lines)) + "\n")
    return tmp_path


def test_the_rates_are_those_of_the_regulations() -> None:
    """Council Regulations (EC) 2866/98, 1478/2000, 1086/2006, 1134/2007, 1135/2007, 694/2008, (EU) 671/2010, 870/2013,
    851/2014, 2022/1208 and 2025/1409; all have six significant figures."""
    rates = {
        row["code"]: row for row in code_list("currencies") if row["replaced_by"] == "EUR" and row["code"] != "XEU"
    }
    assert len(rates) == 21
    assert {len(row["units_per_successor"].lstrip("0.").replace(".", "")) for row in rates.values()} == {6}
    some = {"DEM": "1.95583", "FRF": "6.55957", "ITL": "1936.27", "GRD": "340.750", "HRK": "7.53450", "BGN": "1.95583"}
    assert {code: rates[code]["units_per_successor"] for code in some} == some
    first_wave = {code for code, row in rates.items() if row["succeeded_on"] == "1999-01-01"}
    assert first_wave == {"ATS", "BEF", "DEM", "ESP", "FIM", "FRF", "IEP", "ITL", "LUF", "NLG", "PTE"}


def test_redenominations_take_off_noughts() -> None:
    units = {row["code"]: row["units_per_successor"] for row in code_list("currencies") if row["replaced_by"]}
    some = {"TRL": 10**6, "ROL": 10**4, "BYR": 10**4, "VEB": 10**3, "VEF": 10**5, "ZMK": 10**3, "AZM": 5000, "SDD": 100}
    assert {code: Decimal(units[code]) for code in some} == some


def test_a_currency_never_takes_the_code_of_its_successor() -> None:
    """The amount would stay and be wrong by a million: the repair `successor` finds none in this list."""
    assert load_code_list(CONTRACTS_DIR / "code_lists" / "currencies.csv").successors == {}


def test_a_sound_list_is_counted(tmp_path: Path) -> None:
    assert check_successions(folder(tmp_path, *GOOD)) == 2
    assert check_successions(tmp_path / "nowhere") == 0
    assert check_successions(CONTRACTS_DIR / "code_lists") >= 40


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("TRL,,2005-12-31,TRY,,", "go together; only replaced_by is filled in"),
        ("TRL,,2005-12-31,TRY,1000000,2005-01-01", "its successor `TRY` is no other currency of the list"),
        ("TRL,,2005-12-31,TRL,1,2005-01-01", "its successor `TRL` is no other currency"),
        ("TRL,,2005-12-31,EUR,many,2005-01-01", "units_per_successor is `many`; write a number above 0"),
        ("TRL,,2005-12-31,EUR,-5,2005-01-01", "units_per_successor is `-5`"),
        ("TRL,,2005-12-31,EUR,NaN,2005-01-01", "units_per_successor is `NaN`"),
        ("TRL,,2005-12-31,EUR,0.1234567,2005-01-01", "six decimals at most"),
        ("TRL,,,EUR,5,2005-01-01", "has a day under valid_to"),
        ("TRL,,2004-12-30,EUR,5,2005-01-01", "ends on 2004-12-30 and has its successor from 2005-01-01 only"),
        ("AAA,,2004-12-31,DDM,5,2005-01-01\nBBB,,2004-12-31,AAA,5,2005-01-01", "BBB, AAA, DDM, DEM, EUR are more"),
        ("AAA,,2004-12-31,BBB,5,2005-01-01\nBBB,,2004-12-31,AAA,5,2005-01-01", "AAA, BBB, AAA, BBB, AAA are more"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(ContractError, match=rf"currencies\.csv:[5-6]: [A-Z]{{3}}: .*{re.escape(told)}"):
        check_successions(folder(tmp_path, *GOOD, line))
