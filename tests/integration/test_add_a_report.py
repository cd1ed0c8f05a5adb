"""The walk-through of docs/add-a-report.md in a copy of the project: what `report new` writes is built and rendered."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT, Home
from tests.integration.conftest import Built
from tests.integration.test_add_a_feed import COPIED, commands, run

PAGE = PROJECT_ROOT / "docs" / "add-a-report.md"
NAME = "applications_received"
# What `entrepot run` does of it: its models and their tests by dbt, and the page of a period with all proofs.
BUILD_AND_RENDER = """
import sys
from orchestration.harmonisation import dbt
from orchestration.publication.source import Evidence, ReleaseTables, opened
from orchestration.settings import Home
from reports.context import prepare
from reports.periods import Period
from reports.cover import Cover
from reports.render import render
from reports.report_files import load_report

home, name, period = Home(__import__("pathlib").Path(sys.argv[1])), sys.argv[2], sys.argv[3]
models = [f"rpt_{name}__periods", "rpt_catalogue__available_periods", f"rpt_{name}__overview"]
outcome = dbt._invoke(
    ["build", "--select", *models, "--target-path", str(home.root / "dbt"), "--log-path", str(home.root / "dbt")],
    environment={dbt.DATABASE_VARIABLE: str(home.build_db)},
)
for result in map(dbt._node_result, outcome.results):
    if name in result.unique_id:
        print(result.kind, result.status)
with opened(home.build_db) as connection:
    tables = ReleaseTables(connection, "", Evidence(connection, home))
    contents = prepare(load_report(name), Period.parse(period), tables)
    print(render(contents, Cover(f"{period}-v1", "Provisional")).finding)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in COPIED:
        shutil.copytree(PROJECT_ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "logs"))
    return root


def test_a_report_is_started_built_and_rendered_as_the_page_says(
    project: Path, sample_home: Built, tmp_path: Path
) -> None:
    block = re.search(r"^```console\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert block is not None
    ((command, answer),) = commands(block[1])
    assert run(project, command) == answer
    home = Home(tmp_path / "home").ensure()
    home.build_db.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(Home(sample_home.untouched).build_db, home.build_db)
    done = subprocess.run(
        [sys.executable, "-c", BUILD_AND_RENDER, str(home.root), NAME, "2025-Q4"],
        cwd=project, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin", "HOME": str(project)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *built, finding = done.stdout.splitlines()
    assert sorted(set(built)) == ["model success", "test pass", "unit_test pass"]
    assert re.fullmatch(r"Trade Ministry of Arvenia: \d+ applications? received", finding)
