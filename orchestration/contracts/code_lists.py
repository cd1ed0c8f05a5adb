"""Reads data_contracts/code_lists/<name>.csv: the permitted codes, their labels and, where given, their
validity.

Here: the file's own correctness. Not here: aliases of codes and their meaning, which dbt joins as seeds.
"""

import csv
import re
from datetime import date
from pathlib import Path

from orchestration.contracts.model import CodeList
from orchestration.errors import ContractError

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
    seen: set[tuple[str, ...]] = set()
    codes: dict[str, None] = {}
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
        for language, position in labels_at.items():
            labels[language][code] = row[position]
    if not codes:
        raise ContractError(f"{path}:1: the code list has no codes.")
    return CodeList(path.stem, path, tuple(codes), has_validity=bool(validity_at), labels=labels)


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
