"""`make bench`: our figures as ratios against a peer measured in the same run, in alternating order.

Here: what is measured, against what, with which target (a ratio; absolute times drift from machine to machine and are
printed only as background). Not here: the peers themselves (peers.py), and any assertion: a figure that misses its
target is reported as missed.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestration.contracts.load import load_contracts
from orchestration.sample import generate, generate_increment
from orchestration.settings import PROJECT_ROOT, Home
from orchestration.submissions.lake import check_file
from tests.benchmarks.cases import score_cases, table_of_cases
from tests.benchmarks.linkage import Figure, figures_of_lists, figures_of_sample, table_of_figures
from tests.benchmarks.new_mentions import increment
from tests.benchmarks.peers import typed_copies, typed_copy
from tests.benchmarks.reports import FAMILY_WITHIN, PAGES, PAGES_WITHIN, measured

REAL = PROJECT_ROOT.parent / "shared" / "real"
DECLARATIONS = "customs_service/export_declarations"


@dataclass(frozen=True)
class Row:
    """One figure: a ratio, its target, and whether it is met (`at_most` or at least the target)."""

    name: str
    value: float
    target: float
    at_most: bool
    ours_seconds: float
    peer_seconds: float

    @property
    def met(self) -> bool:
        """Whether the ratio keeps to its target."""
        return self.value <= self.target if self.at_most else self.value >= self.target


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def one_file(drop: Path, target: Path) -> Path:
    """All quarters of the declarations under one header, as one large delivery."""
    parts = sorted((drop / "customs_service").glob("export_declarations_????Q?.csv"))
    with target.open("wb") as out:
        for number, part in enumerate(parts):
            with part.open("rb") as source:
                header = source.readline()
                if number == 0:
                    out.write(header)
                shutil.copyfileobj(source, out)
    return target


def ingest(drop: Path, work: Path, repeats: int) -> Row:
    """Checked ingest of the declarations against DuckDB's typed copy of the same file."""
    contract = load_contracts()[DECLARATIONS]
    source = one_file(drop, work / "export_declarations_2025Q4.csv")
    ours: list[float] = []
    peer: list[float] = []
    for repeat in range(repeats + 1):
        ours.append(seconds(lambda number=repeat: check_file(source, contract, work / f"lake{number}")))
        peer.append(seconds(lambda: typed_copy(contract, source, work / "peer.parquet")))
    ratio = statistics.median(a / b for a, b in zip(ours[1:], peer[1:], strict=True))
    return Row(
        "ingest with checks / DuckDB typed copy",
        ratio,
        1.3,
        True,
        statistics.median(ours[1:]),
        statistics.median(peer[1:]),
    )


def entrepot(home: Path, *arguments: str) -> None:
    """Run the command line on a home; its own exit code 1 (rows refused) is no failure of the benchmark."""
    command = [sys.executable, "-m", "orchestration.cli", "--home", str(home), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    if done.returncode not in (0, 1) or "failed unexpectedly" in done.stderr + done.stdout:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")


def whole_run(drop: Path, increment: Path, work: Path, repeats: int) -> list[Row]:
    """The first run against a typed copy of the same files, and a run with 1 % new declarations against the first."""
    home = work / "home"
    shutil.copytree(drop, home / "landing")
    (work / "copy").mkdir()
    peer = statistics.median(
        seconds(lambda: typed_copies(load_contracts(), drop, work / "copy")) for _ in range(repeats)
    )
    for key in sorted((drop / "_truth" / "keys").glob("*.pub")):
        entrepot(home, "keys", "enrol", key.stem, str(key))
    full = seconds(lambda: entrepot(home, "run"))
    for path in sorted((increment / "new_period").rglob("*.csv")):
        shutil.copy(path, home / "landing" / path.parent.name / path.name)
    more = seconds(lambda: entrepot(home, "run"))
    return [
        Row("whole run / DuckDB typed copy", full / peer, 3.0, True, full, peer),
        Row("full run / run with 1 % new rows", full / more, 25.0, False, more, full),
    ]


def editions(home: Path, repeats: int) -> list[Row]:
    """What editions take of the time that they may take; there is no peer, so the limit stands in its place."""
    times = measured(Home(home), repeats)
    pages, family = times.per_twenty_pages, times.family
    return [
        Row(f"{PAGES} pages in all formats, warm / limit", pages / PAGES_WITHIN, 1.0, True, pages, PAGES_WITHIN),
        Row("all reports of one period / limit", family / FAMILY_WITHIN, 1.0, True, family, FAMILY_WITHIN),
    ]


def public_lists(work: Path, console: Console) -> list[Figure]:
    """Linkage of the public lists against judged pairs; nothing, said aloud, where the files are not there."""
    if not (REAL / "linkage_truth").is_dir():
        console.print(f"The public lists are not at {REAL}: their linkage is NOT measured.")
        return []
    console.print("Public lists…")
    entrepot(work / "lists", "run", "--landing", str(REAL), "--until", "warehouse")
    return figures_of_lists(Home(work / "lists").build_db, REAL / "linkage_truth")


def main() -> None:
    """Measure, print a table, write build/bench.json."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--scale", type=float, default=10)
    parser.add_argument("--seed", type=int, default=42, help="of the sample world")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    options = parser.parse_args()
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder:
        work = Path(folder)
        console.print(f"Sample world at scale {options.scale:g}, seed {options.seed}…")
        generate(work / "drop", options.seed, options.scale)
        generate_increment(work / "increment", options.seed, options.scale, 0.01)
        console.print("Ingest against a typed copy…")
        rows = [ingest(work / "drop", work, options.repeats)]
        console.print("Whole run, then 1 % more…")
        rows += whole_run(work / "drop", work / "increment", work, options.repeats)
        console.print("Editions…")
        rows += editions(work / "home", options.repeats)
        console.print("Planted cases…")
        figures = figures_of_sample(Home(work / "home").build_db, work / "drop" / "_truth" / "parties.parquet")
        console.print("New mentions against all…")
        linked = increment(Home(work / "home").build_db, work / "increments")
        rows.append(Row(
            "linkage of all mentions / of 1 % new ones", linked.ratio, 10.0, False, linked.seconds_new,
            linked.seconds_full,
        ))  # fmt: skip
        figures.append(linked.figure())
        figures += public_lists(work, console)
        cases = score_cases(Home(work / "home").build_db, work / "drop" / "_truth" / "cases.json")
    document = {
        "scale": options.scale,
        "seed": options.seed,
        "rows": [{**asdict(row), "met": row.met} for row in rows],
        "linkage": [{**asdict(figure), "met": figure.met} for figure in figures],
        "cases": [asdict(score) for score in cases],
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    table = Table("figure", "ratio", "target", "met", "ours, s", "peer, s", box=None)
    for row in rows:
        sign = "≤" if row.at_most else "≥"
        table.add_row(
            row.name, f"{row.value:.2f}", f"{sign} {row.target:g}", "yes" if row.met else "no",
            f"{row.ours_seconds:.2f}", f"{row.peer_seconds:.2f}",
        )  # fmt: skip
    Console().print(table)
    Console().print(table_of_figures(figures))
    Console().print(table_of_cases(cases))
    Console().print(f"Written to {options.out}")


if __name__ == "__main__":
    main()
