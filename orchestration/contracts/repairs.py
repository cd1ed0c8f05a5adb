"""The repairs that a contract may allow, and how each appears in the findings.

Here: which repairs a field gets, their rule names and plain words. Not here: the SQL of a repair
(submissions/cells.py). Trimming blanks is silent; every other repair is recorded with the value before and
after.
"""

from orchestration.contracts.model import Contract, Field, Rule
from orchestration.words import mark, sentence

_REPAIRS = {
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
    if field.grouped_integer:
        text = mark(
            "%(label)s had lost the zeros at its end, because a spreadsheet took the mark between groups for a "
            "decimal sign."
        )
        rules.append(_repair(field, "lost_trailing_zeros", "grouped_integer", text))
    return rules


def _repair(field: Field, name: str, repair: str, text: str) -> Rule:
    said = sentence(text, label=field.source)
    return Rule(f"{field.name}_{name}", repair, str(said), "repair", (field.name,), "repair", said)
