"""Rulers on published pictures: lengths, places, scales and spoken words tell no figure that the table hides."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from reports import context
from reports.cover import Cover
from reports.figures import CONFIDENTIAL
from reports.render import render
from tests.unit.reports import tiny
from tests.unit.reports.conftest import contents_of
from tests.unit.reports.test_disclosure import granted

COVER = Cover("2025-Q4-v1", "Provisional")
SVG = "{http://www.w3.org/2000/svg}"


def with_chart_of_values(contents):
    """The report with a chart of the values granted, which disclosure control protects: none of the project's own
    charts draws such a column.
    """
    drawn = tuple(
        replace(chart, table="values", value="value_eur") if chart.name == "top_ratings" else chart
        for chart in contents.report.charts
    )
    return replace(contents, report=replace(contents.report, charts=drawn))


def picture(contents) -> bytes:
    return render(with_chart_of_values(contents), COVER).files["charts/top-ratings-trade-ministry.svg"]


def bars_of(svg: bytes) -> dict[str, Decimal | None]:
    """What a ruler reads: the length of the bar beside each label (its first letters), None where there is none."""
    found: dict[str, Decimal | None] = {}
    for group in etree.fromstring(svg).iter(f"{SVG}g"):
        words = ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]
        bars = [bar.get("width") for bar in group.iter(f"{SVG}rect")]
        if len(words) == 2:
            found[words[0][:10]] = Decimal(bars[0]) if bars else None
    return found


def measured(svg: bytes, known: dict[str, Decimal]) -> dict[str, Decimal]:
    """Values read off the bars of others by the scale that a bar with a printed number gives."""
    bars = bars_of(svg)
    label, value = max(known.items(), key=lambda item: item[1])
    length = bars[label]
    assert length
    return {name: bar / length * value for name, bar in bars.items() if bar is not None and name not in known}


def goods(contents) -> dict[str, Decimal | None]:
    part = next(part for part in contents.tables["values"].parts if part.authority.code == tiny.MINISTRY)
    return {row.label[:10]: row.cell("value_eur").value for row in part.body}


def test_a_ruler_on_the_picture_reads_no_hidden_value():
    contents = contents_of("licensing_statistics", granted)
    shown = {label: value for label, value in goods(contents).items() if value is not None}
    assert shown
    assert len(shown) < len(goods(contents))
    svg = picture(contents)
    assert measured(svg, shown) == {}
    assert [label for label, bar in bars_of(svg).items() if bar is None] == list(bars_of(svg))[len(shown) :]
    words = " ".join(etree.fromstring(svg).itertext())
    assert words.count(CONFIDENTIAL) == 2 * (
        len(goods(contents)) - len(shown)
    )  # in the picture, and where it is read out
    numbers = {text for text in re.findall(r"\d[\d,.]*\d", words) if len(text) > 4}
    assert numbers <= {f"{value / 10**6:,.2f}" for value in shown.values()}


def test_the_ruler_reads_them_off_a_picture_that_was_drawn_before_hiding(monkeypatch: pytest.MonkeyPatch):
    """The attack against an edition broken on purpose: bars of the true values, with [c] written beside them."""
    contents = contents_of("licensing_statistics", granted)
    shown = {label: value for label, value in goods(contents).items() if value is not None}
    monkeypatch.setattr(context, "disclose", lambda report, period, tables, *rest: (tables, {}))
    true = contents_of("licensing_statistics", granted)
    found = measured(picture(true), shown)
    secret = {label: value for label, value in goods(true).items() if label not in shown}
    largest = max(secret, key=lambda label: secret[label])
    assert abs(found[largest] - secret[largest]) < max(shown.values()) / 200
