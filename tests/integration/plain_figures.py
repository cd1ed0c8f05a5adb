"""Figures of reports as plain SQL on the facts, written by hand and apart from the reporting and evidence models.

A table is a relation, the day that places a row in a period, its keys, and one expression for each column.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from reports.periods import Period


@dataclass(frozen=True)
class Plain:
    """How to compute the columns of a table. ``apart`` are columns of another relation."""

    relation: str
    day: str
    keys: Mapping[str, str]
    columns: Mapping[str, str]
    apart: Mapping[str, "Plain"] | None = None


def n(condition: str) -> str:
    return f"count(*) filter (where {condition})"


def ratio(above: str, below: str) -> str:
    return f"({above}) * 1.0 / nullif({below}, 0)"


CATEGORY = "coalesce(case when regexp_matches(rating, '^[0-9]') then rating[1] else rating[1:2] end, 'none')"
ENTRY = "coalesce(string_split(rating, '.')[1], 'none')"
REFUSED, DECIDED = n("outcome = 'refused'"), n("outcome in ('granted', 'refused')")
OUTCOMES = {outcome: n(f"outcome = '{outcome}'") for outcome in ("granted", "refused", "nlr", "withdrawn", "stopped")}
OUTCOMES |= {"decisions": "count(*)"}
FIRST = "(select * from fct_decisions where counts_as = 'first_outcome')"
REVOKED = "(select * from fct_decisions where counts_as = 'revocation')"
OTHER = n("outcome not in ('granted', 'refused')")
REFUSAL_SHARE = ratio(REFUSED, DECIDED)
GRANTED_VALUE = "coalesce(sum(value_eur) filter (where outcome = 'granted'), 0)"
BY_DESTINATION = """(
    select decisions.*, unnest(coalesce(codes, ['XX'])) as code
    from fct_decisions as decisions
    left join (
        select partner, application_ref, list_distinct(flatten(list(string_split(destination_codes, '|')))) as codes
        from fct_licence_lines group by all
    ) as lines using (partner, application_ref)
    where decisions.counts_as = 'first_outcome'
)"""
BY_CRITERION = """(
    select decisions.*, coalesce(criteria.criterion, 'none') as code
    from fct_decisions as decisions left join fct_refusal_criteria as criteria using (partner, decision_ref)
    where decisions.outcome = 'refused' and decisions.counts_as = 'first_outcome'
)"""
DAYS = "working_days_to_first_outcome"


def days_within(limit: int) -> str:
    return n(f"{DAYS} <= {limit}")


LINES = Plain("fct_licence_lines", "decided_on", {"destination_code": "destination_code"}, {"value_eur": GRANTED_VALUE})
REFUSALS = Plain(FIRST, "decided_on", {}, {"all_refusals": REFUSED})
DECLARED = n("direction = 'export'")
DECLARATIONS = Plain("fct_declarations", "declared_on", {}, {"declarations": DECLARED})
SEIZED = {
    "seizures": "count(*)", "released": n("released_on is not null"), "seizures_with_value": "count(value_eur)",
    "value_eur": "coalesce(sum(value_eur), 0)",
}  # fmt: skip
LICENSING = {
    "decisions_by_type_and_outcome": Plain(
        FIRST, "decided_on", {"licence_type_code": "licence_type"}, OUTCOMES | {"refusal_share": REFUSAL_SHARE},
        {"revoked": Plain(REVOKED, "decided_on", {"licence_type_code": "licence_type"}, {"revoked": "count(*)"})},
    ),
    "decisions_by_destination": Plain(
        BY_DESTINATION, "decided_on", {"destination_code": "code"},
        OUTCOMES | {"refusal_share": REFUSAL_SHARE, "other": OTHER}, {"value_eur": LINES},
    ),
    "decisions_by_rating": Plain(
        "fct_licence_lines", "decided_on", {"category_code": CATEGORY, "rating": ENTRY},
        OUTCOMES | {"lines": "count(*)", "other": OTHER, "refusal_share": REFUSAL_SHARE, "value_eur": GRANTED_VALUE},
    ),
    "refusals_by_criterion": Plain(
        BY_CRITERION, "decided_on", {"criterion_code": "code"},
        {"refusals": "count(distinct (decision_ref, code))"}, {"all_refusals": REFUSALS},
    ),
    "processing_times": Plain(
        "(select * from fct_applications where superseded_by_ref is null)", "first_outcome_on",
        {"licence_type_code": "licence_type"},
        {
            "decided": "count(*)", "with_known_clock": f"count({DAYS})", "p25_days": f"quantile_disc({DAYS}, 0.25)",
            "median_days": f"quantile_disc({DAYS}, 0.5)", "p75_days": f"quantile_disc({DAYS}, 0.75)",
            "within_20": days_within(20), "within_60": days_within(60),
            "share_known": ratio(f"count({DAYS})", "count(*)"),
            "share_within_20": ratio(days_within(20), f"count({DAYS})"),
            "share_within_60": ratio(days_within(60), f"count({DAYS})"),
        },
    ),
    "values": Plain(
        "fct_licence_lines", "decided_on", {"category_code": CATEGORY},
        {
            "lines": n("outcome = 'granted'"), "lines_with_value": n("outcome = 'granted' and value_eur is not null"),
            "value_eur": GRANTED_VALUE,
        },
    ),
}  # fmt: skip
ENFORCEMENT = {
    "inspections_by_trigger": Plain(
        "fct_inspections", "inspected_on", {"trigger_code": "trigger"},
        {
            "inspections": "count(*)", "irregular": n("is_hit"), "detained": n("result = 'detained'"),
            "seized": n("result = 'seized'"), "hit_share": ratio(n("is_hit"), "count(*)"),
        },
        {"declarations": DECLARATIONS},
    ),
    "seizures_by_goods": Plain("fct_seizures", "seized_on", {"category_code": CATEGORY}, SEIZED),
    "seizures_by_destination": Plain(
        "fct_seizures", "seized_on", {"destination_code": "coalesce(destination_code, 'XX')"}, SEIZED
    ),
    "cases": Plain(
        "fct_enforcement_cases", "opened_on", {"offence_code": "offence_code"}, {"opened": "count(*)"},
        {
            "concluded": Plain(
                "(select * from fct_enforcement_cases where is_closed)", "concluded_on",
                {"offence_code": "offence_code"}, {"concluded": "count(*)"},
            )
        },
    ),
    "penalties": Plain(
        "fct_penalties", "imposed_on", {"disposition_code": "disposition"},
        {
            "penalties": "count(*)", "with_amount": "count(amount_eur)", "amount_eur": "coalesce(sum(amount_eur), 0)",
            "median_amount_eur": "quantile_disc(amount_eur, 0.5)", "custody_months": "coalesce(sum(custody_months), 0)",
        },
    ),
}  # fmt: skip
QUARTER = "make_date(cast(quarter_number // 4 as integer), cast((quarter_number % 4) * 3 + 1 as integer), 1)"
DUE = Plain(
    "(select * from fct_expected_submissions where is_due)", "last_on", {"feed": "feed"},
    {
        "submissions_expected": "count(*)", "submissions_missing": n("not is_fulfilled"),
        "timeliness": "avg(timeliness)", "nil_returns": n("is_nil"), "fulfilled": n("is_fulfilled"),
    },
)  # fmt: skip
KEPT_OUT = """(
    select distinct findings.partner, findings.feed, findings.rule, findings.record_ref, quality.quarter_number
    from fct_row_findings as findings inner join fct_submission_quality as quality using (submission_id)
    where findings.severity = 'rejection' and findings.source_row_number > 0 and quality.rows_read is not null
)"""
READ = Plain(
    "fct_submission_quality", QUARTER, {"feed": "feed"},
    {
        "submissions_received": "count(*)", "files_rejected": n("is_rejected"),
        "rows_read": "coalesce(sum(rows_read), 0)",
        "validity": ratio("sum(rows_read - invalid_rows)", "sum(rows_read)"),
        "uniqueness": ratio("sum(rows_read - repeated_rows)", "sum(rows_read)"),
        "consistency": ratio("sum(rows_read - inconsistent_rows)", "sum(rows_read)"),
        "filled": ratio("sum(required_cells - empty_cells)", "sum(required_cells)"),
        "stability": ratio(
            "greatest(sum(rows_accepted) filter (where not is_revision) "
            "- coalesce(sum(rows_accepted) filter (where is_revision), 0), 0)",
            "sum(rows_accepted) filter (where not is_revision)",
        ),
    },
    dict.fromkeys(("submissions_expected", "submissions_missing", "timeliness", "nil_returns", "fulfilled"), DUE),
)  # fmt: skip
SCORECARD = {
    "feeds": READ,
    "rules": Plain(
        KEPT_OUT, QUARTER, {"feed": "feed", "rule": "rule"}, {"rows_kept_out": "count(*)"}, {"rows_read": READ}
    ),
}
WEIGHTS = {
    "completeness": 250, "validity": 250, "uniqueness": 100, "timeliness": 150, "consistency": 150, "stability": 100,
}  # fmt: skip
PLAIN = {
    "licensing_statistics": LICENSING, "enforcement": ENFORCEMENT, "data_quality_scorecard": SCORECARD,
}  # fmt: skip


def computed(
    connection: duckdb.DuckDBPyConnection,
    plain: Plain,
    column: str,
    partner: str,
    period: Period,
    keys: Mapping[str, str],
) -> Decimal | None:
    """One figure, by one query on the facts."""
    if plain.apart and column in plain.apart:
        return computed(connection, plain.apart[column], column, partner, period, keys)
    where = ["partner = ?", f"{plain.day} between ? and ?"]
    values: list[Any] = [partner, period.starts_on, period.ends_on]
    for name, expression in plain.keys.items():
        if name in keys:
            where.append(f"{expression} = ?")
            values.append(keys[name])
    found = connection.execute(
        f"select {plain.columns[column]} from {plain.relation} where {' and '.join(where)}", values
    ).fetchone()
    assert found is not None
    return None if found[0] is None else Decimal(str(found[0]))


def of_scorecard(
    connection: duckdb.DuckDBPyConnection, column: str, partner: str, period: Period, feed: str | None = None
) -> Decimal | None:
    """A figure of a partner's feed, or of all his feeds together: sums of counts, means of components, the score."""
    if feed is None:
        feeds = connection.execute(
            f"select feed from {DUE.relation} where partner = $1 and {DUE.day} between $2 and $3 "
            f"union select feed from {READ.relation} where partner = $1 and {READ.day} between $2 and $3",
            [partner, period.starts_on, period.ends_on],
        ).fetchall()
        if column in ("score", "score_before_cap"):
            parts = {name: of_scorecard(connection, name, partner, period) for name in WEIGHTS}
            known = {name: value for name, value in parts.items() if value is not None}
            thousandths = sum(WEIGHTS[name] * value for name, value in known.items()) * 1000
            whole = (thousandths / sum(WEIGHTS[name] for name in known)).quantize(Decimal(1), ROUND_HALF_UP) / 10
            is_capped = column == "score" and of_scorecard(connection, "files_rejected", partner, period)
            return min(whole, Decimal(50)) if is_capped else whole
        found = [of_scorecard(connection, column, partner, period, name) for (name,) in feeds]
        values = [value for value in found if value is not None]
        if column in WEIGHTS:
            return rounded(sum(values) / len(values)) if values else None
        return sum(values, Decimal(0))
    keys = {"feed": feed}
    if column != "completeness":
        return rounded(computed(connection, READ, column, partner, period, keys))
    names = ("submissions_expected", "nil_returns", "fulfilled", "filled")
    expected, nil, fulfilled, filled = (computed(connection, READ, name, partner, period, keys) for name in names)
    assert expected is not None and nil is not None and fulfilled is not None
    if not expected or (filled is None and fulfilled != nil):
        return rounded(filled) if not expected else None
    return rounded((nil + (rounded(filled) or 0) * (fulfilled - nil)) / expected)


def rounded(value: Decimal | None) -> Decimal | None:
    """To three places, as reporting tables are."""
    return None if value is None else value.quantize(Decimal("0.001"), ROUND_HALF_UP)
