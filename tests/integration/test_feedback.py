"""Feedback in a finished home: a page for every submission, right to the figure, kept up to date, the same again."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.register import Submission
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.submissions.feedback import shelf
from tests.integration.conftest import Built, entrepot
from tests.unit.feedback.builders import Page, column_of, sheets

FIGURES = {
    "Accepted": "rows_accepted", "of these with cells repaired": "rows_repaired",
    "of these with a warning": "rows_warned",
    "Not accepted: to mend": "rows_quarantined", "Exact copies of another row, counted once": "rows_duplicate",
    "Rows in the file": "rows_read",
}  # fmt: skip


@pytest.fixture
def site(sample_home: Built) -> Site:
    return Site.at(Home(sample_home.home))


def page_of(site: Site, submission: Submission) -> Path:
    return site.home.feedback / f"{submission.id}.html"


def test_every_submission_has_a_page_and_those_with_rows_to_show_a_workbook(site: Site) -> None:
    submissions = site.register.submissions()
    assert len(submissions) > 50
    assert [s.file_name for s in submissions if not page_of(site, s).is_file()] == []
    with_rows = {
        s.id for s in submissions if s.rows_quarantined or s.rows_repaired or s.rows_warned or s.rows_duplicate
    }
    assert {path.stem for path in site.home.feedback.glob("*.xlsx")} == with_rows
    assert {path.suffix for path in site.home.feedback.iterdir()} == {".html", ".xlsx"}


def test_the_figures_on_each_page_are_the_register_s(site: Site) -> None:
    for submission in site.register.submissions("accepted"):
        if submission.partner == "allied_licensing_authority":
            continue  # it is told in French
        shown = {row[0]: row[1] for row in Page(page_of(site, submission).read_bytes()).rows if len(row) == 2}
        figures = {label: f"{getattr(submission, name):,}" for label, name in FIGURES.items()}
        assert {label: shown[label] for label in FIGURES} == figures, submission.file_name


def test_every_row_to_mend_is_in_the_workbook_in_order(site: Site) -> None:
    seen = 0
    for submission in site.register.submissions("accepted"):
        if submission.rows_quarantined and submission.partner == "trade_ministry":
            table = sheets(page_of(site, submission).with_suffix(".xlsx").read_bytes())["To mend"]
            numbers = [row[column_of(table, "Row")] for row in table[1:]]
            assert len(numbers) == submission.rows_quarantined and numbers == sorted(numbers)
            seen += len(numbers)
    assert seen > 5


def test_belmark_is_answered_in_french(site: Site) -> None:
    submission = site.register.submissions(None, "allied_licensing_authority")[0]
    page = Page(page_of(site, submission).read_bytes())
    assert dict(page.tags)["html"] == {"lang": "fr"}
    assert "Que faire" in page.words and "What to do" not in page.words


def test_nothing_is_written_again_while_nothing_changes_and_the_same_when_it_is(site: Site, tmp_path: Path) -> None:
    submissions = site.register.submissions()
    assert not any(shown.is_new for shown in shelf.refresh(site, submissions))
    for submission in submissions[::9]:
        made = shelf.write(
            shelf.feedback_on(site, submission), shelf.lake_folder(site, submission), tmp_path, submission.id
        )
        kept = page_of(site, submission).read_bytes()
        assert kept.startswith(made.page.read_bytes())
        assert kept[len(made.page.read_bytes()) :].startswith(b"<!-- made of ")
        if made.workbook is not None:
            assert made.workbook.read_bytes() == page_of(site, submission).with_suffix(".xlsx").read_bytes()


def test_a_change_of_state_changes_the_page(open_site: Callable[[], Site]) -> None:
    site = open_site()
    submission = next(s for s in site.register.submissions("accepted") if s.rows_quarantined and s.feed == "parties")
    before = page_of(site, submission).read_bytes()
    changed = replace(submission, status="held", reason="Another file claims the same quarter.")
    assert shelf.keep(site, changed).is_new
    page = Page(page_of(site, submission).read_bytes())
    assert "The file is held" in page.words and "Another file claims the same quarter." in page.words
    assert shelf.keep(site, submission).is_new
    assert page_of(site, submission).read_bytes() == before


def test_a_page_that_was_lost_is_made_again(open_site: Callable[[], Site]) -> None:
    site = open_site()
    kept = {path.name: path.read_bytes() for path in site.home.feedback.iterdir()}
    shutil.rmtree(site.home.feedback)
    shelf.refresh(site, site.register.submissions())
    assert {path.name: path.read_bytes() for path in site.home.feedback.iterdir()} == kept


def test_the_command_makes_them_in_another_language_and_folder(sample_home: Built, tmp_path: Path, site: Site) -> None:
    submission = next(s for s in site.register.submissions("accepted") if s.rows_quarantined and s.feed == "parties")
    done = entrepot(sample_home.home, "feedback", submission.id, "--out", str(tmp_path), "--language", "de", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["language"]) == (0, "de")
    assert dict(Page(Path(document["page"]).read_bytes()).tags)["html"] == {"lang": "de"}
    assert Path(document["workbook"]).parent == tmp_path
    refused = entrepot(sample_home.home, "feedback", submission.id, "--language", "de")
    assert refused.returncode == 2 and "--out DIR" in refused.stderr
    unknown = entrepot(sample_home.home, "feedback", "S0000000000000000")
    assert unknown.returncode == 1 and "No submission has the id" in unknown.stderr


def test_the_register_says_where_each_page_is(sample_home: Built) -> None:
    listed = json.loads(entrepot(sample_home.home, "submissions", "--json").stdout)
    assert listed and all(Path(item["feedback"]).is_file() for item in listed)
