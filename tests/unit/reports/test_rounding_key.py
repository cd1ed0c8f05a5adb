"""The home's secret for rounding at random: made once, needed ever after, and its loss changes no edition silently."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.errors import EntrepotError
from orchestration.publication.editions import list_editions, publish
from orchestration.publication.rounding_key import KEY_FILE, key_for
from orchestration.settings import Home
from orchestration.tracing.printed import cells
from orchestration.tracing.rounding import Roundings
from reports.report_files import load_report
from tests.unit.reports import tiny
from tests.unit.reports.rounding_world import TABLE, rounded_report, tables_of
from tests.unit.reports.test_editions import put_warehouse

RANDOM = rounded_report("round5_random")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    def declared(name):
        return RANDOM if name == "enforcement" else load_report(name)

    monkeypatch.setattr("orchestration.publication.editions.load_report", declared)
    monkeypatch.setattr("orchestration.publication.decisions.load_report", declared)
    home = Home(tmp_path / "home")
    put_warehouse(home, tables_of())
    return home


def counts_of(edition):
    with (edition.folder / f"tables/{TABLE}.csv").open() as handle:
        return {row["origin_code"]: row["cases_opened"] for row in csv.DictReader(handle)}


def test_only_a_report_that_draws_needs_a_key_and_none_else_makes_one(home):
    assert key_for(home, load_report("enforcement")) == b""
    assert key_for(home, rounded_report("round5")) == b""
    assert not (home.keys / KEY_FILE).exists()
    key = key_for(home, RANDOM)
    assert len(key) == 32 and key == key_for(home, RANDOM)
    assert (home.keys / KEY_FILE).stat().st_mode & 0o077 == 0


def test_a_damaged_key_is_refused(home):
    key_for(home, RANDOM)
    (home.keys / KEY_FILE).chmod(0o600)
    (home.keys / KEY_FILE).write_bytes(b"short")
    with pytest.raises(EntrepotError, match=r"damaged .* Restore it from a backup"):
        key_for(home, RANDOM)


def test_a_later_edition_draws_as_the_first_did_and_none_appears_without_its_key(home):
    first = publish(home, "enforcement", tiny.HALF)
    assert publish(home, "enforcement", tiny.HALF).id == first.id
    key = (home.keys / KEY_FILE).read_bytes()
    shipped = b"".join(file.read_bytes() for file in first.folder.rglob("*") if file.is_file())
    record = (home.disclosure / "enforcement" / tiny.HALF / f"{first.id}.json").read_bytes()
    assert key not in shipped + record and key.hex().encode() not in shipped + record
    (home.keys / KEY_FILE).unlink()
    with pytest.raises(EntrepotError, match=f"{first.id} was rounded at random by another secret"):
        publish(home, "enforcement", tiny.HALF)
    assert [one.id for one in list_editions(home)] == [first.id]
    (home.keys / KEY_FILE).write_bytes(key)
    changed = tables_of()
    changed["rpt_enforcement__cases"][0]["open_at_end"] += 1
    changed["rpt_enforcement__cases"][-1]["open_at_end"] += 1
    put_warehouse(home, changed)
    second = publish(home, "enforcement", tiny.HALF)
    assert (second.number, counts_of(second)) == (2, counts_of(first))


def test_a_trace_finds_how_a_cell_was_rounded_in_the_record_of_its_edition(home):
    edition = publish(home, "enforcement", tiny.HALF)
    roundings = Roundings(home, edition)
    there = {(cell.key, cell.column): cell for cell in cells(edition) if cell.table == TABLE}
    audit = roundings.of(there["audit", "cases_opened"])
    assert audit.number == int(there["audit", "cases_opened"].text) and audit.random
    assert audit.may_stand_for(13) and not audit.may_stand_for(audit.number + 5)
    assert roundings.of(there["audit", "share_of_cases"]).number is None
    assert roundings.of(replace(there["audit", "cases_opened"], table="penalties")) is None
    (home.disclosure / "enforcement" / tiny.HALF / f"{edition.id}.json").write_text("{")
    with pytest.raises(EntrepotError, match="Put the file back from a backup"):
        Roundings(home, edition)


def test_no_edition_appears_while_another_report_prints_exactly_what_it_rounds(home, monkeypatch):
    twin = replace(load_report("enforcement"), name="list_changes")
    declared = {"enforcement": RANDOM, "list_changes": twin}
    monkeypatch.setattr(
        "orchestration.publication.decisions.load_report", lambda name: declared.get(name) or load_report(name)
    )
    with pytest.raises(EntrepotError, match="'case_origins': column 'cases_opened' prints without rounding it"):
        publish(home, "enforcement", tiny.HALF)
    assert list_editions(home) == []
