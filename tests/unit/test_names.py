"""Names say what a thing is: models by layer, columns by type, tests as sentences."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DBT = ROOT / "dbt_project"
MODELS = DBT / "models"
WORD = "[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
MODEL_NAMES = {
    "staging": rf"stg_(?P<folder>{WORD})__{WORD}",
    "intermediate": rf"int_(?P<folder>{WORD})__{WORD}",
    "marts": rf"(?:dim|fct|bridge)_{WORD}",
    "reporting": rf"rpt_(?P<folder>{WORD})__{WORD}",
}
RECORD_COLUMNS = ["partner", "feed", "record_ref", "submission_id", "source_row_number", "marking"]
# Words that are a day or a flag without the suffix: validity is spoken of so everywhere in the field.
DAY_NAMES = {"valid_from", "valid_to", "holds_until"}


@cache
def documents() -> list[tuple[Path, dict[str, Any]]]:
    return [(path, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(MODELS.rglob("*.yml"))]


@cache
def described() -> dict[str, dict[str, Any]]:
    return {model["name"]: model for _, document in documents() for model in document.get("models", [])}


def sql_models() -> list[Path]:
    return sorted(MODELS.rglob("*.sql"))


def name_fault(path: Path) -> str | None:
    """Why the model's name does not say its layer and folder."""
    layer, folder = path.relative_to(MODELS).parts[:2]
    match = re.fullmatch(MODEL_NAMES[layer], path.stem)
    if not match:
        return f"{path.stem} is no name for {layer}: expected {MODEL_NAMES[layer]}"
    if match.groupdict().get("folder", folder) != folder:
        return f"{path.stem} stands in the folder {folder}"
    return None


def column_fault(name: str, data_type: str) -> str | None:
    """Why a column's name does not say its type."""
    kind = data_type.lower().split("(")[0]
    if not re.fullmatch(WORD, name):
        return f"{name} is not in lower snake case"
    is_day = name.endswith("_on") or name in DAY_NAMES
    if (kind == "date") != is_day:
        return f"{name} is a {kind}: days, and nothing else, end in _on"
    if kind.startswith("timestamp") != name.endswith("_at"):
        return f"{name} is a {kind}: times, and nothing else, end in _at"
    if (kind == "boolean") != name.startswith(("is_", "has_")):
        return f"{name} is a {kind}: booleans, and nothing else, start with is_ or has_"
    if name.endswith(("_eur", "_kg")) and kind != "decimal":
        return f"{name} is a {kind}: money and mass are decimals"
    return None


@pytest.mark.parametrize("path", sql_models(), ids=lambda path: path.stem)
def test_models_are_named_by_layer_and_folder(path: Path) -> None:
    assert name_fault(path) is None


@pytest.mark.parametrize("path", sql_models(), ids=lambda path: path.stem)
def test_every_model_says_what_a_row_is(path: Path) -> None:
    description = described().get(path.stem, {}).get("description", "")
    assert description.startswith("One row per "), f"{path.stem}: {description[:60] or 'no description'}"


def test_nothing_is_described_that_does_not_exist() -> None:
    assert set(described()) == {path.stem for path in sql_models()}


@pytest.mark.parametrize(
    "path", [p for p in sql_models() if p.relative_to(MODELS).parts[0] in {"marts", "reporting"}], ids=lambda p: p.stem
)
def test_public_columns_are_typed_and_named_by_type(path: Path) -> None:
    columns = described()[path.stem]["columns"]
    assert columns
    assert [fault for c in columns if (fault := column_fault(c["name"], c["data_type"]))] == []


# Counts over the rows that the reader may see: a row is no record, so that it has none to come from.
COUNTS_OVER_RECORDS = {"fct_code_coverage", "fct_unmapped_values", "fct_untimely_codes"}


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(MODELS.glob("marts/*/fct_*.sql")) if p.stem not in COUNTS_OVER_RECORDS],
    ids=lambda path: path.stem,
)
def test_every_fact_carries_where_it_comes_from(path: Path) -> None:
    names = [column["name"] for column in described()[path.stem]["columns"]]
    assert names[: len(RECORD_COLUMNS)] == RECORD_COLUMNS


@pytest.mark.parametrize("path", sorted((DBT / "tests").glob("*.sql")), ids=lambda path: path.stem)
def test_data_tests_are_sentences(path: Path) -> None:
    assert re.fullmatch(r"assert_[a-z0-9]+(?:_[a-z0-9]+){3,}", path.stem)
    assert path.read_text(encoding="utf-8").startswith("-- "), "it opens by saying what must hold, and why"


def test_unit_tests_are_sentences() -> None:
    names = [t["name"] for _, document in documents() for t in document.get("unit_tests", [])]
    assert len(names) > 10
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+){2,}", name)] == []


def test_every_report_is_an_exposure() -> None:
    reports = {p.parent.name for p in (ROOT / "reports").glob("*/report.yaml")}
    exposures = {e["name"]: e for _, document in documents() for e in document.get("exposures", [])}
    assert reports == set(exposures)
    for name, exposure in exposures.items():
        depended = set(re.findall(r"rpt_[a-z0-9_]+", " ".join(exposure["depends_on"])))
        assert {p.stem for p in MODELS.glob(f"reporting/{name}/*.sql")} <= depended


@pytest.mark.parametrize(
    ("name", "data_type"),
    [
        ("decided", "date"), ("decided_on", "timestamp"), ("submitted", "timestamp"), ("military", "boolean"),
        ("is_military", "varchar"), ("value_eur", "double"), ("DecidedOn", "date"), ("location", "date"),
    ],
)  # fmt: skip
def test_a_planted_column_is_found(name: str, data_type: str) -> None:
    assert column_fault(name, data_type)


@pytest.mark.parametrize(
    "folder",
    ["marts/licensing/licences.sql", "staging/a/stg_b__c.sql", "intermediate/x/int_x_y.sql", "reporting/r/rpt_r.sql"],
)
def test_a_planted_model_name_is_found(folder: str) -> None:
    assert name_fault(MODELS / folder)
