"""Rows that take a record away, and what is to be said of them.

Here: which rows of a feed are such, and the findings that only the order of all submissions can give: a record that
returns after it was withdrawn, and the withdrawal of a record that nobody has sent. Not here: what remains of the
feed (the macro `current_rows`).
"""

from orchestration.contracts.model import Contract
from orchestration.quoting import sql_list, sql_name, sql_text

RETURNED, UNKNOWN = "record_returns_after_its_withdrawal", "withdrawn_record_is_known"
_MESSAGES = {
    RETURNED: "The record was withdrawn and now stands again, with this row. If it was withdrawn for good, withdraw it "
    "again.",
    UNKNOWN: "The row takes away a record that was never sent, or that was taken away before. If the key is misspelt, "
    "send it again as it was.",
}


def is_withdrawal_sql(contract: Contract) -> str:
    """A condition over `delivered` (rows) and `submissions`: whether the row takes its record away."""
    condition = "submissions.acts_as = 'withdrawal'"
    if contract.delta_deletes is not None:
        name, values = contract.delta_deletes
        deletes = f"coalesce(delivered.{sql_name(name)} IN ({sql_list(values)}), false)"
        condition = f"({condition} OR (submissions.acts_as = 'delta' AND {deletes}))"
    return condition


def withdrawal_findings_sql(contract: Contract) -> str:
    """A query for the findings on a feed, with the columns of raw.row_findings."""
    keys = ", ".join(map(sql_name, contract.key))
    value = " || '; ' || ".join(
        f"'{name}=' || coalesce(cast({sql_name(name)} as varchar), '')" for name in contract.key
    )
    parts = [
        f"SELECT partner, feed, submission_id, source_row_number, {sql_text(rule)} AS rule, 'warning' AS severity, "
        f"{sql_text(', '.join(contract.key))} AS field, {value} AS value_before, NULL AS value_after, "
        f"{sql_text(_MESSAGES[rule])} AS message FROM in_order WHERE {condition}"
        for rule, condition in (
            (RETURNED, "was_withdrawn AND NOT is_withdrawal"),
            (UNKNOWN, "is_withdrawal AND coalesce(was_withdrawn, true)"),
        )
    ]
    return (
        "(WITH in_order AS (SELECT *, lag(is_withdrawal) OVER (PARTITION BY "
        f"{keys} ORDER BY sequence, source_row_number) AS was_withdrawn FROM raw.{sql_name(contract.table)}) "
        f"{' UNION ALL '.join(parts)})"
    )
