"""Scores history again with other points or band limits: which applications would have stood in another band.

Here: scores from the indicator rows of the newest version of the method. Not here: what fires (dbt).
"""

from orchestration.contracts.risk_method import load_methods
from orchestration.scenarios.outcome import Outcome, fetch, outcome_of, published
from orchestration.scenarios.proposal import MethodChange
from orchestration.settings import Home


def replay(home: Home, title: str, change: MethodChange) -> Outcome:
    """The applications of the operator's release whose band changes."""
    method = load_methods()[-1]
    points = {indicator.id: indicator.points for indicator in method.indicators} | change.points
    limits = change.limits or tuple(band.least_points for band in method.bands)
    weights = " ".join(f"when '{name}' then {value}" for name, value in points.items())
    bands = " ".join(f"when points >= {limit} then {band}" for band, limit in reversed([*enumerate(limits, 1)]))
    with published(home) as connection:
        connection.execute(
            f"""
            insert into concerned
            with sums as (
                select partner, application_ref, sum(case indicator_id {weights} else 0 end) as points
                from published.main.fct_risk_indicators where method_version = '{method.version}'
                group by partner, application_ref
            ),
            again as (
                select scores.*, coalesce(sums.points, 0) as points_then
                from published.main.fct_risk_scores as scores
                left join sums using (partner, application_ref)
                where scores.method_version = '{method.version}'
            ),
            banded as (
                select *, (select case {bands} end from (select points_then as points)) as band_then from again
            )
            select 'band ' || band || ' to ' || band_then, banded.partner, banded.feed, banded.record_ref,
                banded.application_ref, applications.submitted_on, null, applications.destination_code,
                applications.outcome, null, null, null, null, null, null,
                banded.points || ' points, ' || points_then || ' under the scenario'
            from banded
            inner join published.main.fct_applications as applications using (partner, application_ref)
            where band <> band_then
            """
        )
        counted = fetch(
            connection,
            f"select count(*) as n from published.main.fct_risk_scores where method_version = '{method.version}'",
        )
        said = (f"Compared with version {method.version} of the method, over {counted[0]['n']} applications.",)
        return outcome_of(connection, title, "risk_method", said)
