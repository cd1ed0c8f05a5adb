"""Decision records of disclosure control: kept for each edition on the restricted side, read before the next is made.

    disclosure/<report>/<period>/<edition id>.json

Here: where they are kept, and that they appear whole. Not here: what they say (reports/disclosure/record.py), or
whether an edition is made (editions.py).
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.publication.drafts import held_back
from orchestration.publication.proof import MANIFEST
from orchestration.settings import Home
from reports.context import Contents
from reports.disclosure.record import as_text


def of_report(home: Home, report: str, period: str) -> Mapping[str, Mapping[str, Any]]:
    """The decisions that a new edition of a report for a period must go with, by edition, oldest period first: those of
    all editions that were published, and those of drafts of other periods. Drafts are signed one by one, and two that
    knew nothing of each other could give away together what each of them hides. The draft of the same period is the
    one that the new edition replaces.

    Raises EntrepotError where a record cannot be read: without it the next edition could give away what it hid.
    """
    found = {}
    for path in sorted((home.disclosure / report).glob("*/*.json")):
        place = Path(report, path.parent.name, path.stem, MANIFEST)
        waits = path.parent.name != period and (held_back(home) / place).exists()
        if not waits and not (home.reports / place).exists():
            continue  # its edition was never finished: the record is of nothing that anybody reads
        try:
            found[path.stem] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise EntrepotError(
                f"The decision record {path} cannot be read ({error}). It tells what an edition hides, and later "
                "editions must not give that away. Put the file back from a backup, then publish again."
            ) from error
    return found


def write(home: Home, contents: Contents, edition: str) -> Path | None:
    """Keep the decisions behind an edition, readable by nobody else; None where nothing was judged."""
    if not contents.decisions:
        return None
    path = home.disclosure / contents.report.name / str(contents.period) / f"{edition}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".making-", dir=path.parent)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(as_text(contents.decisions))
        handle.flush()
        os.fsync(handle.fileno())
    Path(name).replace(path)
    return path
