"""What changed in the columns of a feed: added, removed, renamed, and what may stand in each.

Here: one field of the old version against its namesake of the new one. Not here: the feed as a whole (feed.py).
"""

import dataclasses
from collections.abc import Callable
from decimal import Decimal

from orchestration.contracts.comparison.change import Changes, gone_and_new, listed
from orchestration.contracts.model import Contract, Field

# JSON and XML name each value where it stands, so that a record may lack one; a table without a column is refused.
NAMED_VALUES = ("json", "jsonl", "xml")
# A wider type takes every text of the narrower one.
_WIDER = {("integer", "decimal"), ("integer", "string"), ("decimal", "string"), ("date", "string"),
          ("timestamp", "string"), ("boolean", "string"), ("array", "string")}  # fmt: skip
_WORDS = ("description", "examples", "business_name")
# Compared with the whole feed (the key), in this module by name, or only where the reader's own setting is the same.
_ELSEWHERE = ("name", "primary_key")


def compare_fields(changes: Changes, old: Contract, new: Contract) -> None:
    """All columns of both versions, in the new one's order, then those that are gone."""
    gone = {name: field for name, field in old.field_by_name.items() if name not in new.field_by_name}
    by_source = {field.source: field for field in gone.values()}
    for field in new.fields:
        before = old.field_by_name.get(field.name)
        if before is None and field.source in by_source:
            before = gone.pop(by_source[field.source].name)
            changes.breaking(
                f"The field of the column `{field.source}` was called `{before.name}` and is called `{field.name}`.",
                readers="queries that name the old field fail",
            )
        if before is None:
            _added(changes, field, new)
        else:
            _compare(changes, before, field, old, new)
    for field in gone.values():
        _removed(changes, field, new)


def _added(changes: Changes, field: Field, new: Contract) -> None:
    told = f"The column `{field.source}` ({field.name}) was added"
    if field.required:
        changes.tightened(f"{told} and must be filled in.", "a file without it is refused")
    elif new.format in NAMED_VALUES:
        changes.loosened(f"{told}; it may be left out.")
    else:
        changes.tightened(f"{told}; it may be empty.", "a file whose header lacks it is refused")


def _removed(changes: Changes, field: Field, new: Contract) -> None:
    told = f"The column `{field.source}` ({field.name}) was removed"
    if field.source in new.ignored_columns:
        changes.breaking(f"{told}; it may still stand in the file.", readers="queries that name it fail")
    else:
        changes.breaking(f"{told}.", sender="a file with it is refused", readers="queries that name it fail")


def _compare(changes: Changes, old: Field, new: Field, before: Contract, after: Contract) -> None:
    column = f"The column `{new.source}`"
    if old.source != new.source:
        changes.breaking(
            f"The column `{old.source}` ({old.name}) is now called `{new.source}`.",
            sender="a file with the old name is refused",
        )
    _required(changes, column, old, new)
    _type(changes, column, old, new)
    _bounds(changes, column, old, new)
    _code_list(changes, column, old, new, before, after)
    _repairs(changes, column, old, new)
    _null_values(changes, column, old, new)
    for attribute in dataclasses.fields(Field):
        name = attribute.name
        a, b = getattr(old, name), getattr(new, name)
        if a == b or name in _ELSEWHERE or name in _HANDLED:
            continue
        if name in _WORDS:
            changes.words(f"{column} is explained in other words ({name.replace('_', ' ')}).")
        elif name in _ACCEPTED_TEXTS:
            _accepted(changes, f"{column}: {_ACCEPTED_TEXTS[name]}", a, b)
        elif not _follows_the_reader(name, old, new, before, after):
            changes.breaking(
                f"{column}: {name.replace('_', ' ')} was `{a}` and is `{b}`.",
                sender="values written as before may be refused or read as something else",
            )


def _required(changes: Changes, column: str, old: Field, new: Field) -> None:
    if new.required and not old.required:
        changes.tightened(f"{column} must be filled in.", "rows without it are quarantined")
    elif old.required and not new.required:
        changes.loosened(f"{column} may be empty.", "rows without it may come")


def _type(changes: Changes, column: str, old: Field, new: Field) -> None:
    if old.type != new.type:
        told = f"{column} was of the type {old.type} and is of the type {new.type}."
        readers = "the column has another type"
        if (old.type, new.type) in _WIDER:
            changes.breaking(told, readers=readers)
        else:
            changes.breaking(told, sender="values that are not of the new type are quarantined", readers=readers)
    elif old.type == "decimal" and (old.precision, old.scale) != (new.precision, new.scale):
        told = f"{column} had the type {old.duckdb_type} and has the type {new.duckdb_type}."
        narrower = new.scale < old.scale or new.precision - new.scale < old.precision - old.scale
        sender = "numbers with more digits than it holds are quarantined" if narrower else ""
        changes.breaking(told, sender=sender, readers="the column has another type")


def _bounds(changes: Changes, column: str, old: Field, new: Field) -> None:
    def number(text: str | int | None) -> Decimal | None:
        return None if text is None else Decimal(str(text))

    for word, a, b, tighter in (
        ("at least {}", number(old.minimum), number(new.minimum), Decimal.__gt__),
        ("at most {}", number(old.maximum), number(new.maximum), Decimal.__lt__),
        ("at most {} characters", number(old.max_length), number(new.max_length), Decimal.__lt__),
    ):
        _bound(changes, column, word, a, b, tighter)
    if old.pattern != new.pattern and new.pattern is None:
        changes.loosened(
            f"{column} may have any form; it had the form {old.pattern}.", "values of other forms may come"
        )
    elif old.pattern != new.pattern:
        was = f"; it was {old.pattern}" if old.pattern is not None else ""
        changes.tightened(
            f"{column} must have the form {new.pattern}{was}.",
            "values of another form are quarantined; nothing proves that it only became wider",
        )


def _bound(
    changes: Changes, column: str, word: str, old: Decimal | None, new: Decimal | None,
    tighter: Callable[[Decimal, Decimal], bool],
) -> None:  # fmt: skip
    if old == new:
        return
    if new is None:
        changes.loosened(f"{column} has no bound any more; it had {word.format(old)}.", "values beyond it may come")
    elif old is None or tighter(new, old):
        was = f"; it was {word.format(old)}" if old is not None else ""
        changes.tightened(f"{column} must have {word.format(new)}{was}.", "values beyond it are quarantined")
    else:
        changes.loosened(
            f"{column} must have {word.format(new)}; it was {word.format(old)}.", "values beyond the old bound may come"
        )


def _code_list(changes: Changes, column: str, old: Field, new: Field, before: Contract, after: Contract) -> None:
    if old.code_list is not None and new.code_list is None:
        changes.loosened(f"{column} is free text; it was a code of {old.code_list}.", "other values may come")
    elif old.code_list is None and new.code_list is not None:
        changes.tightened(f"{column} must be a code of {new.code_list}.", "other values are quarantined")
    elif old.code_list is not None and new.code_list is not None:
        gone, added = gone_and_new(before.code_lists[old.code_list].codes, after.code_lists[new.code_list].codes)
        where = f"{new.code_list}, the list of the column `{new.source}`"
        if old.code_list != new.code_list:
            changes.loosened(f"{column} has the list {new.code_list}; it had the list {old.code_list}.")
        if gone:
            changes.tightened(f"The codes {listed(gone)} are gone from {where}.", "rows with them are quarantined")
        if added:
            changes.loosened(f"The codes {listed(added)} were added to {where}.", "they may come")


def _repairs(changes: Changes, column: str, old: Field, new: Field) -> None:
    gone, added = gone_and_new(old.repairs, new.repairs)
    if gone:
        changes.tightened(
            f"{column} is no longer repaired ({', '.join(gone)}).", "values that were mended may be quarantined"
        )
    if added:
        changes.loosened(f"{column} is repaired ({', '.join(added)}).", "what was repaired comes in the repaired form")
    if not gone and not added and old.repairs != new.repairs:
        changes.loosened(f"{column} is repaired in another order ({', '.join(new.repairs)}).")


def _null_values(changes: Changes, column: str, old: Field, new: Field) -> None:
    gone, added = gone_and_new(old.null_values, new.null_values)
    if gone:
        changes.tightened(f"{column}: {listed(gone)} no longer means empty.", "it is taken as a value")
    if added:
        changes.breaking(f"{column}: {listed(added)} means empty.", readers="what was a value is empty")


def _accepted(changes: Changes, what: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    gone, added = gone_and_new(old, new)
    if gone:
        changes.tightened(f"{what} {listed(gone)} is no longer taken.", "values written so are quarantined")
    if added:
        changes.loosened(f"{what} {listed(added)} is taken too.")
    if not gone and not added:
        changes.loosened(f"{what} come in another order.")


def _follows_the_reader(name: str, old: Field, new: Field, before: Contract, after: Contract) -> bool:
    """Whether a field's decimal or grouping sign changed only because the whole feed's did, which is told once."""
    of_reader = {"decimal_separator": "decimal", "group_separators": "grouping"}.get(name)
    if of_reader is None:
        return False
    inherited = (getattr(before.options, of_reader), getattr(after.options, of_reader))
    return (getattr(old, name), getattr(new, name)) == inherited


_ACCEPTED_TEXTS = {
    "formats": "the date form", "true_values": "the word for yes", "false_values": "the word for no",
}  # fmt: skip
_HANDLED = (
    "source", "type", "required", "precision", "scale", "code_list", "pattern", "minimum", "maximum", "max_length",
    "repairs", "null_values",
)  # fmt: skip
