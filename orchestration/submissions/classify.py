"""From a contract to the one query that types, repairs and judges every row of a file in a single pass.

Here: the shape of that query. Each row gets its typed values, bit masks of the rules it breaks and the
repairs it had, and, only when either is not zero, its text as read. Not here: the SQL of a single cell
(cells.py), rules that need other rows (duplicates.py) and writing (lake.py).

The masks are BIGINT, 62 rules each: Parquet has no wider integer. Most rows break nothing, so the query first
asks for all rules at once and spells out the mask only where that fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from orchestration.contracts.context_rules import NOT_AFTER_RECEIPT
from orchestration.contracts.exceptions import KIND as EXCEPTION
from orchestration.contracts.exceptions import exception_rules, in_force
from orchestration.contracts.model import SETTLED, Contract, Field, KnownException, Rule
from orchestration.contracts.repairs import field_repairs, repair_rules
from orchestration.contracts.rules import TEXT, UNIQUE, all_rules
from orchestration.quoting import sql_list, sql_name, sql_text
from orchestration.submissions.cells import cleaned, fully_repaired, repaired, typed
from orchestration.submissions.marking import marking_rule, marking_sql

BITS = 62


@dataclass(frozen=True)
class Classification:
    """The query and the meaning of its masks: bit `i % 62` of `_broken_<i // 62>` belongs to rules[i];
    likewise repairs.
    """

    sql: str
    rules: tuple[Rule, ...]
    repairs: tuple[Rule, ...]

    def mask_columns(self, prefix: str, rules: Sequence[Rule]) -> list[str]:
        """The mask columns for these rules (`_broken` or `_repaired`)."""
        return [f"{prefix}_{number}" for number in range((len(rules) + BITS - 1) // BITS)]


def row_rules(contract: Contract) -> tuple[Rule, ...]:
    """The rules that a row can break by itself, in the order of the bits."""
    marking = marking_rule(contract)
    return (*(rule for rule in all_rules(contract) if rule.kind != UNIQUE), *((marking,) if marking else ()))


def classify(
    contract: Contract, relation: str, submission_id: str, plain_blanks: bool = False, received_on: date | None = None,
    all_visible: bool = False,
) -> Classification:  # fmt: skip
    """The query over `relation` (text columns named by Field.name); its columns:

    the contract's fields typed, submission_id, marking, is_accepted, `_broken_<n>`, `_repaired_<n>`, `_raw`
    (JSON of the row as read, NULL when there is nothing to say about the row). Of the known exceptions those count
    that are in force on the day `received_on` (where the partner is): each has a bit of its own, as a warning under
    the rule's name. Without a day no date lies after receipt.
    """
    rules, repairs = row_rules(contract), repair_rules(contract)
    if all_visible:  # by the promise of the reader, which costs less than a look into every cell
        rules = tuple(replace(rule, expression="true") if rule.kind == TEXT else rule for rule in rules)
    passes = [_passes_or_is_excepted(contract, rule, received_on) for rule in rules]
    for rule, exception in exception_rules(contract, received_on):
        passes.append(
            f"({_passes(contract, rules[_place(rules, rule.name)], received_on)} or not {_covers(exception)})"
        )
        rules = (*rules, rule)
    query = _cleaned_layer(contract, relation, plain_blanks)
    query = _validity_layer(contract, query)
    query, texts = _repair_layers(contract, query)
    query = _typed_layer(contract, query, texts)
    query = f"select *, {_blameless(contract, rules, received_on)} as _blameless from ({query})"
    broken = _masks("_broken", passes)
    mended = _masks("_repaired", _unrepaired(contract))
    fields = ", ".join(sql_name(field.name) for field in contract.fields)
    as_read = ", ".join(f"{sql_name('_r_' + field.name)}" for field in contract.fields)
    judged = (
        f"select {', '.join([fields, as_read, '_blameless', *broken, *mended])}, {marking_sql(contract)} as "
        "marking "
        f"from ({query})"
    )
    masks = [f"_broken_{n}" for n in range(len(broken))], [f"_repaired_{n}" for n in range(len(mended))]
    nothing = " and ".join(f"{name} = 0" for name in (*masks[0], *masks[1])) or "true"
    packed = ", ".join(f"{sql_name(field.name)} := {sql_name('_r_' + field.name)}" for field in contract.fields)
    errors = zip(masks[0], _error_masks(rules), strict=True)
    accepted = " and ".join(f"({name} & {mask}) = 0" for name, mask in errors if mask) or "true"
    sql = (
        f"select {fields}, {sql_text(submission_id)} as submission_id, marking, {accepted} as is_accepted, "
        f"{''.join(f'{name}, ' for name in (*masks[0], *masks[1]))}"
        f"case when _blameless or ({nothing}) then null else cast(to_json(struct_pack({packed})) as varchar) "
        f"end as _raw from ({judged})"
    )
    return Classification(sql, rules, repairs)


def _cleaned_layer(contract: Contract, relation: str, plain_blanks: bool) -> str:
    columns = []
    for field in contract.fields:
        name = sql_name(field.name)
        columns += [
            f"{name} as {sql_name('_r_' + field.name)}",
            f"{cleaned(field, name, plain_blanks)} as {sql_name('_t0_' + field.name)}",
        ]
    return f"select {', '.join(columns)} from {relation}"


def _validity_layer(contract: Contract, query: str) -> str:
    """For fields with a code list or a pattern: `_v_<field>`, whether the text as it stands is valid.

    Almost always it is; then nothing has to be repaired and nothing asked again. A valid value is never
    repaired. A code that holds for some days only is looked at again.
    """
    columns = []
    for field in contract.fields:
        text, conditions = sql_name("_t0_" + field.name), []
        if field.code_list:
            conditions.append(_listed(contract, field, text, always=field.valid_on is not None))
        if field.pattern is not None:
            conditions.append(f"regexp_matches({text}, {sql_text(field.pattern)})")
        if field.replaced_codes is not None:
            codes = contract.code_lists[field.replaced_codes].codes
            within = f"left({text}, {len(codes[0])})"
            conditions.append(f"(try_cast({within} as enum ({sql_list(codes)})) is null)")
        if conditions:
            columns.append(f"({' and '.join(conditions)}) as {sql_name('_v_' + field.name)}")
    return f"select *, {', '.join(columns)} from ({query})" if columns else query


def _repair_layers(contract: Contract, query: str) -> tuple[str, dict[str, str]]:
    """One more layer for each step of repairs, so that before and after stand side by side."""
    texts = {field.name: "_t0_" + field.name for field in contract.fields}
    steps = max((len(field_repairs(field)) for field in contract.fields), default=0)
    for step in range(steps):
        columns = ["*"]
        for field in contract.fields:
            rules = field_repairs(field)
            if step < len(rules):
                before, after = sql_name(texts[field.name]), f"_t{step + 1}_{field.name}"
                mended = repaired(contract, field, rules[step].expression, before, partial(_cleaned_text, "_t0_"))
                if _has_validity(field):
                    mended = f"case when {sql_name('_v_' + field.name)} then {before} else {mended} end"
                columns.append(f"{mended} as {sql_name(after)}")
                texts[field.name] = after
        query = f"select {', '.join(columns)} from ({query})"
    return query, texts


def _cleaned_text(prefix: str, name: str) -> str:
    return sql_name(prefix + name)


def _has_validity(field: Field) -> bool:
    return field.code_list is not None or field.pattern is not None or field.replaced_codes is not None


def sql_day(day: date) -> str:
    """A day as SQL."""
    return f"DATE '{day.isoformat()}'"


def is_received(contract: Contract, field: Field, received_on: date | None) -> str:
    """Whether the value lies no later than the day of receipt; timestamps are UTC, the day is the partner's."""
    name = sql_name(field.name)
    if received_on is None:
        return "true"
    received = sql_day(received_on)
    if field.type == "date":
        return f"{name} <= {received}"
    zone = sql_text(contract.timezone)
    return f"{name} < timezone('UTC', timezone({zone}, cast({received} + 1 as timestamp)))"


def _typed_layer(contract: Contract, query: str, texts: dict[str, str]) -> str:
    columns = []
    for field in contract.fields:
        columns.append(f"{typed(field, sql_name(texts[field.name]), contract.timezone)} as {sql_name(field.name)}")
        columns.append(f"{sql_name(texts[field.name])} as {sql_name('_t_' + field.name)}")
    return f"select *, {', '.join(columns)} from ({query})"


def _listed(contract: Contract, field: Field, text: str, always: bool = False) -> str:
    """Whether the text is in the field's code list (or there is none): as a cast to an enumeration, a look-up
    by hash. `always` leaves out the codes that came or went since SETTLED.

    Never as IN (...) or a join: DuckDB runs long lists as joins, and behind a join the rows of a file lose
    their order.
    """
    known = contract.code_lists[str(field.code_list)]
    codes = known.lasting if always else known.codes
    return f"((try_cast({text} as enum ({sql_list(codes)})) is null) <= ({text} is null))"


def _place(rules: Sequence[Rule], name: str) -> int:
    return next(at for at, rule in enumerate(rules) if rule.name == name)


def _covers(exception: KnownException) -> str:
    """Whether an exception lets this row through; a condition that is unknown or fails lets nothing through."""
    return f"coalesce(try(({exception.where}\n)), false)" if exception.where else "true"


def _passes_or_is_excepted(contract: Contract, rule: Rule, received_on: date | None) -> str:
    covered = [_covers(e) for e in in_force(contract, received_on) if e.rule == rule.name]
    return (
        " or ".join([_passes(contract, rule, received_on), *covered])
        if covered
        else _passes(contract, rule, received_on)
    )


def _passes(contract: Contract, rule: Rule, received_on: date | None) -> str:
    """The condition, never NULL, under which a row passes the rule."""
    if rule.kind == "custom":
        return f"try(({rule.expression}\n)) is not false"
    if rule.kind in ("marking", TEXT):
        return rule.expression
    field = contract.field_by_name[rule.fields[0]]
    name, text = sql_name(field.name), sql_name("_t_" + field.name)
    if rule.kind == "present":
        return f"{text} is not null"
    if rule.kind == "type":
        return f"({name} is not null or {text} is null)"
    if rule.kind == "code_list":
        return f"({name} is null or {sql_name('_v_' + field.name)} or {_listed(contract, field, name)})"
    if rule.kind == "valid_on":
        return f"({name} is null or ({rule.expression}) is not false)"
    if rule.kind == "pattern":
        return f"({name} is null or {sql_name('_v_' + field.name)} or ({rule.expression}) is not false)"
    if rule.kind == NOT_AFTER_RECEIPT:
        return f"({name} is null or {is_received(contract, field, received_on)})"
    return f"({name} is null or {rule.expression})"


def _unrepaired(contract: Contract) -> list[str]:
    conditions = []
    for field in contract.fields:
        for step, _ in enumerate(field_repairs(field)):
            before, after = sql_name(f"_t{step}_{field.name}"), sql_name(f"_t{step + 1}_{field.name}")
            same = f"{before} is null or {before} = {after}"
            conditions.append(f"({sql_name('_v_' + field.name)} or {same})" if _has_validity(field) else f"({same})")
    return conditions


def repaired_text(contract: Contract, field: Field) -> str:
    """The text of a cell after cleaning and all repairs, as the query above gives it; read from `_raw`."""

    def of(name: str) -> str:
        other = contract.field_by_name[name]
        return f"({cleaned(other, raw_text(other))})"

    return fully_repaired(contract, field, of(field.name), of)


def raw_text(field: Field) -> str:
    """The text of a cell as read, from the JSON in `_raw`."""
    return f"json_extract_string(_raw, '$.{field.name}')"


def _blameless(contract: Contract, rules: Sequence[Rule], received_on: date | None) -> str:
    """A condition that is cheap for all rows at once, and true only where every rule passes and nothing was
    repaired.

    Rows for which it is not true are looked at rule by rule. A condition on a missing value is NULL, which
    counts as passed, so that there is no need to ask for NULL everywhere.
    """
    conditions = []
    for rule in rules:
        if rule.kind == EXCEPTION:
            continue  # who breaks the rule is not blameless, excepted or not
        if rule.kind in ("custom", "marking", TEXT):
            conditions.append(f"try(({rule.expression}\n))" if rule.kind == "custom" else rule.expression)
            continue
        field = contract.field_by_name[rule.fields[0]]
        name, text = sql_name(field.name), sql_name("_t_" + field.name)
        if rule.kind == "present":
            conditions.append(f"{name} is not null")
        elif rule.kind == "type":
            conditions.append("true" if field.required else f"({name} is null) <= ({text} is null)")
        elif rule.kind == "valid_on":
            conditions += [sql_name("_v_" + field.name), f"{sql_name(rule.fields[1])} >= DATE '{SETTLED}'"]
        elif rule.kind in ("code_list", "pattern"):
            conditions.append(sql_name("_v_" + field.name))
        elif rule.kind == NOT_AFTER_RECEIPT:
            conditions.append(is_received(contract, field, received_on))
        elif rule.kind == "max_length":
            conditions.append(f"strlen({name}) <= {field.max_length}")
        else:
            conditions.append(rule.expression)
    for field in contract.fields:
        for step, _ in enumerate(field_repairs(field)):
            before, after = sql_name(f"_t{step}_{field.name}"), sql_name(f"_t{step + 1}_{field.name}")
            conditions.append(sql_name("_v_" + field.name) if _has_validity(field) else f"{before} = {after}")
    return f"({' and '.join(dict.fromkeys(conditions)) or 'true'}) is not false"


def _masks(prefix: str, passes: Sequence[str]) -> list[str]:
    masks = []
    for number, start in enumerate(range(0, len(passes), BITS)):
        group = passes[start : start + BITS]
        bits = " + ".join(f"case when {condition} then 0 else {1 << bit} end" for bit, condition in enumerate(group))
        masks.append(f"case when _blameless then 0::bigint else ({bits})::bigint end as {prefix}_{number}")
    return masks


def _error_masks(rules: Sequence[Rule]) -> list[int]:
    return [
        sum(1 << bit for bit, rule in enumerate(rules[start : start + BITS]) if rule.severity == "error")
        for start in range(0, len(rules), BITS)
    ]
