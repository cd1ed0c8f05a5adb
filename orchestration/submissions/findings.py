"""What is said about single rows: rejections, repairs and warnings, and the quarantine.

Here: the queries that spell out the masks of the few rows that have any. Not here: the masks themselves
(classify.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from orchestration.contracts.model import Contract, Rule
from orchestration.contracts.rules import TEXT, UNIQUE, hidden_in, implicit_rules
from orchestration.quoting import sql_list, sql_text
from orchestration.submissions.classify import BITS, Classification, raw_text, repaired_text
from orchestration.submissions.duplicates import CONFLICT, DUPLICATE
from reports.hidden_characters import RE2_CHARACTERS

DROPPED = "exact_duplicate_is_dropped"
_SEVERITY = {"error": "rejection", "warning": "warning", "repair": "repair"}
FINDING_COLUMNS = (
    "source_row_number bigint, rule varchar, severity varchar, field varchar, value_before varchar, "
    "value_after varchar, message varchar"
)


@dataclass(frozen=True)
class Occurring:
    """Which rules and repairs occur in the file at all: most occur nowhere, and are left out of every query."""

    rules: tuple[tuple[str, int, Rule], ...]
    repairs: tuple[tuple[str, int, Rule], ...]


def keep_flagged(connection: duckdb.DuckDBPyConnection, found: Classification, rows: str) -> Occurring:
    """Fill the temporary table `flagged`: number, masks and text of the rows about which there is something
    to say.
    """
    places = [*_places("_broken", found.rules), *_places("_repaired", found.repairs)]
    masks = list(dict.fromkeys(mask for mask, _, _ in places))
    columns = ", ".join(["source_row_number", "is_accepted", "_raw", *masks])
    connection.execute(f"create or replace temp table flagged as select {columns} from {rows} where _raw is not null")
    if not masks:
        return Occurring((), ())
    seen = connection.execute(
        f"select {', '.join(f'coalesce(bit_or({mask}), 0)' for mask in masks)} from flagged"
    ).fetchall()[0]
    bits = dict(zip(masks, seen, strict=True))
    occurring = [place for place in places if bits[place[0]] & place[1]]
    return Occurring(
        tuple(place for place in occurring if place[2].kind != "repair"),
        tuple(place for place in occurring if place[2].kind == "repair"),
    )


def findings_query(contract: Contract, occurring: Occurring, about_the_file: str = "") -> str:
    """All findings, in order of row and rule; needs the tables `flagged` and `excluded` of the same
    connection. `about_the_file` is a query for findings on the file as a whole, '' for none.
    """
    parts = [
        _empty(),
        *_rule_findings(occurring),
        *_hidden_findings(contract, occurring),
        *_repair_findings(contract, occurring),
        *_duplicate_findings(contract),
        *([about_the_file] if about_the_file else []),
    ]
    return f"select * from ({' union all '.join(parts)}) order by source_row_number, severity, rule, field"


def quarantine_query(contract: Contract, occurring: Occurring) -> str:
    """One row a quarantined row: source_row_number, rules VARCHAR[], raw VARCHAR (JSON of the row as read; of
    rows that contradict each other the values as understood).
    """
    entries = ", ".join(
        f"case when {mask} & {bit} <> 0 then {sql_text(rule.name)} end"
        for mask, bit, rule in occurring.rules
        if rule.severity == "error"
    )
    rules = f"list_filter([{entries}], lambda rule: rule is not null)" if entries else "cast([] as varchar[])"
    query = f"select source_row_number, {rules} as rules, _raw as raw from flagged where not is_accepted"
    if unique := unique_rule(contract):
        query += (
            f" union all select source_row_number, [{sql_text(unique.name)}], raw from excluded "
            f"where reason = '{CONFLICT}'"
        )
    return f"select * from ({query}) order by source_row_number"


def unique_rule(contract: Contract) -> Rule | None:
    """The rule of the contract's key, if it has one."""
    return next((rule for rule in implicit_rules(contract) if rule.kind == UNIQUE), None)


def _empty() -> str:
    columns = ", ".join(
        f"null::{kind} as {name}" for name, kind in (item.strip().split() for item in FINDING_COLUMNS.split(","))
    )
    return f"select {columns} where false"


def _places(prefix: str, rules: Sequence[Rule]) -> list[tuple[str, int, Rule]]:
    return [(f"{prefix}_{number // BITS}", 1 << number % BITS, rule) for number, rule in enumerate(rules)]


def _rule_findings(occurring: Occurring) -> list[str]:
    parts = []
    for mask in dict.fromkeys(mask for mask, _, _ in occurring.rules):
        meanings = ", ".join(
            f"({bit}::bigint, {sql_text(rule.name)}, {sql_text(_SEVERITY[rule.severity])}, "
            f"[{sql_list(rule.fields)}], "
            f"{sql_text(rule.description)})"
            for place, bit, rule in occurring.rules
            if place == mask and rule.kind != TEXT
        )
        if not meanings:
            continue
        values = (
            "case when len(u.fields) = 1 then json_extract_string(r._raw, '$.' || u.fields[1]) else "
            "array_to_string(list_transform("
            "u.fields, lambda f: f || '=' || coalesce(json_extract_string(r._raw, '$.' || f), '')), '; ') end"
        )
        parts.append(
            f"select r.source_row_number, u.rule, u.severity, array_to_string(u.fields, ', '), {values}, "
            "null, u.message "
            f"from (select source_row_number, {mask} as mask, _raw from flagged where {mask} <> 0) r "
            f"join (values {meanings}) u(bit, rule, severity, fields, message) on r.mask & u.bit <> 0"
        )
    return parts


def _hidden_findings(contract: Contract, occurring: Occurring) -> list[str]:
    """One finding for each cell with hidden characters, which names them by their code points."""
    parts = []
    for mask, bit, rule in occurring.rules:
        if rule.kind != TEXT:
            continue
        for name in rule.fields:
            cell = raw_text(contract.field_by_name[name])
            codes = (
                f"list_transform(list_distinct(regexp_extract_all({cell}, {sql_text(RE2_CHARACTERS)})), "
                "lambda c: 'U+' || lpad(upper(to_hex(unicode(c))), 4, '0'))"
            )
            parts.append(
                f"select source_row_number, {sql_text(rule.name)}, 'warning', {sql_text(name)}, {cell}, null, "
                f"{sql_text(rule.description)} || ' Found: ' || array_to_string(list_sort({codes}), ', ') || '.' "
                f"from flagged where {mask} & {bit} <> 0 and {hidden_in(cell)}"
            )
    return parts


def _repair_findings(contract: Contract, occurring: Occurring) -> list[str]:
    parts = []
    for mask, bit, rule in occurring.repairs:
        field = contract.field_by_name[rule.fields[0]]
        before = raw_text(field)
        parts.append(
            f"select source_row_number, {sql_text(rule.name)}, 'repair', {sql_text(field.name)}, {before}, "
            f"{repaired_text(contract, field)}, {sql_text(rule.description)} from flagged where {mask} & {bit} "
            "<> 0"
        )
    return parts


def _duplicate_findings(contract: Contract) -> list[str]:
    key = ", ".join(contract.key)
    parts = [
        f"select source_row_number, '{DROPPED}', 'repair', {sql_text(key)}, null, null, "
        "'The row repeats row ' || kept_row || ' of the file exactly; it is counted once.' from excluded "
        f"where reason = '{DUPLICATE}'"
    ]
    rule = unique_rule(contract)
    if rule:
        value = " || '; ' || ".join(
            f"'{name}=' || coalesce(json_extract_string(raw, '$.{name}'), '')" for name in contract.key
        )
        parts.append(
            f"select source_row_number, {sql_text(rule.name)}, 'rejection', {sql_text(key)}, {value}, null, "
            f"{sql_text(rule.description)} || ' The first such row is row ' || kept_row || '.' "
            f"from excluded where reason = '{CONFLICT}'"
        )
    return parts
