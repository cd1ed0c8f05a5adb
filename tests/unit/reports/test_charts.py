"""Charts beside hidden figures: nothing in the picture says where a hidden number lies."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from reports.charts import draw
from reports.cover import Cover
from reports.declaration import About, ChartDeclaration, Column, TableDeclaration
from reports.figures import CONFIDENTIAL, writer
from reports.render import render
from reports.source import Authority
from reports.tables import Part, print_table
from tests.unit.reports.conftest import contents_of
from tests.unit.reports.test_disclosure import seized

WRITE = writer("en_GB")


def part_of(*numbers: int | None, label_format: str = "text", low: int = 0) -> Part:
    """One authority's table with these numbers; None stands for one that disclosure control took out."""
    declaration = TableDeclaration(
        "trial", "rpt_trial", "Trial",
        (
            Column("what", "What", format=label_format),
            Column("n", "Number"),
            Column("low", "Low"),
            Column("high", "High"),
        ),
        About("", "", "", ""), label="what", key=("what",), total=False,
    )  # fmt: skip
    labels = [
        f"{2020 + n // 4}-Q{n % 4 + 1}" if label_format == "period" else f"class {n}" for n in range(len(numbers))
    ]
    rows = [
        {"partner": "a", "what": label, "n": number or 0, "low": low, "high": (number or 0) + 5, "sort_order": place}
        for place, (label, number) in enumerate(zip(labels, numbers, strict=True))
    ]
    part = print_table(declaration, "1", rows, [Authority("a", "A", "A")], WRITE).parts[0]
    hidden = tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, value=None, text=CONFIDENTIAL) if cell.column.name in ("n", "low") else cell
                for cell in row.cells
            ),
        )
        if number is None
        else row
        for row, number in zip(part.rows, numbers, strict=True)
    )
    return replace(part, rows=hidden, short=hidden)


def chart(kind: str, part: Part, **changes: str):
    return draw(ChartDeclaration("c", "trial", kind, "n", "", "", **changes), part, "", WRITE, several=False)


def test_a_line_stops_before_a_hidden_point_and_begins_again_after_it():
    known = chart("line", part_of(1, 2, 3, 4, 5, label_format="period"))
    assert [len(points.split()) for points in known.lines] == [5]
    broken = chart("line", part_of(1, 2, None, 4, 5, 6, label_format="period"))
    assert [len(points.split()) for points in broken.lines] == [2, 3]
    # A point between two gaps is a dot by itself; nothing leads to it.
    assert chart("line", part_of(None, 2, None, 4, label_format="period")).lines == ()


def test_a_gap_in_a_line_says_so_in_the_picture():
    def hide_all_but_the_last(tables):
        seized(tables)
        for row in tables["rpt_enforcement__trend"]:
            row["hit_share"] = None if row["half_year"] == "2024-H2" else row["hit_share"]

    files = render(contents_of("enforcement", hide_all_but_the_last), Cover("x-v1", "Provisional")).files
    root = etree.fromstring(files[next(name for name in files if "hit-rate-trend" in name)])
    circles = {round(float(node.get("cx")), 1) for node in root.iter("{*}circle")}
    segments = [[point.split(",")[0] for point in node.get("points").split()] for node in root.iter("{*}polyline")]
    assert len(segments) == 2
    assert {round(float(x), 1) for segment in segments for x in segment} <= circles
    assert any(node.text in ("[z]", "[c]", "[x]") for node in root.iter("{*}text"))


@pytest.mark.parametrize("kind", ["bars", "columns", "line"])
def test_scale_and_lengths_are_made_of_shown_numbers_alone(kind):
    """A hidden number stands as zero in what is drawn: another one in its place changes nothing."""
    label = "text" if kind == "bars" else "period"
    drawn = chart(kind, part_of(3, None, 9, 4, label_format=label))
    lone = [mark for mark in drawn.marks if not mark.known]
    assert [(mark.length, mark.text) for mark in lone] == [(Decimal(0), CONFIDENTIAL)]
    lengths = chart(kind, part_of(3, 1, 9, 4, label_format=label))
    assert [m.length for m in drawn.marks if m.known] == [m.length for m in lengths.marks if m.text != "1"]
    assert drawn.ticks == lengths.ticks


def test_hidden_bars_stand_last_in_the_order_of_the_table_and_none_is_called_the_longest():
    drawn = chart("bars", part_of(None, 0, None, 7))
    assert [mark.full_label for mark in drawn.marks] == ["class 3", "class 1", "class 0", "class 2"]
    assert not any(mark.emphasised for mark in drawn.marks)
    assert [mark.emphasised for mark in chart("bars", part_of(2, 7)).marks] == [True, False]


def test_a_range_without_one_of_its_ends_has_no_bar():
    part = part_of(4, 8)
    cells = tuple(
        replace(cell, value=None, text=CONFIDENTIAL) if cell.column.name == "low" else cell
        for cell in part.rows[0].cells
    )
    part = replace(part, rows=(replace(part.rows[0], cells=cells), part.rows[1]))
    first, second = chart("ranges", part, low="low", high="high").marks
    assert first.low == first.high == first.x
    assert second.low < second.x < second.high


def test_a_long_label_takes_two_lines_before_it_is_cut():
    part = part_of(4, 8)
    names = ("Human rights and international humanitarian law", "Electronics")
    part = replace(part, rows=tuple(replace(row, label=name) for row, name in zip(part.rows, names, strict=True)))
    long, short = sorted(chart("bars", part).marks, key=lambda mark: -len(mark.full_label))
    assert f"{long.label} {long.label_below}" == names[0] == long.full_label
    assert (short.label, short.label_below) == ("Electronics", "")
    part = replace(part, rows=(replace(part.rows[0], label=" ".join(names * 3)), part.rows[1]))
    cut = max(chart("bars", part).marks, key=lambda mark: len(mark.full_label))
    assert cut.label.endswith("…") and cut.label_below.endswith("…")
