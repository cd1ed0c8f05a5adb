"""A run that was killed inside the writer's pool: the next one clears it away instead of waiting for it."""

import subprocess
import sys
from pathlib import Path

from orchestration.alive import alive, clear_the_dead
from orchestration.assets.warehouse import WRITER_POOL
from orchestration.resources import dagster_instance
from orchestration.settings import PROJECT_ROOT, Home

RUN = """
import sys, time
from pathlib import Path
from dagster import DagsterRun, DagsterRunStatus
from orchestration.alive import alive
from orchestration.assets.warehouse import WRITER_POOL
from orchestration.resources import dagster_instance
from orchestration.settings import Home

home = Home(Path(sys.argv[1]))
with alive(home, "run"):
    instance = dagster_instance(home)
    instance.run_storage.add_run(DagsterRun(job_name="cycle", run_id="run", status=DagsterRunStatus.STARTED))
    instance.event_log_storage.initialize_concurrency_limit_to_default(WRITER_POOL)
    assert instance.event_log_storage.claim_concurrency_slot(WRITER_POOL, "run", "step").is_claimed
    print("in the pool", flush=True)
    time.sleep(600)
"""


def waits(home: Home) -> bool:
    """Whether a new run would have to wait for the pool."""
    with dagster_instance(home) as instance:
        instance.event_log_storage.initialize_concurrency_limit_to_default(WRITER_POOL)
        return bool(instance.event_log_storage.get_concurrency_info(WRITER_POOL).claimed_slots)


def test_a_killed_run_leaves_the_pool_and_a_living_one_stays(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(home.root)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the pool\n"
        with dagster_instance(home) as instance:
            assert clear_the_dead(instance, home) == []
        assert waits(home)
    finally:
        process.kill()
        process.wait()
    with dagster_instance(home) as instance:
        assert clear_the_dead(instance, home) == ["run"]
        run = instance.get_run_by_id("run")
        assert run is not None and run.status.value == "FAILURE"
    assert not waits(home)


def test_a_run_that_ended_leaves_no_lock_behind(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    with alive(home, "run"):
        assert (home.dagster / "alive" / "run.lock").exists()
    assert list((home.dagster / "alive").iterdir()) == []
