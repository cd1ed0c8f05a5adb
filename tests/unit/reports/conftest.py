"""What the tests of reports share: all reports prepared and rendered from the tiny world."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from reports.context import Contents, prepare
from reports.cover import Cover
from reports.periods import Period
from reports.render import Rendered, render
from reports.report_files import load_report
from tests.unit.reports import tiny

WORLDS = {
    "licensing_statistics": (tiny.licensing, tiny.QUARTER),
    "enforcement": (tiny.enforcement, tiny.HALF),
    "data_quality_scorecard": (tiny.scorecard, tiny.QUARTER),
    "interagency_review": (tiny.interagency, tiny.HALF),
    "list_changes": (tiny.list_changes, tiny.QUARTER),
}
Change = Callable[[dict[str, tiny.Rows]], None]


def contents_of(report: str, change: Change | None = None, names: dict[str, tuple[str, str]] | None = None) -> Contents:
    """The contents of a report on the tiny world, after a change to its rows."""
    make, period = WORLDS[report]
    tables = make()
    if change is not None:
        change(tables)
    return prepare(load_report(report), Period.parse(period), tiny.TinySource(tables, names))


def rendered(report: str, change: Change | None = None, names: dict[str, tuple[str, str]] | None = None) -> Rendered:
    return _rendered(report, change, names) if change or names else _as_it_is(report)


@cache
def _as_it_is(report: str) -> Rendered:
    """A report on the unchanged world: rendered once for all tests that only look at it."""
    return _rendered(report)


def _rendered(report: str, change: Change | None = None, names: dict[str, tuple[str, str]] | None = None) -> Rendered:
    contents = contents_of(report, change, names)
    return render(contents, Cover(f"{contents.period}-v1", "Provisional"))


@pytest.fixture(params=sorted(WORLDS))
def report(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def without_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny warehouse has no facts; that figures are the sums of theirs is proven on the sample."""
    monkeypatch.setattr("orchestration.publication.editions.prove_evidence", lambda *_: 0)
