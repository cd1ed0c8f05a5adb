"""Tables of metrics that reports print as they are, and what is told of intelligence and undercuts over half-years."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.reports.tiny.world import CUSTOMS, HALF, MINISTRY, PROSECUTION, QUARTER, Rows, finished, share, summed


def of_enforcement(period: str = HALF) -> dict[str, Rows]:
    """Seizures with a link, origins of cases, and penalties over the value of goods, of which one offence has few."""
    links: Rows = [
        {"category_code": "3", "category": "Electronics", "seizures": 9, "linked": 2, "candidates": 1},
        {"category_code": "ML", "category": "Military goods", "seizures": 6, "linked": 0, "candidates": 0},
    ]
    origins: Rows = [
        {"origin_code": "seizure", "origin": "Seizure by customs", "cases_opened": 7},
        {"origin_code": "voluntary_disclosure", "origin": "Voluntary disclosure", "cases_opened": 4},
    ]
    quartiles = dict(
        zip(("p25_ratio", "median_ratio", "p75_ratio"), map(Decimal, ("0.100", "0.250", "1.500")), strict=True)
    )
    ratios: Rows = [
        {"offence_code": "EC01", "offence": "Export without a licence", "with_ratio": 7, **quartiles},
        {"offence_code": "EC03", "offence": "False or incomplete declaration", "with_ratio": 6, **quartiles},
    ]
    all_links = summed(links, ("seizures", "linked", "candidates"), category_code="total", category="All goods")
    all_origins = summed(origins, ("cases_opened",), origin_code="total", origin="All cases")
    all_ratios = summed(ratios, ("with_ratio",), offence_code="total", offence="All offences", **quartiles)
    return {
        "rpt_metrics__seizure_linkage": finished(
            period, CUSTOMS, links, all_links, lambda row, _: {"linked_share": share(row["linked"], row["seizures"])}
        ),
        "rpt_metrics__case_origins": finished(
            period, PROSECUTION, origins, all_origins,
            lambda row, whole: {"share_of_cases": share(row["cases_opened"], whole["cases_opened"])},
        ),
        "rpt_metrics__penalty_ratio": finished(period, PROSECUTION, ratios, all_ratios, lambda *_: {}),
    }  # fmt: skip


def of_scorecard(period: str = QUARTER) -> dict[str, Rows]:
    """The mappings of one partner."""
    rows: Rows = [
        {
            "field_code": code, "field": name, "lines": 40, "exact_lines": 30, "exact_share": share(30, 40),
            "broader_lines": 4, "without_counterpart": 2, "unmapped_lines": 4, "unmapped_share": share(4, 40),
            "not_stated": 3,
        }
        for code, name in (("rating", "Control entries"), ("destination", "Countries"))
    ]  # fmt: skip
    return {"rpt_metrics__mapping_coverage": finished(period, MINISTRY, rows, None, lambda *_: {})}


def of_interagency(period: str = HALF) -> dict[str, Rows]:
    """Reports of intelligence, of which one half-year had few, and candidates for an undercut."""
    told: Rows = [
        {
            "half_year": half, "reports": reports, "acted_upon": 1, "acted_share": share(1, reports), "confirming": 2,
            "median_days": 40,
        }
        for half, reports in (("2025-H1", 8), (period, 3))
    ]  # fmt: skip
    grants: Rows = [{"half_year": period, "candidates": 2, "exact_candidates": 1, "concluded": 0}]
    return {
        "rpt_interagency_review__intelligence": finished(period, CUSTOMS, told, None, lambda *_: {}),
        "rpt_interagency_review__undercuts": finished(period, MINISTRY, grants, None, lambda *_: {}),
    }
