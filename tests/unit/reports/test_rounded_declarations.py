"""What the declaration of a rounded table may not say, in its report or beside others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.declaration import Column, Quantity, Reconciliation
from reports.errors import ReportError
from reports.report_files import available_reports, load_report
from reports.rounded_declarations import check_beside_others, check_rounded
from tests.unit.reports.rounding_world import QUANTITY, TABLE, rounded_report


def changed(report, table, **changes):
    """The report with other entries in a table; ``columns`` by name."""
    columns = changes.pop("columns", {})
    one = report.table(table)
    known = {column.name for column in one.columns}
    kept = tuple(columns.get(column.name, column) for column in one.columns)
    more = tuple(column for name, column in columns.items() if name not in known)
    changes["columns"] = (*kept, *more)
    tables = tuple(replace(one, **changes) if table == other.name else other for other in report.tables)
    return replace(report, tables=tables)


def column(report, table, name, **changes):
    return {name: replace(report.table(table).column(name), **changes)}


def test_a_rounded_report_that_holds_together_is_taken():
    check_rounded(rounded_report(), "report.yaml")


REPORT = rounded_report()
AMOUNTS = replace(
    REPORT,
    quantities=tuple(
        replace(one, contributions="rpt_enforcement__contributions") if one.name == QUANTITY else one
        for one in REPORT.quantities
    ),
)
AGREED = replace(REPORT, agreements=(Reconciliation("headline.cases_opened.value", f"{TABLE}.total.cases_opened"),))
SAME_ROWS = changed(
    REPORT, "cases", columns=column(REPORT, "cases", "opened", evidence="opened_of_known_origin")
)  # fmt: skip
REPEATED = changed(
    REPORT, "cases", columns=column(REPORT, "cases", "opened", evidence=f"as {TABLE}.total.cases_opened")
)
SUMMED = changed(REPORT, "cases", columns=column(REPORT, "cases", "opened", evidence=f"sum of {TABLE}.cases_opened"))
SAME_QUANTITY = changed(REPORT, "cases", columns=column(REPORT, "cases", "opened", quantity=QUANTITY))


@pytest.mark.parametrize(
    ("report", "says"),
    [
        (changed(REPORT, TABLE, columns={"more": Column("more", "More")}), "'more' would be printed exactly"),
        (changed(REPORT, TABLE, layout="side_by_side"), "printed in parts"),
        (changed(REPORT, TABLE, rank="share_of_cases"), "ranked by a rounded count"),
        (changed(REPORT, TABLE, columns=column(REPORT, TABLE, "cases_opened", format="days")), "format count"),
        (AMOUNTS, "rounding protects counts alone"),
        (AGREED, "Give both tables the same profile"),
        (SAME_ROWS, "column .* prints without rounding it what the report 'enforcement' rounds"),
        (REPEATED, "column .* prints without rounding it"),
        (SUMMED, "column .* prints without rounding it"),
        (SAME_QUANTITY, "table 'cases': column 'opened' prints without rounding it"),
    ],
)
def test_what_would_undo_the_rounding_is_refused(report, says):
    with pytest.raises(ReportError, match=says):
        check_rounded(report, "report.yaml")


def test_another_report_may_not_print_exactly_what_this_one_rounds():
    exact = replace(load_report("enforcement"), name="another")
    for one, other in ((REPORT, exact), (exact, REPORT)):
        with pytest.raises(ReportError, match="table 'case_origins': column 'cases_opened' prints without"):
            check_beside_others(one, [other])
    check_beside_others(REPORT, [REPORT, replace(exact, audience="restricted")])


def test_a_measure_that_another_report_prints_exactly_is_found_whatever_its_rows():
    measured = tuple(replace(one, measure="cases") if one.name == QUANTITY else one for one in REPORT.quantities)
    other = replace(load_report("refusals_denials"), quantities=(Quantity("denials_issued", measure="cases"),))
    with pytest.raises(ReportError, match="table 'headline': column 'value' prints without rounding it"):
        check_beside_others(replace(REPORT, quantities=measured), [other])


@pytest.mark.parametrize("name", available_reports())
def test_no_report_of_the_project_undoes_the_rounding_of_another(name):
    check_beside_others(load_report(name), map(load_report, available_reports()))
