"""Generates the sample drop: every partner's files for two years, in his own format, with the truth beside
them.

Belongs here: the order of the work and the two entry points. Does not belong here: what happens in the
sample world, or how a file looks. The same seed and scale give the same bytes; nothing here asks for the
time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import ContractSet
from orchestration.errors import EntrepotError
from orchestration.sample import (
    allied,
    calendar,
    corrections,
    customs,
    defects,
    end_use_checks,
    enforcement,
    foreign,
    intelligence,
    licensing_feeds,
    rates,
    signing,
    slips,
    world,
    writers,
)
from orchestration.sample.columns import generator
from orchestration.sample.customs_feeds import Border
from orchestration.sample.delivery import Delivery
from orchestration.sample.figures import Figures
from orchestration.sample.truth import FileTotals, Truth
from orchestration.sample.world import World
from orchestration.sample.writers import text
from orchestration.settings import CODE_LISTS_DIR


@dataclass(frozen=True)
class Summary:
    """What was written: folder, files, rows read in all of them, planted bad rows, exact duplicates; and the public
    keys of the partners who sign, by partner.
    """

    out: Path
    files: int
    rows: int
    quarantined: int
    duplicates: int
    keys: Mapping[str, Path]


def generate(out: Path, seed: int, scale: float) -> Summary:
    """Write the whole drop to `out`, which must be missing or empty; the truth goes to out/_truth.

    `scale` 1 is about 20,000 export declaration lines over the years 2024 and 2025. Raises EntrepotError when
    `out` holds files already, or the scale is out of bounds.
    """
    _require_empty(out)
    built = world.build(seed, scale, CODE_LISTS_DIR)
    return _write(out, built, _everything(built), plant=True)


def generate_increment(out: Path, seed: int, scale: float, fraction: float) -> Summary:
    """Write what comes after the drop of the same seed and scale: something new for a run to cope with.

    out/new_period holds one more quarter of export declarations,
    `fraction` times as many lines as the two years have;
    out/correction a corrected file of at most 1,000 rows of the last quarter. Neither has bad rows.
    """
    _require_empty(out)
    built = world.build(seed, scale, CODE_LISTS_DIR)
    quarters, border = calendar.quarters(), Border(built)
    targets = customs.targets(built, quarters)
    new = border.declarations(calendar.quarters(2026, 1)[0], 9, round(sum(targets) * fraction))
    last = border.declarations(quarters[-1], 8, targets[-1])
    rng = generator(seed, "increment")
    rows = np.sort(rng.permutation(last.table.num_rows)[:1_000])
    planned = corrections.CORRECTIONS[last.contract_id]
    fixed = corrections.correct(rng, last, rows, planned)
    first = _write(out / "new_period", built, iter([new]), plant=False)
    second = _write(out / "correction", built, iter([fixed]), plant=False)
    return Summary(out, first.files + second.files, first.rows + second.rows, 0, 0, {})


def _everything(built: World) -> Iterator[Delivery]:
    quarters, border = calendar.quarters(), Border(built)
    yield from licensing_feeds.deliveries(built, quarters)
    yield from border.deliveries(quarters)
    yield from chain(
        enforcement.deliveries(built, border.seized, calendar.halves()),
        intelligence.deliveries(built, quarters),
        end_use_checks.deliveries(built, border.sent, quarters),
        foreign.editions(built),
        foreign.notices(built, quarters),
        allied.deliveries(built, quarters),
        [rates.delivery(built)],
    )


def _write(out: Path, built: World, deliveries: Iterator[Delivery], plant: bool) -> Summary:
    contracts, truth = load_contracts(), Truth(out)
    totals: list[FileTotals] = []
    turns: dict[str, int] = {}
    with duckdb.connect() as connection:
        figures = Figures(connection)
        for first in deliveries:
            late = corrections.correction_of(_rng(built, first, "correction"), first) if plant else None
            for delivery in (first, *([late] if late else [])):
                if delivery.table.num_rows:
                    turn = turns.get(delivery.contract_id, 0)
                    written = _write_one(out, built, delivery, contracts, truth, connection, plant, turn)
                    turns[delivery.contract_id] = turn + written.quarantined
                    figures.add(delivery)
                    totals.append(written)
        truth.close(built, figures.result(built))
    return Summary(
        out, len(totals), sum(t.read for t in totals), sum(t.quarantined for t in totals),
        sum(t.duplicates for t in totals), signing.public_key_files(out),
    )  # fmt: skip


def _write_one(
    out: Path, built: World, delivery: Delivery, contracts: ContractSet, truth: Truth,
    connection: duckdb.DuckDBPyConnection, plant: bool, turn: int,
) -> FileTotals:  # fmt: skip
    """One file: text, slips, bad rows, bytes, manifest, truth."""
    contract = contracts[delivery.contract_id]
    name = writers.file_name(contract, delivery.stem)
    cells = text.as_text(connection, delivery.table, contract)
    spoilt = defects.Spoilt(cells, (), np.arange(cells.num_rows))
    slipped: tuple[slips.Slip, ...] = ()
    if plant and delivery.kind == "initial":
        cells, slipped = slips.slip(_rng(built, delivery, "slips"), cells, contract)
        spoilt = defects.plant(_rng(built, delivery, "defects"), cells, contract, turn)
    writers.write(connection, spoilt.table, contract, out / name)
    said = _manifest(delivery)
    if contract.signature == "required":
        signing.sign_file(out, out / name, contract, built.seed, said)
    elif delivery.kind != "initial":
        (out / f"{name}.manifest.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return truth.record(delivery, contract, name, spoilt.home, spoilt.planted, slipped, connection)


def _manifest(delivery: Delivery) -> dict[str, Any]:
    said = {
        "feed": delivery.contract_id, "period": f"{delivery.period[:4]}-{delivery.period[4:]}", "kind": delivery.kind,
    }  # fmt: skip
    if delivery.kind == "initial":  # its number of rows is not said: bad rows are planted in it
        return said
    return {**said, "supersedes": None, "rows": delivery.table.num_rows, "reason": delivery.reason}


def _rng(built: World, delivery: Delivery, purpose: str) -> np.random.Generator:
    return generator(built.seed, purpose, delivery.contract_id, delivery.period)


def _require_empty(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise EntrepotError(
            f"{out} is not an empty folder, and the sample never overwrites files. Name a new folder, or "
            "empty this one."
        )
