"""What an edition says of itself: its id, status and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Cover:
    """What an edition says of itself."""

    id: str
    status: str
    published_on: date | None = None
    # As known on which day the figures are, and which edition this one replaces.
    known_on: date | None = None
    replaces: str = ""
    # What a citation names beside the edition.
    title: str = ""
    publisher: str = ""
    fingerprint: str = ""
    # A draft says on every page that it is none; the notice tells what else a reader must know before anything.
    is_draft: bool = False
    notice: str = ""

    @property
    def citation(self) -> str:
        """How to cite the edition: in one line, with the digest by which a copy is known to be the same."""
        known = f" Data as known on {self.known_on.isoformat()}." if self.known_on else ""
        return (
            f"{self.publisher}: {self.title}. Edition {self.id} ({self.status.lower()}).{known} "
            f"SHA-256 of the contents: {self.fingerprint}"
        )
