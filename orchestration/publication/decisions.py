"""Decision records of disclosure control: kept for each edition on the restricted side, read before the next is made.

    disclosure/<report>/<period>/<edition id>.json

Here: where they are kept, and that they appear whole. Not here: what they say (reports/disclosure/record.py), or
whether an edition is made (editions.py).
"""

import json
import os
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.publication.proof import MANIFEST
from orchestration.publication.shelf import held_back
from orchestration.settings import Home
from reports.disclosure.policy import EXACT, profiles
from reports.disclosure.record import as_text
from reports.report_files import available_reports, load_report
from reports.rounded_declarations import check_beside_others


def of_report(home: Home, report: str, period: str) -> Mapping[str, Mapping[str, Any]]:
    """The decisions that a new edition of a report for a period must go with, by edition, oldest period first: those of
    all editions that were published, and those of drafts of other periods, of this report and of all others that print
    a measure of it. Drafts are signed one by one, and two that knew nothing of each other could give away together what
    each of them hides. The draft of the same period is the one that the new edition replaces.

    Raises ReportError where another report prints exactly what this one rounds, EntrepotError where a record cannot be
    read: without it the next edition could give away what it hid.
    """
    check_beside_others(load_report(report), map(load_report, available_reports()))
    return _records(home, report, period, lambda place: (held_back(home) / place / MANIFEST).exists())


def that_are_out(
    home: Home, report: str, period: str, signed: Collection[tuple[str, str]]
) -> Mapping[str, Mapping[str, Any]]:
    """The same of what readers have alone, or will have for certain: ``signed`` are the drafts that are signed off, by
    report and edition.
    """
    return _records(home, report, period, lambda place: (place.parts[0], place.name) in signed)


def of_edition(home: Home, report: str, period: str, edition: str) -> Mapping[str, Any]:
    """The decisions behind one edition or draft; nothing where nothing was judged."""
    path = _path(home, report, period, edition)
    return _read(path) if path.exists() else {}


def must_have_record(report: str) -> bool:
    """Whether every edition of a report has a decision record: a table hides or rounds quantities."""
    judged = [table for table in load_report(report).tables if profiles()[table.disclosure].method != EXACT]
    return any(column.quantity or column.quantity_of_row for table in judged for column in table.columns)


def differences_of(home: Home, report: str, period: str, edition: str) -> list[Mapping[str, Any]]:
    """What its record lists of differences that tell, as they were when it was last looked at."""
    told = of_edition(home, report, period, edition).values()
    return [one for decision in told for one in decision.get("differences", ())]


def _records(home: Home, report: str, period: str, waits: Callable[[Path], bool]) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for name in [*_with_same_measures(report), report]:
        _require_all(home, name)
        for path in sorted((home.disclosure / name).glob("*/*.json"), key=_age):
            place = Path(name, path.parent.name, path.stem)
            is_replaced = (name, path.parent.name) == (report, period)
            if (home.reports / place / MANIFEST).exists() or (not is_replaced and waits(place)):
                # else its edition was never finished, and nobody reads it
                found[path.stem if name == report else f"{name} {path.stem}"] = _read(path)
    return found


def _require_all(home: Home, report: str) -> None:
    """EntrepotError where an edition that readers have should have a record and has none."""
    if not must_have_record(report):
        return
    for manifest in sorted((home.reports / report).glob(f"*/[!.]*/{MANIFEST}")):
        edition = manifest.parent.name
        path = _path(home, report, manifest.parents[1].name, edition)
        if not path.exists():
            raise EntrepotError(
                f"The decision record of the published edition {report} {edition} is missing ({path}). It tells what "
                "that edition hides, and later editions must not give that away. Put the file back from a backup, then "
                "publish again. If nothing was hidden in that edition, because its tables had no profile then, write "
                "{} into the file."
            )


def _age(path: Path) -> tuple[str, int, str]:
    """By period, then by number: ``v10`` comes after ``v9``."""
    number = path.stem.rpartition("-v")[2]
    return path.parent.name, int(number) if number.isdigit() else 0, path.stem


def _with_same_measures(report: str) -> list[str]:
    """The other reports that print a measure of this one."""
    own = {quantity.measure for quantity in load_report(report).quantities} - {""}
    return [
        name
        for name in available_reports()
        if name != report and own & {quantity.measure for quantity in load_report(name).quantities}
    ]


def _path(home: Home, report: str, period: str, edition: str) -> Path:
    return home.disclosure / report / period / f"{edition}.json"


def _read(path: Path) -> Mapping[str, Any]:
    try:
        record: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        if not isinstance(record, dict):
            raise ValueError("it is no JSON object")
    except (OSError, ValueError) as error:
        raise EntrepotError(
            f"The decision record {path} cannot be read ({error}). It tells what an edition hides, and later "
            "editions must not give that away. Put the file back from a backup, then publish again."
        ) from error
    return record


def write(home: Home, report: str, period: str, edition: str, record: Mapping[str, Any]) -> Path | None:
    """Keep the decisions behind an edition, readable by nobody else; None where nothing was judged."""
    if not record:
        return None
    path = _path(home, report, period, edition)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".making-", dir=path.parent)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(as_text(record))
        handle.flush()
        os.fsync(handle.fileno())
    Path(name).replace(path)
    return path
