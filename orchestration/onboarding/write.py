"""The draft as YAML text, with `# guess:` beside everything that was guessed, and its code lists as CSV.

Here: the words and the order of a drafted contract. Not here: the guesses themselves, and files (draft.py).
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence

from orchestration.contracts.model import ReaderOptions
from orchestration.onboarding.column import Column
from orchestration.onboarding.figures import Notation
from orchestration.onboarding.layout import Layout

_HEAD = """\
# A draft of {contract}, made from the sample file {sample} ({rows:,} rows).
#
# Each line marked `guess` was concluded from this one file and may be wrong: ask the partner, then delete the mark.
# Lines marked `say` are for a person to write. The examples are real values of the sample: replace them by invented
# ones if the rows are sensitive, since everybody who sees the contract sees them.
"""
# Options of the reader by their attribute: the word in YAML.
_OPTION_WORDS = {
    "encoding": "encoding", "delimiter": "delimiter", "quote": "quote", "header": "header", "skip_lines": "skipLines",
    "trailing_delimiter": "trailingDelimiter", "end_marker": "endMarker", "sheet": "sheet", "member": "member",
    "record_path": "recordPath",
}  # fmt: skip
_TEXT_FORMATS = ("csv", "tsv")


def contract_yaml(
    *, partner: str, feed: str, sample: str, rows: int, layout: Layout, columns: Sequence[Column],
    keys: Sequence[tuple[str, ...]], notation: Notation, path: str, period_pattern: str | None, lists: dict[str, str],
) -> str:  # fmt: skip
    """The whole text; `lists` gives by field the code list that was drafted for it."""
    key = keys[0] if keys else ()
    lines = [
        _HEAD.format(contract=f"{partner}/{feed}", sample=_comment(sample), rows=rows),
        "apiVersion: v3.1.0",
        "kind: DataContract",
        f"id: {partner}.{feed}",
        f"name: {quoted(feed.replace('_', ' ').capitalize())}  # say: what the feed is called",
        "version: 0.1.0",
        "status: draft",
        "description:",
        "  purpose: Not said yet.  # say: what the rows are and why they are asked for",
        "  usage: Not said yet.  # say: what they are used for",
        "  limitations: Not said yet.  # say: what they do not say",
        "servers:",
        "  # guess: files like this one; so narrow that no other feed's file fits",
        f"  - {{server: landing, type: local, path: {quoted(path)}, "
        f"format: {'zip' if layout.archived else layout.format}}}",
        "schema:",
        f"  - name: {feed}",
        "    physicalType: file",
        "    description: One row per record of the file.  # say: one row per what",
        *_key_comment(keys),
        "    properties:",
    ]
    for column in columns:
        lines += [f"      {line}" for line in _field(column, key, notation, lists)]
    lines += ["customProperties:", *_contract_properties(partner, feed, layout, notation, period_pattern)]
    return "\n".join(lines) + "\n"


def code_list_csv(codes: Sequence[str]) -> str:
    """A code list whose labels are the codes themselves until a person says what they mean."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code", "label"])
    writer.writerows([code, code] for code in codes)
    return text.getvalue()


def quoted(text: str) -> str:
    """A text in double quotes that YAML reads back letter for letter."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
                   for c in plain)  # fmt: skip


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _guess(column: Column, key: str, line: str) -> str:
    why = column.notes.get(key)
    return f"{line}  # guess: {_comment(why)}" if why else line


def _key_comment(keys: Sequence[tuple[str, ...]]) -> list[str]:
    if not keys:
        return [
            "    # guess: no column and no pair of columns names a record; without a key, corrections cannot be told"
        ]
    others = "; others that would do: " + ", ".join(" + ".join(key) for key in keys[1:6]) if len(keys) > 1 else ""
    return [f"    # guess: the key {' + '.join(keys[0])} stands once in the sample{others}"]


def _field(column: Column, key: tuple[str, ...], notation: Notation, lists: dict[str, str]) -> Iterator[str]:
    yield f"- name: {column.name}"
    yield f"  physicalName: {quoted(column.source)}"
    yield _guess(column, "logicalType", f"  logicalType: {column.type}")
    if column.required or column.name in key:
        yield _guess(column, "required", "  required: true")
    if column.name in key:
        yield "  primaryKey: true  # guess: see above"
        yield f"  primaryKeyPosition: {key.index(column.name) + 1}"
    yield "  description: Not said yet.  # say: what stands here, and what an empty cell means"
    if column.examples:
        yield f"  examples: [{', '.join(quoted(example) for example in column.examples)}]  # real values of the sample"
    options = {"pattern": quoted(column.pattern) if column.pattern else None, "maxLength": column.max_length,
               "minimum": column.minimum}  # fmt: skip
    given = {name: value for name, value in options.items() if value is not None}
    if given:
        why = "; ".join(_comment(column.notes[name]) for name in given if name in column.notes)
        yield f"  logicalTypeOptions: {{{', '.join(f'{n}: {v}' for n, v in given.items())}}}  # guess: {why}"
    custom = list(_custom(column, notation, lists))
    if custom:
        yield "  customProperties:"
        yield from custom


def _custom(column: Column, notation: Notation, lists: dict[str, str]) -> Iterator[str]:
    def entry(name: str, value: str, why: str = "") -> str:
        told = why or column.notes.get(name, "")
        return f"    - {{property: {name}, value: {value}}}" + (f"  # guess: {_comment(told)}" if told else "")

    def texts(values: Sequence[str]) -> str:
        return f"[{', '.join(quoted(value) for value in values)}]"

    if column.formats:
        yield entry("formats", texts(column.formats))
    if column.type == "number":
        yield entry("scale", str(column.scale))
        if column.precision != 18:
            yield entry("precision", str(column.precision), "the numbers have so many digits")
    own = column.notation
    if own is not None and column.type == "number" and own.decimal != notation.decimal:
        yield entry("decimal", quoted(own.decimal), "this column differs from the rest of the file")
    if own is not None and own.grouping != notation.grouping:
        yield entry("grouping", texts([own.grouping] if own.grouping else []), "this column differs from the rest")
    if column.booleans:
        yes, no = column.booleans
        yield entry("booleans", f"{{'true': [{quoted(yes)}], 'false': [{quoted(no)}]}}")
    if column.null_values:
        yield entry("nullValues", texts(column.null_values))
    if code_list := lists.get(column.name, column.code_list):
        yield entry("codeList", code_list)
    if column.trim and column.type == "string":
        yield entry("repairs", "[trim]", "some cells have blanks around their text")


def _contract_properties(
    partner: str, feed: str, layout: Layout, notation: Notation, period_pattern: str | None
) -> Iterator[str]:
    for name, value, mark in (
        ("partner", partner, ""), ("feed", feed, ""),
        ("role", "licensing", "say: licensing, customs, enforcement, intelligence, foreign or finance"),
        ("country", "XX", "say: the partner's country"), ("language", "en", "say: the partner's language"),
        ("timezone", "UTC", "say: the clock of its times, such as Europe/Vienna"),
        ("delivery", "periodic", "guess: or snapshot, if each file is the whole list"),
        ("cadence", "irregular", "say: how often it is due"),
        ("signature", "required", "say: required, or optional while the partner has no key"),
    ):  # fmt: skip
        yield f"  - {{property: {name}, value: {value}}}" + (f"  # {mark}" if mark else "")
    if period_pattern:
        yield f"  - {{property: periodPattern, value: {quoted(period_pattern)}}}  # guess: from the file's name"
    if layout.ignored:
        yield "  # guess: columns without a name, or values of changing kinds, which no reader can take"
        yield f"  - {{property: ignoredColumns, value: [{', '.join(quoted(name) for name in layout.ignored)}]}}"
    reader = list(_reader(layout, notation))
    if reader:
        yield "  - property: reader"
        yield "    value:"
        yield from (f"      {line}" for line in reader)
    yield "  # guess: the narrowest marking, so that nobody but the partner sees the rows before a person has decided"
    yield "  - {property: marking, value: {level: restricted, tlp: RED}}"


def _reader(layout: Layout, notation: Notation) -> Iterator[str]:
    usual = ReaderOptions()
    for attribute, word in _OPTION_WORDS.items():
        value = getattr(layout.options, attribute)
        needed = layout.format in _TEXT_FORMATS and attribute in ("encoding", "delimiter", "header")
        if value != getattr(usual, attribute) or needed:
            told = layout.notes.get(attribute, "")
            shown = quoted(value) if isinstance(value, str) else str(value).lower()
            yield f"{word}: {shown}" + (f"  # guess: {_comment(told)}" if told else "")
    if layout.options.namespaces:
        pairs = ", ".join(f"{quoted(prefix)}: {quoted(uri)}" for prefix, uri in layout.options.namespaces)
        yield f"namespaces: {{{pairs}}}"
    if notation != Notation():
        yield f"decimal: {quoted(notation.decimal)}  # guess: it fits the most columns of numbers"
        if notation.grouping:
            yield f"grouping: [{quoted(notation.grouping)}]  # guess: likewise"
