"""Opens a file of an earlier version of its feed, brings it to the one in force, and records what was changed.

Here: which version a file is of (what its manifest states, else whose columns it has exactly), and the relation that
has the columns and codes in force. Rows are neither added nor lost. Not here: what a migration says
(contracts/migrations.py).
"""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.contracts.migrations import as_judged, as_read
from orchestration.contracts.model import Contract, Migration
from orchestration.contracts.versions import numbers
from orchestration.errors import ContractError, RejectedFileError
from orchestration.quoting import sql_list, sql_name, sql_text
from orchestration.submissions.read import Source, open_source

FILE_AS_A_WHOLE = 0  # the row number of a finding that concerns the file and no single row
# Formats that name their columns or values, so that a file of another version is refused and never misread.
_NAMED = ("csv", "tsv", "xlsx", "parquet", "json", "jsonl")


@dataclass(frozen=True)
class Opened:
    """A readable file, the contract by which its rows are judged, and what was changed to bring it there:
    (rule, field, before, after, sentence).
    """

    source: Source
    contract: Contract
    changes: tuple[tuple[str, str, str | None, str | None, str], ...] = ()
    version: str = ""

    @property
    def told(self) -> str:
        """What was done to the file, for its sender; '' when it is of the version in force."""
        if not self.version:
            return ""
        return (
            f"The file is of version {self.version} of the contract and was brought to {self.contract.version}: "
            f"{' '.join(change[-1] for change in self.changes)}"
        )


def open_known_version(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path, name: str, stated: str | None
) -> Opened:
    """Open a file as the version that it states or has; RejectedFileError when that is newer or not known."""
    if stated is not None:
        migration = _stated(contract, stated, name)
        if migration is None:
            return Opened(open_source(connection, path, contract, scratch, name), contract)
        return _upgraded(connection, path, contract, migration, scratch, name)
    try:
        return Opened(open_source(connection, path, contract, scratch, name), contract)
    except RejectedFileError as error:
        for migration in contract.migrations if contract.format in _NAMED else ():
            try:
                return _upgraded(connection, path, contract, migration, scratch, name)
            except RejectedFileError:
                continue  # not of this version either
        raise error


def findings_sql(opened: Opened) -> str:
    """The changes as findings of severity repair, with the columns of the other findings; '' without changes."""
    rows = ", ".join(
        f"({FILE_AS_A_WHOLE}::bigint, {sql_text(rule)}, 'repair', {sql_text(field)}, {_or_null(before)}, "
        f"{_or_null(after)}, {sql_text(said)})"
        for rule, field, before, after, said in opened.changes
    )
    columns = "source_row_number, rule, severity, field, value_before, value_after, message"
    return f"select * from (values {rows}) changes({columns})" if rows else ""


def _stated(contract: Contract, stated: str, name: str) -> Migration | None:
    """The migration from the version that the sender states; None for the one in force."""
    known = [migration.version for migration in contract.migrations]
    try:
        given, current = numbers(stated), numbers(contract.version)
    except ContractError:
        raise RejectedFileError(
            f"{name}: its manifest states the contract version `{stated}`, which is not of the form 1.2.3."
        ) from None
    if given > current:
        raise RejectedFileError(
            f"{name}: its manifest states version {stated} of the contract {contract.id}, and {contract.version} is "
            "the newest that is known here. Agree the new version first, or export the file as the known one says."
        )
    if stated in known:
        return contract.migrations[known.index(stated)]
    if given[0] == current[0]:
        return None  # what changed since then breaks nothing
    raise RejectedFileError(
        f"{name}: its manifest states version {stated} of the contract {contract.id}, which is no longer taken; known "
        f"are {', '.join([contract.version, *known])}. Export it as one of these says."
    )


def _upgraded(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    contract: Contract,
    migration: Migration,
    scratch: Path,
    name: str,
) -> Opened:
    source = open_source(connection, path, as_read(contract, migration), scratch, name)
    columns = ", ".join(f"{_cell(field.name, migration)} as {sql_name(field.name)}" for field in contract.fields)
    changes = (*_column_changes(contract, migration), *_code_changes(connection, source, contract, migration))
    relation = f"(select {columns} from {source.relation})"
    return Opened(replace(source, relation=relation), as_judged(contract, migration), changes, migration.version)


def _cell(field: str, migration: Migration) -> str:
    if field in migration.added:
        return f"cast({_or_null(migration.added[field])} as varchar)"
    column = sql_name(field)
    pairs = "".join(
        f" when {sql_text(was)} then {sql_text(now)}" for was, now in migration.codes.get(field, {}).items()
    )
    return f"case trim({column}){pairs} else {column} end" if pairs else column


def _rule(contract: Contract, migration: Migration) -> str:
    return f"{contract.feed}_was_upgraded_from_{migration.version.replace('.', '_')}"


def _column_changes(contract: Contract, migration: Migration) -> list[tuple[str, str, str | None, str | None, str]]:
    rule = _rule(contract, migration)
    found: list[tuple[str, str, str | None, str | None, str]] = []
    for name, was in migration.columns.items():
        now = contract.field_by_name[name].source
        found.append((rule, name, was, now, f"The column `{was}` is now called `{now}`."))
    for name, value in migration.added.items():
        source = contract.field_by_name[name].source
        filled = "is left empty" if value is None else f"has `{value}` in every row"
        found.append((rule, name, None, value, f"The column `{source}`, which it lacks, {filled}."))
    found += [(rule, "", was, None, f"The column `{was}` is no longer taken.") for was in migration.removed]
    for name, forms in migration.formats.items():
        now, source = ", ".join(contract.field_by_name[name].formats), contract.field_by_name[name].source
        told = f"The column `{source}` is read in the form {', '.join(forms)}, not {now}."
        found.append((rule, name, ", ".join(forms), now, told))
    return found


def _code_changes(
    connection: duckdb.DuckDBPyConnection, source: Source, contract: Contract, migration: Migration
) -> list[tuple[str, str, str | None, str | None, str]]:
    found: list[tuple[str, str, str | None, str | None, str]] = []
    for name, codes in migration.codes.items():
        code = f"trim({sql_name(name)})"
        query = (
            f"select {code} as code, count(*) from {source.relation} where {code} in ({sql_list(codes)}) "
            "group by all order by all"
        )
        try:
            counted = connection.execute(query).fetchall()
        except duckdb.Error as error:
            explained = source.explain(error)
            if explained is None:
                raise
            raise explained from None
        column = contract.field_by_name[name].source
        for was, rows in counted:
            told = f"The code `{was}` of the column `{column}` is now `{codes[was]}` ({rows:,} rows)."
            found.append((_rule(contract, migration), name, str(was), codes[str(was)], told))
    return found


def _or_null(text: str | None) -> str:
    return "null" if text is None else sql_text(text)
