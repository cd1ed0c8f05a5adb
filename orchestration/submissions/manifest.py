"""What a sender says about a file, in `<file>.manifest.json` beside it, and the one form in which it is kept.

Here: the words of a manifest, their checks, and its canonical text for the register. Not here: finding files
(landing.py), reading it once its signature held (envelope.py) and what a kind does to what was sent before (life.py).
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from orchestration.contracts.model import LEVELS, TLP
from orchestration.contracts.period import normal_period
from orchestration.errors import EntrepotError

MANIFEST_SUFFIX = ".manifest.json"
# initial       the first account of a period (or a whole list)
# correction    rows under their old keys, with other content
# replacement   the whole account of the period anew, in place of all that was said before
# delta         rows to add, change or take away, since the last account
# withdrawal    records (by key), or a whole submission (by `supersedes`), that are no longer said
# nil           there is nothing to report for the period, which is not the same as silence
KINDS = ("initial", "correction", "replacement", "delta", "withdrawal", "nil")
KEYS = (
    "feed", "period", "kind", "supersedes", "issued_at", "rows", "control_totals", "contract_version", "sha256",
    "bytes", "marking", "coverage", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """What the sender says; every entry may be missing.

    `issued_at` (UTC without zone) orders what one partner said, whatever order it arrives in; `rows` and
    `control_totals` (sums of fields, by our field name) must agree with what is read; `sha256` and `bytes` with
    what arrived; `marking` is the highest level and audience in the file; `coverage` the first and last day that a
    partial period speaks of.
    """

    feed: str | None = None
    period: str | None = None
    kind: str = "initial"
    supersedes: str | None = None
    issued_at: datetime | None = None
    rows: int | None = None
    control_totals: tuple[tuple[str, Decimal], ...] = ()
    contract_version: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    marking: tuple[tuple[str, str], ...] = field(default=())
    coverage: tuple[date, date] | None = None
    reason: str | None = None

    def as_json(self) -> str:
        """The canonical text: only what was said, keys in a fixed order, no blanks."""
        said: dict[str, Any] = {
            "feed": self.feed, "period": self.period, "kind": self.kind, "supersedes": self.supersedes,
            "issued_at": f"{self.issued_at.isoformat()}Z" if self.issued_at else None, "rows": self.rows,
            "control_totals": {name: str(total) for name, total in self.control_totals} or None,
            "contract_version": self.contract_version, "sha256": self.sha256, "bytes": self.bytes,
            "marking": dict(self.marking) or None,
            "coverage": [day.isoformat() for day in self.coverage] if self.coverage else None, "reason": self.reason,
        }  # fmt: skip
        kept = {key: value for key, value in said.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def manifest_path(path: Path) -> Path:
    """Where the sidecar manifest of a file is, if it has one."""
    return path.with_name(path.name + MANIFEST_SUFFIX)


def read_manifest(path: Path) -> Manifest:
    """The manifest beside `path`, or one that says nothing; EntrepotError when it is not understood.

    For who looks at a file of his own: the door looks at the signature first (envelope.py).
    """
    beside = manifest_path(path)
    if not beside.exists():
        return Manifest()
    try:
        text = beside.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise EntrepotError(f"{beside.name} is not readable text ({error}); write it as JSON in UTF-8.") from None
    return parse_manifest(text, beside.name)


def parse_manifest(text: str, name: str) -> Manifest:
    """A manifest from its JSON text; EntrepotError names the file and the entry."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise EntrepotError(
            f"{name} is not readable JSON ({error}); expected an object with {', '.join(KEYS)}."
        ) from None
    if not isinstance(data, dict) or set(data) - set(KEYS):
        wrong = ", ".join(sorted(set(data) - set(KEYS))) if isinstance(data, dict) else "no object"
        raise EntrepotError(f"{name} has {wrong}; expected an object with some of {', '.join(KEYS)}.")
    return _Reader(data, name).manifest()


class _Reader:
    """Checks one manifest entry by entry; holds the file's name so that every error can say it."""

    def __init__(self, data: dict[str, Any], name: str) -> None:
        self.data, self.name = data, name

    def manifest(self) -> Manifest:
        period = self.data.get("period")
        kind = self.data.get("kind") or "initial"
        if kind not in KINDS:
            self.fail("kind", f"one of {', '.join(KINDS)}")
        return Manifest(
            feed=self.text("feed"), period=normal_period(str(period)) if period else None, kind=kind,
            supersedes=self.text("supersedes"), issued_at=self.moment("issued_at"), rows=self.count("rows"),
            control_totals=self.totals(), contract_version=self.text("contract_version"), sha256=self.text("sha256"),
            bytes=self.count("bytes"), marking=self.marking(), coverage=self.coverage(), reason=self.text("reason"),
        )  # fmt: skip

    def fail(self, key: str, expected: str) -> None:
        raise EntrepotError(f"{self.name}: {key} is `{self.data.get(key)}`; expected {expected}.")

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is not None and not isinstance(value, str):
            self.fail(key, "a text")
        return value or None

    def count(self, key: str) -> int | None:
        value = self.data.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            self.fail(key, "the number of records in the file" if key == "rows" else "the size of the file in bytes")
        return value

    def moment(self, key: str) -> datetime | None:
        """A time with its zone, as UTC without zone: a time without zone could be anybody's."""
        value = self.text(key)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(key, "a time with its zone, such as 2026-03-02T10:15:00+01:00")
            raise AssertionError
        return moment.astimezone(UTC).replace(tzinfo=None)

    def totals(self) -> tuple[tuple[str, Decimal], ...]:
        given = self.data.get("control_totals") or {}
        if not isinstance(given, dict):
            self.fail("control_totals", 'the sums of fields by name, such as {"value": "1234.50"}')
        found = []
        for name, value in sorted(given.items()):
            try:
                total = Decimal(str(value))
            except InvalidOperation:
                total = Decimal("NaN")
            if isinstance(value, bool) or not total.is_finite():
                raise EntrepotError(f"{self.name}: the control total of {name} is `{value}`; expected a number.")
            found.append((name, total))
        return tuple(found)

    def marking(self) -> tuple[tuple[str, str], ...]:
        given = self.data.get("marking") or {}
        allowed = {"level": LEVELS, "tlp": TLP}
        if not isinstance(given, dict) or any(value not in allowed.get(key, ()) for key, value in given.items()):
            self.fail("marking", f"level (one of {', '.join(LEVELS)}) and tlp (one of {', '.join(TLP)})")
        return tuple(sorted(given.items()))

    def coverage(self) -> tuple[date, date] | None:
        given = self.data.get("coverage")
        if given is None:
            return None
        try:
            first, last = (date.fromisoformat(str(day)) for day in given)
        except (ValueError, TypeError):
            first, last = date.max, date.min
        if first > last:
            self.fail(
                "coverage", 'the first and the last day that the file speaks of, such as ["2026-01-01", "2026-01-21"]'
            )
        return first, last


def marked_level(text: str) -> str | None:
    """The highest level in the file as its sender says, from a manifest's canonical text; None where it says none."""
    said = json.loads(text) if text else {}
    return (said.get("marking") or {}).get("level")
