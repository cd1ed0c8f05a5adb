"""All public editions of a run, read together by an outsider with a solver: nothing that one hides comes back."""

import json

from orchestration.publication.shelf import list_editions
from orchestration.publication.source import release_in_force
from orchestration.settings import Home
from reports.companions import table_csv
from reports.context import prepare
from reports.disclosure.across import with_sums_across
from reports.disclosure.description import Description
from reports.disclosure.protect import with_earlier
from reports.disclosure.record import remembered
from reports.periods import Period
from reports.report_files import load_report
from tests.security.published.outsider import LAYOUTS, Edition, Outsider

YEAR, PARTNERS = "2025", ("trade_ministry", "allied_licensing_authority")
REPORTS = sorted({layout.report for layout in LAYOUTS})


def shelf(home):
    """The companion files of the editions that print what was granted."""
    found = []
    for edition in list_editions(home):
        if edition.report in REPORTS:
            files = sorted((edition.folder / "tables").glob("*.csv"))
            tables = {file.stem: file.read_bytes() for file in files}
            found.append(Edition(edition.report, edition.period, tables))
    return found


def test_nothing_comes_back_from_all_editions_together(sample_home):
    editions = shelf(Home(sample_home.home))
    assert {edition.report for edition in editions} == set(REPORTS)
    for partner in PARTNERS:
        outsider = Outsider(editions, partner, YEAR)
        assert sum(figure.value is None for figure in outsider.figures) > 20
        assert outsider.recovered() == {}


def test_editions_that_knew_nothing_of_one_another_give_cells_away(sample_home):
    """The attack on the same figures, each report protected by itself: the outsider finds hidden cells exactly."""
    home = Home(sample_home.home)
    editions = []
    with release_in_force(home) as release:
        for edition in shelf(home):
            contents = prepare(load_report(edition.report), Period.parse(edition.period), release)
            tables = {name: table_csv(table, edition.period) for name, table in contents.tables.items()}
            editions.append(Edition(edition.report, edition.period, tables))
    assert [found for partner in PARTNERS for found in Outsider(editions, partner, YEAR).recovered()]


def test_the_populations_that_reports_declare_are_those_that_their_figures_have(sample_home):
    """One vintage: every declared sum across reports and periods holds without any difference."""
    home = Home(sample_home.home)
    for measure in ("value_granted", "value_exported"):
        records = [
            remembered(path.stem, json.loads(path.read_text())[measure])
            for name in REPORTS
            for path in (home.disclosure / name).glob("*/*.json")
            if measure in json.loads(path.read_text())
        ]
        whole, _, _ = with_earlier(Description({}), records)
        found = set(with_sums_across(whole, adds_over_time=True).relations) - set(whole.relations)
        assert len(found) > 20
        assert [relation.what for relation in found if relation.low or relation.high] == []
