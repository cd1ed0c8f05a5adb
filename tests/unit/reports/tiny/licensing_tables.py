"""The tables of the licensing statistics."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.unit.reports.tiny.world import (
    ALLY,
    COUNTRIES,
    MINISTRY,
    QUARTER,
    Rows,
    change,
    finished,
    headline,
    share,
    summed,
)


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
