"""The page: well-formed, accessible in structure, safe with hostile text, the same numbers as its companions."""

import base64
import csv
import hashlib
import io
import re
from html.parser import HTMLParser

import pytest
from lxml import etree, html

from reports.context import prepare
from reports.cover import Cover
from reports.figures import writer
from reports.periods import Period
from reports.render import render
from reports.report_files import load_report
from reports.styles import css_text
from tests.unit.reports import tiny
from tests.unit.reports.conftest import WORLDS, contents_of, rendered

VOID = {"meta", "link", "br", "img", "col", "hr", "input", "source"}
HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% include 'x' %}",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1",
    "-1",
    '" onload="x',
]


class Nesting(HTMLParser):
    """Follows open and close tags, as a browser would have to mend them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"{tag} has an attribute twice")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


def page_of(report: str, **kwargs) -> str:
    return rendered(report, **kwargs).files["index.html"].decode("utf-8")


def document(report: str, **kwargs) -> html.HtmlElement:
    return html.document_fromstring(page_of(report, **kwargs))


def test_every_tag_is_closed_in_its_place(report):
    nesting = Nesting()
    nesting.feed(page_of(report))
    assert nesting.faults == []
    assert nesting.open == []


def test_ids_are_unique_and_every_inner_link_arrives(report):
    tree = document(report)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {link[1:] for link in tree.xpath("//a/@href") if link.startswith("#")}
    assert targets <= set(ids)
    labels = {name for value in tree.xpath("//@aria-labelledby") for name in value.split()}
    assert labels <= set(ids)


def test_companions_that_are_linked_exist(report):
    files = rendered(report).files
    pages = {name for name in files if name.endswith(".html")}
    linked = {
        href for page in pages for href in html.document_fromstring(files[page].decode()).xpath("//a[@download]/@href")
    }
    assert linked == set(files) - pages


def test_language_title_landmarks_and_headings(report):
    tree = document(report)
    assert tree.get("lang") == "en-GB"
    assert tree.findtext("head/title")
    for landmark in ("header", "nav", "main", "footer"):
        assert len(tree.xpath(f"//{landmark}")) == 1, landmark
    levels = [int(node.tag[1]) for node in tree.xpath("//h1|//h2|//h3|//h4")]
    assert levels.count(1) == 1
    assert tree.xpath("//a[@class='skip']/@href") == ["#main"]
    assert all(node.text_content().strip() for node in tree.xpath("//h1|//h2|//h3"))


def test_tables_have_captions_scopes_and_no_empty_headers(report):
    tree = document(report)
    tables = tree.xpath("//table")
    assert tables
    for table in tables:
        assert len(table.xpath("caption")) == 1
        assert table.xpath("thead//th")
        for header in table.xpath(".//th"):
            assert header.get("scope") in {"col", "row", "colgroup"}
            assert header.text_content().strip()
        widths = {len(row.xpath("th|td")) for row in table.xpath("tbody/tr|tfoot/tr")}
        assert len(widths) == 1
        last = table.xpath("thead/tr[last()]/th")
        spanning = table.xpath("thead/tr[1]/th[@rowspan]")
        assert widths == {len(last) + len(spanning)}
        assert len(table.xpath("tbody/tr")) == len(table.xpath("tbody/tr/th[@scope='row']"))
        frame = table.getparent()
        assert (frame.get("role"), frame.get("tabindex")) == ("region", "0")


def test_nothing_comes_from_elsewhere_and_the_styles_match_the_content_policy(report):
    page = page_of(report)
    tree = html.document_fromstring(page)
    assert set(tree.xpath("//link/@rel")) <= {"alternate"}
    assert not tree.xpath("//script|//iframe|//img|//@style|//@onclick|//@src")
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_at_most_six_headlines_each_with_a_number_and_a_link_to_its_table(report):
    items = document(report).xpath("//section[@id='headlines']//li")
    assert 3 <= len(items) <= 6
    for item in items:
        assert item.xpath(".//*[@data-cell]")
        assert item.xpath(".//a[starts-with(@href, '#table-')]")


def test_charts_are_pictures_with_title_description_and_table(report):
    files = rendered(report).files
    pictures = [name for name in files if name.endswith(".svg")]
    assert len(pictures) >= (1 if report == "list_changes" else 3)
    for name in pictures:
        root = etree.fromstring(files[name])
        assert root.get("role") == "img"
        title, description = root[0], root[1]
        assert title.tag.endswith("title") and title.text
        assert description.tag.endswith("desc") and len(description.text) > len(title.text)
        assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    for figure in document(report).xpath("//figure"):
        assert figure.xpath("figcaption") and figure.xpath(".//a[starts-with(@href, '#table-')]")


def test_bars_and_columns_start_at_zero_and_keep_proportion():
    root = etree.fromstring(rendered("licensing_statistics").files["charts/decisions-trend-trade-ministry.svg"])
    heights = [float(node.get("height")) for node in root.iter("{*}rect")]
    numbers = [294, 312, 393, 360, 366, 417, 384, 432, 456]
    for height, number in zip(heights, numbers, strict=True):
        assert height == pytest.approx(max(heights) * number / 456, abs=0.1)
    bottoms = {round(float(n.get("y")) + float(n.get("height")), 1) for n in root.iter("{*}rect")}
    assert bottoms == {178.0}


def test_a_table_in_full_folds_away_and_every_row_is_in_it():
    tree = document("licensing_statistics")
    fold = tree.xpath("//details[@class='complete']//table[@data-complete='4a']")[0]
    assert len(fold.xpath("tbody/tr")) == len(tiny.COUNTRIES)


def test_an_authority_without_data_is_said_to_have_none_and_never_zero():
    tree = document("licensing_statistics")
    said = tree.xpath("//*[@id='table-7b']")[0].text_content()
    assert "[x] not available" in said and "does not deliver when applications were made" in said
    assert not tree.xpath("//*[@id='table-7b']//td")


def test_every_number_of_the_page_is_that_of_the_companion_file(report):
    contents = contents_of(report)
    files = render(contents, Cover("x-v1", "Provisional")).files
    tree = html.document_fromstring(files["index.html"].decode())
    write = writer("en_GB")
    compared = 0
    for table in contents.tables.values():
        rows = list(csv.DictReader(io.StringIO(files[table.csv_name].decode("utf-8"))))
        for part in table.parts:
            own = [row for row in rows if row["partner"] == part.authority.code]
            assert len(own) == max(len(part.rows), 1)
            for row, line in zip(part.rows, own, strict=False):
                for cell in row.cells:
                    if cell.column.is_text:
                        continue
                    raw = line[cell.column.name]
                    text = raw if raw.startswith("[") else write(raw, cell.format)
                    assert text == cell.text, cell.id
                    for node in tree.xpath(f"//td[@id='{cell.id}']"):
                        assert node.text_content() == text
                        compared += 1
    assert compared > 60


def test_the_same_input_gives_the_same_bytes_whatever_the_order_of_rows(report):
    def shuffle(tables):
        for rows in tables.values():
            rows.sort(key=lambda row: hashlib.sha256(repr(sorted(row.items(), key=str)).encode()).digest())

    one, other = rendered(report), rendered(report, change=shuffle)
    assert one == other


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_never_run(text):
    def rename(tables):
        for row in tables["rpt_licensing_statistics__decisions_by_destination"]:
            if row["destination_code"] == "IN":
                row["destination"], row["destination_code"] = text, text

    names = {**tiny.NAMES, tiny.ALLY: (text, text)}
    files = rendered("licensing_statistics", change=rename, names=names).files
    page = files["index.html"].decode("utf-8")
    tree = html.document_fromstring(page)
    nesting = Nesting()
    nesting.feed(page)
    assert nesting.faults == []
    assert not tree.xpath("//script|//@onload|//@src")
    assert text in [node.text_content() for node in tree.xpath("//th[@scope='row']")]
    for name, content in files.items():
        if name.endswith(".svg"):
            assert not list(etree.fromstring(content).iter("{*}script"))
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(content.decode("utf-8"))):
                for value in row:
                    is_number = re.fullmatch(r"-?\d+(\.\d+)?", value)
                    assert is_number or not value.startswith(("=", "+", "-", "@"))


def test_hostile_text_in_the_running_header_stays_text():
    assert (
        css_text('a"; } body { display: none } </style>')
        == "a\\000022; \\00007d body \\00007b display: none \\00007d \\00003c\\00002fstyle\\00003e"
    )


def test_an_edition_can_carry_the_day_of_its_publication():
    from datetime import date

    make, period = WORLDS["enforcement"]
    contents = prepare(load_report("enforcement"), Period.parse(period), tiny.TinySource(make()))
    page = render(contents, Cover("2025-H2-v2", "Revised", date(2026, 5, 4))).files["index.html"].decode()
    assert "4 May 2026" in page and "Revised" in page


def test_the_text_may_name_a_table_that_no_authority_has() -> None:
    """Where no party was screened anew, the table of hits has no caption, and its section names it all the same."""

    def nothing_is_screened(tables):
        tables["rpt_list_changes__hits"] = []

    number = contents_of("list_changes", nothing_is_screened).tables["hits"].number
    page = html.document_fromstring(rendered("list_changes", nothing_is_screened).files["index.html"].decode())
    assert f"Table {number} tells how many records" in page.xpath("string(//section[@id='hits'])")
    assert not [node for node in page.xpath("//caption") if f"Table {number}" in node.text_content()]
