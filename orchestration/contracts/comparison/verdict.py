"""The comparison as a whole: the changes, and whether the version number says what they are.

Here: semantic versioning for contracts. A change that breaks something needs a higher first number, one that does
not a higher second one, other words a higher third one. Not here: finding changes (feed.py, fields.py).
"""

from dataclasses import dataclass, replace

from orchestration.contracts.comparison.change import SENDER, Change, Changes
from orchestration.contracts.comparison.feed import compare_feed
from orchestration.contracts.comparison.fields import compare_fields
from orchestration.contracts.model import Contract, Migration
from orchestration.contracts.versions import numbers

PARTS = ("first", "second", "third")


@dataclass(frozen=True)
class Comparison:
    """Two versions of a contract and what lies between them."""

    feed: str
    old_version: str
    new_version: str
    changes: tuple[Change, ...]

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that break something for the sender or for readers."""
        return tuple(change for change in self.changes if change.breaks)

    @property
    def compatible(self) -> tuple[Change, ...]:
        """The other changes."""
        return tuple(change for change in self.changes if not change.breaks)

    @property
    def version_fault(self) -> str:
        """Why the new version number does not fit the changes; '' when it fits."""
        old, new = numbers(self.old_version), numbers(self.new_version)
        if not self.changes:
            return "" if new >= old else f"Nothing changed, but {self.new_version} is lower than {self.old_version}."
        needed = 0 if self.breaking else (2 if all(change.words_only for change in self.changes) else 1)
        # Before 1.0.0 nothing is promised, and the second number does the work of the first.
        needed = max(needed, 1) if old[0] == 0 and new[0] == 0 else needed
        if new[: needed + 1] > old[: needed + 1]:
            return ""
        what = ("A breaking change", "A change", "A change of words")[0 if self.breaking else max(needed, 1)]
        least = [*old[:needed], old[needed] + 1, *[0] * (2 - needed)]
        return (
            f"{what} needs a higher {PARTS[needed]} number: at least {'.'.join(map(str, least))} after "
            f"{self.old_version}, not {self.new_version}."
        )


def compare(old: Contract, new: Contract) -> Comparison:
    """Compare two versions of a contract."""
    changes = _changes(old, new)
    migration = next((one for one in new.migrations if one.version == old.version), None)
    if migration is not None:
        left = {change.told for change in _changes(_migrated(old, new, migration), new) if SENDER in change.breaks}
        changes = [change if change.told in left else _mended(change) for change in changes]
    return Comparison(new.id, old.version, new.version, tuple(changes))


def _changes(old: Contract, new: Contract) -> list[Change]:
    changes = Changes()
    compare_feed(changes, old, new)
    compare_fields(changes, old, new)
    return changes


def _mended(change: Change) -> Change:
    if SENDER not in change.breaks:
        return change
    breaks = tuple(who for who in change.breaks if who != SENDER)
    return replace(
        change, sender="a file of the earlier version is brought to this one by its migration", breaks=breaks
    )


def _migrated(old: Contract, new: Contract, migration: Migration) -> Contract:
    """The old contract as its files are once the declared migration has been through them."""
    kept = [field for field in old.fields if field.source not in migration.removed]
    fields = [
        replace(
            field,
            source=new.field_by_name[field.name].source if field.name in migration.columns else field.source,
            formats=new.field_by_name[field.name].formats if field.name in migration.formats else field.formats,
        )
        for field in kept
    ]
    fields += [new.field_by_name[name] for name in migration.added if name not in old.field_by_name]
    lists = {**new.code_lists, **old.code_lists}
    for name, codes in migration.codes.items():
        code_list = old.field_by_name[name].code_list if name in old.field_by_name else None
        if code_list is not None:
            renamed = tuple(codes.get(code, code) for code in lists[code_list].codes)
            lists[code_list] = replace(lists[code_list], codes=renamed)
    return replace(old, fields=tuple(fields), code_lists=lists)
