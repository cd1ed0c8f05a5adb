"""Reports in German: a whole catalogue, the same figures in the language's own form, each page proven and linked."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import html

from reports import extract
from reports.declaration import Break
from reports.errors import ReportError
from reports.languages import contents_in
from reports.prove import prove_page
from reports.remarks import Gap, with_remarks
from reports.report_files import available_reports, load_report
from tests.unit.reports import tiny
from tests.unit.reports.conftest import WORLDS, contents_of, rendered

APPEAR = [name for name in available_reports() if "de" in load_report(name).languages]
REPORTS = [name for name in APPEAR if name in WORLDS]
PLACE = re.compile(r"%\(\w+\)s")


def page(report: str, name: str) -> html.HtmlElement:
    return html.document_fromstring(rendered(report).files[name].decode())


def test_all_public_reports_appear_in_german_and_no_restricted_one_does():
    assert set(APPEAR) == {name for name in available_reports() if load_report(name).audience == "public"}
    assert len(REPORTS) >= 2


def test_the_catalogue_is_whole_and_holds_nothing_that_is_no_longer_said():
    assert extract.missing("de") == []
    said = {one.id for one in extract.messages("de")}
    assert {one.id for one in extract.read("de")} <= said


def test_a_translation_keeps_the_places_of_its_sentence():
    for one in extract.read("de"):
        if one.id:
            assert sorted(PLACE.findall(one.string)) == sorted(PLACE.findall(one.id)), one.id
            assert re.findall(r"</?\w+>", one.string) == re.findall(r"</?\w+>", one.id), one.id


@pytest.mark.parametrize("report", REPORTS)
def test_each_figure_is_the_same_in_both_languages(report):
    english, german = page(report, "index.html"), page(report, "index.de.html")
    texts = {node.get("id"): node.text_content() for node in german.xpath("//td[@id]")}
    assert len(texts) > 60
    compared = 0
    for node in english.xpath("//td[@id]"):
        here, there = node.text_content(), texts.pop(node.get("id"))
        if here.startswith("["):
            assert there == here
            continue
        assert "." not in there.partition(",")[2]
        number = there.replace(".", "").replace(",", ".").replace("\N{MINUS SIGN}", "-")
        assert Decimal(number) == Decimal(here.replace(",", "").replace("\N{MINUS SIGN}", "-"))
        compared += "," in there
    assert texts == {} and compared > 20


@pytest.mark.parametrize("report", REPORTS)
def test_the_pages_know_their_language_and_each_other(report):
    for name, language, other in (("index.html", "en-GB", "index.de.html"), ("index.de.html", "de", "index.html")):
        tree = page(report, name)
        assert tree.get("lang") == language
        links = {node.get("hreflang"): node.get("href") for node in tree.xpath("//link[@rel='alternate']")}
        assert links == {"en": "index.html", "de": "index.de.html"}
        assert tree.xpath("//header//a[@hreflang]/@href") == [other]
    # What stays English on the German page says so.
    german = page(report, "index.de.html")
    assert german.xpath("//section[@id='definitions']//dd[@lang='en']")
    assert german.xpath("//p[@class='citation']/@lang") == ["en"]


def test_the_german_page_is_proven_against_its_own_texts():
    contents = contents_of("licensing_statistics")
    german = contents_in(contents, "de")
    files = rendered("licensing_statistics").files
    prove_page(german, files["index.de.html"].decode())
    with pytest.raises(ReportError, match="the table holds"):
        prove_page(german, files["index.html"].decode())


def test_rows_headings_countries_and_days_are_german():
    words = " ".join(page("licensing_statistics", "index.de.html").text_content().split())
    assert "Übrige Bestimmungsländer (6)" in words and "Vereinigte Staaten" in words
    assert "31. März 2026" in words and "Oktober bis Dezember 2025" in words and "2023 bis" in words
    assert not re.search(r"\b(the|of|and|with)\b", " ".join(headings()))


def test_remarks_are_told_in_german_too():
    report = replace(load_report("enforcement"), breaks=(Break("2025-H1", "Seizures"),))
    contents = replace(contents_of("enforcement"), report=report)
    gaps = [Gap(tiny.CUSTOMS, "seizures", f"2025-{month:02}", is_partial=month == 7) for month in range(7, 13)]
    german = contents_in(with_remarks(contents, gaps), "de").remarks["trend"]
    assert [remark.text for remark in german] == [
        "ab Januar bis Juni 2025: Beschlagnahmen",
        "Customs Service of Arvenia hatte nicht alles Fällige geliefert, als diese Ausgabe entstand: seizures 2025-07 "
        "(für einen Teil der Tage), seizures 2025-08, seizures 2025-09, seizures 2025-10 und 2 weitere.",
    ]


def test_an_invented_state_keeps_its_name():
    """Unicode calls XB "Pseudo-Bidi"."""

    def to_belmark(tables):
        for table in tables.values():
            for row in table:
                if row.get("destination_code") == "NO":
                    row |= {"destination_code": "XB", "destination": "Belmark"}

    german = contents_in(contents_of("licensing_statistics", to_belmark), "de")
    labels = {row.label for part in german.tables["decisions_by_destination"].parts for row in part.rows}
    assert "Belmark" in labels and "Namibia" in labels and "Norwegen" not in labels


def headings() -> list[str]:
    tree = page("licensing_statistics", "index.de.html")
    return [
        node.text_content() for node in tree.xpath("//h2|//h3[not(.//*[@lang='en'])]|//thead//th[not(@class='group')]")
    ]
