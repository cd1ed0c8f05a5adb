"""The feedback to partners: one asset after the lake, which brings every page and workbook up to date.

Here: what Dagster shows of it, with links. Not here: what the pages say (submissions/feedback/).
"""

from time import perf_counter

import dagster as dg

from orchestration import steps
from orchestration.assets.lake import REFERENCES, feed_key
from orchestration.contracts.model import ContractSet
from orchestration.resources import Installation
from orchestration.submissions.feedback.shelf import Shown

FEEDBACK = dg.AssetKey(["feedback", "all_partners", "pages"])
LISTED = 200


def feedback_asset(contracts: ContractSet) -> dg.AssetsDefinition:
    """Pages and workbooks of all submissions; those of this run are written when each is checked."""

    @dg.asset(
        key=FEEDBACK,
        group_name="feedback",
        deps=[*(feed_key(contract) for contract in contracts.values()), REFERENCES],
        description="For every submission a page and, where there are rows to show, a workbook for the partner.",
        kinds={"html", "xlsx"},
    )
    def pages(installation: Installation) -> dg.MaterializeResult:
        site, started = installation.open(), perf_counter()
        shown = steps.refresh_feedback(site)
        return dg.MaterializeResult(
            metadata={
                "pages": len(shown),
                "workbooks": sum(item.workbook is not None for item in shown),
                "written_again": sum(item.is_new for item in shown),
                "links": dg.MetadataValue.md("\n".join(_line(item) for item in shown[-LISTED:]) or "none"),
                "folder": dg.MetadataValue.path(str(site.home.feedback)),
                "seconds": round(perf_counter() - started, 3),
            }
        )

    return pages


def _line(item: Shown) -> str:
    files = [path for path in (item.page, item.workbook, item.rest) if path is not None]
    return f"- {item.submission_id}: " + ", ".join(f"[{path.name}]({path.as_uri()})" for path in files)
