"""A small sample home, built once by the command line itself, for all tests that look at a finished cycle."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from orchestration.settings import PROJECT_ROOT, Home
from orchestration.site import Site

SCALE = "0.05"


@dataclass(frozen=True)
class Built:
    """A home after its first cycle: where it is, what the run printed, and how long it took.

    `untouched` is a copy that no test opens, so that it can be copied while others use the home.
    """

    home: Path
    untouched: Path
    document: dict[str, Any]
    exit_code: int
    seconds: float


def entrepot(home: Path, *arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as a user does."""
    environment = {**os.environ, "NO_COLOR": "1"}
    environment.pop("ENTREPOT_HOME", None)
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
        cwd=PROJECT_ROOT,
    )


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample at a twentieth of its size, after `entrepot sample` and `entrepot run --json`.

    Made once for all processes that share the tests among them: it takes a minute.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    note = shared / "sample.json"
    with FileLock(shared / "sample.lock"):
        if not note.exists():
            built = build_sample(shared / "sample" / "home")
            note.write_text(json.dumps(asdict(built), default=str), encoding="utf-8")
    known = json.loads(note.read_text(encoding="utf-8"))
    return Built(**{**known, "home": Path(known["home"]), "untouched": Path(known["untouched"])})


def build_sample(home: Path) -> Built:
    """The sample's drop and its first cycle, by the command line."""
    made = entrepot(home, "sample", "--out", str(home / "landing"), "--seed", "42", "--scale", SCALE)
    assert made.returncode == 0, made.stderr
    started = time.perf_counter()
    ran = entrepot(home, "run", "--json")
    assert ran.stdout, ran.stderr
    seconds = time.perf_counter() - started
    untouched = home.with_name("untouched")
    shutil.copytree(home, untouched, ignore=shutil.ignore_patterns("dagster"), copy_function=shutil.copy2)
    return Built(home, untouched, json.loads(ran.stdout), ran.returncode, seconds)


@pytest.fixture
def copied_home(sample_home: Built, tmp_path: Path) -> Path:
    """A copy of the finished home that a test may spoil; its landing folder is its own."""
    home = tmp_path / "home"
    shutil.copytree(sample_home.untouched, home, copy_function=shutil.copy2)
    return home


@pytest.fixture
def open_site(copied_home: Path) -> Callable[[], Site]:
    """Opens the copied home anew each time, as a new process would."""
    return lambda: Site.at(Home(copied_home))
