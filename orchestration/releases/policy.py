"""Who may see a row: the marking, the recipient, and one function that decides.

Belongs here: the meaning of markings and of ``data_contracts/sharing_policy.yaml``. Does not belong here:
SQL, files, and where a row's marking comes from (the contract says that). SQL only asks which of the distinct
markings are visible.

TLP labels are audiences, never compared as numbers for visibility: a known product leaked AMBER+STRICT that
way. Their breadth is used only to say which of two audiences is the narrower. Source of the labels: FIRST,
Traffic Light Protocol 2.0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from orchestration.contracts.plain_yaml import Document, load
from orchestration.errors import ContractError, UsageError
from orchestration.settings import CONTRACTS_DIR

LEVELS = ("public", "official", "restricted", "secret")
AUDIENCES = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")  # widest first
TREATMENTS = ("show", "null", "token")
OPERATOR = "operator"
_KEYS = ("originator", "level", "tlp", "release_to", "exclude", "purposes")
_LISTS = ("release_to", "exclude", "purposes")


@dataclass(frozen=True)
class Marking:
    """A row's marking. ``release_to`` and ``purposes``: None = any, empty = nobody. No originator: derived
    from several."""

    originator: str | None
    level: str
    tlp: str
    release_to: frozenset[str] | None = None
    exclude: frozenset[str] = frozenset()
    purposes: frozenset[str] | None = None

    @classmethod
    def parse(cls, text: str | None) -> Marking | None:
        """The marking that a canonical JSON text stands for; None when missing or not fully understood."""
        try:
            given = json.loads(text or "", object_pairs_hook=_unique)
        except (ValueError, RecursionError):
            return None
        if not isinstance(given, dict) or set(given) != set(_KEYS):
            return None
        if given["level"] not in LEVELS or given["tlp"] not in AUDIENCES:
            return None
        if not (given["originator"] is None or isinstance(given["originator"], str)):
            return None
        for name in _LISTS:
            value = given[name]
            if value is None and name != "exclude":
                continue
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                return None
        return cls(
            given["originator"], given["level"], given["tlp"],
            _set(given["release_to"]), frozenset(given["exclude"]), _set(given["purposes"]),
        )  # fmt: skip

    def text(self) -> str:
        """The canonical JSON: fixed order of keys, lists sorted, no blanks."""
        parts: dict[str, Any] = {name: getattr(self, name) for name in _KEYS}
        for name in _LISTS:
            parts[name] = None if parts[name] is None else sorted(parts[name])
        return json.dumps(parts, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class Recipient:
    """Somebody for whom a release is built. ``purposes`` None = any."""

    name: str
    clearance: str
    purposes: frozenset[str] | None
    enrolled: bool = True
    sees_everything: bool = False


def visible(marking: str | None, recipient: Recipient | None, partner: str) -> bool:
    """Whether the recipient may see a row of ``partner`` that carries this marking.

    The row's partner is its originator; a marking that names another originator is not believed, so the row
    stays with its partner. Nobody sees anything without being named in the policy.
    """
    if recipient is None:
        return False
    if recipient.sees_everything or recipient.name == partner:
        return True
    parsed = Marking.parse(marking)
    if parsed is None or parsed.originator != partner:
        return False
    return _allowed(parsed, recipient)


def _allowed(marking: Marking, recipient: Recipient) -> bool:
    if LEVELS.index(marking.level) > LEVELS.index(recipient.clearance):
        return False
    if marking.tlp == "CLEAR":
        audience = True
    elif marking.tlp == "GREEN":
        audience = recipient.enrolled
    elif marking.tlp == "AMBER":  # never wider than GREEN
        audience = recipient.enrolled and (marking.release_to is None or recipient.name in marking.release_to)
    else:
        audience = False
    if not audience or recipient.name in marking.exclude:
        return False
    if marking.purposes is None:
        return True
    if recipient.purposes is None:
        return bool(marking.purposes)
    return bool(marking.purposes & recipient.purposes)


def combine(markings: Iterable[Marking]) -> Marking:
    """The marking of something derived from all of these: visible to nobody to whom one of them is not.

    Raises ValueError when there are none: nothing says then who may see it.
    """
    return reduce(_narrower, markings) if (markings := list(markings)) else _nothing_to_combine()


def _narrower(one: Marking, other: Marking) -> Marking:
    return Marking(
        one.originator if one.originator == other.originator else None,
        max(one.level, other.level, key=LEVELS.index),
        max(one.tlp, other.tlp, key=AUDIENCES.index),
        _both(one.release_to, other.release_to),
        one.exclude | other.exclude,
        _both(one.purposes, other.purposes),
    )


@dataclass(frozen=True)
class Policy:
    """The sharing policy in force: recipients, and how fields of others' rows are shown. ``digest`` names its
    text."""

    recipients: Mapping[str, Recipient]
    fields: Mapping[str, Mapping[str, Mapping[str, str]]]
    digest: str

    def recipient(self, name: str) -> Recipient:
        """The recipient of that name; UsageError when the policy does not name him."""
        if name not in self.recipients:
            raise UsageError(
                f"No recipient is called `{name}`. The sharing policy names: {', '.join(sorted(self.recipients))}."
            )
        return self.recipients[name]

    def treatments(self, feed: str, recipient: str) -> dict[str, str]:
        """Field -> "null" or "token", for fields of this feed (partner/feed) that are not simply shown."""
        if recipient == feed.partition("/")[0] or self.recipient(recipient).sees_everything:
            return {}
        found = {field: rules.get(recipient, rules["others"]) for field, rules in self.fields.get(feed, {}).items()}
        return {field: treatment for field, treatment in found.items() if treatment != "show"}


def load_policy(path: Path = CONTRACTS_DIR / "sharing_policy.yaml") -> Policy:
    """Read and check the policy; ContractError names the line of what is not understood."""
    document = load(path)
    data = document.data
    if not isinstance(data, dict) or set(data) - {"version", "recipients", "fields"} or data.get("version") != 1:
        raise ContractError(
            f"{path}:1: a sharing policy has version: 1, recipients and optionally fields, nothing else."
        )
    recipients = {name: _recipient(document, name, given) for name, given in (data["recipients"] or {}).items()}
    if OPERATOR not in recipients:
        raise ContractError(f"{document.at(('recipients',))}: the recipient `{OPERATOR}` is missing.")
    for feed, fields in (data.get("fields") or {}).items():
        for field, rules in fields.items():
            _check_rules(document, ("fields", feed, field), rules, recipients)
    return Policy(recipients, data.get("fields") or {}, hashlib.sha256(path.read_bytes()).hexdigest())


def _recipient(document: Document, name: str, given: Any) -> Recipient:
    where = document.at(("recipients", name))
    known = {"title", "clearance", "purposes", "enrolled", "sees_everything"}
    if not isinstance(given, dict) or set(given) - known:
        raise ContractError(f"{where}: a recipient has {', '.join(sorted(known))}; `{name}` has something else.")
    everything = given.get("sees_everything", False)
    if everything is not False and (everything is not True or name != OPERATOR):
        raise ContractError(f"{where}: sees_everything is for `{OPERATOR}` alone, not for `{name}`.")
    if everything:
        return Recipient(name, LEVELS[-1], None, True, True)
    clearance, purposes, enrolled = (
        given.get("clearance"),
        given.get("purposes", []),
        given.get("enrolled", False),
    )
    if clearance not in LEVELS:
        raise ContractError(
            f"{where}: the clearance of `{name}` must be one of {', '.join(LEVELS)}, not `{clearance}`."
        )
    if not (purposes is None or (isinstance(purposes, list) and all(isinstance(p, str) for p in purposes))):
        raise ContractError(f"{where}: purposes of `{name}` must be a list of words, or null for any.")
    if not isinstance(enrolled, bool):
        raise ContractError(f"{where}: enrolled of `{name}` must be true or false, not `{enrolled}`.")
    return Recipient(name, clearance, _set(purposes), enrolled)


def _check_rules(document: Document, place: tuple[str, ...], rules: Any, recipients: Mapping[str, Recipient]) -> None:
    where = document.at(place)
    if not isinstance(rules, dict) or "others" not in rules:
        raise ContractError(f"{where}: say how the field {place[-1]} is shown to each recipient, and to `others`.")
    for name, treatment in rules.items():
        if name != "others" and name not in recipients:
            raise ContractError(f"{where}: `{name}` is no recipient of this policy.")
        if treatment not in TREATMENTS:
            raise ContractError(
                f'{where}: a field is shown as one of show, "null" (in quotation marks), token, not `{treatment}`.'
            )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key is given twice")
    return dict(pairs)


def _set(given: list[str] | None) -> frozenset[str] | None:
    return None if given is None else frozenset(given)


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _nothing_to_combine() -> Marking:
    raise ValueError("no marking to combine")
