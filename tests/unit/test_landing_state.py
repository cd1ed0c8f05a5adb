"""Digests of the landing folder and the code: what changes them and what does not."""

import os
from pathlib import Path

from orchestration.landing_state import code_fingerprint, landing_fingerprint


def test_an_empty_or_missing_folder_has_no_fingerprint(tmp_path: Path) -> None:
    assert landing_fingerprint(tmp_path) == ""
    assert landing_fingerprint(tmp_path / "nowhere") == ""


def test_a_new_grown_touched_or_renamed_file_changes_the_fingerprint(tmp_path: Path) -> None:
    file = tmp_path / "partner" / "feed.csv"
    file.parent.mkdir()
    file.write_text("a", encoding="utf-8")
    seen = {landing_fingerprint(tmp_path)}
    file.write_text("ab", encoding="utf-8")
    seen.add(landing_fingerprint(tmp_path))
    os.utime(file, ns=(1, 1))
    seen.add(landing_fingerprint(tmp_path))
    file.rename(file.with_name("other.csv"))
    seen.add(landing_fingerprint(tmp_path))
    assert len(seen) == 4


def test_code_is_known_by_its_content_not_its_time(tmp_path: Path) -> None:
    file = tmp_path / "model.sql"
    file.write_text("select 1", encoding="utf-8")
    before = code_fingerprint([tmp_path])
    os.utime(file, ns=(1, 1))
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text("{}", encoding="utf-8")
    assert code_fingerprint([tmp_path]) == before
    file.write_text("select 2", encoding="utf-8")
    assert code_fingerprint([tmp_path]) != before
