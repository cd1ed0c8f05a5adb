"""XLSX, JSON, XML, Parquet and zip: exact values, clear refusals."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from orchestration.errors import RejectedFileError
from orchestration.submissions.read import archive
from tests.unit.intake.builders import check, contract, field

FIELDS = [
    field("ref", physicalName="Ref"),
    field("amount", "number", physicalName="Amount", scale=2, decimal=","),
    field("day", "date", physicalName="Day", formats=["%d.%m.%Y"]),
    field("flag", "boolean", physicalName="Flag", booleans={"true": ["J"], "false": ["N"]}),
]
EXPECTED = [("007", Decimal("1234.10"), date(2024, 2, 29), True), ("5", Decimal("0.30"), date(1999, 12, 31), False)]


def workbook(path, rows, sheet="Data", other=None):
    book = xlsxwriter.Workbook(str(path))
    for name, content in ((sheet, rows), *([(other, [])] if other else [])):
        page = book.add_worksheet(name)
        for r, row in enumerate(content):
            for c, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(r, c, cell, book.add_format({"num_format": "dd/mm/yyyy"}))
                else:
                    page.write(r, c, cell)
    book.close()
    return path


def test_a_workbook_gives_the_values_that_its_cells_show(tmp_path):
    of = contract(tmp_path, FIELDS, form="xlsx", reader={"sheet": "Data"})
    rows = [
        ["Ref", "Amount", "Day", "Flag"],
        ["007", 1234.1, date(2024, 2, 29), True],
        [],
        [5, 0.1 + 0.2, "31.12.1999", "n"],
    ]
    outcome = check(of, workbook(tmp_path / "feed.xlsx", rows, other="Notes"))
    assert outcome.accepted() == EXPECTED


@pytest.mark.parametrize(
    ("rows", "reader", "says"),
    [
        ([["Ref", "Amount", "Day"]], {}, "lacks `Flag`"),
        ([["Ref"]], {"sheet": "Cases"}, "has the sheets Data; expected one called Cases"),
        ([["Ref", "Amount", "Day", "Flag"], ["a", 1, None, None, "beside"]], {}, "values to the right"),
        ([], {}, "has no header"),
    ],
)
def test_a_workbook_that_breaks_the_agreement_is_refused(tmp_path, rows, reader, says):
    of = contract(tmp_path, FIELDS, form="xlsx", reader=reader)
    with pytest.raises(RejectedFileError, match=says):
        check(of, workbook(tmp_path / "feed.xlsx", rows))


def test_a_truncated_workbook_is_refused(tmp_path):
    of = contract(tmp_path, FIELDS, form="xlsx")
    file = workbook(tmp_path / "feed.xlsx", [["Ref", "Amount", "Day", "Flag"]])
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(RejectedFileError, match="damaged or truncated workbook"):
        check(of, file)


NESTED = [
    field("ref", physicalName="ref", required=True),
    field("grade", physicalName="source.reliability"),
    field("amount", "number", physicalName="amount", scale=4),
    field("tags", "array", physicalName="tags"),
]


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_json_keeps_numbers_digit_for_digit_and_reaches_into_objects(tmp_path, form):
    records = [
        '{"ref": "a", "source": {"reliability": "B"}, "amount": 12345678901234.1234, "tags": ["x", {"n": 1.10}]}',
        '{"ref": 7, "amount": null, "tags": []}',
    ]
    of = contract(tmp_path, NESTED, form=form)
    file = tmp_path / f"feed.{form}"
    file.write_text("\n".join(records) + "\n" if form == "jsonl" else f"[{','.join(records)}]")
    assert check(of, file).accepted() == [
        ("a", "B", Decimal("12345678901234.1234"), '["x",{"n":1.10}]'),
        ("7", None, None, "[]"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"ref": "a"}\n{"ref": "b"', "line 2, column .*: not valid JSON"),
        ('{"ref": "a", "other": 1}\n', "line 1: the key `other` is not known"),
        ('{"ref": "a", "source": {"grade": 1}}\n', "the key `source.grade` is not known"),
        ('{"ref": "a", "ref": "b"}\n', "`ref` stands twice"),
        ('{"ref": ["a"]}\n', "`ref` is an array; expected a single value"),
        ('{"ref": "a", "tags": "x"}\n', "`tags` is a text; expected an array"),
        ('{"ref": NaN}\n', "NaN is no JSON value"),
        ("[1]\n", "expected a JSON object"),
        ('{"amount": 1}\n', "no record has the key `ref`"),
        ("[" * 100_000 + "\n", "nested too deep|not valid JSON"),
    ],
)
def test_json_that_breaks_the_agreement_is_refused_with_its_line(tmp_path, text, says):
    of = contract(tmp_path, NESTED, form="jsonl")
    (tmp_path / "feed.jsonl").write_text(text)
    with pytest.raises(RejectedFileError, match=says):
        check(of, tmp_path / "feed.jsonl")


XML_FIELDS = [
    field("ref", physicalName="@ref"),
    field("record_tag", physicalName="@@tag"),
    field("name", physicalName="n:name[1]"),
    field("code", physicalName="n:type/@code"),
    field("aliases", "array", physicalName="n:akas/n:aka"),
]
XML_READER = {"recordPath": "n:person | n:firm", "namespaces": {"n": "urn:x"}}
XML = """<?xml version="1.0"?>
<list xmlns="urn:x"><!-- note -->
  <person ref="1"><name>Ann <b>Lee</b></name><name>second</name><type code="P"/>
    <akas><aka>Anni</aka><aka strong="true"><first>A</first><first>B</first>text</aka><aka/></akas></person>
  <firm ref="2"><name>Früh &amp; Söhne</name></firm>
  <other ref="3"/>
</list>"""


def test_xml_records_with_namespaces_attributes_and_repeated_elements(tmp_path):
    of = contract(tmp_path, XML_FIELDS, form="xml", reader=XML_READER)
    (tmp_path / "feed.xml").write_text(XML, encoding="utf-8")
    rows = check(of, tmp_path / "feed.xml").accepted()
    assert [row[:4] for row in rows] == [("1", "person", "Ann Lee", "P"), ("2", "firm", "Früh & Söhne", None)]
    assert json.loads(rows[0][4]) == ["Anni", {"@strong": "true", "first": ["A", "B"], "#text": "text"}]
    assert rows[1][4] is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (XML.replace("</list>", ""), r"line \d+, column \d+: not well-formed XML"),
        (XML.replace("urn:x", "urn:y"), "holds no element <person> or <firm> of the namespace urn:x"),
        (XML.replace("<list", '<!DOCTYPE list [<!ENTITY a "b">]><list'), "document type declaration"),
        (XML.replace("</akas>", '</akas><type code="Q"/>'), "`n:type/@code` stands 2 times"),
        ("not xml", "not well-formed"),
    ],
)
def test_xml_that_breaks_the_agreement_is_refused(tmp_path, text, says):
    of = contract(tmp_path, XML_FIELDS, form="xml", reader=XML_READER)
    (tmp_path / "feed.xml").write_text(text, encoding="utf-8")
    with pytest.raises(RejectedFileError, match=says):
        check(of, tmp_path / "feed.xml")


def test_parquet_types_become_the_fields_own(tmp_path):
    of = contract(
        tmp_path, [*FIELDS, field("at", "timestamp", physicalName="At")], form="parquet", timezone="Europe/Vienna"
    )
    table = pa.table(
        {
            "Day": [date(2024, 2, 29), date(1999, 12, 31)],
            "Ref": ["007", "5"],
            "Amount": pa.array([Decimal("1234.10"), Decimal("0.30")], pa.decimal128(12, 2)),
            "Flag": [True, False],
            "At": [datetime(2024, 7, 1, 12), None],
        }
    )
    pq.write_table(table, tmp_path / "feed.parquet")
    rows = check(of, tmp_path / "feed.parquet").accepted()
    assert [row[:4] for row in rows] == EXPECTED
    assert rows[0][4] == datetime(2024, 7, 1, 10, tzinfo=UTC).replace(tzinfo=None)


def test_parquet_numbers_that_are_no_decimals_are_quarantined_not_lost(tmp_path):
    of = contract(tmp_path, [field("n", "number", scale=2)], form="parquet")
    table = pa.table({"n": [1.25, float("nan"), float("inf"), -float("inf"), 1e300, None]})
    pq.write_table(table, tmp_path / "feed.parquet")
    outcome = check(of, tmp_path / "feed.parquet")
    assert outcome.accepted() == [(Decimal("1.25"),), (None,)]
    assert outcome.broken_rules() == {number: ["n_is_a_decimal"] for number in (2, 3, 4, 5)}


def test_hostile_names_and_characters_in_parquet_stay_what_they_are(tmp_path):
    name = 'a"; drop table x; --'
    of = contract(tmp_path, [field("a", physicalName=name)], form="parquet")
    table = pa.table({name: ["=1+1", "x\u202ey", "NA"]}).replace_schema_metadata({"x": "y" * 5_000_000})
    pq.write_table(table, tmp_path / "feed.parquet")
    outcome = check(of, tmp_path / "feed.parquet")
    assert outcome.accepted() == [("=1+1",), ("x\u202ey",), ("NA",)]
    assert [row for row, *_ in outcome.findings("warning")] == [2]


def test_a_truncated_parquet_file_is_refused(tmp_path):
    of = contract(tmp_path, FIELDS, form="parquet")
    pq.write_table(pa.table({"Ref": ["a"] * 1000}), tmp_path / "whole")
    (tmp_path / "feed.parquet").write_bytes((tmp_path / "whole").read_bytes()[:-20])
    with pytest.raises(RejectedFileError, match="not a whole Parquet file"):
        check(of, tmp_path / "feed.parquet")


ZIPPED = [field("a"), field("b")]


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def test_a_zip_gives_its_one_member(tmp_path):
    of = contract(tmp_path, ZIPPED, form="zip", reader={"member": "*.csv"})
    members = {"data/": "", "data/Feed.CSV": "a,b\n1,2\n", "__MACOSX/._Feed.CSV": "x"}
    assert check(of, zipped(tmp_path / "feed.zip", members)).accepted() == [("1", "2")]


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"x.txt": "a"}, "holds x.txt; expected exactly one file that matches `\\*.csv`"),
        ({"a.csv": "a,b\n", "b.csv": "a,b\n"}, "holds a.csv, b.csv; expected exactly one"),
        ({"../a.csv": "a,b\n"}, "points outside the archive"),
        ({"/a.csv": "a,b\n"}, "points outside the archive"),
        ({f"{n}.csv": "" for n in range(300)}, "has 300 entries"),
        ({"a.csv": "a,b\n1\n"}, "a.csv in feed.zip, line 2"),
        ({"a.csv": "0" * (80 << 20)}, "would unpack to 83,886,080 bytes"),
    ],
)
def test_archives_that_lie_are_refused(tmp_path, members, says):
    of = contract(tmp_path, ZIPPED, form="zip", reader={"member": "*.csv"})
    with pytest.raises(RejectedFileError, match=says):
        check(of, zipped(tmp_path / "feed.zip", members))


def test_truncated_and_damaged_archives_are_refused(tmp_path):
    of = contract(tmp_path, ZIPPED, form="zip", reader={"member": "*.csv"})
    whole = zipped(tmp_path / "whole.zip", {"a.csv": "a,b\n" + "1,2\n" * 1000}).read_bytes()
    for broken in (whole[: len(whole) // 2], whole[:60] + b"\xff\xff" + whole[62:]):
        (tmp_path / "feed.zip").write_bytes(broken)
        with pytest.raises(RejectedFileError, match="damaged or truncated zip archive"):
            check(of, tmp_path / "feed.zip")


def test_a_member_that_unpacks_to_more_than_it_declares_is_refused(tmp_path):
    content = io.BytesIO()
    zipped(content, {"a.csv": "a,b\n" + "1,2\n" * 100})
    data = bytearray(content.getvalue())
    central = data.rfind(b"PK\x01\x02")
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    (tmp_path / "feed.zip").write_bytes(bytes(data))
    with pytest.raises(RejectedFileError):
        archive.extract_member(tmp_path / "feed.zip", "*.csv", tmp_path, "feed.zip")


def test_an_xml_document_of_the_right_namespace_may_hold_no_record(tmp_path):
    of = contract(tmp_path, XML_FIELDS, form="xml", reader=XML_READER)
    (tmp_path / "feed.xml").write_text('<list xmlns="urn:x"/>', encoding="utf-8")
    assert check(of, tmp_path / "feed.xml").counts.rows_read == 0
