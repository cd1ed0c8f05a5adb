"""The auditor by itself: golden intervals, brute force over whole numbers, bands, shares and insiders."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import milp

from reports.disclosure.audit import _Audit, audit, intervals, published
from reports.disclosure.description import Description, Figure, Relation, adds_to
from reports.disclosure.worlds import Worlds
from reports.errors import ReportError
from tests.unit.disclosure.grids import cross_table, golden, name

HALF = Decimal("0.0005")


def share_of(part: str, whole: str, printed: Decimal, half_unit: Decimal, what: str) -> tuple[Relation, Relation]:
    """What a printed share tells of two figures: ``printed +- half_unit`` times the whole bounds the part."""
    above = Relation(
        ((part, Decimal(1)), (whole, -(printed + half_unit))), f"{what}, from above", Decimal("-Infinity"), Decimal(0)
    )
    below = Relation(
        ((part, Decimal(1)), (whole, -(printed - half_unit))), f"{what}, from below", Decimal(0), Decimal("Infinity")
    )
    return above, below


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        (["r2/c1"], (8, 8)),
        (["r2/c1", "r2/c2", "r3/c1"], (8, 8)),
        (["r2/c1", "r2/c2", "r3/c1", "r3/c2"], (0, 25)),
        (["r2/c1", "r2/c3", "r1/c1", "r1/c3"], (0, 28)),
    ],
)
def test_the_golden_table(hidden, expected):
    table = golden()
    assert intervals(table, published(table, hidden), ["r2/c1"])["r2/c1"] == expected
    found = audit(table, published(table, hidden), {"r2/c1": (Decimal(8), Decimal(2))})
    assert [finding.id for finding in found] == (["r2/c1"] if expected[0] == expected[1] else [])


def test_a_hidden_cycle_gives_each_of_its_cells_an_interval():
    table = golden()
    hidden = ["r2/c1", "r2/c2", "r3/c1", "r3/c2"]
    found = intervals(table, published(table, hidden), hidden)
    assert found == {"r2/c1": (0, 25), "r2/c2": (2, 27), "r3/c1": (0, 25), "r3/c2": (24, 49)}


def test_a_sensitive_figure_that_is_printed_is_found():
    table = golden()
    found = audit(table, published(table, []), {"r2/c1": (Decimal(8), Decimal(2))})
    assert [(finding.id, finding.low, finding.high) for finding in found] == [("r2/c1", 8, 8)]


def test_without_a_published_total_a_single_hidden_cell_is_open():
    table = golden()
    hidden = ["r2/c1", "r2/*", "*/c1", "*/*"]
    assert intervals(table, published(table, hidden), ["r2/c1"])["r2/c1"] == (0, float("inf"))
    # The margin that is dropped protects; the other one alone gives it away.
    kept = ["r2/c1", "r2/*"]
    assert intervals(table, published(table, kept), ["r2/c1"])["r2/c1"] == (8, 8)


def worlds(table: Description, hidden: list[str], limit: int) -> Iterator[dict[str, int]]:
    """Every way to fill the hidden cells with whole numbers of which no inner one exceeds the limit, by trying them
    all. A hidden margin is whatever its cells add up to: a limit of its own would forbid worlds that nothing forbids.
    """
    known = {cell: int(figure.value) for cell, figure in table.figures.items() if cell not in hidden}
    inner = [cell for cell in hidden if "*" not in cell]
    for tried in product(range(limit + 1), repeat=len(inner)):
        filled = known | dict(zip(inner, tried, strict=True))
        for cell in sorted(set(hidden) - set(inner)):
            row, column = cell.split("/")
            under = [n for n in table.figures if "*" not in n and row in ("*", n[:2]) and column in ("*", n[3:])]
            filled[cell] = sum(filled[n] for n in under)
        if all(sum(int(c) * filled[n] for n, c in relation.terms) == 0 for relation in table.relations):
            yield filled


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=6, max_size=6), st.data())
@example([0, 0, 0, 0, 0, 1], ["*/*", "*/c0", "r0/*", "r0/c0"])
def test_the_interval_is_that_of_brute_force(numbers, data):
    table = cross_table({(f"r{n // 3}", f"c{n % 3}"): value for n, value in enumerate(numbers)})
    cells = st.lists(st.sampled_from(sorted(table.figures)), min_size=1, max_size=5, unique=True)
    hidden = data if isinstance(data, list) else data.draw(cells)
    limit = 1 + max(int(figure.value) for figure in table.figures.values())
    if (limit + 1) ** len(hidden) > 60_000:
        hidden = hidden[:3]
    found = intervals(table, published(table, hidden), hidden)
    filled = list(worlds(table, hidden, limit))
    for cell in hidden:
        least, most = min(w[cell] for w in filled), max(w[cell] for w in filled)
        assert found[cell][0] == least
        # What nothing bounds goes as far as it was tried; what is bounded never does.
        assert found[cell][1] == most if most < limit else found[cell][1] == float("inf")


def test_an_unrounded_total_undoes_rounded_parts():
    names = ["a", "b", "total"]
    figures = {n: Figure(n, n, Decimal(v), is_count=True) for n, v in zip(names, (2, 2, 4), strict=True)}
    table = Description(figures, (adds_to(["a", "b"], "total", "sum"),))
    bands = {"a": (Decimal(0), Decimal(2)), "b": (Decimal(0), Decimal(2))}
    shown = {**bands, "total": (Decimal(4), Decimal(4))}
    assert intervals(table, shown, ["a"])["a"] == (2, 2)
    assert [f.id for f in audit(table, shown, {"a": (Decimal(0), Decimal(0))})] == ["a"]
    assert audit(table, {**bands, "total": (Decimal(3), Decimal(7))}, {"a": (Decimal(0), Decimal(0))}) == []


def test_a_printed_share_gives_a_hidden_value_away():
    figures = {n: Figure(n, n, Decimal(v)) for n, v in (("part", 423000), ("rest", 577000), ("all", 1000000))}
    sums = (adds_to(["part", "rest"], "all", "sum"),)
    level = {"part": (Decimal(40000), Decimal(40000))}
    shown = {"all": (Decimal(1000000), Decimal(1000000))}
    assert audit(Description(figures, sums), shown, level) == []
    told = Description(figures, sums + share_of("part", "all", Decimal("0.423"), HALF, "share"))
    low, high = intervals(told, shown, ["part"])["part"]
    assert (round(low), round(high)) == (422500, 423500)
    assert [f.id for f in audit(told, shown, level)] == ["part"]


def test_the_owner_of_one_hidden_figure_works_out_the_other():
    cells = {("a",): 100, ("b",): 60, ("c",): 500}
    own = {("a",): {"X": Decimal(100)}, ("b",): {"Y": Decimal(60)}, ("c",): {n: Decimal(100) for n in "PQRST"}}
    table = cross_table(cells, own)
    level = {"b": (Decimal(6), Decimal(6))}
    found = audit(table, published(table, ["a", "b"]), level)
    assert [(f.attacker, f.low, f.high) for f in found] == [("the contributor X", 60, 60)]
    assert audit(table, published(table, ["a", "b", "c"]), level) == []


def test_whoever_contributes_to_several_hidden_figures_knows_how_little_they_can_be():
    """X holds 95 of a's 100 and is in c with 300: it knows that b can be 10 at most."""
    cells = {("a",): 100, ("b",): 5, ("c",): 300}
    own = {
        ("a",): {"X": Decimal(95), "Y": Decimal(5)},
        ("b",): {"Z": Decimal(5)},
        ("c",): {"X": Decimal(295), "W": Decimal(5)},
    }
    table = cross_table(cells, own)
    found = audit(table, published(table, ["a", "b", "c"]), {"b": (Decimal(5), Decimal(20))})
    assert [(f.attacker, f.high) for f in found] == [("the contributor X", 15)]


def test_tables_that_contradict_themselves_are_no_proof():
    figures = {n: Figure(n, n, Decimal(v)) for n, v in (("a", 5), ("b", 5), ("all", 3))}
    table = Description(figures, (Relation((("a", Decimal(1)), ("b", Decimal(1)), ("all", Decimal(-1))), "sum"),))
    with pytest.raises(ReportError, match="contradict"):
        audit(table, published(table, ["a"]) | {"b": (Decimal(5), Decimal(5))}, {"a": (Decimal(0), Decimal(1))})


def firms_table(drawn: random.Random, rows: int, columns: int) -> Description:
    own = {}
    for cell in product((f"r{n}" for n in range(rows)), (f"c{n}" for n in range(columns))):
        firms = drawn.sample("ABCDEFGH", k=drawn.choice((0, 1, 2, 3, 5)))
        own[cell] = {firm: Decimal(drawn.randint(1, 10 ** drawn.randint(2, 5))) for firm in firms}
    return cross_table({cell: sum(parts.values(), Decimal(0)) for cell, parts in own.items()}, own)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 4), st.floats(0.3, 0.9), st.booleans())
def test_worlds_that_were_found_once_show_no_more_and_no_less_than_each_asked_for_by_itself(
    seed, rows, columns, dense, has_band
):
    """The slow audit finds the least and the greatest of every figure for everybody; hidden cells at random, some of
    them open and some not, with and without a printed share."""
    drawn = random.Random(seed)
    table = firms_table(drawn, rows, columns)
    if has_band and table.figures["*/*"].value:
        printed = (table.figures["r0/*"].value / table.figures["*/*"].value).quantize(Decimal("0.001"))
        bands = share_of("r0/*", "*/*", printed, HALF, "a share")
        table = Description(table.figures, (*table.relations, *bands))
    hidden = {cell for cell, figure in table.figures.items() if figure.value and drawn.random() < dense}
    levels = {cell: (table.figures[cell].value / 10, table.figures[cell].value / 8) for cell in hidden}
    shown = published(table, hidden)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Audit, "_not_safe_from_all_at_once", lambda audit: audit.targets)
        patch.setattr(_Audit, "_not_seen_at", lambda audit, name, end, asked: asked)
        slow = audit(table, shown, levels)
    assert {(one.id, one.attacker) for one in audit(table, shown, levels)} == {(one.id, one.attacker) for one in slow}


@pytest.mark.parametrize("is_count", [True, False])
def test_a_solver_that_gives_no_answer_is_said_to_have_given_none(monkeypatch, is_count):
    """Its time is up before it begins: of the tables, which are sound, nothing is said."""
    values = {"a": 5, "b": 7, "c": 9, "all": 21}
    figures = {n: Figure(n, n, Decimal(v), is_count=is_count) for n, v in values.items()}
    table = Description(figures, (adds_to(["a", "b", "c"], "all", "sum"),))
    shown = published(table, ["a", "b", "c"])
    assert intervals(table, shown, ["a"])["a"] == (0, 21)
    monkeypatch.setattr("reports.disclosure.worlds.milp", partial(milp, options={"time_limit": 0.0}))
    told = Worlds(table, shown)
    assert told.whole == is_count
    if not is_count:
        told._solver.setOptionValue("simplex_iteration_limit", 0)
    for is_least in (True, False):
        with pytest.raises(ReportError, match=r"no answer from its solver \((Time|Iteration) limit reached") as error:
            told.extreme("a", is_least, told.lower, told.upper)
        assert "contradict" not in str(error.value)


def test_a_figure_below_zero_is_not_taken_for_one_above():
    figures = {n: Figure(n, n, Decimal(v)) for n, v in (("a", -5), ("b", 8), ("all", 3))}
    table = Description(figures, (adds_to(["a", "b"], "all", "sum"),))
    assert intervals(table, published(table, ["a", "b"]), ["a"])["a"] == pytest.approx((-float("inf"), 3))
    assert name(("x", "y")) == "x/y"
