"""The tables of the enforcement report."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.unit.reports.tiny.metric_tables import of_enforcement
from tests.unit.reports.tiny.world import CUSTOMS, HALF, PROSECUTION, Rows, change, finished, headline, share, summed


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
        ("inspections_per_1000", "Inspections per 1,000 declarations", "rate", 200, 200, 205),
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
    return of_enforcement(period) | {
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
