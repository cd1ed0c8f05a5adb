"""Reads official control lists and concordances in the forms in which they are published.

Here: one function a form, from the file's text to rows of the feeds reference_desk.control_lists and
reference_desk.hs_concordances. What a form has besides entries (notes, headings, schedules of countries) is left
out and counted. Not here: handing the rows in (deliver.py), and which codes a list may have (the contracts' rules).
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from orchestration.errors import RejectedFileError

_STEP = re.compile(r"([a-z]{1,4}|[0-9]{1,3})\.?")
_STEP_LENGTH = 4  # characters of the path that tell one paragraph from its siblings
_EDITIONS = re.compile(r"([0-9]{4}) to ([0-9]{4})")
_HS_LENGTHS = {1: 2, 3: 4, 5: 6}  # a code that lost the nought of chapters 01 to 09


@dataclass(frozen=True)
class Official:
    """Rows of a feed by its columns, with what the file says of its version and how many of its records are no
    entry.
    """

    feed: str
    rows: tuple[dict[str, str], ...]
    left_out: int
    list_id: str = ""
    version: str = ""


def us_ccl(text: str, name: str) -> Official:
    """The Commerce Control List (15 CFR 774, supplement 1) as a JSON document with `entries`: the ECCN of each, and
    its heading. Raises RejectedFileError for another document.
    """
    document = _json(text, name)
    entries = document.get("entries") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and "eccn" in entry for entry in entries):
        raise RejectedFileError(f"{name} is not the Commerce Control List: it has no `entries`, each with its `eccn`.")
    rows = tuple({"code": str(entry["eccn"]), "title": str(entry.get("heading") or "")} for entry in entries)
    return Official("control_lists", rows, 0, "US_CCL", str(document.get("ecfrIssueDate") or ""))


def no_lists(text: str, name: str) -> Official:
    """The Norwegian control lists as a fixture of Django (`regulations.regulation` and `.paragraph`), whose
    numbering is that of Annex I of the EU: every entry, and every paragraph by the steps that lead to it (3A001,
    then a, then 2). Notes are no entries, nor is what stands under them. Raises RejectedFileError for another
    document.
    """
    document = _json(text, name)
    try:
        parts = [(part["model"], part["pk"], part["fields"]) for part in document]
        entries = {pk: str(fields["code"]) for model, pk, fields in parts if model == "regulations.regulation"}
        paragraphs = {str(f["path"]): f for model, _, f in parts if model == "regulations.paragraph"}
        found = dict(_paragraphs(paragraphs, entries))
    except (TypeError, KeyError) as error:
        raise RejectedFileError(
            f"{name} is not the fixture of the Norwegian lists: expected records with `model`, `pk` and `fields`, and "
            f"paragraphs with `path`, `code`, `text` and `regulation` ({error})."
        ) from None
    titles = dict.fromkeys(sorted(entries.values()), "") | found
    rows = tuple({"code": code, "title": titles[code]} for code in sorted(titles))
    return Official("control_lists", rows, len(paragraphs) + len(entries) - len(rows), "NO_DU")


def hs_concordances(text: str, name: str) -> Official:
    """Concordances of the Harmonized System as a CSV with `code.after`, `code.before` and `adjustment` ("2022 to
    2017"), in which the codes of chapters 01 to 09 have lost their nought. Raises RejectedFileError for another
    table.
    """
    reader = csv.DictReader(io.StringIO(text))
    if not {"code.after", "code.before", "adjustment"} <= set(reader.fieldnames or ()):
        raise RejectedFileError(f"{name} lacks one of the columns code.after, code.before, adjustment.")
    pairs: dict[tuple[str, str, str, str], None] = {}
    read = 0
    for row in reader:
        read += 1
        editions = _EDITIONS.fullmatch(row["adjustment"] or "")
        if editions is None:
            raise RejectedFileError(
                f"{name}, line {reader.line_num}: `{row['adjustment']}` names no two editions, such as 2022 to 2017."
            )
        pairs[editions[2], editions[1], _hs(row["code.before"]), _hs(row["code.after"])] = None
    columns = ("edition_from", "edition_to", "code_from", "code_to")
    rows = tuple(dict(zip(columns, pair, strict=True)) for pair in pairs)
    return Official("hs_concordances", rows, read - len(rows))


def _paragraphs(paragraphs: dict[str, dict[str, Any]], entries: dict[int, str]) -> Iterator[tuple[str, str]]:
    """Code and words of each paragraph that is an entry or a part of one; of two under one code the first."""
    seen: set[str] = set()
    for path in sorted(paragraphs):
        steps = []
        for end in range(2 * _STEP_LENGTH, len(path) + 1, _STEP_LENGTH):
            above = paragraphs.get(path[:end], {})
            step = _STEP.fullmatch(str(above.get("code") or ""))
            steps.append(step[1] if step and above.get("note_type") == "base" else "")
        fields = paragraphs[path]
        code = ".".join([entries[fields["regulation"]], *steps])
        if all(steps) and code not in seen and fields.get("note_type") == "base":
            seen.add(code)
            yield code, " ".join(str(fields["text"]).split())


def _hs(text: str | None) -> str:
    code = (text or "").strip()
    return code.zfill(_HS_LENGTHS.get(len(code), len(code)))


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise RejectedFileError(f"{name} is not JSON: {error}.") from None
