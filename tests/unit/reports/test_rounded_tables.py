"""Rounded tables from rows to every form of an edition: numbers, what is made of them, order, revisions, proof."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from reports.charts import draw
from reports.context import FigureNotKnownError, leaders, prepare
from reports.cover import Cover
from reports.declaration import ChartDeclaration, Column, Quantity
from reports.errors import ReportError
from reports.figures import writer
from reports.periods import Period
from reports.prove import prove_figures
from reports.prove_rounding import rounding_faults
from reports.render import render
from reports.revisions import compare
from tests.unit.reports import tiny
from tests.unit.reports.rounding_world import (
    KEY,
    MODEL,
    OPENED,
    QUANTITY,
    TABLE,
    contents_of,
    rounded_report,
    tables_of,
)


def part_of(contents):
    return contents.tables[TABLE].parts[0]


def printed(contents, column="cases_opened"):
    return {row.label: row.cell(column).text for row in part_of(contents).rows}


def with_opened(**changed):
    return {code: (label, *changed.get(code, counts)) for code, (label, *counts) in OPENED.items()}


def test_counts_are_rounded_and_totals_on_their_own():
    contents = contents_of()
    assert printed(contents) == {
        "Audit": "15", "Referral": "5", "Seizure by customs": "25", "Voluntary disclosure": "5", "All cases": "50",
    }  # fmt: skip
    assert printed(contents, "opened_before")["All cases"] == "65"
    prove_figures(contents)


def test_shares_and_changes_are_made_of_rounded_counts_and_medians_are_hidden():
    contents = contents_of()
    assert printed(contents, "share_of_cases")["Seizure by customs"] == "50.0"  # 25 of 50; 23 of 50 is 46.0
    assert printed(contents, "change")["Audit"] == "\N{MINUS SIGN}25.0"  # 20 to 15; 22 to 13 is -40.9
    assert printed(contents, "change")["Referral"] == "[c]"  # ten are too few for a change to mean anything
    assert set(printed(contents, "median_days").values()) == {"[c]"}


def test_one_and_two_are_left_out_as_nought_is():
    """Neither a line of noughts nor an authority of noughts may tell that there is somebody."""
    with_small, without = contents_of(), contents_of(opened=with_opened(intelligence=(0, 0), public=(0, 0)))
    assert [row.label for row in part_of(with_small).rows] == [row.label for row in part_of(without).rows]
    few = contents_of(opened={"audit": ("Audit", 1, 0), "public": ("Tip", 1, 0)})
    assert few.tables[TABLE].parts == contents_of(opened={}).tables[TABLE].parts == ()


def test_no_source_row_of_a_rounded_table_holds_a_true_count():
    for row in part_of(contents_of()).rows:
        numbers = [value for value in row.source.values() if isinstance(value, int) and not isinstance(value, bool)]
        assert all(value % 5 == 0 for name, value in row.source.items() if name.startswith("opened"))
        assert row.source["cases_opened"] % 5 == 0 and numbers


def test_ranked_rows_of_one_number_stand_in_the_order_of_their_labels():
    """7 and 4 are both printed 5: their order must not tell which is more."""
    ranked = rounded_report(rank="cases_opened")
    expected = ["Seizure by customs", "Audit", "Referral", "Voluntary disclosure", "All cases"]
    assert [row.label for row in part_of(contents_of(ranked)).rows] == expected
    turned = with_opened(voluntary_disclosure=(4, 3), partner_referral=(7, 8))
    assert [row.label for row in part_of(contents_of(ranked, turned)).rows] == expected


def test_the_rows_printed_first_are_chosen_by_printed_numbers_and_the_rest_is_their_sum():
    report = rounded_report(rank="cases_opened", top=2)
    equal = {name: (f"{name.title()} kind", 3 + n, 20) for n, name in enumerate("fedcba")}
    part = part_of(contents_of(report, {"z": ("Z", 40, 40), **equal}))
    assert [row.label for row in part.short] == ["Z", "A kind", "Other origins (5)", "All cases"]
    assert [row.cell("cases_opened").text for row in part.short] == ["40", "10", "25", "75"]
    rest = part.short[2]
    assert rest.cell("cases_opened").value == sum(row.cell("cases_opened").value for row in part.body[2:])
    assert rest.cell("median_days").value is None


def test_bars_and_leaders_know_the_printed_numbers_alone():
    chart = ChartDeclaration("origins", TABLE, "bars", "cases_opened", "Cases", "Bars.")
    one, other = contents_of(), contents_of(opened=with_opened(voluntary_disclosure=(4, 3), partner_referral=(7, 8)))
    marks = [draw(chart, part_of(contents), "title", writer("en"), False).marks for contents in (one, other)]
    assert marks[0] == marks[1]
    assert [(mark.full_label, mark.text) for mark in marks[0]][-2:] == [
        ("Referral", "5"),
        ("Voluntary disclosure", "5"),
    ]
    assert marks[0][-1].length == marks[0][-2].length
    tied = contents_of(opened=with_opened(seizure=(13, 31), audit=(17, 22)))
    assert [row.label for row in leaders(part_of(tied).body, "cases_opened")] == ["Audit", "Seizure by customs"]
    with pytest.raises(FigureNotKnownError):
        leaders(part_of(tied).body, "median_days")


def test_random_rounding_repeats_itself_for_a_key_and_stops_without_the_same():
    drawn = rounded_report("round5_random")
    one = contents_of(drawn)
    assert printed(one) == printed(contents_of(drawn))
    others = [printed(contents_of(drawn, key=bytes([n]) * 32)) for n in range(8)]
    assert any(other != printed(one) for other in others)
    earlier = {"2025-H2-v1": one.decisions}
    assert printed(contents_of(drawn, earlier=earlier)) == printed(one)
    with pytest.raises(ReportError, match=r"2025-H2-v1 was rounded at random by another secret .* keys/rounding.key"):
        contents_of(drawn, earlier=earlier, key=b"another secret, as long as it is")
    with pytest.raises(ReportError, match="no secret to draw by"):
        contents_of(drawn, key=b"")


def test_the_decision_record_keeps_the_true_values_and_where_each_stands():
    record = contents_of().decisions[QUANTITY]
    figures = {one["id"]: one for one in record["figures"]}
    where = {tuple(place): name for *place, name in record["cells"]}
    audit = figures[where[TABLE, tiny.PROSECUTION, "audit", "cases_opened"]]
    assert (audit["value"], audit["printed"], audit["state"]) == ("13", "15", "rounded")
    assert record["parameters"]["base"] == 5 and record["hidden"] == 0


def edition_of(contents, number=1):
    return render(contents, Cover(f"2025-H2-v{number}", "Provisional")).files


def test_a_revised_count_that_is_printed_alike_is_not_marked_and_is_in_no_file():
    files = edition_of(contents_of())
    same = with_opened(audit=(14, 22))  # 15 as before
    assert contents_of(opened=same).fingerprint == contents_of().fingerprint
    moved = with_opened(audit=(18, 22), intelligence=(3, 1), partner_referral=(2, 8))
    contents, revisions = compare(contents_of(opened=moved), "2025-H2-v1", files, {})
    told = {(one.row, one.column): (one.before, one.after) for one in revisions.found}
    assert told["Audit", "Cases opened"] == ("15", "20")
    assert told["Intelligence", "Cases opened"] == ("0", "5")
    assert told["Referral", "Cases opened"] == ("5", "0")
    assert ("Intelligence", "Half-year before") not in told
    again = edition_of(contents, 2)["revisions.csv"].decode()
    numbers = {row[name] for row in csv.DictReader(io.StringIO(again)) for name in ("before", "after")}
    assert all(Decimal(text) % 5 == 0 for text in numbers if text and "." not in text)


def test_a_line_that_rounds_to_nothing_now_is_revised_to_nought():
    files = edition_of(contents_of())
    _, revisions = compare(contents_of(opened=with_opened(partner_referral=(2, 1))), "v1", files, {})
    gone = {(one.row, one.column): (one.before_text, one.after_text) for one in revisions.found}
    assert gone["Referral", "Cases opened"] == ("5", "0")
    assert gone["Referral", "Half-year before"] == ("10", "0")


def broken(contents, column, row, value):
    """The contents with another number in one cell of the rounded table."""
    part = part_of(contents)
    rows = tuple(
        replace(
            one,
            cells=tuple(
                replace(cell, value=value, text=str(value)) if (one.key, cell.column.name) == (row, column) else cell
                for cell in one.cells
            ),
        )
        for one in part.rows
    )
    table = replace(contents.tables[TABLE], parts=(replace(part, rows=rows, short=rows),))
    return replace(contents, tables={**contents.tables, TABLE: table})


@pytest.mark.parametrize(
    ("value", "says"),
    [(13, "does not stand for the true figure"), (20, "does not stand"), (10, "decision record says 15")],
)
def test_the_proof_finds_a_number_that_is_not_the_rounded_one(value, says):
    assert list(rounding_faults(contents_of())) == []
    assert any(says in fault for fault in rounding_faults(broken(contents_of(), "cases_opened", "audit", value)))


def test_the_proof_finds_totals_too_far_from_their_parts_and_shares_of_true_counts():
    faults = list(rounding_faults(broken(contents_of(), "cases_opened", "total", 75)))
    assert any("further apart than rounding can bring them" in fault for fault in faults)
    with pytest.raises(ReportError, match=r"25 of 50 is 0\.5"):
        prove_figures(broken(contents_of(), "share_of_cases", "seizure", Decimal("0.46")))
    with pytest.raises(ReportError, match="no decision record"):
        prove_figures(replace(contents_of(), decisions={}))


def test_readers_are_told_under_the_table_in_every_form_and_language():
    files = edition_of(contents_of())
    english, german = "totals on their own", "Summen für sich"
    page = files["index.html"].decode()
    assert page.count(english) == 2  # under the table, and where its method is described
    assert german in files["index.de.html"].decode()
    assert english in files["csv-metadata.json"].decode() and english in files["edition.json"].decode()


def test_the_method_says_of_rounded_tables_alone_that_their_shares_are_made_of_rounded_counts():
    said = "Tables of rounded counts are made otherwise"
    assert said in edition_of(contents_of())["index.html"].decode()
    assert said not in edition_of(contents_of(rounded_report("few")))["index.html"].decode()


def with_columns_that_add_up(sum_of):
    """A row of eight cases in four columns of two, and what its quantities say of it."""
    report, tables = rounded_report(), tables_of({"audit": ("Audit", 8, 40)})
    names = ("first", "second", "third", "fourth")
    for row in tables[MODEL]:
        row |= dict.fromkeys(names, 2)
    table = report.table(TABLE)
    columns = (*table.columns, *(Column(name, name.title(), quantity=name, own=True) for name in names))
    quantities = tuple(replace(one, sum_of=sum_of) if one.name == QUANTITY else one for one in report.quantities)
    report = replace(
        report,
        tables=tuple(replace(table, columns=columns) if one.name == TABLE else one for one in report.tables),
        quantities=(*quantities, *map(Quantity, names)),
    )
    return prepare(report, Period.parse(tiny.HALF), tiny.TinySource(tables), None, KEY)


def test_columns_that_add_up_across_are_audited_together_where_the_sum_says_so():
    """10 beside four noughts in a row is four twos, as it is under them."""
    assert printed(with_columns_that_add_up(()), "first") == {"Audit": "0", "All cases": "0"}
    assert not parts_of(with_columns_that_add_up(("first", "second", "third", "fourth")))


def parts_of(contents) -> list[str]:
    """The authorities of whom the rounded table prints something."""
    return [part.authority.code for part in contents.tables[TABLE].parts if part.rows]


def test_an_authority_whose_counts_could_be_worked_out_has_no_part_and_looks_as_one_without_any():
    """Four noughts under a total of ten are four twos; the report appears all the same."""
    thin = {name: (name, 2, 0) for name in ("audit", "intelligence", "public", "seizure")}
    with_audit = contents_of(opened={**thin, "partner_referral": ("Referral", 4, 8)})
    assert parts_of(with_audit) == [tiny.PROSECUTION]
    withheld = contents_of(opened=thin)
    empty = contents_of(opened={"audit": ("audit", 1, 0)})
    assert not parts_of(withheld) and not parts_of(empty)
    assert withheld.tables[TABLE].parts == empty.tables[TABLE].parts
    record = withheld.decisions[QUANTITY]
    assert {figure["state"] for figure in record["figures"]} == {"confidential"} and not record["cells"]
    assert {figure["value"] for figure in record["figures"]} >= {"2", "8"}


def test_what_was_left_out_is_not_said_to_have_been_nought():
    """Four twos under a total of eight were left out: the total of eleven was not revised from 0."""
    thin = {name: (name, 2, 0) for name in ("audit", "intelligence", "public", "seizure")}
    first, second = contents_of(opened=thin), contents_of(opened={**thin, "audit": ("audit", 5, 0)})
    assert not parts_of(first) and parts_of(second) == [tiny.PROSECUTION]
    _, revisions = compare(second, "2025-H2-v1", edition_of(first), {})
    told = {(one.row, one.before_text, one.after_text) for one in revisions.found if one.table == TABLE}
    assert ("All cases", "none", "10") in told and "0" not in {before for _, before, _ in told}


def test_a_figure_of_no_quantity_in_a_rounded_table_stops_the_edition():
    report = rounded_report()
    table = report.table(TABLE)
    bare = tuple(replace(one, quantity="") if one.name == "opened_before" else one for one in table.columns)
    tables = tuple(replace(table, columns=bare) if one.name == TABLE else one for one in report.tables)
    with pytest.raises(ReportError, match="column 'Half-year before' prints a figure of no quantity"):
        contents_of(replace(report, tables=tables), key=KEY)
