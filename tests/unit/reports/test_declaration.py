"""report.yaml is read strictly."""

import pytest

from reports.declaration import HERE
from reports.errors import ReportError
from reports.report_files import available_reports, load_report


@pytest.fixture
def broken(tmp_path):
    """Write a changed copy of a real report.yaml and read it."""

    def read(old: str, new: str):
        text = (HERE / "licensing_statistics" / "report.yaml").read_text("utf-8")
        assert old in text
        folder = tmp_path / "licensing_statistics"
        folder.mkdir(exist_ok=True)
        (folder / "report.yaml").write_text(text.replace(old, new, 1), "utf-8")
        return load_report("licensing_statistics", tmp_path)

    return read


def test_the_reports_are_found():
    known = {"data_quality_scorecard", "enforcement", "licensing_statistics", "revision_notice", "transparency_annual"}
    assert known <= set(available_reports())


def test_an_unknown_report_is_refused_with_the_names_of_the_known():
    with pytest.raises(ReportError, match=r"There is no report 'nonsense'.*enforcement, .*licensing_statistics"):
        load_report("nonsense")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("audience: public", "audience: public\ncolour: red", "'colour' is not an entry"),
        ("title: Export licensing statistics\n", "", "'title' is missing"),
        ("cadence: quarter", "cadence: fortnight", "cadence must be one of"),
        ("format: period}", "format: roman}", "unknown format 'roman'"),
        ("label: quarter\n", "label: qarter\n", "speaks of 'qarter'"),
        ("footnotes: [1, 2]", "footnotes: [1, 9]", "unknown footnote '9'"),
        ("tables: [values]", "tables: []", "every table must stand in exactly one section"),
        ("charts: [top_ratings]", "charts: []", "every chart must stand in exactly one section"),
        ("rank: decisions", "row_noun_: x", "not an entry that is known here"),
        ("    rank: decisions\n", "", "must say by which column"),
        ("rank: decisions\n", "rank: value_eur\n", "may not be chosen by 'value_eur'"),
        ("total: false", "total: maybe", "must be true or false"),
        ("measure: value_granted", "measure: value_guessed", "there is no measure 'value_guessed'"),
        ("measure: value_granted", "within: {category_code: [ML]}", "a population .* is one of a measure"),
        (
            "quantity: value_granted,",
            "quantity: value_gained,",
            r"under quantities, such as `- \{name: value_gained\}`",
        ),
        ("quantity: value_granted, metric: M5", "quantity: value_granted, metric: M3", "says that it is 'M3'"),
        ("value: median_days", "value: mean_days", "has no column 'mean_days'"),
        ("when_null: x", "when_null: y", "must mean x or z"),
        ("name: licensing_statistics", "name: &a licensing_statistics\ncontact: *a", "alias"),
        ("version: 1", "version: [", "not readable YAML"),
    ],
)
def test_a_fault_is_named_with_its_place(broken, old, new, message):
    with pytest.raises(ReportError, match=message) as caught:
        broken(old, new)
    assert "reports/licensing_statistics/report.yaml" in str(caught.value) or "Table" in str(caught.value)


def test_norway_stays_norway(broken):
    assert broken("residual: [XX]", "residual: [XX, NO]").table("decisions_by_destination").residual == ("XX", "NO")


def test_the_parts_of_a_sum_of_quantities_are_quantities_of_no_other_sum(broken):
    where = "quantities:\n"
    for entry, says in (
        ("  - {name: all_lines, sum_of: [some]}\n", "its part 'some' must be a quantity"),
        ("  - {name: a, sum_of: [b]}\n  - {name: b}\n  - {name: c, sum_of: [b]}\n", "part of this sum alone"),
        ("  - {name: a, sum_of: [value_granted]}\n", "a sum and its parts name no measure"),
    ):
        with pytest.raises(ReportError, match=says):
            broken(where, where + entry)


def test_a_table_that_lists_what_was_in_the_year_before_says_how_much_it_was():
    """A row of noughts alone would not say why it is there."""
    tables = [(report, table) for report in map(load_report, available_reports()) for table in report.tables]
    of_two_years = [
        (report, table) for report, table in tables if "this year or the year before" in table.about.coverage
    ]
    assert len(of_two_years) >= 8
    silent = [
        f"{report.name}.{table.name}"
        for report, table in of_two_years
        if not any(column.printed and (column.periods_back or column.now) for column in table.columns)
    ]
    assert silent == []
