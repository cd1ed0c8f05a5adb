"""What changed in the feed as a whole: how its files are written and delivered, its key, and who may see its rows.

Here: everything of a contract but its columns. Not here: single columns (fields.py).
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from orchestration.contracts.comparison.change import Changes, gone_and_new, listed
from orchestration.contracts.comparison.rules import compare_file_rules, compare_rules
from orchestration.contracts.model import LEVELS, TLP, Contract, ReaderOptions
from orchestration.contracts.vocabulary import CADENCES

_ANOTHER_FILE = "a file written as before is refused or read as something else"
_OPTIONS = {
    "skip_lines": "lines before the header", "quote": "quotation mark", "decimal": "decimal sign",
    "grouping": "sign between thousands", "record_path": "element of a record", "member": "file within the archive",
    "trailing_delimiter": "delimiter at the end of lines", "end_marker": "last line",
}  # fmt: skip
_TEXTS = {"title": "title", "description": "purpose", "usage": "usage", "limitations": "limitations"}
_PLAIN = {"format": "format", "timezone": "clock", "period_pattern": "period in the file's name"}
# Compared elsewhere, or no promise: where the file of the contract lies, and the code lists (through their fields).
_ELSEWHERE = ("version", "path", "fields", "rules", "options", "code_lists", "translations", "migrations", "file_rules")


def compare_feed(changes: Changes, old: Contract, new: Contract) -> None:
    """Identity, delivery, layout, key and marking; attributes that have no words of their own are told by name."""
    if old.id != new.id:
        changes.breaking(
            f"The feed was {old.id} and is {new.id}.", sender="files are handed in for another feed",
            readers="its table has another name",
        )  # fmt: skip
    _key_and_delivery(changes, old, new)
    _layout(changes, old.options, new.options)
    _patterns(changes, old, new)
    _marking(changes, old.marking, new.marking)
    handled = (*_ELSEWHERE, *_HANDLED)
    for attribute in dataclasses.fields(Contract):
        name = attribute.name
        a, b = getattr(old, name), getattr(new, name)
        if a == b or name in handled:
            continue
        if name in _TEXTS:
            changes.words(f"The {_TEXTS[name]} is told in other words.")
        elif name in _PLAIN:
            changes.breaking(
                f"The {_PLAIN[name]} was `{a}` and is `{b}`.", sender=_ANOTHER_FILE,
                readers="times mean another moment" if name == "timezone" else "",
            )  # fmt: skip
        elif name in ("role", "country", "language"):
            changes.loosened(f"The partner's {name} was `{a}` and is `{b}`.", "it is told with the feed")
        elif name == "pulls":
            changes.loosened("The servers from which files are fetched changed.", "the files are the same")
        else:
            told = name.replace("_", " ")
            changes.breaking(
                f"The {told} changed.", sender="files that were good may be refused, held or read otherwise"
            )
    gone, added = (
        [one.version for one in these if one.version not in {other.version for other in those}]
        for these, those in ((old.migrations, new.migrations), (new.migrations, old.migrations))
    )
    if gone:
        changes.tightened(f"Files of version {', '.join(gone)} are no longer taken.", "such a file is refused")
    if added:
        changes.loosened(f"Files of version {', '.join(added)} are taken and brought to the version in force.")
    for language in old.translations.keys() & new.translations.keys():
        if old.translations[language] != new.translations[language]:
            changes.words(f"The texts in the language {language} changed.")
    compare_rules(changes, {rule.name: rule for rule in old.rules}, {rule.name: rule for rule in new.rules})
    files_old, files_new = ({rule.name: rule for rule in one.file_rules} for one in (old, new))
    compare_file_rules(changes, files_old, files_new)


def _key_and_delivery(changes: Changes, old: Contract, new: Contract) -> None:
    if old.key != new.key:
        changes.breaking(
            f"The key was {listed(old.key)} and is {listed(new.key)}.",
            sender="rows that were different may be the same record, and the other way round",
            readers="joins on the old key give other rows",
        )
    if old.delivery != new.delivery:
        changes.breaking(
            f"The delivery was {old.delivery} and is {new.delivery}.",
            sender="a file replaces the whole list"
            if new.delivery == "snapshot"
            else "a file adds to the earlier ones",
            readers="the rows in force are other ones",
        )
    if old.cadence != new.cadence:
        told = f"The feed was due {old.cadence} and is due {new.cadence}."
        if CADENCES.index(new.cadence) < CADENCES.index(old.cadence):
            changes.tightened(told, "it is overdue sooner")
        else:
            changes.loosened(told, "news comes later")
    gone, added = gone_and_new(old.ignored_columns, new.ignored_columns)
    gone = [column for column in gone if column not in {field.source for field in new.fields}]
    if gone:
        changes.tightened(f"The columns {listed(gone)} may no longer stand in the file.", "a file with them is refused")
    if added:
        changes.loosened(f"The columns {listed(added)} may stand in the file.")
    if old.drop_exact_duplicates != new.drop_exact_duplicates:
        dropped = "dropped and counted" if new.drop_exact_duplicates else "kept"
        changes.breaking(f"Rows that repeat another one exactly are {dropped}.", readers="counts and sums change")


def _layout(changes: Changes, old: ReaderOptions, new: ReaderOptions) -> None:
    for attribute in dataclasses.fields(ReaderOptions):
        name = attribute.name
        a, b = getattr(old, name), getattr(new, name)
        if a == b:
            continue
        what = _OPTIONS.get(name, name.replace("_", " "))
        if name == "grouping" and set(a) < set(b):
            changes.loosened(f"The {what} may also be {listed(sign for sign in b if sign not in a)}.")
        else:
            changes.breaking(f"The {what} was {_shown(a)} and is {_shown(b)}.", sender=_ANOTHER_FILE)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return listed(": ".join(item) if isinstance(item, tuple) else item for item in value)
    return "none" if value in (None, "") else f"`{value}`"


def _patterns(changes: Changes, old: Contract, new: Contract) -> None:
    gone, added = gone_and_new(old.patterns, new.patterns)
    if gone:
        changes.tightened(f"Files named {listed(gone)} are no longer taken.", "a file under such a name lies unread")
    if added:
        changes.loosened(f"Files named {listed(added)} are taken.")


def _marking(changes: Changes, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """More eyes need the sender's consent; fewer take rows from those who read them."""
    for part, wider in (
        ("level", LEVELS.index(new["level"]) - LEVELS.index(old["level"])),
        ("tlp", TLP.index(new["tlp"]) - TLP.index(old["tlp"])),
    ):
        if wider:
            _audience(changes, f"The {part} of the marking was {old[part]} and is {new[part]}.", wider < 0, wider > 0)
    for part, words in (
        ("releaseTo", "released to"), ("purposes", "used for the purposes"), ("exclude", "kept from"),
    ):  # fmt: skip
        a, b = old[part], new[part]
        if a == b or (a is not None and b is not None and set(a) == set(b)):
            continue
        more = a is not None and (b is None or not set(b) <= set(a))  # null is anybody
        less = b is not None and (a is None or not set(a) <= set(b))
        if part == "exclude":
            more, less = less, more
        _audience(changes, f"Rows were {words}: {_named(a)}; now: {_named(b)}.", more, less)


def _audience(changes: Changes, told: str, more: bool, less: bool) -> None:
    changes.breaking(
        told,
        sender="more may see the rows: the originator must agree" if more else "",
        readers="fewer may see the rows: some recipients lose them" if less else "",
    )


def _named(value: list[str] | None) -> str:
    return "any" if value is None else ("nobody" if not value else ", ".join(value))


_HANDLED = (
    "partner", "feed", "key", "delivery", "cadence", "ignored_columns", "drop_exact_duplicates", "patterns", "marking",
)  # fmt: skip
