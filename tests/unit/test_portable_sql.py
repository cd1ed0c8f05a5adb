"""Every model runs on Spark as well as on DuckDB: its compiled SQL transpiles, and uses only what Spark knows.

sqlglot refuses what it knows to be impossible, but lets pass what it does not know: functions, types and joins of
DuckDB's own. So the translation is read back and these are looked up too. What the dispatched macros of
`macros/portable` write for DuckDB is allowed by name, for there Spark has a text of its own.
"""

import re
from pathlib import Path

import pytest
import sqlglot
import sqlglot.errors
from dbt.contracts.graph.manifest import Manifest
from sqlglot import exp

from orchestration.harmonisation import dbt as door

ROOT = Path(__file__).parents[2]
PORTABLE = ROOT / "dbt_project" / "macros" / "portable"
# Spark has these, though sqlglot has no class for them.
SPARK_FUNCTIONS = {"MAKE_DATE", "JSON_ARRAY_LENGTH", "PERCENTILE_DISC"}
OWN_JOINS = {"ASOF", "POSITIONAL"}
SPARK_TYPES = {
    "TEXT", "VARCHAR", "CHAR", "DECIMAL", "BIGINT", "INT", "SMALLINT", "TINYINT", "DOUBLE", "FLOAT", "DATE",
    "TIMESTAMP", "TIMESTAMPNTZ", "TIMESTAMPTZ", "BOOLEAN", "BINARY", "ARRAY", "STRUCT", "MAP", "INTERVAL", "NULL",
}  # fmt: skip


def dispatched_functions() -> set[str]:
    """The functions that a macro uses for DuckDB where it writes something else for Spark."""
    found: set[str] = set()
    for path in PORTABLE.glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        for name, body in re.findall(r"\{% macro default__(\w+)\(.*?-?%\}(.*?)\{%-? endmacro", text, re.S):
            if f"macro spark__{name}(" in text:
                found |= {function.upper() for function in re.findall(r"\b([a-z_][a-z0-9_]*)\(", body)}
    return found


def portability_faults(sql: str, allowed: set[str]) -> list[str]:
    """Why this compiled model would not run on Spark."""
    original = sqlglot.parse_one(sql, read="duckdb")
    found = []
    if original.find(exp.Qualify):
        found.append("QUALIFY: rank in a CTE and filter")
    if any(str(join.args.get("method") or "").upper() in OWN_JOINS for join in original.find_all(exp.Join)):
        found.append("an ASOF or positional join: join on a table of days")
    if any(star.args.get("except_") or star.args.get("replace") for star in original.find_all(exp.Star)):
        found.append("SELECT * EXCLUDE or REPLACE: name the columns")
    if any(union.args.get("by_name") for union in original.find_all(exp.SetOperation)):
        found.append("UNION BY NAME: name the columns")
    try:
        text = original.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
        translated = sqlglot.parse_one(text, read="spark")
    except sqlglot.errors.SqlglotError as error:
        return [*found, str(error).splitlines()[0]]
    known = SPARK_FUNCTIONS | allowed
    strange = [function.name for function in translated.find_all(exp.Anonymous) if function.name.upper() not in known]
    found += [f"{name}(): no such function in Spark" for name in strange]
    for kind in translated.find_all(exp.DataType):
        name = kind.this.value if isinstance(kind.this, exp.DType) else str(kind.this)
        if name not in SPARK_TYPES:
            found.append(f"{name}: no such type in Spark")
    return found


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The SQL of every model as dbt compiles it for DuckDB."""
    folder = tmp_path_factory.mktemp("compiled")
    door.prepare()
    manifest = Manifest.from_msgpack((door.TARGET_DIR / "partial_parse.msgpack").read_bytes())
    outcome = door._invoke(["compile", "--target-path", str(folder), "--log-path", str(folder)], manifest)
    return {
        result.node.name: str(result.node.compiled_code)
        for result in outcome.results
        if str(result.node.resource_type) == "model"
    }


def test_every_model_is_compiled(compiled: dict[str, str]) -> None:
    models = {path.stem for path in (ROOT / "dbt_project" / "models").rglob("*.sql")}
    assert set(compiled) == models
    assert all(sql.strip() for sql in compiled.values())


def test_every_model_runs_on_spark(compiled: dict[str, str]) -> None:
    allowed = dispatched_functions()
    faults = {name: found for name, sql in compiled.items() if (found := portability_faults(sql, allowed))}
    assert faults == {}


def test_compiled_sql_names_the_fixed_database(compiled: dict[str, str]) -> None:
    """Releases attach another file under the same name and run the same text."""
    assert '"entrepot"."main"."fct_decisions"' in compiled["rpt_licensing_statistics__decisions_by_type_and_outcome"]
    databases = {match for sql in compiled.values() for match in re.findall(r'"(\w+)"\."\w+"\."\w+"', sql)}
    assert databases == {"entrepot"}


@pytest.mark.parametrize(
    "sql",
    [
        "select a from t qualify row_number() over (partition by a order by b) = 1",
        "select t.a from t asof join u on t.k = u.k and t.d >= u.d",
        "select a from t positional join u",
        "select * exclude (a) from t",
        "select a from t union all by name select a from u",
        "select list_aggregate(a, 'histogram') from t",
        "select strip_accents(name) from t",
        "select damerau_levenshtein(a, b) from t",
        "select cast(a as hugeint) from t",
        "select cast(a as uinteger) from t",
    ],
)
def test_a_planted_construct_is_found(sql: str) -> None:
    assert portability_faults(sql, dispatched_functions())


def test_every_dispatched_macro_has_a_text_for_spark() -> None:
    for path in PORTABLE.glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"macro default__(\w+)\(", text)) == set(re.findall(r"macro spark__(\w+)\(", text)), path
