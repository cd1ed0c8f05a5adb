"""Decision records of published editions: kept apart, read before the next edition, missed when they are damaged."""

import csv
import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.errors import EntrepotError
from orchestration.publication import decisions
from orchestration.publication.drafts import held_back
from orchestration.publication.editions import list_editions, publish
from orchestration.settings import Home
from reports.disclosure import protect as protecting
from reports.disclosure.audit import audit, published
from reports.disclosure.description import Description, Figure
from reports.disclosure.record import remembered
from tests.unit.reports import tiny
from tests.unit.reports.test_disclosure import CONTRIBUTIONS, GOODS, seized
from tests.unit.reports.test_editions import put_warehouse


def tables(change=None):
    made = tiny.enforcement()
    seized(made)
    if change:
        change(made)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    put_warehouse(home, tables())
    return home


def recode(made):
    """A late correction: what firm D had seized was of military goods, so that the value of that cell changes."""
    for row in made[CONTRIBUTIONS]:
        if row["contributor"] == "D":
            row["category_code"] = "ML"
    for row in made[GOODS]:
        sign = {"3": -1, "ML": 1}.get(row["category_code"], 0)
        row["value_eur"] += sign * Decimal("162345.00")


def values_of(edition):
    with (edition.folder / "tables/seizures_by_goods.csv").open() as handle:
        return {row["category_code"]: row["value_eur"] for row in csv.DictReader(handle)}


def test_the_record_lies_apart_from_the_edition_and_names_rule_version_and_approver(home):
    edition = publish(home, "enforcement", tiny.HALF)
    path = home.disclosure / "enforcement" / tiny.HALF / f"{edition.id}.json"
    record = json.loads(path.read_text())["value_seized"]
    assert (record["profile"], record["profile_version"], record["approved_by"]) == ("values", 1, "head of statistics")
    away = [one for one in record["figures"] if one["state"] == "confidential"]
    assert away
    assert {one["reason"] for one in away} == {"protected"}
    shipped = b"".join(file.read_bytes() for file in edition.folder.rglob("*") if file.is_file())
    assert b"value_seized/" not in shipped
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_contents_stay_the_same_edition_with_their_own_record_in_mind(home):
    first = publish(home, "enforcement", tiny.HALF)
    assert publish(home, "enforcement", tiny.HALF).id == first.id
    assert len(list_editions(home)) == 1


def test_a_revised_edition_and_the_first_one_together_give_nothing_back(home):
    first = publish(home, "enforcement", tiny.HALF)
    put_warehouse(home, tables(recode), edition=2)
    second = publish(home, "enforcement", tiny.HALF)
    assert second.id == "2025-H2-v2"
    before, after = values_of(first), values_of(second)
    assert before["none"] == after["none"] == "[c]"
    assert [code for code, value in before.items() if value != "[c]"]
    told = [
        remembered(name, record["value_seized"])
        for name, record in decisions.of_report(home, "enforcement", tiny.HALF).items()
    ]
    # Both editions as one system: a figure that is the same in both is one unknown.
    everything = [(f"{one.id}={one.value}", one) for edition in told for one in edition.figures]
    values = [{one.id: f"{one.id}={one.value}" for one in edition.figures} for edition in told]
    relations = tuple(
        replace(relation, terms=tuple((names[name], factor) for name, factor in relation.terms))
        for edition, names in zip(told, values, strict=True)
        for relation in edition.relations
    )
    whole = Description({name: Figure(name, one.place, one.value, one.is_count) for name, one in everything}, relations)
    away = {name for name, one in everything if one.is_hidden} - {name for name, one in everything if not one.is_hidden}
    levels = {name: one.levels for name, one in everything if one.levels and name in away}
    assert len(whole.figures) > len(told[0].figures)
    assert levels
    # Each record is about its own figures: those of earlier editions, copied on, would be more unknowns every time.
    assert list(values[1]) == list(values[0])
    assert audit(whole, published(whole, away), levels) == []


def test_drafts_of_other_periods_are_gone_with_and_the_draft_of_the_same_is_not(home):
    """Two drafts that are signed one after the other are read together."""
    edition = publish(home, "enforcement", tiny.HALF)
    waiting = held_back(home) / "enforcement" / tiny.HALF
    waiting.mkdir(parents=True)
    edition.folder.parent.chmod(0o755)
    shutil.move(edition.folder, waiting / edition.id)
    assert list(decisions.of_report(home, "enforcement", "2026-H1")) == [edition.id]
    assert decisions.of_report(home, "enforcement", tiny.HALF) == {}
    shutil.rmtree(waiting)
    assert decisions.of_report(home, "enforcement", "2026-H1") == {}


def test_editions_of_other_reports_that_print_the_same_measure_are_gone_with(home):
    """By the declared measure, not by a name: enforcement prints none of licensing's."""

    def put(report, period, edition):
        for path in (home.disclosure / report / period / f"{edition}.json", home.reports / report / period / edition):
            path.parent.mkdir(parents=True, exist_ok=True)
        (home.disclosure / report / period / f"{edition}.json").write_text('{"value_granted": {}}')
        (home.reports / report / period / edition).mkdir()
        (home.reports / report / period / edition / "manifest.json").write_text("{}")

    put("transparency_annual", "2025", "2025-v1")
    put("licensing_statistics", "2025-Q3", "2025-Q3-v10")
    put("licensing_statistics", "2025-Q3", "2025-Q3-v9")
    put("enforcement", "2025-H1", "2025-H1-v1")
    told = decisions.of_report(home, "licensing_statistics", "2025-Q4")
    assert list(told) == ["transparency_annual 2025-v1", "2025-Q3-v9", "2025-Q3-v10"]
    of_the_year = decisions.of_report(home, "transparency_annual", "2025")
    assert list(of_the_year) == ["licensing_statistics 2025-Q3-v9", "licensing_statistics 2025-Q3-v10", "2025-v1"]


def test_a_record_that_cannot_be_read_stops_the_next_edition(home):
    edition = publish(home, "enforcement", tiny.HALF)
    path = home.disclosure / "enforcement" / tiny.HALF / f"{edition.id}.json"
    path.write_text("{")
    put_warehouse(home, tables(recode), edition=2)
    with pytest.raises(EntrepotError, match="Put the file back"):
        publish(home, "enforcement", tiny.HALF)
    path.write_text(json.dumps({"value_seized": {"figures": [{"id": "x"}]}}))
    with pytest.raises(EntrepotError, match=r"decision record of the edition 2025-H2-v1"):
        publish(home, "enforcement", tiny.HALF)
    assert len(list_editions(home)) == 1


def test_a_failed_audit_publishes_nothing_and_names_the_cell(home, monkeypatch):
    """The protector is broken on purpose: it hides the sensitive figures and nothing else."""
    real = protecting.suppress

    def careless(part, sensitive, *rest):
        done = real(part, sensitive, *rest)
        return type(done)(frozenset(sensitive), done.loss, True, False)

    monkeypatch.setattr(protecting, "suppress", careless)

    def clear(made):
        """More firms in all cells but one: a single sensitive figure."""
        for row in list(made[CONTRIBUTIONS]):
            if row["contributor"] != "G":
                made[CONTRIBUTIONS].remove(row)
                made[CONTRIBUTIONS] += [{**row, "contributor": f"{row['contributor']}{n}"} for n in range(4)]

    put_warehouse(home, tables(clear), edition=2)
    with pytest.raises(EntrepotError, match=r"could be worked out \(Table 4.*'Not coded'"):
        publish(home, "enforcement", tiny.HALF)
    assert list_editions(home) == []
