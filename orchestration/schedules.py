"""When reports are published by the calendar, when servers are asked, and when somebody looks at what partners owe.

Here: the schedules. Not here: which period is due (steps.py) and on which day a partner's files are
(submissions/due.py).
"""

import dagster as dg

from orchestration.contracts.load import load_contracts
from orchestration.jobs import CALENDAR, PULLS

# The first working hours after a period has ended; a report whose data are late is published by the run
# that brings them.
CRON = {"quarterly": "0 6 1 1,4,7,10 *", "half_yearly": "30 6 1 1,7 *", "yearly": "0 7 2 1 *"}


def calendar_schedule() -> dg.ScheduleDefinition:
    """Every morning: what is due and overdue."""
    return dg.ScheduleDefinition(
        name="calendar_schedule",
        job_name=CALENDAR,
        cron_schedule="0 5 * * *",
        execution_timezone="UTC",
        description="Checks what is due from whom.",
    )


def report_schedules() -> list[dg.ScheduleDefinition]:
    """One schedule for each cadence of reports."""
    return [
        dg.ScheduleDefinition(
            name=f"{name}_reports_schedule",
            job_name=f"{name}_reports",
            cron_schedule=cron,
            execution_timezone="UTC",
            description=f"Publishes the {name.replace('_', '-')} reports that are due.",
        )
        for name, cron in CRON.items()
    ]


# How often a server is asked, by the cadence of its feeds. A listing costs little, but a query is work for a partner.
PULLS_CRON = {
    "hourly": ("15 * * * *", ("daily", "irregular")),
    "daily": ("45 4 * * *", ("weekly", "monthly", "quarterly", "half-yearly", "yearly")),
}


def pull_schedules() -> list[dg.ScheduleDefinition]:
    """One schedule for feeds that may come any day, one for the others."""
    return [pull_schedule(name, cron, cadences) for name, (cron, cadences) in PULLS_CRON.items()]


def pull_schedule(name: str, cron: str, cadences: tuple[str, ...]) -> dg.ScheduleDefinition:
    """Asks the servers of the feeds of these cadences; passes over where no contract names any."""

    @dg.schedule(
        name=f"{name}_pulls_schedule",
        job_name=PULLS,
        cron_schedule=cron,
        execution_timezone="UTC",
        description=f"Fetches what is new on partners' servers for feeds that come {', '.join(cadences)}.",
    )
    def pulls(_context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not any(contract.pulls and contract.cadence in cadences for contract in load_contracts().values()):
            return dg.SkipReason("No contract of these cadences names a server to pull from.")
        step = {"config": {"cadences": list(cadences)}}
        return dg.RunRequest(run_config={"ops": {"landing__all_partners__pulled_files": step}})

    return pulls
