"""Protection end to end on random tables: the independent auditor must find every sensitive figure protected."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.disclosure.audit import audit, published
from reports.disclosure.description import Description, Figure, Relation, adds_to
from reports.disclosure.policy import profiles
from reports.disclosure.primary import Sensitive, losses, sensitive_figures
from reports.disclosure.protect import DisclosureError, _stop_if_open, protect
from reports.disclosure.record import decision_record, remembered
from reports.disclosure.suppress import suppress
from reports.errors import ReportError
from tests.unit.disclosure.grids import cross_table, golden, name

FEW, VALUES = profiles()["few"], profiles()["values"]
MANY = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def drawn(rng: random.Random) -> int:
    """A count: often nothing, often small, sometimes large."""
    return rng.choice([0, 0, rng.randint(1, 4), rng.randint(1, 9), rng.randint(10, 400), rng.randint(10, 40)])


def counts(seed: int, *shape: int):
    rng = random.Random(seed)
    cells = {}
    for place in range(_size(shape)):
        key, left = [], place
        for axis, length in enumerate(shape):
            left, at = divmod(left, length)
            key.append(f"{'rcs'[axis]}{at}")
        cells[tuple(key)] = drawn(rng)
    return cells


def _size(shape):
    product = 1
    for length in shape:
        product *= length
    return product


def sparse_counts(seed: int, *shape: int, few: float = 0.12):
    """Counts of which few are small: then much must be hidden for their sake."""
    rng = random.Random(seed)
    cells = {}
    for key in product(*([f"{'rcs'[axis]}{n}" for n in range(length)] for axis, length in enumerate(shape))):
        drawn_at = rng.random()
        if drawn_at < 0.05:
            cells[key] = 0
        elif drawn_at < 0.05 + few:
            cells[key] = rng.randint(1, 4)
        else:
            cells[key] = rng.randint(5, 60) if drawn_at < 0.6 else rng.randint(10, 400)
    return cells


def microdata(seed: int, rows: int, columns: int, firms: int, of_cell: Sequence[int] = (0, 1, 2, 3, 5, 8)):
    """Values by cell, and the amount of each firm; ``of_cell`` are the numbers of firms that a cell may have."""
    rng = random.Random(seed)
    own: dict[tuple[str, str], dict[str, Decimal]] = {}
    for r in range(rows):
        for c in range(columns):
            chosen = rng.sample(range(firms), k=min(firms, rng.choice(of_cell)))
            own[f"r{r}", f"c{c}"] = {f"F{n}": Decimal(rng.randint(1, 10 ** rng.randint(2, 5))) for n in chosen}
    return {cell: sum(parts.values(), Decimal(0)) for cell, parts in own.items()}, own


def levels_of(sensitive):
    return {identity: (one.lower, one.upper) for identity, one in sensitive.items()}


def check(table, profile):
    """Protected by the one, found protected by the other; nothing sensitive is shown."""
    done = protect(table, profile)
    assert set(done.sensitive) == set(sensitive_figures(table, profile))
    assert set(done.sensitive) <= done.hidden
    assert audit(table, published(table, done.hidden), levels_of(done.sensitive)) == []
    return done


@MANY
@given(st.integers(0, 10**6), st.integers(2, 30), st.integers(2, 12))
def test_two_way_tables_of_counts(seed, rows, columns):
    check(cross_table(counts(seed, rows, columns)), FEW)


@MANY
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 4), st.integers(2, 3))
def test_three_way_tables_of_counts(seed, rows, columns, layers):
    check(cross_table(counts(seed, rows, columns, layers)), FEW)


@MANY
@given(st.integers(0, 10**6), st.integers(4, 20), st.integers(2, 8))
def test_hierarchical_tables_of_counts(seed, rows, columns):
    groups = {f"r{n}": f"group{n % 3}" for n in range(rows)}
    check(cross_table(counts(seed, rows, columns), groups=groups), FEW)


@MANY
@given(st.integers(0, 10**6), st.integers(2, 10), st.integers(2, 5), st.integers(3, 20))
def test_values_with_exporters_who_stand_in_several_cells(seed, rows, columns, firms):
    cells, own = microdata(seed, rows, columns, firms)
    check(cross_table(cells, own), VALUES)


@MANY
@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(2, 6))
def test_what_is_shown_although_it_is_needed_is_caught(seed, rows, columns):
    """Show one secondary figure again: either the rest still protects, or the audit says so, never neither. Where the
    hidden figures are as few as can be, at least one of them is needed."""
    table = cross_table(counts(seed, rows, columns))
    done = protect(table, FEW)
    further = sorted(done.hidden - set(done.sensitive))
    caught = 0
    for freed in further:
        shown = published(table, done.hidden - {freed})
        if audit(table, shown, levels_of(done.sensitive)):
            caught += 1
            with pytest.raises(DisclosureError, match="could be worked out"):
                _stop_if_open(table, shown, done.sensitive)
    assert caught == len(further)


def by_trial(table, sensitive, cost):
    """The cheapest protection, by trying every set of further figures."""
    rest = [n for n, f in table.figures.items() if n not in sensitive and f.value != 0]
    best = None
    for size in range(len(rest) + 1):
        for chosen in combinations(rest, size):
            price = sum(cost[n] for n in chosen)
            if (best is None or price < best) and not audit(
                table, published(table, {*sensitive, *chosen}), levels_of(sensitive)
            ):
                best = price
        if size > 4 and best is not None:
            break
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_loss_is_within_a_tenth_of_the_least_possible(seed):
    table = cross_table(counts(seed, 3, 2))
    sensitive = sensitive_figures(table, FEW)
    cost = losses(table, FEW)
    found = suppress(table, sensitive, cost)
    least = by_trial(table, sensitive, cost)
    if least is None:
        assert not found.is_protected
    else:
        assert found.is_protected
        assert least <= found.loss <= least * Decimal("1.1")
        quick = suppress(table, sensitive, cost, exact_at_most=0)
        for one in (found, quick):  # what is said to be proven of the distance to the least is so
            assert float(one.loss) * (1 - one.gap) <= float(least) * 1.001 + 0.1
        assert quick.gap < 1 or not least


def test_the_golden_table_is_protected_at_least_loss():
    table = golden()
    sensitive = {"r2/c1": Sensitive("r2/c1", ("frequency",), Decimal(8), Decimal(2))}
    found = suppress(table, sensitive, losses(table, FEW))
    assert (found.hidden, found.loss) == ({"r2/c1", "r2/c3", "r3/c1", "r3/c3"}, 51)
    assert found.is_optimal


def measured_tables():
    """Tables small enough to be solved exactly: two and three ways, under headings, and values with exporters."""
    for seed in range(6):
        groups = {f"r{n}": f"group{n % 3}" for n in range(12)}
        yield cross_table(sparse_counts(seed, 12, 8)), FEW
        yield cross_table(sparse_counts(seed, 12, 6), groups=groups), FEW
        yield cross_table(*microdata(seed, 8, 6, 20, (1, 3, 5, 8, 12))), VALUES
    for seed in range(2):
        yield cross_table(sparse_counts(seed, 4, 3, 3)), FEW


def test_what_is_chosen_costs_at_most_a_tenth_more_than_the_least_possible(monkeypatch):
    """The least is proven by the integer programme without its gap. What tables too large for it get, the first choice,
    costs about a thirtieth more, in the worst of these tables a third.
    """
    first, chosen = [], []
    for table, profile in measured_tables():
        sensitive, cost = sensitive_figures(table, profile), losses(table, profile)
        quick, usual = suppress(table, sensitive, cost, exact_at_most=0), suppress(table, sensitive, cost)
        with monkeypatch.context() as patch:
            patch.setattr("reports.disclosure.suppress._GAP", 1e-5)
            least = suppress(table, sensitive, cost)
        assert quick.is_protected and least.is_optimal
        assert float(quick.loss) * (1 - quick.gap) <= float(least.loss) * 1.001 + 0.1
        assert audit(table, published(table, quick.hidden), levels_of(sensitive)) == []
        if least.loss:
            first.append(float(quick.loss / least.loss))
            chosen.append(float(usual.loss / least.loss))
    assert len(chosen) > 12
    assert min(chosen) >= 1 - 1e-9 and max(chosen) <= 1.1
    assert sum(first) / len(first) <= 1.05
    assert max(first) <= 1.4


def test_two_hundred_by_forty_with_margins_takes_less_than_a_minute():
    started = time.process_time()
    done = check(cross_table(sparse_counts(1, 200, 40)), FEW)
    assert len(done.sensitive) > 500
    assert len(done.hidden) > len(done.sensitive)
    assert time.process_time() - started < 60


def test_so_do_values_to_which_four_hundred_firms_contribute():
    """Each firm is an attacker that knows its own amounts in every cell, of which thousands are sensitive."""
    started = time.process_time()
    done = check(cross_table(*microdata(1, 200, 40, 400, (0, 1, 5, 8, 12, 20, 30, 30))), VALUES)
    assert len(done.sensitive) > 1000
    assert time.process_time() - started < 60


def test_the_order_of_rows_and_a_row_of_zeros_change_nothing_of_what_it_costs():
    cells = counts(3, 6, 5)
    plain = protect(cross_table(cells), FEW)
    turned = {(f"r{5 - int(r[1:])}", c): n for (r, c), n in cells.items()}
    mirrored = protect(cross_table(turned), FEW)
    cost = losses(plain.description, FEW)
    price = sum(cost[cell] for cell in plain.hidden)
    back = {cell if cell[0] != "r" else f"r{5 - int(cell[1])}{cell[2:]}" for cell in mirrored.hidden}
    assert {n for n in back if n in plain.sensitive} == set(plain.sensitive)
    assert abs(sum(cost[cell] for cell in back) - price) <= price / 20
    wider = protect(cross_table({**cells, **{("r9", f"c{n}"): 0 for n in range(5)}}), FEW)
    assert wider.hidden == plain.hidden


def test_values_a_thousand_times_as_large_are_hidden_alike():
    cells, own = microdata(5, 6, 4, 9)
    large = {cell: {who: amount * 1000 for who, amount in parts.items()} for cell, parts in own.items()}
    one = protect(cross_table(cells, own), VALUES)
    other = protect(cross_table({cell: value * 1000 for cell, value in cells.items()}, large), VALUES)
    assert set(one.sensitive) == set(other.sensitive)
    assert one.hidden == other.hidden


def test_a_table_of_sensitive_figures_alone_is_hidden_with_its_totals():
    assert protect(cross_table({("a",): 1, ("b",): 0}), FEW).hidden == {"a", "*"}
    owned = cross_table({("a",): 7, ("b",): 9}, {("a",): {"X": Decimal(7)}, ("b",): {"Y": Decimal(9)}})
    assert protect(owned, VALUES).hidden == set(owned.figures)


def test_what_no_hiding_protects_stops_the_publication():
    """A sentence of the report tells the cell: nothing is left to hide behind."""
    table = cross_table({("a",): 1, ("b",): 50})
    sentence = Relation((("a", Decimal(1)),), "a sentence", Decimal(1), Decimal(1))
    with pytest.raises(DisclosureError, match="cell a"):
        protect(replace(table, relations=(*table.relations, sentence)), FEW)


def test_where_nothing_less_helps_zeros_are_hidden_and_not_whole_tables():
    """All totals are out, and every way round the 3 comes to an empty cell: two of them are hidden, no more."""
    rows = [[3, 30, 0], [0, 50, 70], [30, 0, 0], [0, 70, 70]]
    table = cross_table({(f"r{r}", f"c{c}"): value for r, row in enumerate(rows) for c, value in enumerate(row)})
    figures = {cell: replace(one, may_be_hidden="*" not in cell) for cell, one in table.figures.items()}
    done = check(replace(table, figures=figures), FEW)
    assert done.already_told == ()
    assert sum(figures[cell].value == 0 for cell in done.hidden) == 2
    assert not {"r1/c2", "r3/c1", "r3/c2"} & done.hidden


def test_an_empty_table_and_one_of_zeros_are_published_as_they_are():
    nothing = cross_table({("a", "x"): 0, ("b", "x"): 0})
    assert protect(nothing, FEW).hidden == frozenset()


def test_figures_that_contradict_each_other_are_refused():
    table = golden()
    figures = dict(table.figures)
    figures["r1/c1"] = type(figures["r1/c1"])("r1/c1", "cell", Decimal(21), True)
    with pytest.raises(ReportError, match="contradict"):
        protect(type(table)(figures, table.relations), FEW)


def test_withheld_tables_show_nothing():
    assert protect(golden(), profiles()["withheld"]).hidden == set(golden().figures)


def test_rounding_is_the_same_for_the_same_figure_and_key():
    table = cross_table({("a", "x"): 7, ("b", "x"): 2, ("a", "y"): 13, ("b", "y"): 21})
    near = protect(table, profiles()["round5"]).rounded
    assert (near[name(("a", "x"))], near[name(("b", "x"))], near[name(("*", "*"))]) == (5, 0, 45)
    one = protect(table, profiles()["round5_random"], key=b"the secret of one home").rounded
    assert one == protect(table, profiles()["round5_random"], key=b"the secret of one home").rounded
    assert all(abs(one[cell] - figure.value) < 5 and one[cell] % 5 == 0 for cell, figure in table.figures.items())
    others = [protect(table, profiles()["round5_random"], key=bytes([n]) * 16).rounded for n in range(6)]
    assert any(other != one for other in others)


def earlier_of(table, done, edition):
    return remembered(edition, decision_record(done.description, FEW, done.sensitive, done.hidden))


@MANY
@given(st.integers(0, 10**6), st.integers(2, 6), st.integers(2, 4))
def test_a_revised_edition_gives_nothing_of_the_first_back(seed, rows, columns):
    """The first edition and the revised one together are audited: also where a hidden cell did not change."""
    rng = random.Random(seed)
    cells = counts(seed, rows, columns)
    first = protect(cross_table(cells), FEW)
    revised = dict(cells)
    for cell in rng.sample(sorted(cells), k=min(2, len(cells))):
        revised[cell] = max(0, revised[cell] + rng.choice([-1, 1, 3, 20]))
    second = protect(cross_table(revised), FEW, [earlier_of(cross_table(cells), first, "v1")])
    whole = second.description
    shown = published(whole, second.hidden)
    assert audit(whole, shown, levels_of(second.sensitive)) == []
    unchanged = {n for n, f in cross_table(revised).figures.items() if first.description.figures[n].value == f.value}
    assert first.hidden & unchanged <= second.hidden
    assert all(name not in second.hidden for name in unchanged - first.hidden)


def test_a_new_choice_beside_the_old_one_would_give_the_cell_away():
    """Why editions are audited together: each pattern protects alone, the two of them show the figure."""
    table = golden()
    levels = {"r2/c1": (Decimal(8), Decimal(2))}
    one, other = {"r2/c1", "r2/c2", "r3/c1", "r3/c2"}, {"r2/c1", "r2/c3", "r1/c1", "r1/c3"}
    assert not audit(table, published(table, one), levels)
    assert not audit(table, published(table, other), levels)
    assert audit(table, published(table, one & other), levels)


def test_quarters_and_the_year_to_date_are_one_system():
    """Year to date less the quarter before is the quarter: hiding it in one table alone is no protection."""
    quarters = {("Q1", "a"): 30, ("Q1", "b"): 40, ("Q2", "a"): 3, ("Q2", "b"): 50}
    table = cross_table(quarters)
    only = {"Q2/a"}
    assert audit(table, published(table, only), {"Q2/a": (Decimal(3), Decimal(2))})
    first = cross_table({key: n for key, n in quarters.items() if key[0] == "Q1"})
    told = earlier_of(first, protect(first, FEW), "2025-Q1-v1")
    done = protect(table, FEW, [told])
    assert "Q2/a" in done.hidden
    assert "*/a" in done.hidden  # the first quarter is out already, so the year to date must go


def test_a_sensitive_figure_that_is_out_already_is_told_not_taken_back():
    table = golden()
    told = remembered("v1", decision_record(table, FEW, {}, []))
    smaller = protect(table, profiles()["few"], [told])
    assert smaller.hidden == frozenset()
    cells = cross_table({("a",): 3, ("b",): 30, ("c",): 40})
    done = protect(cells, FEW, [remembered("v1", decision_record(cells, FEW, {}, []))])
    assert done.already_told == ("a",)


def test_what_earlier_editions_gave_away_stops_no_later_one():
    """The total and the other cell were printed before this cell was a figure of any table."""
    cells = cross_table({("a",): 3, ("b",): 40})
    before = Description({name: cells.figures[name] for name in ("b", "*")})
    done = protect(cells, FEW, [remembered("v1", decision_record(before, FEW, {}, []))])
    assert (done.hidden, done.already_told) == ({"a"}, ("a",))
    record = decision_record(done.description, FEW, done.sensitive, done.hidden, already_told=done.already_told)
    assert record["already_told"] == ["a"]


def test_a_figure_below_the_amount_of_one_firm_can_be_protected():
    """Another's write-offs were reversed: no firm may take the figure for as large as its own part of it."""
    amounts = {"a": {"P": 57063, "N": -60}, "b": {"Q": 145473}, "c": {"R": 30874}, "d": dict.fromkeys("STUVWX", 90000)}
    amounts["*"] = {who: amount for own in amounts.values() for who, amount in own.items()}
    figures = {
        name: Figure(name, name, Decimal(sum(own.values())), contributions={k: Decimal(n) for k, n in own.items()})
        for name, own in amounts.items()
    }
    done = protect(Description(figures, (adds_to(["a", "b", "c", "d"], "*", "all"),)), profiles()["values"])
    assert {"a", "b", "c"} <= done.hidden


def test_a_firm_learns_nothing_by_its_own_figure_of_an_earlier_edition():
    own, others = {"P": Decimal(100)}, {name: Decimal(100) for name in "ABCDE"}
    figures = {
        "seven": Figure("seven", "seven", Decimal(100), contributions=own),
        "seven/radar": Figure("seven/radar", "seven/radar", Decimal(100), contributions=own),
        "one": Figure("one", "one", Decimal(500), contributions=others),
        "all": Figure("all", "all", Decimal(600), contributions={**own, **others}),
    }
    finer, sums = adds_to(["seven/radar"], "seven", "ratings"), adds_to(["seven", "one"], "all", "categories")
    first = protect(Description(figures, (finer, sums)), VALUES)
    assert {"seven", "seven/radar"} <= first.hidden
    told = remembered("v1", decision_record(first.description, VALUES, first.sensitive, first.hidden))
    assert {one.id: one.contributions for one in told.figures}["seven/radar"] == own
    coarse = Description({name: one for name, one in figures.items() if "/" not in name}, (sums,))
    assert "seven" in protect(coarse, VALUES, [told]).hidden
