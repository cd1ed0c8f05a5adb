"""docs/threats.md names a test for every threat, and each named test exists."""

import ast
import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "threats.md"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> list[str]:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("|") and not re.match(r"\| (threat|---)", line)]


def functions_of(file: Path) -> set[str]:
    return {node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)}


def test_every_threat_names_a_test():
    assert len(rows()) >= 25
    assert [row for row in rows() if not NAMED.search(row)] == []
    assert [row for row in rows() if len(row.split(" | ")) != 4] == []


def file_of(named: str) -> Path:
    """Beside this file, or with its folder below tests/."""
    folder = Path(__file__).parent
    return folder.parent / named if "/" in named else folder / named


def test_every_named_test_exists():
    named = NAMED.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert named
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not file_of(file).exists() or name not in functions_of(file_of(file))
    ]
    assert missing == []
