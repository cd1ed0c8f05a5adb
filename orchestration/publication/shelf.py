"""The shelves on which editions stand: reading them, and writing one so that it appears whole or not at all.

    reports/<report>/<period>/<edition id>/   index.html, tables/*.csv, charts/*.svg, manifest.json

Here: folders and manifests of editions. Not here: which edition it is (editions.py), or what it says (reports/).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.publication.proof import MANIFEST
from orchestration.settings import Home

PUBLISHED, DRAFT, SIGNED = "published", "draft for sign-off", "signed off, under embargo"
# A draft that differs from what readers have by what so few exporters moved that signing it needs a reason.
HELD = "draft, held for its differences"
_PARTIAL = ".making-"


@dataclass(frozen=True)
class Edition:
    """An edition: published, or a draft for sign-off. ``is_new`` tells whether this call made it or found it."""

    report: str
    period: str
    id: str
    status: str
    title: str
    finding: str
    folder: Path
    manifest: Mapping[str, Any]
    is_new: bool = False
    state: str = PUBLISHED
    # How many of its figures tell of few exporters when they are laid beside those of earlier editions.
    differences: int = 0

    def as_draft(self, folder: Path, state: str, differences: int = 0) -> Edition:
        """The same, not published, to be read in that folder."""
        return replace(self, folder=folder, state=state, differences=differences)

    @property
    def audience(self) -> str:
        """For whom the report is made; editions of before there was another audience are public."""
        return str(self.manifest.get("audience", "public"))

    @property
    def is_published(self) -> bool:
        """Whether readers have it."""
        return self.state == PUBLISHED

    @property
    def number(self) -> int:
        """Which edition of its period it is, from 1."""
        return int(self.id.rpartition("-v")[2])

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.folder / "index.html"


def held_back(home: Home) -> Path:
    """Where drafts wait as they will appear."""
    return home.drafts / ".held"


def list_editions(home: Home) -> list[Edition]:
    """All published editions, by report, period and number."""
    return editions_in(home.reports, "*/*/*")


def editions_of(home: Home, report: str, period: str) -> list[Edition]:
    """The published editions of a report for a period, oldest first."""
    return editions_in(home.reports, f"{report}/{period}/*")


def files_of(edition: Edition) -> dict[str, bytes]:
    """The page and the tables of an edition, by their paths within it."""
    names = [str(file["path"]) for file in edition.manifest["files"]]
    wanted = [name for name in names if name == "index.html" or name.startswith("tables/")]
    return {name: (edition.folder / name).read_bytes() for name in wanted}


def read_edition(folder: Path, is_new: bool = False) -> Edition:
    """The edition in a folder; EntrepotError where its manifest cannot be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return Edition(
            report=manifest["report"],
            period=manifest["period"],
            id=manifest["edition"],
            status=manifest["status"],
            title=manifest["title"],
            finding=manifest["finding"],
            folder=folder,
            manifest=manifest,
            is_new=is_new,
        )
    except (ValueError, KeyError, OSError) as error:
        raise EntrepotError(
            f"The manifest of the edition in {folder} cannot be read ({error!r}). "
            "Editions never change: put the folder back from a backup, or move it away and publish anew."
        ) from error


def write_whole(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files beside the folder, bring them to disk, then give the folder its name."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for orphan in folder.parent.glob(f"{_PARTIAL}*"):
        shutil.rmtree(orphan)
    making = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder.parent))
    try:
        for name, content in files.items():
            path = making / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o444)
            synced(path)
        for path in (*{(making / name).parent for name in files}, making):
            synced(path)
        making.chmod(0o755)
        making.rename(folder)
        synced(folder.parent)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


@contextmanager
def one_at_a_time(home: Home) -> Iterator[None]:
    """Two publishers of one home follow one another, so that an edition number is given once."""
    home.reports.mkdir(parents=True, exist_ok=True)
    with (home.reports / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def synced(path: Path) -> None:
    """Bring a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def editions_in(root: Path, places: str) -> list[Edition]:
    """The editions in the folders that match, by report, period and number."""
    found = [
        read_edition(path.parent) for path in root.glob(f"{places}/{MANIFEST}") if not path.parent.name.startswith(".")
    ]
    return sorted(found, key=lambda edition: (edition.report, edition.period, edition.number))
