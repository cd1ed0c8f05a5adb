"""The comparison as a whole: the changes, and whether the version number says what they are.

Here: semantic versioning for contracts. A change that breaks something needs a higher first number, one that does
not a higher second one, other words a higher third one. Not here: finding changes (feed.py, fields.py).
"""

import re
from dataclasses import dataclass

from orchestration.contracts.comparison.change import Change, Changes
from orchestration.contracts.comparison.feed import compare_feed
from orchestration.contracts.comparison.fields import compare_fields
from orchestration.contracts.model import Contract
from orchestration.errors import ContractError

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
    """Compare two versions of a contract; ContractError when a version is not written as 1.2.3."""
    for contract in (old, new):
        numbers(contract.version, contract)
    changes = Changes()
    compare_feed(changes, old, new)
    compare_fields(changes, old, new)
    return Comparison(new.id, old.version, new.version, tuple(changes))


def numbers(version: str, contract: Contract | None = None) -> tuple[int, int, int]:
    """The three numbers of a version; ContractError when it has another form."""
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", version)
    if found is None:
        where = f"{contract.path}: " if contract else ""
        raise ContractError(f"{where}the version `{version}` is not of the form 1.2.3, so versions cannot be compared.")
    first, second, third = map(int, found.groups())
    return first, second, third
