"""Hands an official list in: from the file as published to a delivery of the reference desk, in the landing folder.

Here: the forms that are known, and the file with its manifest. From there it goes the way of every delivery (hash,
receipt, check, quarantine), so that a rebuild and an earlier day find the same lists. Not here: reading a form
(official.py).
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from orchestration.codes.official import Official, hs_concordances, no_lists, us_ccl
from orchestration.errors import EntrepotError, UsageError
from orchestration.submissions.manifest import MANIFEST_SUFFIX

FORMS: Mapping[str, Callable[[str, str], Official]] = {
    "us_ccl": us_ccl,
    "no_lists": no_lists,
    "hs_concordances": hs_concordances,
}
COLUMNS = {
    "control_lists": ("list_id", "list_version", "code", "title", "valid_from", "valid_to", "predecessor"),
    "hs_concordances": ("edition_from", "edition_to", "code_from", "code_to", "authority"),
}
_FILES = {"control_lists": "control_list", "hs_concordances": "hs_concordance"}
_PARTNER = "reference_desk"


def read_official(form: str, path: Path) -> Official:
    """The rows of an official file in one of the FORMS; UsageError for another form or a missing file,
    RejectedFileError for a file that is not of the form.
    """
    if form not in FORMS:
        raise UsageError(f"There is no form `{form}`; the forms are {', '.join(FORMS)}.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise EntrepotError(f"{path}: byte {error.start} is not UTF-8, in which official lists are read.") from None
    return FORMS[form](text, path.name)


def hand_in(official: Official, landing: Path, version: str | None, valid_from: date | None) -> Path:
    """Write the rows as a delivery of the reference desk and give its path. A control list needs a version: its
    own, else the one given. UsageError where it has none.
    """
    version = version or official.version
    if official.feed == "control_lists" and not version:
        raise UsageError("The file does not say which version of the list it is. Say it with --version.")
    first = valid_from.isoformat() if valid_from else ""
    stated = {"list_id": official.list_id, "list_version": version, "valid_from": first}
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS[official.feed], restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(stated | row for row in official.rows)
    content = table.getvalue().encode("utf-8")
    digest = hashlib.sha256(content).hexdigest()
    named = re.sub("[^A-Za-z0-9-]+", "-", "-".join(filter(None, (official.list_id, version)))) or digest[:12]
    folder = landing / _PARTNER
    path = folder / f"{_FILES[official.feed]}_{named}.csv"
    # A correction, so that lists add to each other; under the old keys a list that is loaded again is corrected.
    manifest = {
        "feed": f"{_PARTNER}/{official.feed}",
        "kind": "correction",
        "rows": len(official.rows),
        "sha256": digest,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.with_name(path.name + MANIFEST_SUFFIX).write_text(json.dumps(manifest), encoding="utf-8")
        path.write_bytes(content)
    except OSError as error:
        raise EntrepotError(f"The delivery cannot be written to {folder}: {error.strerror}.") from error
    return path
