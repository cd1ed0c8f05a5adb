"""Trains the frozen model of linkage on declared data: `python -m tests.benchmarks.train_linkage`, seldom, on purpose.

Here: from homes that hold the real lists and a sample, with what is known to be true of them, to model/programmes.csv
and model/weights.json. Weights are estimated by logistic regression over the levels of the comparisons and written as m
and u of each level, as Fellegi and Sunter have them: m / u is two to the weight. Not here: the counts of words
(count_words.py).
"""

import argparse
import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from sklearn.linear_model import LogisticRegression

from orchestration.linkage import compare
from orchestration.linkage.candidates import keys_of, measured
from orchestration.linkage.frequencies import MODEL
from orchestration.linkage.profiles import COLUMNS, Profile, read_profile
from tests.benchmarks.linkage import DevKey, sample_entities

CUTS: dict[str, list[float]] = {
    "exact_bits": [0.1, 8, 14, 20, 26, 34], "exact_count": [1, 2, 3, 5],
    "cover": [0.3, 0.45, 0.6, 0.7, 0.8, 0.88, 0.94, 0.98], "cover_low": [0.3, 0.5, 0.65, 0.8, 0.9, 0.97],
    "cover_bits": [6, 10, 14, 18, 22, 27, 33, 40], "sound_cover": [0.3, 0.5, 0.65, 0.8, 0.95],
    "sort_ratio": [50, 60, 68, 75, 82, 88, 94, 99],
    "join_ratio": [0.7, 0.8, 0.85, 0.9, 0.95], "bones_ratio": [50, 60, 70, 80, 90, 99],
    "extra": [0.2, 0.4, 0.6, 0.8, 0.97],
    "aliases": [2, 3, 5, 9], "birth": [1, 2, 3, 4, 5, 6], "country": [1, 2], "numbers": [1, 2], "number_kinds": [1],
    "numerals": [1], "places": [0.1, 6, 9, 11], "gap_days": [1, 4, 32, 200, 800, 2000],
    "programmes": [-1, 0.5, 2, 3.5, 5], "list_refs": [1], "listed": [1, 2, 3, 4], "kinds": [1],
}  # fmt: skip
CONTEXTS = {
    "listed persons": lambda m: (m["listed"] >= 2) & (m["person"] == 1),
    "listed firms and craft": lambda m: (m["listed"] >= 2) & (m["person"] == 0),
    "records": lambda m: m["listed"] < 2,
}
C = 0.3
# Samples for training hold fewer parties than a ministry's records, and so fewer that look alike by chance; judged
# pairs of lists are the hard ones. Bits by which a pair starts lower or higher than it did in training.
SHIFT = {"listed persons": 1.7, "listed firms and craft": 1.7, "records": -3.0}
# What training cannot tell, since the key holds few namesakes of other ages and the sample no birth dates outside
# its lists, is declared: bits added to a level. On the key no figure changes by it.
DECLARED: dict[tuple[str, str], list[float]] = {
    ("listed persons", "birth"): [-4.0, -1.5, 0.0, 0.0, 0.0, 0.0, 0.0],
    ("records", "birth"): [-6.5, -4.0, -1.2, 0.5, 1.0, 1.0, 3.5],
    ("records", "list_refs"): [-0.4, 3.0],
    # Names of one word that sound alike but are spelt by different schemes; names written alike are left as they were.
    ("records", "sound_cover"): [0.0, 0.0, 0.0, 0.0, 0.0, 1.6],
    ("records", "bones_ratio"): [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.85],
    ("records", "exact_count"): [0.0, -2.45, -2.45, -2.45, -2.45],
}
# Legal forms of two kinds of company tell firms of one name apart about as well as another country does. Samples give
# each firm one form, so that training would hold it for certain.
ADDED: dict[str, dict[str, Any]] = {
    "records": {"companies": {"cuts": [1], "m": [0.000146484375, 0.7], "u": [0.3, 0.7]}},
}
# In bits: from which weight on a pair is one party, is shown to a person, is kept in the store.
THRESHOLDS = {"match": 0.0, "review": -4.25, "keep": -8.0}


def profiles_of(home: Path) -> list[dict[str, Any]]:
    """The rows of int_parties__profiles of a built home."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{home}/warehouse/build.duckdb' AS entrepot (READ_ONLY)")
        connection.execute("USE entrepot")
        listed = ", ".join(COLUMNS)
        return connection.execute(
            f"SELECT {listed} FROM intermediate.int_parties__profiles ORDER BY profile_id"
        ).to_arrow_table().to_pylist()  # fmt: skip


def measures_of(profiles: list[Profile]) -> pa.Table:
    """The measures of all candidate pairs."""
    with duckdb.connect() as scratch:
        every = measured(scratch, keys_of(profiles), lambda places: [profiles[place] for place in places])
        return pa.concat_tables(every)


def write_programmes(profiles: list[Profile], pairs: pa.Table) -> None:
    """Which programmes of two lists go together, from pairs whose names and birth dates agree: no judgement is used."""
    by_id = {profile.profile_id: profile for profile in profiles}
    found = pairs.to_pandas()
    sure = found[(found.exact_bits > 22) & ((found.birth >= 6) | (found.person == 0)) & (found.listed == 2)]
    together: Counter[tuple[str, str]] = Counter()
    for one, other in zip(sure.profile_l, sure.profile_r, strict=True):
        together.update({
            (min(a, b), max(a, b)) for a in by_id[one].programmes for b in by_id[other].programmes
        })  # fmt: skip
    single = Counter(programme for profile in profiles for programme in profile.programmes)
    sizes = Counter(profile.list_code for profile in profiles)
    rows = []
    for (one, other), count in sorted(together.items()):
        chance = len(sure) / 6 * single[one] / sizes[one.split(":")[0]] * single[other] / sizes[other.split(":")[0]]
        rows.append((one, other, round(float(np.log2((count + 0.3) / (chance + 0.3))), 2)))
    with (MODEL / "programmes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("one", "other", "bits"))
        writer.writerows(rows)


def levels(values: np.ndarray, cuts: list[float]) -> np.ndarray:
    """The level of each value: 0 below the first cut, -1 where it is not known."""
    return np.where(np.isnan(values), -1, np.digitize(values, cuts))


def one_hot(table: dict[str, np.ndarray]) -> np.ndarray:
    """One column for each level of each comparison; a row of zeros where a measure is not known."""
    columns = []
    for name, cuts in CUTS.items():
        level = levels(table[name], cuts)
        columns += [level == place for place in range(len(cuts) + 1)]
    return np.column_stack(columns).astype(np.float32)


def fitted(table: dict[str, np.ndarray], truth: np.ndarray) -> LogisticRegression:
    """The regression over the levels."""
    return LogisticRegression(C=C, max_iter=5000).fit(one_hot(table), truth)


def _short(numbers: np.ndarray) -> list[float]:
    return [float(f"{number:.9g}") for number in numbers]


def as_context(name: str, table: dict[str, np.ndarray], truth: np.ndarray) -> dict[str, Any]:
    """The regression as prior, m and u."""
    regression = fitted(table, truth)
    start, weights, at = float(regression.intercept_[0]) / np.log(2) + SHIFT[name], regression.coef_[0] / np.log(2), 0
    comparisons = {}
    for measure, cuts in CUTS.items():
        level = levels(table[measure], cuts)[truth == 0]
        known = level[level >= 0]
        u = (np.bincount(known, minlength=len(cuts) + 1) + 1.0) / (len(known) + len(cuts) + 1.0)
        declared = np.array(DECLARED.get((name, measure), np.zeros(len(cuts) + 1)))
        odds = u * 2.0 ** (weights[at : at + len(cuts) + 1] + declared)
        at += len(cuts) + 1
        # Only m / u counts; where a measure is not known Splink adds nothing, as the regression does.
        scale = max(1.0, float(odds.sum()))
        comparisons[measure] = {"cuts": cuts, "m": _short(odds / scale), "u": _short(u / scale)}
    return {"prior": float(f"{1 / (1 + 2.0**-start):.9g}"), "comparisons": comparisons}


def labelled(pairs: pa.Table, label: Any) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The measures of the pairs that have a label, and the labels."""
    truth = np.array(
        [label(a, b) for a, b in zip(pairs["profile_l"].to_pylist(), pairs["profile_r"].to_pylist(), strict=True)]
    )
    table = {name: pairs[name].to_numpy(zero_copy_only=False).astype(float)[truth >= 0] for name in compare.MEASURES}
    return table, truth[truth >= 0]


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lists", type=Path, required=True, help="a built home that holds the real lists")
    parser.add_argument("--key", type=Path, required=True, help="the folder of judged pairs")
    parser.add_argument("--sample", type=Path, required=True, help="a built home that holds a sample")
    options = parser.parse_args()
    rows = profiles_of(options.lists)
    profiles = [read_profile(row) for row in rows]
    (MODEL / "programmes.csv").write_text("one,other,bits\n", encoding="utf-8")
    compare.programmes.cache_clear()
    write_programmes(profiles, measures_of(profiles))
    compare.programmes.cache_clear()
    key = DevKey.read(options.key, rows)
    lists, lists_truth = labelled(measures_of(profiles), key.label)
    sampled = [read_profile(row) for row in profiles_of(options.sample)]
    entities = sample_entities(options.sample)
    records, records_truth = labelled(
        measures_of(sampled), lambda a, b: int(entities[a] == entities[b]) if a in entities and b in entities else -1
    )
    content: dict[str, Any] = {**THRESHOLDS, "contexts": {}}
    for name, chosen in CONTEXTS.items():
        table, truth = (records, records_truth) if name == "records" else (lists, lists_truth)
        here = chosen(table)
        content["contexts"][name] = as_context(name, {m: v[here] for m, v in table.items()}, truth[here])
        content["contexts"][name]["comparisons"] |= ADDED.get(name, {})
        print(name, int(here.sum()), "pairs,", int(truth[here].sum()), "of them one party")
    (MODEL / "weights.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
