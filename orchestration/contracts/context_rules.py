"""The rules of a field that rest on more than the field's own form: another field's date, the day of receipt, check
digits, texts that must not stand in an open field.

Here: which of them a field has, their names and sentences. Not here: the rules of the field's form (rules.py) and the
repairs beside them (repairs.py).
"""

from collections.abc import Iterator

from orchestration.contracts.model import Contract, Field, Rule
from orchestration.quoting import sql_name, sql_text
from orchestration.words import sentence

NOT_AFTER_RECEIPT = "not_after_receipt"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What Windows-1252 shows for the bytes that follow the first one of a character in UTF-8.
_CONTINUED = r"[\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
GARBLED = rf"[\x{{c2}}-\x{{df}}]{_CONTINUED}|[\x{{e0}}-\x{{ef}}]{_CONTINUED}{{2}}"


def context_rules(contract: Contract, field: Field) -> Iterator[Rule]:
    """The rules of one field that need its contract; expressions speak of the typed columns of the row."""
    name, label, column = field.name, field.source, sql_name(field.name)
    if "mojibake" in field.repairs:
        said = sentence(
            "%(label)s holds letters that look garbled by a wrong encoding and cannot be turned back.", label=label
        )
        clean = f"(strlen({column}) = length({column}) or not regexp_matches({column}, '{GARBLED}'))"
        yield Rule(f"{name}_has_no_garbled_letters", clean, str(said), "warning", (name,), "readable", said)
    if field.valid_on is not None:
        day = contract.field_by_name[field.valid_on]
        said = sentence("%(label)s must be a code that was valid on the day in %(day)s.", label=label, day=day.source)
        expression = _was_valid(contract, field, day)
        yield Rule(
            f"{name}_was_valid_on_{day.name}", expression, str(said), "error", (name, day.name), "valid_on", said
        )
    if field.not_after_receipt:
        said = sentence("%(label)s must not lie after the day on which the file was received.", label=label)
        yield Rule(f"{name}_is_not_after_receipt", "", str(said), "error", (name,), NOT_AFTER_RECEIPT, said)
    if field.check_digits is not None:
        said = sentence(
            "The check digits of %(label)s do not fit: the number is kept as given and used for no match.", label=label
        )
        fit = _mod_97_10(column) if field.check_digits == "lei" else _luhn(column)
        yield Rule(f"{name}_has_right_check_digits", fit, str(said), "warning", (name,), "check_digits", said)
    if field.open_text:
        said = sentence(
            "%(label)s is an open field and holds a handling caveat or a person. Alert: the owner of the data must be "
            "told, and the row sent again without it.",
            label=label,
        )
        pattern = "|".join(f"(?:{item})" for item in contract.spills)
        clean = f"not regexp_matches({column}, {sql_text(pattern)})"
        yield Rule(f"{name}_holds_no_caveat_or_person", clean, str(said), "error", (name,), "spill", said)


def _was_valid(contract: Contract, field: Field, day: Field) -> str:
    """Whether the code held on the day; codes that hold for ever are not in the expression."""
    codes, on = contract.code_lists[str(field.validity_list)], sql_name(day.name)
    text = sql_name(field.name)
    if field.replaced_codes is not None:
        text = f"left({text}, {len(codes.codes[0])})"  # a longer code is a code within one of these
    cases = []
    for code, spans in codes.validity.items():
        within = [
            " and ".join(f"{on} {sign} DATE '{bound}'" for sign, bound in ((">=", first), ("<=", last)) if bound)
            for first, last in spans
        ]
        cases.append(f"when {sql_text(code)} then ({' or '.join(f'({item})' for item in within)})")
    return f"(case {text} {' '.join(cases)} else true end)" if cases else "true"


def _mod_97_10(column: str) -> str:
    """ISO 7064 MOD 97-10 over letters and digits, as ISO 17442 has it for the LEI: letters count from 10, the rest
    of the whole number by 97 is 1. What has another form is judged by a rule of the form.
    """
    values = f"list_transform(string_split({column}, ''), lambda c: strpos('{_LETTERS}', c) - 1)"
    rest = f"list_reduce({values}, lambda sum, v: (sum * case when v > 9 then 100 else 10 end + v) % 97, 0)"
    return f"(case when regexp_full_match({column}, '[A-Z0-9]{{18}}[0-9]{{2}}') then {rest} = 1 else true end)"


def _luhn(column: str) -> str:
    """The tenth digit of an Arvenian EORI number makes the sum of its digits, every other doubled, a multiple of ten.
    Numbers of other countries have no check digit that all of them share.
    """
    doubled = "case when i % 2 = 0 then v when v > 4 then 2 * v - 9 else 2 * v end"
    values = f"list_transform(string_split(substr({column}, 3), ''), lambda c: try_cast(c as integer))"
    total = f"list_sum(list_transform({values}, lambda v, i: {doubled}))"
    return f"(case when regexp_full_match({column}, 'XA[0-9]{{10}}') then {total} % 10 = 0 else true end)"
