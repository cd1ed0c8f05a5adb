"""From one property of a contract to one Field, with all the checks that concern this field alone.

Not here: what concerns several fields (load.py) and the SQL that checks values (submissions/classify.py).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import open_data_contract_standard.model as odcs

from orchestration.contracts import vocabulary as words
from orchestration.contracts.expressions import ExpressionChecker
from orchestration.contracts.field_context import declared_context
from orchestration.contracts.model import REPAIRS, Field, ReaderOptions
from orchestration.contracts.plain_yaml import Document, Place
from orchestration.errors import ContractError

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset(
    [
        "submission_id",
        "source_row_number",
        "marking",
        "partner",
        "feed",
        "period",
        "kind",
        "sequence",
        "recorded_at",
        "is_withdrawal",
        "edition_sequence",
        "record_ref",
    ]
)
DEFAULT_FORMATS = {"date": ("%Y-%m-%d",), "timestamp": ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")}
DEFAULT_TRUE = ("true", "1", "yes", "y")
DEFAULT_FALSE = ("false", "0", "no", "n")
_PROBES = (
    datetime(2003, 2, 1, 4, 5, 6),
    datetime(2011, 10, 12, 21, 43, 17),
    datetime(1998, 12, 11, 23, 1, 2),
)


def build_field(
    document: Document, place: Place, entry: odcs.SchemaProperty, options: ReaderOptions,
    feed_nulls: tuple[str, ...], checker: ExpressionChecker,
) -> Field:  # fmt: skip
    """One field; raises ContractError naming file and line."""

    def fail(message: str) -> NoReturn:
        raise ContractError(f"{document.at(place)}: field `{entry.name}`: {message}.")

    if not entry.name or not _IDENTIFIER.fullmatch(entry.name) or entry.name in RESERVED:
        fail(f"a field name is lower case letters, digits and underscores, and none of {', '.join(sorted(RESERVED))}")
    custom = words.custom_properties(document, place, entry.customProperties, words.FIELD_PROPERTIES)
    choice = words.choose(
        document, place, entry.logicalType, tuple(words.LOGICAL_TYPES), f"logicalType of `{entry.name}`"
    )
    kind = words.LOGICAL_TYPES[choice]
    given = entry.logicalTypeOptions or {}
    if unknown := sorted(set(given) - words.TYPE_OPTIONS):
        fail(
            f"logicalTypeOptions.{unknown[0]} is not supported; expected one of {', '.join(sorted(words.TYPE_OPTIONS))}"
        )
    for option, allowed in (
        ("pattern", ("string",)), ("maxLength", ("string", "array")),
        ("minimum", ("integer", "decimal")), ("maximum", ("integer", "decimal")),
    ):  # fmt: skip
        if option in given and kind not in allowed:
            fail(f"logicalTypeOptions.{option} has no meaning for a {choice}")
    for name, allowed in (
        ("formats", ("date", "timestamp")), ("precision", ("decimal",)), ("scale", ("decimal",)),
        ("decimal", ("decimal",)), ("grouping", ("decimal", "integer")), ("groupedInteger", ("integer", "decimal")),
        ("booleans", ("boolean",)), ("codeList", ("string",)),
        ("aliases", ("string",)), ("symbols", ("string",)), ("validOn", ("string",)), ("replacedCodes", ("string",)),
        ("checkDigits", ("string",)), ("openText", ("string",)), ("notAfterReceipt", ("date", "timestamp")),
        ("excelSerial", ("date",)), ("twoDigitYears", ("date", "timestamp")),
    ):  # fmt: skip
        if name in custom and kind not in allowed:
            fail(f"the customProperty {name} has no meaning for a {choice}")
    pattern = given.get("pattern")
    if pattern is not None:
        try:
            checker.check_pattern(str(pattern))
        except ContractError as error:
            fail(str(error))
    repairs = _texts(custom.get("repairs"), "repairs", fail)
    for repair in repairs:
        words.choose(document, place, repair, REPAIRS, f"repair of `{entry.name}`")
    if kind != "string" and set(repairs) - {"trim"}:
        fail(f"the repair {sorted(set(repairs) - {'trim'})[0]} is for strings only")
    formats = _texts(custom.get("formats"), "formats", fail) or DEFAULT_FORMATS.get(kind, ())
    _check_formats(formats, kind, fail)
    true_values, false_values = _booleans(custom.get("booleans"), kind, fail)
    precision, scale = custom.get("precision", 18), custom.get("scale", 2)
    if (
        not isinstance(precision, int)
        or not isinstance(scale, int)
        or not 0 <= scale <= precision <= 38
        or precision < 1
    ):
        fail("scale and precision must be whole numbers with 0 <= scale <= precision <= 38")
    max_length = given.get("maxLength")
    if max_length is not None and (not isinstance(max_length, int) or max_length < 1):
        fail(f"maxLength `{max_length}` must be a whole number above 0")
    decimal_separator = str(custom.get("decimal", options.decimal))
    groups = tuple(_texts(custom["grouping"], "grouping", fail)) if "grouping" in custom else options.grouping
    clash = kind == "decimal" and decimal_separator in groups
    if len(decimal_separator) != 1 or clash or any(len(item) != 1 for item in groups):
        fail("the decimal and the grouping separators must be single, different characters")
    # A part of a key is required unless the contract says `required: false` in so many words: an empty part is a
    # value then.
    required = bool(entry.primaryKey if entry.required is None else entry.required)
    return Field(
        name=entry.name, source=entry.physicalName or entry.name, type=kind, required=required,
        primary_key=bool(entry.primaryKey), formats=tuple(formats), decimal_separator=decimal_separator,
        group_separators=groups, precision=precision, scale=scale, code_list=custom.get("codeList"),
        pattern=None if pattern is None else str(pattern), minimum=_number(given.get("minimum"), "minimum", fail),
        maximum=_number(given.get("maximum"), "maximum", fail), max_length=max_length, repairs=tuple(repairs),
        null_values=(*feed_nulls, *_texts(custom.get("nullValues"), "nullValues", fail)), true_values=true_values,
        false_values=false_values, grouped_integer=custom.get("groupedInteger") is True,
        description=entry.description or "", examples=tuple(str(item) for item in entry.examples or ()),
        references=custom.get("references"), business_name=entry.businessName or "",
        start=_columns(custom, "start", fail), width=_columns(custom, "width", fail),
        **declared_context(custom, repairs, fail),
    )  # fmt: skip


def _texts(value: Any, what: str, fail: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str | int | float) for item in value):
        fail(f"{what} must be a list of texts")
    return tuple(str(item) for item in value)


def _columns(custom: Mapping[str, Any], what: str, fail: Any) -> int:
    value = custom.get(what, 0)
    if what in custom and (not isinstance(value, int) or value < 1):
        fail(f"{what} `{value}` must be a whole number of characters, 1 or more")
    return int(value)


def _number(value: Any, what: str, fail: Any) -> str | None:
    if value is None:
        return None
    try:
        return str(Decimal(str(value)))
    except InvalidOperation:
        fail(f"{what} `{value}` is not a number")
        raise


def _booleans(value: Any, kind: str, fail: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if kind != "boolean":
        return (), ()
    if value is None:
        return DEFAULT_TRUE, DEFAULT_FALSE
    if not isinstance(value, dict) or set(value) != {"true", "false"}:
        fail("booleans must say which texts are true and which are false: {true: [J], false: [N]}")
    yes, no = _texts(value["true"], "booleans.true", fail), _texts(value["false"], "booleans.false", fail)
    if not yes or not no or {item.lower() for item in yes} & {item.lower() for item in no}:
        fail("booleans need at least one text each for true and false, and none for both")
    return tuple(item.lower() for item in yes), tuple(item.lower() for item in no)


def _check_formats(formats: tuple[str, ...], kind: str, fail: Any) -> None:
    """No text may be a valid date in two of the formats with two meanings (03/04/2024)."""
    for first in formats:
        if "%" not in first or ("%y" not in first and "%Y" not in first and "%s" not in first):
            fail(f"the format `{first}` is not a strptime format with a year, such as %d.%m.%Y")
        for other in formats:
            for probe in _PROBES:
                text = probe.strftime(first)
                try:
                    if first != other and datetime.strptime(text, other) != datetime.strptime(text, first):
                        fail(
                            f"a value such as `{text}` means different {kind}s in the formats `{first}` and "
                            f"`{other}`; keep one of them"
                        )
                except ValueError:
                    continue
