"""The repairs that a contract may allow, and how each appears in the findings.

Here: which repairs a field gets, their rule names and plain words. Not here: the SQL of a repair
(submissions/cells.py). Trimming blanks is silent; every other repair is recorded with the value before and
after.
"""

from orchestration.contracts.model import Contract, Field, Rule

_REPAIRS = {
    "upper": ("put_in_capitals", "was written in capitals"),
    "control_code": ("spelled_as_printed", "was brought to the printed form of the control list"),
    "excel_exponent": ("freed_of_exponent", "had been turned into a power of ten by a spreadsheet"),
    "hs_leading_zero": ("given_its_leading_zero", "had lost its leading zero"),
}


def repair_rules(contract: Contract) -> tuple[Rule, ...]:
    """One rule for each recorded repair, in the fields' order."""
    return tuple(rule for field in contract.fields for rule in field_repairs(field))


def field_repairs(field: Field) -> list[Rule]:
    """The recorded repairs of one field, in the order in which they are applied."""
    rules = [
        Rule(
            f"{field.name}_{_REPAIRS[repair][0]}",
            repair,
            f"{field.source} {_REPAIRS[repair][1]}.",
            "repair",
            (field.name,),
            "repair",
        )
        for repair in field.repairs
        if repair in _REPAIRS
    ]
    if field.grouped_integer:
        text = (
            f"{field.source} had lost the zeros at its end, because a spreadsheet took the mark between "
            "groups for a decimal sign."
        )
        rules.append(
            Rule(f"{field.name}_lost_trailing_zeros", "grouped_integer", text, "repair", (field.name,), "repair")
        )
    return rules
