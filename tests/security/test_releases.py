"""A recipient's release: what is in it, and that hidden rows leave no trace in it."""

import copy
import json
import random

import pytest

from orchestration.errors import EntrepotError
from orchestration.releases import build, policy, shelf
from orchestration.releases.build import build_release
from orchestration.settings import Home
from tests.security import world as worlds
from tests.security.released import CUSTOMS, query, refs, released
from tests.security.world import World, application, listing, report, sample_world


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
