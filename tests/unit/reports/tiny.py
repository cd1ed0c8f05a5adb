"""A tiny world of reporting tables with the columns that the dbt models have, for the tests of reports and
editions.

Figures follow from a few counts by the rules of the models (shares and changes rounded half up to three
places), so that every table is consistent until a test plants a fault.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

QUARTER, HALF = "2025-Q4", "2025-H2"
MINISTRY, ALLY = "trade_ministry", "allied_licensing_authority"
CUSTOMS, PROSECUTION = "customs_service", "prosecution_service"
NAMES = {
    MINISTRY: ("Ministry of Trade of Arvenia", "Arvenia"),
    ALLY: ("Licensing Office of Belmark", "Belmark"),
    CUSTOMS: ("Customs Service of Arvenia", "Customs"),
    PROSECUTION: ("Prosecution Service of Arvenia", "Prosecution"),
}
COUNTRIES = [
    ("IN", "India"),
    ("US", "United States"),
    ("KR", "Korea, Republic of"),
    ("NA", "Namibia"),
    ("NO", "Norway"),
    ("SG", "Singapore"),
    ("JP", "Japan"),
    ("AE", "United Arab Emirates"),
    ("TR", "Türkiye"),
    ("BR", "Brazil"),
    ("CL", "Chile"),
    ("CH", "Switzerland"),
    ("IL", "Israel"),
    ("SA", "Saudi Arabia"),
    ("MY", "Malaysia"),
    ("ZA", "South Africa"),
    ("MX", "Mexico"),
    ("VN", "Viet Nam"),
    ("TH", "Thailand"),
    ("QA", "Qatar"),
    ("XX", "Unknown or various"),
]
Rows = list[dict[str, Any]]


class TinySource:
    """Reporting tables held in memory."""

    def __init__(self, tables: Mapping[str, Rows], names: Mapping[str, tuple[str, str]] | None = None) -> None:
        self.tables = copy.deepcopy(dict(tables))
        self.names = dict(NAMES if names is None else names)

    def rows(self, table: str, period: str) -> Sequence[Mapping[str, Any]]:
        return [row for row in self.tables.get(table, []) if row["period"] == period]

    def authorities(self) -> Mapping[str, tuple[str, str]]:
        return self.names


def share(above: int | Decimal | None, below: int | Decimal | None) -> Decimal | None:
    return None if above is None or not below else _three(Decimal(above) / Decimal(below))


def change(now: int | Decimal | None, then: int | Decimal | None) -> Decimal | None:
    return None if now is None or not then else _three((Decimal(now) - Decimal(then)) / Decimal(then))


def _three(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def summed(rows: Rows, columns: Sequence[str], **fixed: Any) -> dict[str, Any]:
    return {**{name: sum(row[name] for row in rows) for name in columns}, **fixed}


def finished(period: str, partner: str, rows: Rows, total: dict[str, Any] | None, derive: Any) -> Rows:
    """Rows with total, order, shares and changes, as a model selects them."""
    out = []
    for place, row in enumerate([*rows, *([total] if total else [])], start=1):
        whole = total or row
        out.append(
            {
                "period": period,
                "partner": partner,
                **row,
                **derive(row, whole),
                "is_total": row is total,
                "sort_order": place,
            }
        )
    return out


def licensing(period: str = QUARTER) -> dict[str, Rows]:
    tables: dict[str, Rows] = {}
    for partner, scale in ((MINISTRY, 3), (ALLY, 1)):
        for name, rows in _licensing_of(period, partner, scale).items():
            tables.setdefault(f"rpt_licensing_statistics__{name}", []).extend(rows)
    # Nobody says who exports, unless a test does.
    tables["rpt_licensing_statistics__contributions"] = [
        {
            "period": period, "partner": partner, "category_code": "3", "rating": "3A001", "destination_code": "IN",
            "contributor": None, "value_eur": Decimal("1.00"),
        }
        for partner in (MINISTRY, ALLY)
    ]  # fmt: skip
    return tables


def _licensing_of(period: str, partner: str, scale: int) -> dict[str, Rows]:
    types = [
        ("INDIVIDUAL", "Individual", 112, 6, 9, 5, 1, 3, 126, 118),
        ("GLOBAL", "Global", 14, 0, 0, 1, 0, 0, 13, 0),
        ("BROKERING", "Brokering", 3, 1, 0, 0, 0, 0, 5, 4),
    ]
    names = (
        "granted",
        "refused",
        "nlr",
        "withdrawn",
        "stopped",
        "revoked",
        "decisions_previous_quarter",
        "decisions_previous_year",
    )
    outcomes = []
    for code, label, *counts in types:
        row = {
            "licence_type_code": code,
            "licence_type": label,
            **dict(zip(names, (n * scale for n in counts), strict=True)),
        }
        row["decisions"] = sum(row[name] for name in ("granted", "refused", "nlr", "withdrawn", "stopped"))
        outcomes.append(row)
    total = summed(outcomes, [*names, "decisions"], licence_type_code="total", licence_type="All types")
    by_type = finished(
        period,
        partner,
        outcomes,
        total,
        lambda row, whole: {
            "refusal_share": share(row["refused"], row["granted"] + row["refused"]),
            "share_of_decisions": share(row["decisions"], whole["decisions"]),
            "change_on_quarter": change(row["decisions"], row["decisions_previous_quarter"]),
            "change_on_year": change(row["decisions"], row["decisions_previous_year"]),
        },
    )

    def geography(kinds: Sequence[tuple[str, ...]], keys: Sequence[str], count: str) -> Rows:
        rows = []
        for place, kind in enumerate(kinds):
            granted = max(1, (len(kinds) - place) ** 2 // 12) * scale
            row: dict[str, Any] = {
                **dict(zip(keys, kind, strict=True)),
                "granted": granted,
                "refused": place % 3 * scale,
                "other": place % 2,
                "value_eur": Decimal(granted * 12345678) / 100 if place else Decimal("3999.99"),
                f"{count}_previous_quarter": granted + 2,
                f"{count}_previous_year": 0 if place == 4 else granted,
                "value_eur_previous_quarter": Decimal(granted * 100),
                "value_eur_previous_year": Decimal(granted * 90),
            }
            row[count] = row["granted"] + row["refused"] + row["other"]
            rows.append(row)
        sums = [name for name in rows[0] if name not in keys]
        whole_row = summed(rows, sums, **dict.fromkeys(keys, "total"))
        return finished(
            period,
            partner,
            rows,
            whole_row,
            lambda row, whole: {
                "refusal_share": share(row["refused"], row["granted"] + row["refused"]),
                f"share_of_{count}": share(row[count], whole[count]),
                "change_on_quarter": change(row[count], row[f"{count}_previous_quarter"]),
                "change_on_year": change(row[count], row[f"{count}_previous_year"]),
            },
        )

    entries = [
        ("6", "Sensors and lasers", "6A003.b.4.b"),
        ("5", "Telecommunications and information security", "5A002.a.1"),
        ("3", "Electronics", "3A001.a.2"),
        ("1", "Special materials", "1C350.16"),
        ("ML", "Military goods", "ML22.a"),
        ("none", "Not coded", "not coded"),
    ]
    destinations = geography(COUNTRIES, ("destination_code", "destination"), "decisions")
    ratings = geography(entries, ("category_code", "category", "rating"), "lines")

    values = []
    for place, (code, label, _) in enumerate(entries):
        values.append(
            {
                "category_code": code,
                "category": label,
                "lines": (20 - place) * scale,
                "lines_with_value": (18 - place) * scale,
                "value_eur": ratings[place]["value_eur"],
                "value_eur_previous_quarter": Decimal("100000.00") * scale,
                "value_eur_previous_year": Decimal("90000.50") * scale,
            }
        )
    sums = ["lines", "lines_with_value", "value_eur", "value_eur_previous_quarter", "value_eur_previous_year"]
    value_rows = finished(
        period,
        partner,
        values,
        summed(values, sums, category_code="total", category="All goods"),
        lambda row, whole: {
            "share_of_value": share(row["value_eur"], whole["value_eur"]),
            "change_on_quarter": change(row["value_eur"], row["value_eur_previous_quarter"]),
            "change_on_year": change(row["value_eur"], row["value_eur_previous_year"]),
        },
    )

    refused = total["refused"]
    cited = [
        ("1", "International obligations", 2),
        ("2", "Human rights and humanitarian law", 5),
        ("7", "Risk of diversion", 6),
    ]
    criteria = [
        {
            "criterion_code": code,
            "criterion": label,
            "refusals": n * scale,
            "refusals_previous_quarter": n * scale,
            "refusals_previous_year": scale,
        }
        for code, label, n in cited
    ]
    criteria_rows = finished(
        period,
        partner,
        criteria,
        summed(
            criteria,
            ["refusals", "refusals_previous_quarter", "refusals_previous_year"],
            criterion_code="total",
            criterion="All citations",
        ),
        lambda row, whole: {
            "share_of_refusals": None if row is whole else share(row["refusals"], refused),
            "all_refusals": refused,
        },
    )

    times = [
        {
            "licence_type_code": row["licence_type_code"],
            "licence_type": row["licence_type"],
            "decided": row["decisions"],
            "with_known_clock": row["decisions"],
            "p25_days": 9 + n,
            "median_days": 16 + 4 * n,
            "p75_days": 31 + 12 * n,
            "within_20": row["decisions"] // 2,
            "within_60": row["decisions"] * 9 // 10,
            "median_days_previous_quarter": 15,
            "median_days_previous_year": 18,
        }
        for n, row in enumerate(outcomes)
    ]
    whole_time = summed(
        times,
        ["decided", "with_known_clock", "within_20", "within_60"],
        licence_type_code="total",
        licence_type="All types",
        p25_days=9,
        median_days=17,
        p75_days=33,
        median_days_previous_quarter=15,
        median_days_previous_year=18,
    )
    time_rows = finished(
        period,
        partner,
        times,
        whole_time,
        lambda row, whole: {
            "share_known": share(row["with_known_clock"], row["decided"]),
            "share_within_20": share(row["within_20"], row["with_known_clock"]),
            "share_within_60": share(row["within_60"], row["with_known_clock"]),
        },
    )
    times_known = partner == MINISTRY  # the ally delivers no clocks

    decisions, granted = total["decisions"], total["granted"]
    before, year = total["decisions_previous_quarter"], total["decisions_previous_year"]
    value = value_rows[-1]
    rate, rate_before = share(refused, granted + refused), Decimal("0.041")
    key_figures = [
        ("decisions", "Decisions", "number", decisions, before, year),
        ("granted", "Granted", "number", granted, granted - 5, granted + 9),
        ("refused", "Refused", "number", refused, refused, 0),
        ("refusal_share", "Refusal rate", "share", rate, rate_before, Decimal("0.000")),
        (
            "value_granted_eur",
            "Value granted",
            "eur",
            value["value_eur"],
            value["value_eur_previous_quarter"],
            value["value_eur_previous_year"],
        ),
        (
            "median_working_days",
            "Median time to first outcome",
            "days",
            17 if times_known else None,
            15 if times_known else None,
            None,
        ),
        (
            "share_within_20",
            "Decided within 20 working days",
            "share",
            time_rows[-1]["share_within_20"] if times_known else None,
            None,
            None,
        ),
        ("destinations", "Destinations", "number", len(COUNTRIES), 20, 20),
    ]
    return {
        "headline": headline(period, partner, key_figures, "quarter"),
        "decisions_by_type_and_outcome": by_type,
        "decisions_by_destination": destinations,
        "decisions_by_rating": ratings,
        "refusals_by_criterion": criteria_rows,
        "values": value_rows,
        "processing_times": time_rows if times_known else [],
        "trend": finished(
            period,
            partner,
            [
                {
                    "quarter": quarter,
                    "decisions": d * scale,
                    "granted": (d - 12) * scale,
                    "refused": 4 * scale,
                    "value_eur": Decimal(d * 100000),
                    "median_days": 12 + n if times_known else None,
                    "share_within_20": Decimal("0.512") if times_known else None,
                }
                for n, (quarter, d) in enumerate(
                    [
                        ("2023-Q4", 98),
                        ("2024-Q1", 104),
                        ("2024-Q2", 131),
                        ("2024-Q3", 120),
                        ("2024-Q4", 122),
                        ("2025-Q1", 139),
                        ("2025-Q2", 128),
                        ("2025-Q3", 144),
                        ("2025-Q4", 152),
                    ]
                )
            ],
            None,
            lambda row, whole: {"refusal_share": share(row["refused"], row["granted"] + row["refused"])},
        ),
    }


def headline(period: str, partner: str, measures: Sequence[tuple[Any, ...]], step: str) -> Rows:
    rows = []
    for place, (measure, label, unit, value, before, year) in enumerate(measures, start=1):
        moved = (lambda now, then: None if now is None or then is None else now - then) if unit == "share" else change
        if value is None:
            continue  # as the model does
        rows.append(
            {
                "period": period,
                "partner": partner,
                "measure": measure,
                "label": label,
                "unit": unit,
                "value": value,
                f"previous_{step}": before,
                "previous_year": year,
                f"change_on_{step}": moved(value, before),
                "change_on_year": moved(value, year),
                "sort_order": place,
            }
        )
    return rows


def scorecard(period: str = QUARTER) -> dict[str, Rows]:
    """Four partners: three in order, one with a rejected file, loaded history (no timeliness) and a costly rule."""
    names = ("completeness", "validity", "uniqueness", "timeliness", "consistency", "stability")
    good = dict(zip(names, map(Decimal, ("1.000", "0.990", "1.000", "0.900", "0.980", "0.875")), strict=True))
    bad = {**good, "timeliness": None, "completeness": Decimal("0.500")}
    year, quarter = int(period[:4]), int(period[-1])
    before = f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4"
    trend: Rows = []
    feeds: Rows = []
    for partner, parts, rejected in ((CUSTOMS, good, 0), (MINISTRY, good, 0), (ALLY, good, 0), (PROSECUTION, bad, 1)):
        for place, name in enumerate((before, period), start=8):
            trend.append({
                "period": period, "partner": partner, "quarter": name, "submissions_expected": 4 - rejected,
                "submissions_missing": rejected, "files_rejected": rejected, **parts,
                "score_before_cap": Decimal("96.1") - rejected * 10, "sort_order": place,
                "score": Decimal("50.0") if rejected else Decimal("96.1"),
            })  # fmt: skip
        feeds.append({
            "period": period, "partner": partner, "feed": "cases", "feed_name": "cases", "submissions_expected": 3,
            "submissions_received": 4, "submissions_missing": rejected, "files_rejected": rejected, "rows_read": 120,
            **parts, "sort_order": 1,
        })  # fmt: skip
    rules = [{
        "period": period, "partner": PROSECUTION, "rule": "case_ref_is_present", "rule_name": "case ref is present",
        "feed": "cases", "feed_name": "cases", "rows_kept_out": 6, "rows_read": 120, "share_of_rows": Decimal("0.050"),
        "sort_order": 1,
    }]  # fmt: skip
    prefix = "rpt_data_quality_scorecard__"
    return {f"{prefix}trend": trend, f"{prefix}feeds": feeds, f"{prefix}rules": rules}


def enforcement(period: str = HALF) -> dict[str, Rows]:
    def table(
        partner: str,
        keys: tuple[str, str],
        kinds: Sequence[tuple[Any, ...]],
        names: Sequence[str],
        shares: Any,
        moved: str = "",
    ) -> Rows:
        rows = [dict(zip((*keys, *names), kind, strict=True)) for kind in kinds]
        for row in rows:
            for then, less in (("half", 2), ("year", 5)):
                row[f"{moved}_previous_{then}"] = max(0, row[moved] - less)
        columns = [*names, f"{moved}_previous_half", f"{moved}_previous_year"]
        total = summed(
            rows, [name for name in columns if not name.startswith("median")], **dict.fromkeys(keys, "total")
        )
        if "median_amount_eur" in names:
            total["median_amount_eur"] = Decimal("4000.00")
        return finished(
            period,
            partner,
            rows,
            total,
            lambda row, whole: {
                **shares(row, whole),
                "change_on_half": change(row[moved], row[f"{moved}_previous_half"]),
                "change_on_year": change(row[moved], row[f"{moved}_previous_year"]),
            },
        )

    triggers = [
        ("risk_profile", "Risk profile", 210, 31, 8, 11),
        ("intel", "Intelligence", 24, 12, 2, 7),
        ("random", "Random", 160, 5, 1, 0),
    ]
    inspections = table(
        CUSTOMS,
        ("trigger_code", "trigger"),
        triggers,
        ("inspections", "irregular", "detained", "seized"),
        lambda row, whole: {
            "hit_share": share(row["irregular"], row["inspections"]),
            "share_of_inspections": share(row["inspections"], whole["inspections"]),
            "declarations": 5000,
            "inspections_per_1000": Decimal(row["inspections"]) / 5,
        },
        "inspections",
    )
    part = lambda row, whole: {"share_of_seizures": share(row["seizures"], whole["seizures"])}  # noqa: E731
    goods = table(
        CUSTOMS,
        ("category_code", "category"),
        [
            ("3", "Electronics", 9, 2, 9, Decimal("812345.10")),
            ("ML", "Military goods", 6, 0, 6, Decimal("99000.00")),
            ("none", "Not coded", 3, 1, 2, Decimal("1200.00")),
        ],
        ("seizures", "released", "seizures_with_value", "value_eur"),
        part,
        "seizures",
    )
    places = table(
        CUSTOMS,
        ("destination_code", "destination"),
        [("TR", "Türkiye", 10, 2, 9, Decimal("500000.10")), ("NA", "Namibia", 8, 1, 8, Decimal("412545.00"))],
        ("seizures", "released", "seizures_with_value", "value_eur"),
        part,
        "seizures",
    )
    nothing = lambda row, whole: {}  # noqa: E731
    cases = table(
        PROSECUTION,
        ("offence_code", "offence"),
        [("UNLICENSED", "Export without a licence", 7, 5, 21), ("FALSE", "False declaration", 4, 3, 9)],
        ("opened", "concluded", "open_at_end"),
        nothing,
        "opened",
    )
    penalties = table(
        PROSECUTION,
        ("disposition_code", "disposition"),
        [
            ("fine", "Administrative fine", 6, 6, Decimal("61000.00"), Decimal("5500.00"), 0),
            ("custodial", "Custodial sentence", 1, 0, Decimal("0.00"), None, 18),
        ],
        ("penalties", "with_amount", "amount_eur", "median_amount_eur", "custody_months"),
        nothing,
        "penalties",
    )
    halves = ["2023-H2", "2024-H1", "2024-H2", "2025-H1", "2025-H2"]
    customs_trend = [
        {
            "half_year": half,
            "inspections": 394 - 13 * (4 - n),
            "hit_share": Decimal("0.090") + Decimal(n) / 1000 * 8,
            "seizures": 14 + n,
            "value_eur": Decimal("800000.00"),
            "cases_opened": None,
            "cases_concluded": None,
        }
        for n, half in enumerate(halves)
    ]
    case_trend = [
        {
            "half_year": half,
            "inspections": None,
            "hit_share": None,
            "seizures": None,
            "value_eur": None,
            "cases_opened": 7 + n,
            "cases_concluded": 7,
        }
        for n, half in enumerate(halves)
    ]
    total = inspections[-1]
    key_figures = [
        ("declarations", "Export declarations", "number", 1970, 1900, 1850),
        ("inspections", "Inspections", "number", total["inspections"], total["inspections"] - 6, 380),
        ("irregular", "Irregular", "number", total["irregular"], 40, 41),
        ("hit_share", "Hit rate", "share", total["hit_share"], Decimal("0.110"), Decimal("0.122")),
        ("inspections_per_1000", "Inspections per 1,000 declarations", "number", 200, 200, 205),
        ("seizures", "Seizures", "number", 18, 15, 20),
        ("value_seized_eur", "Value seized", "eur", goods[-1]["value_eur"], Decimal("700000.00"), None),
    ]
    prosecuted = [
        ("cases_opened", "Cases opened", "number", 11, 7, 0),
        ("cases_concluded", "Cases concluded", "number", 8, 8, 8),
        ("cases_open_at_end", "Cases open at the end", "number", 30, 27, 20),
        ("penalties", "Penalties", "number", 7, 5, 4),
        (
            "amount_eur",
            "Amount of penalties",
            "eur",
            penalties[-1]["amount_eur"],
            Decimal("58000.00"),
            Decimal("61000.00"),
        ),
    ]
    prefix = "rpt_enforcement__"
    plain = lambda row, whole: {}  # noqa: E731
    return {
        f"{prefix}headline": headline(period, CUSTOMS, key_figures, "half")
        + headline(period, PROSECUTION, prosecuted, "half"),
        f"{prefix}inspections_by_trigger": inspections,
        f"{prefix}seizures_by_goods": goods,
        f"{prefix}seizures_by_destination": places,
        f"{prefix}cases": cases,
        f"{prefix}penalties": penalties,
        f"{prefix}contributions": [
            {
                "period": period,
                "partner": CUSTOMS,
                "quantity": "value_seized",
                "category_code": "3",
                "destination_code": "TR",
                "disposition_code": "none",
                "contributor": None,
                "value_eur": Decimal("1.00"),
            }
        ],
        f"{prefix}trend": finished(period, CUSTOMS, customs_trend, None, plain)
        + finished(period, PROSECUTION, case_trend, None, plain),
    }


def write_warehouse(path: Path, tables: Mapping[str, Rows], names: Mapping[str, tuple[str, str]] | None = None) -> None:
    """A warehouse edition with these reporting tables, the partners and one accepted submission for each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as database:
        database.execute("create schema reporting")
        for table, rows in tables.items():
            columns = ", ".join(f'"{name}" {_type([row[name] for row in rows])}' for name in rows[0])
            database.execute(f"create table reporting.{table} ({columns})")
            _insert(database, f"reporting.{table}", [[row[name] for name in rows[0]] for row in rows])
        database.execute("create table dim_partners (partner varchar, name varchar, short_name varchar, role varchar)")
        partners = [[code, *both, "licensing"] for code, both in (NAMES if names is None else names).items()]
        _insert(database, "dim_partners", partners)
        database.execute(
            "create table fct_submissions (partner varchar, feed varchar, record_ref varchar, "
            "submission_id varchar, period varchar, kind varchar, file_name varchar, sha256 varchar, "
            "contract_version varchar, status varchar, rows_read bigint, rows_accepted bigint, "
            "rows_quarantined bigint, rows_duplicate bigint)"
        )
        head = ("feed", "x")
        tail = ("1.0.0", "accepted", 10, 9, 1, 0)
        submissions = [
            [code, *head, f"S{number:015x}", QUARTER, "initial", f"{code}.csv", f"{number:064x}", *tail]
            for number, code in enumerate(NAMES)
        ]
        _insert(database, "fct_submissions", submissions)


def _insert(database: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """All rows in one statement: binding values one by one takes a hundred times as long."""
    lines = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
    database.execute(f"insert into {table} values {lines}")


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _type(values: Sequence[Any]) -> str:
    known = next((value for value in values if value is not None), "")
    if isinstance(known, bool):
        return "boolean"
    if isinstance(known, int) and not any(isinstance(value, Decimal) for value in values):
        return "bigint"
    return "decimal(18, 3)" if isinstance(known, int | Decimal) else "varchar"
