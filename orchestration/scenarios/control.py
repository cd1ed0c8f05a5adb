"""Replays history under a control that did not exist: which lines would have needed review, and the delay.

Here: which lines those are, and the delay. Not here: the file (proposal.py) and the figures (outcome.py).
"""

from orchestration.quoting import sql_list, sql_text
from orchestration.scenarios.outcome import Outcome, fetch, outcome_of, published
from orchestration.scenarios.proposal import Control
from orchestration.settings import Home


def replay(home: Home, title: str, control: Control) -> Outcome:
    """The lines of the operator's release that the control concerns, each once."""
    with published(home) as connection:
        measured = fetch(
            connection,
            "select quantile_disc(working_days_to_first_outcome, 0.5) as median, "
            "count(working_days_to_first_outcome) as applications from published.main.fct_applications",
        )[0]
        days = control.working_days if control.working_days is not None else measured["median"]
        connection.execute(
            "insert into concerned select distinct 'review needed', partner, feed, record_ref, application_ref, "
            "decided_on, rating, destination_code, outcome, value, currency, value_eur, "
            f"{'null' if days is None else int(days)}, null, null, {sql_text(_why(control))} "
            f"from published.main.fct_licence_lines where {_condition(control)}"
        )
        return outcome_of(connection, title, "control", _assumptions(control, measured["applications"], days))


def _condition(control: Control) -> str:
    parts = [f"list_has_any(string_split(destination_codes, '|'), {list_sql(control.destinations)})"]
    covered = " or ".join(
        f"one = {sql_text(rating)} or starts_with(one, {sql_text(rating + '.')})" for rating in control.ratings
    )
    parts.append(f"len(list_filter(string_split(ratings, '|'), lambda one: {covered})) > 0")
    parts.append(f"outcome in ({sql_list(control.outcomes)})")
    if control.partners:
        parts.append(f"partner in ({sql_list(control.partners)})")
    if control.first_day:
        parts.append(f"decided_on >= date '{control.first_day}'")
    if control.last_day:
        parts.append(f"decided_on <= date '{control.last_day}'")
    if control.least_value_eur is not None:
        parts.append(f"value_eur >= {control.least_value_eur}")
    if control.least_quantity is not None and control.unit is not None:
        parts.append(f"quantity >= {control.least_quantity} and unit_code = {sql_text(control.unit)}")
    return " and ".join(parts)


def list_sql(codes: tuple[str, ...]) -> str:
    """A list literal of texts."""
    return f"[{', '.join(sql_text(code) for code in codes)}]"


def _why(control: Control) -> str:
    return f"{', '.join(control.ratings)} to {', '.join(control.destinations)}"


def _assumptions(control: Control, applications: int, days: int | None) -> tuple[str, ...]:
    found = ["A rating covers its parts; a line for several destinations counts once."]
    if control.working_days is not None:
        found.append(f"Each application is delayed by {days} working days, as the scenario declares.")
    elif days is None:
        found.append("No delay is counted: the warehouse has measured no clock. Declare working_days.")
    else:
        found.append(
            f"Each application is delayed by {days} working days: the median of {applications} that were measured."
        )
    if control.least_value_eur is not None or control.least_quantity is not None:
        found.append("Lines without the value or quantity of the threshold are not counted.")
    return tuple(found)
