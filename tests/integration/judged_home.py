"""A home in which people have judged hits and answered a case, after the run that followed: built once for all tests.

Here: what they said, and the run. Not here: what must follow from it (test_screening.py, test_cases.py).
"""

import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Built, built_once, entrepot

AGENCY = "customs_service"


def said(home: Path, *arguments: str) -> Any:
    done = entrepot(home, "screening", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if "--json" in arguments else done.stdout


def in_force(hits: list[dict[str, Any]], but: str) -> set[str]:
    """The hits on entries of the sample's list that stand on it still, without those of one entry."""
    return {
        hit["hit_id"]
        for hit in hits
        if (hit["list_code"], hit["valid_to"]) == ("XA-AUT", None) and hit["entry_ref"] != but
    }


@dataclass(frozen=True)
class Judged:
    """A home after a run that followed what people said of four hits and of a case, a change of the fourth hit's entry,
    and a list cut to 60 %; `in_force` are the hits before it whose entries stood on the list, without those of the
    changed one.
    """

    home: Path
    cleared: str
    confirmed: str
    reopened: str
    changed: dict[str, Any]
    cut_code: int
    cut_says: str
    in_force: set[str]
    case: str


def judged_once(sample: Built, factory: pytest.TempPathFactory) -> Judged:
    """The home, made once for all processes that share the tests among them."""

    def build(root: Path) -> dict[str, Any]:
        shutil.copytree(sample.untouched, root / "home", copy_function=shutil.copy2)
        made = asdict(judge_and_run(root))
        return {**made, "in_force": sorted(made["in_force"])}

    known = built_once(factory, "judged", build)
    return Judged(**{**known, "home": Path(known["home"]), "in_force": set(known["in_force"])})


def answer(home: Path, case: str) -> None:
    """An agency acknowledges a case and takes it under review."""
    acknowledged = entrepot(
        home, "cases", "acknowledge", case, "--as", AGENCY, "--by", "A. Watch", "--note", "With us."
    )
    assert acknowledged.returncode == 0, acknowledged.stderr
    disposed = entrepot(
        home, "cases", "status", case, "under_review", "--as", AGENCY, "--by", "A. Watch", "--reason", "Begun."
    )
    assert disposed.returncode == 0, disposed.stderr


def cases_of(home: Path) -> list[dict[str, Any]]:
    """The cases that the agency is told of."""
    listed = entrepot(home, "cases", "list", "--as", AGENCY, "--json")
    assert listed.returncode == 0, listed.stderr
    found: list[dict[str, Any]] = json.loads(listed.stdout)
    return found


def judge_and_run(root: Path) -> Judged:
    """What the tests find in `root`/home, a copy of the sample's."""
    home = root / "home"
    case = next(case["case_id"] for case in cases_of(home) if case["concerns_reader"])
    answer(home, case)
    hits = said(home, "hits", "--list", "XA-AUT", "--json")
    first, second, third = [hit["hit_id"] for hit in hits[:3]]
    said(home, "clear", first, "--by", "A. Weber", "--reason", "another firm of that name")
    said(home, "confirm", second, "--by", "A. Weber", "--reason", "same register number")
    said(home, "clear", third, "--by", "A. Weber", "--reason", "born in another year")
    said(home, "reopen", third, "--by", "B. Klee", "--reason", "the year was misread")
    waiting = {hit["hit_id"]: hit["said"] for hit in said(home, "hits", "--json")}
    assert [waiting[hit] for hit in (first, second, third)] == ["cleared", "confirmed", "reopened"]

    taken = {hit["entry_ref"] for hit in hits[:3]}
    changed = next(
        hit
        for hit in hits[3:]
        if hit["valid_to"] is None and hit["feed"] == "parties" and hit["entry_ref"] not in taken
    )
    words = ("--by", "A. Weber", "--reason", "another firm of that name")
    said(home, "clear", changed["hit_id"], *words, "--for", "trade_ministry", "--release-to", "customs_service")
    newest = (home / "landing/foreign_ministry/listings_2025-12-31.xml").read_text(encoding="utf-8")
    at = newest.index(f'ref="{changed["entry_ref"]}"')
    end = newest.index("</l:programme>", at)
    file = root / "listings_2026-01-31.xml"
    file.write_text(f"{newest[:end]}-2{newest[end:]}", encoding="utf-8")
    entrepot(home, "submit", str(file), "--feed", "foreign_ministry/listings", "--period", "2026-01-31")
    entries = re.findall(r"  <l:entry .*?</l:entry>\n", newest, flags=re.DOTALL)
    start, end = newest.index(entries[0]), newest.index("</l:entryList>")
    file = root / "listings_2026-02-28.xml"
    file.write_text(newest[:start] + "".join(entries[: round(len(entries) * 0.6)]) + newest[end:], encoding="utf-8")
    cut = entrepot(home, "submit", str(file), "--feed", "foreign_ministry/listings", "--period", "2026-02-28")
    ran = entrepot(home, "run", "--until", "releases")
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr
    stood = in_force(hits, but=changed["entry_ref"])
    return Judged(home, first, second, third, changed, cut.returncode, cut.stdout, stood, case)
