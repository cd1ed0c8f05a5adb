"""Which runs are still at work, so that a run that was killed does not keep its place in the queue for ever.

Dagster lets one run at a time into the pool that writes the warehouse, and notes who is in it in its own database. A
run that is killed stays noted, and without Dagster's daemon nobody takes it out: every later run would wait for it.
So a run holds a lock on a file of its own while it lives; whoever finds the lock free knows that the run is dead.

Here: the lock of a run, and clearing away what dead runs have left. Not here: running (execution.py).
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from orchestration.settings import Home


@contextmanager
def alive(home: Home, run_id: str) -> Iterator[None]:
    """Hold the lock of this run; the kernel lets go of it when the process ends, however it ends."""
    path = _lock(home, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    path.unlink(missing_ok=True)


def clear_the_dead(instance: dg.DagsterInstance, home: Home) -> list[str]:
    """Take runs that are no longer at work out of every pool and mark them as failed; returns their ids."""
    storage = instance.event_log_storage
    waiting = set(storage.get_concurrency_run_ids())
    for pool in storage.get_concurrency_keys():
        waiting |= {slot.run_id for slot in storage.get_concurrency_info(pool).claimed_slots}
    dead = sorted(run_id for run_id in waiting if _is_dead(instance, home, run_id))
    for run_id in dead:
        run = instance.get_run_by_id(run_id)
        if run is not None and not run.is_finished:
            instance.report_run_failed(run, "The process of this run was killed; the next run does its work.")
        storage.free_concurrency_slots_for_run(run_id)
        _lock(home, run_id).unlink(missing_ok=True)
    return dead


def _is_dead(instance: dg.DagsterInstance, home: Home, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    if run is None or run.is_finished:
        return True
    try:
        with _lock(home, run_id).open("r+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False  # started by Dagster's daemon, which looks after its own
    except BlockingIOError:
        return False
    return True


def _lock(home: Home, run_id: str) -> Path:
    return home.dagster / "alive" / f"{run_id}.lock"
