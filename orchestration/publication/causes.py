"""Why the figures of an authority changed from one edition to the next.

Here: the submissions that came or went between two editions, and what follows from their kinds. Not here: which
figures changed (reports/revisions.py). The kinds are for everybody; the submissions are named on the restricted side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from orchestration.contracts.period import days_of
from orchestration.errors import EntrepotError
from orchestration.publication.drafts import list_drafts
from orchestration.publication.shelf import list_editions
from orchestration.settings import Home
from reports.context import Contents
from reports.revisions import CORRECTION, LATE, METHOD, REVIEW, WITHDRAWAL, Cause

_KINDS = {"correction": CORRECTION, "replacement": CORRECTION, "withdrawal": WITHDRAWAL}
Row = Mapping[str, Any]


def causes_of(contents: Contents, before: Mapping[str, Any], inputs: Sequence[Row]) -> dict[str, Cause]:
    """The cause for each authority of a report; `before` is the manifest of the earlier edition, `inputs` are the
    submissions that this one rests on.
    """
    changed = between(before["submissions"], inputs)
    partners = {authority.code for authority in contents.authorities}
    rates = [row for row in changed if row["partner"] not in partners]  # whoever delivers what all figures need
    method = _method_changed(contents, before, inputs)
    found = {}
    for partner in partners:
        own = [row for row in changed if row["partner"] == partner]
        behind = _speaking_of(own, contents.period.ends_on) or own
        behind = behind or rates
        kinds = set(_kinds(behind)) | ({METHOD} if method else set())
        listed = tuple(kind for kind in (CORRECTION, WITHDRAWAL, LATE, METHOD) if kind in kinds) or (REVIEW,)
        found[partner] = Cause(listed, "; ".join(map(named, behind)))
    return found


def between(before: Sequence[Row], after: Sequence[Row]) -> list[dict[str, Any]]:
    """The submissions that only one of two editions rests on, in order; `has_gone` tells those of the earlier one."""
    old, new = ({row["submission_id"]: row for row in rows} for rows in (before, after))
    came = [{**row, "has_gone": False} for name, row in new.items() if name not in old]
    went = [{**row, "has_gone": True} for name, row in old.items() if name not in new]
    return sorted([*came, *went], key=lambda row: (row["partner"], row["feed"], row["submission_id"]))


def account(home: Home, report: str, edition: str) -> list[str]:
    """For the operator: what came and went before a published edition or a draft, and how many figures differ."""
    known = [one for one in (*list_editions(home), *list_drafts(home)) if one.report == report]
    found = next((one for one in known if one.id == edition), None)
    if found is None:
        there = ", ".join(one.id for one in known) or "none"
        raise EntrepotError(f"There is no edition {edition} of {report}. Its editions: {there}.")
    since = found.manifest["replaces"]
    if since is None:
        return [f"{report} {edition} is the first edition of its period; nothing stands before it to differ from."]
    before = next(one for one in known if one.id == since).manifest
    lines = [f"{report} {edition} ({found.status}) replaces {since}."]
    for one in found.manifest.get("revisions") or []:
        size = f", by {Decimal(one['largest_magnitude']):.2%} at most" if one["largest_magnitude"] else ""
        counted = f"{one['cells_revised']} of {one['cells_compared']} figures differ{size}"
        lines.append(f"{one['authority']}, {one['table']}: {counted}. Cause: {', '.join(one['causes'])}.")
    moved = between(before["submissions"], found.manifest["submissions"])
    return [*lines, *(named(row) for row in moved)] if moved else [*lines, "The submissions are the same."]


def named(row: Row) -> str:
    """A submission in words for the restricted side."""
    done = "no longer counts" if row["has_gone"] else row["kind"]
    delivered = f"{row['partner']}/{row['feed']} {row['period']}".strip()
    return f"{row['submission_id']} ({delivered}, {row['file_name']}): {done}"


def _kinds(rows: Sequence[Row]) -> Iterator[str]:
    """What came says why; what went says it only where nothing of its feed came instead."""
    came = {(row["partner"], row["feed"]) for row in rows if not row["has_gone"]}
    for row in rows:
        if not row["has_gone"]:
            yield _KINDS.get(row["kind"], LATE)
        elif (row["partner"], row["feed"]) not in came:
            yield WITHDRAWAL


def _speaking_of(rows: Sequence[Row], last: date) -> list[Row]:
    """Those that may speak of days up to `last`: news of later periods is seldom why an earlier figure changes."""
    return [row for row in rows if (days := days_of(str(row["period"] or ""))) is None or days[0] <= last]


def _method_changed(contents: Contents, before: Mapping[str, Any], inputs: Sequence[Row]) -> bool:
    contracts = {f"{row['partner']}/{row['feed']}": row["contract_version"] for row in inputs}
    known = before["contracts"]
    return (
        before["form_version"] != contents.report.version
        or before["code_version"] != version("entrepot")
        or any(known.get(feed, number) != number for feed, number in contracts.items())
    )
