"""Counts words of names and addresses for the frozen model: `python -m tests.benchmarks.count_words`, seldom.

Here: from public-domain sources (the US list of a built home, LEI records, arms fairs) to model/name_words.csv and
model/place_words.csv: single words that occur at least three times, never whole names. Not here: what rarity is worth.
"""

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration.linkage.names import MODEL, read_name
from tests.benchmarks.train_linkage import profiles_of

LEAST = 3


def strings(document: Any) -> Iterable[str]:
    """All texts under a key `name`, `Name` or `title` in a JSON document."""
    if isinstance(document, list):
        for item in document:
            yield from strings(item)
    elif isinstance(document, dict):
        for key, value in document.items():
            if key.lower() in ("name", "title", "company") and isinstance(value, str):
                yield value
            else:
                yield from strings(value)


def write(what: str, texts: list[str]) -> None:
    """Count in how many of the texts each word stands; the row without a word has the number of texts."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({word for word in read_name(text).words if len(word) > 1 and not any(c.isdigit() for c in word)})
    with (MODEL / f"{what}_words.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("word", "count"))
        writer.writerow(("", len(texts)))
        writer.writerows(sorted((word, count) for word, count in counts.items() if count >= LEAST))


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lists", type=Path, required=True, help="a built home that holds the real lists")
    parser.add_argument("--real", type=Path, required=True, help="the folder of real public data")
    options = parser.parse_args()
    listed = [row for row in profiles_of(options.lists) if row["list_code"] == "US-SDN"]
    names = [row["name"] for row in listed]
    names += [item["name"] for row in listed for item in json.loads(row["aliases"])]
    for path in sorted((options.real / "parties_lei").glob("*.parquet")):
        names += [name for name in pq.read_table(path)["Entity.LegalName"].to_pylist() if name]
    for path in sorted((options.real / "parties_arms_fairs").glob("*.json")):
        names += strings(json.loads(path.read_text(encoding="utf-8")))
    write("name", names)
    addresses = [json.loads(row["addresses"]) for row in listed]
    write("place", [" ".join(item["text"] or "" for item in given) for given in addresses if given])


if __name__ == "__main__":
    main()
