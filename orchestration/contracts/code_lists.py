"""Reads data_contracts/code_lists/<name>.csv: the permitted codes, their labels and, where given, their
validity.

Here: the file's own correctness, also of lists of aliases that a repair reads. Not here: the meaning of codes, which
dbt joins as seeds.
"""

import csv
import re
from datetime import date
from pathlib import Path

from orchestration.contracts.model import CodeList
from orchestration.errors import ContractError

_VAGUE = ("group", "unspecified")  # kinds of alias that name no single thing, so that no repair may use them
_LABEL = re.compile(r"(?:label|name)(?:_(?P<language>[a-z]{2}))?")


def load_code_list(path: Path) -> CodeList:
    """One code list; a code may stand twice only with different `valid_from`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(f"{path}: byte {error.start} is not UTF-8; code lists are written in UTF-8.") from None
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    header = next(reader, [])
    if "code" not in header:
        raise ContractError(
            f"{path}:1: a code list needs the column `code`; found {', '.join(header) or 'an empty file'}."
        )
    code_at = header.index("code")
    validity_at = [header.index(name) for name in ("valid_from", "valid_to") if name in header]
    labels_at = _label_columns(header)
    labels: dict[str, dict[str, str]] = {language: {} for language in labels_at}
    from_at, to_at = (header.index(name) if name in header else None for name in ("valid_from", "valid_to"))
    # A currency's successor is another unit: to put its code in place of the old one would change the amount.
    followed = ("successors", *(() if "units_per_successor" in header else ("replaced_by",)))
    next_at = next((header.index(name) for name in followed if name in header), None)
    seen: set[tuple[str, ...]] = set()
    codes: dict[str, None] = {}
    spans: dict[str, list[tuple[str, ...]]] = {}
    successors: dict[str, tuple[str, ...]] = {}
    for row in reader:
        where = f"{path}:{reader.line_num}"
        if len(row) != len(header):
            raise ContractError(f"{where}: {len(row)} cells where the header has {len(header)} columns.")
        code = row[code_at]
        if code == "" or code != code.strip():
            raise ContractError(f"{where}: the code `{code}` is empty or has blanks around it.")
        for position in validity_at:
            if row[position]:
                _check_date(row[position], where)
        identity = (code, *(row[position] for position in validity_at))
        if identity in seen:
            raise ContractError(f"{where}: the code `{code}` is listed twice; keep one row.")
        seen.add(identity)
        codes[code] = None
        spans.setdefault(code, []).append(
            ("" if from_at is None else row[from_at], "" if to_at is None else row[to_at])
        )
        if next_at is not None and row[next_at]:
            successors[code] = tuple(row[next_at].split("|"))
        for language, position in labels_at.items():
            labels[language][code] = row[position]
    if not codes:
        raise ContractError(f"{path}:1: the code list has no codes.")
    limited = {
        code: tuple((first, last) for first, last in given) for code, given in spans.items() if ("", "") not in given
    }
    return CodeList(path.stem, path, tuple(codes), bool(validity_at), labels, limited, successors)


def load_aliases(path: Path, column: str) -> dict[str, str]:
    """A list of aliases: what people write, in the form that `mending.plain_form` gives, to the code of `column`.

    Aliases of a kind that names no single thing (a group of countries, "various") are left out: where two readings are
    possible nothing is repaired.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        header = reader.fieldnames or []
        if "alias" not in header or column not in header:
            raise ContractError(
                f"{path}:1: a list of aliases needs the columns `alias` and `{column}`; found {', '.join(header)}."
            )
        return {row["alias"]: row[column] for row in reader if row.get("kind") not in _VAGUE}


def load_column(path: Path, column: str) -> tuple[str, ...]:
    """One column of a list, in the file's order."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if column not in (reader.fieldnames or []):
            raise ContractError(f"{path}:1: the list needs the column `{column}`.")
        return tuple(row[column] for row in reader)


def _label_columns(header: list[str]) -> dict[str, int]:
    """The columns that say what a code means, by language: `label` or `name` in English, `name_fr` in French."""
    found: dict[str, int] = {}
    for position, column in enumerate(header):
        named = _LABEL.fullmatch(column)
        if named is not None:
            found.setdefault(named["language"] or "en", position)
    return found


def _check_date(text: str, where: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ContractError(f"{where}: `{text}` is not a date; write valid_from and valid_to as YYYY-MM-DD.") from None
