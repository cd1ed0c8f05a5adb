"""Rows that name a record which is not yet there: they wait in quarantine until it comes, or until it is overdue.

Here: for each feed with references the look at its parents, and the files in the lake that follow from it. Which rows
wait is a function of the register and the lake, worked out anew whenever anything that it rests on has changed: so the
order in which files arrive never matters in the end, and a rebuild gives the same. Not here: which references are
rules (contracts/references.py), and reading what is left (layout.py).

A record counts as known once a submission that was taken holds it, whatever became of that submission since.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract, ContractSet
from orchestration.contracts.references import Reference, in_order, references
from orchestration.quoting import sql_list, sql_name, sql_text
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.account import account
from orchestration.submissions.layout import (
    FINDINGS,
    QUARANTINED,
    REFERENCES,
    REFERENCES_NEXT,
    ROWS,
    WAITING,
    accepted_sql,
    rows_sql,
)  # fmt: skip
from orchestration.submissions.settle import record_verdict, standings

TAKEN = ("accepted", "superseded", "withdrawn")
AGED = "aged"


@dataclass(frozen=True)
class Child:
    """A checked submission of a feed with references; `is_aged` when its rows have waited long enough."""

    submission: Submission
    folder: Path
    waits_until: datetime
    is_aged: bool


def settle_references(home: Home, register: Register, contracts: ContractSet) -> list[str]:
    """Look at all references anew where anything has changed; returns the ids of the submissions concerned."""
    changed: list[str] = []
    everything = register.submissions()
    newest = max((s.received_at for s in everything), default=None)
    for contract in in_order(contracts):
        if newest is not None:
            resume(home, register, contract)
            changed += _settle_feed(home, register, contract, contracts, everything, newest)
    return changed


def resume(home: Home, register: Register, contract: Contract) -> None:
    """Finish what an interrupted settlement of this feed has begun."""
    for journal in sorted(home.lake_folder(contract.partner, contract.feed, "").glob(f"*/{REFERENCES_NEXT}")):
        with duckdb.connect() as connection:
            _apply(connection, register, contract, journal.parent, register.submission(journal.parent.name))


def _settle_feed(
    home: Home, register: Register, contract: Contract, contracts: ContractSet, everything: Sequence[Submission],
    newest: datetime,
) -> list[str]:  # fmt: skip
    children = _children(home, register, contract, everything, newest)
    if not children:
        return []
    parents = {r.parent: _known(home, register, contracts[r.parent], everything) for r in references(contract)}
    note = _note(home, contract)
    if note.exists() and note.read_text(encoding="utf-8") == _basis(contract, children, parents):
        return []
    changed = []
    with duckdb.connect() as connection:
        _look_up(connection, contract, contracts, children, parents)
        for child in children:
            if _write_journal(connection, contract, child):
                _apply(connection, register, contract, child.folder, child.submission)
                changed.append(child.submission.id)
    draft = note.with_suffix(f".{os.getpid()}")
    draft.write_text(_basis(contract, children, parents), encoding="utf-8")
    draft.replace(note)
    return changed


def _children(
    home: Home, register: Register, contract: Contract, everything: Sequence[Submission], newest: datetime
) -> list[Child]:
    """The checked submissions of a feed whose rows name records; withdrawals name what they take away themselves."""
    found = []
    for s, folder in _with_whole_rows(home, register, contract, everything):
        if s.verdict in ("accepted", "held"):
            until = s.received_at + timedelta(days=contract.reference_grace_days)
            found.append(Child(s, folder, until, newest > until))
    return found


def _known(home: Home, register: Register, parent: Contract, everything: Sequence[Submission]) -> list[Path]:
    """The folders whose accepted rows are records that can be named."""
    return [folder for s, folder in _with_whole_rows(home, register, parent, everything) if s.status in TAKEN]


def _with_whole_rows(
    home: Home, register: Register, contract: Contract, everything: Sequence[Submission]
) -> list[tuple[Submission, Path]]:
    """The submissions of a feed that have rows in the lake, and where; withdrawals have keys alone."""
    found = standings(register, contract)
    folders = [
        (s, home.lake_folder(s.partner, s.feed, s.id).absolute())
        for s in everything
        if s.contract_id == contract.id and found[s.id].kind != "withdrawal"
    ]
    return [(s, folder) for s, folder in folders if (folder / ROWS).exists()]


def _look_up(
    connection: duckdb.DuckDBPyConnection, contract: Contract, contracts: ContractSet, children: Sequence[Child],
    parents: dict[str, list[Path]],
) -> None:  # fmt: skip
    """Fill the table `unknown` with the rows, good in themselves, that name a record nobody has delivered.

    Only the two columns of each reference are read, and they are compared by hash.
    """
    connection.execute(
        "create temp table unknown (submission_id varchar, source_row_number bigint, rule varchar, value varchar)"
    )
    rows = accepted_sql(contract, [child.folder for child in children], with_references=False)
    for reference in references(contract):
        field, target = sql_name(reference.field), sql_name(reference.target)
        known = accepted_sql(contracts[reference.parent], parents[reference.parent])
        connection.execute(
            f"insert into unknown select submission_id, source_row_number, {sql_text(reference.rule.name)}, "
            f"cast(named as varchar) from (select submission_id, source_row_number, {field} as named from ({rows}) "
            f"where {field} is not null) anti join (select distinct {target} as named from ({known})) using (named)"
        )


def _write_journal(connection: duckdb.DuckDBPyConnection, contract: Contract, child: Child) -> bool:
    """Write what is now to be said of a submission's references beside it, if that differs from what is said there."""
    told = " union all ".join(_told(contract, reference, child) for reference in references(contract))
    connection.execute(f"create or replace temp table told as {told}")
    current, journal = child.folder / REFERENCES, child.folder / REFERENCES_NEXT
    now = connection.execute("select * from told order by all").fetchall()
    before = (
        connection.execute(f"select * from read_parquet({_file(current)}) order by all").fetchall()
        if current.exists()
        else []
    )
    if now == before:
        return False
    _write(connection, "select * from told order by source_row_number, rule", journal)
    return True


def _told(contract: Contract, reference: Reference, child: Child) -> str:
    source = contract.field_by_name[reference.field].source
    what = f"{reference.rule.description} So far none has come with this {source}"
    state, severity = (AGED, "warning") if child.is_aged else (WAITING, "rejection")
    day = child.waits_until.date().isoformat()
    said = (
        f"{what}, and the row has waited until {day}; it is accepted without it. Send the missing record, or correct "
        "this row."
        if child.is_aged
        else f"{what}. The row is waiting for it: it is looked at again with every delivery of {reference.parent}; if "
        f"the record does not come, the row is accepted with a warning after {day}."
    )
    return (
        f"select submission_id, source_row_number, rule, {sql_text(severity)} as severity, "
        f"{sql_text(reference.field)} as field, value, {sql_text(said)} as message, {sql_text(state)} as state "
        f"from unknown where submission_id = {sql_text(child.submission.id)} and rule = {sql_text(reference.rule.name)}"
    )


def _apply(
    connection: duckdb.DuckDBPyConnection, register: Register, contract: Contract, folder: Path, submission: Submission
) -> None:
    """Bring findings, quarantine, accepted rows and counts to what the journal says; may be repeated at any point."""
    journal = f"read_parquet({_file(folder / REFERENCES_NEXT)})"
    names = sql_list(reference.rule.name for reference in references(contract))
    _write(
        connection,
        f"select * from (select * from read_parquet({_file(folder / FINDINGS)}) where rule not in ({names}) union all "
        f"select source_row_number, rule, severity, field, value, null, message from {journal}) "
        "order by source_row_number, severity, rule, field",
        folder / FINDINGS,
    )
    content = ", ".join(f"{sql_name(field.name)} := {sql_name(field.name)}" for field in contract.fields)
    _write(
        connection,
        f"with waiting as (select source_row_number, list(rule order by rule) as rules from {journal} "
        f"where state = '{WAITING}' group by all) select * from ("
        f"select * from read_parquet({_file(folder / QUARANTINED)}) where not list_has_any(rules, [{names}]) union all "
        f"select source_row_number, rules, coalesce(_raw, cast(to_json(struct_pack({content})) as varchar)) "
        f"from {rows_sql([folder])} join waiting using (source_row_number)) order by source_row_number",
        folder / QUARANTINED,
    )
    _write(connection, f"select * from {journal}", folder / REFERENCES)
    counts = account(connection, contract, folder, submission.file_name)
    record_verdict(
        register, contract, submission.id, str(submission.verdict), submission.verdict_reason, counts.as_dict()
    )
    waiting = f"select count(distinct source_row_number) from {journal} where state = '{WAITING}'"
    number = connection.execute(waiting).fetchall()[0][0]
    register.add_event(submission.id, "references", f"{number} rows wait for records of other feeds")
    (folder / REFERENCES_NEXT).unlink()


def _basis(contract: Contract, children: Sequence[Child], parents: dict[str, list[Path]]) -> str:
    """A digest of all that the references of a feed rest on."""
    parts = [str(references(contract)), str(contract.reference_grace_days)]
    parts += [f"{c.submission.id} {c.is_aged} {_state_of(c.folder)}" for c in children]
    parts += [f"{parent} {folder.name} {_state_of(folder)}" for parent in parents for folder in parents[parent]]
    return json.dumps(hashlib.sha256("\n".join(parts).encode()).hexdigest())


def _state_of(folder: Path) -> str:
    """Tells a folder that was checked anew, or whose own rows wait or no longer wait, from what it was."""
    files = [folder / ROWS, folder / REFERENCES]
    return " ".join(str(file.stat().st_mtime_ns) for file in files if file.exists())


def _note(home: Home, contract: Contract) -> Path:
    return home.lake_folder(contract.partner, contract.feed, ".references.json")


def _write(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Replace a file at once, and only when the new one is safely on the disk."""
    draft = target.with_name(f".{target.name}.draft")
    connection.execute(f"copy ({query}) to {_file(draft)} (format parquet, compression zstd)")
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _file(path: Path) -> str:
    return sql_text(str(path))
