"""The vintage of an edition: what was known when it was made.

Here: the newest record among the submissions that an edition rests on, and what follows from it by the calendar of the
report. Nothing here asks a clock, so that an edition made again from the same records says the same. Not here: the
calendar itself (report.yaml).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orchestration.publication.shelf import Edition
from reports.context import Contents

PROVISIONAL, FINAL, REVISED = "Provisional", "Final", "Revised"


@dataclass(frozen=True)
class Vintage:
    """The newest submission that an edition rests on, and how many there are; nothing where it rests on none."""

    received_at: datetime | None
    submission_id: str
    submissions: int

    @classmethod
    def of(cls, inputs: Sequence[Mapping[str, Any]]) -> Vintage:
        """The vintage of these submissions."""
        newest = max(inputs, key=lambda row: (row["received_at"], row["submission_id"]), default=None)
        if newest is None:
            return cls(None, "", 0)
        return cls(newest["received_at"], newest["submission_id"], len(inputs))

    @property
    def known_on(self) -> date | None:
        """The day as known on which the figures are shown (UTC)."""
        return self.received_at.date() if self.received_at else None

    def document(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "newest_submission": self.submission_id or None,
            "received_at": self.received_at.isoformat() if self.received_at else None,
            "submissions": self.submissions,
        }


def is_final(contents: Contents, vintage: Vintage) -> bool:
    """Whether the days for revisions were over when the newest record came."""
    return vintage.known_on is not None and vintage.known_on > contents.final_date


def status_of(contents: Contents, vintage: Vintage, before: Edition | None) -> str:
    """The status of an edition that says something else than the one before, if there is one."""
    if before is not None and before.manifest["contents_sha256"] != contents.fingerprint:
        return REVISED
    if vintage.known_on is None:
        return FINAL  # it rests on no records that could still come
    return FINAL if is_final(contents, vintage) else PROVISIONAL


def is_said_by(contents: Contents, vintage: Vintage, before: Edition | None) -> bool:
    """Whether an edition already says this: the same contents, and not provisional where they have become final."""
    if before is None or before.manifest["contents_sha256"] != contents.fingerprint:
        return False
    then = (before.manifest.get("vintage") or {}).get("known_on")
    was_open = then is not None and date.fromisoformat(then) <= contents.final_date
    return not (was_open and before.status != FINAL and is_final(contents, vintage))
