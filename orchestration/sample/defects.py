"""Plants bad rows in the partners' files, and says which rule of the contract each of them breaks.

Belongs here: what can be wrong with a row, derived from the contract's own rules. Does not belong here:
rows that are right. A bad row is a copy of a good one under a key of its own, broken in one place, so that
everything which is right stays complete: what the intake must accept is the world, no more and no less.
Exact duplicates are copies with the same key.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import numpy as np
import pyarrow as pa

from orchestration.contracts.model import Contract, Field, Rule
from orchestration.contracts.rules import all_rules
from orchestration.sample.columns import Ints
from orchestration.sample.writers.text import Value, one_as_text

BAD_SHARE, DUPLICATE_SHARE = 0.003, 0.001
NOT_A_CODE, NOT_A_FORM = "QXQ", "#REF!"
_FUTURE = dt.datetime(2999, 6, 2, 10, 0)  # after any day on which a file can be received
_OLD, _NEW = dt.date(1911, 1, 1), dt.date(2025, 6, 2)
_AMOUNT = Decimal("1200.00")
Row = dict[str, str | None]
Breaker = Callable[[Row], None]

# What to write into a row so that it breaks the partner's own rule of this name, and no other one of error
# severity.
CONTRADICTIONS: dict[str, dict[str, Value]] = {
    "application_does_not_amend_itself": {"amendment_of": "=application_ref"},
    "submission_falls_in_the_time_of_the_register": {"submitted_at": dt.datetime(1911, 5, 2, 10, 0)},
    "name_is_not_a_placeholder": {"name": "TBC"},
    "value_goes_with_a_currency": {"value": _AMOUNT, "currency": None},
    "quantity_goes_with_a_unit": {"quantity": Decimal("12.000"), "unit": None},
    "granted_decisions_cite_a_licence": {"decision": "GRANTED", "licence_ref": None, "criteria": None},
    "refused_decisions_cite_no_licence": {"decision": "REFUSED", "licence_ref": "L-2025-999999",
        "criteria": "7"},
    "refusals_cite_a_criterion": {"decision": "REFUSED", "licence_ref": None, "criteria": None},
    "validity_ends_after_the_decision": {"valid_until": _OLD},
    "first_event_is_the_submission": {"event_no": 1, "event_type": "validated"},
    "referrals_name_a_department": {"event_type": "referred_out", "department": None},
    "event_falls_in_the_time_of_the_register": {"event_at": dt.datetime(1911, 5, 2, 10, 0)},
    "decision_is_not_before_submission": {"decided_on": _OLD},
    "granted_lines_cite_a_licence": {"decision": "ACCORDÉE", "licence_ref": None, "criteria": None},
    "refused_lines_cite_no_licence": {"decision": "REFUSÉE", "licence_ref": "LB-25-99999", "criteria": "7"},
    "refused_lines_cite_a_criterion": {"decision": "REFUSÉE", "licence_ref": None, "criteria": None},
    "every_day_fixes_at_least_one_rate": dict.fromkeys(("usd", "jpy", "gbp", "sek", "nok", "chf")),
    "rates_are_above_zero": {"usd": Decimal("0.0000")},
    "exit_is_not_before_acceptance": {"exit_on": _OLD},
    "value_has_a_currency": {"statistical_value": _AMOUNT, "value": _AMOUNT, "currency": None},
    "quantity_has_a_unit": {"quantity": Decimal("12.000"), "unit": None},
    "contra_lines_are_not_positive": {"usage_type": "C", "value": _AMOUNT},
    "original_lines_are_not_negative": {"usage_type": "O", "value": -_AMOUNT},
    "firearms_are_counted": {"hs_code": "930190", "control_code": "ML1", "unit": "KGM"},
    "released_is_not_before_seizure": {"released_on": _OLD},
    "conclusion_is_not_before_opening": {"status": "concluded", "concluded_on": _OLD},
    "concluded_cases_have_a_date": {"status": "concluded", "concluded_on": None},
    "running_cases_have_no_conclusion": {"status": "open", "opened_on": _NEW, "concluded_on": _NEW},
    "goods_value_has_a_currency": {"goods_value": _AMOUNT, "currency": None},
    "fine_has_amount_and_currency": {"disposition": "criminal_fine", "amount": None, "currency": None},
    "custodial_has_months": {"disposition": "custodial", "amount": None, "custody_months": None},
    "amount_has_a_currency": {"disposition": "forfeiture", "amount": _AMOUNT, "currency": None},
    "acquittals_carry_no_penalty": {"disposition": "acquittal", "amount": _AMOUNT, "currency": "EUR"},
    "review_is_not_before_receipt": {"review_on": _OLD},
    "reliability_is_in_its_scheme": {"grading_scheme": "3x5x2", "source_reliability": "E",
        "info_credibility": "A",
                                     "handling_code": "P"},
    "credibility_is_in_its_scheme": {"grading_scheme": "3x5x2", "source_reliability": "1",
        "info_credibility": "5",
                                     "handling_code": "P"},
    "handling_is_in_its_scheme": {"grading_scheme": "3x5x2", "source_reliability": "1",
        "info_credibility": "A",
                                  "handling_code": "5"},
    "expiry_is_after_issue": {"expires_on": _OLD},
    "checks_after_the_licence_name_it": {"check_type": "post_shipment", "licence_ref": None},
    "checks_before_the_licence_name_none": {"check_type": "pre_licence", "licence_ref": "L-2025-999999"},
    "due_is_not_before_the_request": {"due_on": _OLD},
    "conducted_is_not_before_the_request": {"outcome": "inconclusive", "conducted_on": _OLD},
    "findings_of_a_visit_have_its_day": {"outcome": "inconclusive", "conducted_on": None},
    "pending_checks_have_no_day": {"outcome": "pending", "conducted_on": _NEW, "requested_on": _NEW},
    "unfavourable_checks_say_why": {"outcome": "unfavourable", "conducted_on": _NEW, "requested_on": _NEW,
                                    "finding_codes": None},
    "only_persons_have_a_birth_date": {"entity_type": "vessel", "birth_date": "1961"},
}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """One row that was added to a file; `rule` is the rule that it breaks, or exact_duplicate."""

    position: int
    rule: str
    why: str


@dataclass(frozen=True)
class Spoilt:
    """A file's rows with the planted ones among them; `home` is the position that each good row now has."""

    table: pa.Table
    planted: tuple[Planted, ...]
    home: Ints


def breakers(contract: Contract) -> list[tuple[str, str, Breaker]]:
    """Every way to break a row of this feed: rule, reason in plain words, and what to do to the row."""
    typed_file = contract.format == "parquet"
    ways = []
    for rule in all_rules(contract):
        breaker = _breaker(contract, rule, typed_file)
        if breaker is not None:
            ways.append((rule.name, rule.description, breaker))
    shuffled = np.random.default_rng(zlib.crc32(contract.id.encode())).permutation(len(ways))
    return [ways[at] for at in shuffled]  # so that a short file is not always broken in its first field


def unbreakable(contract: Contract) -> list[str]:
    """Names of the rules of error severity that no planted row can break; the unit test knows the few there
    are.
    """
    known = {name for name, _, _ in breakers(contract)}
    return [r.name for r in all_rules(contract) if r.severity == "error" and r.kind != "unique" and r.name not in known]


def plant(rng: np.random.Generator, table: pa.Table, contract: Contract, turn: int) -> Spoilt:
    """Add bad rows and exact duplicates to a table of text; `turn` says where in the list of breakers to go
    on.
    """
    size = table.num_rows
    ways = breakers(contract)
    bad = min(int(size * BAD_SHARE + rng.random() * 2.0), size)
    clashes = 1 if bad > 1 and contract.key and (turn % 3 == 0 or bad > 12) else 0
    copies = min(int(size * DUPLICATE_SHARE + rng.random() * 0.8), size - bad)
    chosen = rng.permutation(size)[: bad + copies]
    sources = table.take(pa.array(chosen)).to_pylist()
    rows: list[Row] = []
    notes: list[tuple[str, str]] = []
    for number, row in enumerate(sources[:bad]):
        _give_own_key(contract, row, number + 1)
        if number < clashes:
            twin = _contradicting(contract, row)
            rows += [row, twin]
            rule = f"{'_and_'.join(contract.key)}_is_unique"
            notes += [(rule, "Two rows have this key and differ.")] * 2
            continue
        rule, why, breaker = ways[(turn + number) % len(ways)]
        breaker(row)
        rows.append(row)
        notes.append((rule, why))
    for row in sources[bad:]:
        rows.append(row)
        notes.append(("exact_duplicate", "The row stands in the file twice with the same content."))
    return _mixed(rng, table, rows, notes)


def _mixed(rng: np.random.Generator, table: pa.Table, rows: list[Row], notes: list[tuple[str, str]]) -> Spoilt:
    size = table.num_rows
    if not rows:
        return Spoilt(table, (), np.arange(size))
    extra = pa.Table.from_pylist(rows, schema=table.schema)
    where = np.concatenate([np.arange(size) + 0.5, rng.random(len(rows)) * size])
    order = np.argsort(where, kind="stable")
    home = np.empty(len(order), np.int64)
    home[order] = np.arange(len(order))
    planted = tuple(Planted(int(home[size + i]), rule, why) for i, (rule, why) in enumerate(notes))
    return Spoilt(pa.concat_tables([table, extra]).take(pa.array(order)), planted, home[:size])


def _give_own_key(contract: Contract, row: Row, number: int) -> None:
    """Change the last part of the key to one that no good row has."""
    if not contract.key:
        return
    field = contract.field_by_name[contract.key[-1]]
    old = row[field.name] or ""
    if field.type == "integer":
        row[field.name] = str(500 + number % 490)
    elif field.type == "date":
        sunday = dt.date(1999, 1, 3) + dt.timedelta(days=7 * number)
        row[field.name] = one_as_text(field, sunday)
    else:
        stem = old.rstrip("0123456789")
        width = len(old) - len(stem) if field.pattern else max(len(old) - len(stem), 6)
        row[field.name] = f"{stem}9{number:0{width - 1}d}"


def _contradicting(contract: Contract, row: Row) -> Row:
    """The same key with another content that is valid in itself: else the rows would not clash."""
    others = [field for field in contract.fields if field.name not in contract.key]
    for field in others:
        bound = field.code_list or field.pattern or field.references or (field.max_length or 999) < 40
        if field.type == "string" and not bound:
            return {**row, field.name: f"{row[field.name] or ''} II".strip()}
    for field in others:
        if field.type == "boolean":
            return {**row, field.name: one_as_text(field, row[field.name] != one_as_text(field, True))}
    for field in others:
        if field.code_list:
            codes = [code for code in contract.code_lists[field.code_list].codes if code != row[field.name]]
            return {**row, field.name: codes[-1]}
    rate = next(field for field in others if field.type == "decimal" and row[field.name])
    return {**row, rate.name: one_as_text(rate, Decimal("1.25"))}


def _breaker(contract: Contract, rule: Rule, typed_file: bool) -> Breaker | None:
    if rule.severity != "error" or rule.kind == "unique":
        return None
    if rule.kind == "custom":
        changes = CONTRADICTIONS.get(rule.name)
        return None if changes is None else partial(_contradict, contract, changes)
    field = contract.field_by_name[rule.fields[0]]
    if rule.kind == "valid_on":
        return partial(_put, field.name, _ended_code(contract, field))
    wrong = _wrong(field, rule.kind, typed_file)
    return None if wrong is None else partial(_put, field.name, wrong[0])


def _wrong(field: Field, kind: str, typed_file: bool) -> tuple[str | None] | None:
    """A one-tuple with the text that breaks this kind of rule on the field, or None where nothing can."""
    if kind == "present":
        return (None,)
    if kind == "code_list":
        return (NOT_A_CODE,)
    if kind == "pattern":
        return (NOT_A_FORM,)
    if kind == "not_after_receipt":
        return (one_as_text(field, _FUTURE),)
    if kind == "spill":
        return ("Sold to Mr Smith, NOFORN",)
    if kind == "max_length" and field.type == "string":
        return ("x" * ((field.max_length or 0) + 1),)
    if kind == "minimum" and field.minimum is not None:
        return (one_as_text(field, Decimal(field.minimum) - 1),)
    if kind == "maximum" and field.maximum is not None:
        return (one_as_text(field, Decimal(field.maximum) + 1),)
    if kind == "type" and not typed_file and field.type != "array":
        return (_no_such_value(field),)
    return None


def _ended_code(contract: Contract, field: Field) -> str:
    """A code that had ended before the sample world begins, and that no repair can replace."""
    codes = contract.code_lists[str(field.validity_list)]
    ended = (code for code, spans in codes.validity.items() if "" < spans[-1][1] < "2022")
    return next(c for c in ended if "successor" not in field.repairs or len(codes.successors.get(c, ())) > 1)


def _no_such_value(field: Field) -> str:
    """Text that is not of the field's type: 31 February, a number with a letter in it."""
    if field.type in ("date", "timestamp"):
        leap = dt.datetime(2024, 2, 28, 10, 15).strftime(field.formats[0])
        return leap.replace("28", "31")
    return "perhaps" if field.type == "boolean" else "12O"


def _put(name: str, value: str | None, row: Row) -> None:
    row[name] = value


def _contradict(contract: Contract, changes: dict[str, Value], row: Row) -> None:
    for name, value in changes.items():
        field = contract.field_by_name.get(name)
        if field is None:
            continue
        if isinstance(value, str) and value.startswith("="):
            row[name] = row[value[1:]]
        else:
            row[name] = one_as_text(field, value)
