"""The PDF: tagged for a screen reader to its last table, on A4, the same bytes, whatever letters it shows."""

import io
import re
from datetime import date
from itertools import combinations, pairwise

import pikepdf
import pypdfium2
import pytest
from lxml import html
from pikepdf import Name

from reports.cover import Cover
from reports.outputs import pdf
from reports.render import render
from tests.unit.reports import tiny
from tests.unit.reports.conftest import contents_of, rendered

A4_POINTS = (595, 842)


@pytest.fixture
def document(report):
    with pikepdf.open(io.BytesIO(rendered(report).files[pdf.FILE])) as opened:
        yield opened


def elements(document, kind: str) -> list:
    return [one for one in pdf._elements(document.Root.StructTreeRoot.K) if str(one.S) == f"/{kind}"]


def headings(document) -> list[int]:
    found = [str(one.S) for one in pdf._elements(document.Root.StructTreeRoot.K)]
    return [int(tag[2:]) for tag in found if re.fullmatch(r"/H[1-6]", tag)]


def text_of(content: bytes) -> list[str]:
    """The text layer of each page, spaces run together; words cut at the end of a line are joined."""
    pages = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_bounded() for page in pages]
    return [" ".join(re.sub("[\ufffe\u00ad\u2060]\\s*", "", text).split()) for text in texts]


def overlapping(content: bytes) -> list[tuple[int, str, str]]:
    """Pieces of text that stand upon each other, with the number of their page."""
    found = []
    for number, page in enumerate(pypdfium2.PdfDocument(content), start=1):
        layer = page.get_textpage()
        boxes = [layer.get_rect(place) for place in range(layer.count_rects())]
        for one, other in combinations([box for box in boxes if layer.get_text_bounded(*box).strip()], 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            if across > 1 and down > 2:
                found.append((number, layer.get_text_bounded(*one), layer.get_text_bounded(*other)))
    return found


def test_nothing_stands_upon_anything_else(report):
    files = rendered(report).files
    papers = [name for name in files if name.endswith(".pdf")]
    assert papers and {name: overlapping(files[name]) for name in papers} == {name: [] for name in papers}


def test_a_notice_leaves_room_for_the_title():
    contents = contents_of("list_changes")
    cover = Cover(f"{contents.period}-v1", "Provisional", notice="The figures in this edition are invented. " * 3)
    assert overlapping(render(contents, cover).files[pdf.FILE]) == []


def test_a_table_that_is_too_wide_is_turned_with_its_heading_and_its_other_parts():
    row = "<tr><th scope='row'>Somewhere</th>" + "<td class='number'>1,234,567</td>" * 12 + "</tr>"
    head = "<tr><th scope='col'>Destination</th>" + "<th scope='col' class='number'>Previously</th>" * 12 + "</tr>"
    table = f"<table><caption>Part</caption><thead>{head}</thead><tbody>{row}</tbody></table>"
    section = f"<section id='t1'><h3 id='heading-1'>Table 1. Wide</h3><div>{table}</div><div>{table}</div></section>"
    made = pdf.pdf(
        f"<html><body><main><h1>Title</h1><section id='s'><h2>Section</h2>{section}<p>After it.</p></section></main>"
        "</body></html>",
        {},
        title="Title", description="x", author="x", running="x", edition="x", language="en-GB", day=date(2026, 1, 1),
    )  # fmt: skip
    sizes = [page.get_size() for page in pypdfium2.PdfDocument(made)]
    texts = text_of(made)
    assert [width > height for width, height in sizes] == [False, True, False]
    assert "Table 1. Wide" in texts[1] and texts[1].count("Somewhere") == 2 and "After it." in texts[2]


def test_it_says_what_it_is(document, report):
    root, contents = document.Root, contents_of(report)
    assert str(root.Lang) == "en-GB"
    assert root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle
    assert contents.report.title in str(document.docinfo["/Title"])
    assert contents.period_label in str(document.docinfo["/Title"])
    with document.open_metadata() as said:
        assert said["pdfuaid:part"] == "1"
        assert contents.report.title in said["dc:title"]
    assert str(document.docinfo["/CreationDate"]).startswith(f"D:{contents.release_date:%Y%m%d}")


def test_headings_go_down_one_at_a_time_and_are_the_bookmarks(document):
    levels = headings(document)
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    with document.open_outline() as outline:
        marks = [entry for top in outline.root for entry in (top, *top.children)]
        assert len(marks) > 5 and all(mark.title.strip() for mark in marks)


def test_every_table_has_caption_column_headings_and_row_headings(document, report):
    tables = elements(document, "Table")
    page = html.document_fromstring(rendered(report).files["index.html"].decode())
    assert len(tables) == len(page.xpath("//table[not(ancestor::details[@class='complete'])]"))
    for table in tables:
        groups = {str(group.S): group for group in pdf._children(table)}
        assert {"/Caption", "/THead", "/TBody"} <= set(groups)
        for row in pdf._children(groups["/THead"]):
            cells = list(pdf._children(row))
            assert cells and all(cell.S == Name.TH for cell in cells)
            assert all(attributes(cell).get("Scope") == "/Column" for cell in cells)
        for name in {"/TBody", "/TFoot"} & set(groups):
            for row in pdf._children(groups[name]):
                heads = [cell for cell in pdf._children(row) if cell.S == Name.TH]
                assert len(heads) == 1 and attributes(heads[0]).get("Scope") == "/Row"


def attributes(cell) -> dict[str, str]:
    given = cell.get("/A", [])
    found = {}
    for one in given if isinstance(given, pikepdf.Array) else [given]:
        found |= {str(key).lstrip("/"): str(value) for key, value in one.items()}
    return found


def test_every_chart_has_words_that_tell_its_figures(document, report):
    figures = elements(document, "Figure")
    charts = html.document_fromstring(rendered(report).files["index.html"].decode()).xpath("//figure")
    assert len(figures) == len(charts) >= (1 if report == "list_changes" else 3)
    for figure, chart in zip(figures, charts, strict=True):
        finding = chart.xpath("string(.//*[@class='finding'])")
        assert " ".join(str(figure.Alt).split()).startswith(" ".join(finding.split()))
        assert len(str(figure.Alt)) > len(finding) + 40


def test_every_figure_of_the_page_is_in_the_text(report):
    whole = " ".join(text_of(rendered(report).files[pdf.FILE]))
    page = html.document_fromstring(rendered(report).files["index.html"].decode())
    cells = page.xpath("//td[@id]")
    assert len(cells) > 60
    for row in page.xpath("//table[not(ancestor::details[@class='complete'])]/tbody/tr"):
        numbers = [node.text_content() for node in row.xpath("td[@class='number' or @class='number first']")]
        assert " ".join(numbers) in whole, row.text_content()


def test_pages_are_a4_and_bear_title_edition_and_number(report):
    content = rendered(report).files[pdf.FILE]
    contents, opened, texts = contents_of(report), pypdfium2.PdfDocument(content), text_of(content)
    for page in opened:
        assert sorted(round(side) for side in page.get_size()) == list(A4_POINTS)
    running = f"{contents.report.short_title}, {contents.period_label}"
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} / {len(texts)}" in text
        assert (running in text and f"{contents.period}-v1" in text) or number == 1
    assert running not in texts[0].replace(f"{running} (", "")


def test_headings_of_a_table_are_repeated_on_its_next_page():
    def many(tables):
        rows = tables["rpt_data_quality_scorecard__rules"]
        names = [(n, f"rule_{n}", f"rule number {n}") for n in range(2, 90)]
        rows += [{**rows[0], "rule": rule, "rule_name": name, "sort_order": n} for n, rule, name in names]

    texts = text_of(rendered("data_quality_scorecard", many).files[pdf.FILE])
    pages = [text for text in texts if re.search(r"rule number \d+", text)]
    assert len(pages) >= 2 and all("Rows kept out" in text for text in pages)


def test_the_same_page_is_the_same_bytes_and_no_font_comes_from_the_machine(report):
    again = render(contents_of(report), Cover(f"{contents_of(report).period}-v1", "Provisional"))
    assert again.files[pdf.FILE] == rendered(report).files[pdf.FILE]
    families = pdf_fonts(rendered(report).files[pdf.FILE])
    known = re.compile(r"[A-Z]{6}\+(NotoSans|DejaVuSansMono|LibertinusSerif|NewCM)")
    assert families and all(known.match(name) for name in families)


def pdf_fonts(content: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(content)) as opened:
        fonts = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        return {str(one.BaseFont).lstrip("/") for one in fonts if "/BaseFont" in one}


def test_letters_that_the_fonts_lack_are_written_in_latin_ones():
    names = {**tiny.NAMES, tiny.ALLY: ("北京 ليبيا \U0001f600", "北京")}
    files = rendered("licensing_statistics", names=names).files
    whole = " ".join(text_of(files[pdf.FILE]))
    assert "Bei" in whole and "北" not in whole
    assert "北京" in files["index.html"].decode()


def test_greek_cyrillic_and_accents_are_shown_as_they_are():
    names = {**tiny.NAMES, tiny.ALLY: ("Υπουργείο Министерство Țară İş", "Ελλάς")}
    whole = " ".join(text_of(rendered("licensing_statistics", names=names).files[pdf.FILE]))
    assert "Υπουργείο Министерство Țară İş" in whole


def test_what_is_for_the_screen_alone_is_not_on_paper(report):
    whole = " ".join(text_of(rendered(report).files[pdf.FILE]))
    assert "Download this edition" not in whole and "Skip to the main text" not in whole


def test_the_page_tells_the_size_of_its_pdf(report):
    files = rendered(report).files
    link = html.document_fromstring(files["index.html"].decode()).xpath("//a[@href='edition.pdf']/..")[0]
    assert f"({round(len(files[pdf.FILE]) / 1000)}\u00a0kB)" in link.text_content()


def test_the_day_of_publication_is_the_day_of_the_pdf():
    content = render(contents_of("enforcement"), Cover("x-v1", "Final", date(2026, 5, 4))).files[pdf.FILE]
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20260504")


def test_the_notice_of_a_draft_stands_clear_of_the_title():
    contents = contents_of("licensing_statistics")
    made = render(contents, Cover(f"{contents.period}-v1", "Provisional", is_draft=True))
    text = pypdfium2.PdfDocument(made.files[pdf.FILE])[0].get_textpage()

    def ends(words: str) -> tuple[float, float]:
        """The lowest and the highest point of these words on the page."""
        start, count = text.search(words, match_case=True).get_next()
        boxes = [text.get_charbox(start + number) for number in range(count)]
        return min(box[1] for box in boxes), max(box[3] for box in boxes)

    assert ends("Not published")[0] > ends(contents.report.title)[1] + 6
