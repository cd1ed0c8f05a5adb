"""The reports: one asset a report, which publishes the newest period that is due.

Here: when editions are made and what Dagster shows of them. Not here: rendering (reports/) and editions
(publication/).
"""

from collections.abc import Sequence
from time import perf_counter

import dagster as dg

from orchestration import steps
from orchestration.assets.releases import OPERATOR, release_key
from orchestration.publication.notices import EDITIONS
from orchestration.resources import Installation
from reports.declaration import ReportDeclaration
from reports.report_files import available_reports, load_report

PASSED_OVER = "passed over"


def report_assets() -> list[dg.AssetsDefinition]:
    """One asset for every report that is declared."""
    declared = [load_report(name) for name in available_reports()]
    others = [report for report in declared if report.made_from != EDITIONS]
    return [report_asset(report, others if report.made_from == EDITIONS else ()) for report in declared]


def report_key(report: ReportDeclaration) -> dg.AssetKey:
    """The asset of a report's editions."""
    return dg.AssetKey(["reports", report.audience, report.name])


def report_asset(report: ReportDeclaration, before: Sequence[ReportDeclaration] = ()) -> dg.AssetsDefinition:
    """The editions of one report, made from the operator's edition of the warehouse and after those `before`."""

    @dg.asset(
        key=report_key(report),
        group_name="reports",
        deps=[release_key(OPERATOR), *(report_key(other) for other in before)],
        description=f"{report.title}. {report.subtitle}",
        tags={"cadence": report.cadence},
        kinds={"html"},
    )
    def editions(installation: Installation) -> dg.MaterializeResult:
        site, started = installation.open(), perf_counter()
        passed_over: list[str] = []
        made = steps.publish_due(site, report.name, say=passed_over.append)
        return dg.MaterializeResult(
            metadata={
                "editions": dg.MetadataValue.json([steps.edition_line(edition) for edition in made]),
                "paths": dg.MetadataValue.md(
                    "\n".join(f"- {edition.period}: `{edition.page}`" for edition in made) or "nothing is due"
                ),
                PASSED_OVER: dg.MetadataValue.json(passed_over),
                "seconds": round(perf_counter() - started, 3),
            }
        )

    return editions
