"""The manifest of an edition: what it is, what it was made from, and the digest of each of its files.

Here: the entries. Not here: its bytes and its own hash (proof.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from orchestration.publication.vintage import Vintage
from reports.context import Contents
from reports.cover import Cover
from reports.render import Rendered


def manifest_of(
    contents: Contents,
    cover: Cover,
    rendered: Rendered,
    inputs: Sequence[Mapping[str, Any]],
    vintage: Vintage,
    warehouse: str,
    last: tuple[int, str] | None,
) -> dict[str, Any]:
    """The manifest without its own hash; `warehouse` is the digest of the release, `last` the newest receipt."""
    report = contents.report
    return {
        "report": report.name,
        "title": report.title,
        "subtitle": report.subtitle,
        "audience": report.audience,
        "period": str(contents.period),
        "period_label": contents.period_label,
        "edition": cover.id,
        "status": cover.status,
        "replaces": cover.replaces or None,
        "revisions": contents.revisions.summary() if contents.revisions else None,
        "published_on": cover.published_on.isoformat() if cover.published_on else None,
        "release_date": contents.release_date.isoformat(),
        "next_release_date": contents.next_release_date.isoformat(),
        "cut_off_date": contents.cut_off_date.isoformat(),
        "final_date": contents.final_date.isoformat(),
        "vintage": vintage.document(),
        "language": report.language,
        "finding": rendered.finding,
        "authorities": {authority.code: authority.name for authority in contents.authorities},
        "contents_sha256": cover.fingerprint,
        "citation": cover.citation,
        "form_version": report.version,
        "code_version": version("entrepot"),
        "warehouse_sha256": warehouse,
        "contracts": {
            f"{row['partner']}/{row['feed']}": row["contract_version"]
            for row in sorted(inputs, key=lambda row: str(row["contract_version"]))
        },
        "submissions": [
            {name: value.isoformat() if name == "received_at" else value for name, value in row.items()}
            for row in inputs
        ],
        # Whoever holds the edition can tell later whether receipts were taken out of the chain (`entrepot verify`).
        "receipts": {"count": last[0], "head": last[1]} if last else None,
        "files": [
            {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for path, content in rendered.files.items()
        ],
    }
