"""How many of the planted cases the warehouse finds, and how many of those it finds were never planted.

Here: the score by rule, against the truth beside a sample drop; `make bench` prints it. Not here: how cases are
found (dbt_project), nor any assertion. A found case is the planted one if its rule is the planted kind and it holds
records of the story from two agencies.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.table import Table

UNPLANTED_AT_MOST = 0.05
Record = tuple[str, str, str]


@dataclass(frozen=True)
class RuleScore:
    """What one rule found: how many stories of its kind there are, how many it found, and what else it found."""

    rule: str
    planted: int
    found: int
    missed: tuple[str, ...]
    unplanted: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """A planted story: the records that tell it."""

    name: str
    kind: str
    records: frozenset[Record]


def score_cases(database: Path, truth: Path) -> list[RuleScore]:
    """The score of every rule, in order of their names; `truth` is the cases.json of the sample in the database.

    Raises duckdb.Error where the warehouse has not been built as far as the marts.
    """
    stories = list(_stories(truth))
    cases: dict[tuple[str, str], set[Record]] = defaultdict(set)
    with duckdb.connect(str(database), read_only=True) as connection:
        for rule, case, *record in connection.execute(
            "select cases.rule, cases.case_id, records.partner, records.feed, records.record_ref "
            "from main.fct_cases as cases inner join main.bridge_case_records as records using (case_id)"
        ).fetchall():
            cases[rule, case].add((record[0], record[1], record[2]))
    scores = []
    for rule in sorted({story.kind for story in stories} | {rule for rule, _ in cases}):
        told = [story for story in stories if story.kind == rule]
        found, unplanted = set(), []
        for (of_rule, case), records in sorted(cases.items()):
            if of_rule == rule:
                matching = {story.name for story in told if tells(records, story)}
                found |= matching
                if not matching:
                    unplanted.append(case)
        missed = tuple(story.name for story in told if story.name not in found)
        scores.append(RuleScore(rule, len(told), len(found), missed, tuple(unplanted)))
    return scores


def tells(records: set[Record], story: Story) -> bool:
    """Whether a case with these records is the story: it holds records of it from two agencies."""
    return len({partner for partner, _, _ in records & story.records}) > 1


def unplanted_share(scores: list[RuleScore]) -> float:
    """The part of all cases found that nobody planted; 0 where none was found."""
    found, unplanted = sum(s.found for s in scores), sum(len(s.unplanted) for s in scores)
    return unplanted / (found + unplanted) if found + unplanted else 0.0


def table_of_cases(scores: list[RuleScore]) -> Table:
    """Found, planted and unplanted by rule, with the targets: every planted case, and 5 % unplanted at most."""
    table = Table("cases by rule", "planted", "found", "unplanted", "met", box=None)
    for score in scores:
        met = "no" if score.missed else "yes"
        table.add_row(score.rule, str(score.planted), str(score.found), str(len(score.unplanted)), met)
    planted, found = sum(score.planted for score in scores), sum(score.found for score in scores)
    unplanted, share = sum(len(score.unplanted) for score in scores), unplanted_share(scores)
    met = "yes" if found == planted and share <= UNPLANTED_AT_MOST else "no"
    table.add_row("all", str(planted), str(found), f"{unplanted} ({100 * share:.1f} %)", met)
    return table


def _stories(truth: Path) -> Iterator[Story]:
    for case in json.loads(truth.read_text(encoding="utf-8"))["cases"]:
        if case["is_case"]:
            records = frozenset((r["partner"], r["feed"], r["record_ref"]) for r in case["records"])
            yield Story(case["case"], case["kind"], records)
