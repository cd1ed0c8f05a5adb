"""Pages and forms for partners who want to deliver: true to the contract, safe with any text, accepted when filled."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import python_calamine

from orchestration.cli.app import run
from orchestration.contracts.load import load_contracts
from orchestration.errors import ContractError, UsageError
from orchestration.handouts import header_line, render_form, render_index, render_page
from orchestration.handouts.form import TABLES, sheet_name
from orchestration.handouts.page import page_languages, page_name, write_pages
from orchestration.handouts.proof import make_all
from orchestration.settings import PROJECT_ROOT
from tests.unit.intake.builders import check, contract, field, rule

CONTRACTS = load_contracts()
FIELDS = [
    field("ref", physicalName="Ref No", primaryKey=True, examples=["A-1"], logicalTypeOptions={"pattern": "^A-[0-9]$"}),
    field("unit", physicalName="Unit", codeList="units", required=True, examples=["KGM"]),
    field("amount", "number", physicalName="Amount", examples=["1.200,50"], decimal=",", grouping=["."]),
    field("note", physicalName="Note"),
]
LISTS = {"units": ["KGM", "NAR"]}
ROWS = [
    {"ref": "A-1", "unit": "KGM", "amount": "1.200,50", "note": "=1+1"},
    {"ref": "A-2", "unit": "NAR", "amount": "7,00", "note": "@x"},
]
MEANT = [("A-1", "KGM", "1200.50", "=1+1"), ("A-2", "NAR", "7.00", "@x")]


class Seen(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("feed", CONTRACTS, ids=str)
def test_every_feed_has_a_page_in_each_of_its_languages(feed):
    found = CONTRACTS[feed]
    for language in page_languages(found):
        page = render_page(found, language).decode()
        seen = Seen(page)
        text = " ".join(" ".join(seen.text).split())
        for one in found.fields:
            assert " ".join(one.source.split()) in text
        assert seen.tags.count("h1") == 1
        assert ("lang", language) in seen.attributes
        assert all(f"list-{name}" in dict(seen.attributes).values() or f'id="list-{name}"' in page
                   for name in found.code_lists)  # fmt: skip
        targets = {value for name, value in seen.attributes if name == "id"}
        assert {value[1:] for name, value in seen.attributes if name == "href" and value.startswith("#")} <= targets


def test_a_page_in_another_language_says_it_in_that_language():
    page = render_page(CONTRACTS["trade_ministry/goods_lines"], "de").decode()
    assert "Güterzeilen der Anträge" in page
    assert "Eine Menge ohne Einheit sagt nichts." in page
    assert "Dateien der Fassung 1.0.0 werden noch angenommen" in page
    assert "Control code hieß Rating." in page
    assert "must be filled in" not in page


def hostile(tmp_path):
    nasty = "<script>alert(1)</script>{{ 7*7 }}{% raw %}\"'><img src=x onerror=y>"
    fields = [
        field("ref", physicalName=nasty, examples=[nasty], codeList="codes"),
        field("day", "date", physicalName="Day"),
    ]
    found = contract(
        tmp_path, fields, code_lists={"codes": ["<b>1</b>"]}, rules=[rule("day_is_new", "day > '2000-01-01'")]
    )
    rules = (replace(found.rules[0], description=nasty),)
    return replace(found, title=nasty, description=nasty, usage=nasty, limitations=nasty, rules=rules,
                   patterns=(f"**/{nasty}.csv",))  # fmt: skip


def test_a_hostile_contract_is_escaped(tmp_path):
    nasty = hostile(tmp_path)
    for page in (render_page(nasty), render_index([nasty])):
        seen = Seen(page.decode())
        assert not {"script", "img", "b"} & set(seen.tags)
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        assert "{{ 7*7 }}" in " ".join(seen.text)
        assert "Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" in page.decode()


def test_the_index_leads_to_every_page(tmp_path):
    written = write_pages(list(CONTRACTS.values()), tmp_path)
    names = {path.name for path in written}
    links = {value for name, value in Seen((tmp_path / "index.html").read_text()).attributes if name == "href"}
    assert links == names - {"index.html"}
    assert page_name(CONTRACTS["customs_service/seizures"], "de") in names


def sheets(content):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_filled_form_is_accepted_as_it_is_where_the_feed_is_a_workbook(tmp_path):
    found = contract(tmp_path, FIELDS, code_lists=LISTS, form="xlsx")
    path = tmp_path / "feed.xlsx"
    path.write_bytes(render_form(found, rows=ROWS))
    outcome = check(found, path)
    assert outcome.counts.rows_accepted == 2
    assert [tuple(map(str, row)) for row in outcome.accepted()] == MEANT


def test_a_filled_form_is_accepted_once_it_is_saved_as_csv(tmp_path):
    found = contract(tmp_path, FIELDS, code_lists=LISTS, reader={"delimiter": ";", "encoding": "cp1252"})
    table = sheets(render_form(found, rows=ROWS))[sheet_name(found)]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(table)
    path = tmp_path / "feed.csv"
    path.write_bytes(text.getvalue().encode("cp1252"))
    assert [tuple(map(str, row)) for row in check(found, path).accepted()] == MEANT


def test_the_samples_workbook_feeds_take_their_own_forms(tmp_path):
    for feed in ("prosecution_service/cases", "prosecution_service/penalties"):
        found = CONTRACTS[feed]
        example = {one.name: one.examples[0] for one in found.fields if one.required}
        path = tmp_path / f"{found.feed}.xlsx"
        path.write_bytes(render_form(found, rows=[example]))
        assert check(found, path).counts.rows_read == 1


def test_a_form_begins_with_the_header_and_offers_the_codes(tmp_path):
    found = contract(tmp_path, FIELDS, code_lists=LISTS)
    content = render_form(found, rows=ROWS)
    read = sheets(content)
    assert list(read) == ["feed", "How to fill in", "Codes"]
    assert read["feed"][0] == ["Ref No", "Unit", "Amount", "Note"]
    assert read["Codes"] == [["units", ""], ["KGM", "KGM"], ["NAR", "NAR"]]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        table = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in table
    assert len(re.findall(r'<dataValidation type="list"', table)) == 1
    assert "'Codes'!$A$2:$A$3" in table
    guide = " ".join(str(cell) for row in read["How to fill in"] for cell in row)
    assert "save the first sheet as CSV (delimiter “,”, encoding utf-8)" in guide
    assert render_form(found, rows=ROWS) == content


def test_the_form_is_told_in_the_partners_language():
    read = sheets(render_form(CONTRACTS["trade_ministry/goods_lines"], "de"))
    assert list(read) == ["goods_lines", "Anleitung", "Codeliste"]
    assert read["Anleitung"][0][0] == "Güterzeilen der Anträge"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_file_that_begins_with_the_header_line_is_accepted(tmp_path, encoding):
    fields = [*FIELDS[:3], field("note", physicalName='Größe, "netto"')]
    found = contract(
        tmp_path, fields, code_lists=LISTS, reader={"delimiter": ";", "encoding": encoding, "skipLines": 1}
    )
    path = tmp_path / "feed.csv"
    path.write_bytes(header_line(found) + "A-1;KGM;7,00;x\r\n".encode(encoding.replace("utf-16", "utf-16-le")))
    assert check(found, path).counts.rows_accepted == 1


def test_a_feed_that_is_no_table_has_no_form():
    for make in (header_line, render_form):
        with pytest.raises(UsageError, match="is delivered as jsonl, which no table of cells can stand for"):
            make(CONTRACTS["intelligence_service/reports"])
    with pytest.raises(UsageError, match="take the workbook"):
        header_line(CONTRACTS["prosecution_service/cases"])


def test_the_proof_makes_everything_and_names_what_cannot_be_made(tmp_path):
    contracts = list(CONTRACTS.values())
    pages = sum(len(page_languages(one)) for one in contracts)
    forms = sum(len(page_languages(one)) for one in contracts if one.format in TABLES)
    headers = sum(one.format in ("csv", "tsv") and one.options.header for one in contracts)
    assert make_all(contracts) == 1 + pages + forms + headers
    broken = contract(tmp_path, [field("a", physicalName="Größe")], reader={"encoding": "ascii"})
    with pytest.raises(ContractError, match=r"feed\.odcs\.yaml: no page or form can be made of it: UnicodeEncodeError"):
        make_all([broken])


@pytest.mark.parametrize(
    "arguments",
    [
        ("template", "trade_ministry/goods_lines", "--out", "{there}"),
        ("template", "trade_ministry/goods_lines", "--out", "{there}/none/a.xlsx"),
        ("docs", "--out", "{there}/file/x"),
        ("init", "{sample}", "--out", "{there}/file"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path, capfd, arguments):
    (tmp_path / "file").write_text("a")
    sample = PROJECT_ROOT / "docs" / "examples" / "permits_2026Q1.csv"
    code = run(["contracts", *(part.format(there=tmp_path, sample=sample) for part in arguments)])
    said = capfd.readouterr().err
    assert (code, "cannot be written" in said, "Choose another place with --out" in said) == (2, True, True)
