"""Known exceptions: rows that break a rule and are accepted all the same, for a while, because somebody answers for it.

Here: `known_exceptions.yaml`, its checks when the contracts are loaded, and which exceptions hold on a day. Not here:
their effect on rows (submissions/classify.py) and on the quality record (submissions/quality.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.contracts import plain_yaml
from orchestration.contracts.expressions import ExpressionChecker
from orchestration.contracts.model import Contract, KnownException, Rule
from orchestration.contracts.rules import UNIQUE, all_rules
from orchestration.errors import ContractError

FILE_NAME = "known_exceptions.yaml"
KIND = "exception"
KEYS = ("feed", "rule", "where", "owner", "reason", "expires_on")


def with_exceptions(path: Path, contracts: Mapping[str, Contract], checker: ExpressionChecker) -> dict[str, Contract]:
    """The contracts with the exceptions that the file lists, if it is there; ContractError names file and line."""
    found: dict[str, list[KnownException]] = {}
    if path.is_file():
        reader = _Reader(plain_yaml.load(path), contracts, checker)
        for contract_id, exception in reader.entries():
            others = found.setdefault(contract_id, [])
            if any((other.rule, other.where) == (exception.rule, exception.where) for other in others):
                raise ContractError(
                    f"{path}:{exception.line}: the rule {exception.rule} of {contract_id} is excepted twice for the "
                    "same rows; keep one entry."
                )
            others.append(exception)
    return {
        contract_id: replace(contract, exceptions=tuple(found.get(contract_id, ())))
        for contract_id, contract in contracts.items()
    }


def in_force(contract: Contract, day: date | None) -> tuple[KnownException, ...]:
    """The exceptions that hold for what was received on this day; none without a day."""
    return tuple(e for e in contract.exceptions if day is not None and day <= e.expires_on)


def expired(contracts: Iterable[Contract], day: date) -> list[str]:
    """A sentence for each exception whose last day has passed."""
    return [
        f"data_contracts/{FILE_NAME}:{e.line}: the exception from {e.rule} of {contract.id} expired on {e.expires_on} "
        f"({e.owner}: {e.reason.rstrip('.')}). What arrives since then is quarantined again. Mend the cause and delete "
        "the entry, or let its owner give it a new day."
        for contract in contracts
        for e in contract.exceptions
        if e.expires_on < day
    ]


def exception_rules(contract: Contract, day: date | None) -> tuple[tuple[Rule, KnownException], ...]:
    """For each exception in force the warning that it turns its rule into, under the rule's own name."""
    rules = {rule.name: rule for rule in all_rules(contract)}
    return tuple((as_warning(rules[e.rule], e), e) for e in in_force(contract, day))


def as_warning(rule: Rule, exception: KnownException) -> Rule:
    """What a row is told that an exception lets through."""
    said = (
        f"{rule.description} The row is accepted as a known exception until {exception.expires_on}: "
        f"{exception.reason.rstrip('.')}. {exception.owner} answers for it."
    )
    return Rule(rule.name, rule.expression, said, "warning", rule.fields, KIND)


class _Reader:
    """Reads the file entry by entry; holds the document so that every error can name its line."""

    def __init__(
        self, document: plain_yaml.Document, contracts: Mapping[str, Contract], checker: ExpressionChecker
    ) -> None:
        self.document, self.contracts, self.checker = document, contracts, checker

    def entries(self) -> list[tuple[str, KnownException]]:
        if not isinstance(self.document.data or [], list):
            self.fail((), f"expected a list of exceptions with {', '.join(KEYS)}")
        return [self.entry(position, given) for position, given in enumerate(self.document.data or [])]

    def fail(self, place: plain_yaml.Place, message: str) -> None:
        raise ContractError(f"{self.document.at(place)}: {message}.")

    def entry(self, position: int, given: Any) -> tuple[str, KnownException]:
        place = (position,)
        if not isinstance(given, dict) or set(given) - set(KEYS):
            self.fail(place, f"an exception is a mapping of {', '.join(KEYS)}")
        for key in KEYS:
            if key != "where" and (not isinstance(given.get(key), str) or not given[key].strip()):
                self.fail(place, f"an exception says its {key}, as a text")
        contract = self.contracts.get(given["feed"])
        if contract is None:
            self.fail((*place, "feed"), f"`{given['feed']}` is no feed; those are {', '.join(self.contracts)}")
            raise AssertionError
        # A value that cannot be read is no value, and which of two contradicting rows is right nobody can say.
        rules = {r.name: r for r in all_rules(contract) if r.severity == "error" and r.kind not in (UNIQUE, "type")}
        if given["rule"] not in rules:
            self.fail(
                (*place, "rule"),
                f"`{given['rule']}` is no rule of {contract.id} from which rows can be excepted; those are "
                f"{', '.join(rules)}",
            )
        where = str(given.get("where") or "").strip()
        if where:
            try:
                self.checker.fields_of(where, contract.fields)
            except ContractError as error:
                self.fail((*place, "where"), str(error))
        try:
            expires_on = date.fromisoformat(given["expires_on"])
        except ValueError:
            expires_on = date.min
            self.fail(
                (*place, "expires_on"),
                f"expires_on is `{given['expires_on']}`; expected the last day on which it holds, such as 2027-03-31",
            )
        line = int(self.document.at(place).rpartition(":")[2])
        return contract.id, KnownException(
            given["rule"], where, given["owner"].strip(), given["reason"].strip(), expires_on, line
        )
