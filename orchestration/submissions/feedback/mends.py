"""What might be written instead of a value that is not right, where that can be told from the contract alone.

Here: codes that differ in spelling only, labels written for codes, near misses, dates and numbers in another
notation. A mend is a proposal for the partner; nothing is changed here, and where two values could be meant
nothing is proposed. Not here: repairs, which the contract declares (cells.py).
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from anyascii import anyascii

from orchestration.contracts.model import CodeList, Contract, Field, Rule
from orchestration.submissions.feedback.model import Mend

CLOSE = 0.75
LONGEST = 60
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2})?)?")
_ENGLISH, _CONTINENTAL = re.compile(r"-?\d{1,3}(,\d{3})+\.\d+"), re.compile(r"-?\d{1,3}(\.\d{3})+,\d+")


class Mender:
    """Proposals for one contract; each value of a field is thought about once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._spelled: dict[str, dict[str, frozenset[str]]] = {}
        self._known: dict[tuple[str, str], Mend | None] = {}

    def mend(self, rule: Rule, value: str | None) -> Mend | None:
        """What might be written instead of the value that broke the rule; None when that cannot be told."""
        if not value or len(value) > LONGEST or len(rule.fields) != 1:
            return None
        field = self._contract.field_by_name.get(rule.fields[0])
        ways: dict[str, Callable[[Field, str], Mend | None]] = {"code_list": self._code, "type": _type}
        if field is None or rule.kind not in ways:
            return None
        asked = (rule.name, value)
        if asked not in self._known:
            self._known[asked] = ways[rule.kind](field, value)
        return self._known[asked]

    def _code(self, field: Field, value: str) -> Mend | None:
        code_list = self._contract.code_lists[str(field.code_list)]
        if code_list.name not in self._spelled:
            self._spelled[code_list.name] = _spellings(code_list)
        spelled = self._spelled[code_list.name]
        found = spelled.get(_plain(value), frozenset())
        if len(found) == 1:
            return Mend(next(iter(found)), certain=True)
        near = difflib.get_close_matches(_plain(value), list(spelled), n=2, cutoff=CLOSE) if not found else []
        codes = {code for text in near for code in spelled[text]}
        return Mend(next(iter(codes)), certain=False) if len(codes) == 1 else None


def _spellings(code_list: CodeList) -> dict[str, frozenset[str]]:
    """Codes and labels of a list in plain letters, each to the codes that it may mean."""
    found: dict[str, set[str]] = defaultdict(set)
    for code in code_list.codes:
        found[_plain(code)].add(code)
    for labels in code_list.labels.values():
        for code, label in labels.items():
            found[_plain(label)].add(code)
    return {text: frozenset(codes) for text, codes in found.items() if text}


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", anyascii(text).lower())


def _type(field: Field, value: str) -> Mend | None:
    if field.type in ("date", "timestamp"):
        return _moment(field, value.strip())
    if field.type in ("decimal", "integer"):
        return _number(field, value.strip())
    return None


def _moment(field: Field, value: str) -> Mend | None:
    """A date in ISO 8601 has one meaning only."""
    found = _ISO.fullmatch(value)
    if found is None or (field.type == "timestamp") != bool(found.group(2)):
        return None
    try:
        return Mend(datetime.fromisoformat(value).strftime(field.formats[0]), certain=True)
    except ValueError:
        return None


def _number(field: Field, value: str) -> Mend | None:
    """A number with both marks has one meaning only; the letter O in a number is a nought, presumably."""
    if field.type == "decimal":
        for form, point in ((_ENGLISH, "."), (_CONTINENTAL, ",")):
            if form.fullmatch(value) and point != field.decimal_separator:
                whole, _, decimals = value.rpartition(point)
                if len(decimals) <= field.scale:
                    digits = re.sub(r"[.,]", "", whole)
                    return Mend(f"{digits}{field.decimal_separator}{decimals}", certain=True)
    if re.fullmatch(r"-?\d+[Oo]\d*|-?[Oo]?\d+[Oo]+", value):
        return Mend(value.upper().replace("O", "0"), certain=False)
    return None
