"""Editions of reports: made once, never changed, one folder each.

    reports/<report>/<period>/<edition id>/   index.html, tables/*.csv, charts/*.svg, manifest.json

Here: which edition it is (the same contents stay the same edition, other contents make the next one), writing
it so that it appears whole or not at all, and listing what there is. Not here: rendering and proof
(reports/), the list page (index.py), and whether a failed check upstream forbids publishing (gate.py, called
before).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.publication import decisions, index
from orchestration.publication.proof import MANIFEST, written
from orchestration.publication.source import ReleaseTables, release_in_force
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.submissions.receipts import last_receipt
from reports.context import Contents, prepare
from reports.errors import ReportError
from reports.periods import CADENCES, Period
from reports.render import Cover, render
from reports.report_files import available_reports, load_report

PROVISIONAL, REVISED = "Provisional", "Revised"
_PARTIAL = ".making-"


@dataclass(frozen=True)
class Edition:
    """A published edition. ``is_new`` tells whether this call made it or found it."""

    report: str
    period: str
    id: str
    status: str
    title: str
    finding: str
    folder: Path
    manifest: Mapping[str, Any]
    is_new: bool = False

    @property
    def audience(self) -> str:
        """For whom the report is made; editions of before there was another audience are public."""
        return str(self.manifest.get("audience", "public"))

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.folder / "index.html"


def publish(
    home: Home,
    report: str,
    period: str,
    register: Register | None = None,
    published_on: date | None = None,
) -> Edition:
    """Publish a report for a period from the operator's release in force, and renew the list of editions.

    The edition is named after the period and counted: ``2014-Q4-v1``. Contents that an edition already says
    are that edition: nothing is written. ``published_on`` is printed if given; otherwise the day of the
    release calendar is. Raises EntrepotError if there is nothing to report or if the proof of its figures
    fails; then nothing appears.
    """
    try:
        with release_in_force(home) as tables, _one_at_a_time(home):
            told = decisions.of_report(home, report)
            contents = prepare(load_report(report), Period.parse(period), tables, told)
            inputs = tables.submissions([authority.code for authority in contents.authorities])
            last = last_receipt(register) if register is not None else None
            edition = _publish(home, contents, tables, inputs, published_on, last)
            index.write_indexes(home, list_editions(home))
    except ReportError as error:
        raise EntrepotError(str(error)) from error
    if register is not None and edition.is_new:
        register.record_publication(
            kind="report",
            name=report,
            edition=edition.id,
            path=str(edition.folder.relative_to(home.root)),
            period=str(contents.period),
            digest=edition.manifest["contents_sha256"],
            detail=edition.status,
        )
    return edition


def publishable_periods(home: Home, report: str) -> list[str]:
    """The periods for which the release in force has something to report, oldest first."""
    cadence = CADENCES[load_report(report).cadence]
    with release_in_force(home) as tables:
        return [period for period in tables.periods(report) if Period.parse(period).kind == cadence]


def list_editions(home: Home) -> list[Edition]:
    """All editions, by report, period and number."""
    found = [
        _read(path.parent) for path in home.reports.glob(f"*/*/*/{MANIFEST}") if not path.parent.name.startswith(".")
    ]
    return sorted(found, key=lambda edition: (edition.report, edition.period, _number(edition.id)))


def _publish(
    home: Home,
    contents: Contents,
    tables: ReleaseTables,
    inputs: Sequence[Mapping[str, Any]],
    published_on: date | None,
    last: tuple[int, str] | None,
) -> Edition:
    shelf = home.reports / contents.report.name / str(contents.period)
    before = sorted(
        (_read(path.parent) for path in shelf.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(".")),
        key=lambda edition: _number(edition.id),
    )
    fingerprint = contents.fingerprint
    if before and before[-1].manifest["contents_sha256"] == fingerprint:
        return before[-1]
    number = _number(before[-1].id) + 1 if before else 1
    cover = Cover(f"{contents.period}-v{number}", REVISED if before else PROVISIONAL, published_on)
    rendered = render(contents, cover, f"../../../{index.page_of(contents.report.audience)}")
    manifest = {
        "report": contents.report.name,
        "title": contents.report.title,
        "subtitle": contents.report.subtitle,
        "audience": contents.report.audience,
        "period": str(contents.period),
        "period_label": contents.period_label,
        "edition": cover.id,
        "status": cover.status,
        "replaces": before[-1].id if before else None,
        "published_on": published_on.isoformat() if published_on else None,
        "release_date": contents.release_date.isoformat(),
        "language": contents.report.language,
        "finding": rendered.finding,
        "authorities": {authority.code: authority.name for authority in contents.authorities},
        "contents_sha256": fingerprint,
        "form_version": contents.report.version,
        "code_version": version("entrepot"),
        "warehouse_sha256": tables.digest,
        "contracts": {
            f"{row['partner']}/{row['feed']}": row["contract_version"]
            for row in sorted(inputs, key=lambda row: str(row["contract_version"]))
        },
        "submissions": [dict(row) for row in inputs],
        # Whoever holds the edition can tell later whether receipts were taken out of the chain (`entrepot verify`).
        "receipts": {"count": last[0], "head": last[1]} if last else None,
        "files": [
            {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for path, content in rendered.files.items()
        ],
    }
    files = {
        **rendered.files,
        MANIFEST: written(manifest),
    }
    # Before the edition: one whose record is lost could be undone by the next.
    decisions.write(home, contents, cover.id)
    _write_whole(shelf / cover.id, files)
    return _read(shelf / cover.id, is_new=True)


def _write_whole(folder: Path, files: Mapping[str, bytes]) -> None:
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
            _synced(path)
        for path in (*{(making / name).parent for name in files}, making):
            _synced(path)
        making.chmod(0o755)
        making.rename(folder)
        _synced(folder.parent)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


@contextmanager
def _one_at_a_time(home: Home) -> Iterator[None]:
    """Two publishers of one home follow one another, so that an edition number is given once."""
    home.reports.mkdir(parents=True, exist_ok=True)
    with (home.reports / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _read(folder: Path, is_new: bool = False) -> Edition:
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


def _number(edition: str) -> int:
    return int(edition.rpartition("-v")[2])


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


__all__ = ["Edition", "available_reports", "list_editions", "publish", "publishable_periods"]
