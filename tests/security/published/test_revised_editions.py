"""An edition and its revised form read side by side: no mark, list of changes or margin tells of a change that is
hidden, no exporter learns of another by what it knows of itself, and where a printed figure less what it was before
tells what one firm moved, the guard at the release names just those figures.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np
import pytest
from scipy.optimize import linprog

from reports import context
from reports.context import Contents, prepare
from reports.cover import Cover
from reports.disclosure.differences import telling
from reports.disclosure.policy import profiles
from reports.disclosure.record import remembered
from reports.figures import CONFIDENTIAL
from reports.periods import Period
from reports.render import render
from reports.report_files import load_report
from reports.revisions import Cause, compare
from tests.unit.reports import tiny
from tests.unit.reports.test_disclosure import CONTRIBUTIONS, GOODS, PLACES, SEIZED, seized

FIRST, SECOND = "2025-H2-v1", "2025-H2-v2"
Files = Mapping[str, bytes]
Change = Callable[[dict[str, tiny.Rows]], None]
# Which firm's goods of which category to which destination were worth so much more or less than was said.
Correction = tuple[str, str, str, str]
CORRECTIONS: dict[str, list[Correction]] = {
    "one firm": [("C", "3", "NA", "30000.00")],
    "three firms alike": [(firm, "3", place, "30000.00") for firm, place in (("A", "TR"), ("B", "TR"), ("C", "NA"))],
    "three of which one dominates": [
        ("A", "3", "TR", "60000.00"), ("B", "3", "TR", "2000.00"), ("C", "3", "NA", "2000.00"),
    ],
    "a firm that joined": [("H", "3", "TR", "40000.00")],
    "one whose licence was withdrawn": [("D", "3", "NA", "-162345.00")],
}  # fmt: skip


def moved(tables, contributor: str, amount: str, away: str, to: str) -> None:
    """So much of what a firm had seized is coded otherwise."""
    for row in tables[GOODS]:
        sign = {away: -1, to: 1}.get(row["category_code"], 0)
        row["value_eur"] += sign * Decimal(amount)
    own = next(
        row for row in tables[CONTRIBUTIONS] if (row["contributor"], row["category_code"]) == (contributor, away)
    )
    own["value_eur"] -= Decimal(amount)
    tables[CONTRIBUTIONS].append({**own, "category_code": to, "value_eur": Decimal(amount)})


def corrected(tables) -> None:
    """A late correction that readers may see: goods of firm D were military ones."""
    seized(tables)
    moved(tables, "D", "62345.00", "3", "ML")


def and_in_secret(tables) -> None:
    """The same, and 300 euro of firm F went from one hidden cell to another."""
    corrected(tables)
    moved(tables, "F", "300.00", "ML", "none")


def corrected_by(corrections: list[Correction]) -> Change:
    """The tables after these corrections, totals and figures of the period included."""

    def correct(tables: dict[str, tiny.Rows]) -> None:
        seized(tables)
        for firm, category, place, amount in corrections:
            own = {"contributor": firm, "category_code": category, "destination_code": place}
            tables[CONTRIBUTIONS].append({**tables[CONTRIBUTIONS][0], **own, "value_eur": Decimal(amount)})
            places = (
                (GOODS, "category_code", (category, "total"), "value_eur"),
                (PLACES, "destination_code", (place, "total"), "value_eur"),
                ("rpt_enforcement__trend", "half_year", (tiny.HALF,), "value_eur"),
                ("rpt_enforcement__headline", "measure", ("value_seized_eur",), "value"),
            )
            for table, key, codes, column in places:
                for row in tables[table]:
                    if row["partner"] == tiny.CUSTOMS and row[key] in codes:
                        row[column] += Decimal(amount)
                        if "previous_half" in row:
                            row["change_on_half"] = tiny.change(row[column], row["previous_half"])

    return correct


def contents_after(change: Change, earlier: Mapping[str, Contents]) -> Contents:
    tables = tiny.enforcement()
    change(tables)
    told = {edition: contents.decisions for edition, contents in earlier.items()}
    return prepare(load_report("enforcement"), Period.parse(tiny.HALF), tiny.TinySource(tables), told)


def revised(first: Contents, before: Files, change: Change) -> Files:
    contents = contents_after(change, {FIRST: first})
    contents, found = compare(contents, FIRST, before, {tiny.CUSTOMS: Cause(("correction",))})
    assert found.found
    return render(contents, Cover(SECOND, "Revised", replaces=FIRST)).files


@pytest.fixture(scope="module")
def first() -> Contents:
    return contents_after(seized, {})


@pytest.fixture(scope="module")
def before(first: Contents) -> Files:
    return render(first, Cover(FIRST, "Provisional")).files


def goods_of(files: Files) -> dict[str, Decimal | None]:
    rows = csv.DictReader(io.StringIO(files["tables/seizures_by_goods.csv"].decode()))
    return {
        row["category_code"]: None if row["value_eur"] == CONFIDENTIAL else Decimal(row["value_eur"]) for row in rows
    }


def test_a_change_between_hidden_cells_changes_no_byte_of_the_revised_edition(first, before):
    """Marks, list of changes, page and pictures are those of the edition in which nothing hidden changed."""
    one, other = revised(first, before, corrected), revised(first, before, and_in_secret)
    assert goods_of(one)["none"] is goods_of(one)["ML"] is goods_of(before)["none"] is None
    assert goods_of(one)["3"] != goods_of(before)["3"]
    listed = one["tables/revisions.csv" if "tables/revisions.csv" in one else "revisions.csv"].decode()
    assert "seizures_by_goods" in listed
    assert "none" not in [row["row"] for row in csv.DictReader(io.StringIO(listed)) if "row" in row]
    assert one == other


def test_an_edition_that_compares_before_it_hides_tells(first, before, monkeypatch):
    """The attack against a publisher that forgets to take hidden figures out: the two editions differ."""
    honest = context.disclose

    def forgetful(report, period, tables, *rest):
        return tables, honest(report, period, tables, *rest)[1]

    monkeypatch.setattr(context, "disclose", forgetful)
    assert revised(first, before, corrected) != revised(first, before, and_in_secret)


def bounds_of_the_lone_cell(editions: list[Files], own: Mapping[str, Decimal]) -> tuple[float, float]:
    """Between what the cell of one firm must lie for somebody who knows these amounts of itself in the last edition,
    and takes a hidden cell without a mark for one that did not change: the linear programme over all editions.
    """
    codes = [code for code in goods_of(editions[0]) if code != "total"]
    count = len(codes) * len(editions)
    equal, right = [], []
    lower = np.zeros(count)

    def row(cells: Mapping[int, float], value: float) -> None:
        equal.append([cells.get(place, 0.0) for place in range(count)])
        right.append(value)

    for number, files in enumerate(editions):
        at = {code: number * len(codes) + place for place, code in enumerate(codes)}
        printed = goods_of(files)
        if printed["total"] is not None:
            row(dict.fromkeys(at.values(), 1.0), float(printed["total"]))
        for code in codes:
            if printed[code] is not None:
                row({at[code]: 1.0}, float(printed[code]))
            elif number == len(editions) - 1:
                lower[at[code]] = float(own.get(code, 0))
    lone = codes.index("none")
    for number in range(1, len(editions)):
        row({lone: 1.0, lone + number * len(codes): -1.0}, 0.0)
    ends = []
    for sign in (1, -1):
        cost = np.zeros(count)
        cost[lone] = sign
        found = linprog(cost, A_eq=equal, b_eq=right, bounds=[(low, None) for low in lower])
        assert found.status == 0
        ends.append(sign * float(found.fun))
    return ends[0], ends[1]


def test_no_exporter_learns_of_a_lone_one_from_an_edition_and_its_revised_form(first, before):
    """The cell of firm G alone: everybody else is left in doubt, the firm whose goods were coded otherwise too."""
    second = revised(first, before, corrected)
    tables = tiny.enforcement()
    corrected(tables)
    value = float(next(amount for code, _, who, amount in SEIZED if who == "G" and code == "none"))
    for who in [*sorted({row["contributor"] for row in tables[CONTRIBUTIONS]} - {"G"}), "a reader"]:
        own: dict[str, Decimal] = {}
        for row in tables[CONTRIBUTIONS]:
            if row["contributor"] == who:
                own[row["category_code"]] = own.get(row["category_code"], Decimal(0)) + row["value_eur"]
        low, high = bounds_of_the_lone_cell([before, second], own)
        assert low < 0.9 * value, who
        assert high > 1.1 * value, who


def test_a_revised_edition_that_hides_otherwise_gives_the_cell_away(first, before):
    """The attack against a revised form that hides the lone cell and another one than before: the two patterns meet."""
    second = dict(revised(first, before, corrected))
    true = tiny.enforcement()
    corrected(true)
    military = next(row["value_eur"] for row in true[GOODS] if row["category_code"] == "ML")
    rows = list(csv.reader(io.StringIO(second["tables/seizures_by_goods.csv"].decode())))
    code, value = rows[0].index("category_code"), rows[0].index("value_eur")
    for row in rows:
        if row[code] == "ML":
            row[value] = str(military)
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    second["tables/seizures_by_goods.csv"] = out.getvalue().encode()
    low, high = bounds_of_the_lone_cell([before, second], {})
    assert high - low < 1


def differing(before: Files, after: Files) -> dict[str, Decimal]:
    """What anybody reads off two editions: the figures that both print and that differ, by class, and by how much."""
    found = {}
    for table, key in (("seizures_by_goods", "category_code"), ("seizures_by_destination", "destination_code")):
        old, new = (
            {row[key]: row["value_eur"] for row in csv.DictReader(io.StringIO(files[f"tables/{table}.csv"].decode()))}
            for files in (before, after)
        )
        for code in old.keys() & new.keys():
            if CONFIDENTIAL not in (old[code], new[code]) and old[code] != new[code]:
                found["all" if code == "total" else f"{key}={code}"] = Decimal(new[code]) - Decimal(old[code])
    return found


def is_found_out(difference: Decimal, moves: Mapping[str, Decimal]) -> bool:
    """Whether a reader, or a firm that takes off what it knows to have moved itself, then has by how much another moved
    to within a tenth of it.
    """
    for attacker in (None, *moves):
        left = difference - moves.get(attacker, Decimal(0))
        if any(abs(left - move) < abs(move) / 10 for firm, move in moves.items() if firm != attacker):
            return True
    return False


@pytest.mark.parametrize("what", CORRECTIONS)
def test_the_guard_names_exactly_the_figures_by_which_a_firm_is_found_out(first, before, what):
    """Nobody holds the revised edition here, and the attack succeeds; what it finds is what the record lists."""
    corrections = CORRECTIONS[what]
    contents = contents_after(corrected_by(corrections), {FIRST: first})
    contents, _ = compare(contents, FIRST, before, {tiny.CUSTOMS: Cause(("correction",))})
    after = render(contents, Cover(SECOND, "Revised", replaces=FIRST)).files
    found = set()
    for where, difference in differing(before, after).items():
        moves: dict[str, Decimal] = {}
        for firm, category, place, amount in corrections:
            if where in ("all", f"category_code={category}", f"destination_code={place}"):
                moves[firm] = moves.get(firm, Decimal(0)) + Decimal(amount)
        if is_found_out(difference, moves):
            found.add(where)
    own, earlier = (
        remembered(name, one.decisions["value_seized"]) for name, one in ((SECOND, contents), (FIRST, first))
    )
    named = telling(own, [earlier], profiles()["values"])
    assert bool(found) == (what != "three firms alike")
    assert {one.figure.rpartition("/")[2] for one in named} == found
    assert {one.against for one in named} == ({(FIRST,)} if found else set())
