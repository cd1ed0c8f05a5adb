"""The SQL of single cells: from text as read to cleaned, repaired and typed.

Here: for each field the expressions that turn the column `r.<field>` of a relation into text without padding
and null markers, apply the contract's repairs one by one, and give the typed value (NULL where the text is
not of the type). Not here: the repairs themselves (mending.py) and verdicts on rows (classify.py). Written for speed:
the common case costs a comparison, the rare one may cost a regular expression.
"""

import re
from collections.abc import Callable

from orchestration.contracts.model import Contract, Field
from orchestration.contracts.repairs import field_repairs
from orchestration.quoting import sql_list, sql_name, sql_text
from orchestration.submissions import mending

_BLANKS = r"[\s\x{00a0}\x{2007}\x{202f}\x{feff}\x{200b}]"
_WIDE = (9, 10, 13, 0xA0, 0x2007, 0x202F, 0x200B, 0xFEFF)
_EARLIEST = "DATE '1000-01-01'"  # DuckDB reads the year 25 in `1.2.25` as the first century; no record is that old


def cleaned(field: Field, column: str, plain: bool = False) -> str:
    """Text without blanks around it (for typed fields and where the contract says trim), null markers as
    NULL.

    `plain` promises that no cell has other blanks at its edges than the ordinary one, which saves looking for
    them.
    """
    text = column
    if "trim" in field.repairs or field.type != "string":
        stripped = f"regexp_replace({column}, '^{_BLANKS}+|{_BLANKS}+$', '', 'g')"
        text = f"case when {_padded(column, plain)} then nullif({stripped}, '') else {column} end"
    if field.null_values:
        markers = f"trim({column}) in ({sql_list(dict.fromkeys(value.strip() for value in field.null_values))})"
        text = f"case when {markers} then null else {text} end"
    return text


def repaired(contract: Contract, field: Field, repair: str, text: str, of: Callable[[str], str]) -> str:
    """The text after one repair; equal to `text` where there is nothing to mend. `of` gives the cleaned text of another
    field of the row.
    """
    simple = {
        "upper": mending.upper, "control_code": mending.control_code, "excel_exponent": mending.excel_exponent,
        "hs_leading_zero": mending.hs_leading_zero, "grouped_integer": mending.grouped_integer,
        "mojibake": mending.mojibake,
    }  # fmt: skip
    by_field = {
        "symbols": mending.symbols, "excel_serial": mending.excel_serial, "two_digit_years": mending.two_digit_years,
    }  # fmt: skip
    if repair in simple:
        return simple[repair](text)
    if repair in by_field:
        return by_field[repair](field, text)
    if repair == "aliases":
        return mending.aliases(contract, field, text)
    if repair == "successor":
        day = contract.field_by_name[str(field.valid_on)]
        on = typed(day, fully_repaired(contract, day, of(day.name), of), contract.timezone)
        return mending.successor(contract.code_lists[str(field.validity_list)], text, on)
    raise ValueError(f"unknown repair {repair}")


def fully_repaired(contract: Contract, field: Field, text: str, of: Callable[[str], str]) -> str:
    """The text after all repairs of the field."""
    for rule in field_repairs(field):
        text = repaired(contract, field, rule.expression, f"({text})", of)
    return text


def typed(field: Field, text: str, timezone: str) -> str:
    """The value of the text in the field's type, NULL where it has none."""
    if field.type == "string":
        return text
    if field.type == "array":
        return f"case when json_valid({text}) and json_type({text}) = 'ARRAY' then {text} end"
    if field.type == "boolean":
        return (
            f"case when lower({text}) in ({sql_list(field.true_values)}) then true "
            f"when lower({text}) in ({sql_list(field.false_values)}) then false end"
        )
    if field.type in ("integer", "decimal"):
        return _number(field, text)
    if field.type == "date":
        day = f"try_cast({_strptime(field.formats, text)} as date)"
        return f"case when {day} >= {_EARLIEST} then {day} end"
    return _timestamp(field, text, timezone)


def _padded(column: str, plain: bool) -> str:
    edges = [f"{column} < '!'", f"suffix({column}, ' ')"]  # '!' is the first character after the blank
    if not plain:
        edges.append(
            f"{column} >= chr(160)"
        )  # wide blanks begin with the bytes c2, e2 or ef, like any other foreign letter
        edges += [f"suffix({column}, chr({code}))" for code in _WIDE]
    return f"({' or '.join(edges)})"


def _number(field: Field, text: str) -> str:
    groups = (".", ",") if field.grouped_integer else field.group_separators
    plain = "[0-9]+"
    if groups:
        marks = "[" + "".join(re.escape(mark) for mark in groups) + "]"
        plain = rf"([0-9]+|[0-9]{{1,3}}({marks}[0-9]{{3}})+)"
    decimals = ""
    if field.type == "decimal" and not field.grouped_integer:
        at_most = rf"[0-9]{{1,{field.scale}}}0*" if field.scale else "0+"
        decimals = rf"({re.escape(field.decimal_separator)}{at_most})?"
    digits = text
    for mark in groups:
        digits = f"replace({digits}, {sql_text(mark)}, '')"
    if field.type == "decimal" and field.decimal_separator != "." and not field.grouped_integer:
        digits = f"replace({digits}, {sql_text(field.decimal_separator)}, '.')"
    pattern = sql_text(f"-?{plain}{decimals}")
    return f"case when regexp_full_match({text}, {pattern}) then try_cast({digits} as {field.duckdb_type}) end"


def _strptime(formats: tuple[str, ...], text: str) -> str:
    tries = [f"try_strptime({text}, {sql_text(form)})" for form in formats]
    return tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})"


def _timestamp(field: Field, text: str, timezone: str) -> str:
    local = tuple(form for form in field.formats if "%z" not in form and "%Z" not in form)
    zoned = tuple(form for form in field.formats if form not in local)
    tries = []
    for form in zoned:
        offset = f"case when suffix({text}, 'Z') then left({text}, -1) || '+00' else {text} end"
        tries.append(f"timezone('UTC', try_strptime({offset}, {sql_text(form)}))")
    if local:
        moment = _strptime(local, text)
        tries.append(moment if timezone == "UTC" else f"timezone('UTC', timezone({sql_text(timezone)}, {moment}))")
    value = tries[0] if len(tries) == 1 else f"coalesce({', '.join(tries)})"
    return f"case when {value} >= {_EARLIEST} then {value} end"


def column(name: str, relation: str = "") -> str:
    """A column of a relation, quoted."""
    return f"{relation}.{sql_name(name)}" if relation else sql_name(name)
