"""Receiving: from the landing folder into vault and register.

Here: the one asset that looks at the landing folder. Not here: what receiving is (submissions/receive.py) and
the checks, which are the lake's (lake.py).
"""

from time import perf_counter

import dagster as dg

from orchestration import steps
from orchestration.assets.pulls import PULLED_FILES
from orchestration.resources import Installation

RECEIVED_FILES = dg.AssetKey(["landing", "all_partners", "received_files"])
NOT_TAKEN = "not_taken"
REFUSED = "refused"


@dg.asset(
    key=RECEIVED_FILES,
    group_name="landing",
    deps=[PULLED_FILES],
    description="Files of all partners: kept unchanged in the vault, each with receipt and register entry.",
    kinds={"file"},
)
def received_files(installation: Installation) -> dg.MaterializeResult:
    """Receive what is new; files that no contract takes are listed and left alone."""
    site, started = installation.open(), perf_counter()
    done = steps.receive_files(site)
    names = [site.register.submission(identifier).file_name for identifier in done.received]
    return dg.MaterializeResult(
        metadata={
            "received": len(done.received),
            "handed_in_again": len(done.repeated),
            "unchanged": done.unchanged,
            "files": dg.MetadataValue.md("\n".join(f"- {name}" for name in names) or "none"),
            NOT_TAKEN: dg.MetadataValue.json(done.not_taken),
            REFUSED: dg.MetadataValue.json([{"file": path, "reason": why} for path, why in done.rejected.items()]),
            "seconds": round(perf_counter() - started, 3),
        }
    )
