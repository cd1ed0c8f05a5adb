"""Scores of pairs of profiles by Splink: the only module that imports it.

Here: from a relation of profiles to `linkage.pairs`, computing only what the store lacks, and the explanation of one
pair. Not here: what is compared (candidates.py), what a level weighs (model_file.py) and which parties follow. A score
depends on its two profiles and the frozen model alone, so that it does not matter when it was made.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from splink.internals.predict import predict_from_comparison_vectors_sqls_using_settings as prediction
from splink.internals.settings import Settings
from splink.internals.settings_creator import SettingsCreator

from orchestration.errors import EntrepotError
from orchestration.linkage import store as kept_scores
from orchestration.linkage.candidates import keys_of, measured
from orchestration.linkage.compare import MEASURES, measure, ready
from orchestration.linkage.model_file import level_label, model, splink_settings
from orchestration.linkage.profiles import COLUMNS, read_profile
from orchestration.linkage.store import PAIRS, PROFILES, Kept

DIGITS = 6  # weights are rounded before anything is decided by them: sums of floats differ in the last places
TABLE = "linkage.pairs"


def score(connection: Any, profiles: str, store: Path | None) -> None:
    """Make `linkage.pairs` (profile_a, profile_b, match_weight, probability, band) of all pairs of the profiles in the
    relation that weigh enough for a person to look at; profile_a < profile_b, band 'match' or 'review'.

    `store` is a folder in which scores are kept; None keeps nothing. The result is the same with and without.
    """
    frozen = model()
    listed = ", ".join(COLUMNS)
    given = connection.execute(f"SELECT {listed} FROM {profiles} ORDER BY profile_id").to_arrow_table().cast(PROFILES)
    kept = grown(kept_scores.read(store, frozen.version), given, store)
    connection.register("scored_pairs", kept.pairs)
    connection.execute("CREATE SCHEMA IF NOT EXISTS linkage")
    connection.execute(
        f"CREATE OR REPLACE TABLE {TABLE} AS SELECT profile_a, profile_b, match_weight, "
        f"round(1 / (1 + power(2.0, -match_weight)), {DIGITS}) AS probability, "
        f"CASE WHEN match_weight >= {frozen.match} THEN 'match' ELSE 'review' END AS band "
        f"FROM scored_pairs WHERE match_weight >= {frozen.review} "
        f"AND profile_a IN (SELECT profile_id FROM {profiles}) AND profile_b IN (SELECT profile_id FROM {profiles}) "
        "ORDER BY profile_a, profile_b"
    )
    connection.unregister("scored_pairs")


def grown(kept: Kept, given: pa.Table, store: Path | None = None) -> Kept:
    """What is kept together with the profiles given: those not yet known are compared with each other and with all.

    Of those known, only the ones that share a key with a new one are read.
    """
    known = set(kept.profiles["profile_id"].to_pylist())
    new = given.filter(pa.array([profile not in known for profile in given["profile_id"].to_pylist()], pa.bool_()))
    if new.num_rows == 0:
        return kept
    first = kept.profiles.num_rows
    rows = pa.concat_tables([kept.profiles, new])
    keys = pa.concat_tables([kept.keys, keys_of(map(read_profile, new.to_pylist()), first)])
    with duckdb.connect(config={"threads": 2}) as scratch:
        tables = measured(
            scratch, keys, lambda places: map(read_profile, rows.take(pa.array(places, pa.int64())).to_pylist()), first
        )
        weighed = [_weighed(scratch, table) for table in tables]
    pairs = pa.concat_tables([kept.pairs, *weighed]).sort_by([("profile_a", "ascending"), ("profile_b", "ascending")])
    result = Kept(rows, pairs, keys)
    kept_scores.write(store, model().version, result)
    return result


def unscored(profiles: pa.Table) -> Kept:
    """Profiles that have not been compared with each other: what is new will be compared with them alone."""
    return Kept(profiles, PAIRS.empty_table(), keys_of(map(read_profile, profiles.to_pylist())))


def explain(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    """Why two rows of int_parties__profiles weigh what they weigh: `context`, `start` (weight before anything is
    compared), `comparisons` (name, value, level, weight in bits) and `match_weight`, which is their sum.

    Raises EntrepotError if the two are the same profile.
    """
    if left["profile_id"] == right["profile_id"]:
        raise EntrepotError(
            f"Both mentions say the same of the party (profile {left['profile_id']}): nothing is compared."
        )
    found = measure(ready(read_profile(left)), ready(read_profile(right)))
    values = dict(zip(MEASURES, found, strict=True))
    with duckdb.connect() as scratch:
        columns = ", ".join(
            f"{'NULL' if value is None else float(value)}::DOUBLE AS {name}" for name, value in values.items()
        )
        scratch.execute(f"CREATE TABLE measured AS SELECT 'l' AS profile_l, 'r' AS profile_r, {columns}")
        context = next(name for name in model().contexts if _in_context(values, name))
        row = scratch.execute(_query(context)).to_arrow_table().to_pylist()[0]
    comparisons = []
    for name, one in model().contexts[context]["comparisons"].items():
        value, weight = values[name], row[f"mw_{name}"]
        place = None if value is None else sum(value >= cut for cut in one["cuts"])
        label = "not known" if place is None else level_label(one["cuts"], place)
        comparisons.append({"name": name, "value": value, "level": label, "weight": round(weight, DIGITS)})
    total = round(row["match_weight"], DIGITS)
    start = round(total - sum(item["weight"] for item in comparisons), DIGITS)
    return {"context": context, "start": start, "comparisons": comparisons, "match_weight": total}


CONDITIONS = {
    "listed persons": "listed >= 2 AND person = 1",
    "listed firms and craft": "listed >= 2 AND person = 0",
    "records": "listed < 2",
}


def _in_context(values: dict[str, float | None], name: str) -> bool:
    listed, person = values["listed"] or 0.0, values["person"] or 0.0
    return {"records": listed < 2, "listed persons": person == 1}.get(name, person == 0) and (listed >= 2) == (
        name != "records"
    )


def _weighed(scratch: duckdb.DuckDBPyConnection, piece: pa.Table) -> pa.Table:
    """The pairs of one piece that weigh enough to be kept."""
    scratch.execute("CREATE OR REPLACE TEMP TABLE measured AS SELECT * FROM piece")
    parts = " UNION ALL ".join(
        f"SELECT profile_l AS profile_a, profile_r AS profile_b, round(match_weight, {DIGITS}) AS match_weight "
        f"FROM ({_query(context)})"
        for context in model().contexts
    )
    keep = model().keep
    return scratch.execute(f"SELECT * FROM ({parts}) WHERE match_weight >= {keep}").to_arrow_table().cast(PAIRS)


@lru_cache(maxsize=8)
def _query(context: str) -> str:
    """Splink's own SQL for one context, from measures to weights."""
    settings: Settings = SettingsCreator(**splink_settings(model().contexts[context])).get_settings("duckdb")
    levels = ", ".join(comparison._case_statement for comparison in settings.core_model_settings.comparisons)
    steps = [
        ("__splink__df_comparison_vectors",
         f"SELECT profile_l, profile_r, '0' AS match_key, {levels} FROM measured WHERE {CONDITIONS[context]}"),
        *((step["output_table_name"], step["sql"]) for step in prediction(settings)),
    ]  # fmt: skip
    return "WITH " + ", ".join(f"{name} AS ({sql})" for name, sql in steps) + f" SELECT * FROM {steps[-1][0]}"
