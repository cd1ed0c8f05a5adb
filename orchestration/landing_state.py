"""What the landing folder and the code look like, as digests: whether anything could have changed since last
time.

Here: cheap looks that read no content of a partner's file. Not here: identity of a submission, which rests on
its bytes (submissions/).
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from orchestration.settings import CONTRACTS_DIR, DBT_DIR, PROJECT_ROOT, REPORTS_DIR

CODE_FOLDERS = (PROJECT_ROOT / "orchestration", CONTRACTS_DIR, DBT_DIR, REPORTS_DIR)
GENERATED = {"__pycache__", "target", "logs", "dbt_packages"}


def landing_fingerprint(folder: Path) -> str:
    """A digest of names, sizes and times of the files in the folder; empty if there are none."""
    seen = [
        f"{path.relative_to(folder)}\0{path.stat().st_size}\0{path.stat().st_mtime_ns}" for path in files_below(folder)
    ]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest() if seen else ""


def code_fingerprint(folders: Iterable[Path] = CODE_FOLDERS) -> str:
    """A digest of what decides results besides the data: code, contracts, code lists, policy, models."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in files_below(folder):
            digest.update(str(path.relative_to(folder)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def files_below(folder: Path) -> list[Path]:
    """All files below a folder, sorted, generated ones and hidden ones left out."""
    if not folder.exists():
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part in GENERATED or part.startswith(".") for part in path.relative_to(folder).parts)
    )
