"""Promise 5 on the real models: rows hidden from a recipient leave no trace in what the real dbt project makes for him.

The sample world is the one that the integration tests look at. Hidden rows are removed, multiplied and rewritten in
copies of its build database, a recipient's release is built from each, and its canonical digest must not change. A
visible row changed must change it, else the test could not fail.
"""

import random
import shutil
from dataclasses import dataclass

import duckdb
import pytest

from orchestration.contracts.model import Contract
from orchestration.harmonisation import warehouse
from orchestration.quoting import sql_list, sql_name, sql_text
from orchestration.releases.build import Inputs, Release, build_release
from orchestration.releases.models import compiled_manifest
from orchestration.releases.policy import Marking, visible
from orchestration.settings import Home
from tests.integration.conftest import Built as Sample

pytestmark = pytest.mark.slow
RECIPIENTS = ("customs_service", "allied_licensing_authority", "prosecution_service")


@dataclass(frozen=True)
class Built:
    """A home whose warehouse is built from the sample, and what its releases are built with."""

    home: Home
    inputs: Inputs


@pytest.fixture(scope="module")
def built(sample_home: Sample, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("noninterference") / "home"
    shutil.copytree(sample_home.untouched, folder, copy_function=shutil.copy2)
    home = Home(folder)
    return Built(home, Inputs.load(compiled_manifest(home)))


@pytest.fixture(scope="module")
def releases(built) -> dict[str, Release]:
    return {name: build_release(built.home, name, inputs=built.inputs) for name in RECIPIENTS}


def hidden_markings(connection, contract: Contract, built: Built, recipient: str) -> list[str]:
    who = built.inputs.policy.recipient(recipient)
    rows = connection.execute(f"select distinct marking from raw.{sql_name(contract.table)}").fetchall()
    return [marking for (marking,) in rows if not visible(marking, who, contract.partner)]


def disturb(connection, contract: Contract, hidden: list[str], what: str, dice: random.Random) -> None:
    """Replace the feed's raw view by a table in which hidden rows are other ones."""
    table = f"raw.{sql_name(contract.table)}"
    is_hidden = f"coalesce(marking in ({sql_list(hidden)}), true)"
    texts = [f.name for f in contract.fields if f.type == "string" and f.name not in contract.key]
    keys = [f.name for f in contract.fields if f.type == "string" and f.name in contract.key]
    copy = "row_number() over () as dealt"
    if what == "remove":
        kept = f"select * from {table} where not {is_hidden}"
    elif what == "rewrite":
        changed = ", ".join(
            f"case when {is_hidden} and {sql_name(name)} is not null then {sql_text('hidden ' + str(dice.random()))} "
            f"else {sql_name(name)} end as {sql_name(name)}"
            for name in texts
        )
        kept = f"select * replace ({changed}) from {table}" if texts else f"from {table}"
    else:  # more of them, in the same files and in later ones, so that ids and numbers of all the others move
        renamed = ", ".join(f"{sql_name(name)} || '-more' as {sql_name(name)}" for name in keys)
        moved = "source_row_number + 1000 as source_row_number, sequence + 500 as sequence"
        more = ", ".join(part for part in (renamed, moved, "'Sfffffffffffffff' as submission_id") if part)
        shifted = "* replace (source_row_number * 3 as source_row_number, sequence + 7 as sequence)"
        kept = (
            f"select {shifted} from {table} union all by name select * replace ({more}) from {table} where {is_hidden}"
        )
    connection.execute(
        f"create table raw.other as select *, {copy} from ({kept}) order by hash(dealt + {dice.random()})"
    )
    connection.execute("alter table raw.other drop column dealt")
    views = connection.execute("select view_name from duckdb_views() where schema_name = 'raw'").fetchall()
    connection.execute(f"drop {'view' if (contract.table,) in views else 'table'} {table}")
    connection.execute(f"alter table raw.other rename to {sql_name(contract.table)}")


def release_of_a_copy(built: Built, folder, recipient: str, change) -> Release:
    home = Home(folder).ensure()
    shutil.copyfile(built.home.build_db, home.build_db)
    shutil.copytree(built.home.keys, home.keys, dirs_exist_ok=True)
    with warehouse.build_database(home) as connection:
        change(connection)
    return build_release(home, recipient, inputs=built.inputs)


@pytest.mark.parametrize("what", ["remove", "rewrite", "multiply"])
@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_hidden_rows_leave_no_trace_in_the_real_marts(built, releases, tmp_path, recipient, what):
    dice = random.Random(f"{recipient} {what}")
    touched = []

    def change(connection) -> None:
        for contract in built.inputs.contracts.values():
            if hidden := hidden_markings(connection, contract, built, recipient):
                disturb(connection, contract, hidden, what, dice)
                touched.append(contract.id)

    after = release_of_a_copy(built, tmp_path / "home", recipient, change)
    assert touched
    assert after.tables == releases[recipient].tables
    assert after.digest == releases[recipient].digest


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_when_others_deliver_leaves_no_trace_in_what_a_partner_owes(built, releases, tmp_path, recipient):
    def change(connection) -> None:
        assert connection.execute("select count(*) from raw.expected_submissions").fetchone() != (0,)
        connection.execute(
            "update raw.expected_submissions set state = 'overdue', days_late = coalesce(days_late, 0) + 9"
        )

    after = release_of_a_copy(built, tmp_path / "home", recipient, change)
    assert after.digest == releases[recipient].digest


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_visible_rows_do_show_in_the_real_marts(built, releases, tmp_path, recipient):
    def change(connection) -> None:
        connection.execute("create table raw.other as from raw.customs_service__export_declarations")
        connection.execute("drop table raw.customs_service__export_declarations")
        connection.execute(
            "update raw.other set consignee_name = 'Somebody else' where mrn = (select min(mrn) from raw.other)"
        )
        connection.execute("alter table raw.other rename to customs_service__export_declarations")

    after = release_of_a_copy(built, tmp_path / "home", recipient, change)
    assert after.digest != releases[recipient].digest


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_no_row_of_the_real_marts_is_forbidden(built, releases, recipient):
    who = built.inputs.policy.recipient(recipient)
    checked = 0
    with duckdb.connect(str(releases[recipient].path), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_columns() where column_name = 'marking' and schema_name = 'main'"
        ).fetchall()
        for (table,) in tables:
            pairs = connection.execute(f"select distinct partner, marking from {table}").fetchall()
            checked += len(pairs)
            assert [pair for pair in pairs if not visible(pair[1], who, pair[0])] == []
            leaked = connection.execute(
                f"select count(*) from {table} where partner <> ? and submission_id is not null", [recipient]
            ).fetchone()
            assert leaked == (0,)
    assert len(tables) > 15 and checked > 10


def judge_same(connection, pairs: list[tuple[str, str]]) -> None:
    """Plant judgements, for all to see, that mentions are one party."""
    marking = Marking("operator", "public", "CLEAR").text()
    columns = [name for (name,) in connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'raw' and table_name = 'judgements' "
        "order by column_index"
    ).fetchall()]  # fmt: skip
    for number, (one, other) in enumerate(pairs, start=1):
        known = {
            "partner": "'operator'", "marking": sql_text(marking), "subject": "'party_pair'", "verdict": "'same'",
            "subject_id": sql_text(":".join(sorted((one, other)))), "sequence": str(number),
        }  # fmt: skip
        values = ", ".join(known.get(name, "null") for name in columns)
        connection.execute(f"insert into raw.judgements values ({values})")


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_a_hidden_mention_bridges_no_visible_parties(built, releases, tmp_path, recipient):
    """A hidden mention is judged the same as two visible ones of two parties: to its reader, they stay two. Were the
    judgement his to see, and about what he sees, they would be one. Nothing tells him that the hidden one was judged,
    though the judgement itself is for all to see and names it: his release is the same to the last row.
    """
    with duckdb.connect(str(releases[recipient].path), read_only=True) as connection:
        mention = "md5(concat_ws('|', partner, feed, record_ref, role, mention_no::varchar))"
        visible_ones = dict(
            connection.execute(
                f"select min({mention}), party_id from bridge_party_mentions group by party_id"
            ).fetchall()
        )
    hidden: list[str] = []

    def by_a_bridge(connection) -> None:
        every = connection.execute("select mention_id from intermediate.int_parties__mentions order by all").fetchall()
        seen = sorted(mention for (mention,) in every if mention in visible_ones)[:2]
        assert len(seen) == 2
        with duckdb.connect(str(releases[recipient].path), read_only=True) as release:
            shown = {row[0] for row in release.execute(f"select {mention} from bridge_party_mentions").fetchall()}
        hidden.append(next(mention for (mention,) in every if mention not in shown))
        judge_same(connection, [(hidden[0], seen[0]), (hidden[0], seen[1])])
        hidden.extend(seen)

    bridged = release_of_a_copy(built, tmp_path / "bridged", recipient, by_a_bridge)
    assert party_count(bridged) == party_count(releases[recipient])
    assert bridged.digest == releases[recipient].digest

    def openly(connection) -> None:
        judge_same(connection, [(hidden[1], hidden[2])])

    together = release_of_a_copy(built, tmp_path / "together", recipient, openly)
    assert party_count(together) == party_count(releases[recipient]) - 1


def party_count(release: Release) -> int:
    """Number of parties in a release."""
    with duckdb.connect(str(release.path), read_only=True) as connection:
        found = connection.execute("select count(*) from dim_parties").fetchone()
    assert found
    return int(found[0])
