"""How good linkage is against what is known: judged pairs of the real lists, and the sample's own truth.

Here: precision, recall and F1 of pairs, over judged pairs and over the closed world of all judged entries, and for
the mentions of a sample. Not here: linkage itself, and any threshold that a figure must reach (the tests have those).
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from rich.table import Table

LISTS = {"eu_fsf": "EU-FSF", "ofac_sdn": "US-SDN", "un_sc": "UN-SC", "uk_ofsi_2018": "UK-CONS"}
FEEDS = {
    "eu_commission": "EU-FSF", "us_treasury": "US-SDN", "un_security_council": "UN-SC", "uk_treasury": "UK-CONS",
}  # fmt: skip
Entry = tuple[str, str]  # list code and the list's own id


@dataclass(frozen=True)
class Agreement:
    """Pairs that are rightly one, wrongly one, and wrongly apart."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Which part of the pairs held to be one is one; 1 if none is."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Which part of the pairs that are one was found; 1 if there is none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def closed_world(party: Mapping[Any, Hashable], truth: Mapping[Any, Hashable]) -> Agreement:
    """All pairs among the keys of `truth`: `party` says which are one, `truth` which should be."""
    both = Counter((party[key], truth[key]) for key in truth)
    found, meant = Counter(party[key] for key in truth), Counter(truth.values())
    right = _pairs(both)
    return Agreement(right, _pairs(found) - right, _pairs(meant) - right)


def _pairs(sizes: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


@dataclass(frozen=True)
class DevKey:
    """The key of judged pairs: for those entries that its makers looked at, pairs with their label and clusters."""

    judged: dict[tuple[Entry, Entry], int]
    clusters: dict[Entry, str]
    entry: dict[str, Entry]  # of each profile

    @classmethod
    def read(cls, folder: Path, profiles: list[dict[str, Any]] | None = None) -> "DevKey":
        """Read gold_pairs_*.csv and records_*.csv of a folder, entries with in_resolver = 1 only."""
        clusters = {
            (LISTS[row["list"]], row["native_id"]): row["cluster_id"]
            for row in _rows(next(iter(sorted(folder.glob("records_*.csv")))))
            if row["in_resolver"] == "1"
        }
        judged = {}
        for row in _rows(next(iter(sorted(folder.glob("gold_pairs_*.csv"))))):
            one, other = (
                (LISTS[row["left_list"]], row["left_native_id"]),
                (LISTS[row["right_list"]], row["right_native_id"]),
            )
            if one in clusters and other in clusters:
                judged[min(one, other), max(one, other)] = int(row["label"])
        entry = {
            row["profile_id"]: (row["list_code"], row["list_entry_ref"]) for row in profiles or [] if row["list_code"]
        }
        return cls(judged, clusters, entry)

    def label(self, profile_a: str, profile_b: str) -> int:
        """1 if two profiles are judged to be one party, 0 if not, -1 if nobody looked at both."""
        one, other = self.entry.get(profile_a), self.entry.get(profile_b)
        if one is None or other is None:
            return -1
        given = self.judged.get((min(one, other), max(one, other)))
        if given is not None:
            return given
        first, second = self.clusters.get(one), self.clusters.get(other)
        return -1 if first is None or second is None else int(first == second)

    def pairs(self, party: Mapping[Entry, Hashable]) -> Agreement:
        """Agreement over the judged pairs."""
        found = Counter((label, party[one] == party[other]) for (one, other), label in self.judged.items())
        return Agreement(found[1, True], found[0, True], found[1, False])

    def world(self, party: Mapping[Entry, Hashable]) -> Agreement:
        """Agreement over all pairs of the entries that were judged."""
        return closed_world(party, self.clusters)


@dataclass(frozen=True)
class Figure:
    """One figure between 0 and 1, and what it must reach."""

    name: str
    value: float
    target: float

    @property
    def met(self) -> bool:
        """Whether it reaches its target."""
        return self.value >= self.target


def figures_of_lists(database: Path, key_folder: Path) -> list[Figure]:
    """The four public lists in a built warehouse against a key of judged pairs."""
    with _warehouse(database) as connection:
        party = parties_of_lists(connection)
    key = DevKey.read(key_folder)
    pairs, world = key.pairs(party), key.world(party)
    return [
        Figure("public lists, judged pairs: F1", pairs.f1, 0.983),
        Figure("public lists, closed world: precision", world.precision, 0.945),
        Figure("public lists, closed world: recall", world.recall, 0.983),
    ]


def figures_of_sample(database: Path, truth: Path) -> list[Figure]:
    """Pairs of mentions of a sample in a built warehouse against the truth of who is who."""
    with _warehouse(database) as connection:
        found = connection.execute(
            "SELECT DISTINCT ON (mentions.partner, mentions.feed, record_ref, role, mention_no) party_id, entity_id "
            "FROM bridge_party_mentions AS mentions JOIN read_parquet(?) AS truth "
            "USING (partner, feed, record_ref, role, mention_no) ORDER BY ALL",
            [str(truth)],
        ).fetchall()
    number = range(len(found))
    agreement = closed_world(
        dict(zip(number, (party for party, _ in found), strict=True)),
        dict(zip(number, (entity for _, entity in found), strict=True)),
    )
    return [
        Figure("sample, pairs of mentions: precision", agreement.precision, 0.98),
        Figure("sample, pairs of mentions: recall", agreement.recall, 0.95),
    ]


def table_of_figures(figures: list[Figure]) -> Table:
    """The figures as printed."""
    table = Table("linkage", "figure", "target", "met", box=None)
    for figure in figures:
        table.add_row(figure.name, f"{figure.value:.4f}", f"≥ {figure.target:g}", "yes" if figure.met else "no")
    return table


@contextmanager
def _warehouse(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{database}' AS entrepot (READ_ONLY)")
        connection.execute("USE entrepot.main")
        yield connection


def parties_of_lists(connection: duckdb.DuckDBPyConnection) -> dict[Entry, str]:
    """The party of each entry of the real lists, as bridge_party_mentions gives it (the first of several)."""
    found = connection.execute(
        "SELECT partner, record_ref, min(party_id) FROM bridge_party_mentions WHERE role = 'listed' "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return {(FEEDS[partner], ref): party for partner, ref, party in found if partner in FEEDS}


def sample_entities(home: Path) -> dict[str, str]:
    """The true party of each profile of a built sample; profiles that stand for several are left out."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{home}/warehouse/build.duckdb' AS entrepot (READ_ONLY)")
        connection.execute("USE entrepot")
        found = connection.execute(
            "SELECT profile_id, entity_id FROM intermediate.int_parties__mentions JOIN read_parquet(?) "
            "USING (partner, feed, record_ref, role, mention_no) GROUP BY ALL ORDER BY ALL",
            [str(home / "landing/_truth/parties.parquet")],
        ).fetchall()
    entities: dict[str, set[str]] = defaultdict(set)
    for profile, entity in found:
        entities[profile].add(entity)
    return {profile: next(iter(several)) for profile, several in entities.items() if len(several) == 1}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
