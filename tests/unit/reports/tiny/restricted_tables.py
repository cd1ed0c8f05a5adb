"""The tables of the restricted reports on cases between agencies and on changes of lists."""

from __future__ import annotations

from typing import Any

from tests.unit.reports.tiny.metric_tables import of_interagency
from tests.unit.reports.tiny.world import CUSTOMS, HALF, MINISTRY, PROSECUTION, QUARTER, Rows, share, summed

FOREIGN, TREASURY = "foreign_ministry", "uk_treasury"
COUNTS = ("cases", "opened", "open_cases", "under_review", "concluded", "no_further_action", "contradicted", "yielding")
AGES = ("open_actions", "up_to_30", "up_to_90", "up_to_180", "over_180", "overdue")


def list_changes(period: str = QUARTER) -> dict[str, Rows]:
    """Two publishers with two lists, two quarters back; one entry came, one went, one reads otherwise."""
    found: dict[str, Rows] = {}
    for publisher in (FOREIGN, TREASURY):
        for name, rows in _publisher(period, publisher).items():
            found.setdefault(name, []).extend(rows)
    return found


def _publisher(period: str, publisher: str) -> dict[str, Rows]:
    first = {"list_code": "XA-AUT", "list_name": "National list", "entries_before": 41, "added": 1, "removed": 1,
             "entries": 41, "changed": 0}  # fmt: skip
    second = {"list_code": "XA-DEN", "list_name": "Denied end users", "entries_before": 10, "added": 0, "removed": 0,
              "entries": 10, "changed": 1}  # fmt: skip
    names = ("entries_before", "added", "removed", "entries", "changed")
    lists = [first, second, summed([first, second], names, list_code="total", list_name="All lists", is_total=True)]
    hit_names = ("new_hits", "in_force", "listed_since", "open_hits", "cleared", "confirmed")
    hits: Rows = [
        {"list_code": code, "list_name": name, "new_hits": new, "in_force": 0, "listed_since": new,
         "open_hits": new - cleared, "cleared": cleared, "confirmed": 0, "parties_hit": new and 2}
        for code, name, new, cleared in (("XA-AUT", "National list", 3, 1), ("XA-DEN", "Denied end users", 0, 0))
    ]  # fmt: skip
    hits.append(summed(hits, hit_names, list_code="total", list_name="All lists", is_total=True, parties_hit=2))
    entries: Rows = [
        {"list_code": code, "entry_ref": ref, "primary_name": name, "entity_type": "organisation", "change": change,
         "changed_fields": fields, "new_hits": new, "parties_hit": new and 2}
        for code, ref, name, change, fields, new in (
            ("XA-AUT", "E1", "Quorbrek BV", "added", None, 3),
            ("XA-AUT", "E2", "Vessemholt AG", "removed", None, 0),
            ("XA-DEN", "E3", "Trantolin SA", "changed", "aliases, remarks", 0),
        )
    ]  # fmt: skip
    trend: Rows = [
        {"quarter": name, "entries": 51, "added": 1, "removed": 1, "changed": 1, "new_hits": 3}
        for name in ("2025-Q2", period)
    ]
    return _placed("list_changes", period, publisher, lists=lists, hits=hits, entries=entries, trend=trend)


def interagency(period: str = HALF) -> dict[str, Rows]:
    """Three agencies: one with two rules, one with one, and one whose only case is closed and acknowledged."""
    found: dict[str, Rows] = {}
    for partner, rules in (
        (CUSTOMS, [("beyond", "Exported beyond the licence", 2, 1), ("seizure", "Seizure", 1, 0)]),
        (MINISTRY, [("beyond", "Exported beyond the licence", 2, 1)]),
        (PROSECUTION, [("seizure", "Seizure", 0, 1)]),
    ):
        for name, rows in _agency(period, partner, rules).items():
            found.setdefault(name, []).extend(rows)
    return found | of_interagency(period)


def _agency(period: str, partner: str, found: list[tuple[str, str, int, int]]) -> dict[str, Rows]:
    """The tables of an agency from (rule, title, open cases, concluded cases); open ones are overdue and pending."""
    total = {"rule": "total", "title": "All rules", "is_total": True}
    rules: Rows = [
        {"rule": rule, "title": title, "cases": opened + concluded, "opened": 1, "open_cases": opened,
         "under_review": 0, "concluded": concluded, "no_further_action": 0, "contradicted": opened and 1,
         "yielding": concluded}
        for rule, title, opened, concluded in found
    ]  # fmt: skip
    rules.append(summed(rules, COUNTS, **total))
    for row in rules:
        row["yield_share"] = share(row["yielding"], row["cases"])
    referrals: Rows = [
        {"rule": rule, "title": title, "referrals": opened + concluded, "acknowledged": concluded,
         "not_acknowledged": opened, "longest_days": 379 if opened else None}
        for rule, title, opened, concluded in found
    ]  # fmt: skip
    longest = max((row["longest_days"] or 0 for row in referrals), default=0) or None
    names = ("referrals", "acknowledged", "not_acknowledged")
    referrals.append(summed(referrals, names, longest_days=longest, **total))
    for row in referrals:
        row["acknowledged_share"] = share(row["acknowledged"], row["referrals"])
    actions: Rows = [
        {"rule": rule, "title": title, "open_actions": opened, "up_to_30": 0, "up_to_90": 0, "up_to_180": 0,
         "over_180": opened, "overdue": opened, "longest_days": 379}
        for rule, title, opened, _ in found if opened
    ]  # fmt: skip
    if actions:
        actions.append(summed(actions, AGES, longest_days=379, **total))
    for row in actions:
        row["overdue_share"] = share(row["overdue"], row["open_actions"])
    agenda: Rows = [
        {"case_id": f"C{number:015x}", "title": title, "opened": "2024-12-17", "days_open": 379 - number,
         "status": "open", "agencies": "Customs, Trade Ministry", "action": "overdue", "contradiction": "contradict",
         "referral": "pending"}
        for number, title in enumerate(title for _, title, opened, _ in found for _ in range(opened))
    ]  # fmt: skip
    whole = rules[-1]
    trend: Rows = [
        {"half_year": name, "cases": whole["cases"], "opened": whole["opened"], "contradicted": 0, "yielding": 0,
         "yield_share": share(0, whole["opened"])}
        for name in ("2025-H1", period)
    ]  # fmt: skip
    return _placed(
        "interagency_review", period, partner,
        rules=rules, trend=trend, agenda=agenda, actions=actions, referrals=referrals,
    )  # fmt: skip


def _placed(report: str, period: str, partner: str, **tables: list[dict[str, Any]]) -> dict[str, Rows]:
    """The tables under the names of their models, their rows with period, partner and order."""
    return {
        f"rpt_{report}__{name}": [
            {"period": period, "partner": partner, "is_total": False, **row, "sort_order": place}
            for place, row in enumerate(rows, start=1)
        ]
        for name, rows in tables.items()
    }
