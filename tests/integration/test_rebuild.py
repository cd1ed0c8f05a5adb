"""A home in which partners have corrected, replaced and withdrawn things: made again from the vault it is the same, and
an earlier day of it can be looked at as it was.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from lxml import html

from orchestration.contracts.load import load_contracts
from orchestration.register import Register, Submission, utc_now
from orchestration.releases import shelf
from orchestration.releases.digest import table_digests
from orchestration.settings import Home
from orchestration.submissions.receive import submit
from orchestration.submissions.settle import decide
from tests.integration.conftest import Built, entrepot

LATER = timedelta(days=2)  # what is said after the first cycle comes then, so that the first day is known by itself
REPORT = Path("licensing_statistics") / "2025-Q4"
DECISIONS, LINES = "trade_ministry/decisions", "trade_ministry/goods_lines"


@dataclass
class Lived:
    """A home with a second day of submissions behind it, after the cycle that took them in."""

    home: Path
    first_day: date
    withdrawn: list[str]
    said: dict[str, Submission]


def lines_of(home: Path, name: str) -> list[str]:
    return (home / "landing" / "trade_ministry" / name).read_text(encoding="cp1252").splitlines()


@pytest.fixture(scope="module")
def lived(sample_home: Built, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    root = tmp_path_factory.mktemp("lived")
    home = root / "home"
    shutil.copytree(sample_home.home, home, ignore=shutil.ignore_patterns("dagster"), copy_function=shutil.copy2)
    now = utc_now() + LATER
    register, contracts = Register(Home(home).register_url, clock=lambda: now), load_contracts()
    first_day = max(submission.received_at for submission in register.submissions()).date()

    def say(feed: str, kind: str, rows: list[str] | None, **more: str) -> Submission:
        nonlocal now
        now += timedelta(minutes=1)
        file = root / f"{feed.replace('/', '_')}_{kind}.csv" if rows else None
        if file:
            file.write_text("\n".join(rows or []) + "\n", encoding="cp1252")
        period = more.pop("period", "2025-Q4")
        return submit(Home(home), register, contracts, file, feed, period, kind, **more).submission

    decisions, goods = lines_of(home, "decisions_2025Q4.csv"), lines_of(home, "goods_lines_2025Q4.csv")
    granted = [line for line in decisions if ";GRANTED;" in line]
    withdrawn = [line.split(";")[0] for line in granted[:2]]
    late = next(s for s in register.submissions() if s.contract_id == LINES and s.kind == "correction")
    said = {
        "withdrawal": say(DECISIONS, "withdrawal", ["Decision No", *withdrawn]),
        "replacement": say(LINES, "replacement", goods[:-1], reason="the last line was another ministry's"),
        "taken back": say(LINES, "withdrawal", None, supersedes=late.id, period="2024-Q4"),
        "nil": say("trade_ministry/decisions", "nil", None, period="2026-Q1"),
        "second": say(DECISIONS, "initial", [*decisions[:1], decisions[-1].replace("D-2025-0", "D-2025-9")]),
    }
    assert entrepot(home, "run", "--until", "lake").returncode == 1  # the second file is held
    decide(register, contracts[DECISIONS], said["second"].id, "take", "Ada", "They forgot one.")
    ran = entrepot(home, "run", "--json")
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr
    return Lived(home, first_day, withdrawn, {name: register.submission(s.id) for name, s in said.items()})


def tables(home: Path, recipient: str = "operator") -> dict[str, str]:
    """Each mart of a recipient's release with the digest of its rows."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{shelf.current(Home(home), recipient)}' as there (read_only)")
        return table_digests(connection, "there")


def ask(home: Path, statement: str, recipient: str = "operator") -> list[tuple]:
    with duckdb.connect(str(shelf.current(Home(home), recipient)), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def outputs(home: Path) -> dict[str, bytes]:
    """Every file of every edition that is in force, by report, period and name; the newest of each period."""
    found = {}
    for period in sorted((home / "reports").glob("*/*")):
        editions = sorted(period.glob("*-v*"), key=lambda folder: int(folder.name.rpartition("v")[2]))
        for file in sorted(editions[-1].rglob("*")) if editions else []:
            if file.is_file():
                found[f"{period.parent.name}/{period.name}/{file.relative_to(editions[-1])}"] = file.read_bytes()
    return found


def test_what_was_said_stands_as_it_should(lived: Lived) -> None:
    assert {name: s.status for name, s in lived.said.items()} == dict.fromkeys(lived.said, "accepted")
    assert lived.said["second"].rows_accepted == 1
    stands = dict(ask(lived.home, "select status, count(*) from fct_submissions group by all"))
    assert (stands["superseded"], stands["withdrawn"]) == (1, 1)


def test_defect_33_what_was_withdrawn_is_gone_from_every_release(sample_home: Built, lived: Lived) -> None:
    wanted = f"select count(*) from fct_decisions where record_ref in ({', '.join(repr(r) for r in lived.withdrawn)})"
    for recipient in ("operator", "trade_ministry", "customs_service"):
        assert ask(sample_home.home, wanted, recipient) == [(2,)]
        assert ask(lived.home, wanted, recipient) == [(0,)]


def test_defect_32_what_was_published_stays_and_the_next_edition_says_that_it_is_revised(
    sample_home: Built, lived: Lived
) -> None:
    before, after = (home / "reports" / REPORT for home in (sample_home.home, lived.home))
    first = [path for path in sorted((before / "2025-Q4-v1").rglob("*")) if path.is_file()]
    assert len(first) > 3
    for path in first:
        assert (after / path.relative_to(before)).read_bytes() == path.read_bytes()
    manifest = json.loads((after / "2025-Q4-v2" / "manifest.json").read_text())
    assert (manifest["status"], manifest["replaces"]) == ("Revised", "2025-Q4-v1")


def test_a_correction_after_publication_marks_exactly_the_figures_that_it_changes(lived: Lived) -> None:
    """What changed is read from the two editions' JSON, the marks from the page: neither by the code that set them."""
    shelf = lived.home / "reports" / REPORT
    before, after = (figures(shelf / f"2025-Q4-v{number}") for number in (1, 2))
    hidden = {cell for cell in after if "[c]" in (after[cell][1], before.get(cell, (None, ""))[1])}
    changed = {cell for cell, (value, text) in after.items() if before.get(cell) != (value, text)} - hidden
    page = html.document_fromstring((shelf / "2025-Q4-v2" / "index.html").read_text("utf-8"))
    printed = {cell.get("id") for cell in page.xpath("//td[@id]")} & set(after)
    marked = {cell.get("id") for cell in page.xpath("//td[@id][span[@class='mark']='[r]']")} & set(after)
    assert marked == changed & printed
    assert 0 < len(marked) < len(printed) / 2
    listed = set(page.xpath("//table[@data-revisions]//td/@data-cell"))
    assert listed == {cell for cell in changed if cell in listed or cell in printed}
    causes = {cause for one in json.loads((shelf / "2025-Q4-v2" / "manifest.json").read_text())["revisions"]
              for cause in one["causes"]}  # fmt: skip
    assert causes == {"correction", "withdrawal", "late data"}
    told = entrepot(lived.home, "reports", "changes", "licensing_statistics", "2025-Q4-v2").stdout
    assert all(lived.said[name].id in told for name in ("withdrawal", "replacement", "taken back", "second"))
    assert lived.said["withdrawal"].id not in page.xpath("//section[@id='revisions-since']")[0].text_content()


def test_a_rebuild_from_the_vault_gives_the_same_marts_and_the_same_reports(lived: Lived, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(lived.home, home, ignore=shutil.ignore_patterns("dagster"), copy_function=shutil.copy2)
    for made in ("lake", "warehouse", "releases", "feedback"):
        shutil.rmtree(home / made)
    newest = {report.name: max(report.glob("*/")) for report in home.glob("reports/*/") if any(report.glob("*/"))}
    for period in newest.values():  # a run publishes the newest period: its newest edition is made again
        shutil.rmtree(max(period.glob("*-v*")))
    rebuilt = entrepot(home, "rebuild", "--json")
    assert json.loads(rebuilt.stdout)["problems"] == [], rebuilt.stderr
    assert tables(home) == tables(lived.home)
    assert tables(home, "customs_service") == tables(lived.home, "customs_service")
    made, anew = (without_receipts(of_their_day(outputs(each))) for each in (lived.home, home))
    assert len(made) > 20
    assert anew == made


def of_their_day(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same with the tables alone of reports whose figures stayed although an agency has delivered since: made again
    they are of a later day, and say so.
    """
    stayed = ("interagency_review/", "refusals_denials_cases/")
    return {name: file for name, file in files.items() if not name.startswith(stayed) or "/tables/" in name}


def without_receipts(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same without what manifests say of the chain of receipts: an edition of which nothing has changed since the
    first day names the receipts of that day, and made again those of today.
    """
    found = dict(files)
    for name in [name for name in files if name.endswith("/manifest.json")]:
        manifest = json.loads(files[name])
        dated = ("receipts", "manifest_sha256", "warehouse_sha256")
        found[name] = json.dumps({word: said for word, said in manifest.items() if word not in dated}).encode()
    return found


def figures(edition: Path) -> dict[str, tuple[float | None, str]]:
    """The number and the text of each figure of an edition, by its id, from its JSON."""
    document = json.loads((edition / "edition.json").read_text("utf-8"))
    cells = [
        cell
        for table in document["tables"]
        for part in table["parts"]
        for row in part["rows"]
        for cell in row["cells"].values()
        if isinstance(cell, dict)
    ]
    return {cell["id"]: (cell["value"], cell["text"]) for cell in cells}


def test_as_known_on_the_first_day_everything_is_to_the_byte_what_it_was_then(
    sample_home: Built, lived: Lived, tmp_path: Path
) -> None:
    earlier, day = tmp_path / "earlier", str(lived.first_day)
    made = entrepot(lived.home, "as-known-on", day, "--out", str(earlier))
    assert made.returncode == 0, made.stdout + made.stderr
    assert tables(earlier) == tables(sample_home.home)
    assert outputs(earlier) == outputs(sample_home.home)  # manifests too, which name the newest receipt
    verified = entrepot(earlier, "verify")
    assert verified.returncode == 0, verified.stdout
    refused = entrepot(lived.home, "as-known-on", day, "--out", str(earlier))
    assert refused.returncode == 1 and "is not an empty folder" in refused.stderr
