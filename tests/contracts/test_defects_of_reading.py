"""`test_defect_NN_...` proves defect NN of the domain reference, as far as the reading of a file decides about it."""

from decimal import Decimal

import pytest

from orchestration.errors import RejectedFileError
from tests.unit.intake.builders import check, contract, field

FIELDS = [
    field("ref", physicalName="Ref"),
    field("text", physicalName="Text"),
    field("amount", "number", physicalName="Amount"),
]
HEAD = "Ref,Text,Amount\n"


def read(folder, content, form="csv", **reader):
    of = contract(folder, FIELDS, form=form, reader=reader)
    path = folder / f"feed.{form}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return check(of, path)


@pytest.mark.parametrize(
    ("content", "reader", "byte", "offset"),
    [
        (HEAD.encode() + b"a,M\xfcller,1\n", {}, "0xfc", 19),
        (HEAD.encode() + b"a,b,1\n" * 1_000_000 + b"c,\xff,2\n", {}, "0xff", 16 + 6_000_000 + 2),
        (HEAD.encode() + b"a,\x81,1\n", {"encoding": "cp1252"}, "0x81", 18),
        ((HEAD + "a,x,1\n").encode("utf-16-le") + b"\x00\xdc\x41\x00", {"encoding": "utf-16-le"}, "0x00", 44),
        (HEAD.encode() + b"a,\xe2\x82", {}, "0xe2", 18),
    ],
)
def test_defect_01_a_file_not_in_its_encoding_is_rejected_with_the_first_bad_byte(
    tmp_path, content, reader, byte, offset
):
    with pytest.raises(RejectedFileError, match=rf"byte {byte} at offset {offset} does not exist in it"):
        read(tmp_path, content, **reader)


@pytest.mark.parametrize(
    ("content", "reader"),
    [
        (b"\xef\xbb\xbf" + HEAD.encode() + b"a,b,1\n", {}),
        ((HEAD + "a,b,1\n").replace("\n", "\r\n").encode(), {}),
        ((HEAD + "a,b,1\n").replace("\n", "\r").encode(), {}),
        ((HEAD + "a,b,1\r\n").encode(), {}),
        (b"Ref,Text,Amount,\na,b,1,\n", {"trailingDelimiter": True}),
        ((HEAD + "a,b,1\n\x1a").encode(), {}),
        ((HEAD + "a,b,1").encode(), {}),
        (b"\xef\xbb\xbfRef,Text,Amount,\r\na,b,1,\r\n\x1a", {"trailingDelimiter": True}),
    ],
)
def test_defect_02_marks_line_ends_and_trailing_delimiters_are_no_part_of_a_value(tmp_path, content, reader):
    outcome = read(tmp_path, content, **reader)
    assert outcome.accepted() == [("a", "b", Decimal("1.00"))]
    assert outcome.findings() == []


@pytest.mark.parametrize(
    "cell", ["=cmd|'/C calc'!A0", "+1+1", "-2", "@SUM(A1)", "<script>x</script>", "{{ 7*7 }}{% raw %}"]
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_defect_42_what_looks_like_a_formula_or_a_template_is_kept_as_it_stands(tmp_path, cell, form):
    text = f'{HEAD}a,"{cell}",1\n' if form == "csv" else f'[{{"Ref": "a", "Text": "{cell}", "Amount": 1}}]'
    outcome = read(tmp_path, text, form)
    assert outcome.accepted() == [("a", cell, Decimal("1.00"))]
    assert outcome.findings() == []


def test_defect_43_a_line_break_in_a_quoted_cell_is_part_of_the_text(tmp_path):
    outcome = read(tmp_path, HEAD + 'a,"one\ntwo\r\nthree\rfour",1\nb,c,2\n')
    assert outcome.accepted("text") == [("one\ntwo\r\nthree\rfour",), ("c",)]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('a,"b,1\nc,d,2\n', "a quotation mark"),
        ('a,b"c,1\nd,"e,2\n', "line [23]"),
        ("a,b\nc,1\n", "line 2: 2 cells where the header has 3 columns"),
        ('a,"b""c,1\nd,e,2\n', "a quotation mark"),
        ("a,b,c,1\n", "line 2: 4 cells where the header has 3 columns"),
    ],
)
def test_defect_43_quotation_marks_and_line_breaks_that_shift_the_columns_reject_the_file(tmp_path, body, says):
    with pytest.raises(RejectedFileError, match=says):
        read(tmp_path, HEAD + body)
