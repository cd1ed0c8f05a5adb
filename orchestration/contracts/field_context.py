"""Reads the words of a field that tie it to something else: another field, a list, the day of receipt, a pivot year.

Here: their form, what they need of the contract around them, and the lists they name. Not here: the words of its
own form (fields.py), and the rules and repairs that follow (context_rules.py, repairs.py).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from orchestration.contracts.code_lists import load_aliases, load_column
from orchestration.contracts.expressions import ExpressionChecker
from orchestration.contracts.model import CodeList, Field
from orchestration.errors import ContractError

Fail = Callable[[str], NoReturn]
CHECK_DIGITS = ("lei", "eori")
SPILLS = "spills"  # the list of patterns that must not stand in an open field
_LIST_COLUMN = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


def declared_context(custom: Mapping[str, Any], repairs: Sequence[str], fail: Fail) -> dict[str, Any]:
    """The arguments of Field that these words give; `fail` is told of the first fault."""
    for name in ("openText", "notAfterReceipt", "excelSerial"):
        if not isinstance(custom.get(name, False), bool):
            fail(f"{name} must be true or false, not `{custom[name]}`")
    for name in ("validOn", "replacedCodes"):
        if name in custom and not isinstance(custom[name], str):
            fail(f"{name} must be one name, not `{custom[name]}`")
    pivot, aliases, symbols = custom.get("twoDigitYears"), custom.get("aliases"), custom.get("symbols", {})
    if pivot is not None and (not isinstance(pivot, int) or not 0 <= pivot <= 99):
        fail(f"twoDigitYears is the last year of this century, a whole number from 0 to 99, not `{pivot}`")
    if aliases is not None and (not isinstance(aliases, str) or not _LIST_COLUMN.fullmatch(aliases)):
        fail(f"aliases must name a list and its column of codes, such as country_aliases.iso2, not `{aliases}`")
    if not isinstance(symbols, dict) or not all(isinstance(item, str) for pair in symbols.items() for item in pair):
        fail("symbols must say what each symbol means, such as {'$': USD}")
    digits = custom.get("checkDigits")
    if digits is not None and digits not in CHECK_DIGITS:
        fail(f"checkDigits is `{digits}`; expected one of {', '.join(CHECK_DIGITS)}")
    if ("successor" in repairs or "replacedCodes" in custom) and "validOn" not in custom:
        fail("a code is replaced by its successor on a day: name the field of that day under validOn")
    return {
        "excel_serial": custom.get("excelSerial", False), "two_digit_years": pivot, "aliases": aliases,
        "not_after_receipt": custom.get("notAfterReceipt", False), "symbols": tuple(symbols.items()),
        "valid_on": custom.get("validOn"), "replaced_codes": custom.get("replacedCodes"), "check_digits": digits,
        "open_text": custom.get("openText", False),
    }  # fmt: skip


def check_context(field: Field, fields: Mapping[str, Field], lists: Mapping[str, CodeList], fail: Fail) -> None:
    """Whether the fields and lists that a field names are there and are what they must be."""
    if field.valid_on is None:
        return
    day = fields.get(field.valid_on)
    if day is None or day.type != "date":
        fail(f"validOn names `{field.valid_on}`, which is no field of the type date in this feed")
    if field.validity_list is None:
        fail("validOn needs a codeList, or replacedCodes, to say when a code is valid")
    codes = lists[str(field.validity_list)]
    if not codes.validity:
        fail(f"the list {codes.name} has no valid_from or valid_to, so that every code is always valid")
    if field.replaced_codes is not None and len({len(code) for code in codes.codes}) != 1:
        fail(
            f"the codes of the list {codes.name} must all have one length: a longer code is looked up by its beginning"
        )


def alias_lists(fields: Sequence[Field], folders: Sequence[Path]) -> Mapping[str, Mapping[str, str]]:
    """The lists of aliases that the fields name, by list.column; ContractError where one is missing."""
    found = {}
    for name in dict.fromkeys(field.aliases for field in fields if field.aliases is not None):
        list_name, _, column = name.partition(".")
        path = _list_in(folders, list_name, f"a field names the aliases `{name}`")
        found[name] = _cached_aliases(path, column, path.stat().st_mtime_ns)
    return found


def spill_patterns(fields: Sequence[Field], folders: Sequence[Path], checker: ExpressionChecker) -> tuple[str, ...]:
    """The patterns of what must not stand in an open field, where the feed has one; ContractError for a wrong one."""
    if not any(field.open_text for field in fields):
        return ()
    path = _list_in(folders, SPILLS, "openText needs this list of patterns")
    return _cached_patterns(path, checker, path.stat().st_mtime_ns)


def _list_in(folders: Sequence[Path], name: str, what: str) -> Path:
    paths = [folder / f"{name}.csv" for folder in folders]
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise ContractError(f"{paths[0]}: {what}, and the list does not exist.")
    return found


@cache
def _cached_aliases(path: Path, column: str, _mtime_ns: int) -> Mapping[str, str]:
    return load_aliases(path, column)


@cache
def _cached_patterns(path: Path, checker: ExpressionChecker, _mtime_ns: int) -> tuple[str, ...]:
    patterns = load_column(path, "pattern")
    for pattern in patterns:
        try:
            checker.check_pattern(pattern)
        except ContractError as error:
            raise ContractError(f"{path}: {error}") from None
    return patterns
