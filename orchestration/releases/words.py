"""Which parts of other originators' judgements go into a recipient's scratch file.

Here: names of people and digests of what they saw. Not here: which judgements are his to see at all (sources.py asks
the policy), and what follows from one (the models).

People's names are blank. So are digests, but on screening hits: there the models set them against the recipient's own
rows, to see whether a word still holds, and hand out no more than whether it does. Where he gets a field of either
side of the hit blank or as a token, the digests could never agree, and would tell him that something stands in that
field: there they are blank, and the word holds until its originator takes it back.
"""

from typing import Any

from orchestration.contracts.model import ContractSet
from orchestration.judgements import SCREENING_HIT
from orchestration.quoting import sql_text
from orchestration.releases.policy import Policy, Recipient

# What of others' rows is blank in tables that have a marking and no contract.
OTHERS_OWN = {"judgements": ("author", "evidence")}
_NEVER = "false"


def shown_of_others(
    connection: Any, table: str, recipient: Recipient, policy: Policy, contracts: ContractSet, database: str
) -> dict[str, str]:
    """Column of the table that is blank in others' rows -> the condition under which it is shown nevertheless.

    `database` is the attached build database. Columns that are not named are shown.
    """
    shown = dict.fromkeys(OTHERS_OWN.get(table, ()), _NEVER)
    if table == "judgements" and _has_hits(connection, database):
        treated = [contract.id for contract in contracts.values() if policy.treatments(contract.id, recipient.name)]
        whole = f" not in ({', '.join(map(sql_text, treated))})" if treated else " is not null"
        shown["evidence"] = (
            f"subject = {sql_text(SCREENING_HIT)} and subject_id in ("
            f"select hit_id from {database}.main.fct_screening_hits "
            f"where partner || '/' || feed{whole} and listed_partner || '/' || listed_feed{whole})"
        )
    return shown


def _has_hits(connection: Any, database: str) -> bool:
    found = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'main' and table_name = 'fct_screening_hits' "
        f"and table_catalog = {sql_text(database)}"
    )
    return found.fetchone() is not None
