"""The marking of a feed's rows as its contract declares it, checked.

Not here: the marking of a single row (submissions/marking.py) and who may see what (releases/policy.py).
"""

from collections.abc import Mapping

from orchestration.contracts import vocabulary as words
from orchestration.contracts.model import LEVELS, MARKING_KEYS, TLP, Field
from orchestration.contracts.properties import Properties
from orchestration.errors import ContractError


def marking(contract: Properties) -> Mapping[str, object]:
    """The default marking of the rows: level, tlp, releaseTo, exclude, purposes."""
    given, place = contract.custom["marking"], contract.property_place("marking")
    if not isinstance(given, dict) or set(given) - set(MARKING_KEYS) or not {"level", "tlp"} <= set(given):
        contract.fail(
            place,
            "marking needs level and tlp, and may have releaseTo, exclude and purposes (null = any, [] = nobody)",
        )
    words.choose(contract.document, place, given["level"], LEVELS, "marking level")
    words.choose(contract.document, place, given["tlp"], TLP, "marking tlp")
    for name in ("releaseTo", "exclude", "purposes"):
        value = given.get(name, [] if name == "exclude" else None)
        allowed_null = name != "exclude"
        if not (value is None and allowed_null) and not (
            isinstance(value, list) and all(isinstance(item, str) for item in value)
        ):
            contract.fail(
                place,
                f"marking {name} must be a list of names{' or null' if allowed_null else ''}, not `{value}`",
            )
    return {
        "level": given["level"], "tlp": given["tlp"], "releaseTo": given.get("releaseTo"),
        "exclude": given.get("exclude", []), "purposes": given.get("purposes"),
    }  # fmt: skip


def marking_fields(contract: Properties, fields: tuple[Field, ...]) -> Mapping[str, str]:
    """Which field overrides which part of the marking row by row."""
    given, place = contract.custom.get("markingFields") or {}, contract.property_place("markingFields")
    types = {field.name: field.type for field in fields}
    if not isinstance(given, dict) or set(given) - set(MARKING_KEYS):
        contract.fail(place, f"markingFields maps {', '.join(MARKING_KEYS)} to fields of the feed")
    for part, name in given.items():
        if name not in types:
            contract.fail(place, f"markingFields.{part} names `{name}`, which is no field of the feed")
        expected = "string" if part in ("level", "tlp") else "array"
        if types[name] != expected:
            contract.fail(place, f"markingFields.{part}: field {name} is of type {types[name]}; expected {expected}")
    return dict(given)


def channel_level(contract: Properties) -> str | None:
    """The highest level that may come this way; the rows' default marking cannot be above it."""
    given, place = contract.custom.get("channelLevel"), contract.property_place("channelLevel")
    if given is None:
        return None
    words.choose(contract.document, place, given, LEVELS, "channelLevel")
    if LEVELS.index(str(marking(contract)["level"])) > LEVELS.index(given):
        contract.fail(
            place, f"channelLevel is `{given}`, but the rows are marked {marking(contract)['level']} by default"
        )
    return str(given)


def marking_complete(contract: Properties, fields: tuple[Field, ...]) -> str | None:
    """The condition without which a row's own marking does not count."""
    given, place = contract.custom.get("markingComplete"), contract.property_place("markingComplete")
    if given is None:
        return None
    if "markingFields" not in contract.custom:
        contract.fail(place, "markingComplete has no meaning without markingFields")
    try:
        contract.checker.fields_of(str(given), fields)
    except ContractError as error:
        contract.fail(place, f"markingComplete: {error}")
    return str(given)
