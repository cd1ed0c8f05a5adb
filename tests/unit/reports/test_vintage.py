"""What an edition says of itself: as known on which day, by which calendar, with which breaks and gaps."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import html

from orchestration.publication.editions import list_editions, publish
from orchestration.settings import Home
from reports.context import prepare
from reports.cover import Cover
from reports.declaration import Break
from reports.periods import Period
from reports.remarks import Gap, with_remarks
from reports.render import render
from reports.report_files import load_report
from tests.unit.reports import tiny
from tests.unit.reports.test_editions import put_warehouse

REPORT = "licensing_statistics"
LATE = {"partner": tiny.MINISTRY, "received_at": "2027-03-01 08:00:00"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    put_warehouse(home, tiny.licensing())
    return home


def contents_with(breaks=(), gaps=()):
    report = replace(load_report(REPORT), breaks=breaks)
    contents = prepare(report, Period.parse(tiny.QUARTER), tiny.TinySource(tiny.licensing()))
    return with_remarks(contents, gaps)


def page_of(contents):
    files = render(contents, Cover("2025-Q4-v1", "Provisional")).files
    return html.document_fromstring(files["index.html"].decode())


def test_cover_and_manifest_say_what_was_known_and_what_comes_next(home):
    edition = publish(home, REPORT, tiny.QUARTER)
    said = edition.manifest
    assert said["vintage"]["known_on"] == "2026-02-10"
    assert said["vintage"]["newest_submission"] == max(row["submission_id"] for row in said["submissions"])
    assert (said["cut_off_date"], said["release_date"]) == ("2026-03-01", "2026-03-31")
    assert (said["next_release_date"], said["final_date"], said["form_version"]) == ("2026-06-29", "2026-12-31", 1)
    terms = html.document_fromstring(edition.page.read_text("utf-8")).xpath("//div[@class='cover']//dl/div")
    cover = {term.findtext("dt"): " ".join(term.find("dd").text_content().split()) for term in terms}
    assert cover["Status"] == "Provisional"
    assert cover["Data as known on"] == "10 February 2026"
    assert cover["Cut-off for records"] == "1 March 2026"
    assert cover["Next release"] == "29 June 2026"


def test_an_edition_can_be_cited_by_its_id_and_the_digest_of_its_contents(home):
    edition = publish(home, REPORT, tiny.QUARTER)
    citation = html.document_fromstring(edition.page.read_text("utf-8")).xpath("string(//p[@class='citation'])")
    assert citation == edition.manifest["citation"]
    assert "Edition 2025-Q4-v1" in citation and citation.endswith(edition.manifest["contents_sha256"])


def test_the_same_figures_become_final_once_the_days_for_revisions_are_over(home):
    first = publish(home, REPORT, tiny.QUARTER)
    put_warehouse(home, tiny.licensing(), edition=2, more=[LATE])
    final = publish(home, REPORT, tiny.QUARTER)
    assert (first.status, final.status, final.id) == ("Provisional", "Final", "2025-Q4-v2")
    assert final.manifest["contents_sha256"] == first.manifest["contents_sha256"]
    put_warehouse(home, tiny.licensing(), edition=3, more=[LATE, {**LATE, "received_at": "2027-04-01 08:00:00"}])
    assert not publish(home, REPORT, tiny.QUARTER).is_new
    assert len(list_editions(home)) == 2


def test_what_is_first_made_after_that_day_is_final_at_once(tmp_path):
    home = Home(tmp_path)
    put_warehouse(home, tiny.licensing(), more=[LATE])
    assert publish(home, REPORT, tiny.QUARTER).status == "Final"


def test_a_break_is_said_under_its_tables_and_marked_at_its_period():
    page = page_of(contents_with([Break("2025-Q3", "counted by line since", tiny.MINISTRY, ("trend",))]))
    marked = {cell.rpartition(".")[0] for cell in page.xpath("//td[span[@class='mark']]/@id")}
    assert marked == {"2a.2025-Q3"} or marked == {"2b.2025-Q3"}
    notes = " ".join(page.xpath("//section[@id='table-2']//div[@class='notes']")[0].text_content().split())
    assert "[b] Ministry of Trade of Arvenia: from July to September 2025: counted by line since" in notes
    assert "[b] break: figures before it" in notes
    assert "counted by line since" not in page.xpath("//section[@id='table-3']")[0].text_content()


def test_a_break_before_or_after_all_that_is_shown_is_not_said():
    for period in ("2019-Q1", "2026-Q1"):
        assert contents_with([Break(period, "another form")]).remarks == {}


def test_records_that_had_not_come_are_named_and_their_coming_makes_another_edition(home):
    owed = [tiny.MINISTRY, "end_use_checks", "2025-11", "2025-11-30", True, False]
    put_warehouse(home, tiny.licensing(), edition=2, owed=[owed])
    first = publish(home, REPORT, tiny.QUARTER)
    page = html.document_fromstring(first.page.read_text("utf-8"))
    [note] = page.xpath("//section[@id='table-3']//p[b='[p]']")
    assert "Ministry of Trade of Arvenia had not delivered" in note.text_content()
    assert "end use checks 2025-11" in note.text_content()
    put_warehouse(home, tiny.licensing(), edition=3, owed=[[*owed[:-1], True]])
    assert publish(home, REPORT, tiny.QUARTER).id == "2025-Q4-v2"


def test_many_gaps_are_counted_and_those_of_others_left_out():
    gaps = [Gap(tiny.MINISTRY, "decisions", f"2025-{month:02}", month == 1) for month in range(1, 8)]
    remarks = contents_with(gaps=[*gaps, Gap(tiny.CUSTOMS, "seizures", "2025-12")]).remarks
    [remark] = remarks["values"]
    assert "decisions 2025-01 (part of its days)" in remark.text and "and 3 more" in remark.text
    assert "seizures" not in remark.text


def test_the_calendar_is_a_matter_of_the_period():
    contents = contents_with()
    assert (contents.cut_off_date, contents.final_date) == (date(2026, 3, 1), date(2026, 12, 31))
