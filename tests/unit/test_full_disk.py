"""A full disk is told in one paragraph, whichever library met it first."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from orchestration import full_disk
from orchestration.cli.app import run
from orchestration.errors import EntrepotError


@pytest.mark.parametrize(
    ("said", "is_full"),
    [
        ("OperationalError: (sqlite3.OperationalError) database or disk is full [SQL: INSERT INTO runs]", True),
        (str(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x")), True),
        ('IO Error: Could not write file "/x/build.duckdb": No space left on device', True),
        (str(OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))), True),
        ("OperationalError: disk I/O error", False),
        ("OperationalError: no such table: runs", False),
    ],
)
def test_it_is_known_by_what_libraries_say(tmp_path: Path, said: str, is_full: bool) -> None:
    assert full_disk.is_told_by(said, tmp_path) is is_full


def test_an_error_of_input_and_output_is_one_only_where_no_room_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_disk, "_HARDLY_ANY", 1 << 60)
    assert full_disk.is_told_by("OperationalError: disk I/O error", tmp_path)


def test_a_command_on_a_full_disk_ends_with_one_paragraph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite itself refuses: its database may have no more pages."""

    def fill(*_: object) -> None:
        with sqlite3.connect(tmp_path / "full.sqlite") as connection:
            connection.execute("pragma max_page_count = 2")
            connection.execute("create table files (content text)")
            connection.execute("insert into files values (?)", ["x" * 100_000])

    monkeypatch.setattr("orchestration.cycle.run_cycle", fill)
    assert run(["--home", str(tmp_path / "home"), "run"]) == 1
    told = capsys.readouterr().err
    assert told.strip() == full_disk.PARAGRAPH and "sqlite" not in told


def test_a_file_that_is_named_so_fills_no_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--home", str(tmp_path / "home"), "submit", str(tmp_path / "No space left on device.csv")]) != 0
    told = capsys.readouterr().err
    assert "matches no feed" in told and "The disk is full" not in told


def test_what_stands_behind_an_error_of_ours_counts(tmp_path: Path) -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise EntrepotError("The edition could not be written.") from error
    except EntrepotError as error:
        assert full_disk.is_behind(error, tmp_path)
