"""For each rule what would have been right, and an example, from the contract.

Here: sentences and examples by kind of rule, before any language. Not here: what to write instead of one
particular value (mends.py).
"""

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.contracts.model import Contract, Field, Rule
from orchestration.words import AnyOf, DateForms, Sentence, sentence

CODES_SHOWN = 8


@dataclass(frozen=True)
class Expectation:
    """The form that is expected, and an example of it: by column where several go together."""

    form: Sentence
    example: str


def expectation(contract: Contract, rule: Rule) -> Expectation:
    """What a row must look like to pass the rule."""
    fields = [contract.field_by_name[name] for name in rule.fields if name in contract.field_by_name]
    if len(fields) == 1 and rule.kind in _FORMS:
        return Expectation(_FORMS[rule.kind](contract, fields[0]), _example(fields[0]))
    columns = ", ".join(field.source for field in fields)
    return Expectation(_several(rule, columns, len(fields)), _together(fields))


def _several(rule: Rule, columns: str, count: int) -> Sentence:
    if rule.kind == "file":
        return sentence("a file as a whole, as the rule says")
    if rule.kind == "unique":
        return sentence("one row for each value of %(columns)s", columns=columns)
    if count > 1:
        return sentence("values of %(columns)s that fit together as the rule says", columns=columns)
    return sentence("a value of %(columns)s that fits the rule", columns=columns) if count else sentence("see the rule")


def _type(_contract: Contract, field: Field) -> Sentence:
    if field.type in ("date", "timestamp"):
        return sentence("written as %(forms)s", forms=DateForms(field.formats))
    if field.type == "boolean":
        return sentence("%(yes)s for yes, %(no)s for no", yes=AnyOf(field.true_values), no=AnyOf(field.false_values))
    if field.type == "array":
        return sentence('a list in JSON, such as ["a", "b"]')
    if field.type == "integer":
        return sentence("digits only, such as 12")
    if field.group_separators:
        return sentence(
            "digits, the decimal sign “%(sign)s”, at most %(scale)s decimals; thousands may be set apart by "
            "“%(groups)s”",
            sign=field.decimal_separator, scale=field.scale, groups=AnyOf(field.group_separators),
        )  # fmt: skip
    return sentence(
        "digits, the decimal sign “%(sign)s”, at most %(scale)s decimals; nothing between thousands",
        sign=field.decimal_separator, scale=field.scale,
    )  # fmt: skip


def _present(contract: Contract, field: Field) -> Sentence:
    if field.code_list:
        return _code_list(contract, field)
    if field.type == "string":
        return sentence("not empty")
    return _type(contract, field)


def _code_list(contract: Contract, field: Field) -> Sentence:
    codes = contract.code_lists[str(field.code_list)].codes
    codes = tuple(dict.fromkeys(codes))
    if len(codes) <= CODES_SHOWN:
        return sentence("one of %(codes)s", codes=", ".join(codes))
    return sentence(
        "one of the %(count)s codes of the list %(list)s: %(codes)s …",
        count=len(codes), list=str(field.code_list), codes=", ".join(codes[:CODES_SHOWN]),
    )  # fmt: skip


_FORMS: dict[str, Callable[[Contract, Field], Sentence]] = {
    "present": _present,
    "type": _type,
    "code_list": _code_list,
    "pattern": lambda _contract, _field: sentence("written like the example"),
    "minimum": lambda _contract, field: sentence("%(bound)s or more", bound=str(field.minimum)),
    "maximum": lambda _contract, field: sentence("%(bound)s or less", bound=str(field.maximum)),
    "readable": lambda _contract, _field: sentence("letters as they are written, exported as UTF-8 and read as such"),
    "reference": lambda _contract, field: sentence(
        "a value that stands in %(feed)s", feed=str(field.references).partition(".")[0]
    ),
    "not_after_receipt": lambda _contract, _field: sentence("the day of receipt or an earlier one"),
    "check_digits": lambda _contract, _field: sentence("the number as its issuer wrote it, all digits in their places"),
    "spill": lambda _contract, _field: sentence("text without caveats and without names of persons"),
    "max_length": lambda _contract, field: sentence("at most %(count)s characters", count=int(field.max_length or 0)),
}


def _example(field: Field) -> str:
    return ", ".join(field.examples[:2]) if field.code_list is None else "".join(field.examples[:1])


def _together(fields: list[Field]) -> str:
    given = [(field.source, field.examples[0]) for field in fields if field.examples]
    if len(fields) == 1:
        return given[0][1] if given else ""
    return "; ".join(f"{source}: {example}" for source, example in given)
