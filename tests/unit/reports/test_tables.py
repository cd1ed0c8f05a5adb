"""Which rows are printed, and what stands in them."""

from decimal import Decimal

import pytest

from reports.errors import ReportError
from tests.unit.reports import tiny
from tests.unit.reports.conftest import contents_of

DESTINATIONS = "rpt_licensing_statistics__decisions_by_destination"


def part(table: str, partner: str = tiny.MINISTRY, change=None, report: str = "licensing_statistics"):
    return contents_of(report, change).tables[table].part(partner)


def test_a_long_table_prints_its_top_rows_the_rest_and_the_total():
    destinations = part("decisions_by_destination")
    assert [row.kind for row in destinations.short] == ["body"] * 15 + ["remainder", "total"]
    assert destinations.short[15].label == "Other destinations (6)"
    assert len(destinations.body) == len(tiny.COUNTRIES)


def test_the_top_rows_are_those_with_most_and_not_those_listed_first():
    def last_becomes_greatest(tables):
        rows = [row for row in tables[DESTINATIONS] if row["partner"] == tiny.MINISTRY]
        last, total = rows[-2], rows[-1]
        for row in (last, total):
            row["granted"] += 1000
            row["decisions"] += 1000

    shown = part("decisions_by_destination", change=last_becomes_greatest).short
    assert shown[0].label == "Unknown or various"
    assert [row.label for row in shown[1:3]] == ["India", "United States"]


@pytest.mark.parametrize("column", ["granted", "refused", "other", "decisions", "value_eur"])
def test_the_row_of_the_rest_makes_the_parts_add_to_the_total(column):
    rows = part("decisions_by_destination").short
    assert sum(row.cell(column).value for row in rows[:-1]) == rows[-1].cell(column).value


def test_shares_and_changes_of_the_rest_come_from_its_own_sums():
    rest = part("decisions_by_destination").short[15]
    decisions, whole = rest.cell("decisions").value, part("decisions_by_destination").total.cell("decisions").value
    assert rest.cell("share_of_decisions").value == (decisions / Decimal(whole)).quantize(Decimal("0.001"))
    assert rest.cell("change_on_quarter").value == tiny.change(decisions, rest.cell("decisions_previous_quarter").value)


def test_an_authority_without_rows_is_said_to_have_none():
    ally = part("processing_times", tiny.ALLY)
    assert not ally.available
    assert ally.number == "7b"


def test_a_column_that_is_empty_all_the_way_down_is_not_available_and_a_single_gap_not_applicable():
    def nothing_withdrawn_is_delivered(tables):
        for row in tables["rpt_licensing_statistics__decisions_by_type_and_outcome"]:
            row["withdrawn"] = None

    outcomes = part("decisions_by_type_and_outcome", change=nothing_withdrawn_is_delivered)
    assert {row.cell("withdrawn").text for row in outcomes.rows} == {"[x]"}
    assert outcomes.row("GLOBAL").cell("change_on_year").text == "[z]"


def test_an_agency_without_the_task_is_not_mentioned_and_its_empty_columns_are_left_out():
    tables = contents_of("enforcement").tables
    assert [each.authority.code for each in tables["cases"].parts] == [tiny.PROSECUTION]
    assert tables["cases"].parts[0].number == "7"
    assert [column.name for column in tables["trend"].part(tiny.PROSECUTION).columns] == [
        "half_year",
        "cases_opened",
        "cases_concluded",
    ]


def test_every_cell_has_an_id_of_its_own():
    for report in ("licensing_statistics", "enforcement"):
        for table in contents_of(report).tables.values():
            for each in table.parts:
                ids = [cell.id for row in each.rows for cell in row.cells]
                assert len(ids) == len(set(ids))


def test_rows_with_the_same_key_keep_ids_of_their_own():
    def two_unnamed(tables):
        for row in tables[DESTINATIONS]:
            if row["destination_code"] in ("IN", "US"):
                row["destination_code"] = "??"

    ids = [row.key for row in part("decisions_by_destination", change=two_unnamed).body]
    assert ids[:2] == ["unnamed", "unnamed-2"]


def test_a_missing_column_is_named_with_those_there_are():
    def rename(tables):
        for row in tables[DESTINATIONS]:
            row["afgewezen"] = row.pop("refused")

    with pytest.raises(ReportError, match=r"has no column 'refused'.*afgewezen"):
        contents_of("licensing_statistics", rename)


def test_two_total_rows_are_refused():
    def twice(tables):
        tables[DESTINATIONS].append(dict(tables[DESTINATIONS][-1]))

    with pytest.raises(ReportError, match="has 2 total rows for Licensing Office of Belmark"):
        contents_of("licensing_statistics", twice)


def test_authorities_come_by_size_whatever_the_order_of_the_rows():
    def reverse(tables):
        for rows in tables.values():
            rows.reverse()

    one, other = contents_of("licensing_statistics"), contents_of("licensing_statistics", reverse)
    assert [each.code for each in one.authorities] == [tiny.MINISTRY, tiny.ALLY]
    assert one.fingerprint == other.fingerprint
    assert one.tables == other.tables


def test_a_period_without_rows_or_of_another_cadence_is_refused():
    from reports.context import prepare
    from reports.periods import Period
    from reports.report_files import load_report

    source = tiny.TinySource(tiny.licensing())
    with pytest.raises(ReportError, match=r"nothing to report.*2019-Q1"):
        prepare(load_report("licensing_statistics"), Period.parse("2019-Q1"), source)
    with pytest.raises(ReportError, match=r"appears for each quarter.*2025-H2"):
        prepare(load_report("licensing_statistics"), Period.parse("2025-H2"), source)
