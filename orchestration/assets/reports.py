"""The reports: one asset a report, which publishes the newest period that is due.

Here: when editions are made and what Dagster shows of them. Not here: rendering (reports/) and editions
(publication/).
"""

from time import perf_counter

import dagster as dg

from orchestration import steps
from orchestration.assets.releases import OPERATOR, release_key
from orchestration.resources import Installation
from reports.declaration import ReportDeclaration
from reports.report_files import available_reports, load_report


def report_assets() -> list[dg.AssetsDefinition]:
    """One asset for every report that is declared."""
    return [report_asset(load_report(name)) for name in available_reports()]


def report_asset(report: ReportDeclaration) -> dg.AssetsDefinition:
    """The editions of one report, made from the operator's edition of the warehouse."""

    @dg.asset(
        key=dg.AssetKey(["reports", report.audience, report.name]),
        group_name="reports",
        deps=[release_key(OPERATOR)],
        description=f"{report.title}. {report.subtitle}",
        tags={"cadence": report.cadence},
        kinds={"html"},
    )
    def editions(installation: Installation) -> dg.MaterializeResult:
        site, started = installation.open(), perf_counter()
        made = steps.publish_due(site, report.name)
        return dg.MaterializeResult(
            metadata={
                "editions": dg.MetadataValue.json([steps.edition_line(edition) for edition in made]),
                "paths": dg.MetadataValue.md(
                    "\n".join(f"- {edition.period}: `{edition.page}`" for edition in made) or "nothing is due"
                ),
                "seconds": round(perf_counter() - started, 3),
            }
        )

    return editions
