"""The rules that follow from a contract's fields by themselves, with their names and plain words.

Here: which implicit rules exist and how they are called; every consumer (classification, Great Expectations,
tests, feedback) takes the list from here. Not here: how a rule is evaluated (submissions/classify.py).
"""

from orchestration.contracts.model import Contract, Field, Rule

UNIQUE = "unique"


def implicit_rules(contract: Contract) -> tuple[Rule, ...]:
    """The rules of the fields, in the fields' order, then the key's; expressions speak of the typed columns.

    A type rule has no expression of its own: a text that is not of the type has no typed value.
    """
    rules = [rule for field in contract.fields for rule in field_rules(field)]
    if contract.key:
        joined = "_and_".join(contract.key)
        rules.append(
            Rule(
                f"{joined}_is_unique",
                "",
                f"Each {' and '.join(contract.key)} stands once in a file; rows with the same key and other "
                "content contradict each other.",
                fields=contract.key,
                kind=UNIQUE,
            )
        )
    return tuple(rules)


def all_rules(contract: Contract) -> tuple[Rule, ...]:
    """Implicit rules, then the contract's own, in a stable order."""
    return (*implicit_rules(contract), *contract.rules)


def field_rules(field: Field) -> list[Rule]:
    """The implicit rules of one field."""
    name, label = field.name, field.source
    column = f'"{name}"'
    rules = []

    def add(rule: str, expression: str, description: str, kind: str) -> None:
        rules.append(Rule(f"{name}_{rule}", expression, description, fields=(name,), kind=kind))

    if field.required:
        add("is_present", f"{column} is not null", f"{label} must be filled in.", "present")
    if field.type != "string":
        article = "an" if field.type[0] in "aio" else "a"
        add(f"is_{article}_{field.type}", "", f"{label} must be {article} {field.type}{_form(field)}.", "type")
    if field.code_list is not None:
        add(
            f"is_in_{field.code_list}",
            "",
            f"{label} must be a code of the list {field.code_list}.",
            "code_list",
        )
    if field.pattern is not None:
        text = field.pattern.replace("'", "''")
        add(
            "matches_its_pattern",
            f"regexp_matches({column}, '{text}')",
            f"{label} must have the form {field.examples[0] if field.examples else field.pattern}.",
            "pattern",
        )
    if field.minimum is not None:
        add(
            f"is_at_least_{_slug(field.minimum)}",
            f"{column} >= {field.minimum}",
            f"{label} must be at least {field.minimum}.",
            "minimum",
        )
    if field.maximum is not None:
        add(
            f"is_at_most_{_slug(field.maximum)}",
            f"{column} <= {field.maximum}",
            f"{label} must be at most {field.maximum}.",
            "maximum",
        )
    if field.max_length is not None:
        add(
            "is_not_too_long",
            f"length({column}) <= {field.max_length}",
            f"{label} must have at most {field.max_length} characters.",
            "max_length",
        )
    return rules


def _slug(number: str) -> str:
    return number.replace("-", "minus_").replace(".", "_")


def _form(field: Field) -> str:
    if field.formats:
        readable = {"%d": "DD", "%m": "MM", "%Y": "YYYY", "%y": "YY", "%H": "hh", "%M": "mm", "%S": "ss"}
        forms = []
        for item in field.formats:
            for code, word in readable.items():
                item = item.replace(code, word)
            forms.append(item)
        return f" written as {' or '.join(forms)}"
    if field.type == "decimal":
        return f" with the decimal sign `{field.decimal_separator}` and at most {field.scale} decimals"
    if field.type == "boolean":
        return f": {', '.join(field.true_values)} or {', '.join(field.false_values)}"
    return ""
