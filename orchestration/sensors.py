"""Watches the landing folder, and what was pulled.

Here: when a cycle starts by itself. Not here: what it does with the files (assets/intake.py).
"""

import json

import dagster as dg

from orchestration.cycle import LastRun
from orchestration.jobs import CYCLE
from orchestration.landing_state import landing_fingerprint
from orchestration.resources import Installation

EVERY_SECONDS = 30


@dg.sensor(
    name="landing_sensor",
    job_name=CYCLE,
    minimum_interval_seconds=EVERY_SECONDS,
    description="Starts a cycle when files in the landing folder have changed and then stood still.",
)
def landing_sensor(context: dg.SensorEvaluationContext, installation: Installation) -> dg.SensorResult:
    """Compare the folder with the last two looks; a file still being written changes between looks."""
    site = installation.open()
    seen = landing_fingerprint(site.landing)
    cursor = json.loads(context.cursor) if context.cursor else {}
    if LastRun.read(site).has_seen(site):
        cursor["taken"] = seen  # by `entrepot run`
    now = json.dumps({"seen": seen, "taken": cursor.get("taken")})
    if not seen or seen == cursor.get("taken"):
        return dg.SensorResult(skip_reason="Nothing new in the landing folder.", cursor=now)
    if seen != cursor.get("seen"):
        return dg.SensorResult(skip_reason="Files have changed; waiting for them to stand still.", cursor=now)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=json.dumps({"seen": seen, "taken": seen}))


@dg.sensor(
    name="pulled_sensor",
    job_name=CYCLE,
    minimum_interval_seconds=EVERY_SECONDS,
    description="Starts a cycle when pulled files wait to be checked and no cycle is at work on them.",
)
def pulled_sensor(context: dg.SensorEvaluationContext, installation: Installation) -> dg.SensorResult:
    """The newest waiting submission names the request, so that each is asked for once."""
    waiting = installation.open().register.submissions("received")
    if not waiting:
        return dg.SensorResult(skip_reason="Nothing waits to be checked.")
    at_work = dg.RunsFilter(
        job_name=CYCLE, statuses=[dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    )
    if context.instance.get_runs(filters=at_work, limit=1):
        return dg.SensorResult(skip_reason="A cycle is at work.")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"pulled:{waiting[-1].id}")])
