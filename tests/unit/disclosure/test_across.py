"""Figures of several reports and periods as one system: what one edition hides, no other gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from reports.disclosure.across import with_sums_across
from reports.disclosure.audit import audit, published
from reports.disclosure.cells import Cell, Codes, Within, read_cell
from reports.disclosure.description import Description, Figure, Relation, adds_to
from reports.disclosure.measures import Measure, measures
from reports.disclosure.policy import profiles
from reports.disclosure.protect import Protected, protect
from reports.disclosure.record import Earlier, decision_record, remembered

VALUES = profiles()["values"]
FLOW = Measure("granted", "goods granted, by day of the decision", "adds")
STOCK = Measure("in_force", "licences in force at the end", "stands_apart")
ARMS, DUAL = Codes(frozenset({"ML"})), Codes(frozenset({"3", "5"}))


def figure(period: str, value: int, firms: int, within: Within = (), **keys: str) -> Figure:
    """A value of one authority that so many firms share alike."""
    cell = Cell("ministry", period, tuple(sorted(keys.items())), within)
    name = "/".join(["granted", "ministry", period, ",".join(f"{key}={codes}" for key, codes in cell.classes) or "all"])
    own = {f"{period}{name[-2:]}{number}": Decimal(value) / firms for number in range(firms)}
    return Figure(name, name, Decimal(value), contributions=own if value else {}, cells=(cell,))


def table(*figures: Figure) -> Description:
    """Figures with the sum of those that have keys."""
    heads = [one for one in figures if not one.cells[0].keys]
    parts = [one.id for one in figures if one.cells[0].keys]
    return Description({one.id: one for one in figures}, tuple(adds_to(parts, one.id, "table") for one in heads))


def quarter(number: int, kenya: tuple[int, int], others: tuple[int, int] = (900, 9)) -> Description:
    """A quarter's table by destination: (value, firms) of Kenya, of another country, and their total."""
    period = f"2025-Q{number}"
    rows = [
        figure(period, value, firms, destination=code)
        for code, (value, firms) in (("KE", kenya), ("US", others))
        if value
    ]
    return table(*rows, figure(period, kenya[0] + others[0], kenya[1] + others[1]))


def year(kenya: int, others: int) -> Description:
    """The year's table of the same, of many firms."""
    rows = [figure("2025", kenya, 20, destination="KE"), figure("2025", others, 36, destination="US")]
    return table(*rows, figure("2025", kenya + others, 56))


def told(done: Protected, edition: str) -> Earlier:
    return remembered(edition, decision_record(done.description, VALUES, done.sensitive, done.hidden))


def published_after(tables: Mapping[str, Description], measure: Measure | None = FLOW) -> dict[str, Protected]:
    """Editions one after the other, each with the records of those before."""
    done: dict[str, Protected] = {}
    for edition, description in tables.items():
        done[edition] = protect(description, VALUES, [told(one, name) for name, one in done.items()], measure=measure)
    return done


def hidden_of(description: Description, done: Protected) -> set[str]:
    return done.hidden & description.figures.keys()


QUARTERS = {
    "Q1": quarter(1, (300, 5)),
    "Q2": quarter(2, (70, 1)),
    "Q3": quarter(3, (310, 6)),
    "Q4": quarter(4, (320, 8)),
}
KENYA = "granted/ministry/{}/destination=KE"


def open_to_all(editions: Mapping[str, Description], done: Mapping[str, Protected], name: str) -> bool:
    """Whether somebody who adds the quarters up is left in doubt, by an audit with those sums written by hand. What was
    revised between the editions is taken as known.
    """
    figures = {key: one for description in editions.values() for key, one in description.figures.items()}
    sums: list[Relation] = [one for description in editions.values() for one in description.relations]
    for code in ("destination=KE", "destination=US", "all"):
        parts = [f"granted/ministry/2025-Q{number}/{code}" for number in range(1, 5)]
        one = adds_to([part for part in parts if part in figures], f"granted/ministry/2025/{code}", code)
        off = sum((factor * figures[part].value for part, factor in one.terms), Decimal(0))
        sums.append(replace(one, low=off, high=off))
    away = {key for edition, description in editions.items() for key in hidden_of(description, done[edition])}
    whole = Description(figures, tuple(sums))
    value = figures[name].value
    return name in away and not audit(whole, published(whole, away), {name: (value / 10, value / 10)})


def test_four_quarters_and_their_year_give_nothing_back_in_whatever_order_they_come():
    editions = {**QUARTERS, "year": year(1000, 3600)}
    hidden = KENYA.format("2025-Q2")
    apart = {name: protect(one, VALUES) for name, one in editions.items()}
    assert not open_to_all(editions, apart, hidden)  # each protects its own tables, and the sum gives it away
    assert open_to_all(editions, published_after(editions), hidden)
    backwards = dict(reversed(editions.items()))
    assert open_to_all(backwards, published_after(backwards), hidden)
    first = {name: editions[name] for name in ("Q2", "year", "Q1", "Q3", "Q4")}
    assert open_to_all(first, published_after(first), hidden)


def test_nothing_adds_up_of_a_measure_that_stands_apart():
    editions = {**QUARTERS, "year": year(1000, 3600)}
    done = published_after(editions, STOCK)
    assert hidden_of(editions["year"], done["year"]) == set()
    assert hidden_of(editions["year"], published_after(editions)["year"])


def test_a_quarter_that_is_not_published_may_be_empty_for_all_a_reader_knows():
    """The year less what is out is an upper bound: where the missing quarter is nothing, it is the figure itself."""
    editions = {name: QUARTERS[name] for name in ("Q1", "Q2", "Q3")} | {"year": year(680, 3600)}
    done = published_after(editions)
    assert hidden_of(editions["year"], done["year"])
    wide = {name: QUARTERS[name] for name in ("Q1", "Q2")} | {"year": year(1000, 3600)}
    assert hidden_of(wide["year"], published_after(wide)["year"]) == set()


def test_a_class_that_a_whole_table_leaves_out_is_known_to_be_empty():
    """Two quarters without Kenya and one that is printed: the year would be the last one."""
    editions = {
        "Q1": quarter(1, (0, 0)),
        "Q2": quarter(2, (70, 1)),
        "Q3": quarter(3, (310, 6)),
        "Q4": quarter(4, (0, 0)),
        "year": year(380, 3600),
    }
    done = published_after(editions)
    assert KENYA.format("2025") in done["year"].hidden
    whole = with_sums_across(Description({k: v for one in editions.values() for k, v in one.figures.items()}), True)
    kenya = next(one for one in whole.relations if one.terms[-1] == (KENYA.format("2025"), Decimal(-1)))
    assert len(kenya.terms) == 3
    assert kenya.low == kenya.high == 0


def test_a_revised_quarter_does_not_open_the_year():
    """A quarter was corrected and its new edition is not out: who takes nothing for revised comes close to the cell."""
    late = {**QUARTERS, "year": year(1003, 3602)}
    hidden = KENYA.format("2025-Q2")
    assert not open_to_all(late, {name: protect(one, VALUES) for name, one in late.items()}, hidden)
    assert open_to_all(late, published_after(late), hidden)


def goods() -> dict[str, Description]:
    """All goods by destination in one report; arms and dual-use goods in two others. Kenya's other goods: one firm."""
    everything = table(
        figure("2025", 1000, 20, destination="KE"),
        figure("2025", 5000, 30, destination="US"),
        figure("2025", 6000, 50),
    )
    kinds = []
    for codes, kenya, states in ((ARMS, 400, 2000), (DUAL, 550, 2500)):
        within = (("category", codes),)
        rows = [
            figure("2025", kenya, 9, within, destination="KE"),
            figure("2025", states, 12, within, destination="US"),
        ]
        kinds.append(table(*rows, figure("2025", kenya + states, 21, within)))
    return {"all": everything, "arms": kinds[0], "dual": kinds[1]}


def test_goods_of_other_kinds_are_not_told_by_taking_kinds_from_the_whole():
    editions = goods()
    rest = Figure("rest", "other goods to Kenya", Decimal(50), contributions={"alone": Decimal(50)})
    kenya = [next(name for name in one.figures if "destination=KE" in name) for one in editions.values()]
    figures = {name: one for description in editions.values() for name, one in description.figures.items()}
    whole = Description({**figures, "rest": rest}, (adds_to([*kenya[1:], "rest"], kenya[0], "kinds"),))

    def is_open(done: Mapping[str, Protected]) -> bool:
        away = {"rest"} | {one for name, it in editions.items() for one in hidden_of(it, done[name])}
        return not audit(whole, published(whole, away), {"rest": (Decimal(5), Decimal(5))})

    alone = {name: with_a_lone_firm(one) for name, one in editions.items()}
    assert not is_open({name: protect(one, VALUES) for name, one in alone.items()})
    assert is_open(published_after(alone))


def with_a_lone_firm(description: Description) -> Description:
    """The contributors of Kenya in the table of all goods are those of the two kinds, and one firm more."""
    figures = dict(description.figures)
    whole = "granted/ministry/2025/destination=KE"
    if whole in figures:
        own: dict[str, Decimal] = {"alone": Decimal(50)}
        for one in goods().values():
            for name, part in one.figures.items():
                if "destination=KE" in name and name != whole:
                    own.update(part.contributions or {})
        figures[whole] = Figure(whole, whole, Decimal(1000), contributions=own, cells=figures[whole].cells)
    return Description(figures, description.relations)


def test_the_same_cell_of_two_reports_is_one_figure():
    """Arms by entry in the return, and all goods by entry: what one hides the other does not print."""
    within = (("category", ARMS),)
    one = figure("2025", 70, 1, within, entry="ML3")
    other = figure("2025", 70, 1, category="ML", entry="ML3")
    assert one.id == other.id
    assert one.cells[0].identity == other.cells[0].identity
    assert one.cells[0].family != other.cells[0].family
    assert read_cell(one.cells[0].as_json()) == one.cells[0]


@pytest.mark.parametrize(
    ("one", "other", "includes", "apart"),
    [
        (Codes(frozenset("ab")), Codes(frozenset("a")), True, False),
        (Codes(frozenset("a")), Codes(frozenset("ab")), False, False),
        (Codes(frozenset("a")), Codes(frozenset("b")), False, True),
        (Codes(frozenset("a"), but=True), Codes(frozenset("b")), True, False),
        (Codes(frozenset("a"), but=True), Codes(frozenset("a")), False, True),
        (Codes(frozenset("b")), Codes(frozenset("a"), but=True), False, False),
        (Codes(frozenset("a"), but=True), Codes(frozenset("ab"), but=True), True, False),
    ],
)
def test_sets_of_codes_lie_in_one_another_or_apart(one, other, includes, apart):
    assert (one.includes(other), one.is_apart_from(other)) == (includes, apart)


def test_the_declared_measures_are_read():
    assert measures()["value_granted"].adds_over_time
    assert measures()["value_exported"].dimension("licence_type_code") == "licence_type"
