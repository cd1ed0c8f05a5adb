"""The words that a contract may use beyond the Open Data Contract Standard: its customProperties and their
values.

Here: the closed vocabularies, and the check that a YAML file uses no other word. Not here: turning the words
into the model (load.py). The list that people read is data_contracts/README.md.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import open_data_contract_standard.model as odcs
import pydantic

from orchestration.contracts.plain_yaml import Document, Place
from orchestration.errors import ContractError

CONTRACT_PROPERTIES = frozenset(
    [
        "partner",
        "feed",
        "role",
        "country",
        "language",
        "timezone",
        "delivery",
        "cadence",
        "periodPattern",
        "reader",
        "marking",
        "markingFields",
        "dropExactDuplicates",
        "ignoredColumns",
        "maxDrop",
        "maxUnreadable",
        "referenceGraceDays",
        "deltaDeletes",
        "channelLevel",
        "markingComplete",
        "signature",
    ]
)
REQUIRED_PROPERTIES = (
    "partner",
    "feed",
    "role",
    "country",
    "language",
    "timezone",
    "delivery",
    "cadence",
    "marking",
)
FIELD_PROPERTIES = frozenset(
    [
        "formats",
        "precision",
        "scale",
        "codeList",
        "repairs",
        "nullValues",
        "booleans",
        "groupedInteger",
        "references",
        "decimal",
        "grouping",
        "start",
        "width",
        "aliases",
        "symbols",
        "validOn",
        "replacedCodes",
        "checkDigits",
        "openText",
        "notAfterReceipt",
        "excelSerial",
        "twoDigitYears",
    ]
)
TYPE_OPTIONS = frozenset(["pattern", "maxLength", "minimum", "maximum"])
READER_OPTIONS = frozenset(
    [
        "encoding",
        "delimiter",
        "header",
        "skipLines",
        "quote",
        "decimal",
        "grouping",
        "recordPath",
        "namespaces",
        "sheet",
        "member",
        "endMarker",
        "trailer",
        "trailingDelimiter",
        "nullValues",
        "padded",
    ]
)
ROLES = ("licensing", "customs", "enforcement", "intelligence", "foreign", "finance")
DELIVERIES = ("snapshot", "periodic")
CADENCES = ("daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "irregular")
FORMATS = ("csv", "tsv", "fixed", "xlsx", "jsonl", "json", "xml", "parquet", "zip")
SEVERITIES = ("error", "warning")
SIGNATURES = ("required", "optional")
LOGICAL_TYPES = {
    "string": "string", "integer": "integer", "number": "decimal", "date": "date", "timestamp": "timestamp",
    "boolean": "boolean", "array": "array",
}  # fmt: skip


def choose(document: Document, place: Place, value: Any, allowed: tuple[str, ...], what: str) -> str:
    """The value itself when it is allowed; else an error that lists what is."""
    if value not in allowed:
        raise ContractError(f"{document.at(place)}: {what} is `{value}`; expected one of {', '.join(allowed)}.")
    return str(value)


def custom_properties(
    document: Document, place: Place, entries: list[odcs.CustomProperty] | None, known: frozenset[str]
) -> dict[str, Any]:
    """The customProperties as a mapping; refuses unknown and repeated ones."""
    found: dict[str, Any] = {}
    for position, entry in enumerate(entries or []):
        here = (*place, "customProperties", position)
        if entry.property not in known:
            raise ContractError(
                f"{document.at(here)}: the customProperty `{entry.property}` is not known; expected one of "
                f"{', '.join(sorted(known))}."
            )
        if entry.property in found:
            raise ContractError(f"{document.at(here)}: the customProperty `{entry.property}` is given twice; keep one.")
        found[entry.property] = entry.value
    return found


def validate_standard(document: Document) -> odcs.OpenDataContractStandard:
    """The file as an ODCS model; the standard's own keys are closed at every level, so that a misspelt one is
    found.
    """
    if not isinstance(document.data, dict):
        raise ContractError(
            f"{document.path}:1: a contract is a YAML mapping that begins with apiVersion, kind and id."
        )
    for place, key, allowed in _unknown_keys(document.data, odcs.OpenDataContractStandard, ()):
        raise ContractError(
            f"{document.at((*place, key))}: `{key}` is not a key of the Open Data Contract Standard here; "
            f"expected one of {', '.join(sorted(allowed))}. What the standard lacks goes under "
            "customProperties."
        )
    try:
        return odcs.OpenDataContractStandard.model_validate(document.data)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = tuple(first["loc"])
        raise ContractError(
            f"{document.at(place)}: {'.'.join(str(part) for part in place)}: {first['msg']} (found `{first['input']}`)."
        ) from None


def _unknown_keys(data: Any, model: Any, place: Place) -> Iterator[tuple[Place, str, list[str]]]:
    if isinstance(data, list):
        for position, item in enumerate(data):
            yield from _unknown_keys(item, model, (*place, position))
    if not isinstance(data, Mapping):
        return
    by_key = {(field.alias or name): field for name, field in model.model_fields.items()}
    for key, value in data.items():
        if key not in by_key:
            yield place, key, list(by_key)
        else:
            for child in _models_in(by_key[key].annotation):
                yield from _unknown_keys(value, child, (*place, key))
                break


def _models_in(annotation: Any) -> Iterator[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
