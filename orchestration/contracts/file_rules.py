"""Rules about a file as a whole: what a contract declares under `quality`, and what follows by itself.

Here: the words for them, their checks when a contract is loaded, and their names. Not here: measuring a file
(submissions/whole_file.py) and rules about single rows (load.py, rules.py).
"""

import codecs
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

import open_data_contract_standard.model as odcs

from orchestration.contracts.model import Field, FileRule, ReaderOptions
from orchestration.contracts.plain_yaml import Document, Place
from orchestration.errors import ContractError

# What is measured: rows against a band; the share of rows lost since the last list; how many times the median of a
# field grew or shrank; the share of a field's values that cannot be read; what the sender declares.
ROW_COUNT, LOST, MEDIAN, UNREADABLE, DECLARED, WHOLE = METRICS = (
    "rowCount", "lostShare", "median", "unreadableShare", "declared", "whole",
)  # fmt: skip
REJECTED, HELD = "rejected", "held"
MAX_DROP, MAX_UNREADABLE = Decimal("0.4"), Decimal("0.2")
FORMED = ("date", "timestamp", "integer", "decimal")  # types whose texts have a form that can change
_BOUNDS = ("mustBeBetween", "mustBeGreaterOrEqualTo", "mustBeLessOrEqualTo")
_OTHER_BOUNDS = ("mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeLessThan", "mustNotBeBetween")
_MEDIAN_KEYS = {"metric", "field", "maxFactor"}


def is_file_rule(entry: odcs.DataQuality) -> bool:
    """Whether an entry of `quality` speaks of the file and not of a row."""
    return entry.type == "library" or isinstance(entry.implementation, dict)


def declared_rules(
    document: Document, entries: Sequence[odcs.DataQuality], fields: Sequence[Field]
) -> tuple[FileRule, ...]:
    """The file rules among the entries of `quality`; ContractError names file and line."""
    rules = []
    for position, entry in enumerate(entries):
        if is_file_rule(entry):
            build = _row_count if entry.type == "library" else _median
            rules.append(build(document, ("schema", 0, "quality", position), entry, fields))
    return tuple(rules)


def implied_rules(
    document: Document,
    places: Mapping[str, Place],
    custom: Mapping[str, Any],
    fields: Sequence[Field],
    options: ReaderOptions,
) -> tuple[FileRule, ...]:
    """The file rules that hold without being declared; `places` are those of the customProperties."""
    rules = [
        FileRule(
            "rows_and_totals_are_as_declared",
            DECLARED,
            "The number of rows and the control totals that the sender states are those of the file.",
            REJECTED,
        )
    ]
    if options.trailer is not None:
        _check_trailer(f"{document.at(places['reader'])}: reader.trailer", options, fields)
    if options.end_marker is not None or options.trailer is not None:
        rules.append(
            FileRule(
                "file_is_whole",
                WHOLE,
                "The file ends with the agreed last line, so that one that was cut off is recognised.",
                REJECTED,
            )
        )
    if any(field.type in FORMED for field in fields):
        share = _share(document, places, custom, "maxUnreadable", MAX_UNREADABLE)
        rules.append(
            FileRule(
                "dates_and_numbers_keep_their_form",
                UNREADABLE,
                f"Of the dates and numbers of a column at most {_percent(share)} are not in the agreed form.",
                REJECTED,
                high=share,
            )
        )
    if custom["delivery"] == "snapshot":
        share = _share(document, places, custom, "maxDrop", MAX_DROP)
        rules.append(
            FileRule(
                "list_does_not_shrink_suddenly",
                LOST,
                f"A new list has lost less than {_percent(share)} of the rows of the last one.",
                HELD,
                high=share,
            )
        )
    elif "maxDrop" in custom:
        raise ContractError(f"{document.at(places['maxDrop'])}: maxDrop has a meaning for delivery: snapshot only.")
    return tuple(rules)


def _row_count(document: Document, place: Place, entry: odcs.DataQuality, _fields: Sequence[Field]) -> FileRule:
    def fail(message: str) -> NoReturn:
        raise ContractError(f"{document.at(place)}: {message}.")

    if entry.metric != ROW_COUNT:
        fail(f"the library metric `{entry.metric}` is not supported; expected rowCount")
    if other := [name for name in _OTHER_BOUNDS if getattr(entry, name) is not None]:
        fail(f"{other[0]} is not supported for rowCount; expected one of {', '.join(_BOUNDS)}")
    if entry.unit not in (None, "rows"):
        fail(f"the unit of rowCount is rows, not `{entry.unit}`")
    low, high = entry.mustBeBetween or (entry.mustBeGreaterOrEqualTo, entry.mustBeLessOrEqualTo)
    for bound in (low, high):
        if bound is not None and (bound != int(bound) or bound < 0):
            fail(f"`{bound}` is not a number of rows")
    if low is None and high is None:
        fail(f"rowCount needs a bound: one of {', '.join(_BOUNDS)}")
    if low is not None and high is not None and low > high:
        fail(f"no number of rows lies between {low} and {high}")
    told = entry.description or f"A file has {_band(low, high)} rows."
    return FileRule(
        entry.name or "row_count_is_plausible", ROW_COUNT, told.strip(), HELD,
        low=None if low is None else Decimal(int(low)), high=None if high is None else Decimal(int(high)),
    )  # fmt: skip


def _median(document: Document, place: Place, entry: odcs.DataQuality, fields: Sequence[Field]) -> FileRule:
    def fail(message: str) -> NoReturn:
        raise ContractError(f"{document.at(place)}: rule `{entry.name}`: {message}.")

    given = entry.implementation if isinstance(entry.implementation, dict) else {}
    if entry.type != "custom" or entry.engine != "entrepot" or not entry.name or not entry.description:
        fail("a rule about a median has type: custom, engine: entrepot, a name and a description")
    if given.get("metric") != MEDIAN or set(given) != _MEDIAN_KEYS:
        fail("the implementation of a file rule is {metric: median, field: FIELD, maxFactor: NUMBER}")
    numeric = [field.name for field in fields if field.type in ("integer", "decimal")]
    if given["field"] not in numeric:
        fail(f"`{given['field']}` is no numeric field of the feed; those are {', '.join(numeric) or 'none'}")
    factor = given["maxFactor"]
    if not isinstance(factor, int | float) or isinstance(factor, bool) or factor <= 1:
        fail(f"maxFactor `{factor}` must be a number above 1")
    return FileRule(
        str(entry.name), MEDIAN, str(entry.description).strip(), HELD, str(given["field"]), high=Decimal(str(factor))
    )


def _share(
    document: Document, places: Mapping[str, Place], custom: Mapping[str, Any], name: str, default: Decimal
) -> Decimal:
    value = custom.get(name)
    if value is None:
        return default
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 1:
        raise ContractError(
            f"{document.at(places[name])}: {name} is `{value}`; expected a share above 0 and up to 1, such as "
            f"{default}."
        )
    return Decimal(str(value))


def _check_trailer(where: str, options: ReaderOptions, fields: Sequence[Field]) -> None:
    """ContractError unless the pattern of the last line can be read, and says what can be compared."""
    try:
        groups = set(re.compile(str(options.trailer)).groupindex)
    except re.error as error:
        raise ContractError(f"{where} `{options.trailer}` is not a regular expression: {error}.") from None
    numeric = [f"total_{field.name}" for field in fields if field.type in ("integer", "decimal")]
    if not groups or groups - {"rows", *numeric}:
        raise ContractError(
            f"{where} has the named groups {', '.join(sorted(groups)) or 'none'}; expected some of "
            f"{', '.join(('rows', *numeric))}."
        )
    if options.end_marker is not None:
        raise ContractError(f"{where} and endMarker both name the last line; keep one of them.")
    if "\n".encode(options.encoding).removeprefix(codecs.BOM_UTF8) != b"\n":
        raise ContractError(f"{where} needs an encoding in which a line end is one byte, not {options.encoding}.")


def _band(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
