"""An edition with a rounded table, taken apart: no true count is in any byte, nor in what a revised edition adds, and
nobody who reads all forms and all editions learns more than the bands.
"""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal

import pytest

from reports.cover import Cover
from reports.disclosure import printed as printed_tables
from reports.render import render
from reports.revisions import compare
from tests.security.published.test_bytes import leaks, shown_numbers
from tests.unit.reports.rounding_world import KEY, QUANTITY, TABLE, contents_of, rounded_report

COVER = Cover("2025-H2-v1", "Provisional")
# Counts of so many digits that they stand nowhere by chance.
LARGE = {
    "audit": ("Audit", 48273, 51236),
    "intelligence": ("Intelligence", 61982, 40709),
    "public": ("Tip from the public", 2, 1),
    "seizure": ("Seizure by customs", 73924, 88311),
}
REVISED = {**LARGE, "audit": ("Audit", 48274, 51236), "seizure": ("Seizure by customs", 73923, 88311)}


def true_values(*contents):
    figures = [one for each in contents for one in each.decisions[QUANTITY]["figures"]]
    return sorted({Decimal(one["value"]) for one in figures if Decimal(one["value"]) % 5 and Decimal(one["value"]) > 9})


@pytest.mark.parametrize("profile", ["round5", "round5_random"])
def test_no_true_count_is_in_any_byte_of_an_edition(profile):
    contents = contents_of(rounded_report(profile, rank="cases_opened"), LARGE)
    files = render(contents, COVER).files
    assert {path.rsplit(".", 1)[-1] for path in files} >= {"html", "csv", "svg", "json", "xlsx", "pdf"}
    assert len(true_values(contents)) >= 6
    assert leaks(files, true_values(contents), shown_numbers(contents)) == set()


def test_the_scan_finds_them_in_an_edition_that_forgot_to_round(monkeypatch):
    honest = contents_of(rounded_report(), LARGE)
    with monkeypatch.context() as broken:
        broken.setattr(printed_tables, "reprinted", lambda table, *_: table)
        broken.setattr("reports.render.prove_figures", lambda _: None)  # the proof would have stopped it
        files = render(contents_of(rounded_report(), LARGE), COVER).files
    found = leaks(files, true_values(honest), shown_numbers(honest))
    kinds = {re.sub(r".*\.", "", path.split("!")[0].removesuffix(" (raw)")) for path, _ in found}
    assert kinds >= {"html", "csv", "json", "xlsx", "pdf"}


def test_a_revised_edition_holds_neither_true_counts_nor_their_differences():
    first = contents_of(rounded_report(), LARGE)
    files = render(first, COVER).files
    after = contents_of(rounded_report(), REVISED, earlier={"2025-H2-v1": first.decisions})
    contents, revisions = compare(after, "2025-H2-v1", files, {})
    again = render(contents, Cover("2025-H2-v2", "Revised")).files
    assert leaks(again, true_values(first, after), shown_numbers(first) | shown_numbers(contents)) == set()
    changed = {(one.row, one.column) for one in revisions.found if one.table == TABLE}
    # 48,273 and 48,274 are printed alike; 73,924 and 73,923 too, and so is the total.
    assert changed == set()
    marked = [cell for part in contents.tables[TABLE].parts for row in part.rows for cell in row.cells if cell.marks]
    assert marked == []


def test_every_form_holds_the_same_multiples_of_five():
    files = render(contents_of(), COVER).files
    rows = list(csv.DictReader(io.StringIO(files[f"tables/{TABLE}.csv"].decode())))
    told = {(row["origin_code"] if row["is_total"] == "false" else "total"): row["cases_opened"] for row in rows}
    seen = csv.DictReader(io.StringIO(files["data/observations.csv"].decode()))
    observed = {
        row["ROW"]: row["OBS_VALUE"]
        for row in seen
        if row["DATAFLOW"].endswith(TABLE) and row["MEASURE"] == "cases_opened"
    }
    whole = json.loads(files["edition.json"])
    table = next(one for one in whole["tables"] if one["name"] == TABLE)
    written = {row["key"]: str(row["cells"]["cases_opened"]["value"]) for row in table["parts"][0]["rows"]}
    assert told == observed == written
    assert told and all(int(number) % 5 == 0 for number in told.values())


def test_averaging_over_editions_tells_nothing_of_a_count_drawn_at_random():
    """The same count in many editions is the same number; with a new draw each time the mean would be the count."""
    report, earlier, seen = rounded_report("round5_random"), {}, []
    for number in range(6):
        contents = contents_of(report, earlier=earlier)
        earlier[f"2025-H2-v{number}"] = contents.decisions
        seen.append([cell.text for row in contents.tables[TABLE].parts[0].rows for cell in row.cells])
    assert all(one == seen[0] for one in seen)
    text = json.dumps([one[QUANTITY] for one in earlier.values()])
    assert KEY.decode() not in text and KEY.hex() not in text
