"""Which layer may read which: raw, staging, intermediate, marts, reporting; reports know only reporting tables."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "dbt_project" / "models"
REFERENCE = re.compile(r"\bref\(\s*['\"]([a-z0-9_]+)['\"]")
SOURCE = re.compile(r"\bsource\(\s*['\"]raw['\"]")
# A relation named past ref() and source() would hide from every other rule here.
BARE_RELATION = re.compile(
    r"\b(?:from|join)\s+\"?(?:entrepot|raw|staging|intermediate|main|reporting|code_lists)\"?\.", re.I
)
LAYER_OF_PREFIX = {
    "stg_": "staging",
    "int_": "intermediate",
    "fct_": "marts",
    "dim_": "marts",
    "bridge_": "marts",
    "rpt_": "reporting",
}
MAY_READ = {
    "staging": {"code_lists"},
    "intermediate": {"staging", "intermediate", "marts", "code_lists"},
    "marts": {"staging", "intermediate", "marts", "code_lists"},
    "reporting": {"marts", "reporting", "code_lists"},
}


def layer_of(name: str) -> str:
    """The layer of a model by its prefix; a name without one is a code list."""
    return next((layer for prefix, layer in LAYER_OF_PREFIX.items() if name.startswith(prefix)), "code_lists")


def breaches(path: Path, sql: str) -> list[str]:
    """What this model reads and may not."""
    layer = path.relative_to(MODELS).parts[0]
    found = []
    if SOURCE.search(sql) and layer != "staging":
        found.append(f"{path.stem} reads the raw schema, which staging alone may do")
    found += [
        f"{path.stem} ({layer}) reads {name} ({layer_of(name)})"
        for name in REFERENCE.findall(sql)
        if layer_of(name) not in MAY_READ[layer]
    ]
    if BARE_RELATION.search(sql):
        found.append(f"{path.stem} names a relation without ref() or source()")
    return found


def models() -> list[Path]:
    return sorted(MODELS.rglob("*.sql"))


def test_there_are_models_in_every_layer() -> None:
    assert {path.relative_to(MODELS).parts[0] for path in models()} == set(MAY_READ)


@pytest.mark.parametrize("path", models(), ids=lambda path: path.stem)
def test_models_read_only_the_layers_below(path: Path) -> None:
    assert breaches(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("folder", "sql"),
    [
        ("marts/licensing/fct_x.sql", "select * from {{ source('raw', 'a__b') }}"),
        ("intermediate/licensing/int_licensing__x.sql", "select * from {{ source('raw', 'a__b') }}"),
        ("reporting/enforcement/rpt_enforcement__x.sql", "select * from {{ ref('stg_a__b') }}"),
        ("reporting/enforcement/rpt_enforcement__x.sql", "select * from {{ ref('int_licensing__lines_as_given') }}"),
        ("staging/a/stg_a__b.sql", "select * from {{ ref('fct_decisions') }}"),
        ("intermediate/licensing/int_licensing__x.sql", "select * from {{ ref('rpt_enforcement__cases') }}"),
        ("marts/licensing/fct_x.sql", "select * from raw.trade_ministry__applications"),
        ("marts/licensing/fct_x.sql", 'select * from "entrepot"."staging"."stg_a__b"'),
    ],
)
def test_a_planted_breach_is_found(folder: str, sql: str) -> None:
    assert breaches(MODELS / folder, sql)


def imported_packages(path: Path) -> set[str]:
    """The top packages that a module imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_reports_never_import_orchestration() -> None:
    modules = sorted((ROOT / "reports").rglob("*.py"))
    assert modules
    assert [str(p) for p in modules if "orchestration" in imported_packages(p)] == []


def test_reports_ask_only_for_reporting_tables() -> None:
    texts = [p for p in (ROOT / "reports").rglob("*") if p.suffix in {".py", ".yaml", ".j2"}]
    asked = {
        (path.name, name)
        for path in texts
        for name in re.findall(r"\b(?:stg|int|fct|bridge|dim)_[a-z0-9_]+\b", path.read_text(encoding="utf-8"))
    }
    assert asked == set()


def modules_importing(package: str) -> set[str]:
    """Modules of the project, as paths from its root, that import a package."""
    return {
        str(path.relative_to(ROOT))
        for folder in ("orchestration", "reports")
        for path in (ROOT / folder).rglob("*.py")
        if package in imported_packages(path)
    }


def test_great_expectations_has_one_door() -> None:
    """Its data source for DuckDB and its dialect are one thing in two files; nothing else knows the library."""
    assert modules_importing("great_expectations") <= {
        "orchestration/submissions/quality.py",
        "orchestration/submissions/quality_dialect.py",
    }


def test_dbt_has_one_door() -> None:
    assert modules_importing("dbt") == {"orchestration/harmonisation/dbt.py"}
