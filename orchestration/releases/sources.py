"""The raw rows that one recipient may see, copied out of the warehouse under the names that the models read.

Belongs here: what of the build database's schemas ``raw`` and ``code_lists`` goes into a recipient's scratch
file, and how traces of hidden rows are kept out of the columns that say where a row came from. Does not
belong here: the verdict on a marking (``policy``) or the models. The copy is complete: when the models run,
the warehouse is no longer attached, so nothing that they do can reach a hidden row.

Rules, in order:

1. A partner's later word replaces his earlier one before anything is judged: when the latest version of a
   record is hidden, so are its earlier versions; when nothing of a feed's newest snapshot is visible, neither
   are older snapshots. So a row that its originator marks tighter is gone from the next release. A record that
   was withdrawn is gone from everybody's, and so is the row that withdrew it, whose key would betray a record
   that its reader could never see.
2. Of what remains, the rows whose marking is visible.
3. Submission id, row number, order of arrival and time of receipt of other originators are numbered anew
   among visible rows, as they would change with hidden rows of the same file or with other partners'
   submissions. ``build`` blanks them in what is handed out.
4. Fields that the policy blanks or tokenises are so before any model runs.

Judgements are rows of their originator, marked by him, of which only the last word of each is here (rule 1). What of
those of others is blank, ``words`` says. A judgement about a record that he may not see stays without effect, as
models join it to the records: none hands it out by itself.

A table without a marking gives a recipient only rows whose ``partner`` he is; without a partner either, none. What is
counted to the newest receipt of anybody (how late a delivery is) goes to the operator alone: its date is others'.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from pathlib import Path
from typing import Any

from orchestration.contracts.model import Contract, ContractSet
from orchestration.errors import EntrepotError
from orchestration.harmonisation.parts import LINKAGE
from orchestration.quoting import sql_name, sql_text
from orchestration.releases.policy import Policy, Recipient, visible
from orchestration.releases.words import shown_of_others

OPERATORS_OWN = frozenset(["expected_submissions"])
WHOLE = "entrepot"  # the build database's own name: its views name it
FILTERED = "filtered"  # the recipient's scratch file
# In which order the submissions arrived of which anything is visible: a query on the recipient's scratch file.
ARRIVALS = f"select submission_id, arrival from {LINKAGE}.arrivals"
_IS_LIST = "kind in ('initial', 'replacement')"  # a whole list of a snapshot feed, not a change of one


def lay_out(connection: Any, recipient: Recipient, policy: Policy, contracts: ContractSet, key: bytes) -> None:
    """Fill ``filtered.raw`` and ``filtered.code_lists`` for this recipient; ``key`` makes his tokens."""
    connection.execute("create temp table markings (feed varchar, marking varchar)")
    connection.execute(
        "create temp table arrivals (feed varchar, submission_id varchar, arrival bigint, given_id varchar)"
    )
    for schema in ("raw", "code_lists", LINKAGE):
        connection.execute(f"create schema {FILTERED}.{schema}")
    for name in relations(connection, WHOLE, "code_lists"):
        table = f"code_lists.{sql_name(name)}"
        connection.execute(f"create table {FILTERED}.{table} as from {WHOLE}.{table}")
    by_table = {contract.table: contract for contract in contracts.values()}
    for name, columns in _raw_columns(connection).items():
        if name in by_table:
            _feed(connection, by_table[name], columns, recipient, policy, key)
        elif "marking" in columns:
            shown = shown_of_others(connection, name, recipient, policy, contracts, WHOLE)
            _marked(connection, name, recipient, shown)
        else:
            _unmarked(connection, name, columns, recipient)
    _order_of_arrival(connection)


def view_of(connection: Any, recipient: Recipient, policy: Policy, contracts: ContractSet) -> str:
    """A digest of what decides ``lay_out`` besides the warehouse: two recipients with the same one get the same rows.

    For each feed that has rows: the markings that are visible, and how fields are treated. A recipient with rows of
    his own, or with tokens, is like nobody else.
    """
    seen: list[Any] = []
    mark = ""
    for name, columns in _raw_columns(connection).items():
        if "partner" in columns and recipient.name in _distinct(connection, name, "partner"):
            mark = recipient.name
        contract = next((c for c in contracts.values() if c.table == name), None)
        if contract is None and "marking" in columns:
            seen.append([name, _visible_markings(connection, name, recipient)])
        if contract is None or not (markings := _distinct(connection, name, "marking")):
            continue
        treatments = policy.treatments(contract.id, recipient.name)
        if "token" in treatments.values():
            mark = recipient.name
        visible_here = [m for m in markings if visible(m, recipient, contract.partner)]
        seen.append([name, visible_here, sorted(treatments.items())])
    return hashlib.sha256(json.dumps([mark, seen]).encode()).hexdigest()


def token_key(keys: Path, recipient: str) -> bytes:
    """The recipient's own secret for tokens, made on first use, readable by the owner alone."""
    file = keys / f"tokens_{recipient}.key"
    if not file.exists():
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(secrets.token_bytes(32))
    key = file.read_bytes()
    if len(key) < 32:
        raise EntrepotError(f"The key {file} is damaged ({len(key)} bytes, expected 32). Restore it from a backup.")
    return key


def relations(connection: Any, database: str, schema: str) -> list[str]:
    """Names of the tables and views in a schema of an attached database."""
    rows = connection.execute(
        f"""
        select table_name from information_schema.tables
        where table_catalog = {sql_text(database)} and table_schema = {sql_text(schema)}
        order by table_name
        """
    ).fetchall()
    return [name for (name,) in rows]


def _raw_columns(connection: Any) -> dict[str, dict[str, str]]:
    """Table or view in the schema raw -> column -> type."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        f"""
        select table_name, column_name, data_type
        from duckdb_columns()
        where database_name = '{WHOLE}' and schema_name = 'raw'
        order by table_name, column_index
        """
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _distinct(connection: Any, table: str, column: str) -> list[str | None]:
    rows = connection.execute(f"select distinct {column} from {WHOLE}.raw.{sql_name(table)} order by all").fetchall()
    return [value for (value,) in rows]


def _visible_markings(connection: Any, table: str, recipient: Recipient) -> list[tuple[str, str]]:
    """Partner and marking of the rows that the recipient may see of a table that has no contract."""
    pairs = connection.execute(
        f"select distinct partner, marking from {WHOLE}.raw.{sql_name(table)} order by all"
    ).fetchall()
    return [(partner, marking) for partner, marking in pairs if visible(marking, recipient, partner)]


def _marked(connection: Any, table: str, recipient: Recipient, shown: dict[str, str]) -> None:
    mine = f"partner = {sql_text(recipient.name)}"
    pairs = ", ".join(f"({sql_text(p)}, {sql_text(m)})" for p, m in _visible_markings(connection, table, recipient))
    where = f"(partner, marking) in ({pairs})" if pairs else "false"
    blank = "".join(f", case when {mine} or ({when}) then {name} end as {name}" for name, when in shown.items())
    name = f"raw.{sql_name(table)}"
    connection.execute(
        f"create table {FILTERED}.{name} as "
        f"select * replace (row_number() over (order by sequence) as sequence{blank}) from {WHOLE}.{name} where {where}"
    )


def _order_of_arrival(connection: Any) -> None:
    """In which order the register took in the submissions of which anything is visible: the order, not the numbers."""
    register = f"{WHOLE}.raw.submissions"
    known = "submissions" in relations(connection, WHOLE, "raw")
    place = f"(select sequence from {register} where id = submission_id)" if known else "arrival"
    connection.execute(
        f"""
        create table {FILTERED}.{LINKAGE}.arrivals as
        select given_id as submission_id, dense_rank() over (order by {place} nulls last, arrival) as arrival
        from arrivals
        """
    )


def _unmarked(connection: Any, table: str, columns: dict[str, str], recipient: Recipient) -> None:
    theirs_too = "partner" in columns and table not in OPERATORS_OWN
    mine = f"partner = {sql_text(recipient.name)}" if theirs_too else "false"
    # The order of arrival counts everybody's submissions: keep its order, not its numbers.
    what = "* replace (row_number() over (order by sequence) as sequence)" if "sequence" in columns else "*"
    name = f"raw.{sql_name(table)}"
    connection.execute(f"create table {FILTERED}.{name} as select {what} from {WHOLE}.{name} where {mine}")


def _feed(
    connection: Any, contract: Contract, types: dict[str, str], recipient: Recipient, policy: Policy, key: bytes
) -> None:
    source, feed = f"{WHOLE}.raw.{sql_name(contract.table)}", sql_text(contract.table)
    markings = _distinct(connection, contract.table, "marking")
    seen = [[contract.table, marking] for marking in markings if visible(marking, recipient, contract.partner)]
    living = _living(connection, contract, source)
    is_own = contract.partner == recipient.name
    _insert(connection, "markings", seen)
    may_see = f"coalesce(marking in (select marking from markings where feed = {feed}), false)"
    if is_own:
        remaining = f"from {living}"
    elif len(seen) == len(markings):
        remaining = f"from {living} where {may_see}"
    else:
        remaining = _without_superseded(contract, living, may_see)
    # Unique over all feeds, as submission ids are: models that unite feeds join on it.
    given_id = "submission_id" if is_own else f"{feed} || '#' || arrival"
    connection.execute(
        f"""
        insert into arrivals
        select {feed}, submission_id, dense_rank() over (order by sequence) as arrival, {given_id}
        from (select distinct submission_id, sequence {remaining})
        """
    )
    replaced = {"sequence": "arrivals.arrival"}
    if not is_own:
        row_number = "row_number() over (partition by given.submission_id order by given.source_row_number)"
        replaced |= {
            "submission_id": "arrivals.given_id",
            "source_row_number": row_number,
            "recorded_at": "timestamp '2000-01-01' + to_seconds(arrivals.arrival)",
        } | _treated(connection, contract, remaining, policy.treatments(contract.id, recipient.name), key)
    wording = ", ".join(f"({value})::{types[name]} as {sql_name(name)}" for name, value in replaced.items())
    connection.execute(
        f"""
        create table {FILTERED}.raw.{sql_name(contract.table)} as
        with given as ({remaining})
        select given.* replace ({wording})
        from given
        inner join arrivals on arrivals.feed = {feed} and arrivals.submission_id = given.submission_id
        order by arrivals.arrival, given.source_row_number
        """
    )


def _living(connection: Any, contract: Contract, source: str) -> str:
    """The feed without records that were taken away and the rows that took them: a relation for FROM.

    A withdrawal takes a record out of everything said before; what a delta takes away has left the list that it
    changes, and stays in older ones.
    """
    if not connection.execute(f"select 1 from {source} where is_withdrawal limit 1").fetchall():
        return source
    same = " and ".join(f"gone.{sql_name(key)} is not distinct from said.{sql_name(key)}" for key in contract.key)
    reach = "gone.sequence > said.sequence"
    if contract.delivery == "snapshot":
        between = "lists.sequence > said.sequence and lists.sequence < gone.sequence"
        lists = f"select distinct sequence from {source} where {_IS_LIST}"
        reach += f" and (gone.kind = 'withdrawal' or not exists (from ({lists}) as lists where {between}))"
    return (
        f"(from {source} as said where not is_withdrawal and not exists "
        f"(from {source} as gone where gone.is_withdrawal and {same} and {reach}))"
    )


def _without_superseded(contract: Contract, source: str, may_see: str) -> str:
    """Rule 1: visible rows, less those whose record has a hidden version that came later."""
    conditions = [may_see]
    if contract.delivery == "snapshot":
        newest = f"select submission_id from {source} where {_IS_LIST} order by sequence desc limit 1"
        conditions.append(f"exists (from {source} as it where it.submission_id = ({newest}) and {may_see})")
    if contract.key:
        keys = ", ".join(map(sql_name, contract.key))
        hidden = f"select {keys}, max(sequence) as latest from {source} where not {may_see} group by {keys}"
        same = " and ".join(f"hidden.{sql_name(k)} is not distinct from rows.{sql_name(k)}" for k in contract.key)
        conditions.append(f"not exists (from ({hidden}) as hidden where {same} and hidden.latest > rows.sequence)")
    return f"from {source} as rows where " + " and ".join(conditions)


def _treated(
    connection: Any, contract: Contract, remaining: str, treatments: dict[str, str], key: bytes
) -> dict[str, str]:
    """Expressions for the fields that this recipient gets blank or as tokens of his own."""
    replaced: dict[str, str] = {}
    for field, treatment in sorted(treatments.items()):
        if field not in contract.field_by_name:
            raise EntrepotError(f"The sharing policy treats {contract.id}.{field}, but that feed has no such field.")
        if treatment == "null":
            replaced[field] = "null"
            continue
        name = sql_name(field)
        values = connection.execute(f"select distinct {name}::varchar {remaining} order by all").fetchall()
        table = sql_name(f"tokens_{contract.table}_{field}")
        connection.execute(f"create temp table {table} (value varchar, token varchar)")
        tokens = [[value, _token(key, contract.id, field, value)] for (value,) in values if value is not None]
        _insert(connection, table, tokens)
        replaced[field] = f"(select token from {table} where value = given.{name})"
    return replaced


def _insert(connection: Any, table: str, rows: list[list[str | None]]) -> None:
    # Literals: bound parameters would import pandas, which costs more than the rest of a small release.
    for start in range(0, len(rows), 1000):
        values = ", ".join(
            "(" + ", ".join("null" if value is None else sql_text(value) for value in row) + ")"
            for row in rows[start : start + 1000]
        )
        connection.execute(f"insert into {table} values {values}")


def _token(key: bytes, feed: str, field: str, value: str) -> str:
    message = "\0".join((feed, field, value)).encode()
    return "T" + hmac.new(key, message, hashlib.sha256).hexdigest()[:20]
