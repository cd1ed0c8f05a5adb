"""What the published warehouse says of the sample is what the sample's maker counted."""

import json
from collections.abc import Iterator

import duckdb
import pytest

from tests.integration.conftest import Built

QUARTER = "strftime({0}, '%Y-Q') || quarter({0})"
HALF = "strftime({0}, '%Y-H') || if(month({0}) <= 6, 1, 2)"
# figure of the truth: period, day, item, table and condition, measure
QUERIES: dict[str, tuple[str, str, str, str, str]] = {
    "applications_by_quarter_and_type": (
        QUARTER, "submitted_on", "licence_type_code", "fct_applications where partner = 'trade_ministry'", "count(*)"
    ),
    "decisions_by_quarter_and_outcome": (
        QUARTER, "decided_on", "outcome_code", "fct_decisions where partner = 'trade_ministry'", "count(*)"
    ),
    "refusals_by_quarter_and_criterion": (
        QUARTER, "decided_on", "criterion_code",
        "fct_refusal_criteria where partner = 'trade_ministry' and decision_ref in "
        "(select decision_ref from fct_decisions where outcome = 'refused')", "count(*)",
    ),
    "value_granted_by_quarter_and_currency": (
        QUARTER, "decided_on", "currency",
        "fct_licence_lines where partner = 'trade_ministry' and outcome = 'granted' and value is not null",
        "sum(value)",
    ),
    "allied_value_granted_by_quarter_and_currency": (
        QUARTER, "decided_on", "currency",
        "fct_licence_lines where partner = 'allied_licensing_authority' and outcome = 'granted'", "sum(value)",
    ),
    "declaration_lines_by_quarter_and_currency": (QUARTER, "declared_on", "currency", "fct_declarations", "count(*)"),
    "value_declared_by_quarter_and_currency": (QUARTER, "declared_on", "currency", "fct_declarations", "sum(value)"),
    "inspections_by_half_and_result": (HALF, "inspected_on", "result", "fct_inspections", "count(*)"),
    "seizures_by_half_and_ground": (HALF, "seized_on", "legal_ground", "fct_seizures", "count(*)"),
    "cases_opened_by_half_and_origin": (HALF, "opened_on", "origin", "fct_enforcement_cases", "count(*)"),
    "cases_concluded_by_half_and_status": (
        HALF, "concluded_on", "status", "fct_enforcement_cases where concluded_on is not null", "count(*)"
    ),
    "penalties_by_half_and_disposition": (HALF, "imposed_on", "disposition", "fct_penalties", "count(*)"),
    "penalty_amounts_by_half_and_currency": (
        HALF, "imposed_on", "currency", "fct_penalties where amount is not null", "sum(amount)"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(sample_home: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = sample_home.home / "releases/operator"
    edition = json.loads((folder / "current.json").read_text(encoding="utf-8"))["edition"]
    with duckdb.connect(str(folder / f"{edition}.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("figure", sorted(QUERIES))
def test_marts_agree_with_the_truth(sample_home: Built, warehouse: duckdb.DuckDBPyConnection, figure: str) -> None:
    truth = json.loads((sample_home.home / "landing/_truth/totals.json").read_text(encoding="utf-8"))["figures"]
    period, day, item, rows, measure = QUERIES[figure]
    found: dict[str, dict[str, object]] = {}
    query = f"select {period.format(day)}, {item}, {measure} from {rows} group by 1, 2"
    for when, key, value in warehouse.execute(query).fetchall():
        found.setdefault(when, {})[key] = str(value) if measure.startswith("sum") else value
    assert found == truth[figure]
    assert found


def test_every_figure_of_the_truth_is_looked_at(sample_home: Built) -> None:
    truth = json.loads((sample_home.home / "landing/_truth/totals.json").read_text(encoding="utf-8"))["figures"]
    assert set(truth) - set(QUERIES) == {"allied_lines_by_quarter_and_decision"}


def test_every_mention_is_one_of_a_known_party(sample_home: Built, warehouse: duckdb.DuckDBPyConnection) -> None:
    """The truth knows the entity behind each mention in the warehouse, under the same reference, role and name."""
    truth = f"read_parquet('{sample_home.home / 'landing/_truth/parties.parquet'}')"
    unknown = warehouse.execute(
        f"select partner, feed, record_ref, role, name from bridge_party_mentions anti join {truth} "
        "using (partner, feed, record_ref, role, mention_no, name) limit 5"
    ).fetchall()
    assert unknown == []
    assert warehouse.execute("select count(*) from bridge_party_mentions").fetchall()[0][0] > 1_000
