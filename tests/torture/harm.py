"""A run that can be killed at any instant, and a disk that is full at any write.

Here: doing harm to a run in a process of its own. Not here: what a home holds afterwards (home.py).
The processes come from a server that has loaded the libraries once: loading them takes longer than the run.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random
from subprocess import run

from orchestration.settings import Home
from tests.torture.home import receipts_of

PRELOADED = ("orchestration.execution", "orchestration.cycle", "orchestration.cli.app", "dbt.cli.main", "dagster_dbt")
STAGE = "warehouse"
WAIT = 600.0


def server() -> ForkServerContext:
    """Where disturbed runs come from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def cycle(home: str, landing: str) -> None:
    """One run as far as the marts, in a session of its own, as the command line makes it; the exit code is its own."""
    os.setsid()
    with Path(home).with_suffix(".log").open("a") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    from orchestration.cli.app import run as command

    code = command(["--home", home, "run", "--landing", landing, "--until", STAGE])
    os._exit(code)


def undisturbed(context: ForkServerContext, home: Home, landing: Path) -> tuple[float, int]:
    """A run to its end: how many seconds it took, and its exit code."""
    started = time.perf_counter()
    process = context.Process(target=cycle, args=(str(home.root), str(landing)))
    process.start()
    process.join(WAIT)
    _kill(process.pid)
    assert process.exitcode is not None, f"the run did not end within {WAIT:.0f} seconds"
    return time.perf_counter() - started, process.exitcode


def killed(context: ForkServerContext, home: Home, landing: Path, seconds: float) -> bool:
    """A run that is killed, with all that it started, after so many seconds; False when it had ended before."""
    process = context.Process(target=cycle, args=(str(home.root), str(landing)))
    process.start()
    process.join(seconds)
    alive = process.is_alive()
    _kill(process.pid)
    process.join()
    return alive


def kill_many(context: ForkServerContext, home: Home, landing: Path, kills: int, length: float, random: Random) -> None:
    """Kill `kills` runs, half of them within the first quarter of a run's `length`, where files are taken in.

    Raises AssertionError when a receipt that was out has changed or gone.
    """
    done = 0
    issued: dict[str, str] = {}
    while done < kills:
        limit = length / 4 if random.random() < 0.5 else length
        done += killed(context, home, landing, random.uniform(0.05, limit))
        now = receipts_of(home)
        changed = [name for name, digest in issued.items() if now.get(name) != digest]
        assert not changed, f"receipts that were out changed or vanished: {changed}"
        issued = now


def told(home: Home) -> str:
    """What the runs of this home have printed."""
    return home.root.with_suffix(".log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of this size of its own (root only); PermissionError where none can be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    done = run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        raise PermissionError(done.stderr.strip())
    try:
        yield folder
    finally:
        run(["umount", "-l", str(folder)], check=True)


@contextmanager
def full_but_for(disk: Path, free: int) -> Iterator[None]:
    """The disk with only `free` bytes left, so that some write within a run is the one that fails."""
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail * room.f_frsize - free))
    try:
        yield
    finally:
        ballast.unlink()


def _kill(session: int | None) -> None:
    if session is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(session, signal.SIGKILL)
