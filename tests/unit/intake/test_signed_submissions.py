"""The door: what is signed is proved before anything is parsed, and what is refused is recorded and not kept."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from orchestration.contracts.load import load_contracts
from orchestration.errors import EntrepotError, UsageError
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.submissions import envelope, lake, partner_keys, receive, vault
from orchestration.submissions.refusals import refused
from tests.unit.intake.builders import document, field, write_contract
from tests.unit.intake.signers import (
    SSH_KEYGEN,
    SshKeygen,
    make_bag,
    manifest_of,
    own_key,
    public_line,
    put_beside,
)

FIELDS = [field("ref", primaryKey=True), field("n", "integer")]
CONTENT = b"ref,n\na,1\n"
NOON = datetime(2025, 7, 1, 12)


class World:
    """A home whose feed `cases` must be signed and whose feed `lists` may be; one enrolled key of `partner`."""

    def __init__(self, root: Path) -> None:
        quarter = r"_(?P<year>\d{4})Q(?P<quarter>\d)"
        for feed, signature in (("cases", "required"), ("lists", "optional")):
            content = document(FIELDS, feed=feed, path=f"**/{feed}_*.csv", periodPattern=quarter, signature=signature)
            write_contract(root / "contracts", content)
        self.contracts = load_contracts(root / "contracts")
        self.home = Home(root / "home").ensure()
        self.now = NOON
        self.register = Register(self.home.register_url, clock=lambda: self.now)
        self.landing = root / "landing"
        self.landing.mkdir()
        self.key = own_key()
        self.enrol(self.key)

    def enrol(self, key, partner: str = "partner", **days: date) -> partner_keys.PartnerKey:
        return partner_keys.enrol(self.register, partner, public_line(key), "k.pub", "Ada", **days)

    def land(self, name: str = "cases_2025Q1.csv", content: bytes = CONTENT) -> Path:
        path = self.landing / name
        path.write_bytes(content)
        return path

    def run(self) -> receive.RunSummary:
        return receive.process_pending(self.home, self.register, self.contracts, self.landing)

    def refuses(self, name: str, says: str) -> None:
        """The run refuses this, keeps no byte of it, reads no line of it, records it, and does so once."""
        summary = self.run()
        assert says in summary.rejected[name]
        assert self.register.submissions() == []
        assert list(self.home.vault.glob("??/*")) == []
        last = refused(self.register)[-1]
        assert (last["at"], last["reason"]) == (self.now, summary.rejected[name])
        assert len(last["sha256"]) == 64
        again = self.run()
        assert again.did_nothing and again.unchanged == 1
        assert refused(self.register)[-1] == last


@pytest.fixture
def world(tmp_path, monkeypatch):
    def forbidden(*_args, **_options):
        raise AssertionError("a file was parsed that should have been refused at the door")

    made = World(tmp_path)
    made.forbid_parsing = lambda: monkeypatch.setattr(lake, "check_file", forbidden)
    return made


def test_a_signed_file_is_received_and_its_receipt_says_who_signed(world):
    put_beside(world.land(), manifest_of(CONTENT), world.key)
    assert len(world.run().accepted) == 1
    (submission,) = world.register.submissions()
    (enrolled,) = partner_keys.enrolled(world.register)
    assert submission.signed_by == enrolled.fingerprint
    receipt = json.loads((world.home.receipts / f"{submission.id}.json").read_text())
    assert (receipt["signed"], receipt["signed_by"]) == (True, enrolled.fingerprint)
    kept = {vault.hash_file(path): path.read_bytes() for path in world.home.vault.glob("??/*")}
    assert len(kept) == 3
    assert CONTENT in kept.values()
    assert world.run().did_nothing


def test_an_unsigned_file_is_marked_as_such_where_the_contract_lets_it_in(world):
    world.land("lists_2025Q1.csv")
    world.run()
    (submission,) = world.register.submissions()
    assert submission.signed_by is None
    receipt = json.loads((world.home.receipts / f"{submission.id}.json").read_text())
    assert (receipt["signed"], receipt["signed_by"]) == (False, None)


def test_an_unsigned_file_is_refused_where_the_contract_says_nothing_or_required(world, tmp_path):
    world.forbid_parsing()
    world.land()
    world.refuses("cases_2025Q1.csv", "is not signed, and the contract partner/cases requires it")
    silent = document(FIELDS, feed="silent")
    silent["customProperties"] = [word for word in silent["customProperties"] if word["property"] != "signature"]
    write_contract(tmp_path / "silent", silent)
    assert load_contracts(tmp_path / "silent")["partner/silent"].signature == "required"


def test_a_partner_with_nothing_but_ssh_keygen_can_sign(world, tmp_path):
    if SSH_KEYGEN is None:
        pytest.skip("NOT TESTED: this machine lacks ssh-keygen (package openssh-client)")
    key = SshKeygen.make(tmp_path, "-t", "ecdsa")
    partner_keys.enrol(world.register, "partner", key.public, "key.pub", "Ada")
    put_beside(world.land(), manifest_of(CONTENT), key)
    assert len(world.run().accepted) == 1


def test_a_changed_manifest_is_refused(world):
    world.forbid_parsing()
    path = world.land()
    put_beside(path, manifest_of(CONTENT), world.key)
    path.with_name(f"{path.name}.manifest.json").write_text(json.dumps(manifest_of(CONTENT, period="2025-Q2")))
    world.refuses("cases_2025Q1.csv", "it does not fit: the text was changed after it was signed")


def test_nothing_is_parsed_before_the_signature_held(world, monkeypatch):
    """Not even the manifest."""
    world.forbid_parsing()
    detached = put_beside(world.land(), manifest_of(CONTENT), world.key)
    detached.write_bytes(detached.read_bytes().replace(b"A", b"B"))
    parsed = []
    monkeypatch.setattr(envelope, "parse_manifest", lambda *args: parsed.append(args))
    assert "is no valid signature" in world.run().rejected["cases_2025Q1.csv"]
    assert parsed == []


def test_a_key_that_nobody_enrolled_is_refused_until_somebody_does(world):
    stranger = own_key(b"x" * 32)
    put_beside(world.land(), manifest_of(CONTENT), stranger)
    world.refuses("cases_2025Q1.csv", "which nobody has enrolled")
    world.enrol(stranger)
    assert len(world.run().accepted) == 1


def test_a_key_of_another_partner_is_refused(world):
    world.forbid_parsing()
    other = own_key(b"o" * 32)
    world.enrol(other, "other_partner")
    put_beside(world.land(), manifest_of(CONTENT), other)
    world.refuses("cases_2025Q1.csv", "A partner signs for itself only")


@pytest.mark.parametrize(
    ("days", "now", "says"),
    [
        ({"valid_from": date(2025, 7, 2)}, NOON, "is valid from 2025-07-02 only"),
        ({"valid_until": date(2025, 7, 1)}, datetime(2025, 7, 2), "expired on 2025-07-01"),
        ({"valid_from": date(2025, 7, 1), "valid_until": date(2025, 7, 1)}, NOON, ""),
    ],
)
def test_a_key_counts_on_its_days_only(world, days, now, says):
    key = own_key(b"d" * 32)
    world.enrol(key, **days)
    world.now = now
    put_beside(world.land(), manifest_of(CONTENT), key)
    if says:
        world.refuses("cases_2025Q1.csv", says)
    else:
        assert len(world.run().accepted) == 1


def test_a_revoked_key_no_longer_counts_but_what_it_signed_before_stays_signed(world):
    put_beside(world.land(), manifest_of(CONTENT), world.key)
    world.run()
    (key,) = partner_keys.enrolled(world.register)
    partner_keys.revoke(world.register, key.fingerprint, "Ada", "stolen")
    put_beside(
        world.land("cases_2025Q2.csv", b"ref,n\nb,1\n"), manifest_of(b"ref,n\nb,1\n", period="2025-Q2"), world.key
    )
    assert "was revoked on 2025-07-01 (stolen)" in world.run().rejected["cases_2025Q2.csv"]
    (submission,) = world.register.submissions()
    assert submission.signed_by == key.fingerprint


def test_a_file_with_another_hash_or_size_is_refused(world):
    world.forbid_parsing()
    put_beside(world.land(content=b"ref,n\na,2\n"), manifest_of(CONTENT), world.key)
    world.refuses("cases_2025Q1.csv", "is not the file that its manifest speaks of: sha256 is")


def test_an_unsigned_manifest_is_held_to_its_hash_too(world):
    world.forbid_parsing()
    path = world.land("lists_2025Q1.csv")
    path.with_name(f"{path.name}.manifest.json").write_text(json.dumps({"bytes": 9}))
    world.refuses("lists_2025Q1.csv", "bytes is 10, the manifest says 9")


@pytest.mark.parametrize("word", ["feed", "period", "sha256", "bytes"])
def test_what_a_signature_does_not_cover_could_be_swapped_so_it_must_cover_it(world, word):
    world.forbid_parsing()
    put_beside(world.land(), manifest_of(CONTENT, **{word: None}), world.key)
    world.refuses("cases_2025Q1.csv", f"its signed manifest does not say {word}")


def test_what_is_signed_cannot_be_overruled_by_who_hands_it_in(world):
    path = world.land()
    put_beside(path, manifest_of(CONTENT), world.key)
    hand_in = lambda **said: receive.submit(world.home, world.register, world.contracts, path, "partner/cases", **said)  # noqa: E731
    with pytest.raises(EntrepotError, match="does not say the period, kind that was asked for"):
        hand_in(period="2025-Q2", kind="correction")
    assert hand_in(period="2025Q1").submission.period == "2025-Q1"


def test_manifest_or_signature_without_the_rest_is_refused(world):
    path = world.land()
    detached = put_beside(path, manifest_of(CONTENT), world.key)
    path.unlink()
    detached.unlink()
    world.refuses("cases_2025Q1.csv.manifest.json", "speaks of cases_2025Q1.csv, which is not there")
    world.land()
    put_beside(path, manifest_of(CONTENT), world.key)
    assert len(world.run().accepted) == 1
    path.with_name(f"{path.name}.manifest.json").unlink()
    assert "which is not there" in world.run().rejected["cases_2025Q1.csv"]


def test_a_manifest_without_a_file_is_signed_like_any_other(world):
    said = {"feed": "partner/cases", "kind": "nil", "period": "2025-Q2"}
    put_beside(world.landing / "cases_2025Q2.csv", said, world.key)
    assert len(world.run().accepted) == 1
    (nil,) = world.register.submissions()
    assert (nil.kind, nil.period, nil.status, bool(nil.signed_by)) == ("nil", "2025-Q2", "accepted", True)
    assert world.run().did_nothing


def test_an_unsigned_manifest_without_a_file_is_refused_where_a_signature_is_required(world):
    said = {"feed": "partner/cases", "kind": "nil", "period": "2025-Q2"}
    (world.landing / "cases_2025Q2.csv.manifest.json").write_text(json.dumps(said))
    world.refuses("cases_2025Q2.csv.manifest.json", "is not signed, and the contract partner/cases requires it")
    with pytest.raises(EntrepotError, match="is not signed"):
        receive.submit(
            world.home, world.register, world.contracts, None, "partner/cases", period="2025-Q2", kind="nil"
        )  # fmt: skip


def test_a_manifest_may_name_the_feed_of_a_file_with_any_name_once_its_signature_held(world):
    path = world.land("whatever.dat")
    detached = put_beside(path, manifest_of(CONTENT), own_key(b"x" * 32))
    world.refuses("whatever.dat", "which nobody has enrolled")
    detached.unlink()
    put_beside(path, manifest_of(CONTENT), world.key)
    assert len(world.run().accepted) == 1


def bag(world: World, name: str = "cases_2025Q1.csv", signed: bool = True, **said) -> Path:
    folder = make_bag(world.landing / "delivery", name, CONTENT)
    if signed:
        put_beside(folder / "entrepot", manifest_of(CONTENT, **said), world.key)
    return folder


def test_a_signed_bag_is_received_as_its_file_is(world):
    bag(world)
    assert len(world.run().accepted) == 1
    (submission,) = world.register.submissions()
    assert (submission.file_name, submission.period, submission.rows_accepted) == ("cases_2025Q1.csv", "2025-Q1", 1)
    assert submission.signed_by
    assert world.run().unchanged == 1


def test_a_bag_may_be_handed_in_by_name(world):
    done = receive.submit(world.home, world.register, world.contracts, bag(world), "partner/cases")
    assert done.submission.file_name == "cases_2025Q1.csv"


def test_an_unsigned_bag_is_taken_where_the_contract_lets_it(world):
    bag(world, "lists_2025Q1.csv", signed=False)
    assert len(world.run().accepted) == 1


def _write(relative: str, text: str):
    def change(folder: Path) -> None:
        (folder / relative).parent.mkdir(exist_ok=True)
        (folder / relative).write_text(text)

    return change


def _append(relative: str, text: str):
    return lambda folder: (folder / relative).write_text((folder / relative).read_text() + text)


SPOILT = {
    "payload changed": (_write("data/cases_2025Q1.csv", "ref,n\na,2\n"), "has the sha256"),
    "payload not listed": (_write("manifest-sha256.txt", ""), "manifest-sha256.txt does not name it"),
    "payload missing": (_append("manifest-sha256.txt", f"{'0' * 64}  data/more.csv\n"), "data/more.csv is named in"),
    "second payload": (_write("data/more.csv", "x"), "holds 2 files under data/"),
    "extra tag file": (_write("notes.txt", "x"), "notes.txt is in the bag and no manifest names it"),
    "tag file missing": (_write("tagmanifest-sha256.txt", f"{'0' * 64}  x.txt\n"), "x.txt is named in tagmanifest"),
    "tag file changed": (_write("tagmanifest-sha256.txt", f"{'0' * 64}  bagit.txt\n"), "bagit.txt has the sha256"),
    "no manifest": (lambda folder: (folder / "manifest-sha256.txt").unlink(), "manifest-sha256.txt is missing"),
    "md5 only": (_write("manifest-md5.txt", "0  data/cases_2025Q1.csv\n"), "manifest-md5.txt uses md5"),
    "outside": (_append("manifest-sha256.txt", f"{'0' * 64}  ../../x\n"), "names a path outside the bag"),
    "twice": (_append("manifest-sha256.txt", f"{'0' * 64}  data/cases_2025Q1.csv\n"), "a second time"),
    "no line": (_append("manifest-sha256.txt", "zzz\n"), "line 2 of manifest-sha256.txt is not `hash path`"),
    "fetch": (_write("fetch.txt", "http://example.org/ - data/x"), "fetch.txt asks to fetch"),
    "size": (_write("bag-info.txt", "Payload-Oxum: 1.1\n"), "bag-info.txt says Payload-Oxum 1.1"),
    "declaration": (_write("bagit.txt", "BagIt-Version: 3.0\n"), "bagit.txt must say"),
    "not text": (lambda folder: (folder / "bag-info.txt").write_bytes(b"\xff"), "cannot be read as UTF-8"),
    "link": (lambda folder: (folder / "data" / "l.csv").symlink_to("/etc/hostname"), "holds 2 files"),
    "link among tags": (lambda folder: (folder / "l.txt").symlink_to("/etc/hostname"), "l.txt is no plain file"),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_bag_that_is_not_whole_is_refused(world, fault):
    world.forbid_parsing()
    change, says = SPOILT[fault]
    change(bag(world))
    world.refuses("delivery", says)


def test_a_bag_whose_signature_does_not_hold_is_refused_before_its_lists_are_read(world, monkeypatch):
    world.forbid_parsing()
    folder = bag(world)
    (folder / "entrepot.manifest.json").write_text("{}")
    (folder / "manifest-sha256.txt").unlink()
    world.refuses("delivery", "entrepot.manifest.json.sig is no valid signature")


def test_a_bag_that_claims_the_whole_landing_folder_hides_nobody(world):
    world.land("lists_2025Q1.csv")
    (world.landing / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    assert len(world.run().accepted) == 1


def test_a_key_is_enrolled_once_and_revoked_once(world):
    same = world.enrol(world.key)
    assert [key.fingerprint for key in partner_keys.enrolled(world.register)] == [same.fingerprint]
    with pytest.raises(UsageError, match="is enrolled already, for partner"):
        world.enrol(world.key, "other")
    with pytest.raises(UsageError, match="is enrolled already"):
        world.enrol(world.key, valid_until=date(2030, 1, 1))
    with pytest.raises(UsageError, match="the second day is before the first"):
        world.enrol(own_key(b"q" * 32), valid_from=date(2025, 2, 1), valid_until=date(2025, 1, 1))
    partner_keys.revoke(world.register, same.fingerprint, "Ada", "lost")
    with pytest.raises(UsageError, match="was revoked by Ada"):
        partner_keys.revoke(world.register, same.fingerprint, "Ada", "lost")
    with pytest.raises(UsageError, match="No key has the fingerprint"):
        partner_keys.revoke(world.register, "SHA256:none", "Ada", "lost")
    with pytest.raises(UsageError, match="was revoked on 2025-07-01 \\(lost\\)"):
        world.enrol(world.key)
