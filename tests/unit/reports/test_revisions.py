"""A revised edition: exactly the figures that differ are marked and listed, with what they were and why."""

import csv
import re
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pytest
from lxml import html

from orchestration.publication.causes import account, causes_of
from orchestration.publication.editions import publish
from orchestration.publication.shelf import Edition
from orchestration.settings import Home
from reports.context import prepare
from reports.errors import ReportError
from reports.periods import Period
from reports.prove import prove_page
from reports.report_files import load_report
from reports.revisions import WORDS, Cause, compare
from tests.unit.reports import tiny
from tests.unit.reports.conftest import contents_of
from tests.unit.reports.test_decisions import recode
from tests.unit.reports.test_disclosure import seized
from tests.unit.reports.test_editions import DESTINATIONS, put_warehouse, tree

REPORT = "licensing_statistics"
CORRECTION = {"partner": tiny.MINISTRY, "kind": "correction", "received_at": "2026-05-01 10:00:00"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def more_value(code: str, amount: str = "1000000.00"):
    """The tiny world after a change of the value granted for one destination."""
    tables = tiny.licensing()
    for row in tables[DESTINATIONS]:
        if row["partner"] == tiny.MINISTRY and (row["is_total"] or row["destination_code"] == code):
            row["value_eur"] += Decimal(amount)
    return tables


def revised(home: Home, tables, report: str = REPORT, period: str = tiny.QUARTER, **more) -> tuple[Edition, Edition]:
    first = tiny.licensing() if report == REPORT else more.pop("first")
    put_warehouse(home, first)
    one = publish(home, report, period)
    put_warehouse(home, tables, edition=2, **more)
    return one, publish(home, report, period)


def page_of(edition: Edition):
    return html.document_fromstring(edition.page.read_text("utf-8"))


def marked(page) -> set[str]:
    return {cell.get("id") for cell in page.xpath("//td[@id][span[@class='mark']='[r]']")}


def differing(one: Edition, other: Edition) -> set[str]:
    """Ids of the figures whose text is another on the two pages, read without the project's own code."""

    def texts(edition: Edition) -> dict[str, str]:
        cells = page_of(edition).xpath("//td[@id]")
        return {cell.get("id"): cell.text_content().replace("[r]", "").strip() for cell in cells}

    before, after = texts(one), texts(other)
    return {cell for cell, text in after.items() if before.get(cell) != text}


def listed(edition: Edition) -> list[list[str]]:
    rows = page_of(edition).xpath("//table[@data-revisions]/tbody/tr")
    return [[cell.text_content().strip() for cell in row] for row in rows]


def test_exactly_the_affected_figures_are_marked_and_listed_with_what_they_were(home):
    first, second = revised(home, more_value("US"), more=[CORRECTION])
    page = page_of(second)
    assert marked(page) == differing(first, second) == {"4a.US.value_eur", "4a.total.value_eur"}
    assert listed(second) == [
        ["4a", "United States", "Value granted", "12.22", "13.22", "correction"],
        ["4a", "Total", "Value granted", "87.78", "88.78", "correction"],
    ]
    assert (
        page.xpath("//section[@id='revisions-since']/h2")[0].text_content()
        == "What has changed since edition 2025-Q4-v1"
    )
    told = " ".join(page.xpath("//dl[@class='causes']")[0].text_content().split())
    assert told == "Ministry of Trade of Arvenia Records that had been delivered were corrected."
    assert page.xpath("//section[@id='table-4']//p[b='[r]']")
    assert not page.xpath("//section[@id='table-3']//p[b='[r]']")


def test_the_earlier_edition_stays_as_it_was_and_bears_no_mark(home):
    put_warehouse(home, tiny.licensing())
    first = publish(home, REPORT, tiny.QUARTER)
    before = tree(first.folder)
    put_warehouse(home, more_value("US"), edition=2)
    publish(home, REPORT, tiny.QUARTER)
    assert tree(first.folder) == before
    assert not page_of(first).xpath("//span[@class='mark']") and "revisions.csv" not in before


def test_a_row_that_is_folded_away_marks_the_row_of_the_rest(home):
    first, second = revised(home, more_value("QA"))
    assert marked(page_of(second)) == differing(first, second) == {"4a.remainder.value_eur", "4a.total.value_eur"}
    folded = page_of(second).xpath("//table[@data-complete='4a']//tr[th='Qatar']/td[span[@class='mark']]")
    assert len(folded) == 1


def test_the_manifest_tells_how_many_figures_and_by_how_much(home):
    _, second = revised(home, more_value("US"), more=[CORRECTION])
    [line] = second.manifest["revisions"]
    assert (line["table"], line["cells_revised"], line["causes"]) == ("decisions_by_destination", 2, ["correction"])
    old, new = Decimal("12222221.220"), Decimal("87781770.570")
    assert line["largest_magnitude"] == str(round(Decimal(1000000) / old, 4))
    assert line["median_magnitude"] == str(round((Decimal(1000000) / old + Decimal(1000000) / new) / 2, 4))


def test_the_operator_is_told_the_size_in_per_cent_and_what_came(home):
    _, second = revised(home, more_value("US"), more=[CORRECTION])
    told = account(home, REPORT, second.id)
    share = Decimal(1000000) / Decimal("12222221.220")
    assert f"figures differ, by {share:.2%} at most. Cause: correction." in told[1]
    assert re.search(r"\(\S+( \S+)?, \S+\): correction$", told[-1]), told[-1]


def test_rows_that_come_and_go_are_listed(home):
    tables = tiny.licensing()
    gone = next(r for r in tables[DESTINATIONS] if r["partner"] == tiny.ALLY and r["destination_code"] == "VN")
    came = {**gone, "destination_code": "EC", "destination": "Ecuador"}
    tables[DESTINATIONS][tables[DESTINATIONS].index(gone)] = came
    _, second = revised(home, tables)
    with (second.folder / "revisions.csv").open() as file:
        rows = list(csv.DictReader(file))
    by_row = {name: [row for row in rows if row["row"] == name] for name in ("Viet Nam", "Ecuador")}
    assert by_row["Viet Nam"] and all(not row["cell"] and not row["after"] for row in by_row["Viet Nam"])
    assert by_row["Ecuador"] and all(row["cell"] and not row["before"] for row in by_row["Ecuador"])


def test_a_hidden_figure_has_no_mark_and_no_former_figure(home):
    """The value of firm D goes from one category to another; both are hidden in both editions."""
    world = tiny.enforcement()
    seized(world)
    changed = tiny.enforcement()
    seized(changed)
    recode(changed)
    first, second = revised(home, changed, "enforcement", tiny.HALF, first=world)
    page = page_of(second)
    hidden = {cell.get("id") for cell in page.xpath("//td[@id]") if cell.text_content().startswith("[c]")}
    assert hidden and not hidden & marked(page)
    with (second.folder / "revisions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert not hidden & {row["cell"] for row in rows}
    assert not [row for row in rows if "[c]" in (row["before"], row["after"])]
    was_hidden = {cell.get("id") for cell in page_of(first).xpath("//td[@id]") if "[c]" in cell.text_content()}
    assert not was_hidden & marked(page)


OLD = {"submission_id": "S1", "partner": tiny.MINISTRY, "feed": "decisions", "period": "2025-Q4", "kind": "initial",
       "file_name": "d.csv", "contract_version": "1.0.0"}  # fmt: skip
NEW = {**OLD, "submission_id": "S2", "kind": "correction"}


@pytest.mark.parametrize(
    ("inputs", "kinds"),
    [
        ([OLD, NEW], ("correction",)),
        ([{**NEW, "kind": "replacement"}], ("correction",)),
        ([OLD, {**NEW, "kind": "withdrawal"}], ("withdrawal",)),
        ([], ("withdrawal",)),
        ([OLD, {**NEW, "kind": "initial", "period": "2025-11"}], ("late data",)),
        ([OLD, NEW, {**NEW, "submission_id": "S3", "kind": "delta"}], ("correction", "late data")),
        ([OLD, NEW, {**NEW, "submission_id": "S3", "kind": "initial", "period": "2026-Q2"}], ("correction",)),
        ([OLD, {**NEW, "kind": "initial", "period": "2026-Q2"}], ("late data",)),
        ([OLD, {**NEW, "partner": tiny.ALLY}], ("review",)),
        ([OLD, {**NEW, "partner": "central_bank"}], ("correction",)),
        ([OLD], ("review",)),
        ([{**OLD, "contract_version": "2.0.0"}], ("method",)),
    ],
)
def test_the_cause_follows_from_what_came_and_went(inputs, kinds):
    contents = contents_of(REPORT)
    before = {"submissions": [OLD], "contracts": {f"{tiny.MINISTRY}/decisions": "1.0.0"}, "form_version": 1}
    cause = causes_of(contents, {**before, "code_version": version("entrepot")}, inputs)[tiny.MINISTRY]
    assert cause.kinds == kinds
    assert cause.words == " ".join(WORDS[kind] for kind in kinds)
    assert ("S2 (" in cause.detail) == (NEW["submission_id"] in {row["submission_id"] for row in inputs}
                                        and tiny.ALLY not in {row["partner"] for row in inputs})  # fmt: skip


def test_another_form_is_a_change_of_method():
    before = {"submissions": [OLD], "contracts": {}, "form_version": 0, "code_version": version("entrepot")}
    assert causes_of(contents_of(REPORT), before, [OLD])[tiny.MINISTRY].kinds == ("method",)


def test_submissions_are_named_to_restricted_readers_only(home):
    tables = tiny.scorecard()
    for row in tables["rpt_data_quality_scorecard__trend"]:
        row["submissions_expected"] += 1
    more = [
        {**CORRECTION, "partner": row} for row in {r["partner"] for r in tables["rpt_data_quality_scorecard__trend"]}
    ]
    _, second = revised(home, tables, "data_quality_scorecard", tiny.QUARTER, first=tiny.scorecard(), more=more)
    assert "T000000000000000" in page_of(second).xpath("//dl[@class='causes']")[0].text_content()
    _, public = revised(Home(home.root / "other"), more_value("US"), more=[CORRECTION])
    assert "T000000000000000" not in public.page.read_text("utf-8")


def test_a_revision_that_the_page_tells_otherwise_is_refused(home):
    put_warehouse(home, tiny.licensing())
    first = publish(home, REPORT, tiny.QUARTER)
    now = prepare(load_report(REPORT), Period.parse(tiny.QUARTER), tiny.TinySource(more_value("US")))
    files = {path: content for path, content in tree(first.folder).items() if path.startswith("tables/")}
    contents, revisions = compare(now, first.id, files, {tiny.MINISTRY: Cause(("correction",))})
    assert len(revisions.found) == 2
    put_warehouse(home, more_value("US"), edition=2)
    page = publish(home, REPORT, tiny.QUARTER).page.read_text("utf-8")
    prove_page(contents, page)
    assert page.count(">13.22</td>") == 1
    with pytest.raises(ReportError, match=r"The revisions say '13.99' of cell 4a.US.value_eur"):
        prove_page(contents, page.replace(">13.22</td>", ">13.99</td>"))
