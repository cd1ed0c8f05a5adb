"""The page that lists all editions: ``reports/index.html``, made anew from the manifests whenever an edition
appears.

Here: what is listed and in which order. Not here: its markup (reports/shared/index.html.j2) or the editions
themselves.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.settings import Home
from reports.render import render_index

if TYPE_CHECKING:
    from orchestration.publication.editions import Edition

TITLE = "Statistics on export control"
PUBLISHER = "Entrepôt, interagency statistics on export control"
LANGUAGE = "en-GB"


def write_index(home: Home, editions: Sequence[Edition]) -> Path:
    """Write the list of these editions in one step; returns its path."""
    groups = []
    for _, of_report in groupby(editions, key=lambda edition: edition.report):
        known = list(of_report)
        periods = [list(group) for _, group in groupby(known, key=lambda edition: edition.period)]
        groups.append(
            {
                "name": known[-1].report,
                "title": known[-1].title,
                "subtitle": known[-1].manifest["subtitle"],
                "periods": [
                    {
                        "period_label": of_period[-1].manifest["period_label"],
                        "newest": _entry(of_period[-1]),
                        "earlier": [_entry(edition) for edition in reversed(of_period[:-1])],
                    }
                    for of_period in reversed(periods)
                ],
            }
        )
    return _replaced(home.reports / "index.html", render_index(groups, TITLE, PUBLISHER, LANGUAGE))


def _entry(edition: Edition) -> dict[str, Any]:
    """What the list says of an edition."""
    href = f"{edition.report}/{edition.period}/{edition.id}"
    files = edition.manifest["files"]
    page = next(file for file in files if file["path"] == "index.html")
    tables = [file for file in files if file["path"].startswith("tables/")]
    return {
        "id": edition.id,
        "status": edition.status,
        "is_published": edition.manifest["published_on"] is not None,
        "date": date.fromisoformat(edition.manifest["published_on"] or edition.manifest["release_date"]),
        "finding": edition.finding,
        "href": f"{href}/index.html",
        "formats": [
            {"name": "HTML", "href": f"{href}/index.html", "detail": _size(page["bytes"])},
            {
                "name": "CSV",
                "href": f"{href}/index.html#contents-heading",
                "detail": f"{len(tables)} tables, {_size(sum(file['bytes'] for file in tables))}",
            },
            {"name": "Manifest", "href": f"{href}/manifest.json", "detail": "JSON"},
        ],
    }


def _size(count: int) -> str:
    return f"{max(1, round(count / 1000))} kB"


def _replaced(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".making-", dir=path.parent)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    making = Path(name)
    making.chmod(0o644)
    making.replace(path)
    return path
