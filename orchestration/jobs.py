"""The jobs: what is materialised together.

Here: selections with names. Not here: when they run (schedules.py, sensors.py, the command line).
"""

from typing import Any

import dagster as dg

CYCLE = "cycle"
CALENDAR = "calendar"
PULLS = "pulls"


def jobs(calendar: dg.AssetChecksDefinition) -> list[Any]:
    """The whole cycle, the look at the calendar, the pulls alone, and the publication of each cadence of reports."""
    due = dg.AssetSelection.checks(calendar)
    return [
        dg.define_asset_job(
            CYCLE,
            selection=dg.AssetSelection.all() - due,
            description="One whole cycle: receive, check, harmonise, release, publish what is due.",
        ),
        dg.define_asset_job(CALENDAR, selection=due, description="What is due from whom, and what is overdue."),
        dg.define_asset_job(
            PULLS,
            selection=dg.AssetSelection.assets(["landing", "all_partners", "pulled_files"]),
            description="Fetch what is new on the partners' servers; a cycle starts by itself if anything came.",
        ),
        *(
            dg.define_asset_job(
                f"{name}_reports",
                selection=selection,
                description=f"Publish the {name.replace('_', '-')} reports from the edition in force.",
            )
            for name, selection in REPORT_SELECTIONS.items()
        ),
    ]


REPORT_SELECTIONS = {
    "quarterly": dg.AssetSelection.tag("cadence", "quarter") & dg.AssetSelection.groups("reports"),
    "half_yearly": dg.AssetSelection.tag("cadence", "half") & dg.AssetSelection.groups("reports"),
    "yearly": dg.AssetSelection.tag("cadence", "year") & dg.AssetSelection.groups("reports"),
}
