"""The cases as rows of the schema raw, the real models over them, and what these say of each case.

Timestamps stand in raw in UTC, as the intake writes them: the tables give local time, read here by zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from orchestration.contracts.load import load_contracts
from orchestration.harmonisation import dbt
from orchestration.harmonisation.parts import LINKAGE
from orchestration.harmonisation.raw import build_raw
from orchestration.linkage.link import MADE
from orchestration.register import Register
from orchestration.settings import Home
from tests.scenarios.cases import Case

MODELS = (
    "fct_applications",
    "rpt_licensing_statistics__decisions_by_type_and_outcome",
    "rpt_licensing_statistics__processing_times",
    "rpt_licensing_statistics__refusals_by_criterion",
    "rpt_licensing_statistics__values",
    "rpt_metrics__appeals",
    "rpt_metrics__backlog",
)
DECISIONS = {"GRANTED", "REFUSED", "NLR", "WITHDRAWN", "STOPPED", "REVOKED", "ISSUED_ON_APPEAL"}
LICENCES = {"GRANTED", "ISSUED_ON_APPEAL", "REVOKED"}
BELMARK = {"GRANTED": "ACCORDÉE", "REFUSED": "REFUSÉE", "NLR": "SANS_OBJET", "WITHDRAWN": "RETIRÉE"}
MARKING = '{"originator":"case","level":"official","tlp":"AMBER","release_to":[],"exclude":[],"purposes":null}'
OUTCOMES = "granted|refused|nlr|withdrawn|stopped|revoked"
# All lines of the cases are of these goods, at this value, so that what counts can be read off.
LINE: dict[str, Any] = {"control_code": "6A003.b.4", "quantity": 1, "value": 1000, "currency": "EUR"}


def run_models(home: Home, cases: list[Case]) -> None:
    """Lay the cases into the build database of an empty home and run the models that count them."""
    home.ensure()
    home.build_db.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.build_db}' as entrepot")
        connection.execute("use entrepot")
        build_raw(connection, home, Register(home.register_url), load_contracts())
        # The cases have no parties: what the linkage step makes is empty.
        connection.execute(f"create schema {LINKAGE}")
        for table, columns in MADE.items():
            connection.execute(f"create table {LINKAGE}.{table} ({columns})")
    _dbt(home, "seed")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.build_db}' as entrepot")
        connection.execute("use entrepot")
        for number, case in enumerate(cases):
            _authority(connection, case)
            (_by_day if case.is_by_day else _by_the_hour)(connection, case, number)
    _dbt(home, "run")


def _dbt(home: Home, verb: str) -> None:
    arguments = [
        verb, "--select", *(f"+{model}" for model in MODELS),
        "--target-path", str(home.warehouse_dir / "dbt"), "--log-path", str(home.logs),
    ]  # fmt: skip
    outcome = dbt._invoke(arguments, environment={dbt.DATABASE_VARIABLE: str(home.build_db.absolute())})
    failed = {result.node.name: result.message for result in outcome.results if str(result.status) != "success"}
    assert not failed, failed


def _authority(connection: Any, case: Case) -> None:
    connection.execute(
        "insert into code_lists.partners (code, name, short_name, role, country_code, language, timezone, calendar, "
        "currency_code, outcomes) values (?, ?, ?, 'licensing', 'XA', 'en', ?, ?, 'EUR', ?)",
        [case.authority, case.name, case.name, case.zone, case.calendar, OUTCOMES],
    )


def _by_the_hour(connection: Any, case: Case, number: int) -> None:
    """An authority with a log of events, as the trade ministry delivers it."""
    zone = ZoneInfo(case.zone)
    refs = {name: f"XA-2024-{number:03}{place:03}" for place, name in enumerate(case.expected)}
    counted = dict.fromkeys(refs, 0)
    for row, (when, name, what, given) in enumerate(case.events, start=1):
        at = datetime.fromisoformat(when).replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
        if what == "submitted":
            amends = refs[given.removeprefix("amends ")] if given else None
            _insert(connection, case, "trade_ministry__applications", row, application_ref=refs[name], submitted_at=at,
                    licence_type="IND", destination_country="TR", amendment_of=amends, is_military=False)  # fmt: skip
            _insert(connection, case, "trade_ministry__goods_lines", row, application_ref=refs[name], line_no=1,
                    unit="NAR", **LINE)  # fmt: skip
        if what in DECISIONS:
            licence = f"L-2024-{number:03}{row:03}" if what in LICENCES else None
            _insert(connection, case, "trade_ministry__decisions", row, decision_ref=f"D-2024-{number:03}{row:03}",
                    application_ref=refs[name], decision=what, decided_at=at, licence_ref=licence,
                    criteria=given.replace("\\", "|") or None)  # fmt: skip
        else:
            counted[name] += 1
            _insert(connection, case, "trade_ministry__stage_events", row, application_ref=refs[name],
                    event_no=counted[name], event_type=what, event_at=at)  # fmt: skip


def _by_day(connection: Any, case: Case, number: int) -> None:
    """An authority that gives days without the hour, as the allied authority delivers its dossiers."""
    refs = {name: f"B-{number:03}-{place:03}" for place, name in enumerate(case.expected)}
    submitted = {name: when for when, name, what, _ in case.events if what == "submitted"}
    for row, (when, name, what, given) in enumerate(case.events, start=1):
        if what in BELMARK:
            _insert(connection, case, "allied_licensing_authority__decisions", row, dossier_ref=refs[name], line_no=row,
                    licence_type="Individuelle", submitted_on=date.fromisoformat(submitted[name]),
                    decided_on=date.fromisoformat(when), decision=BELMARK[what], destination_country="Türkiye",
                    criteria=given.replace("\\", "|") or None, unit="pce", **LINE)  # fmt: skip


def _insert(connection: Any, case: Case, table: str, row: int, **values: Any) -> None:
    values.update(
        partner=case.authority, feed=table.split("__")[1], submission_id="S1", source_row_number=row, marking=MARKING,
        kind="initial", sequence=1, is_withdrawal=False,
    )  # fmt: skip
    names = ", ".join(values)
    places = ", ".join("?" for _ in values)
    connection.execute(f"insert into raw.{table} ({names}) values ({places})", list(values.values()))


class Warehouse:
    """What the models say of a case."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def _rows(self, query: str, case: Case) -> list[dict[str, Any]]:
        cursor = self._connection.execute(query, [case.authority])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def applications(self, case: Case) -> list[dict[str, str]]:
        """Of each application in order: first outcome, its day, what stands, and its clock."""
        rows = self._rows("select * from main.fct_applications where partner = ? order by application_ref", case)
        return [
            {
                "first outcome": _text(row["first_outcome"]),
                "on": _text(row["first_outcome_on"]),
                "stands": _text(row["outcome"]),
                "days": _text(row["working_days_to_first_outcome"]),
                "stopped": _text(row["working_days_stopped"]),
                "open": _text(row["working_days_open"]),
            }
            for row in rows
        ]

    def counts(self, case: Case) -> dict[str, str]:
        """Of each period what the reports count in it."""
        found: dict[str, list[str]] = {}

        def told(period: str, word: str, number: Any = 1) -> None:
            if number:
                found.setdefault(period, []).append(word if number == 1 else f"{word} x{number}")

        reporting = "select * from reporting.rpt_licensing_statistics__{} where partner = ? and {}"
        for row in self._rows(reporting.format("decisions_by_type_and_outcome", "is_total"), case):
            for outcome in ("granted", "refused", "nlr", "withdrawn", "stopped", "revoked"):
                told(row["period"], outcome, row[outcome])
        for row in self._rows(reporting.format("processing_times", "is_total"), case):
            told(row["period"], "unknown clock", row["decided"] - row["with_known_clock"])
            if row["median_days"] is not None:
                told(row["period"], f"M1 {row['median_days']}")
                told(row["period"], "M2 within 20", row["within_20"])
                told(row["period"], "M2 within 60", row["within_60"] - row["within_20"])
        for row in self._rows(reporting.format("refusals_by_criterion", "not is_total"), case):
            told(row["period"], f"M4 criterion {row['criterion_code']}", row["refusals"])
        for row in self._rows(reporting.format("values", "is_total"), case):
            told(row["period"], f"M5 {row['value_eur']:.0f}", row["value_eur"] > 0)
        metrics = "select * from reporting.rpt_metrics__{} where partner = ? and is_total and period_kind = 'quarter'"
        for row in self._rows(metrics.format("appeals"), case):
            for step in ("lodged", "decided", "upheld"):
                told(row["period"], f"M11 {step}", row[step])
        for row in self._rows(metrics.format("backlog"), case):
            told(row["period"], "M12 open", row["open_at_end"])
        return {period: ", ".join(words) for period, words in sorted(found.items())}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
