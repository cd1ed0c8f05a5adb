"""How releases are built again and published: the same rows make the same edition, and nothing half-made is seen."""

import copy
import stat

import duckdb
import pytest

from orchestration.errors import EntrepotError, UsageError
from orchestration.releases import build, policy, shelf
from orchestration.releases.build import build_all, build_release
from orchestration.releases.digest import canonical_digest, table_digests
from orchestration.releases.models import compiled_manifest
from orchestration.settings import Home
from tests.security import world as worlds
from tests.security.released import CUSTOMS, query, released
from tests.security.world import report, sample_world


def test_two_builds_of_the_same_rows_say_the_same(world, tmp_path):
    other = copy.deepcopy(world)
    other.home = Home(tmp_path / "other")
    assert released(world).digest == released(other).digest


def test_the_digest_sees_values_types_comments_and_repetitions(tmp_path):
    statements = [
        "create table t as select 1 as a, 'x' as b",
        "create table t as select 1 as a, 'y' as b",
        "create table t as select 1::bigint as a, 'x' as b",
        "create table t as select 1 as a, null as b",
        "create table t as select 1 as a, 'null' as b",
        "create table t as select 1 as a, 'x' as c",
        "create table t as from (values (1, 'x'), (1, 'x')) as v(a, b)",
        "create table t as select 0.10::decimal(20,2) as a, 'x' as b",
        "create table t as select 12345678901234567.10::decimal(20,2) as a, 'x' as b",
        "create table t as select 12345678901234567.11::decimal(20,2) as a, 'x' as b",
        "create table t as select 1 as a, 'x' as b; comment on table t is 'c'",
        "create table t as select 1 as a, 'x' as b; comment on column t.a is 'c'",
        "create table u as select 1 as a, 'x' as b",
    ]
    digests = []
    for statement in statements:
        with duckdb.connect(":memory:") as connection:
            connection.execute(statement)
            digests.append(canonical_digest(connection, "memory"))
    assert len(set(digests)) == len(statements)
    with duckdb.connect(":memory:") as connection:
        connection.execute("create table t as from (values (2, 'y'), (1, 'x')) as v(a, b)")
        connection.execute("create schema s; create table s.t as from t order by a")
        first, second = table_digests(connection, "memory").values()
        assert first == second


def test_a_published_file_is_read_only_and_alone_on_its_shelf(world):
    release = released(world)
    assert stat.S_IMODE(release.path.stat().st_mode) == 0o444
    names = sorted(path.name for path in release.path.parent.iterdir())
    assert names == [".lock", "1.duckdb", "current.json"]
    assert shelf.current(world.home, CUSTOMS) == release.path


def test_nothing_is_built_when_nothing_changed(world):
    inputs = world.build()
    first = build_release(world.home, CUSTOMS, inputs=inputs)
    again = build_release(world.home, CUSTOMS, inputs=inputs)
    assert first.is_new and not again.is_new
    assert (again.edition, again.digest, again.tables) == (first.edition, first.digest, first.tables)


def test_hidden_changes_do_not_make_a_new_edition(world):
    first = released(world)
    world.rows["intelligence_service__reports"][2]["summary"] = "another secret"
    again = released(world)
    assert not again.is_new
    assert again.path == first.path
    world.rows["intelligence_service__reports"][0]["summary"] = "plain"
    assert released(world).edition == 2


def test_the_last_editions_are_kept_and_no_number_comes_twice(world):
    for number in range(5):
        world.countries.append((f"Q{number}", "x"))
        release = released(world)
    names = sorted(path.name for path in release.path.parent.glob("*.duckdb"))
    assert names == ["3.duckdb", "4.duckdb", "5.duckdb"]


def test_a_reader_keeps_the_edition_it_opened(world):
    first = released(world)
    with duckdb.connect(str(first.path), read_only=True) as reader:
        world.countries.append(("XA", "Arvenia"))
        assert released(world).edition == 2
        assert reader.execute("select count(*) from dim_countries").fetchall() == [(2,)]


def test_what_a_dead_builder_left_is_swept(world):
    released(world)
    litter = shelf.folder(world.home, CUSTOMS) / ".building-dead"
    litter.mkdir()
    (litter / "release.duckdb").write_bytes(b"half")
    world.countries.append(("XA", "Arvenia"))
    released(world)
    assert not litter.exists()


def test_descriptions_of_tables_and_columns_travel_with_the_data(world):
    release = released(world)
    assert query(release, "select comment from duckdb_tables() where table_name = 'fct_listings'") == [
        ("One row per thing in fct_listings.",)
    ]
    assert query(
        release,
        "select comment from duckdb_columns() where table_name = 'fct_listings' and column_name = 'name'",
    ) == [("The name, as given.",)]


def test_rows_are_in_a_fixed_order(world):
    assert query(released(world), "select record_ref from fct_listings") == [("L1",), ("L2",)]


def test_recipients_who_see_the_same_get_the_same_release(world, monkeypatch):
    world.rows.pop("intelligence_service__reports")
    world.rows.pop("trade_ministry__applications")
    world.submissions, world.findings = [], []
    inputs, calls = world.build(), []
    real = build.lay_out
    monkeypatch.setattr(build, "lay_out", lambda *given: calls.append(given[1].name) or real(*given))
    made = {
        name: build_release(world.home, name, inputs=inputs)
        for name in (CUSTOMS, "central_bank", "prosecution_service", "foreign_ministry")
    }
    assert calls == [CUSTOMS, "foreign_ministry"]
    assert made["central_bank"].digest == made[CUSTOMS].digest != made["foreign_ministry"].digest
    assert made["central_bank"].path.read_bytes() == made[CUSTOMS].path.read_bytes()
    assert stat.S_IMODE(made["central_bank"].path.stat().st_mode) == 0o444


@pytest.mark.parametrize(
    ("submitted", "rules"),
    [
        (lambda w: w.submit("customs_service/inspections", []), {}),
        (lambda w: w.submit("intelligence_service/reports", [report("R9", exclude=[CUSTOMS])]), {}),
        (lambda w: None, {"foreign_ministry/listings": {"name": {CUSTOMS: "null", "others": "show"}}}),
        (lambda w: None, {"foreign_ministry/listings": {"name": {"others": "token"}}}),
    ],
)
def test_recipients_who_see_something_else_get_their_own_release(world, submitted, rules):
    world.rows.pop("intelligence_service__reports")
    world.rows.pop("trade_ministry__applications")
    world.submissions, world.findings = [], []
    submitted(world)
    inputs = world.build()
    inputs = build.Inputs(policy.Policy(inputs.policy.recipients, rules, "x"), inputs.contracts, inputs.models)
    digests = {build_release(world.home, name, inputs=inputs).digest for name in (CUSTOMS, "central_bank")}
    assert len(digests) == 2


def test_build_all_serves_every_recipient(world):
    assert [r.recipient for r in build_all(world.home, inputs=world.build())] == sorted(policy.load_policy().recipients)


def test_a_model_that_hands_out_a_forbidden_row_stops_the_release(world, monkeypatch):
    first = released(world)
    name = "main.fct_listings"
    kind, sql = worlds.MODELS[name]
    forged = worlds.marking("foreign_ministry", tlp="RED").replace("'", "''")
    monkeypatch.setitem(worlds.MODELS, name, (kind, f"select * replace ('{forged}' as marking) from ({sql})"))
    with pytest.raises(EntrepotError, match="fct_listings holds a row of foreign_ministry"):
        released(world)
    assert shelf.current(world.home, CUSTOMS) == first.path
    assert not list(first.path.parent.glob(".building-*"))


def test_models_cannot_reach_beyond_the_filtered_rows(world, monkeypatch):
    target = world.home.build_db.as_posix()
    monkeypatch.setitem(worlds.MODELS, "main.fct_reach", ("table", f"select content as c from read_blob('{target}')"))
    with pytest.raises((EntrepotError, duckdb.Error)) as caught:
        released(world)
    assert "fct_reach does not run" in str(caught.value) or "fct_reach" in str(caught.value)


def test_errors_name_what_is_missing(home):
    with pytest.raises(UsageError, match="No recipient is called `nobody`"):
        released(sample_world(home), "nobody")
    home.build_db.unlink()
    with pytest.raises(EntrepotError, match="The warehouse is not built yet"):
        build_release(home, CUSTOMS, inputs=build.Inputs.load(compiled_manifest(home)))
    with pytest.raises(EntrepotError, match="There is no release for customs_service yet"):
        shelf.current(home, CUSTOMS)
    (home.warehouse_dir / "dbt" / "manifest.json").unlink()
    with pytest.raises(EntrepotError, match="The models are not compiled"):
        build.Inputs.load(compiled_manifest(home))
