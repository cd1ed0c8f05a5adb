"""The revision notice: revised editions of public reports, in the quarter in which they appeared, by size and cause."""

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html

from orchestration.errors import EntrepotError
from orchestration.publication.editions import publish, publishable_periods
from orchestration.publication.notices import EditionRecords
from orchestration.publication.source import release_in_force
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.tracing.printed import cell_named, edition_named
from orchestration.tracing.trace import trace
from reports.errors import ReportError
from reports.evidence import Measured
from reports.figures import writer
from reports.periods import Period
from reports.prove_evidence import prove_evidence
from reports.report_files import load_report
from tests.unit.reports import tiny
from tests.unit.reports.test_editions import put_warehouse
from tests.unit.reports.test_revisions import CORRECTION, more_value

NOTICE, REPORT = "revision_notice", "licensing_statistics"


class Press:
    """A home that publishes at a time of our own."""

    def __init__(self, root: Path) -> None:
        self.now = datetime(2026, 4, 1, 12)
        self.home = Home(root).ensure()
        self.register = Register(self.home.register_url, clock=lambda: self.now)
        self.edition = 0

    def publish(self, tables, report: str = REPORT, **more):
        self.edition += 1
        put_warehouse(self.home, {**tiny.scorecard(), **tables}, self.edition, **more)
        return publish(self.home, report, tiny.QUARTER, self.register)

    def notice(self, period: str):
        return publish(self.home, NOTICE, period, self.register)


@pytest.fixture
def press(tmp_path: Path) -> Press:
    press = Press(tmp_path / "home")
    press.publish(tiny.licensing())
    press.now = datetime(2026, 7, 2, 12)
    return press


def rows_of(edition) -> list[dict[str, str]]:
    with (edition.folder / "tables" / "revisions.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_quarter_without_revisions_has_no_notice(press):
    assert publishable_periods(press.home, NOTICE, press.register) == []
    with pytest.raises(EntrepotError, match="There is nothing to report"):
        press.notice("2026-Q2")


def test_a_revision_is_told_in_the_quarter_in_which_it_appeared(press):
    press.publish(more_value("US"), more=[CORRECTION])  # known in May, published in July
    assert publishable_periods(press.home, NOTICE, press.register) == ["2026-Q3"]
    notice = press.notice("2026-Q3")
    row, total = rows_of(notice)
    assert (row["partner"], row["edition"], row["replaces"]) == (tiny.MINISTRY, "2025-Q4-v2", "2025-Q4-v1")
    assert row["revised_table"] == "Export licensing statistics: Decisions by destination"
    assert (row["cells_revised"], row["cells_compared"], row["cause"]) == ("2", "286", "correction")
    assert (row["median_magnitude"], row["largest_magnitude"]) == ("0.0466", "0.0818")
    assert (total["is_total"], total["cells_revised"]) == ("true", "2")
    page = html.document_fromstring(notice.page.read_text("utf-8"))
    headline = " ".join(page.xpath("string(//section[@id='headlines']//li)").split())
    assert (
        headline
        == "Ministry of Trade of Arvenia: 2 published figures were revised, of 286 in the tables concerned (Table 1)"
    )
    assert page.xpath("//*[@id='definitions' or @id='metrics']//*[contains(., 'Magnitude of revisions')]")
    assert (notice.status, notice.manifest["submissions"], notice.audience) == ("Final", [], "public")


def test_a_notice_is_told_in_german_with_the_tables_and_causes_that_it_names(press):
    press.publish(more_value("US"), more=[CORRECTION, {**CORRECTION, "kind": "withdrawal"}])
    page = html.document_fromstring((press.notice("2026-Q3").folder / "index.de.html").read_text("utf-8"))
    row = [" ".join(cell.text_content().split()) for cell in page.xpath("//tbody/tr[1]/*")]
    assert row[0] == "Statistik der Ausfuhrgenehmigungen: Entscheidungen nach Bestimmungsland"
    assert row[-1] == "Berichtigung, Rücknahme"
    assert "2 veröffentlichte Zahlen wurden revidiert, von 286 in den betroffenen Tabellen" in page.text_content()


def test_restricted_revisions_stay_out_of_it(press):
    press.publish(tiny.licensing(), "data_quality_scorecard")
    changed = tiny.scorecard()
    for row in changed["rpt_data_quality_scorecard__trend"]:
        row["submissions_expected"] += 1
    assert press.publish({**tiny.licensing(), **changed}, "data_quality_scorecard").status == "Revised"
    assert publishable_periods(press.home, NOTICE, press.register) == []


def test_another_revision_in_the_quarter_revises_the_notice(press):
    press.publish(more_value("US"), more=[CORRECTION])
    first = press.notice("2026-Q3")
    assert press.notice("2026-Q3").is_new is False
    press.publish(more_value("QA"), more=[CORRECTION, {**CORRECTION, "kind": "withdrawal"}])
    second = press.notice("2026-Q3")
    assert (first.id, second.id, second.status) == ("2026-Q3-v1", "2026-Q3-v2", "Revised")
    assert [row["cause"] for row in rows_of(second) if row["is_total"] == "false"] == ["correction", "withdrawal"]
    assert publishable_periods(press.home, NOTICE, press.register) == ["2026-Q3"]


def test_a_figure_of_the_notice_leads_to_each_revised_figure_in_both_editions(press):
    press.publish(more_value("US"), more=[CORRECTION])
    notice = press.notice("2026-Q3")
    with release_in_force(press.home) as release:
        records = EditionRecords(release, press.home, press.register)
        assert prove_evidence(load_report(NOTICE), Period.parse("2026-Q3"), records) == 8
        found = records.behind(Measured("", "cells_revised"), tiny.MINISTRY, Period.parse("2026-Q3"), [])
    rows, revised = found
    assert (len(rows), revised) == (2, 2)
    told = trace(Site.at(press.home), f"{NOTICE}/{notice.id}", "revisions", f"{tiny.MINISTRY}.total.cells_revised")
    assert told.differences == []
    (of,) = told.figure.fact_rows
    assert [row["record_ref"] for row in told.rows(of)] == [row["record_ref"] for row in rows]
    for row in told.rows(of):
        for when in ("before", "after"):
            edition, table, cell = row[f"trace_{when}"].split()
            printed = cell_named(edition_named(press.home, edition), table, cell)
            value = Decimal(row[when])
            assert printed.text == writer("en_GB")(value, "eur_million"), row


def test_a_notice_that_counts_otherwise_than_the_revised_figures_is_no_notice(press, monkeypatch):
    press.publish(more_value("US"), more=[CORRECTION])
    path = next((press.home.reports / REPORT).glob("*/*-v2/revisions.csv"))
    path.chmod(0o644)
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    with release_in_force(press.home) as release:
        records = EditionRecords(release, press.home, press.register)
        with pytest.raises(ReportError, match="cells_revised' is 2, the rows of figures_of_editions give 1"):
            prove_evidence(load_report(NOTICE), Period.parse("2026-Q3"), records)
