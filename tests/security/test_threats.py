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


def test_every_named_test_exists():
    folder = Path(__file__).parent
    missing = [
        f"{file}::{name}"
        for file, name in NAMED.findall(DOCUMENT.read_text(encoding="utf-8"))
        if not (folder / file).exists() or name not in functions_of(folder / file)
    ]
    assert missing == []
