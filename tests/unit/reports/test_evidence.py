"""What stands behind figures: its words are read strictly, and a figure that its rows do not give is a fault."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.declaration import About, Column, TableDeclaration
from reports.errors import ReportError
from reports.evidence import (
    EVER,
    Across,
    Always,
    Change,
    MadeFrom,
    Measured,
    Quotient,
    SameAs,
    check,
    models,
    origin,
    parse,
)
from reports.periods import Period
from reports.prove_evidence import prove_evidence
from reports.report_files import available_reports, load_report
from reports.source import Key, Row

MODEL = "rpt_evidence__x"
EVIDENCE = Path(__file__).parents[3] / "dbt_project" / "models" / "reporting" / "evidence"
MACROS = EVIDENCE.parents[2] / "macros" / "reporting" / "evidence.sql"
LICENSING = load_report("licensing_statistics")
PERIOD = Period.parse("2025-Q4")
ABOUT = About("", "", "", "")
CODE = Column("code", "Code", "text")
OUTCOMES = TableDeclaration(
    "outcomes", "rpt_outcomes", "Outcomes",
    (CODE, Column("granted", "Granted"), Column("days", "Days", "days", evidence="median of days")),
    ABOUT, "code", ("code",), evidence=MODEL,
)  # fmt: skip
KEY_FIGURES = TableDeclaration(
    "key_figures", "rpt_key_figures", "Key figures",
    (
        CODE,
        Column("value", "Value", evidence_of_row={"granted": "as outcomes.total.granted"}),
        Column("earlier", "Earlier", evidence="like value", periods_back=1),
    ),
    ABOUT, "code", ("code",), total=False,
)  # fmt: skip
REPORT = replace(LICENSING, tables=(OUTCOMES, KEY_FIGURES))


class Ledger:
    """Two tables for two quarters, and what the rows behind them add up to."""

    def __init__(self, granted: int = 3, days: int = 7, key_figure: int = 5, earlier: int | None = 4) -> None:
        head = {"partner": "a", "is_total": False}
        self._rows = {
            ("rpt_outcomes", "2025-Q4"): [
                {**head, "code": "EX", "granted": granted, "days": days},
                {**head, "code": "IM", "granted": 2, "days": None},
                {**head, "code": "total", "granted": 5, "days": 7, "is_total": True},
            ],
            ("rpt_outcomes", "2025-Q3"): [{**head, "code": "total", "granted": 4, "days": 7, "is_total": True}],
            ("rpt_key_figures", "2025-Q4"): [{**head, "code": "granted", "value": key_figure, "earlier": earlier}],
        }

    def rows(self, table: str, period: str) -> Sequence[Row]:
        return self._rows.get((table, period), [])

    def authorities(self) -> Mapping[str, tuple[str, str]]:
        return {}

    def keys(self, model: str, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(names)

    def sums(
        self, model: str, keys: Sequence[str], measured: Sequence[Measured], period: Period
    ) -> Mapping[Key, tuple[Any, ...]]:
        assert [one.words for one in measured] == ["median of days", "sum of granted"]
        return {("a", ("EX",)): (7, 3), ("a", ("IM",)): (None, 2), ("a", ()): (7, 5)}


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("granted", Measured(MODEL, "granted")),
        ("median of days", Measured(MODEL, "days", "median")),
        ("lower quartile of days", Measured(MODEL, "days", "lower quartile")),
        ("different country_code", Measured(MODEL, "country_code", "different")),
        ("standing opened", Measured(MODEL, "opened", "standing")),
        ("standing opened aged 31 to 90", Measured(MODEL, "opened", "standing", aged=(31, 90))),
        ("standing opened aged up to 30", Measured(MODEL, "opened", "standing", aged=(0, 30))),
        ("standing opened aged over 180 in rpt_y", Measured("rpt_y", "opened", "standing", aged=(181, EVER))),
        ("median age of opened", Measured(MODEL, "opened", "median age")),
        ("greatest age of opened", Measured(MODEL, "opened", "greatest age")),
        ("greatest of days", Measured(MODEL, "days", "greatest")),
        ("always 4", Always(4)),
        ("valid_rows out of rows_read", Measured(MODEL, "valid_rows", below="rows_read")),
        ("value_eur in rpt_evidence__lines", Measured("rpt_evidence__lines", "value_eur")),
        ("mean of timeliness", Measured(MODEL, "timeliness", "mean")),
        ("as headline.decisions.value", SameAs("headline", "decisions", "value")),
        ("mean of feeds.validity", Across("mean", "feeds", "validity")),
        ("from opened, concluded", MadeFrom(("opened", "concluded"))),
    ],
)
def test_the_words_of_evidence_are_read(words: str, made: object) -> None:
    assert parse(words, MODEL) == made


@pytest.mark.parametrize(
    "words",
    [
        "",
        "sum(granted)",
        "median days",
        "as headline.decisions",
        "mean of days out of x",
        "1",
        "always many",
        "opened aged over 3",
        "median of days aged up to 3",
    ],
)
def test_other_words_are_refused_with_those_that_there_are(words: str) -> None:
    with pytest.raises(ReportError, match="expected a measure"):
        parse(words, MODEL)


def test_a_measure_needs_a_model() -> None:
    with pytest.raises(ReportError, match="names no evidence model"):
        parse("granted", "")


def test_shares_and_changes_follow_from_what_proves_them() -> None:
    table = LICENSING.table("decisions_by_destination")
    assert origin(table, table.column("refusal_share"), "US") == Quotient(("refused",), ("granted", "refused"))
    assert origin(table, table.column("share_of_decisions"), "US") == Quotient(("decisions",), ("decisions",), True)
    assert origin(table, table.column("change_on_year"), "US") == Change("decisions", "decisions_previous_year")
    assert origin(table, table.column("decisions_previous_year"), "US") == Measured(table.evidence, "decisions")


@pytest.mark.parametrize("name", available_reports())
def test_every_figure_says_what_it_is_made_of(name: str) -> None:
    assert silent_figures(name) == []


@pytest.mark.parametrize("name", available_reports())
def test_what_a_report_says_of_evidence_is_there(name: str) -> None:
    report = load_report(name)
    if report.made_from == "editions":
        return  # no models: tests/unit/reports/test_notices.py
    said = models(report)
    there = {path.stem for path in EVIDENCE.glob("*.sql")}
    assert set(said) <= there


def silent_figures(name: str) -> list[str]:
    report = load_report(name)
    check(report, name)
    found = []
    for table in report.tables:
        rows = {row for column in table.columns for row in column.evidence_of_row} or {"x"}
        for column in table.columns:
            if not column.is_text and any(origin(table, column, row) is None for row in rows):
                found.append(f"{table.name}.{column.name}")
    return found


def test_figures_that_their_rows_give_are_counted() -> None:
    assert prove_evidence(REPORT, PERIOD, Ledger()) == 8


@pytest.mark.parametrize(
    ("ledger", "fault"),
    [
        (Ledger(granted=4), "outcomes, a, row 'EX', column 'granted' is 4, the rows of rpt_evidence__x give 3"),
        (Ledger(days=8), "column 'days' is 8, the rows of rpt_evidence__x give 7 (median of days)"),
        (Ledger(key_figure=6), "row 'granted', column 'value' is 6, outcomes.total.granted is 5"),
        (Ledger(earlier=5), "row 'granted', column 'earlier' is 5, outcomes.total.granted is 4"),
        (Ledger(earlier=None), "column 'earlier' is nothing, outcomes.total.granted is 4"),
    ],
)
def test_a_figure_that_its_rows_do_not_give_stops_the_edition(ledger: Ledger, fault: str) -> None:
    with pytest.raises(ReportError) as told:
        prove_evidence(REPORT, PERIOD, ledger)
    assert fault in str(told.value)
    assert "Mend the reporting model" in str(told.value)


def test_evidence_models_read_facts_alone_since_releases_hold_nothing_else() -> None:
    files = (*EVIDENCE.glob("*.sql"), MACROS)
    read = {name for path in files for name in re.findall(r"ref\('(\w+)'\)", path.read_text("utf-8"))}
    assert read
    assert [name for name in sorted(read) if not name.startswith(("fct_", "dim_", "bridge_"))] == []
