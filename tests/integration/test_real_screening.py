"""The UN list of 2020, then that of 2021: what changed, what is screened again, and what a shortened list does.

What is expected of the changes is told by the standard library alone from the raw files. The seizures that are screened
are invented, their consignees are names of the list read at run time. The files lie outside the repository.
"""

import json
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT, Home
from tests.integration.conftest import entrepot

REAL = PROJECT_ROOT.parent / "shared" / "real"
OLD, NEW = REAL / "lists_un_2020/UN_consolidated_2020.xml", REAL / "lists_2021/un_consolidated_2021-03-12.xml"
FEED = "un_security_council/consolidated_list"
HEADER = (
    "Seizure No;MRN;Seized on;Office;Goods;Control entry;Commodity code;Quantity;Unit;Value;Currency;Destination;"
    "Exporter;Consignee;Consignee country;Legal ground;Licence No;Released on"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"the public files are not at {REAL}: list changes are NOT tested"),
]


@cache
def entries(file: Path) -> dict[str, ElementTree.Element]:
    """The entries of a UN file by their DATAID."""
    whole = ElementTree.parse(file)  # noqa: S314  (the publisher's own file, read in a test)
    return {text(e, "DATAID"): e for e in whole.iter() if e.tag in ("INDIVIDUAL", "ENTITY")}


def text(element: ElementTree.Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def name(entry: ElementTree.Element) -> str:
    parts = [text(entry, f"{place}_NAME") for place in ("FIRST", "SECOND", "THIRD", "FOURTH")]
    return " ".join(part for part in parts if part)


def said(entry: ElementTree.Element) -> dict[str, object]:
    """What an entry says, field by field, as far as it can be read without the models' rules."""
    aliases = [a for a in entry if a.tag.endswith("_ALIAS") and text(a, "ALIAS_NAME")]
    return {
        "name": name(entry),
        "aliases": [(text(a, "ALIAS_NAME"), text(a, "QUALITY")) for a in aliases]
        + [text(entry, "NAME_ORIGINAL_SCRIPT")],
        "listed_on": text(entry, "LISTED_ON")[:10],
        "programmes": text(entry, "UN_LIST_TYPE"),
        "remarks": text(entry, "COMMENTS1"),
    }


@dataclass(frozen=True)
class Step:
    """What stood in the warehouse after a run: rows of hits by id, profiles scored and pairs kept."""

    hits: dict[str, tuple]
    entry_of: dict[str, str]
    profiles: set[str]
    pairs: set[tuple]


@dataclass(frozen=True)
class Story:
    """A home after the list of 2020, and after that of 2021 and one cut to 60 %, which came later."""

    home: Path
    first: Step
    second: Step
    cut: subprocess.CompletedProcess[str]


def look(home: Path) -> Step:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{Home(home).build_db}' as entrepot (read_only)")
        connection.execute("use entrepot.main")
        rows = connection.execute("select hit_id, entry_ref, * from fct_screening_hits order by hit_id").fetchall()
        (profiles,) = (home / "linkage").rglob("profiles.parquet")
        (pairs,) = (home / "linkage").rglob("pairs.parquet")
        return Step(
            {row[0]: row[2:] for row in rows},
            {row[0]: row[1] for row in rows},
            {row[0] for row in connection.execute(f"select profile_id from '{profiles}'").fetchall()},
            set(connection.execute(f"select profile_a, profile_b, match_weight from '{pairs}'").fetchall()),
        )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("screened")
    home, old, new = folder / "home", entries(OLD), entries(NEW)
    stayed = sorted(old.keys() & new.keys())
    changed = [e for e in stayed if said(old[e]) != said(new[e])]
    same = [e for e in stayed if said(old[e]) == said(new[e])]
    chosen = [*same[::40], *changed[:10], *sorted(old.keys() - new.keys())[:5], *sorted(new.keys() - old.keys())[:5]]
    lines = [
        f"SZ-2020-{number:05};;15.12.2020;XA000120;Pumps;2B350;841370;1,000;NAR;100,00;EUR;AE;"
        f"Wickdunhar Trading;{name((new | old)[entry])};AE;catch_all;;"
        for number, entry in enumerate(chosen, start=1)
    ]
    package = folder / "seizures_2020Q4.zip"
    with zipfile.ZipFile(package, "w") as packed:
        packed.writestr("seizures_2020Q4.csv", "\r\n".join([HEADER, *lines, ""]))
    hand_in(home, package, "customs_service/seizures", "2020-Q4")
    hand_in(home, OLD, FEED, "2020")
    run(home)
    first = look(home)
    hand_in(home, NEW, FEED, "2021-03-12")
    short = cut_list(folder / "un_consolidated_2021-04-01.xml")
    cut = entrepot(home, "submit", str(short), "--feed", FEED, "--period", "2021-04-01")
    run(home)
    return Story(home, first, look(home), cut)


def cut_list(short: Path) -> Path:
    tree = ElementTree.parse(NEW)  # noqa: S314
    for group in [g for g in tree.iter() if g.tag in ("INDIVIDUALS", "ENTITIES")]:
        for entry in list(group)[round(len(group) * 0.6) :]:
            group.remove(entry)
    tree.write(short, encoding="utf-8", xml_declaration=True)
    return short


def hand_in(home: Path, file: Path, feed: str, period: str) -> None:
    done = entrepot(home, "submit", str(file), "--feed", feed, "--period", period)
    assert done.returncode == 0, done.stdout + done.stderr


def run(home: Path) -> None:
    done = entrepot(home, "run", "--until", "warehouse")
    assert done.returncode == 0, done.stdout + done.stderr


def changes(home: Path, until: str = "2021-03-31") -> dict:
    done = entrepot(home, "lists", "changes", "--list", "UN-SC", "--from", "2020", "--to", until, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_changes_are_those_that_the_raw_files_show(story: Story) -> None:
    told, old, new = changes(story.home), entries(OLD), entries(NEW)
    by_kind = {kind: {c["entry_ref"] for c in told["changes"] if c["change"] == kind} for kind in told["counts"]}
    assert by_kind["added"] == new.keys() - old.keys()
    assert by_kind["removed"] == old.keys() - new.keys()
    assert told["counts"] == {kind: len(found) for kind, found in by_kind.items()}
    for field in ("name", "aliases", "listed_on", "programmes", "remarks"):
        expected = {e for e in old.keys() & new.keys() if said(old[e])[field] != said(new[e])[field]}
        assert {c["entry_ref"] for c in told["changes"] if c["field"] == field} == expected, field
    assert len(by_kind["changed"]) > 10


def test_the_mart_tells_the_same_changes_as_the_command(story: Story) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{Home(story.home).build_db}' as entrepot (read_only)")
        rows = connection.execute(
            "select entry_ref, change, coalesce(changed_field, ''), coalesce(value_before, ''), "
            "coalesce(value_after, '') from entrepot.main.fct_listing_changes"
        ).fetchall()
    told = [(c["entry_ref"], c["change"], c["field"], c["before"], c["after"]) for c in changes(story.home)["changes"]]
    assert sorted(rows) == sorted(told)


def test_only_what_is_new_on_the_list_is_scored(story: Story) -> None:
    first, second = story.first, story.second
    new_profiles = second.profiles - first.profiles
    touched = {c["entry_ref"] for c in changes(story.home)["changes"] if c["change"] != "removed"}
    assert 0 < len(new_profiles) <= len(touched)
    assert first.pairs <= second.pairs
    assert all({a, b} & new_profiles for a, b, _ in second.pairs - first.pairs)


def test_hits_of_entries_that_did_not_change_stay_to_the_last_letter(story: Story) -> None:
    affected = {c["entry_ref"] for c in changes(story.home)["changes"]}
    first, second = story.first, story.second
    stay = {hit: row for hit, row in first.hits.items() if first.entry_of[hit] not in affected}
    assert len(stay) > 20
    assert {hit: second.hits[hit] for hit in stay} == stay
    assert {e for hit, e in second.entry_of.items() if hit not in first.hits} <= affected
    assert second.hits.keys() - first.hits.keys()


def test_a_list_cut_to_60_percent_is_held(story: Story) -> None:
    """It changes nothing: it lay there during the second run, on which all that is said above still holds."""
    assert story.cut.returncode == 1
    assert "held" in story.cut.stdout + story.cut.stderr
    assert "has 603 good rows and the list before it" in story.cut.stdout
    assert changes(story.home, "2021-04-30")["changes"] == changes(story.home)["changes"]
