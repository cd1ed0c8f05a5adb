"""What is not taken from a server, and why: wrong credentials, another host key, files that are not whole yet."""

import dataclasses
import hashlib
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.model import ContractSet
from orchestration.pulls.folders import Folder
from orchestration.submissions import partner_keys
from tests.integration.pulls.authority import make_authority
from tests.integration.pulls.conftest import QUICK, Make, cases
from tests.integration.pulls.rigs import FileRig, SftpRig
from tests.unit.intake.signers import manifest_of, own_key, public_line, put_beside

NAME = "cases_2026Q1.csv"
FILES = ["local", "sftp", "api"]
WRONG = "wr0ng-s3cret/value"
PREFIX = "ENTREPOT_PARTNER_REMOTE_"


def everything_kept(home: Path) -> bytes:
    """All bytes of a home: register, receipts, logs."""
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", ["sftp", "api", "postgres"])
def test_a_wrong_password_is_told_at_once_and_never_shown(
    make_puller: Make, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    puller = make_puller(kind)
    puller.rig.publish(NAME, cases(10))
    monkeypatch.delenv(f"{PREFIX}KEY_FILE", raising=False)
    monkeypatch.setenv(f"{PREFIX}PASSWORD", WRONG)
    done = puller.pull()
    assert any(word in done.failure.lower() for word in ("authentication failed", "unauthorized"))
    assert WRONG not in done.failure
    puller.assert_nothing_here()
    assert WRONG.encode() not in everything_kept(puller.home.root)


@pytest.mark.parametrize("kind", ["sftp", "api", "s3", "postgres"])
def test_no_secret_is_kept_anywhere_when_all_goes_well(make_puller: Make, kind: str) -> None:
    puller = make_puller(kind)
    puller.rig.publish(NAME, cases(10))
    assert puller.pull().taken
    kept = everything_kept(puller.home.root)
    secret = (puller.rig.folder / "client").read_bytes()[50:150] if kind == "sftp" else puller.rig.password.encode()
    assert NAME.encode() in kept
    assert secret not in kept


def test_a_secret_in_a_librarys_words_is_taken_out(make_puller: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    puller = make_puller("api")
    monkeypatch.setattr(Folder, "files", _says(f"could not use puller:{puller.rig.password} there"))
    done = puller.pull()
    assert done.failure.endswith("could not use puller:(hidden) there (RuntimeError).")


def _says(text: str) -> Any:
    def files(*_arguments: object) -> None:
        raise RuntimeError(text)

    return files


@pytest.mark.parametrize("kind", ["local", "sftp", "postgres"])
def test_a_missing_variable_is_named(make_puller: Make, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    puller = make_puller(kind)
    name = f"{PREFIX}{'FOLDER' if kind == 'local' else 'USER'}"
    monkeypatch.delenv(name)
    assert f"set {name}" in puller.pull().failure


def test_another_host_key_is_refused_until_the_contract_knows_it(make_puller: Make) -> None:
    puller = make_puller("sftp")
    assert isinstance(puller.rig, SftpRig)
    puller.rig.publish(NAME, cases(10))
    puller.rig.kill()
    puller.rig.new_host_key()
    puller.rig.start()
    done = puller.pull()
    assert f"shows the key {puller.rig.fingerprint} (ssh-ed25519), but another is expected" in done.failure
    puller.assert_nothing_here()
    assert make_puller("sftp").pull().failure == ""


def test_without_a_known_key_no_server_is_trusted_and_a_known_hosts_file_is_enough(
    make_puller: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    puller = make_puller("sftp", lambda entry: entry.pop("customProperties"))
    puller.rig.publish(NAME, cases(10))
    assert "but none is known" in puller.pull().failure
    key = " ".join((puller.rig.folder / "host.pub").read_text().split()[:2])
    (tmp_path / "known").write_text(f"[127.0.0.1]:{puller.proxy.port} {key}\n")
    monkeypatch.setenv(f"{PREFIX}KNOWN_HOSTS", str(tmp_path / "known"))
    assert len(puller.pull().taken) == 1


@pytest.mark.parametrize("kind", ["api", "postgres"])
def test_a_certificate_of_another_authority_is_refused(
    make_puller: Make, kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    puller = make_puller(kind)
    puller.rig.publish(NAME, cases(10))
    monkeypatch.setenv(f"{PREFIX}CA_FILE", str(make_authority(tmp_path).ca))
    done = puller.pull()
    assert "certificate verify failed" in done.failure.lower()
    puller.assert_nothing_here()


def test_a_missing_bucket_is_told(make_puller: Make) -> None:
    puller = make_puller("s3", lambda entry: entry.update(location="s3://no-such-bucket/out/cases_*.csv"))
    assert "does not exist" in puller.pull().failure
    assert (make_puller("s3").pull().failure, make_puller("s3").pull().unchanged) == ("", 0)  # an empty one is no fault


def test_a_redirect_is_not_followed(make_puller: Make) -> None:
    puller = make_puller("api", lambda entry: entry.update(location=entry["location"].replace("cases_*", "moved")))
    puller.rig.publish(NAME, cases(10))
    done = puller.pull()
    assert "302" in done.failure
    puller.assert_nothing_here()


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_changed_just_now_is_left_until_it_has_stood_still(make_puller: Make, kind: str) -> None:
    puller = make_puller(kind)
    puller.rig.publish(NAME, cases(50), age=5)
    done = puller.pull()
    assert done.failure == "" and "may still be being written" in done.left[NAME]
    puller.assert_nothing_here()
    puller.rig.publish(NAME, cases(100), age=70)
    assert len(puller.pull().taken) == 1


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_grows_while_it_is_read_is_left(make_puller: Make, kind: str) -> None:
    puller = make_puller(kind)
    assert isinstance(puller.rig, FileRig)
    path = puller.rig.out / NAME
    puller.rig.publish(NAME, cases(2000))
    stop = threading.Event()

    def write() -> None:
        with path.open("ab") as file:
            number = 3000
            while not stop.is_set():
                file.write(cases(1, first=number).split(b"\n", 1)[1])
                file.flush()
                old = time.time() - 600
                os.utime(path, (old, old + number % 500))  # not even its time gives it away as young
                number += 1
                time.sleep(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = puller.pull()
    finally:
        stop.set()
        writer.join()
    assert not done.taken
    assert NAME in done.left or "announced" in done.failure
    puller.assert_nothing_here()
    moment = time.time() - 600
    os.utime(path, (moment, moment))
    assert len(puller.pull().taken) == 1
    assert puller.vaulted(puller.submissions()[0]) == path.read_bytes()


@pytest.mark.parametrize("kind", [*FILES, "s3"])
def test_a_digest_beside_the_file_holds_back_half_of_it_and_lets_a_young_file_through(
    make_puller: Make, kind: str
) -> None:
    puller = make_puller(kind)
    content = cases(200)
    puller.rig.publish(NAME + ".sha256", f"{hashlib.sha256(content).hexdigest()}  {NAME}\n".encode(), age=0)
    puller.rig.publish(NAME, content[:5000], age=0)
    done = puller.pull()
    assert "is not the file that cases_2026Q1.csv.sha256 speaks of" in done.failure
    puller.assert_nothing_here()
    puller.rig.publish(NAME, content, age=0)
    assert len(puller.pull().taken) == 1
    assert puller.vaulted(puller.submissions()[0]) == content


@pytest.mark.parametrize("kind", [*FILES, "s3"])
def test_a_manifest_comes_with_its_file_and_a_new_one_is_a_new_delivery(make_puller: Make, kind: str) -> None:
    puller = make_puller(kind)
    manifest = {"kind": "initial", "period": "2025-Q4", "rows": 200}
    puller.rig.publish(NAME, cases(200))
    puller.rig.publish(f"{NAME}.manifest.json", json.dumps(manifest).encode())
    assert len(puller.pull().taken) == 1
    [submission] = puller.submissions()
    assert (submission.period, json.loads(submission.manifest)["rows"]) == ("2025-Q4", 200)
    puller.rig.publish(f"{NAME}.manifest.json", json.dumps({**manifest, "kind": "replacement"}).encode(), age=900)
    assert len(puller.pull().taken) == 1
    assert [submission.kind for submission in puller.submissions()] == ["initial", "replacement"]


@pytest.mark.parametrize("kind", ["sftp", "api", "s3"])
def test_a_signed_file_is_taken_with_its_signature_and_not_without(
    make_puller: Make, kind: str, tmp_path: Path
) -> None:
    puller = make_puller(kind)
    [contract] = puller.contracts.values()
    puller.contracts = ContractSet({contract.id: dataclasses.replace(contract, signature="required")})
    key = own_key()
    enrolled = partner_keys.enrol(puller.register, "partner", public_line(key), "k.pub", "Ada")
    signed = tmp_path / "signed" / NAME
    signed.parent.mkdir()
    signed.write_bytes(cases(200))
    put_beside(signed, manifest_of(cases(200)), key)
    for file in sorted(signed.parent.iterdir()):
        if not file.name.endswith(".sig"):
            puller.rig.publish(file.name, file.read_bytes())
    assert "signature" in puller.pull().refused[NAME]
    assert puller.submissions() == []
    [signature] = signed.parent.glob("*.sig")
    puller.rig.publish(signature.name, signature.read_bytes())
    done = puller.pull()
    assert (done.failure, done.refused, done.left) == ("", {}, {})
    assert list(done.taken) == [NAME]
    [submission] = puller.submissions()
    assert submission.signed_by == enrolled.fingerprint


@pytest.mark.parametrize("kind", ["sftp", "s3"])
def test_what_lies_beside_a_file_waits_for_it_and_a_nil_return_needs_none(make_puller: Make, kind: str) -> None:
    puller = make_puller(kind)
    puller.rig.publish(f"{NAME}.sha256", b"0" * 64)
    puller.rig.publish(f"{NAME}.manifest.json.sig", b"a signature")
    puller.rig.publish("cases_2026Q2.csv.manifest.json", b'{"kind": "initial", "period": "2026-Q2"}')
    done = puller.pull()
    assert (done.taken, done.refused, done.failure, done.is_well) == ({}, {}, "", True)
    assert list(done.left) == ["cases_2026Q2.csv.manifest.json"]
    puller.assert_nothing_here()
    puller.rig.publish("cases_2026Q2.csv.manifest.json", b'{"kind": "nil", "period": "2026-Q2"}', age=900)
    assert list(puller.pull().taken) == ["cases_2026Q2.csv.manifest.json"]
    [submission] = puller.submissions()
    assert (submission.kind, submission.period) == ("nil", "2026-Q2")
    assert puller.pull().unchanged == 1


def test_what_the_intake_refuses_is_told_once_and_tried_again_under_another_contract(make_puller: Make) -> None:
    puller = make_puller("api")
    puller.rig.publish(NAME, cases(20))
    puller.rig.publish(f"{NAME}.manifest.json", b'{"knid": "initial"}')
    done = puller.pull()
    assert "knid" in done.refused[NAME]
    assert puller.submissions() == []
    again = puller.pull()
    assert (again.refused, again.unchanged) == ({}, 1)
    [contract] = puller.contracts.values()
    puller.contracts = ContractSet({contract.id: dataclasses.replace(contract, version="1.0.1")})
    assert "knid" in puller.pull().refused[NAME]


def test_a_file_that_always_breaks_off_keeps_no_other_from_coming(make_puller: Make) -> None:
    puller = make_puller("api")
    puller.rig.publish("cases_2025Q4.csv", cases(30_000))
    puller.rig.publish(NAME, cases(20))
    puller.proxy.each = 100_000  # enough for every file but the first
    done = puller.pull(dataclasses.replace(QUICK, tries=2))
    assert list(done.taken) == [NAME]
    assert done.failure
    puller.proxy.each = None
    assert list(puller.pull().taken) == ["cases_2025Q4.csv"]
