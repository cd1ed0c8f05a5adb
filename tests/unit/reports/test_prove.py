"""The proof: each planted fault stops the edition, and is named."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reports.context import prepare
from reports.cover import Cover
from reports.errors import ReportError
from reports.periods import Period
from reports.prove import prove_figures, prove_page
from reports.render import render
from reports.report_files import load_report
from tests.unit.reports import tiny
from tests.unit.reports.conftest import contents_of, rendered

PREFIX = "rpt_licensing_statistics__"


def plant(table: str, column: str, value, *, total: bool = False, place: int = 0):
    """A change that puts a value in one cell of the ministry's rows of a table."""

    def change(tables):
        rows = [
            row
            for row in tables[PREFIX + table]
            if row["partner"] == tiny.MINISTRY and row.get("is_total", False) == total
        ]
        row = rows[place]
        row[column] = value(row[column]) if callable(value) else value

    return change


def test_the_tiny_world_holds(report):
    assert rendered(report).files["index.html"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            plant("decisions_by_destination", "granted", lambda old: old + 1),
            "Table 4a, column 'Granted': its rows add to",
        ),
        (plant("decisions_by_rating", "refused", lambda old: old + 1, total=True), "Table 5a, column 'Refused'"),
        (plant("values", "value_eur", lambda old: old + Decimal("0.01")), "Table 8a, column 'Value'"),
        (
            plant("decisions_by_destination", "refusal_share", Decimal("0.5")),
            "column 'Refusal rate' says 0.5, 0 of 108",
        ),
        (plant("decisions_by_type_and_outcome", "refusal_share", None), "column 'Refusal rate' says nothing"),
        (
            plant("decisions_by_type_and_outcome", "change_on_year", Decimal("0.9")),
            "column 'Change on the year' says 0.9",
        ),
        (plant("decisions_by_type_and_outcome", "change_on_year", Decimal("0.1"), place=1), "unknown or zero"),
        (plant("decisions_by_type_and_outcome", "change_on_quarter", None), "is empty although both figures"),
        (plant("headline", "change_on_quarter", Decimal("-0.056")), "row 'Decisions', column 'Change on the quarter'"),
        (plant("processing_times", "p25_days", 99), r"p25_days \(99\) exceeds median_days \(16\)"),
        (plant("processing_times", "within_20", 10_000), "within_20"),
        (plant("headline", "value", 9999), "headline.decisions.value in Table 1a is 9999"),
        (plant("trend", "decisions", 9999, place=-1), "trend.2025-Q4.decisions in Table 2a is 9999"),
    ],
)
def test_a_planted_fault_in_a_figure_is_named(change, message):
    with pytest.raises(ReportError, match=message) as caught:
        prove_figures(contents_of("licensing_statistics", change))
    assert "No edition of 'licensing_statistics' for 2025-Q4 was made" in str(caught.value)


def test_shares_that_do_not_make_a_whole_are_found():
    # The published error that this guards against: 84 of 97 printed as 84.6 %, so that the shares summed to 98.0 %.
    def loosen(tables):
        for row in tables[PREFIX + "values"]:
            if row["partner"] == tiny.MINISTRY and not row["is_total"]:
                row["share_of_value"] -= Decimal("0.0005")
        plant("values", "share_of_value", lambda old: old - Decimal("0.02"))(tables)

    with pytest.raises(ReportError, match=r"the shares sum to 9\d\.\d\d %, not to 100 %"):
        prove_figures(contents_of("licensing_statistics", loosen))


def test_a_missing_total_row_is_found():
    def drop(tables):
        tables[PREFIX + "values"] = [row for row in tables[PREFIX + "values"] if not row["is_total"]]

    with pytest.raises(ReportError, match="Table 8a has no total row"):
        prove_figures(contents_of("licensing_statistics", drop))


def test_all_faults_are_told_together():
    def several(tables):
        plant("decisions_by_destination", "granted", 0)(tables)
        plant("values", "value_eur", Decimal(0))(tables)

    with pytest.raises(ReportError, match=r"\(1\).*\(2\).*\(3\)"):
        prove_figures(contents_of("licensing_statistics", several))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id="4a.IN.granted">108<', 'id="4a.IN.granted">109<', "The page prints '109' in cell 4a.IN.granted"),
        ('data-cell="1a.decisions.value">456<', 'data-cell="1a.decisions.value">465<', "says '465' where cell"),
        ("<p>A refusal must give its grounds", "<p>A refusal, one of 777, must", "holds 777, which is in no table"),
        ('<span class="finding">Arvenia: 456', '<span class="finding">Arvenia: 4567', "holds 4567"),
        ('font-weight="600">456</text>', 'font-weight="600">4560</text>', "A chart says 4560"),
        ("Columns from zero, one for each quarter.", "Columns from 4321 up.", "A chart says 4321"),
        ('role="img" ', 'role="img" aria-label="All of 4321 decisions" ', "read aloud says 4321"),
    ],
)
def test_a_planted_fault_on_the_page_is_named(old, new, message):
    contents = contents_of("licensing_statistics")
    page = render(contents, Cover("2025-Q4-v1", "Provisional")).files["index.html"].decode()
    assert old in page
    prove_page(contents, page)
    with pytest.raises(ReportError, match=message):
        prove_page(contents, page.replace(old, new, 1))


def test_a_template_that_writes_a_number_of_its_own_makes_no_edition(tmp_path):
    declared = load_report("licensing_statistics")
    sections = tmp_path / "sections"
    sections.mkdir()
    for path in declared.folder.glob("*.j2"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for path in (declared.folder / "sections").iterdir():
        (sections / path.name).write_bytes(path.read_bytes())
    (sections / "values.html.j2").write_text("<p>Values rose by 12.3 %, as everybody knows.</p>")
    elsewhere = replace(declared, folder=tmp_path)
    contents = prepare(elsewhere, Period.parse(tiny.QUARTER), tiny.TinySource(tiny.licensing()))
    with pytest.raises(ReportError, match=r"'Values rose by 12\.3 %, as everybody knows\.' holds 12\.3"):
        render(contents, Cover("2025-Q4-v1", "Provisional"))


def test_a_table_in_full_is_compared_row_by_row():
    contents = contents_of("licensing_statistics")
    page = render(contents, Cover("2025-Q4-v1", "Provisional")).files["index.html"].decode()
    head, mark, rest = page.partition('data-complete="4a"')
    assert '<td class="number">108</td>' in rest
    with pytest.raises(ReportError, match=r"Table 4a in full prints \['109'"):
        prove_page(
            contents, head + mark + rest.replace('<td class="number">108</td>', '<td class="number">109</td>', 1)
        )
