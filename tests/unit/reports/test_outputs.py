"""The other forms of an edition: the same figures in each, numbers as numbers, nothing beside them, the same bytes."""

import csv
import io
import json
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from reports.cover import Cover
from reports.figures import CONFIDENTIAL, FORMATS, NOT_APPLICABLE, NOT_AVAILABLE
from reports.outputs import metadata, observations, whole, workbook
from reports.remarks import Gap, with_remarks
from reports.render import companions
from tests.unit.reports import tiny
from tests.unit.reports.conftest import contents_of
from tests.unit.reports.test_disclosure import seized
from tests.unit.reports.test_page import HOSTILE

COVER = Cover("2025-Q4-v1", "Provisional")
SYMBOLS = {CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE}
SHEET = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def cells(contents):
    for table in contents.tables.values():
        for part in table.parts:
            for row in part.rows:
                for cell in row.cells:
                    yield table, part, row, cell


def sheets(content: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def archive(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def contents(report):
    return contents_of(report, seized if report == "enforcement" else None)


def test_the_workbook_holds_every_figure_as_a_number_and_every_symbol_as_text(contents):
    book = sheets(workbook.workbook(contents, COVER, []))
    assert list(book) == ["Cover", *(f"Table {table.number}" for table in contents.tables.values()), "Notes"]
    compared = 0
    for table in contents.tables.values():
        lines = iter(book[f"Table {table.number}"][workbook.HEADING_ROW + 1 :])
        for part in table.parts:
            if not part.available:
                assert set(next(lines)[2:]) == {NOT_AVAILABLE}
            for row, line in zip(part.rows, lines, strict=False):
                assert line[:2] == [part.authority.code, part.authority.name]
                for cell, said in zip(row.cells, line[2:], strict=True):
                    if cell.column.is_text:
                        assert isinstance(said, str)
                    elif said in SYMBOLS:
                        assert cell.text == said
                    else:
                        assert isinstance(said, float)
                        shown = Decimal(str(cell.value)) * FORMATS[cell.format].scale
                        assert said == pytest.approx(float(shown), rel=1e-12)
                        compared += 1
    assert compared > 60


def test_the_workbook_hides_nothing_merges_nothing_and_computes_nothing(contents):
    members = archive(workbook.workbook(contents, COVER, ["=1+1"]))
    assert not [name for name in members if re.search("calcChain|externalLink|vba|pivot|comments", name)]
    names = []
    for name, content in members.items():
        root = etree.fromstring(content)
        assert not root.xpath("//m:f | //m:mergeCell | //m:calculatedColumnFormula", namespaces=SHEET), name
        assert not root.xpath("//m:*[@hidden='1' or @state='hidden' or @state='veryHidden']", namespaces=SHEET), name
        if name.startswith("xl/tables/"):
            names.append(root.get("name"))
            headings = root.xpath("//m:tableColumn/@name", namespaces=SHEET)
            assert len(headings) == len({heading.lower() for heading in headings})
        if name.startswith("xl/worksheets/sheet") and root.xpath("//m:tablePart", namespaces=SHEET):
            pane = root.xpath("//m:pane", namespaces=SHEET)[0]
            assert (pane.get("state"), pane.get("ySplit")) == ("frozen", str(workbook.HEADING_ROW + 1))
    assert len(names) == len(set(names)) == len([table for table in contents.tables.values() if table.parts])


def test_headings_of_the_workbook_bear_units_and_notes():
    headings = sheets(workbook.workbook(contents_of("licensing_statistics"), COVER, []))["Table 4"][3]
    assert "Value granted (EUR million)" in headings and "Refusal rate (%) [note 3]" in headings


def test_the_notes_of_the_workbook_say_what_had_not_come():
    contents = with_remarks(contents_of("enforcement"), [Gap(tiny.CUSTOMS, "seizures", "2025-12")])
    notes = [row[:2] for row in sheets(workbook.workbook(contents, COVER, []))["Notes"]]
    (remark,) = contents.remarks["trend"]
    assert notes.count([remark.symbol, remark.text]) == sum(map(len, contents.remarks.values())) > 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_the_workbook(text):
    def rename(tables):
        for row in tables["rpt_licensing_statistics__decisions_by_destination"]:
            if row["destination_code"] == "IN":
                row["destination"], row["destination_code"] = text, text

    content = workbook.workbook(contents_of("licensing_statistics", rename), COVER, [text])
    assert any(text in row for row in sheets(content)["Table 4"])
    for part in archive(content).values():
        assert not etree.fromstring(part).xpath("//m:f", namespaces=SHEET)
    styles = etree.fromstring(archive(content)["xl/styles.xml"])
    assert bool(styles.xpath("//m:xf[@quotePrefix='1']", namespaces=SHEET)) == text.startswith(("=", "+", "-", "@"))


def test_every_form_is_the_same_bytes_again(contents):
    one, two = companions(contents, COVER, ["A."]), companions(contents, COVER, ["A."])
    assert one == two
    entries = zipfile.ZipFile(io.BytesIO(one[workbook.FILE])).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    made = etree.fromstring(archive(one[workbook.FILE])["docProps/core.xml"]).xpath("//*[local-name()='created']")
    assert datetime.fromisoformat(made[0].text).date() == contents.release_date


def test_each_observation_is_a_cell_with_its_status(contents):
    rows = list(csv.DictReader(io.StringIO(observations.observations(contents, COVER).decode())))
    told = {
        (table.declaration.name, part.authority.code, row.key, cell.column.name): cell
        for table, part, row, cell in cells(contents)
        if not cell.column.is_text
    }
    assert len(rows) == len(told) > 60
    for row in rows:
        cell = told[(row["DATAFLOW"].partition(".")[2], row["REF_AREA"], row["ROW"], row["MEASURE"])]
        expected = {CONFIDENTIAL: "QC", NOT_AVAILABLE: "OF"}.get(cell.text, "MF" if cell.value is None else "PF")
        assert row["OBS_STATUS"] + row["CONF_STATUS"] == expected, row
        assert row["CELL"] == cell.id
        if row["OBS_VALUE"]:
            assert Decimal(row["OBS_VALUE"]) == pytest.approx(Decimal(str(cell.value)), abs=Decimal("1e-12"))
        else:
            assert cell.value is None or cell.text == NOT_AVAILABLE
    if contents.report.name == "enforcement":
        assert "Q" in {row["OBS_STATUS"] for row in rows}


def test_figures_of_an_edition_that_is_no_longer_provisional_are_normal():
    rows = csv.DictReader(
        io.StringIO(observations.observations(contents_of("enforcement"), Cover("x", "Final")).decode())
    )
    assert {row["OBS_STATUS"] for row in rows} >= {"A"} and "P" not in {row["OBS_STATUS"] for row in rows}


def test_the_json_document_holds_every_cell_and_what_is_printed(contents):
    said = json.loads(whole.whole(contents, COVER, ["A sentence."]))
    assert (said["edition"], said["status"], said["headlines"]) == (COVER.id, "Provisional", ["A sentence."])
    assert said["contents_sha256"] == contents.fingerprint
    tables = {table["name"]: table for table in said["tables"]}
    for table, part, row, cell in cells(contents):
        parts = {one["authority"]: one for one in tables[table.declaration.name]["parts"]}
        rows = {one["key"]: one for one in parts[part.authority.code]["rows"]}
        told = rows[row.key]["cells"][cell.column.name]
        if not cell.column.is_text:
            assert (told["id"], told["text"]) == (cell.id, cell.text)
            assert (told["value"] is None) == (cell.value is None or cell.text == NOT_AVAILABLE)
    assert set(said["symbols"]) <= SYMBOLS | {"[low]"}


# The essentials of the W3C recommendation "Metadata Vocabulary for Tabular Data": what a validator checks first.
NAME = re.compile(r"^(?!_)[A-Za-z0-9._%]+$")
DATATYPES = {"string", "decimal", "integer", "boolean"}


def read(text: str, column: dict):
    """A cell's value as CSVW reads it: None for a null, else by the datatype; ValueError where it is none."""
    if text in column.get("null", [""]):
        return None
    datatype = column["datatype"]
    base = datatype if isinstance(datatype, str) else datatype["base"]
    if base == "boolean":
        return {"true": True, "false": False}[text]
    if base == "string":
        return text
    number = Decimal(text)
    if base == "integer" and number != number.to_integral_value():
        raise ValueError(text)
    return number


def test_the_csvw_description_describes_every_csv_file_to_its_last_cell(contents):
    files = companions(contents, COVER, [])
    group = json.loads(files[metadata.FILE])
    assert group["@context"] == ["http://www.w3.org/ns/csvw", {"@language": contents.report.language}]
    assert group["dc:issued"]["@value"] == contents.release_date.isoformat()
    assert {table["url"] for table in group["tables"]} == {name for name in files if name.endswith(".csv")}
    assert (group.get("dc:license", {}).get("@id") or "") == contents.report.licence
    for table in group["tables"]:
        columns = table["tableSchema"]["columns"]
        names = [column["name"] for column in columns]
        assert len(names) == len(set(names)) and all(NAME.match(name) for name in names)
        assert all(column["titles"] for column in columns)
        lines = list(csv.reader(io.StringIO(files[table["url"]].decode())))
        assert lines[0] == names
        keys = set()
        for line in lines[1:]:
            values = {column["name"]: read(text, column) for column, text in zip(columns, line, strict=True)}
            key = tuple(values[name] for name in table["tableSchema"]["primaryKey"])
            assert key not in keys, (table["url"], key)
            keys.add(key)


def test_the_day_of_publication_is_that_of_every_form():
    files = companions(contents_of("enforcement"), Cover("2025-H2-v1", "Final", date(2026, 5, 4)), [])
    assert json.loads(files[metadata.FILE])["dc:issued"]["@value"] == "2026-05-04"
    assert json.loads(files[whole.FILE])["published_on"] == "2026-05-04"
    assert ["Published", "2026-05-04"] in [row[:2] for row in sheets(files[workbook.FILE])["Cover"]]


def test_a_table_that_no_authority_fills_says_why():
    def without(tables):
        tables["rpt_data_quality_scorecard__rules"] = []

    book = sheets(workbook.workbook(contents_of("data_quality_scorecard", without), COVER, []))
    assert book["Table 3"][workbook.HEADING_ROW][0] == "[x] No row of any partner was kept out."
    assert tiny.QUARTER in json.dumps(
        json.loads(whole.whole(contents_of("data_quality_scorecard", without), COVER, []))
    )
