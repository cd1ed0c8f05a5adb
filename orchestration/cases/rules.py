"""The case rules as declared in code_lists/case_rules.csv, checked before they are used.

Here: the form of the file, what its columns may say, and that each rule has its model. Not here: what a rule finds
(int_cases__<rule>.sql), nor how often (dim_case_rules).
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import ContractError
from orchestration.settings import CODE_LISTS_DIR, DBT_DIR

FILE = CODE_LISTS_DIR / "case_rules.csv"
MODELS = DBT_DIR / "models" / "intermediate" / "cases"
COLUMNS = (
    "code", "title", "is_active", "window_days", "tolerance_percent", "focus_agencies", "other_agencies", "links",
    "yield_kinds", "explanation",
)  # fmt: skip
LINKS = ("party", "goods", "shipment")
YIELDS = ("refusal", "refusal_elsewhere", "revocation", "seizure", "enforcement_case", "end_use_check")
LONGEST_WINDOW = 36_500  # a hundred years: as good as none


@dataclass(frozen=True)
class CaseRule:
    """One rule: `focus_agencies` hold the record on which its cases stand, `other_agencies` those it is set against."""

    id: str
    title: str
    explanation: str
    is_active: bool
    window_days: int
    tolerance_percent: int | None
    focus_agencies: tuple[str, ...]
    other_agencies: tuple[str, ...]
    links: tuple[str, ...]
    yield_kinds: tuple[str, ...]


def load_case_rules(path: Path = FILE, models: Path = MODELS) -> list[CaseRule]:
    """All rules in the order of the file; ContractError names file, line, what is wrong and what was expected."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if sorted(header) != sorted(COLUMNS):
                raise ContractError(
                    f"{path}:1: the case rules have the columns {', '.join(COLUMNS)}; found {', '.join(header)}."
                )
            rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError as error:
        raise ContractError(f"{path}: byte {error.start} is not UTF-8; code lists are written in UTF-8.") from None
    except csv.Error as error:
        raise ContractError(f"{path}: this is no CSV: {error}. Put texts with commas in quotation marks.") from None
    except OSError as error:
        raise ContractError(f"{path} cannot be read: {error.strerror}.") from None
    agencies = _agencies(path.with_name("partners.csv"))
    rules: dict[str, CaseRule] = {}
    for line, row in rows:
        where = f"{path}:{line}"
        if len(row) != len(header):
            raise ContractError(f"{where}: {len(row)} cells where the header has {len(header)} columns.")
        rule = _rule(dict(zip(header, row, strict=True)), where, agencies)
        if rule.id in rules:
            raise ContractError(f"{where}: the rule {rule.id} is declared twice; keep one row.")
        if not (models / f"int_cases__{rule.id}.sql").is_file():
            raise ContractError(
                f"{where}: the rule {rule.id} has no model int_cases__{rule.id}.sql, so it can find nothing. Write the "
                "model, or delete the row; to switch a rule off, set is_active to false."
            )
        rules[rule.id] = rule
    return list(rules.values())


def _rule(cells: dict[str, str], where: str, agencies: frozenset[str]) -> CaseRule:
    for column in ("code", "title", "explanation", "focus_agencies", "other_agencies", "links", "yield_kinds"):
        if not cells[column].strip():
            raise ContractError(f"{where}: {column} is empty; every rule says it.")
    if cells["is_active"] not in ("true", "false"):
        raise ContractError(f"{where}: is_active is true or false, not `{cells['is_active']}`.")
    focus = _words(cells, "focus_agencies", agencies, where)
    others = _words(cells, "other_agencies", agencies, where)
    if shared := sorted(set(focus) & set(others)):
        raise ContractError(
            f"{where}: {', '.join(shared)} stands on both sides of {cells['code']}; a case needs two agencies, so name "
            "it in focus_agencies or in other_agencies."
        )
    tolerance = cells["tolerance_percent"]
    return CaseRule(
        id=cells["code"],
        title=cells["title"],
        explanation=cells["explanation"],
        is_active=cells["is_active"] == "true",
        window_days=_number(cells["window_days"], "window_days", 1, LONGEST_WINDOW, where),
        tolerance_percent=_number(tolerance, "tolerance_percent", 0, 1000, where) if tolerance else None,
        focus_agencies=focus,
        other_agencies=others,
        links=_words(cells, "links", frozenset(LINKS), where),
        yield_kinds=_words(cells, "yield_kinds", frozenset(YIELDS), where),
    )


def _words(cells: dict[str, str], column: str, known: frozenset[str], where: str) -> tuple[str, ...]:
    words = tuple(cells[column].split("|"))
    for word in words:
        if word not in known:
            raise ContractError(f"{where}: {column} names `{word}`; expected one of {', '.join(sorted(known))}.")
    return words


def _number(text: str, column: str, least: int, most: int, where: str) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ContractError(f"{where}: {column} is `{text}`; expected a whole number from {least} to {most}.")
    return int(text)


def _agencies(path: Path) -> frozenset[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["code"] for row in csv.DictReader(file))
