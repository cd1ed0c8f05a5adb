"""What people map is refused by file and line unless it says who decided, when, and for which days, once."""

from pathlib import Path

import pytest

from orchestration.contracts.load import load_contracts
from orchestration.contracts.mappings import COLUMNS, check_mappings
from orchestration.errors import ContractError
from orchestration.settings import CONTRACTS_DIR

GOOD = {
    "code_list": "control_entries", "partner": "p", "value": "kogels", "code": "ML3.a", "match": "narrower",
    "authority": "Working group", "status": "reviewed", "reviewed_by": "Desk", "reviewed_on": "2025-01-31",
    "valid_from": "2025-01-01", "valid_to": "2025-12-31", "note": "",
}  # fmt: skip


def folder(tmp_path: Path, *rows: dict[str, str], header: str = ",".join(COLUMNS)) -> Path:
    lines = [header, *(",".join((GOOD | row)[column] for column in COLUMNS) for row in rows)]
    (tmp_path / "code_mappings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "countries.csv").write_text("code,name\nFR,France\n", encoding="utf-8")
    return tmp_path


def test_the_mappings_in_force_are_sound() -> None:
    assert check_mappings(CONTRACTS_DIR / "code_lists", load_contracts().partners) > 0


def test_no_file_is_no_mapping(tmp_path: Path) -> None:
    assert check_mappings(tmp_path, ["p"]) == 0


def test_a_word_may_be_mapped_again_from_the_next_day_on(tmp_path: Path) -> None:
    later = {"valid_from": "2026-01-01", "valid_to": "", "code": "3A001.a.2", "match": "exact"}
    country = {"code_list": "countries", "code": "FR"}
    nothing = {"code": "", "match": "none", "value": "n/a"}
    proposed = {"value": "kanon", "status": "proposed", "reviewed_by": "", "reviewed_on": ""}
    assert check_mappings(folder(tmp_path, {}, later, country, nothing, proposed), ["p"]) == 5


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"reviewed_by": ""}, "reviewed_by, reviewed_on go with the status reviewed, both of them"),
        ({"reviewed_on": " "}, "go with the status reviewed"),
        ({"status": "proposed"}, "go with the status reviewed, both of them, and with no other"),
        ({"status": ""}, "status is ``; expected proposed or reviewed"),
        ({"authority": ""}, "authority is empty"),
        ({"value": ""}, "value is empty"),
        ({"reviewed_on": "31.1.2025"}, "YYYY-MM-DD"),
        ({"valid_to": "2025-02-30"}, "YYYY-MM-DD"),
        ({"valid_to": "2024-12-31"}, "before it begins"),
        ({"partner": "q"}, "no partner `q`"),
        ({"match": "same"}, "expected one of exact"),
        ({"match": "none"}, "goes without a code"),
        ({"code": ""}, "goes without a code"),
        ({"code_list": "colours"}, "the lists are control_entries, countries"),
        ({"code": "ML23"}, "`ML23` is no code of control_entries"),
        ({"code": "3F001"}, "no code of control_entries"),
        ({"code_list": "countries", "code": "FX"}, "`FX` is no code of countries"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, fault: dict[str, str], said: str) -> None:
    with pytest.raises(ContractError, match=said) as told:
        check_mappings(folder(tmp_path, {"value": "other"}, fault), ["p"])
    assert "code_mappings.csv:3:" in str(told.value)


@pytest.mark.parametrize(
    ("begins", "ends"), [("2025-12-31", "2026-12-31"), ("", "2026-12-31"), ("2024-01-01", "2025-01-01"), ("", "")]
)
def test_two_mappings_of_one_word_on_one_day_are_a_fault(tmp_path: Path, begins: str, ends: str) -> None:
    with pytest.raises(ContractError, match="on line 2 too"):
        check_mappings(folder(tmp_path, {}, {"valid_from": begins, "valid_to": ends}), ["p"])


def test_columns_and_cells_are_counted(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r":1: the columns are"):
        check_mappings(folder(tmp_path, header="value,code"), ["p"])
    short = folder(tmp_path) / "code_mappings.csv"
    short.write_text(",".join(COLUMNS) + "\ncontrol_entries,p\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r":2: the line does not have 12 cells"):
        check_mappings(tmp_path, ["p"])
