"""When reports are published by the calendar, and when somebody looks at what partners owe.

Here: the schedules. Not here: which period is due (steps.py) and on which day a partner's files are
(submissions/due.py).
"""

import dagster as dg

from orchestration.jobs import CALENDAR

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
