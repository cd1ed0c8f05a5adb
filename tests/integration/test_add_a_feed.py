"""The walk-through of docs/add-a-feed.md, run as it stands there, in a copy of the project."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "add-a-feed.md"
COPIED = ("orchestration", "data_contracts", "dbt_project", "reports", "docs")
LITTER = shutil.ignore_patterns("__pycache__", "target", "logs", "dbt_packages")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in COPIED:
        shutil.copytree(PROJECT_ROOT / name, root / name, ignore=LITTER)
    return root


def steps() -> list[tuple[str, str]]:
    """The blocks of the page in order: (kind, text)."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[tuple[str, str]]:
    """Each command of a console block with the answer printed below it."""
    found = re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    return [(command, plain(answer)) for command, answer in found]


def plain(text: str) -> str:
    """What may differ from run to run taken out: ids, how many contracts there are by now, blanks at line ends."""
    text = re.sub(r"\bS[0-9a-fx]{15}\b", "Sxxxxxxxxxxxxxxx", text)
    text = re.sub(r"^\d+ contracts of \d+ partners", "all contracts", text)
    text = re.sub("─+", "───", text)
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def run(project: Path, command: str) -> str:
    words = shlex.split(command)
    if words[0] == "entrepot":
        words = [sys.executable, "-m", "orchestration.cli", *words[1:]]
    done = subprocess.run(
        words, cwd=project, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin", "HOME": str(project)},
    )  # fmt: skip
    assert not done.stderr.strip() or done.returncode == 0, done.stderr
    return plain(done.stdout.replace(f"{project}/", ""))


def change(project: Path, block: str) -> None:
    """Apply the changed lines of a diff to the draft, each of which must be there once."""
    draft = project / "drafts" / "port_authority" / "permits.odcs.yaml"
    text = draft.read_text(encoding="utf-8")
    pairs = re.findall(r"^-(.*)\n\+(.*)$", block, re.MULTILINE)
    assert len(pairs) == 5
    for before, after in pairs:
        assert text.count(f"{before}\n") == 1, before
        text = text.replace(f"{before}\n", f"{after}\n")
    draft.write_text(text, encoding="utf-8")


def test_the_walk_through_is_true(project: Path) -> None:
    ran = []
    for kind, block in steps():
        if kind == "diff":
            change(project, block)
        elif kind == "yaml":
            draft = (project / "drafts" / "port_authority" / "permits.odcs.yaml").read_text(encoding="utf-8")
            assert block in draft
        else:
            assert kind == "console"
            for command, answer in commands(block):
                assert run(project, command) == answer, command
                ran.append(command.split(maxsplit=1)[0])
    assert ran == ["entrepot", "entrepot", "cp", "entrepot", "entrepot", "entrepot", "entrepot"]
