"""What changed in the rules that a contract declares: about rows, and about files as a whole.

Here: rules by their names. Not here: what follows from single fields (fields.py).
"""

from collections.abc import Mapping
from decimal import Decimal

from orchestration.contracts.comparison.change import Changes, gone_and_new
from orchestration.contracts.model import FileRule, Rule


def compare_rules(changes: Changes, old: Mapping[str, Rule], new: Mapping[str, Rule]) -> None:
    """The contract's own rules about rows, by name."""
    gone, added = gone_and_new(old, new)
    for name in gone:
        changes.loosened(f"The rule `{name}` was removed.", "rows that break it may come")
    for name in added:
        rule = new[name]
        if rule.severity == "error":
            changes.tightened(f"The rule `{name}` was added: {rule.description}", "rows that break it are quarantined")
        else:
            changes.loosened(f"The rule `{name}` was added as a warning: {rule.description}")
    for name in old.keys() & new.keys():
        _compare_rule(changes, old[name], new[name])


def _compare_rule(changes: Changes, old: Rule, new: Rule) -> None:
    if old.severity != new.severity:
        told = f"The rule `{new.name}` was of severity {old.severity} and is of severity {new.severity}."
        if new.severity == "error":
            changes.tightened(told, "rows that only drew a warning are quarantined")
        else:
            changes.loosened(told, "rows that were quarantined come now")
    if " ".join(old.expression.split()) != " ".join(new.expression.split()):
        told = f"The rule `{new.name}` has another condition: {new.expression}"
        if new.severity == "error":
            changes.tightened(told, "rows that were good may break it; nothing proves that it only became easier")
        else:
            changes.loosened(told)
    if old.description != new.description:
        changes.words(f"The rule `{new.name}` is explained in other words.")


def compare_file_rules(changes: Changes, old: Mapping[str, FileRule], new: Mapping[str, FileRule]) -> None:
    """The rules about whole files, by name."""
    gone, added = gone_and_new(old, new)
    for name in gone:
        changes.loosened(f"The rule about whole files `{name}` was removed.", "files that break it may come")
    for name in added:
        told = f"The rule about whole files `{name}` was added: {new[name].description}"
        changes.tightened(told, f"a file that breaks it is {new[name].outcome}")
    for name in sorted(old.keys() & new.keys()):
        before, after = old[name], new[name]
        if before == after:
            continue
        told = f"The rule about whole files `{name}` is another one: {after.description}"
        same_but_bounds = (before.metric, before.field, before.outcome) == (after.metric, after.field, after.outcome)
        if same_but_bounds and not _narrower(before, after):
            changes.loosened(told, "files beyond the old bounds may come")
        else:
            changes.tightened(told, f"a file that breaks it is {after.outcome}")


def _narrower(old: FileRule, new: FileRule) -> bool:
    infinite = Decimal("Infinity")
    lowest, highest = (-infinite if new.low is None else new.low), (infinite if new.high is None else new.high)
    return lowest > (-infinite if old.low is None else old.low) or highest < (
        infinite if old.high is None else old.high
    )
