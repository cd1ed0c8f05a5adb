"""A recipient's release: what is in it, how it is published, and that hidden rows leave no trace in it."""

import copy
import json
import random
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
from tests.security.world import World, application, listing, report, sample_world

CUSTOMS = "customs_service"


def released(world: World, recipient: str = CUSTOMS):
    return build_release(world.home, recipient, inputs=world.build())


def query(release, sql: str):
    with duckdb.connect(str(release.path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def refs(release, table: str) -> list[str]:
    return [ref for (ref,) in query(release, f"select record_ref from {table} order by all")]


def test_a_release_holds_what_the_markings_allow_and_no_more(world):
    release = released(world)
    assert refs(release, "fct_applications") == ["A1", "A2"]
    assert refs(release, "fct_listings") == ["L1", "L2"]
    assert refs(release, "fct_intelligence_reports") == ["R1", "R5"]
    assert released(world, "intelligence_service").tables["main.fct_intelligence_reports"] == 5
    assert refs(released(world, "central_bank"), "fct_intelligence_reports") == ["R4"]


def test_the_operator_gets_everything_and_the_reporting_tables(world):
    release = released(world, "operator")
    assert release.tables["main.fct_applications"] == 3
    assert query(release, "select n from reporting.rpt_totals") == [(3,)]
    assert query(release, "select count(submission_id), count(source_row_number) from fct_applications") == [(3, 3)]


def test_nobody_else_gets_reporting_staging_or_intermediate_tables(world):
    tables = query(released(world), "select distinct schema_name from duckdb_tables()")
    assert tables == [("main",)]
    assert query(released(world), "select count(*) from duckdb_views() where not internal") == [(0,)]


def test_derived_tables_are_made_from_visible_rows_alone(world):
    parties = dict(query(released(world), "select name, mention_count from dim_parties"))
    assert parties == {"Acme": 3, "Borealis": 2, "Delos": 1}
    assert dict(query(released(world, "operator"), "select name, mention_count from dim_parties"))["Acme"] == 4


def test_rows_of_two_feeds_never_seem_to_come_from_one_submission(world):
    for recipient in (CUSTOMS, "operator"):
        assert query(released(world, recipient), "select count(*) from fct_met_in_one_file") == [(0,)]


def test_public_code_lists_are_whole(world):
    assert query(released(world), "select count(*) from dim_countries") == [(2,)]


def test_submissions_and_findings_are_the_recipients_own(world):
    world.submit("customs_service/inspections", [])
    assert query(released(world), "select distinct partner from fct_submissions") == [(CUSTOMS,)]
    assert query(released(world), "select distinct partner from fct_row_findings") == [(CUSTOMS,)]
    assert query(released(world), "select sequence from fct_submissions") == [(1,)]


def test_where_a_row_came_from_is_shown_to_its_originator_alone(world):
    others = query(released(world), "select count(submission_id), count(source_row_number) from fct_applications")
    own = query(
        released(world, "trade_ministry"),
        "select count(submission_id), min(source_row_number), max(source_row_number) from fct_applications",
    )
    assert (others, own) == ([(0, 0)], [(3, 1, 3)])
    assert query(released(world), "select count(recorded_at), count(sequence) from fct_listing_versions") == [(0, 0)]


def test_fields_are_blanked_or_tokenised_before_the_models_run(world):
    assert query(released(world, "foreign_ministry"), "select distinct risk_band from fct_applications") == [(None,)]
    assert query(released(world), "select distinct risk_band from fct_applications") == [(3,)]
    assert query(released(world, "trade_ministry"), "select distinct risk_band from fct_applications") == [(3,)]


def test_tokens_are_stable_for_one_recipient_and_differ_between_two(world, monkeypatch):
    rules = {"trade_ministry/applications": {"applicant_name": {"others": "token"}}}
    inputs = world.build()
    inputs = build.Inputs(policy.Policy(inputs.policy.recipients, rules, "other"), inputs.contracts, inputs.models)

    def names(recipient):
        release = build_release(world.home, recipient, inputs=inputs)
        return query(release, "select applicant_name from fct_applications where record_ref = 'A1'")[0][0]

    first = names(CUSTOMS)
    assert first.startswith("T") and len(first) == 21
    assert first != names("foreign_ministry")
    assert names("trade_ministry") == "Acme"
    shelf.folder(world.home, CUSTOMS).joinpath("current.json").unlink()
    assert names(CUSTOMS) == first


def test_a_treated_field_that_the_feed_lacks_is_an_error(world):
    inputs = world.build()
    rules = {"trade_ministry/applications": {"aplicant": {"others": "null"}}}
    wrong = build.Inputs(policy.Policy(inputs.policy.recipients, rules, "x"), inputs.contracts, inputs.models)
    with pytest.raises(EntrepotError, match=r"trade_ministry/applications\.aplicant"):
        build_release(world.home, CUSTOMS, inputs=wrong)


# The partner's later word


def test_a_row_marked_tighter_by_a_correction_is_gone_from_the_next_release(world):
    assert "A1" in refs(released(world), "fct_applications")
    world.submit("trade_ministry/applications", [application("A1", "Acme", level="secret")], period="2025-Q2")
    assert refs(released(world), "fct_applications") == ["A2"]
    assert "Acme" not in [name for (name,) in query(released(world), "select applicant_name from fct_applications")]


def test_a_row_marked_looser_by_a_correction_appears(world):
    world.submit("trade_ministry/applications", [application("A3", "Cygnus")], period="2025-Q2")
    assert refs(released(world), "fct_applications") == ["A1", "A2", "A3"]


def test_a_newer_snapshot_of_hidden_rows_hides_the_older_one(world):
    world.submit("foreign_ministry/listings", [listing("L1", "Acme", tlp="RED")], period="2025-07-31")
    release = released(world)
    assert refs(release, "fct_listings") == []
    assert refs(release, "fct_listing_versions") == []


def test_a_newer_snapshot_keeps_the_history_of_what_is_still_visible(world):
    rows = [listing("L1", "Acme AG"), listing("L2", "Delos", tlp="RED")]
    world.submit("foreign_ministry/listings", rows, period="2025-07-31")
    assert refs(released(world), "fct_listing_versions") == ["L1", "L1"]


def withdrawn(row: dict) -> dict:
    """The row that takes a record away; it is marked as the feed's rows are by default, so that many could see it."""
    return row | {"is_withdrawal": True, "kind": "withdrawal"}


def test_a_withdrawn_record_is_gone_from_everybodys_next_release(world):
    world.submit("trade_ministry/applications", [withdrawn(application("A1", "Acme"))], period="2025-Q2")
    for recipient, left in ((CUSTOMS, ["A2"]), ("trade_ministry", ["A2", "A3"])):
        assert refs(released(world, recipient), "fct_applications") == left


def test_a_withdrawn_record_that_is_sent_again_is_there_again(world):
    world.submit("trade_ministry/applications", [withdrawn(application("A1", "Acme"))], period="2025-Q2")
    world.submit("trade_ministry/applications", [application("A1", "Acme AG")], period="2025-Q3")
    assert query(released(world), "select applicant_name from fct_applications where record_ref = 'A1'") == [
        ("Acme AG",)
    ]  # fmt: skip


def test_an_entry_that_is_withdrawn_from_a_list_leaves_its_older_editions_too(world):
    world.submit("foreign_ministry/listings", [listing("L1", "Acme"), listing("L2", "Delos")], period="2025-07-31")
    world.submit("foreign_ministry/listings", [withdrawn(listing("L2", "Delos"))], period="2025-07-31")
    assert refs(released(world), "fct_listing_versions") == ["L1", "L1"]


def test_the_withdrawal_of_a_hidden_record_leaves_no_trace(world):
    before = released(world)
    world.submit("trade_ministry/applications", [withdrawn(application("A3", "Cygnus"))], period="2025-Q2")
    after = released(world)
    assert (after.digest, after.tables) == (before.digest, before.tables)


# Noninterference


def disturb(world: World, dice: random.Random) -> str:
    """Change something hidden from customs; returns what."""
    reports = world.rows["intelligence_service__reports"]
    hidden = [row for row in reports if row["report_ref"] in ("R2", "R3", "R4") or row["report_ref"].startswith("H")]
    what = dice.choice(["change", "add", "remove", "partner", "quarantine", "reorder"])
    if what == "change" and hidden:
        row = dice.choice(hidden)
        row["summary"] = "HIDDEN" + str(dice.random())
        row["subjects"] = json.dumps([{"name": dice.choice(["Acme", "Borealis", "Zeta"])}] * dice.randint(1, 3))
    elif what == "add":
        marks = dice.choice([{"level": "secret"}, {"tlp": "RED"}, {"exclude": [CUSTOMS]}, {"purposes": []}])
        world.submit(
            "intelligence_service/reports",
            [report(f"H{dice.randint(1, 10**6)}", "Acme", "HIDDEN", **marks) for _ in range(dice.randint(1, 3))],
            sequence=dice.choice([1000, -5]) + len(world.submissions),
        )
    elif what == "remove" and hidden:
        reports.remove(dice.choice(hidden))
    elif what == "partner":
        world.submit(
            "trade_ministry/applications",
            [application(f"B{dice.randint(1, 10**6)}", "HIDDEN", level="secret")],
            sequence=-len(world.submissions),
        )
    elif what == "quarantine":
        for row in reports:  # a row refused before this one moves every later one down
            row["source_row_number"] += dice.randint(1, 9)
    elif what == "reorder":
        fresh = "S" + f"{dice.getrandbits(60):015x}"
        for (
            name,
            rows,
        ) in world.rows.items():  # the file's bytes changed with its hidden rows, and so did its id
            for row in rows:
                if name == "intelligence_service__reports":
                    row["submission_id"] = fresh + str(row["sequence"])
                row["sequence"] += 3
    return what


def test_hidden_rows_leave_no_trace_in_a_release(world, tmp_path):
    dice = random.Random(7)
    before = released(world)
    done = set()
    for number in range(12):
        other = copy.deepcopy(world)
        other.home = Home(tmp_path / f"other{number}")
        for _ in range(dice.randint(1, 4)):
            done.add(disturb(other, dice))
        inputs = other.build()
        after = build_release(other.home, CUSTOMS, inputs=inputs)
        assert after.digest == before.digest, done
        assert after.tables == before.tables
    assert done == {"change", "add", "remove", "partner", "quarantine", "reorder"}


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w.rows["intelligence_service__reports"][0].update(summary="changed"),
        lambda w: w.rows["intelligence_service__reports"].pop(0),
        lambda w: w.submit("intelligence_service/reports", [report("R9", "Acme")]),
        lambda w: w.rows["intelligence_service__reports"][2].update(marking=worlds.marking("intelligence_service")),
        lambda w: w.countries.append(("XA", "Arvenia")),
    ],
)
def test_visible_rows_do_change_the_release(world, change):
    before = released(world).digest
    change(world)
    assert released(world).digest != before


CANARY = "canary-7f3a9c"


def test_texts_of_hidden_rows_are_nowhere_in_the_file(home):
    world = sample_world(home)
    for number, marks in enumerate(
        [
            {"level": "secret"},
            {"tlp": "RED"},
            {"tlp": "AMBER+STRICT"},
            {"exclude": [CUSTOMS]},
            {"purposes": []},
        ]
    ):
        world.submit(
            "intelligence_service/reports",
            [report(f"{CANARY}-ref{number}", f"{CANARY}-name", f"{CANARY}-text", **marks)],
        )
    world.submit("trade_ministry/applications", [application(f"{CANARY}-a", CANARY, tlp="AMBER", release_to=[])])
    release = released(world)
    everything = b"".join(path.read_bytes() for path in shelf.folder(home, CUSTOMS).iterdir() if path.is_file())
    assert CANARY.encode() not in everything
    assert b"Borealis" in everything
    assert CANARY.encode() in released(world, "intelligence_service").path.read_bytes()
    assert release.path.suffix == ".duckdb"


# Publication


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
