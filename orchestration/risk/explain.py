"""One application's risk scores, taken apart: which indicators fired, for how many points, on which record.

Here: reading a reader's release. Not here: what fires (dbt) and the method (contracts/risk_method.py).
"""

from dataclasses import dataclass
from typing import Any

from orchestration.cases.board import ask
from orchestration.errors import UsageError
from orchestration.quoting import sql_text
from orchestration.site import Site

Row = dict[str, Any]


@dataclass(frozen=True)
class Explained:
    """A score in one version of the method, with the indicator rows that add up to it."""

    score: Row
    indicators: tuple[Row, ...]


def explain(site: Site, reader: str, application_ref: str) -> tuple[Explained, ...]:
    """The scores of an application in a reader's release, one per partner of that number and version of the method.

    Raises UsageError where the release holds no such application, EntrepotError where there is no release.
    """
    where = f"where application_ref = {sql_text(application_ref)}"
    scores = ask(site, reader, f"select * from fct_risk_scores {where} order by partner, method_version")
    if not scores:
        raise UsageError(
            f"The release of {reader} holds no application {application_ref}. Give the number as its partner does; "
            f'`entrepot sql --as {reader} "select application_ref from fct_risk_scores limit 5"` shows some.'
        )
    fired = ask(site, reader, f"select * from fct_risk_indicators {where} order by points desc, indicator_id")
    told = ("partner", "application_ref", "method_version")
    return tuple(
        Explained(score, tuple(row for row in fired if all(row[name] == score[name] for name in told)))
        for score in scores
    )
