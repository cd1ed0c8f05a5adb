"""`entrepot verify` finds every changed byte of vault, register, receipts, seal and keys, and a shortened chain.

Each flip changes one byte of one real file, asks the function by which `verify` judges that file, and takes the byte
back. ENTREPOT_FLIPS says how many; 10,000 take about half a minute.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from rich.console import Console

from orchestration import register_seal, row_seals
from orchestration.contracts.load import load_contracts
from orchestration.errors import EntrepotError
from orchestration.publication.proof import written
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.submissions import partner_keys, receive, verification
from orchestration.submissions.installation_key import key_problems
from orchestration.submissions.lake_hashes import hash_problems
from orchestration.submissions.receipts import as_written, read_receipt
from orchestration.tables import metadata, receipts
from tests.integration.conftest import entrepot
from tests.unit.intake.builders import document, field, write_contract
from tests.unit.intake.signers import manifest_of, own_key, public_line, put_beside

FLIPS = int(os.environ.get("ENTREPOT_FLIPS", "10000"))
CONTENT_FLIPS = max(FLIPS // 4, 1)
QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """A home with submissions of every fate, signed and unsigned, checks, an access log, sealed."""
    root = tmp_path_factory.mktemp("sound")
    quarter = r"_(?P<year>\d{4})Q(?P<quarter>\d)"
    fields = [field("ref", primaryKey=True), field("n", "integer")]
    content = document(fields, feed="cases", path="**/cases_*.csv", periodPattern=quarter)
    write_contract(root / "contracts", content)
    home = Home(root / "home").ensure()
    register = Register(home.register_url, clock=lambda: datetime(2025, 7, 1, 12))
    partner_keys.enrol(register, "partner", public_line(own_key()), "k.pub", "Ada")
    home.landing.mkdir(exist_ok=True)
    for year in range(2018, 2025):
        for number in (1, 2, 3, 4):
            rows = "".join(f"{year}-{number}-{row},{row if row % 7 else 'x'}\n" for row in range(40))
            path = home.landing / f"cases_{year}Q{number}.csv"
            path.write_text("ref,n\n" + rows if number != 3 else "wrong\n")
            if number == 1:
                put_beside(path, manifest_of(path.read_bytes(), period=f"{year}-Q1"), own_key())
    receive.process_pending(home, register, load_contracts(root / "contracts"), home.landing)
    for number in range(30):
        register.record_check("lake/partner/cases", f"check {number}", number % 5 > 0, True, detail="Ä" * number)
        register.end_access(register.begin_access("partner", f"select {number}"), "ok", number, 5)
    register.record_publication("report", "licensing", "2025-Q1-v1", "reports/x", digest="0" * 64)
    register.close()
    assert register_seal.renew(home)
    return home.root


@pytest.fixture
def home(sound, tmp_path) -> Home:
    shutil.copytree(sound, tmp_path / "home", copy_function=shutil.copy2)
    return Home(tmp_path / "home")


def problems(home: Home, *heads: str) -> list[str]:
    """What the whole of `verify` says; contracts are none, as the lake is not looked at here."""
    return verification.verify(Site.at(home), QUIET, heads).problems


def register_path(home: Home) -> Path:
    file = register_seal.register_file(home)
    assert file is not None
    return file


@dataclass(frozen=True)
class Target:
    """A file, and what `verify` says of it."""

    path: Path
    judge: Callable[[], list[str]]


def targets(home: Home) -> dict[str, list[Target]]:
    with Register(home.register_url).reading() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(receipts)).mappings()]
    vaulted = sorted(home.vault.glob("??/*"))
    return {
        "vault": [Target(path, lambda path=path: [verification.vault_problem(path) or ""]) for path in vaulted],
        "register": [Target(register_path(home), lambda: register_seal.problems(home)[0])],
        "seal": [Target(register_seal.seal_file(home), lambda: register_seal.problems(home)[0])],
        "key": [
            Target(path, lambda: key_problems(home) + register_seal.problems(home)[0]) for path in home.keys.iterdir()
        ],
        "receipts": [
            Target(
                home.receipts / f"{row['submission_id']}.json",
                lambda row=row: verification.receipt_problems(home, row, row["previous"]),
            )
            for row in rows
        ],
    }


def flipped(content: bytes, dice: random.Random) -> tuple[int, bytes]:
    place = dice.randrange(len(content))
    return place, content[:place] + bytes([content[place] ^ dice.randrange(1, 256)]) + content[place + 1 :]


def test_every_flipped_byte_is_found(home):
    assert problems(home) == []
    all_targets = targets(home)
    assert {kind: len(found) for kind, found in all_targets.items()} == {
        "vault": 36, "register": 1, "seal": 1, "key": 1, "receipts": 28,
    }  # fmt: skip
    dice = random.Random(20261124)
    missed, tried = [], dict.fromkeys(all_targets, 0)
    for _ in range(FLIPS):
        kind = dice.choices(list(all_targets), (30, 35, 5, 5, 25))[0]
        target = dice.choice(all_targets[kind])
        assert not any(target.judge()), f"{target.path} was found wrong before it was changed"
        content = target.path.read_bytes()
        place, changed = flipped(content, dice)
        target.path.chmod(0o644)
        target.path.write_bytes(changed)
        if not any(target.judge()):
            missed.append((target.path.name, place, content[place], changed[place]))
        target.path.write_bytes(content)
        tried[kind] += 1
    assert missed == []
    assert sum(tried.values()) == FLIPS
    assert problems(home) == []


def test_every_flipped_byte_of_the_rows_in_the_lake_is_found(home):
    folders = [path.parent for path in home.lake.rglob("rows.parquet")]
    assert len(folders) == 21
    dice, missed = random.Random(11), []
    for _ in range(max(FLIPS // 10, 1)):
        folder = dice.choice(folders)
        path = folder / dice.choice(("rows.parquet", "hashes.json"))
        content = path.read_bytes()
        place, changed = flipped(content, dice)
        path.write_bytes(changed)
        if not hash_problems(folder):
            missed.append((path.name, place))
        path.write_bytes(content)
    assert missed == []
    assert [problem for folder in folders for problem in hash_problems(folder)] == []
    (folders[0] / "excluded.parquet").write_bytes(b"x")
    assert "excluded.parquet is not what the check wrote" in problems(home)[0]


def dump(file: Path) -> object:
    """The whole content of a register, as plain SQLite reads it; a text when it cannot."""
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        connection.text_factory = bytes
        try:
            return {
                table: sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"')))
                for table in (*metadata.tables, "row_seals", "seal_state")
            }
        finally:
            connection.close()
    except row_seals.UNREADABLE as error:
        return str(error)


def test_changed_content_is_found_without_the_seal_too(home):
    """After a crash, or while others write, nothing but the rows' own hashes speaks for the register."""
    file = register_path(home)
    content, expected = file.read_bytes(), dump(register_path(home))
    assert row_seals.content_problems(file, metadata.tables) == []
    dice = random.Random(7)
    missed, telling = [], 0
    for _ in range(CONTENT_FLIPS):
        place, changed = flipped(content, dice)
        file.write_bytes(changed)
        if dump(file) != expected:
            telling += 1
            if not row_seals.content_problems(file, metadata.tables):
                missed.append(place)
    file.write_bytes(content)
    assert missed == []
    assert telling > CONTENT_FLIPS // 10
    assert row_seals.content_problems(file, metadata.tables) == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE submissions SET status = 'accepted' WHERE status = 'rejected'", "table submissions was changed"),
        ("UPDATE access_log SET statement = 'select 0' WHERE id = 3", "table access_log was changed"),
        ("DELETE FROM access_log WHERE id = 3", "Row 3 of the register's table access_log is missing"),
        (
            "INSERT INTO judgements (id, at, subject, subject_id, verdict, author, reason) "
            "VALUES (99, '2025', 'x', 'y', 'z', 'w', '')",
            "has a row 99 that",
        ),
        ("UPDATE partner_keys SET valid_until = '2099-01-01'", "table partner_keys was changed"),
        ("UPDATE seal_state SET changes = 1", "count of changes was changed"),
        ("DROP TABLE judgements", "The register's table judgements is missing"),
    ],
)  # fmt: skip
def test_what_was_changed_by_hand_is_named(home, statement, says):
    """By somebody who takes the triggers away first: with them the change itself fails."""
    with sqlite3.connect(register_path(home)) as connection:
        if not statement.startswith(("UPDATE seal_state", "DROP")):
            with pytest.raises(sqlite3.OperationalError, match="no such function: entrepot_seal"):
                connection.execute(statement)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
    found = problems(home)
    assert [text for text in found if says in text], found


def test_a_shortened_chain_is_found_by_a_receipt_or_head_that_somebody_holds(home, tmp_path):
    """Register, receipts and seal all put back to an earlier state, as a whole: only what others hold can tell."""
    before = tmp_path / "before"
    shutil.copytree(home.root, before, copy_function=shutil.copy2)
    path = home.landing / "cases_2025Q1.csv"
    path.write_text("ref,n\nz,1\n")
    register = Register(home.register_url)
    (tmp_path / "contracts").mkdir()
    content = document([field("ref", primaryKey=True), field("n", "integer")], feed="cases", path="**/cases_*.csv")
    write_contract(tmp_path / "contracts", content)
    contracts = load_contracts(tmp_path / "contracts")
    later = receive.submit(home, register, contracts, path, "partner/cases", "2025-Q1").receipt
    register.close()
    held = tmp_path / "held.json"
    held.write_bytes(as_written(later))
    assert problems(home, later["head"]) == []
    earlier = Home(before)
    assert problems(earlier) == []
    assert "does not hold the head" in problems(earlier, later["head"])[0]
    published = earlier.reports / "licensing" / "2025-Q1" / "2025-Q1-v1"
    published.mkdir(parents=True)
    (published / "manifest.json").write_bytes(written({"files": [], "receipts": {"count": 29, "head": later["head"]}}))
    assert "does not hold the head" in problems(earlier)[0]
    shutil.rmtree(earlier.reports)
    done = entrepot(before, "verify", "--receipt", str(held), "--json")
    assert done.returncode == 1
    assert later["head"] in json.loads(done.stdout)["problems"][0]


def test_an_older_register_under_a_newer_seal_is_found(home, sound):
    register = Register(home.register_url)
    register.add_event("S0", "noted")
    register.close()
    assert register_seal.renew(home)
    shutil.copy2(register_path(Home(sound)), register_path(home))
    assert "is older than its seal" in " ".join(problems(home))


def test_a_receipt_of_a_submission_that_the_register_lost_is_found(home):
    with sqlite3.connect(register_path(home)) as connection:
        row_seals.teach(connection)
        (last,) = connection.execute("SELECT submission_id FROM receipts ORDER BY position DESC LIMIT 1").fetchone()
        connection.execute("DELETE FROM receipts WHERE submission_id = ?", (last,))
        connection.execute("DELETE FROM submissions WHERE id = ?", (last,))
    found = " ".join(problems(home))
    assert f"{last}.json is of a submission that the register does not know" in found
    assert "does not hold the head" in found


def test_a_change_that_was_not_sealed_yet_is_a_note_and_no_fault(home):
    register = Register(home.register_url)
    register.add_event("S0", "noted")
    register.close()
    found = verification.verify(Site.at(home), QUIET)
    assert found.problems == []
    assert "has seen 1 changes since it was sealed" in found.notes[0]
    assert register_seal.renew(home)
    assert verification.verify(Site.at(home), QUIET).notes == []


def test_sealing_again_does_not_hide_what_was_changed_before(home):
    file = register_path(home)
    assert file.read_bytes().count(b"select 17") == 1
    file.write_bytes(file.read_bytes().replace(b"select 17", b"select 71"))
    named = "Row 18 of the register's table access_log was changed."
    assert named in problems(home)
    register = Register(home.register_url)
    register.add_event("S0", "noted")
    register.close()
    assert register_seal.renew(home)
    assert problems(home) == [named]


def test_an_unsound_seal_is_not_replaced(home):
    seal = register_seal.seal_file(home)
    seal.write_bytes(seal.read_bytes().replace(b'"bytes": ', b'"bytes": 1'))
    register = Register(home.register_url)
    register.add_event("S0", "noted")
    register.close()
    assert not register_seal.renew(home)
    assert "the seal or the key was changed" in problems(home)[0]


def test_a_signature_that_no_longer_holds_is_found(home):
    register = Register(home.register_url)
    with register.transaction() as connection:
        connection.execute(sa.text("UPDATE submissions SET signed_by = NULL WHERE signed_by IS NOT NULL"))
    register.close()
    assert "contradicts itself about who signed" in problems(home)[0]


def test_a_partner_checks_his_receipt_without_a_home(home, tmp_path):
    file = next(home.receipts.glob("*.json"))
    receipt = read_receipt(file)
    nowhere = tmp_path / "nowhere"
    ok = entrepot(nowhere, "receipt", "--check", str(file), "--key", receipt["public_key"])
    assert (ok.returncode, ok.stdout[:5]) == (0, "Sound")
    other = entrepot(nowhere, "receipt", "--check", str(file), "--key", "A" * 43 + "=")
    assert other.returncode == 1 and "another key" in other.stderr
    changed = tmp_path / "changed.json"
    changed.write_bytes(file.read_bytes().replace(b'"bytes": ', b'"bytes": 1'))
    assert "was changed after it was issued" in entrepot(nowhere, "receipt", "--check", str(changed)).stderr
    assert not nowhere.exists()


def test_every_flipped_bit_of_a_receipt_is_found_by_its_holder(home, tmp_path):
    file = next(home.receipts.glob("*.json"))
    content, copy = file.read_bytes(), tmp_path / "copy.json"
    key = json.loads(content)["public_key"]
    spare = content.index(b'=="')  # the last letter before it has bits that base64 does not use
    changed = {content[: spare - 1] + bytes([letter]) + content[spare:] for letter in b"ABCDQRSTghijwxyz"} - {content}
    for place in range(len(content)):
        changed |= {content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :] for bit in range(8)}
    missed = []
    for text in changed:
        copy.write_bytes(text)
        try:
            read_receipt(copy, key)
            missed.append(text)
        except EntrepotError:
            continue
    assert missed == []


def test_values_of_another_type_or_place_have_another_hash():
    rows = [
        ("t", "1"),
        ("t", 1),
        ("t", b"1"),
        ("t", None),
        ("t", ""),
        ("t", b""),
        ("t1",),
        ("t", "1", ""),
        ("t", "", "1"),
    ]
    assert len({row_seals.seal(*row) for row in rows}) == len(rows)
