"""The repairs that a contract may allow, and how each appears in the findings.

Here: which repairs a field gets, their rule names and plain words. Not here: the SQL of a repair
(submissions/cells.py). Trimming blanks is silent; every other repair is recorded with the value before and
after.
"""

from collections.abc import Iterator

from orchestration.contracts.model import Contract, Field, Rule
from orchestration.words import mark, sentence

_REPAIRS = {
    "mojibake": (
        "freed_of_garbled_letters",
        mark("%(label)s was in UTF-8 and had been read as Windows-1252; its letters were turned back."),
    ),
    "upper": ("put_in_capitals", mark("%(label)s was written in capitals.")),
    "control_code": ("spelled_as_printed", mark("%(label)s was brought to the printed form of the control list.")),
    "excel_exponent": (
        "freed_of_exponent",
        mark("%(label)s had been turned into a power of ten by a spreadsheet."),
    ),
    "hs_leading_zero": ("given_its_leading_zero", mark("%(label)s had lost its leading zero.")),
}


def repair_rules(contract: Contract) -> tuple[Rule, ...]:
    """One rule for each recorded repair, in the fields' order."""
    return tuple(rule for field in contract.fields for rule in field_repairs(field))


def field_repairs(field: Field) -> list[Rule]:
    """The recorded repairs of one field, in the order in which they are applied."""
    rules = [
        _repair(field, _REPAIRS[repair][0], repair, _REPAIRS[repair][1])
        for repair in field.repairs
        if repair in _REPAIRS
    ]
    return [*rules, *(_repair(field, name, repair, text) for name, repair, text in _declared(field))]


def _declared(field: Field) -> Iterator[tuple[str, str, str]]:
    """The repairs that follow from other words of the field: name, repair and sentence."""
    if field.grouped_integer:
        yield (
            "lost_trailing_zeros",
            "grouped_integer",
            mark(
                "%(label)s had lost the zeros at its end, because a spreadsheet took the mark between groups for a "
                "decimal sign."
            ),
        )
    if field.symbols:
        text = mark("%(label)s was a symbol, which the contract says how to read.")
        yield "read_as_the_contract_says", "symbols", text
    if field.aliases is not None:
        yield "read_as_its_code", "aliases", mark("%(label)s was a name, for which the list has one code.")
    if "successor" in field.repairs:
        text = mark("%(label)s was a code that had ended; the one code that replaced it was taken.")
        yield "replaced_by_its_successor", "successor", text
    if field.excel_serial:
        text = mark("%(label)s was the number of a day in a spreadsheet.")
        yield "turned_back_into_a_date", "excel_serial", text
    if field.two_digit_years is not None:
        text = mark("%(label)s had a year of two digits, which the contract says how to read.")
        yield "given_its_century", "two_digit_years", text


def _repair(field: Field, name: str, repair: str, text: str) -> Rule:
    said = sentence(text, label=field.source)
    return Rule(f"{field.name}_{name}", repair, str(said), "repair", (field.name,), "repair", said)
