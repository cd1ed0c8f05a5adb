"""Everything that Dagster runs, as a table of contents.

Here: what there is. Not here: how any of it works, and nothing is read from disk before Dagster asks for it.
"""

import dagster as dg

from orchestration.contracts.load import load_contracts


@dg.definitions
def definitions() -> dg.Definitions:
    """The assets of every layer, their checks, and what starts them."""
    from orchestration.assets import calendar, feedback, intake, lake, pulls, quality, releases, reports, warehouse
    from orchestration.harmonisation.parts import Part
    from orchestration.jobs import jobs
    from orchestration.progress import step_logger
    from orchestration.resources import Installation
    from orchestration.schedules import calendar_schedule, pull_schedules, report_schedules
    from orchestration.sensors import landing_sensor, pulled_sensor

    contracts = load_contracts()
    before, after = warehouse.dbt_models(Part.BEFORE), warehouse.dbt_models(Part.AFTER)
    due = calendar.calendar_checks(contracts)
    return dg.Definitions(
        assets=[
            pulls.pulled_files,  # landing: files fetched from partners' servers
            intake.received_files,  # landing: files taken into vault and register
            *lake.lake_assets(contracts),  # lake: typed Parquet, accepted and quarantined
            lake.references_asset(contracts),  # lake: rows that wait for records of other feeds
            feedback.feedback_asset(contracts),  # feedback: a page and a workbook a submission, for its partner
            warehouse.raw_relations(contracts),  # raw: what dbt reads
            before,  # code_lists, staging, intermediate, marts: what linkage stands on
            warehouse.linked_parties(warehouse.linkage_inputs()),  # linkage: mentions become parties
            after,  # the rest of them, and reporting
            releases.release_assets([*before.keys, *after.keys]),  # releases: one database a recipient
            *reports.report_assets(),  # reports: editions that are due
        ],
        asset_checks=[quality.quality_checks(contracts), due],
        jobs=jobs(due),
        sensors=[landing_sensor, pulled_sensor],
        schedules=[calendar_schedule(), *pull_schedules(), *report_schedules()],
        resources={"installation": Installation()},
        loggers={"console": dg.colored_console_logger, "progress": step_logger},
        executor=dg.in_process_executor,  # one warm process a run: imports cost more than most steps
    )
