"""The marking of each row as canonical JSON: the contract's default, or what the row itself says.

Here: how a marking is written, and that a row whose own marking is missing or unknown gets the most
restrictive one. Not here: who may see what (releases/policy.py).
"""

import json

from orchestration.contracts.model import LEVELS, TLP, Contract, Rule
from orchestration.quoting import sql_list, sql_name, sql_text
from orchestration.words import sentence

MOST_RESTRICTIVE = ("secret", "RED")


def default_marking(contract: Contract) -> str:
    """The contract's marking for its rows: keys in a fixed order, lists sorted, no blanks."""
    marking = contract.marking
    return _canonical(
        contract.partner,
        str(marking["level"]),
        str(marking["tlp"]),
        marking["releaseTo"],
        marking["exclude"],
        marking["purposes"],
    )


def marking_rule(contract: Contract) -> Rule | None:
    """The warning for rows whose own marking is missing or unknown; None when rows have no marking of their
    own.
    """
    if not contract.marking_fields:
        return None
    said = sentence(
        "The marking must be complete: level one of %(levels)s, TLP one of %(colours)s. Until it is, the row is "
        "treated as secret and RED, for its originator only.",
        levels=", ".join(LEVELS),
        colours=", ".join(TLP),
    )
    fields = tuple(contract.marking_fields.values())
    return Rule("marking_is_known", _is_known(contract), str(said), "warning", fields, "marking", said)


def marking_sql(contract: Contract) -> str:
    """The expression of the column `marking` over the typed columns of a row."""
    if not contract.marking_fields:
        return sql_text(default_marking(contract))
    fields, default = contract.marking_fields, contract.marking
    restrictive = _canonical(contract.partner, *MOST_RESTRICTIVE, [], [], None)
    level = _level(contract) if "level" in fields else sql_text(str(default["level"]))
    tlp = _tlp(contract) if "tlp" in fields else sql_text(str(default["tlp"]))
    parts = [
        f'\'{{"originator":"{contract.partner}","level":"\' || {level} || \'","tlp":"\' || {tlp}',
        f'\'","release_to":\' || {_names(contract, "releaseTo")}',
        f"',\"exclude\":' || {_names(contract, 'exclude')}",
        f"',\"purposes\":' || {_names(contract, 'purposes')} || '}}'",
    ]
    return f"case when {_is_known(contract)} then {' || '.join(parts)} else {sql_text(restrictive)} end"


def _canonical(originator: str, level: str, tlp: str, release_to: object, exclude: object, purposes: object) -> str:
    def listed(value: object) -> list[str] | None:
        return sorted({str(item) for item in value}) if isinstance(value, list) else None

    marking = {
        "originator": originator, "level": level, "tlp": tlp, "release_to": listed(release_to),
        "exclude": listed(exclude) or [], "purposes": listed(purposes),
    }  # fmt: skip
    return json.dumps(marking, ensure_ascii=False, separators=(",", ":"))


def _level(contract: Contract) -> str:
    return f"lower({sql_name(contract.marking_fields['level'])})"


def _tlp(contract: Contract) -> str:
    return f"regexp_replace(upper({sql_name(contract.marking_fields['tlp'])}), '^TLP:', '')"


def _is_known(contract: Contract) -> str:
    conditions = []
    if "level" in contract.marking_fields:
        conditions.append(f"coalesce({_level(contract)} in ({sql_list(LEVELS)}), false)")
    if "tlp" in contract.marking_fields:
        conditions.append(f"coalesce({_tlp(contract)} in ({sql_list(TLP)}), false)")
    for part in ("releaseTo", "exclude", "purposes"):
        if part in contract.marking_fields:
            name = sql_name(contract.marking_fields[part])
            texts = f"len(list_filter(json_extract({name}, '$[*]'), lambda item: json_type(item) <> 'VARCHAR')) = 0"
            conditions.append(f"({name} is null or {texts})")
    if contract.marking_complete is not None:
        conditions.append(f"try(({contract.marking_complete}\n)) is not false")
    return "(" + " and ".join(conditions) + ")"


def _names(contract: Contract, part: str) -> str:
    """A list of the row as canonical JSON; where the row has none, the contract's default."""
    default = contract.marking[part]
    fallback = json.dumps(sorted(set(default)), separators=(",", ":")) if isinstance(default, list) else "null"
    if part not in contract.marking_fields:
        return sql_text(fallback)
    name = sql_name(contract.marking_fields[part])
    items = f"list_sort(list_distinct(json_extract_string({name}, '$[*]')))"
    return f"coalesce(cast(to_json({items}) as varchar), {sql_text(fallback)})"
