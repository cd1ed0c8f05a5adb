"""docs/defects.md holds all 46 defects of the domain reference, each with a test that exists and bears its number."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DOCUMENT = TESTS.parent / "docs" / "defects.md"
DEFECTS = range(1, 47)
NAMED = re.compile(r"`([\w/]+\.py)::(test_defect_(\d\d)_)`")
DECISION = re.compile(r"\]\((decisions/[\w.-]+)\)")


def rows(text: str) -> dict[int, list[str]]:
    """The cells of each row by the number of its defect."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and cells[0].isdigit():
            assert int(cells[0]) not in found, f"defect {cells[0]} stands twice"
            found[int(cells[0])] = cells
    return found


def functions_of(file: Path) -> list[str]:
    return [node.name for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]


def faults(text: str) -> list[str]:
    """What is wrong with the table: defects that are missing, rows without a handling, tests that do not exist."""
    found = rows(text)
    told = [f"defect {number} is missing" for number in DEFECTS if number not in found]
    for number, cells in found.items():
        named = NAMED.findall(cells[3]) if len(cells) == 5 else []
        if len(cells) != 5 or not cells[1] or not cells[2] or not named:
            told.append(f"defect {number} lacks its handling or its test")
        for file, prefix, numbered in named:
            path = TESTS / file
            if int(numbered) != number or not path.exists():
                told.append(f"defect {number} names {file}::{prefix}")
            elif not [name for name in functions_of(path) if name.startswith(prefix)]:
                told.append(f"{file} has no test {prefix}")
        told += [
            f"{place} does not exist" for place in DECISION.findall(cells[-1]) if not (DOCUMENT.parent / place).exists()
        ]
    return told


def test_every_defect_has_its_handling_and_a_test_that_exists():
    assert faults(DOCUMENT.read_text(encoding="utf-8")) == []


def test_every_test_named_after_a_defect_is_that_of_a_defect_there_is():
    numbers = {
        int(match[1])
        for path in TESTS.rglob("test_*.py")
        for name in functions_of(path)
        if (match := re.match(r"test_defect_(\d\d)_", name))
    }
    assert numbers == set(DEFECTS)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("| 17 | ", "| x | ", "defect 17 is missing"),
        ("::test_defect_24_`", "::test_defect_23_`",
         "defect 24 names contracts/test_defects_of_rows.py::test_defect_23_"),
        ("`unit/intake/test_references.py::test_defect_27_`", "", "defect 27 lacks its handling or its test"),
        ("`unit/intake/test_references.py::test_defect_27_`", "`contracts/test_defects.py::test_defect_27_`",
         "contracts/test_defects.py has no test test_defect_27_"),
        ("decisions/0016-files-above-their-channel-are-not-kept", "decisions/9916", "decisions/9916.md does not exist"),
    ],
)  # fmt: skip
def test_a_fault_in_the_table_is_found(before, after, fault):
    text = DOCUMENT.read_text(encoding="utf-8")
    assert before in text
    assert faults(text.replace(before, after, 1)) == [fault]
