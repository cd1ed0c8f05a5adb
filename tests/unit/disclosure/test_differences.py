"""Differences between editions: judged by contributor as figures are, over chains, sums and other reports."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from reports.disclosure.cells import Cell, Codes
from reports.disclosure.description import adds_to
from reports.disclosure.differences import NOT_KNOWN, Difference, telling
from reports.disclosure.measures import Measure
from reports.disclosure.policy import profiles
from reports.disclosure.record import Earlier, Remembered

VALUES, FEW = profiles()["values"], profiles()["few"]
FLOW = Measure("granted", "goods granted, by day of the decision", "adds")
FIRMS = {"A": 500, "B": 400, "C": 300, "D": 200}


def figure(whose: dict[str, int] | None, row: str = "total", period: str = "2025-Q4", **more) -> Remembered:
    """A printed value of these firms in a row of a table, or a number of nobody knows whom."""
    keys = () if row == "total" else (("destination", row),)
    cell = Cell("ministry", period, keys)
    name = "all" if row == "total" else f"destination={row}"
    value = Decimal(sum((whose or {}).values())) if "value" not in more else Decimal(more.pop("value"))
    own = None if whose is None else {who: Decimal(part) for who, part in whose.items() if part}
    more = {"is_count": False, "is_hidden": False, "levels": None, **more}
    return Remembered(
        f"granted/ministry/{period}/{name}", f"row {row} of {period}", value, contributions=own, cells=(cell,), **more
    )


def edition(name: str, *figures: Remembered) -> Earlier:
    """An edition that prints these, the total as the sum of the rows if there are any."""
    rows = [one.id for one in figures if one.cells[0].keys]
    heads = [one.id for one in figures if not one.cells[0].keys]
    return Earlier(name, figures, tuple(adds_to(rows, head, "table") for head in heads if rows))


def found(new: Earlier, *out: Earlier, profile=VALUES, measure=None) -> list[tuple[str, tuple[str, ...], int | None]]:
    return [(one.place, one.against, one.movers) for one in telling(new, out, profile, measure)]


def of_total(before: dict[str, int] | None, after: dict[str, int] | None) -> list[Difference]:
    return telling(edition("v2", figure(after)), [edition("v1", figure(before))], VALUES)


def test_what_one_firm_alone_moved_tells_its_value():
    [one] = of_total(FIRMS, {**FIRMS, "A": 530})
    assert (one.place, one.period, one.against) == ("row total of 2025-Q4", "2025-Q4", ("v1",))
    assert (one.amount, one.movers, one.rules) == (30, 1, ("frequency", "p%"))
    assert one.as_json()["difference"] == "30"


def test_of_two_firms_that_moved_each_knows_the_other():
    [one] = of_total(FIRMS, {**FIRMS, "A": 530, "B": 460})
    assert one.movers == 2


def test_three_firms_that_moved_alike_are_safe_and_one_that_dominates_is_not():
    assert of_total(FIRMS, {**FIRMS, "A": 530, "B": 430, "C": 330}) == []
    [one] = of_total(FIRMS, {**FIRMS, "A": 530, "B": 401, "C": 301})
    assert (one.movers, one.rules) == (3, ("p%",))


def test_moves_of_opposite_sign_are_amounts_too():
    assert of_total(FIRMS, {**FIRMS, "A": 530, "B": 360, "C": 331}) == []
    [one] = of_total(FIRMS, {**FIRMS, "A": 530, "B": 372})
    assert one.movers == 2


def test_a_firm_that_joined_and_one_whose_licence_was_withdrawn_moved_by_all_they_have():
    [joined] = of_total(FIRMS, {**FIRMS, "E": 90})
    [gone] = of_total(FIRMS, {**FIRMS, "D": 0})
    assert (joined.movers, joined.amount, gone.movers, gone.amount) == (1, 90, 1, -200)


def test_a_firm_that_linkage_names_otherwise_is_no_further_firm():
    """A's correction of 30 looks like one firm gone, another come; with C's that is two firms, not three."""
    after = {"A2": 530, "B": 400, "C": 400, "D": 200}
    [one] = of_total(FIRMS, after)
    assert one.movers == 2
    # Where the newer edition still knows the firm elsewhere, and the older the one that came, they are two.
    elsewhere = (figure(FIRMS, "X"), figure({"A2": 530}, "Y"), figure({"A": 500}, "Z"))
    v1, v2 = edition("v1", figure(FIRMS), *elsewhere), edition("v2", figure(after), *elsewhere)
    assert [one.place for one in telling(v2, [v1], VALUES)] == []


def test_firms_that_were_merged_have_not_moved():
    """D's amounts now stand under C: beside that only B's correction is left."""
    [one] = of_total(FIRMS, {"A": 500, "B": 440, "C": 500})
    assert one.rules == ("frequency", "p%")


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, FIRMS), (FIRMS, None), ({"A": 10}, FIRMS)],
    ids=["an older record", "a newer one", "contributions that are not the whole figure"],
)
def test_where_contributors_are_not_known_that_is_said(before, after):
    v1, v2 = (
        edition(name, figure(whose, value=value)) for name, whose, value in (("v1", before, 1400), ("v2", after, 1430))
    )
    [one] = telling(v2, [v1], VALUES)
    assert (one.movers, one.rules) == (None, (NOT_KNOWN,))


def test_nothing_of_nobody_is_known():
    after = {**FIRMS, "A": 10, "B": 10, "C": 10, "D": 10}
    v1, v2 = edition("v1", figure(None, value=0)), edition("v2", figure(after))
    assert telling(v2, [v1], VALUES) == []


def test_an_edition_is_held_against_every_one_that_printed_the_figure_otherwise():
    v1, v2 = edition("v1", figure(FIRMS)), edition("v2", figure({**FIRMS, "A": 530, "B": 430, "C": 330}))
    assert found(v2, v1) == []
    v3 = edition("v3", figure({"A": 530, "B": 400, "C": 300, "D": 200}))
    assert found(v3, v1, v2) == [("row total of 2025-Q4", ("v1",), 1), ("row total of 2025-Q4", ("v2",), 2)]


def test_an_edition_that_hid_the_figure_does_not_stand_in_the_way_of_an_older_one():
    v1, v2 = edition("v1", figure(FIRMS)), edition("v2", figure({**FIRMS, "B": 401}, is_hidden=True))
    v3 = edition("v3", figure({**FIRMS, "A": 530}))
    assert found(v3, v1, v2) == [("row total of 2025-Q4", ("v1",), 1)]
    hidden = edition("v3", figure({**FIRMS, "A": 530}, is_hidden=True))
    assert found(hidden, v1, v2) == []


def test_a_figure_that_is_out_already_tells_nothing_more():
    v1, other = edition("v1", figure(FIRMS)), edition("another report v1", figure({**FIRMS, "A": 530}))
    assert found(edition("v2", figure({**FIRMS, "A": 530})), v1, other) == []


def test_rows_count_where_the_total_is_safe():
    kenya, chad = {"A": 100, "B": 100, "C": 100}, {"D": 100, "E": 100, "F": 100}
    before = edition("v1", figure(kenya, "KE"), figure(chad, "TD"), figure({**kenya, **chad}))
    moved = {**kenya, "A": 110, "B": 110}, {**chad, "D": 110}
    after = edition("v2", figure(moved[0], "KE"), figure(moved[1], "TD"), figure({**moved[0], **moved[1]}))
    assert found(after, before) == [("row KE of 2025-Q4", ("v1",), 2), ("row TD of 2025-Q4", ("v1",), 1)]


def test_what_hidden_rows_moved_together_is_the_total_less_those_that_are_shown():
    """The total and the shown row each moved by three firms or more, and what is left by one."""
    kenya, chad, togo = {"A": 100, "B": 100, "C": 100}, {"D": 70}, {"E": 60}
    more = {"A": 110, "B": 110, "C": 110}

    def table(name: str, kenya: dict[str, int], chad: dict[str, int]) -> Earlier:
        rows = (figure(kenya, "KE"), figure(chad, "TD", is_hidden=True), figure(togo, "TG", is_hidden=True))
        return edition(name, *rows, figure({**kenya, **chad, **togo}))

    [one] = telling(table("v2", more, {"D": 85}), [table("v1", kenya, chad)], VALUES)
    assert one.place == "row total of 2025-Q4, less the rows beneath it that are shown"
    assert (abs(one.amount), one.movers, one.against) == (15, 1, ("v1",))
    assert found(table("v2", more, chad), table("v1", kenya, chad)) == []


def test_where_one_shown_row_alone_moved_that_row_is_named_and_not_the_rest_beside_it():
    """What the hidden rows lost is what the shown one won."""
    kenya = {"A": 100, "B": 100, "C": 100}
    before, after = (
        edition(
            name,
            figure({**kenya, "A": 100 + moved}, "KE"),
            figure({"A": 70 - moved}, "TD", is_hidden=True),
            figure({**kenya, "A": 170}),
        )
        for name, moved in (("v1", 0), ("v2", 30))
    )
    assert found(after, before) == [("row KE of 2025-Q4", ("v1",), 1)]


def quarters(last: dict[str, int]) -> list[Earlier]:
    """The four quarters of a year; of the last one these amounts."""
    return [edition(f"Q{n}", figure(FIRMS if n < 4 else last, period=f"2025-Q{n}")) for n in range(1, 5)]


def test_a_year_of_a_newer_vintage_than_its_quarters_tells_what_was_corrected_since():
    year = {who: 4 * part for who, part in FIRMS.items()}
    assert found(edition("Y", figure(year, period="2025")), *quarters(FIRMS), measure=FLOW) == []
    [one] = telling(edition("Y", figure({**year, "A": 2030}, period="2025")), quarters(FIRMS), VALUES, FLOW)
    assert (one.place, one.movers) == ("row total of 2025, in a sum with other editions", 1)
    assert (one.amount, set(one.against)) == (30, {"Q1", "Q2", "Q3", "Q4"})
    assert found(edition("Y", figure({**year, "A": 2030}, period="2025")), *quarters(FIRMS)) == []


def test_a_corrected_quarter_is_named_once_and_not_again_beside_the_year():
    year = edition("Y", figure({who: 4 * part for who, part in FIRMS.items()}, period="2025"))
    revised = edition("Q4-v2", figure({**FIRMS, "A": 530}, period="2025-Q4"))
    assert found(revised, *quarters(FIRMS), year, measure=FLOW) == [("row total of 2025-Q4", ("Q4",), 1)]


def test_one_edition_whose_own_periods_do_not_add_up_is_no_revision():
    own = [figure(FIRMS, period=f"2025-Q{number}") for number in range(1, 5)]
    year = figure({**{who: 4 * part for who, part in FIRMS.items()}, "A": 2030}, period="2025")
    assert found(edition("Y", year, *own), measure=FLOW) == []


def kind(name: str, code: str, but: bool, whose: dict[str, int]) -> Remembered:
    """The total of a part of the population."""
    one, codes = figure(whose), Codes(frozenset({code}), but)
    return replace(one, id=f"{one.id[:-3]}{name}={codes}", cells=(Cell("ministry", "2025-Q4", (), ((name, codes),)),))


def test_two_ways_to_divide_what_nobody_prints_are_held_against_each_other():
    """By kind of licence in one edition and by kind of goods in a newer one: both sum to a total that is in neither."""
    open_ones, others = {"A": 200, "B": 100}, {"A": 300, "B": 300, "C": 300, "D": 200}
    by_licence = edition("L", kind("licence", "OPEN", False, open_ones), kind("licence", "OPEN", True, others))
    arms, dual = {"C": 300, "D": 200}, {"A": 500, "B": 400}
    same, later = (
        edition("G", kind("category", "ML", False, arms), kind("category", "ML", True, {**dual, "A": amount}))
        for amount in (500, 530)
    )
    assert found(same, by_licence, measure=FLOW) == []
    [one] = telling(later, [by_licence], VALUES, FLOW)
    assert (abs(one.amount), one.movers, one.against) == (30, 1, ("L",))


def test_three_firms_corrected_since_their_quarters_are_safe():
    year = {**{who: 4 * part for who, part in FIRMS.items()}, "A": 2030, "B": 1630, "C": 1230}
    assert found(edition("Y", figure(year, period="2025")), *quarters(FIRMS), measure=FLOW) == []


def test_a_small_difference_of_counts_is_a_small_count():
    def counted(name: str, number: int) -> Earlier:
        return edition(name, figure(None, value=number, is_count=True))

    assert found(counted("v2", 43), counted("v1", 40), profile=FEW) == [("row total of 2025-Q4", ("v1",), 3)]
    assert found(counted("v2", 45), counted("v1", 40), profile=FEW) == []


def test_a_table_whose_profile_hides_nothing_is_not_judged():
    new, old = edition("v2", figure({**FIRMS, "A": 530})), edition("v1", figure(FIRMS))
    for name in ("exact", "withheld", "round5"):
        assert found(new, old, profile=profiles()[name]) == []
