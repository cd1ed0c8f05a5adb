"""The pages that list all editions, made anew from the manifests whenever an edition appears: ``reports/index.html``
for the public ones with the feed ``reports/feed.xml``, ``reports/restricted.html`` for the rest. Neither the public
page nor the feed names a restricted edition.

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
from reports.figures import file_size
from reports.other_pages import render_index
from reports.outputs import feed, pdf, whole, workbook

if TYPE_CHECKING:
    from orchestration.publication.editions import Edition

TITLE = "Statistics on export control"
PUBLISHER = "Entrepôt, interagency statistics on export control"
LANGUAGE = "en-GB"
PUBLIC = "public"
# The forms of a whole edition beside its page, in the order in which they are offered.
FORMATS = (("PDF", pdf.FILE), ("PDF auf Deutsch", "edition.de.pdf"), ("XLSX", workbook.FILE), ("JSON", whole.FILE))
_PAGES = (("HTML auf Deutsch", "index.de.html"),)
_MEDIA = {
    pdf.FILE: "application/pdf",
    workbook.FILE: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    whole.FILE: "application/json",
}


def page_of(audience: str) -> str:
    """The list in which a report for this audience stands."""
    return "index.html" if audience == PUBLIC else f"{audience}.html"


def write_indexes(home: Home, editions: Sequence[Edition]) -> None:
    """Write the list of each audience, each in one step; the public one also when there is nothing to list."""
    for audience in sorted({PUBLIC, *(edition.audience for edition in editions)}):
        title = TITLE if audience == PUBLIC else f"{TITLE}: {audience} reports"
        of_audience = [edition for edition in editions if edition.audience == audience]
        followed = feed.FILE if audience == PUBLIC else ""
        _write_index(home.reports / page_of(audience), title, of_audience, followed)
        if followed:
            told = [_told(edition) for edition in of_audience]
            _replaced(home.reports / feed.FILE, feed.feed(told, title, PUBLISHER, LANGUAGE, page_of(audience)))


def write_drafts(home: Home, drafts: Sequence[Edition]) -> None:
    """Write the list of the drafts, for those who sign: it stands among them, apart from what is published."""
    _write_index(home.drafts / "index.html", f"{TITLE}: drafts for sign-off, not published", drafts)


def _write_index(path: Path, title: str, editions: Sequence[Edition], followed: str = "") -> Path:
    groups: list[dict[str, Any]] = []
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
                        "year": of_period[-1].period[:4],
                        "newest": _entry(of_period[-1]),
                        "earlier": [_entry(edition) for edition in reversed(of_period[:-1])],
                    }
                    for of_period in reversed(periods)
                ],
            }
        )
    groups.sort(key=lambda group: group["title"])
    return _replaced(path, render_index(groups, title, PUBLISHER, LANGUAGE, followed))


def _told(edition: Edition) -> feed.Entry:
    """What the feed says of an edition."""
    manifest, entry = edition.manifest, _entry(edition)
    sizes = {file["path"]: file["bytes"] for file in manifest["files"]}
    folder = entry["href"].rpartition("/")[0]
    return feed.Entry(
        report=edition.report,
        edition=edition.id,
        title=f"{edition.title}, {manifest['period_label']} ({edition.id}, {edition.status})",
        finding=edition.finding,
        publisher=PUBLISHER,
        day=entry["date"],
        page=entry["href"],
        forms=tuple(feed.Link(f"{folder}/{path}", kind, sizes[path]) for path, kind in _MEDIA.items() if path in sizes),
    )


def _entry(edition: Edition) -> dict[str, Any]:
    """What the list says of an edition."""
    href = f"{edition.report}/{edition.period}/{edition.id}"
    files = edition.manifest["files"]
    sizes = {file["path"]: file["bytes"] for file in files}
    page = next(file for file in files if file["path"] == "index.html")
    tables = [file for file in files if file["path"].startswith("tables/")]
    return {
        "id": edition.id,
        "status": edition.status,
        "is_published": edition.manifest["published_on"] is not None,
        "date": date.fromisoformat(edition.manifest["published_on"] or edition.manifest["release_date"]),
        "finding": edition.finding,
        "href": f"{href}/index.html",
        "formats": [{"name": "HTML", "href": f"{href}/index.html", "detail": file_size(page["bytes"])}]
        + [
            {"name": name, "href": f"{href}/{path}", "detail": file_size(sizes[path])}
            for name, path in (*_PAGES, *FORMATS)
            if path in sizes  # editions of before there was such a form stay as they are
        ]
        + [
            {
                "name": "CSV",
                "href": f"{href}/index.html#contents-heading",
                "detail": f"{len(tables)} tables, {file_size(sum(file['bytes'] for file in tables))}",
            },
            {"name": "Manifest", "href": f"{href}/manifest.json", "detail": "JSON"},
        ],
    }


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
