"""The last line of a file declares rows and totals: what does not agree, or has no such line, is refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.contracts.load import load_contract
from orchestration.contracts.model import Contract
from orchestration.contracts.rules import every_rule
from orchestration.errors import ContractError, RejectedFileError
from tests.unit.intake.builders import Outcome, check, contract, document, field, write_contract

TRAILER = r"END;(?P<rows>\d+);(?P<total_value>[-0-9.,]+)"
ROWS = "ref;value\nR1;1.000,50\nR2;-0,50\n"


def feed(root: Path, **reader: object) -> Contract:
    fields = [field("ref"), field("value", "number", decimal=",", grouping=["."])]
    return contract(root, fields, reader={"delimiter": ";", "trailer": TRAILER, **reader})


def checked(of: Contract, folder: Path, content: str | bytes) -> Outcome:
    file = folder / "feed.csv"
    file.write_bytes(content.encode(of.options.encoding) if isinstance(content, str) else content)
    return check(of, file)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\x1a"])
def test_a_trailer_that_agrees_is_taken_off(tmp_path, end):
    outcome = checked(feed(tmp_path), tmp_path, f"{ROWS}END;2;1.000,00{end}")
    assert [ref for ref, _ in outcome.accepted()] == ["R1", "R2"]


def test_in_another_encoding_and_with_other_line_ends_too(tmp_path):
    content = ROWS.replace("R2", "Ä2").replace("\n", "\r\n") + "END;2;1000,00\r\n"
    assert [ref for ref, _ in checked(feed(tmp_path, encoding="cp1252"), tmp_path, content).accepted()] == ["R1", "Ä2"]


def test_a_file_without_rows_may_say_so(tmp_path):
    assert checked(feed(tmp_path), tmp_path, "ref;value\nEND;0;0\n").counts.rows_read == 0


@pytest.mark.parametrize("content", [ROWS, ROWS + "END;2", ROWS + "R3;5,00\n", "", "ref;value\nR1;1.0"])
def test_defect_04_a_file_cut_off_before_its_last_line_is_refused(tmp_path, content):
    with pytest.raises(RejectedFileError, match=r"cut off|empty \(0 bytes\)"):
        checked(feed(tmp_path), tmp_path, content)


def test_defect_04_the_rows_counted_in_the_last_line_must_be_there(tmp_path):
    with pytest.raises(RejectedFileError, match=r"has 2 rows, and its last line says 3. 1 are missing"):
        checked(feed(tmp_path), tmp_path, ROWS + "END;3;1.000,00\n")


def test_defect_05_the_total_in_the_last_line_must_be_that_of_the_rows(tmp_path):
    with pytest.raises(RejectedFileError, match=r"add up to 1000\.00, and its last line says 1000\.01"):
        checked(feed(tmp_path), tmp_path, ROWS + "END;2;1.000,01\n")


def test_a_total_that_is_no_number_is_told(tmp_path):
    with pytest.raises(RejectedFileError, match=r"`1,000.00` as the total of value"):
        checked(feed(tmp_path), tmp_path, ROWS + "END;2;1,000.00\n")


def test_the_rule_is_among_the_rules(tmp_path):
    assert "file_is_whole" in {rule.name for rule in every_rule(feed(tmp_path))}


@pytest.mark.parametrize(
    ("form", "reader", "told"),
    [
        ("csv", {"trailer": "("}, "is not a regular expression"),
        ("csv", {"trailer": "END"}, "has the named groups none; expected some of rows, total_value"),
        ("csv", {"trailer": "(?P<total_ref>.*)"}, "has the named groups total_ref"),
        ("csv", {"endMarker": "END"}, "keep one of them"),
        ("csv", {"encoding": "utf-16"}, "a line end is one byte"),
        ("xlsx", {}, "a file of the format xlsx has no last line"),
    ],
)
def test_a_slip_in_the_trailer_is_told_with_file_and_line(tmp_path, form, reader, told):
    fields = [field("ref"), field("value", "number")]
    path = write_contract(tmp_path, document(fields, form=form, reader={"trailer": TRAILER, **reader}))
    with pytest.raises(ContractError, match=rf"feed\.odcs\.yaml:\d+: .*{told}"):
        load_contract(path)
