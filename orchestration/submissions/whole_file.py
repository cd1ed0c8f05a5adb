"""Judges a file as a whole, once its rows are typed: contradictions reject it, what is implausible is told.

Here: the measures behind the contract's file rules and the sentences about them. Not here: which rules there are
(contracts/file_rules.py), which earlier submissions count (history.py), and holding (lake.py).
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.contracts.file_rules import DECLARED, FORMED, LOST, MEDIAN, ROW_COUNT, UNREADABLE, WHOLE
from orchestration.contracts.model import Contract, Field, FileRule
from orchestration.contracts.references import references
from orchestration.contracts.rules import field_rules
from orchestration.errors import RejectedFileError
from orchestration.quoting import sql_name
from orchestration.submissions.classify import BITS, Classification
from orchestration.submissions.layout import rows_sql
from orchestration.submissions.manifest import Manifest
from orchestration.submissions.read.trailer import NOTHING, Declared

# Below these numbers a share or a median says nothing: single rows are told one by one.
FEWEST_UNREADABLE, FEWEST_VALUES = 20, 20
# Kinds that give a whole account, whose size can be compared with other accounts.
WHOLE_ACCOUNTS = ("initial", "replacement")
NOT_JUDGED_BY_SIZE = ("withdrawal", "nil")


@dataclass(frozen=True)
class History:
    """The submissions of the feed that came before this one in order of issue and were known when it came, oldest
    first, by name and folder in the lake.
    """

    names: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Circumstances:
    """What is known of a file beside its bytes: the day it came, what its sender says, what was there before.

    Without a history (`entrepot check`, on a partner's own machine) the rules that need one are not judged.
    """

    received_on: date = field(default_factory=_today)
    manifest: Manifest = field(default_factory=Manifest)
    history: History | None = None


@dataclass(frozen=True)
class Doubt:
    """Why a readable file is implausible: the rule and a sentence for the person who decides."""

    rule: str
    reason: str


def refuse_contradictions(
    connection: duckdb.DuckDBPyConnection, found: Classification, contract: Contract, folder: Path, name: str,
    manifest: Manifest, declared: Declared = NOTHING,
) -> None:  # fmt: skip
    """Raise RejectedFileError where the file is not what its sender says it is, beside it or in its last line, or where
    its form has changed.
    """
    rows = rows_sql([folder])
    for rule in contract.file_rules:
        if rule.metric == DECLARED:
            refuse_other_rows(connection, contract, rows, name, "its manifest", manifest.rows)
            refuse_other_totals(connection, contract, rows, name, "its manifest", manifest.control_totals)
        elif rule.metric == WHOLE:
            refuse_other_rows(connection, contract, rows, name, "its last line", declared.rows)
            refuse_other_totals(connection, contract, rows, name, "its last line", declared.totals)
        elif rule.metric == UNREADABLE and rule.high is not None:
            _refuse_another_form(connection, found, contract, rows, name, rule.high)


def refuse_other_rows(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rows: str, name: str, where: str, declared: int | None
) -> None:
    """Raise RejectedFileError unless the file has as many rows as `where` says (None: says nothing)."""
    if declared is None:
        return
    read = int(connection.execute(f"select count(*) from {rows}").fetchall()[0][0])
    if read != declared:
        raise RejectedFileError(
            f"{name} has {read:,} rows, and {where} says {declared:,}. "
            + (
                f"{declared - read:,} are missing: the file was cut off, or the count is that of another file. "
                if read < declared
                else f"{read - declared:,} are too many: the count is that of another file, or rows stand in it twice. "
            )
            + f"Nothing of it is taken. Send the whole file again as {contract.id}, with its own count."
        )


def refuse_other_totals(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rows: str, name: str, where: str,
    totals: tuple[tuple[str, Decimal], ...],
) -> None:  # fmt: skip
    """Raise RejectedFileError unless the sums of all rows read are those that `where` says, to the last decimal."""
    summable = {f.name: f for f in contract.fields if f.type in ("integer", "decimal")}
    for name_of_field, declared in totals:
        of = summable.get(name_of_field)
        if of is None:
            raise RejectedFileError(
                f"{name}: {where} gives a control total of `{name_of_field}`, which is no number of the feed "
                f"{contract.id}. Totals can be given of: {', '.join(summable) or 'no field'}."
            )
        column = sql_name(of.name)
        total, filled, unreadable = connection.execute(
            f"select coalesce(sum({column}), 0), count({column}), count(*) filter ({_unread(of)}) from {rows}"
        ).fetchall()[0]
        if Decimal(str(total)) != declared:
            also = (
                f" {unreadable:,} cells of the column are no such number and could not be added." if unreadable else ""
            )
            raise RejectedFileError(
                f"{name}: the {filled:,} values of {of.source} ({of.name}) add up to {total}, and {where} says "
                f"{declared}.{also} Rows are missing or values were changed on the way, so nothing of it is taken. "
                "Send the file again with the totals of its own rows."
            )


def doubts_about(
    connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, name: str, beside: Circumstances
) -> tuple[tuple[Doubt, ...], tuple[str, ...]]:
    """What is implausible about the file, and the names of the rules that could not be judged without what was
    delivered before.
    """
    doubts, not_judged = (
        [],
        [] if beside.history is not None else [reference.rule.name for reference in references(contract)],
    )
    for rule in contract.file_rules:
        reason = None
        if rule.metric == ROW_COUNT and beside.manifest.kind in WHOLE_ACCOUNTS:
            reason = _outside_its_band(connection, contract, folder, name, rule)
        elif rule.metric in (LOST, MEDIAN) and beside.history is None:
            not_judged.append(rule.name)
        elif rule.metric == LOST and beside.history is not None:
            reason = _lost_too_much(connection, contract, folder, name, rule, beside.manifest, beside.history)
        elif rule.metric == MEDIAN and beside.history is not None:
            reason = _shifted(connection, contract, folder, name, rule, beside.history)
        if reason is not None:
            doubts.append(Doubt(rule.name, reason))
    return tuple(doubts), tuple(not_judged)


def _refuse_another_form(
    connection: duckdb.DuckDBPyConnection, found: Classification, contract: Contract, rows: str, name: str,
    at_most: Decimal,
) -> None:  # fmt: skip
    """Needs the table `flagged` of the same connection: what cannot be read stands there with its text."""
    for at, rule in enumerate(found.rules):
        if rule.kind != "type" or contract.field_by_name[rule.fields[0]].type not in FORMED:
            continue
        of, bad = contract.field_by_name[rule.fields[0]], f"_broken_{at // BITS} & {1 << at % BITS} <> 0"
        unreadable, first, example = connection.execute(
            f"select count(*), min(source_row_number), arg_min(json_extract_string(_raw, '$.{of.name}'), "
            f"source_row_number) from flagged where {bad}"
        ).fetchall()[0]
        if unreadable < FEWEST_UNREADABLE:
            continue
        readable = connection.execute(f"select count({sql_name(of.name)}) from {rows}").fetchall()[0][0]
        if Decimal(unreadable) > at_most * (unreadable + readable):
            wanted = next(rule for rule in field_rules(of) if rule.kind == "type").description.rstrip(".")
            raise RejectedFileError(
                f"{name}: {unreadable:,} of {unreadable + readable:,} values of {of.source} ({of.name}) are not in the "
                f"agreed form, the first of them `{str(example)[:60]}` in row {first}. {wanted}. So many together mean "
                "that the form of the column has changed, and guessing row by row would be wrong, so nothing of the "
                "file is taken. Export it in the agreed form, or agree the new one in a new version of the contract."
            )


def _outside_its_band(
    connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, name: str, rule: FileRule
) -> str | None:
    read = int(connection.execute(f"select count(*) from {rows_sql([folder])}").fetchall()[0][0])
    if (rule.low is None or read >= rule.low) and (rule.high is None or read <= rule.high):
        return None
    expected = (
        f"at most {rule.high:,}"
        if rule.low is None
        else f"at least {rule.low:,}"
        if rule.high is None
        else f"{rule.low:,} to {rule.high:,}"
    )
    return f"{name} has {read:,} rows; a file of {contract.id} has {expected} ({rule.name})."


def _lost_too_much(
    connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, name: str, rule: FileRule,
    manifest: Manifest, history: History,
) -> str | None:  # fmt: skip
    """Compares rows that are good in themselves, so that a list whose rows are all refused counts as lost."""
    explained = manifest.kind == "replacement" and manifest.reason
    if manifest.kind not in WHOLE_ACCOUNTS or explained or not history.folders or rule.high is None:
        return None
    before, now = (
        int(connection.execute(f"select count(*) from {rows_sql([f])} where is_accepted").fetchall()[0][0])
        for f in (history.folders[-1], folder)
    )
    lost = before - now
    if lost <= 0 or Decimal(lost) < rule.high * before:
        return None
    return (
        f"{name} has {now:,} good rows and the list before it ({history.names[-1]}) has {before:,}: "
        f"{_share(lost, before)} of them are gone. A list of {contract.id} takes the place of the last one, so that "
        f"what was left out by mistake would be lost ({rule.name}). If it is meant, send it as a replacement with a "
        "reason in its manifest."
    )


def _shifted(
    connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, name: str, rule: FileRule,
    history: History,
) -> str | None:  # fmt: skip
    """Compares the median of the field with the median of the medians of earlier files."""
    of = contract.field_by_name[str(rule.field)]
    column = sql_name(of.name)
    medians = (
        "select quantile_disc(abs({0}), 0.5) as middle from {1} where is_accepted and {0} is not null "
        "group by submission_id having count(*) >= {2}"
    )
    found = connection.execute(medians.format(column, rows_sql([folder]), FEWEST_VALUES)).fetchall()
    if not found or not history.folders or rule.high is None:
        return None
    earlier = connection.execute(
        f"select quantile_disc(middle, 0.5) from ({medians.format(column, rows_sql(history.folders), FEWEST_VALUES)})"
    ).fetchall()[0][0]
    now, then = Decimal(str(found[0][0])), Decimal(str(earlier or 0))
    if not now or not then or (now < then * rule.high and then < now * rule.high):
        return None
    times = max(now / then, then / now)
    return (
        f"{name}: the median of {of.source} ({of.name}) is {now}, and was {then} in the files before: about "
        f"{times:,.0f} times {'more' if now > then else 'less'}. Values in thousands, another currency or a decimal "
        f"sign read as a sign of grouping look like this ({rule.name})."
    )


def _unread(of: Field) -> str:
    """Whether a cell holds a text that is no number: it is empty once typed, and not as read."""
    text = f"nullif(trim(json_extract_string(_raw, '$.{of.name}')), '')"
    return f"where {sql_name(of.name)} is null and {text} is not null"


def _share(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.0f} %"
