"""References from one feed to another: which of them are rules, and in which order feeds depend on each other.

Here: what follows from the property `references` of a field. Not here: looking for the records that rows name
(submissions/references.py).

Within one partner a reference is a rule. Across partners it never decides about a row: whether a partner's row is
accepted must not tell him what another one holds. There it stays a test of the warehouse that warns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from orchestration.contracts.model import Contract, Field, Rule
from orchestration.errors import ContractError
from orchestration.words import sentence

REFERENCE = "reference"


@dataclass(frozen=True)
class Reference:
    """A field that names a record of the feed `parent` by that feed's field `target`."""

    field: str
    parent: str
    target: str
    rule: Rule


def references(contract: Contract) -> tuple[Reference, ...]:
    """The references of a feed that are rules, in the order of its fields."""
    return tuple(_reference(field) for field in contract.fields if _is_rule(contract, field))


def check_references(contracts: Mapping[str, Contract]) -> None:
    """ContractError unless every reference names a field of a feed, of its own type, and none goes in a circle."""
    for contract in contracts.values():
        for field in contract.fields:
            if field.references is not None:
                _check(contract, field, contracts)
    try:
        in_order(contracts)
    except CycleError as error:
        raise ContractError(
            f"The references of {' -> '.join(error.args[1])} go in a circle, so that none of their rows could ever "
            "come first. Take one of them out of its contract."
        ) from None


def in_order(contracts: Mapping[str, Contract]) -> list[Contract]:
    """The feeds that have references, each after those that it refers to."""
    parents = {c.id: {reference.parent for reference in references(c)} for c in contracts.values()}
    order = TopologicalSorter(parents).static_order()
    return [contracts[contract_id] for contract_id in order if parents.get(contract_id)]


def _is_rule(contract: Contract, field: Field) -> bool:
    feed = (field.references or "").partition(".")[0]
    return bool(feed) and feed != contract.id and feed.split("/")[0] == contract.partner


def _reference(field: Field) -> Reference:
    parent, _, target = str(field.references).partition(".")
    feed = parent.split("/")[1]
    said = sentence("%(label)s must name a record that was delivered with %(feed)s.", label=field.source, feed=feed)
    name = f"{field.name}_is_known_in_{feed}"
    rule = Rule(name, "", str(said), fields=(field.name,), kind=REFERENCE, sentence=said)
    return Reference(field.name, parent, target, rule)


def _check(contract: Contract, field: Field, contracts: Mapping[str, Contract]) -> None:
    feed, _, target = str(field.references).partition(".")
    if feed not in contracts or target not in contracts[feed].field_by_name:
        raise ContractError(
            f"{contract.path}: field {field.name} references `{field.references}`, which is no field of a "
            "known feed; write partner/feed.field."
        )
    other = contracts[feed].field_by_name[target]
    if other.type != field.type:
        raise ContractError(
            f"{contract.path}: field {field.name} is of type {field.type} and references `{field.references}`, which "
            f"is of type {other.type}; the two can never be equal."
        )
