"""What the sample's maker knows and no partner says: who is who, which rows are bad, what the totals must
be.

Belongs here: writing the truth beside the drop, under out/_truth (a folder whose name begins with '_' is
not landed). Does not belong here: deciding it. Everything in it is meant for tests and benchmarks; no part
of the pipeline reads it.
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts.model import Contract
from orchestration.sample import countries, parties
from orchestration.sample.columns import Ints, joined, padded, pick, rank_within
from orchestration.sample.defects import Planted
from orchestration.sample.delivery import Delivery
from orchestration.sample.licensing_feeds import application_refs, decision_refs_of
from orchestration.sample.plots import KINDS, STORIES
from orchestration.sample.slips import Slip
from orchestration.sample.world import World

FOLDER = "_truth"
_MENTIONS = pa.schema([
    ("partner", pa.string()), ("feed", pa.string()), ("file", pa.string()), ("source_row_number", pa.int64()),
    ("record_ref", pa.string()), ("role", pa.string()), ("mention_no", pa.int64()), ("name", pa.string()),
    ("entity_id", pa.string()),
])  # fmt: skip


@dataclass
class FileTotals:
    """What must come of one file: read = accepted + quarantined + duplicates; values by currency of accepted
    rows.
    """

    file: str
    partner: str
    feed: str
    period: str
    kind: str
    read: int
    accepted: int
    quarantined: int
    duplicates: int
    slips: int
    values: dict[str, dict[str, str]] = field(default_factory=dict)


class Truth:
    """Collects the truth file by file; `close` writes what is left."""

    def __init__(self, out: Path) -> None:
        self.folder = out / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True)
        self.files: list[FileTotals] = []
        self._bad: list[tuple[str, str, int, str, str]] = []
        self._slips: list[tuple[str, str, int, str, str, str]] = []
        self._mentions = pq.ParquetWriter(self.folder / "parties.parquet", _MENTIONS, compression="zstd")

    def record(
        self, delivery: Delivery, contract: Contract, file: str, home: Ints, planted: tuple[Planted, ...],
        slips: tuple[Slip, ...], connection: duckdb.DuckDBPyConnection,
    ) -> FileTotals:  # fmt: skip
        """Take down one file: its rows, the planted ones among them, and whom it mentions."""
        copies = sum(bad.rule == "exact_duplicate" for bad in planted)
        good, bad_rows = delivery.table.num_rows, len(planted) - copies
        totals = FileTotals(
            file, delivery.partner, delivery.feed, delivery.period, delivery.kind, good + len(planted),
            good, bad_rows,
            copies, len(slips), values_by_currency(connection, delivery.table),
        )  # fmt: skip
        self.files.append(totals)
        self._bad += [(file, contract.id, bad.position + 1, bad.rule, bad.why) for bad in planted]
        self._slips += [(file, contract.id, int(home[s.position]) + 1, s.field, s.before, s.after) for s in slips]
        self._write_mentions(delivery, contract, file, home)
        return totals

    def _write_mentions(self, delivery: Delivery, contract: Contract, file: str, home: Ints) -> None:
        table = delivery.table
        if not delivery.mentions:
            return
        refs = joined(*_key_parts(table, contract))
        for mention in delivery.mentions:
            row = np.arange(table.num_rows) if mention.row is None else mention.row
            number = np.ones(len(row), np.int64) if mention.row is None else rank_within(row) + 1
            there = np.flatnonzero(mention.entity >= 0)
            take = pa.array(row[there])
            count = len(there)
            self._mentions.write_table(pa.table(
                [
                    pa.array([delivery.partner] * count, pa.string()),
                    pa.array([delivery.feed] * count, pa.string()),
                    pa.array([file] * count, pa.string()), pa.array(home[row[there]] + 1), refs.take(take),
                    pa.array([mention.role] * count, pa.string()), pa.array(number[there]),
                    mention.names.take(pa.array(there)), entity_ids(mention.entity[there]),
                ],
                schema=_MENTIONS,
            ))  # fmt: skip

    def close(self, world: World, figures: dict[str, Any]) -> None:
        """Write everything that was collected."""
        self._mentions.close()
        _write_entities(world, self.folder / "entities.parquet")
        _write_csv(self.folder / "bad_rows.csv", ("file", "feed", "source_row_number", "rule", "why"), self._bad)
        _write_csv(
            self.folder / "slips.csv",
            ("file", "feed", "source_row_number", "field", "before", "after"),
            self._slips,
        )
        feeds: dict[str, dict[str, int]] = {}
        for totals in self.files:
            per_feed = feeds.setdefault(f"{totals.partner}/{totals.feed}", dict.fromkeys(("files", *_COUNTS), 0))
            per_feed["files"] += 1
            for name in _COUNTS:
                per_feed[name] += getattr(totals, name)
        head = {"seed": world.seed, "scale": world.scale}
        body = {
            **head,
            "feeds": feeds,
            "files": [asdict(totals) for totals in self.files],
            "figures": figures,
        }
        _write_json(self.folder / "totals.json", body)
        _write_json(self.folder / "cases.json", {**head, "cases": _cases(world)})


_COUNTS = ("read", "accepted", "quarantined", "duplicates", "slips")


def entity_ids(entity: Ints) -> pa.Array:
    """T and seven digits: the true id of each party."""
    return joined("T", padded(entity, 7))


def values_by_currency(connection: duckdb.DuckDBPyConnection, table: pa.Table) -> dict[str, dict[str, str]]:
    """Sum of each money column by currency, as exact decimal text."""
    money = [c for c in ("value", "statistical_value", "goods_value", "amount") if c in table.column_names]
    found: dict[str, dict[str, str]] = {}
    connection.register("typed", table)
    try:
        for column in money:
            rows = connection.execute(
                f"select currency, sum({column}) from typed where {column} is not null group by 1 order by 1"
            ).fetchall()
            found[column] = {currency: str(total) for currency, total in rows}
    finally:
        connection.unregister("typed")
    return found


def _key_parts(table: pa.Table, contract: Contract) -> list[pa.Array | str]:
    parts: list[pa.Array | str] = []
    for name in contract.key:
        parts += ["/", table.column(name).combine_chunks().cast(pa.string())]
    return parts[1:]


def _cases(world: World) -> list[dict[str, Any]]:
    refs = application_refs(world, world.plots.application).to_pylist()
    decided = decision_refs_of(world, world.plots.application)
    found = []
    for story, (kind, ref) in enumerate(zip(world.plots.kind.tolist(), refs, strict=True)):
        application = int(world.plots.application[story])
        name = KINDS[kind]
        found.append({
            "case": f"C{story + 1:04d}", "kind": name, "is_case": not name.startswith("decoy"),
            "why": STORIES[name][1],
            "exporter": f"T{world.applications.applicant[application]:07d}",
            "foreign_party": f"T{world.applications.consignee[application]:07d}",
            "control_code": world.controlled.control_code[world.lines.item[world.first_line[application]]],
            "records": [
                {"partner": "trade_ministry", "feed": "applications", "record_ref": ref,
                    "what": "applied for"},
                {"partner": "trade_ministry", "feed": "decisions", "record_ref": decided[story],
                    "what": "decided"},
                *world.chronicle.records.get(story, []),
            ],
        })  # fmt: skip
    return found


def _write_entities(world: World, path: Path) -> None:
    people = world.people
    entity = np.arange(len(people))
    pool = np.concatenate([np.full(len(p), i) for i, p in enumerate(people.pools.values())])
    table = pa.table({
        "entity_id": entity_ids(entity), "kind": pick(parties.KINDS, people.kind),
        "country": pick(countries.CODES, people.country), "pool": pick(tuple(people.pools), pool),
        "name": people.spelt(entity, np.zeros(len(people), np.int64)), "city": people.city,
        "registration_no": people.registration, "lei": people.lei, "eori": people.eori,
    })  # fmt: skip
    pq.write_table(table, path, compression="zstd")


def _write_csv(path: Path, header: tuple[str, ...], rows: list[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
