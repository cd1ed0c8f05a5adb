"""The rules that follow from a contract's fields by themselves, with their names and plain words.

Here: which implicit rules exist and how they are called, each with its sentence, whose pattern the catalogues of
words/ translate; every consumer (classification, Great Expectations,
tests, feedback) takes the list from here. Not here: how a rule is evaluated (submissions/classify.py).
"""

from orchestration.contracts.context_rules import context_rules
from orchestration.contracts.model import Contract, Field, Rule
from orchestration.contracts.references import references
from orchestration.quoting import sql_name
from orchestration.words import AnyOf, DateForms, Sentence, sentence
from reports.hidden_characters import RE2_PATTERN

UNIQUE, FILE, TEXT = "unique", "file", "text"


def implicit_rules(contract: Contract) -> tuple[Rule, ...]:
    """The rules of the fields, in the fields' order, then the key's; expressions speak of the typed columns.

    A type rule has no expression of its own: a text that is not of the type has no typed value.
    """
    rules = []
    for field in contract.fields:
        rules += [*field_rules(field), *context_rules(contract, field)]
    if texts := tuple(f.name for f in contract.fields if f.type in ("string", "array") and not f.code_list):
        rules.append(_visible(contract, texts))
    if contract.key:
        rules.append(_unique(contract))
    return tuple(rules)


def _unique(contract: Contract) -> Rule:
    said = sentence(
        "The key %(key)s stands once in a file; rows with the same key and other content contradict each other.",
        key=" + ".join(contract.field_by_name[name].source for name in contract.key),
    )
    name = f"{'_and_'.join(contract.key)}_is_unique"
    return Rule(name, "", str(said), fields=contract.key, kind=UNIQUE, sentence=said)


def _visible(contract: Contract, texts: tuple[str, ...]) -> Rule:
    """One rule for all texts of the feed: it hardly ever bites, and each finding names its cell."""
    said = sentence(
        "A text should have no characters that nobody sees (controls, zero-width characters, marks that turn the "
        "direction of writing)."
    )
    expression = f"({' or '.join(hidden_in(sql_name(name)) for name in texts)}) is not true"
    name = f"{contract.feed}_has_no_hidden_characters"
    return Rule(name, expression, str(said), "warning", texts, TEXT, sentence=said)


def hidden_in(text: str) -> str:
    """SQL: whether the text holds a hidden character; NULL where it is empty."""
    return f"regexp_matches({text}, '{RE2_PATTERN}')"


def all_rules(contract: Contract) -> tuple[Rule, ...]:
    """The rules about rows: implicit ones, then the contract's own, in a stable order."""
    return (*implicit_rules(contract), *contract.rules)


def file_rules(contract: Contract) -> tuple[Rule, ...]:
    """The rules about a file as a whole; no expression, no row can break them (submissions/whole_file.py)."""
    return tuple(
        Rule(rule.name, "", rule.description, fields=(rule.field,) if rule.field else (), kind=FILE)
        for rule in contract.file_rules
    )


def every_rule(contract: Contract) -> tuple[Rule, ...]:
    """All that a contract asks: rules about rows, references to other feeds, rules about the file."""
    return (*all_rules(contract), *(reference.rule for reference in references(contract)), *file_rules(contract))


def field_rules(field: Field) -> list[Rule]:
    """The implicit rules of one field."""
    name, label = field.name, field.source
    column = f'"{name}"'
    rules = []

    def add(rule: str, expression: str, said: Sentence, kind: str) -> None:
        rules.append(Rule(f"{name}_{rule}", expression, str(said), fields=(name,), kind=kind, sentence=said))

    if field.required:
        add("is_present", f"{column} is not null", sentence("%(label)s must be filled in.", label=label), "present")
    if field.type != "string":
        article = "an" if field.type[0] in "aio" else "a"
        add(f"is_{article}_{field.type}", "", _type_sentence(field), "type")
    if field.code_list is not None:
        said = sentence("%(label)s must be a code of the list %(list)s.", label=label, list=field.code_list)
        add(f"is_in_{field.code_list}", "", said, "code_list")
    if field.pattern is not None:
        text = field.pattern.replace("'", "''")
        form = field.examples[0] if field.examples else field.pattern
        said = sentence("%(label)s must have the form %(form)s.", label=label, form=form)
        add("matches_its_pattern", f"regexp_matches({column}, '{text}')", said, "pattern")
    if field.minimum is not None:
        said = sentence("%(label)s must be at least %(bound)s.", label=label, bound=field.minimum)
        add(f"is_at_least_{_slug(field.minimum)}", f"{column} >= {field.minimum}", said, "minimum")
    if field.maximum is not None:
        said = sentence("%(label)s must be at most %(bound)s.", label=label, bound=field.maximum)
        add(f"is_at_most_{_slug(field.maximum)}", f"{column} <= {field.maximum}", said, "maximum")
    if field.max_length is not None:
        said = sentence("%(label)s must have at most %(count)s characters.", label=label, count=field.max_length)
        add("is_not_too_long", f"length({column}) <= {field.max_length}", said, "max_length")
    return rules


def _type_sentence(field: Field) -> Sentence:
    """What a value of the field's type looks like; one whole sentence a type, so that each can be translated."""
    label = field.source
    if field.type == "date":
        return sentence("%(label)s must be a date written as %(forms)s.", label=label, forms=DateForms(field.formats))
    if field.type == "timestamp":
        return sentence(
            "%(label)s must be a date with a time, written as %(forms)s.", label=label, forms=DateForms(field.formats)
        )
    if field.type == "decimal":
        return sentence(
            "%(label)s must be a number with the decimal sign “%(sign)s” and at most %(scale)s decimals.",
            label=label, sign=field.decimal_separator, scale=field.scale,
        )  # fmt: skip
    if field.type == "boolean":
        return sentence(
            "%(label)s must be yes (%(yes)s) or no (%(no)s).",
            label=label, yes=AnyOf(field.true_values), no=AnyOf(field.false_values),
        )  # fmt: skip
    if field.type == "array":
        return sentence("%(label)s must be a list.", label=label)
    return sentence("%(label)s must be a whole number.", label=label)


def _slug(number: str) -> str:
    return number.replace("-", "minus_").replace(".", "_")
