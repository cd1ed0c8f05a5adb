"""Receiving: nothing lost, nothing doubled, one receipt a submission, and every step repeatable."""

import json
import os
import stat
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from orchestration.contracts.load import load_contracts
from orchestration.errors import EntrepotError, RejectedFileError, UsageError
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.submissions import lake, receive, vault
from orchestration.submissions.receipts import GENESIS, check_receipt, head_of, public_key
from orchestration.tables import receipts, submissions
from tests.unit.intake.builders import document, field, write_contract

FIELDS = [field("ref", primaryKey=True), field("n", "integer")]


class World:
    """A home, a register, two feeds and a landing folder."""

    def __init__(self, root: Path) -> None:
        content = document(
            FIELDS, feed="cases", path="**/cases_*.csv", periodPattern=r"_(?P<year>\d{4})Q(?P<quarter>\d)"
        )
        write_contract(root / "contracts", content)
        listing = document(FIELDS, feed="lists", path="**/lists_*.csv", delivery="snapshot")
        write_contract(root / "contracts", listing)
        self.contracts = load_contracts(root / "contracts")
        self.home = Home(root / "home").ensure()
        self.register = Register(self.home.register_url, clock=lambda: datetime(2025, 7, 1, 12))
        self.landing = root / "landing"
        self.landing.mkdir()

    def land(self, name: str, text: str = "ref,n\na,1\n", manifest: dict | None = None) -> Path:
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if manifest is not None:
            path.with_name(f"{path.name}.manifest.json").write_text(json.dumps(manifest))
        return path

    def state(self, name: str, manifest: dict) -> None:
        (self.landing / f"{name}.manifest.json").write_text(json.dumps(manifest))

    def run(self) -> receive.RunSummary:
        return receive.process_pending(self.home, self.register, self.contracts, self.landing)

    def submit(self, path: Path, **options) -> receive.Submitted:
        return receive.submit(self.home, self.register, self.contracts, path, "partner/cases", **options)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_a_run_takes_what_it_finds_and_the_next_one_does_nothing(world):
    world.land("cases_2025Q1.csv")
    world.land("deep/down/CASES_2025Q2.CSV", "ref,n\nb,1\n")
    world.land("readme.txt")
    world.land(".hidden/cases_2025Q3.csv")
    world.land("cases_2025Q4.csv.part")
    first = world.run()
    assert len(first.received) == len(first.accepted) == 2
    assert first.not_taken == ["readme.txt"]
    second = world.run()
    assert second.did_nothing
    assert second.unchanged == 2
    assert [(s.period, s.status, s.rows_accepted) for s in world.register.submissions()] == [
        ("2025-Q1", "accepted", 1),
        ("2025-Q2", "accepted", 1),
    ]


def test_an_unchanged_file_is_not_even_opened(world, monkeypatch):
    path = world.land("cases_2025Q1.csv")
    world.run()
    opened = []
    monkeypatch.setattr(vault, "incoming", lambda _home, source: opened.append(source))
    assert world.run().unchanged == 1
    assert opened == []
    os.utime(path, (1, 1))
    with pytest.raises(TypeError):
        world.run()
    assert opened == [path]


def test_the_landing_folder_may_be_read_only(world):
    world.land("cases_2025Q1.csv")
    before = sorted(world.landing.rglob("*"))
    world.landing.chmod(0o555)
    try:
        assert len(world.run().accepted) == 1
    finally:
        world.landing.chmod(0o755)
    assert sorted(world.landing.rglob("*")) == before


def test_bytes_are_kept_unchanged_and_write_once(world):
    path = world.land("cases_2025Q1.csv", "ref,n\r\na,1\r\n")
    submission = world.submit(path).submission
    kept = vault.vault_path(world.home, submission.sha256)
    assert kept.read_bytes() == path.read_bytes()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o444
    assert vault.hash_file(kept) == submission.sha256
    assert vault.keep(world.home, path).known


def test_the_same_file_again_is_the_same_submission_with_the_same_receipt(world):
    path = world.land("cases_2025Q1.csv")
    first, second = world.submit(path), world.submit(path)
    assert not first.repeated and second.repeated
    assert first.receipt == second.receipt
    assert len(world.register.submissions()) == 1
    assert [event["event"] for event in world.register.events(first.submission.id)] == ["received", "repeated"]


def test_receipts_are_signed_and_chained(world):
    issued = [world.submit(world.land(f"cases_2025Q{n}.csv", f"ref,n\n{n},1\n")).receipt for n in (1, 2, 3)]
    heads = [GENESIS, *(receipt["head"] for receipt in issued)]
    assert [receipt["previous"] for receipt in issued] == heads[:-1]
    for receipt in issued:
        check_receipt(receipt, public_key(world.home))
        stored = json.loads((world.home.receipts / f"{receipt['submission_id']}.json").read_text())
        assert stored == receipt
    with pytest.raises(EntrepotError, match="was changed after it was issued"):
        check_receipt({**issued[0], "bytes": 1})
    body = {key: value for key, value in issued[0].items() if key not in ("head", "signature", "public_key")} | {
        "bytes": 1
    }
    with pytest.raises(EntrepotError, match="wrong signature"):
        check_receipt({**issued[0], "bytes": 1, "head": head_of(body)})
    assert stat.S_IMODE((world.home.keys / "receipts.ed25519.pem").stat().st_mode) == 0o600


def test_a_second_initial_file_for_a_period_is_held_and_nothing_of_it_taken(world):
    world.land("cases_2025Q1.csv")
    world.run()
    world.land("more/cases_2025Q1.csv", "ref,n\nb,1\n")
    summary = world.run()
    (held,) = world.register.submissions("held")
    assert summary.held == {held.id: held.reason}
    assert "second initial submission of partner/cases for the period 2025-Q1" in held.reason
    assert held.rows_accepted == 1  # so that who decides can see what it holds
    world.land("more/cases_2025Q1_fix.csv", "ref,n\nb,1\n", {"kind": "correction", "period": "2025Q1"})
    assert len(world.run().accepted) == 1


def test_a_second_snapshot_is_no_conflict(world):
    world.land("lists_a.csv")
    world.land("lists_b.csv", "ref,n\nb,1\n")
    assert len(world.run().accepted) == 2


def test_a_manifest_tells_feed_period_and_kind(world):
    world.land(
        "anything.dat", manifest={"feed": "partner/cases", "period": "2025-q3", "kind": "correction", "reason": "typo"}
    )
    world.run()
    (submission,) = world.register.submissions()
    assert (submission.contract_id, submission.period, submission.kind) == ("partner/cases", "2025-Q3", "correction")


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ({"kind": "urgent"}, "kind is `urgent`"),
        ({"periode": "2025"}, "has periode"),
        ({"period": "summer"}, "`summer` is not a period"),
        ({"feed": "partner/lists"}, "its manifest names partner/lists"),
        ({"rows": "many"}, "rows is `many`"),
    ],
)
def test_a_manifest_that_is_not_understood_refuses_its_file_only(world, manifest, says):
    world.land("cases_2025Q1.csv", manifest=manifest)
    world.land("cases_2025Q2.csv", "ref,n\nb,1\n")
    summary = world.run()
    assert len(summary.accepted) == 1
    assert says in summary.rejected["cases_2025Q1.csv"]
    assert world.run().did_nothing


def test_a_manifest_without_a_file_is_a_nil_return_or_a_withdrawal(world):
    world.land("cases_2025Q1.csv")
    world.run()
    (first,) = world.register.submissions()
    world.state("cases_2025Q2.csv", {"kind": "nil"})
    world.state("anything", {"kind": "withdrawal", "feed": "partner/cases", "supersedes": first.id})
    assert len(world.run().accepted) == 2
    assert world.run().did_nothing
    assert [(s.kind, s.period, s.status) for s in world.register.submissions()] == [
        ("initial", "2025-Q1", "withdrawn"), ("withdrawal", "", "accepted"), ("nil", "2025-Q2", "accepted"),
    ]  # fmt: skip
    kept = vault.vault_path(world.home, world.register.submissions()[2].sha256).read_text()
    assert json.loads(kept) == {"feed": "partner/cases", "kind": "nil", "period": "2025-Q2"}


def test_a_manifest_whose_file_is_missing_is_told_so_until_the_file_comes(world):
    world.state("cases_2025Q1.csv", {"kind": "correction"})
    world.state("cases_2025Q2.csv", {"kind": "nil", "sha256": "0" * 64})
    refused = world.run().rejected
    assert set(refused) == {"cases_2025Q1.csv.manifest.json", "cases_2025Q2.csv.manifest.json"}
    assert all("which is not there. Send all of it again" in why for why in refused.values())
    world.land("cases_2025Q1.csv")
    assert len(world.run().accepted) == 1


def test_a_file_of_withdrawn_bytes_in_the_landing_folder_is_told_so(world):
    world.land("cases_2025Q1.csv")
    world.run()
    world.state("x", {"kind": "withdrawal", "feed": "partner/cases", "supersedes": world.register.submissions()[0].id})
    world.run()
    world.land("again/cases_2025Q1.csv")
    (why,) = world.run().rejected.values()
    assert "was handed in before" in why and "To bring it back" in why


def test_the_same_bytes_with_another_manifest_contradict_what_was_said(world):
    world.land("cases_2025Q1.csv", manifest={"issued_at": "2025-04-01T10:00:00Z"})
    world.run()
    world.land("again/cases_2025Q1.csv")
    world.land("other/cases_2025Q1.csv", manifest={"issued_at": "2025-05-01T10:00:00Z"})
    summary = world.run()
    assert len(summary.repeated) == 1
    assert "its manifest says something else" in summary.rejected["other/cases_2025Q1.csv"]


def test_a_rejected_file_may_come_again_with_a_mended_manifest(world):
    world.land("cases_2025Q1.csv", manifest={"rows": 7})
    assert len(world.run().rejected) == 1
    world.land("cases_2025Q1.csv", manifest={"rows": 1})
    assert len(world.run().accepted) == 1
    assert [s.status for s in world.register.submissions()] == ["rejected", "accepted"]
    assert world.run().did_nothing


def test_the_same_id_with_other_bytes_is_refused(world):
    path = world.land("cases_2025Q1.csv")
    known = world.submit(path).submission
    with world.register.transaction() as connection:
        connection.execute(submissions.update().values(sha256="0" * 64))
    with pytest.raises(EntrepotError, match=f"would have the id of cases_2025Q1.csv .{known.id}.*holds other bytes"):
        world.submit(path)


def test_rejections_are_recorded_and_harm_nobody_else(world):
    bad = {"cases_2025Q1.csv": "", "cases_2025Q2.csv": "ref\na\n", "cases_2025Q3.csv": "ref,n,x\na,1,2\n"}
    for name, text in bad.items():
        world.land(name, text)
    world.land("cases_2025Q4.csv")
    summary = world.run()
    assert len(summary.accepted) == 1
    rejected = world.register.submissions("rejected")
    assert [s.reason.split(";")[0].split(",")[0] for s in rejected] == [
        "cases_2025Q1.csv is empty (0 bytes)",
        "cases_2025Q2.csv: the header on line 1 lacks `n`. The contract partner/cases 1.0.0 declares: ref",
        "cases_2025Q3.csv: the header on line 1 has `x`",
    ]
    assert world.run().did_nothing


def test_a_rejected_file_may_be_sent_again_in_order(world):
    world.land("cases_2025Q1.csv", "ref\na\n")
    world.run()
    world.land("cases_2025Q1.csv", "ref,n\na,1\n")
    assert len(world.run().accepted) == 1


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"period": "soon"}, UsageError, "is not a period"),
        ({"kind": "odd"}, UsageError, "is not a kind"),
    ],
)
def test_submit_refuses_what_it_does_not_understand(world, options, error, says):
    with pytest.raises(error, match=says):
        world.submit(world.land("x.csv"), **options)
    with pytest.raises(UsageError, match="There is no feed `a/b`; the feeds are partner/cases, partner/lists"):
        receive.submit(world.home, world.register, world.contracts, world.land("x.csv"), "a/b")
    with pytest.raises(EntrepotError, match="is not a file"):
        world.submit(world.landing / "missing.csv")


STEPS = {
    "after the bytes are kept": (vault.Incoming, "keep"),
    "before the receipt is written": (receive, "write_receipt"),
    "before the landing file is remembered": (Register, "record_landing_file"),
    "before the file is read": (lake, "check_file"),
    "before the lake folder is put in place": (lake, "_put_in_place"),
    "before the verdict is recorded": (lake, "record_verdict"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_dies_at_any_step_is_completed_by_the_next_one(tmp_path, monkeypatch, step):
    """The same register, receipts and rows as an undisturbed run's."""

    class KilledError(BaseException):
        pass

    def outcome(world: World) -> tuple:
        bodies = [json.loads(path.read_text()) for path in sorted(world.home.receipts.glob("*.json"))]
        unsigned = [{k: v for k, v in body.items() if k not in ("signature", "public_key")} for body in bodies]
        litter = [path.name for path in world.home.root.rglob(".*") if path.name != ".gitkeep"]
        return world.register.submissions(), unsigned, litter

    expected = World(tmp_path / "whole")
    died = World(tmp_path / "died")
    for world in (expected, died):
        world.land("cases_2025Q1.csv")
        world.land("cases_2025Q2.csv", "ref,n\nb,x\nc,1\nc,1\n")
    expected.run()
    owner, name = STEPS[step]
    original = getattr(owner, name)

    def die(*args, **kwargs):
        if step.startswith("after"):
            original(*args, **kwargs)
        raise KilledError

    monkeypatch.setattr(owner, name, die)
    with pytest.raises(KilledError):
        died.run()
    monkeypatch.setattr(owner, name, original)
    died.run()
    assert outcome(died) == outcome(expected)
    assert died.run().did_nothing


def test_orphans_in_the_vault_are_swept_when_they_are_old(world):
    orphan = world.home.vault / ".incoming.dead"
    orphan.write_text("half")
    assert vault.sweep(world.home) == 0
    os.utime(orphan, (0, 0))
    assert vault.sweep(world.home) == 1
    assert not orphan.exists()


def test_lost_receipts_are_written_again_from_the_register(world):
    receipt = world.submit(world.land("cases_2025Q1.csv")).receipt
    file = world.home.receipts / f"{receipt['submission_id']}.json"
    before = file.read_bytes()
    file.unlink()
    assert receive.restore_receipts(world.home, world.register) == 1
    assert file.read_bytes() == before


def test_checking_again_changes_nothing(world):
    submission = world.submit(world.land("cases_2025Q1.csv", "ref,n\na,1\na,1\nb,x\n")).submission
    first = lake.check_submission(world.home, world.register, world.contracts, submission.id)
    events = world.register.events(submission.id)
    assert lake.check_submission(world.home, world.register, world.contracts, submission.id) == first
    assert world.register.events(submission.id) == events


def test_a_rejected_submission_leaves_nothing_in_the_lake(world):
    submission = world.submit(world.land("cases_2025Q1.csv", "ref\na\n")).submission
    with pytest.raises(RejectedFileError):
        lake.check_submission(world.home, world.register, world.contracts, submission.id)
    assert not list(world.home.lake.rglob("*.parquet"))


def test_the_chain_in_the_register_has_no_gap(world):
    for n in (1, 2, 3):
        world.submit(world.land(f"cases_2025Q{n}.csv", f"ref,n\n{n},1\n"))
    with world.register.reading() as connection:
        rows = connection.execute(sa.select(receipts).order_by(receipts.c.position)).mappings().all()
    assert [row["position"] for row in rows] == [1, 2, 3]
    assert [row["previous"] for row in rows] == [GENESIS, rows[0]["head"], rows[1]["head"]]
    assert all(head_of(json.loads(row["body"])) == row["head"] for row in rows)
