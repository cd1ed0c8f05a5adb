"""Scores once made, kept in the home: which profiles have been compared with each other, and with what result.

Here: reading and replacing the three Parquet files of one version of the model. Not here: scoring (scores.py). A store
that is lost or damaged is made anew by the next run with the same content.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.linkage.candidates import KEYS
from orchestration.linkage.profiles import COLUMNS

PROFILES = pa.schema([(name, pa.string()) for name in COLUMNS])
PAIRS = pa.schema([("profile_a", pa.string()), ("profile_b", pa.string()), ("match_weight", pa.float64())])


@dataclass(frozen=True)
class Kept:
    """All profiles that have been compared with each other, their pairs above the weight that is kept, and their keys
    by position.
    """

    profiles: pa.Table
    pairs: pa.Table
    keys: pa.Table


def read(folder: Path | None, version: str) -> Kept:
    """What the newest whole generation of this version holds; nothing if there is none or it cannot be read."""
    for generation in _generations(folder, version):
        try:
            return Kept(
                pq.read_table(generation / "profiles.parquet").cast(PROFILES),
                pq.read_table(generation / "pairs.parquet").cast(PAIRS),
                pq.read_table(generation / "keys.parquet").cast(KEYS),
            )
        except (OSError, pa.ArrowException, ValueError):
            continue
    return Kept(PROFILES.empty_table(), PAIRS.empty_table(), KEYS.empty_table())


def write(folder: Path | None, version: str, kept: Kept) -> None:
    """Put a new generation in place at once and remove older ones, and those of other versions."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    former = _generations(folder, version)
    number = int(former[0].name.rsplit("-", 1)[1]) + 1 if former else 1
    draft = folder / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    pq.write_table(kept.profiles, draft / "profiles.parquet", compression="zstd")
    pq.write_table(kept.pairs, draft / "pairs.parquet", compression="zstd")
    pq.write_table(kept.keys, draft / "keys.parquet", compression="zstd")
    target = folder / f"{version}-{number:06d}"
    try:
        draft.rename(target)
    except OSError:  # another run was first: what it kept is as good
        shutil.rmtree(draft, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.is_dir() and path != target and not path.name.startswith(".draft"):
            shutil.rmtree(path, ignore_errors=True)


def _generations(folder: Path | None, version: str) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if path.name.startswith(f"{version}-")), reverse=True)
