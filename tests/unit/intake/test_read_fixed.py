"""Fixed width: every line as long as agreed, every cell in its columns, every fault with line and column."""

from decimal import Decimal

import pytest

from orchestration.errors import ContractError, RejectedFileError
from tests.unit.intake.builders import check, contract, field

FIELDS = [
    field("ref", width=4, required=True),
    field("name", width=6),
    field("amount", "number", start=12, width=8, scale=2, decimal=","),
]  # column 11 belongs to nobody
LINES = ["0007Müller    12,50", "A  8            -,50", "9999NA      1234,00"]


def read(tmp_path, content, *, fields=FIELDS, **reader):
    of = contract(tmp_path, fields, form="fixed", reader=reader)
    (tmp_path / "feed.txt").write_bytes(content if isinstance(content, bytes) else content.encode())
    return check(of, tmp_path / "feed.txt")


def lines(*texts, end="\n"):
    return "".join(text.ljust(19) + end for text in texts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "iso-8859-9"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_stand_in_their_columns_whatever_the_encoding(tmp_path, encoding, end):
    text = lines("0007Müller    12,50", "A  8", "9999NA      1234,00", end=end)
    outcome = read(tmp_path, text.encode(encoding), encoding=encoding.removesuffix("-sig"))
    assert outcome.accepted() == [
        ("0007", "Müller", Decimal("12.50")), ("A  8", None, None), ("9999", "NA", Decimal("1234.00")),
    ]  # fmt: skip


def test_the_last_line_end_may_be_missing_and_ctrl_z_may_follow(tmp_path):
    assert read(tmp_path, lines("0001").rstrip("\n")).counts.rows_read == 1
    assert read(tmp_path, lines("0001", "0002") + "\x1a").counts.rows_read == 2


def test_lines_before_the_table_and_the_end_marker_are_no_records(tmp_path):
    content = "REPORT OF THE DAY " * 30 + "\n\n" + lines("0001") + "EOF\n"
    assert read(tmp_path, content, skipLines=2, endMarker="EOF").accepted("ref") == [("0001",)]


def test_lines_without_their_blanks_at_the_end_are_read_where_the_contract_says_so(tmp_path):
    assert read(tmp_path, "0001Ann\n0002\n", padded=False).accepted("ref", "name") == [("0001", "Ann"), ("0002", None)]


def test_a_cell_beyond_the_fields_type_is_quarantined_not_lost(tmp_path):
    outcome = read(tmp_path, lines("0001Ann       x,50", "    Bob"))
    assert outcome.broken_rules() == {1: ["amount_is_a_decimal"], 2: ["ref_is_present"]}


@pytest.mark.parametrize(
    ("content", "reader", "says"),
    [
        (
            lines("0001") + "0002Ann\n",
            {},
            r"line 2, column 8: the line ends after 7 of 19 characters, within .* `?name",
        ),
        (lines("0001") + "0002" + "x" * 40, {}, r"line 2, column 20: the line is longer than the 19 characters"),
        ("x" * 5_000_000, {}, r"line 1, column 20: the line is longer"),
        (lines("0001Müller!"), {}, r"line 1, column 11: `!` stands where the contract partner/feed 1.0.0 has no field"),
        (lines("0001A\0"), {}, r"line 1, column 6: a NUL character"),
        (lines("0001M\xfc").encode("cp1252"), {}, "byte 0xfc at offset 5"),
        (lines("0001"), {"endMarker": "EOF"}, "does not end with the agreed end marker 'EOF' on a line of its own"),
        (lines("0001GEOF"), {"endMarker": "EOF"}, "end marker"),
        ("only\n", {"skipLines": 3}, "has only 1 lines; expected 3 lines before the first record"),
        ("PK\x03\x04", {}, "a zip archive or a workbook; expected a text file of fixed width"),
    ],
)
def test_files_that_break_the_agreement_are_refused_with_line_and_column(tmp_path, content, reader, says):
    with pytest.raises(RejectedFileError, match=says) as error:
        read(tmp_path, content, **reader)
    assert str(error.value).startswith("feed.txt")


@pytest.mark.parametrize(
    ("fields", "options", "says"),
    [
        ([field("a")], {}, "field `a`: a feed of fixed width needs the customProperty width"),
        (
            [field("a", width=4), field("b", start=3, width=2)],
            {},
            r"columns 3 to 4 overlap with those of `a` \(1 to 4\)",
        ),
        ([field("a", width=0)], {}, "width `0` must be a whole number"),
        ([field("a", width="4")], {}, "width `4` must be a whole number"),
        ([field("a", width=4)], {"form": "csv"}, "no meaning in the format csv"),
        ([field("a", width=4)], {"reader": {"header": True}}, "a file of fixed width has no header"),
        ([field("a", width=4)], {"reader": {"padded": "yes"}}, "padded must be true or false"),
    ],
)
def test_a_layout_that_contradicts_itself_is_an_error_of_the_contract(tmp_path, fields, options, says):
    with pytest.raises(ContractError, match=says) as error:
        contract(tmp_path, fields, **{"form": "fixed", **options})
    assert "feed.odcs.yaml:" in str(error.value)
