"""Keys from the command line: enrolled, listed, revoked; and what happens to files that they sign."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from orchestration.sample.signing import signer_of
from orchestration.submissions.signature import read_key
from tests.integration.conftest import Built, entrepot
from tests.unit.intake.signers import own_key, public_line

PARTNER = "intelligence_service"


@pytest.fixture
def landing(sample_home: Built, tmp_path: Path) -> Path:
    """One signed file of the sample, with its manifest and signature."""
    folder = tmp_path / "landing" / PARTNER
    folder.mkdir(parents=True)
    for path in (sample_home.home / "landing" / PARTNER).glob("reports_2025Q1.jsonl*"):
        shutil.copy2(path, folder / path.name)
    assert len(list(folder.iterdir())) == 3
    return folder.parent


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "k.pub"
    file.write_text(public_line(signer_of(42, PARTNER)))
    return file


def test_a_signed_file_counts_once_its_key_is_enrolled_and_not_after_it_is_revoked(landing, key_file, tmp_path):
    home = tmp_path / "home"
    file = landing / PARTNER / "reports_2025Q1.jsonl"
    refused = entrepot(home, "submit", str(file))
    assert refused.returncode == 1 and "which nobody has enrolled" in refused.stderr
    (listed,) = json.loads(entrepot(home, "refusals", "--json").stdout)
    assert listed["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert listed["feed"] == f"{PARTNER}/reports"
    enrolled = entrepot(home, "keys", "enrol", PARTNER, str(key_file), "--from", "2024-01-01", "--by", "Ada")
    assert enrolled.returncode == 0, enrolled.stderr
    fingerprint = read_key(key_file.read_text(), "k.pub").fingerprint
    assert fingerprint in enrolled.stdout
    taken = json.loads(entrepot(home, "submit", str(file), "--json").stdout)
    assert (taken["status"], taken["receipt"]["signed_by"]) == ("accepted", fingerprint)
    (submission,) = json.loads(entrepot(home, "submissions", "--json").stdout)
    assert submission["signed_by"] == fingerprint
    (key,) = json.loads(entrepot(home, "keys", "list", "--json").stdout)
    assert (key["partner"], key["enrolled_by"], key["valid"]) == (PARTNER, "Ada", True)
    assert "valid" in entrepot(home, "keys", "list").stdout
    revoked = entrepot(home, "keys", "revoke", fingerprint, "--by", "Ada", "--reason", "lost")
    assert revoked.returncode == 0, revoked.stderr
    assert not json.loads(entrepot(home, "keys", "list", "--json").stdout)[0]["valid"]
    assert "was revoked" in entrepot(home, "submit", str(file)).stderr
    assert entrepot(home, "verify").returncode == 0
    assert entrepot(home, "keys", "show").stdout.strip() == taken["receipt"]["public_key"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("enrol", "nobody", "k.pub"), 2, "There is no partner nobody"),
        (("enrol", PARTNER, "missing.pub"), 1, "missing.pub cannot be read"),
        (("enrol", PARTNER, "pyproject.toml"), 1, "pyproject.toml holds no public key of a known type"),
        (("revoke", "SHA256:x", "--reason", "r"), 2, "No key has the fingerprint SHA256:x"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(arguments, code, says, tmp_path):
    done = entrepot(tmp_path / "home", "keys", *arguments)
    assert done.returncode == code
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_another_seed_is_another_key():
    lines = {public_line(signer_of(seed, PARTNER)) for seed in (1, 2)} | {public_line(own_key())}
    assert len(lines) == 3
