"""People's judgements from the command line to the marts and releases: they win over scores, survive a rebuild, leave
no trace where they may not be seen, and taken back leave what was there before.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestration.cycle import rebuild_from_vault
from orchestration.releases import shelf
from orchestration.releases.digest import table_digests
from orchestration.settings import Home
from orchestration.site import Site
from tests.integration.conftest import Built, entrepot

TRAIL = "main.bridge_party_id_changes"  # tells what happened to ids, so it goes on when they come back
OTHERS = ("allied_licensing_authority", "central_bank", "intelligence_service", "prosecution_service")
TOLD = ("trade_ministry", "customs_service", "operator")
CANARY = "Zebrafinch"


def done(home: Path, *arguments: str) -> str:
    ran = entrepot(home, *arguments)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def run(home: Path, until: str = "warehouse") -> None:
    ran = entrepot(home, "run", "--until", until)
    assert "failed" not in ran.stdout, ran.stdout[-2000:] + ran.stderr


@contextmanager
def warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{Home(home).build_db}' as entrepot (read_only)")
        connection.execute("use entrepot")
        yield connection


def state(home: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The marts' digests but for the trail, and the party of each mention."""
    with warehouse(home) as connection:
        parties = dict(connection.execute("select mention_id, party_id from linkage.party_clusters").fetchall())
        digests = table_digests(connection, "entrepot")
    marts = {name: digest for name, digest in digests.items() if name.startswith("main.") and name != TRAIL}
    assert len(marts) > 30
    return marts, parties


def release(home: Path, recipient: str) -> tuple[Path, str]:
    pointer = shelf.read_pointer(Home(home), recipient)
    assert pointer is not None
    return shelf.current(Home(home), recipient), pointer.digest


def two_consignees(home: Path, reader: str = "trade_ministry") -> tuple[str, str]:
    """Two mentions in customs' records that another ministry sees, of two parties."""
    with duckdb.connect(str(release(home, reader)[0]), read_only=True) as connection:
        found = connection.execute(
            "select min(feed || '/' || record_ref || '/' || role || '/' || mention_no) from bridge_party_mentions "
            "where partner = 'customs_service' and role = 'consignee' group by party_id order by party_id limit 2"
        ).fetchall()
    one, other = (f"customs_service/{text}" for (text,) in found)
    return one, other


def parties_of(home: Path, *sides: str) -> set[str]:
    return {json.loads(done(home, "parties", "show", side, "--json"))["party_id"] for side in sides}


@pytest.mark.slow
def test_a_judgement_wins_survives_a_rebuild_and_taken_back_leaves_the_former_state(copied_home: Path) -> None:
    one, other = two_consignees(copied_home)
    before = state(copied_home)
    recipients = (*OTHERS, *TOLD)
    handed_out = {name: release(copied_home, name)[1] for name in recipients}
    assert len(parties_of(copied_home, one, other)) == 2
    whose = ("--for", "customs_service", "--release-to", "trade_ministry")
    by = ("--by", CANARY, "--reason", f"{CANARY} knows that they have one telephone number")

    told = json.loads(done(copied_home, "parties", "judge", one, other, "--verdict", "same", *by, *whose, "--json"))
    assert state(copied_home) == before  # nothing changes until the next run
    run(copied_home, "releases")
    judged = state(copied_home)
    assert len(parties_of(copied_home, one, other)) == 1
    moved = [mention for mention, party in judged[1].items() if party != before[1][mention]]
    assert told["change"]["mentions"] == len(moved) > 0
    assert list(told["change"]["merged"]) == list(parties_of(copied_home, one))
    account = json.loads(done(copied_home, "parties", "explain", one, other, "--json"))
    assert account["one_party"] and f"{CANARY}'s judgement: same" in " ".join(account["because"])

    assert {name for name in recipients if release(copied_home, name)[1] != handed_out[name]} == set(TOLD)
    for name in (*OTHERS, "trade_ministry"):  # the verdict is released, not its author
        assert CANARY.encode() not in release(copied_home, name)[0].read_bytes()

    rebuild_from_vault(Site.at(Home(copied_home)), Console(quiet=True), "warehouse")
    assert state(copied_home) == judged

    undo = ("parties", "undo", one, other, "--for", "customs_service", "--by")
    back = json.loads(done(copied_home, *undo, "Bo", "--reason", "ported", "--json"))
    assert back["in_force"] is None and back["change"]["mentions"] == len(moved)
    run(copied_home)
    assert state(copied_home) == before

    once_more = done(copied_home, *undo, "Ann", "--reason", "it was right", "--json")
    assert json.loads(once_more)["in_force"] is not None


@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (("explain", "{one}", "{one}"), "Both sides are the same mention", 2),
        (("explain", "{one}", "P000"), "No party is called `P000`", 2),
        (("explain", "{one}", "customs_service/seizures/no such"), "has no current record `no such`", 2),
        (("explain", "{one}", "customs_service/nothing/x"), "`customs_service/nothing` mentions no parties", 2),
        (("show", "{record}"), "mentions 2 parties. Say which one", 2),
        (("judge", "{one}", "{other}", "--verdict", "maybe", "--by", "A", "--reason", "r"), "no verdict", 2),
        (("judge", "{one}", "{other}", "--verdict", "same", "--by", " ", "--reason", "r"), "needs the name", 2),
        (
            ("judge", "{one}", "{other}", "--verdict", "same", "--by", "A", "--reason", "r", "--for", "x"),
            "recipient",
            2,
        ),
        (("undo", "{one}", "{other}", "--by", "A", "--reason", "r"), "has judged nothing", 1),
        (("review", "--partner", "nobody"), "No partner is called `nobody`", 2),
    ],
)
def test_what_cannot_be_done_is_told_in_one_paragraph(sample_home: Built, arguments, says: str, code: int) -> None:
    one, other = two_consignees(sample_home.home)
    record = one.removesuffix("/consignee/1")
    ran = entrepot(
        sample_home.home, "parties", *(text.format(one=one, other=other, record=record) for text in arguments)
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert says in ran.stderr and "Traceback" not in ran.stderr


def test_tables_keep_to_a_hundred_columns(sample_home: Built) -> None:
    one, other = two_consignees(sample_home.home)
    texts = [
        done(sample_home.home, "parties", "review", "--limit", "3"),
        done(sample_home.home, "parties", "explain", one, other),
    ]
    assert [line for text in texts for line in text.splitlines() if len(line) > 100] == []
    assert "\x1b[" not in "".join(texts) and "Before anything is compared" in texts[1]
