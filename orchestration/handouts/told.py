"""A contract in words: how it is delivered, what stands in its columns, who may see it.

Here: sentences that page and form share, in the reader's language. Not here: layout.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.contracts.model import Contract, Field, FileRule, Rule
from orchestration.contracts.repairs import repair_rules
from orchestration.contracts.rules import all_rules, field_rules
from orchestration.contracts.texts import Texts
from orchestration.submissions.feedback.expected import expectation
from orchestration.submissions.feedback.telling import rule_text
from orchestration.words import mark
from orchestration.words.catalogue import Words

_CADENCES = {
    "daily": mark("every day"), "weekly": mark("every week"), "monthly": mark("every month"),
    "quarterly": mark("every quarter"), "half-yearly": mark("every half-year"), "yearly": mark("every year"),
    "irregular": mark("when there is something to send"),
}  # fmt: skip
_DELIVERIES = {
    "snapshot": mark("Each file is the whole list and replaces the one before."),
    "periodic": mark("Each file adds to those before; a record sent again under its key corrects the earlier one."),
}
_FORMATS = {
    "csv": mark("a text file with delimiters (CSV)"), "tsv": mark("a text file with tabs (TSV)"),
    "xlsx": mark("an Excel workbook (.xlsx)"), "json": mark("one JSON file"), "jsonl": mark("JSON, one object a line"),
    "xml": mark("an XML file"), "parquet": mark("a Parquet file"), "fixed": mark("a text file of fixed width"),
}  # fmt: skip
_TYPES = {
    "string": mark("text"), "integer": mark("whole number"), "decimal": mark("number"), "date": mark("day"),
    "timestamp": mark("day and time"), "boolean": mark("yes or no"), "array": mark("list"),
}  # fmt: skip
_LEVELS = {
    "public": mark("public"), "official": mark("official"), "restricted": mark("restricted"), "secret": mark("secret"),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column as it is explained: `wanted` are the forms that its values must have."""

    field: Field
    label: str
    description: str
    type: str
    wanted: tuple[str, ...]


def columns(contract: Contract, texts: Texts, words: Words) -> list[Column]:
    """All columns in the contract's order."""
    found = []
    for field in contract.fields:
        rules = [rule for rule in field_rules(field) if rule.kind not in ("present", "code_list")]
        forms = tuple(dict.fromkeys(words.say(expectation(contract, rule).form) for rule in rules))
        label = texts.label(field)
        found.append(
            Column(
                field, "" if label == field.source else label, texts.description(field),
                words.say(_TYPES[field.type]), forms,
            )
        )  # fmt: skip
    return found


def delivery(contract: Contract, words: Words) -> list[tuple[str, str]]:
    """How a file is made and sent: (what, how)."""
    options = contract.options
    form = words.say(_FORMATS[contract.format])
    if options.member is not None:
        form = words.say("%(form)s, alone in a zip archive", form=form)
    told = [
        (words.say("File"), form),
        (words.say("Name of the file"), ", ".join(pattern.rpartition("/")[2] for pattern in contract.patterns)),
        (words.say("Due"), words.say(_CADENCES[contract.cadence])),
        (words.say("Meaning"), words.say(_DELIVERIES[contract.delivery])),
    ]
    if contract.format in ("csv", "tsv", "fixed"):
        told.append((words.say("Encoding"), options.encoding))
    if contract.format in ("csv", "tsv"):
        told.append((words.say("Delimiter"), words.say("tab") if options.delimiter == "\t" else options.delimiter))
    if contract.format in ("csv", "tsv", "xlsx"):
        if options.skip_lines:
            told.append((words.say("Lines before the header"), words.number(options.skip_lines)))
        header = "the names of the columns, letter for letter" if options.header else "none: columns go by their place"
        told.append((words.say("Header"), words.say(header)))
    if any(field.type == "decimal" for field in contract.fields):
        signs = words.say("decimal sign “%(sign)s”", sign=options.decimal)
        if options.grouping:
            groups = " ".join(options.grouping)
            signs += words.say(", thousands may be set apart by “%(groups)s”", groups=groups)
        told.append((words.say("Numbers"), signs))
    if options.end_marker:
        told.append((words.say("Last line"), options.end_marker))
    if options.record_path:
        told.append((words.say("Records"), options.record_path))
    told.append((words.say("Clock"), contract.timezone))
    return told


# The texts that are said through a variable above, for the catalogues.
_HEADERS = (mark("the names of the columns, letter for letter"), mark("none: columns go by their place"))


def rules(contract: Contract, words: Words, severity: str) -> list[tuple[str, str]]:
    """The rules about rows of one severity: (sentence, its language)."""
    chosen = [rule for rule in all_rules(contract) if rule.severity == severity]
    return [_told(contract, rule, words) for rule in chosen]


def repairs(contract: Contract, words: Words) -> list[tuple[str, str]]:
    """The repairs that are made and recorded."""
    return [_told(contract, rule, words) for rule in repair_rules(contract)]


def file_rules(contract: Contract) -> Sequence[FileRule]:
    """The rules about whole files."""
    return contract.file_rules


def _told(contract: Contract, rule: Rule, words: Words) -> tuple[str, str]:
    own = contract.translations.get(words.language)
    if own is not None and rule.name in own.rules:
        return own.rules[rule.name], words.language
    return rule_text(contract, rule, words)


def audience(contract: Contract, words: Words) -> str:
    """Who may see the rows, in a sentence."""
    marking: Mapping[str, Any] = contract.marking
    named = _LEVELS[marking["level"]]
    level = words.say(named)
    told = [words.say("Level %(level)s, audience TLP:%(tlp)s.", level=level, tlp=marking["tlp"])]
    if marking["releaseTo"]:
        told.append(words.say("Released to %(names)s.", names=", ".join(marking["releaseTo"])))
    elif marking["releaseTo"] is not None:
        told.append(words.say("Released to nobody."))
    if marking["exclude"]:
        told.append(words.say("Never to %(names)s.", names=", ".join(marking["exclude"])))
    if contract.marking_fields:
        told.append(words.say("A row may say otherwise of itself."))
    return " ".join(told)
