"""Replays history under a case rule that is switched on or off, or looks over another window.

Here: the rule changed in a copy of the warehouse, the models of cases run again, the cases of then and now compared.
Not here: what the rule finds, which is the very SQL that built the warehouse.
"""

from orchestration.quoting import sql_text
from orchestration.scenarios.outcome import COLUMNS, Outcome, fetch, outcome_of
from orchestration.scenarios.proposal import CaseRuleChange
from orchestration.scenarios.scratch import models_of, run_again, scratch_warehouse
from orchestration.settings import Home

_CASES = ("int_cases__", "fct_cases", "bridge_case_records")


def replay(home: Home, title: str, change: CaseRuleChange) -> Outcome:
    """Records of cases that would be new or gone; one that people closed without action is a false positive."""
    rule = sql_text(change.rule)
    with scratch_warehouse(home) as connection:
        connection.execute("CREATE TEMP TABLE cases_now AS SELECT case_id FROM main.fct_cases WHERE rule = " + rule)
        connection.execute(f"CREATE TEMP TABLE records_now AS {_records(rule)}")
        before = fetch(connection, f"SELECT is_active, window_days FROM code_lists.case_rules WHERE code = {rule}")
        connection.execute(f"UPDATE code_lists.case_rules SET {_settings(change)} WHERE code = {rule}")
        run_again(connection, models_of(home), _CASES)
        connection.execute(f"CREATE TEMP TABLE concerned ({COLUMNS})")
        connection.execute(
            f"""
            INSERT INTO concerned
            SELECT 'case would be found', * FROM ({_records(rule)})
            WHERE case_or_party NOT IN (SELECT case_id FROM cases_now)
            UNION ALL
            SELECT 'case would not be found', * FROM records_now
            WHERE case_or_party NOT IN (SELECT case_id FROM main.fct_cases)
            """
        )
        extra = fetch(
            connection,
            f"""
            SELECT (SELECT count(*) FROM cases_now) AS cases_now,
                (SELECT count(*) FROM main.fct_cases WHERE rule = {rule}) AS cases_then,
                count(DISTINCT case_or_party) FILTER (change = 'case would be found') AS cases_more,
                count(DISTINCT case_or_party) FILTER (change = 'case would not be found') AS cases_fewer
            FROM concerned
            """,
        )[0]
        said = (
            f"The rule {change.rule} is now {'on' if before[0]['is_active'] == 'true' else 'off'}, with a window of "
            f"{before[0]['window_days']} days; the scenario sets {_settings(change)}.",
            "A false positive is a record of a case that people closed without further action.",
        )
        return outcome_of(connection, title, "rule", said, extra)


def _records(rule: str) -> str:
    return f"""
        SELECT records.partner, records.feed, records.record_ref, records_of.application_ref, records.happened_on,
            records.rating, records.destination_code, records.outcome, NULL AS value, NULL AS currency,
            NULL AS value_eur, NULL AS working_days, cases.status = 'no_further_action' AS is_false_positive,
            records.case_id AS case_or_party, records.says AS because
        FROM main.bridge_case_records AS records
        INNER JOIN main.fct_cases AS cases USING (case_id)
        LEFT JOIN main.fct_applications AS records_of
            ON records.partner = records_of.partner AND records.feed = records_of.feed
            AND records.record_ref = records_of.record_ref
        WHERE records.rule = {rule}
    """


def _settings(change: CaseRuleChange) -> str:
    parts = []
    if change.is_active is not None:
        parts.append(f"is_active = '{'true' if change.is_active else 'false'}'")
    if change.window_days is not None:
        parts.append(f"window_days = '{change.window_days}'")
    return ", ".join(parts)
