"""The hostile corpus: each file is accepted exactly, or refused with place and reason; within 1 GB and 20 seconds."""

import importlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reports.hidden_characters import written_out
from tests.hostile.case import Case

FORMATS = ("csv", "xlsx", "json", "xml", "zip")
AT_LEAST = 60
MEMORY_MB = 1000
SECONDS = 20
MENDS = re.compile(
    r"(?i)\b(export|send|save|give|leave|put|make|take|delete|unmerge|open|deliver|fill|shorten|rename|keep|split|"
    r"check|test|write|agree|use|close|name|remove|mend)\b"
)
ALL: list[tuple[str, Case]] = [
    (form, case) for form in FORMATS for case in importlib.import_module(f"tests.hostile.{form}_cases").CASES
]
each_case = pytest.mark.parametrize(("form", "case"), ALL, ids=[f"{form}-{case.name}" for form, case in ALL])


@cache
def outcomes(form: str, folder: Path) -> dict[str, dict[str, Any]]:
    """What came of every file of the format, by its name."""
    root = Path(__file__).parents[2]
    (folder / form).mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.run", form, str(folder / form)], cwd=root, capture_output=True, text=True
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    died = {"traceback": f"the process died with {done.returncode}: {done.stderr[-1500:]}"}
    return {case.name: died for at, case in ALL if at == form} | {item["name"]: item for item in found}


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.mark.parametrize("form", FORMATS)
def test_there_are_sixty_files_of_each_format_and_no_name_twice(form: str) -> None:
    names = [case.name for at, case in ALL if at == form]
    assert len(set(names)) == len(names) >= AT_LEAST


@each_case
def test_a_hostile_file_is_accepted_exactly_or_refused_with_the_reason(form: str, case: Case, corpus: Path) -> None:
    came = outcomes(form, corpus)[case.name]
    assert "traceback" not in came, came["traceback"]
    assert came["seconds"] < SECONDS
    assert came["peak_mb"] < MEMORY_MB, came
    if case.says is not None:
        assert re.search(case.says, came.get("refused", "accepted")), came
        message = came["refused"]
        assert message.startswith(case.file or case.name) or f" in {case.file or case.name}" in message
        assert MENDS.search(message), message
        assert "\n" not in message and len(message) < 3000 and written_out(message) == message
        return
    assert "refused" not in came, came
    assert came["read"] == case.rows_read == came["counted"]
    assert came["quarantined"] == {str(number): [rule] for number, rule in case.quarantined.items()}
    assert came["hidden"] == list(case.hidden)
    assert came["accepted"] == came["read"] - len(case.quarantined)
    if case.rows is not None:
        assert came["rows"] == [list(row) for row in case.rows]
