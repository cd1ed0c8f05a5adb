"""The tables of the data-quality scorecard."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.reports.tiny.metric_tables import of_scorecard
from tests.unit.reports.tiny.world import ALLY, CUSTOMS, MINISTRY, PROSECUTION, QUARTER, Rows


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
    return {f"{prefix}trend": trend, f"{prefix}feeds": feeds, f"{prefix}rules": rules} | of_scorecard(period)
