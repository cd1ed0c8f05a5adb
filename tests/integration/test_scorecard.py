"""The printed scores are what register, contracts and findings say, computed again without the models' SQL."""

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.load import load_contracts
from orchestration.contracts.period import days_of
from orchestration.contracts.rules import every_rule
from orchestration.register import Submission
from orchestration.settings import CONTRACTS_DIR, Home
from orchestration.site import Site
from orchestration.submissions.due import due_of
from tests.integration.conftest import entrepot

QUARTER = "2025-Q4"
FIRST, LAST = "2025-10-01", "2025-12-31"
COMPONENTS = ("completeness", "validity", "uniqueness", "timeliness", "consistency", "stability")
DIMENSION = {"present": "completeness", "unique": "uniqueness", "custom": "consistency", "reference": "consistency"}
FULFILLED = ("received", "received late", "nil return")


def rounded(number: Decimal, step: str = "0.001") -> Decimal:
    return number.quantize(Decimal(step), rounding=ROUND_HALF_UP)


def mean(numbers: list[Decimal]) -> Decimal | None:
    return rounded(sum(numbers, Decimal(0)) / len(numbers)) if numbers else None


def in_quarter(submission: Submission) -> bool:
    days = days_of(submission.period)
    last = days[1] if days else submission.received_at.date()
    return FIRST <= last.isoformat() <= LAST


def findings(home: Home, submission: Submission) -> list[tuple[int, str, str]]:
    path = home.lake_folder(submission.partner, submission.feed, submission.id) / "findings.parquet"
    return duckdb.sql(f"select source_row_number, rule, severity from '{path}' where source_row_number > 0").fetchall()


def components_of_feed(home: Home, feed: str, submissions: list[Submission]) -> dict[str, Decimal | None]:
    """The six components of one feed, from Python's counting alone; an empty dictionary where nothing concerns it."""
    contract = load_contracts()[feed]
    today = max(s.received_at.date() for s in submissions)
    due = [d for d in due_of(contract, submissions, today) if FIRST <= d.last_on.isoformat() <= LAST]
    due = [d for d in due if d.state in FULFILLED or d.due_on < today]
    own = [s for s in submissions if s.contract_id == feed and in_quarter(s)]
    if not due and not own:
        return {}
    taken = [s for s in own if s.status in ("accepted", "superseded", "withdrawn") and s.rows_read is not None]
    kinds = {rule.name: DIMENSION.get(rule.kind, "validity") for rule in every_rule(contract)}
    kinds["exact_duplicate_is_dropped"] = "uniqueness"
    bad: dict[str, set[tuple[str, int]]] = defaultdict(set)
    empty = 0
    for submission in taken:
        for number, rule, severity in findings(home, submission):
            dimension = kinds.get(rule, "validity")
            empty += dimension == "completeness"
            if severity != "repair" or dimension == "uniqueness":
                bad[dimension].add((submission.id, number))
    read = sum(s.rows_read or 0 for s in taken)
    cells = read * sum(field.required for field in contract.fields)
    filled = rounded(Decimal(cells - empty) / cells) if cells else None
    nil = sum(d.state == "nil return" for d in due)
    came = sum(d.state in FULFILLED for d in due) - nil
    first = sum(s.rows_accepted or 0 for s in taken if s.kind in ("initial", "nil"))
    revised = sum(s.rows_accepted or 0 for s in taken if s.kind not in ("initial", "nil"))
    times = [
        rounded(max(Decimal(0), 1 - Decimal(d.days_late) / contract.grace_days)) for d in due if d.days_late is not None
    ]
    found: dict[str, Decimal | None] = {
        name: rounded(Decimal(read - len(bad[name])) / read) if read else None
        for name in ("validity", "uniqueness", "consistency")
    }
    found["completeness"] = (
        filled
        if not due
        else rounded((nil + (filled or Decimal(0)) * came) / len(due))
        if filled is not None or came == 0
        else None
    )
    found["timeliness"] = mean(times)
    found["stability"] = rounded(max(Decimal(0), 1 - Decimal(revised) / first)) if first else None
    return found


@pytest.mark.parametrize("partner", ["trade_ministry", "customs_service"])
def test_the_printed_score_is_that_of_register_and_findings(copied_home: Path, partner: str) -> None:
    made = entrepot(copied_home, "report", "data_quality_scorecard", "--period", QUARTER)
    assert made.returncode == 0, made.stderr
    folder = max((copied_home / "reports" / "data_quality_scorecard" / QUARTER).iterdir())
    with (folder / "tables" / "trend.csv").open(encoding="utf-8") as file:
        printed = next(row for row in csv.DictReader(file) if (row["partner"], row["quarter"]) == (partner, QUARTER))
    site = Site.at(Home(copied_home))
    submissions = site.register.submissions()
    feeds = [contract.id for contract in load_contracts().values() if contract.partner == partner]
    known = [found for feed in feeds if (found := components_of_feed(site.home, feed, submissions))]
    with (CONTRACTS_DIR / "code_lists" / "quality_weights.csv").open(encoding="utf-8") as file:
        weights = {row["code"]: Decimal(row["weight"]) for row in csv.DictReader(file)}
    values = {name: mean([value for found in known if (value := found[name]) is not None]) for name in COMPONENTS}
    for name, value in values.items():
        assert printed[name] == "[z]" if value is None else Decimal(printed[name]) == value, name
    there = {name: value for name, value in values.items() if value is not None}
    score = 100 * sum(weights[name] * value for name, value in there.items()) / sum(weights[name] for name in there)
    assert Decimal(printed["score_before_cap"]) == rounded(score, "0.1")
    rejected = sum(s.status == "rejected" and s.partner == partner and in_quarter(s) for s in submissions)
    assert int(printed["files_rejected"]) == rejected
    assert Decimal(printed["score"]) == (min(Decimal(50), rounded(score, "0.1")) if rejected else rounded(score, "0.1"))


def test_a_restricted_edition_stands_in_no_public_list(copied_home: Path) -> None:
    public = (copied_home / "reports" / "index.html").read_text("utf-8")
    restricted = (copied_home / "reports" / "restricted.html").read_text("utf-8")
    assert "data_quality_scorecard" not in public and "restricted" not in public
    assert "data_quality_scorecard/" in restricted and "restricted reports" in restricted
    page = next((copied_home / "reports" / "data_quality_scorecard").rglob("index.html")).read_text("utf-8")
    assert "../../../restricted.html" in page and "../../../index.html" not in page
