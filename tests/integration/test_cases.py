"""Cases of the sample: the planted ones are found and no others, each reader is told what his release holds, and what
people say of a case is kept.
"""

import json
from pathlib import Path

import pytest

from orchestration.releases.policy import load_policy, visible
from orchestration.releases.query import run_query
from orchestration.settings import Home
from tests.benchmarks.cases import UNPLANTED_AT_MOST, RuleScore, score_cases, unplanted_share
from tests.integration.conftest import Built, entrepot
from tests.integration.judged_home import AGENCY, Judged, answer, cases_of, judged_once


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> list[RuleScore]:
    """The score of each rule on the sample at its usual size."""
    home = tmp_path_factory.mktemp("planted") / "home"
    made = entrepot(home, "sample", "--out", str(home / "landing"), "--seed", "42", "--scale", "1")
    assert made.returncode == 0, made.stderr
    ran = entrepot(home, "run", "--until", "warehouse")
    assert (home / "warehouse" / "build.duckdb").exists(), ran.stderr
    return score_cases(Home(home).build_db, home / "landing" / "_truth" / "cases.json")


def test_every_planted_case_is_found(scores: list[RuleScore]) -> None:
    assert {score.rule: score.missed for score in scores if score.missed} == {}
    assert sum(score.planted for score in scores) >= 40


def test_hardly_any_case_is_found_that_nobody_planted(scores: list[RuleScore]) -> None:
    assert unplanted_share(scores) <= UNPLANTED_AT_MOST


def ask(home: Path, reader: str, sql: str) -> list[tuple]:
    return run_query(Home(home), reader, sql).rows


def test_a_reader_sees_a_case_only_by_records_of_two_agencies_that_he_may_see(sample_home: Built) -> None:
    told = 0
    for name, recipient in load_policy().recipients.items():
        cases = {case for (case,) in ask(sample_home.home, name, "select case_id from fct_cases")}
        records = ask(
            sample_home.home, name, "select case_id, partner, marking from bridge_case_records where is_evidence"
        )
        agencies: dict[str, set[str]] = {}
        for case, partner, marking in records:
            assert visible(marking, recipient, partner), (name, case, partner)
            agencies.setdefault(case, set()).add(partner)
        assert set(agencies) == cases, name
        assert all(len(partners) > 1 for partners in agencies.values()), name
        told += bool(cases)
    assert told > 3


def test_cases_keep_their_number_whoever_reads_them(sample_home: Built) -> None:
    everything = dict(ask(sample_home.home, "operator", "select case_id, rule || partner || record_ref from fct_cases"))
    for name in load_policy().recipients:
        mine = dict(ask(sample_home.home, name, "select case_id, rule || partner || record_ref from fct_cases"))
        assert mine.items() <= everything.items(), name


def test_a_case_is_listed_shown_acknowledged_and_disposed_of(copied_home: Path) -> None:
    mine = [case for case in cases_of(copied_home) if case["concerns_reader"]]
    assert mine
    assert all(AGENCY in case["agencies"] and not case["is_acknowledged"] for case in mine)
    case = mine[0]["case_id"]

    shown = entrepot(copied_home, "cases", "show", case, "--as", AGENCY)
    assert mine[0]["why"] in shown.stdout
    assert f"This is what the release of {AGENCY} holds." in shown.stdout
    seen = json.loads(entrepot(copied_home, "cases", "show", case, "--as", AGENCY, "--json").stdout)
    assert [record["happened_on"] for record in seen["records"]] == sorted(r["happened_on"] for r in seen["records"])
    assert all(record["says"] for record in seen["records"])

    answer(copied_home, case)
    now = {c["case_id"]: c for c in cases_of(copied_home)}
    assert (now[case]["is_acknowledged"], now[case]["status"]) == (True, "under_review"), (
        "told at once to those who said"
    )


@pytest.fixture(scope="module")
def judged(sample_home: Built, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judged_once(sample_home, tmp_path_factory)


def test_after_the_next_run_those_who_may_know_are_told_what_was_said_of_a_case(judged: Judged) -> None:
    home, case = judged.home, judged.case
    told = (
        "select is_acknowledged, acknowledged_by, note from fct_referrals "
        f"where case_id = '{case}' and agency = '{AGENCY}'"
    )
    for reader in (AGENCY, "operator"):
        assert ask(home, reader, told) == [(True, "A. Watch", "With us.")], reader
        assert ask(home, reader, f"select status from fct_cases where case_id = '{case}'") == [("under_review",)]
    for reader in set(load_policy().recipients) - {AGENCY, "operator"}:
        assert all(not row[0] for row in ask(home, reader, told)), f"{reader} was told what {AGENCY} keeps to itself"


def test_nobody_learns_of_a_case_by_asking_for_it(sample_home: Built) -> None:
    everything = {case for (case,) in ask(sample_home.home, "operator", "select case_id from fct_cases")}
    mine = {case for (case,) in ask(sample_home.home, "central_bank", "select case_id from fct_cases")}
    hidden = min(everything - mine)
    answers = {}
    for case in (hidden, "C000000000000000"):
        for command in (
            ("show", case, "--as", "central_bank"),
            ("acknowledge", case, "--as", "central_bank", "--by", "N. N."),
            ("status", case, "concluded", "--as", "central_bank", "--by", "N. N.", "--reason", "Curious."),
        ):
            answer = entrepot(sample_home.home, "cases", *command)
            assert answer.returncode == 2
            answers.setdefault(command[0], set()).add(answer.stderr.replace(case, "CASE"))
    assert all(len(texts) == 1 for texts in answers.values()), answers


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "Cx"), "The release of operator holds no case Cx."),
        (("list", "--as", "nobody"), "No recipient is called `nobody`."),
        (("status", "Cx", "solved", "--by", "N.", "--reason", "R."), "`solved` is no status of a case"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_told_in_a_sentence(
    sample_home: Built, arguments: tuple[str, ...], told: str
) -> None:
    answer = entrepot(sample_home.home, "cases", *arguments)
    assert answer.returncode == 2
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_rules_tell_what_they_yield(sample_home: Built) -> None:
    rules = json.loads(entrepot(sample_home.home, "cases", "rules", "--json").stdout)
    counted = dict(ask(sample_home.home, "operator", "select rule, count(*) from fct_cases group by rule"))
    assert {rule["rule"]: rule["cases"] for rule in rules} == {
        rule["rule"]: counted.get(rule["rule"], 0) for rule in rules
    }
    for rule in rules:
        if rule["cases"]:
            assert float(rule["yield_share"]) == pytest.approx(rule["acted_upon_cases"] / rule["cases"], abs=0.0006)
        else:
            assert rule["yield_share"] is None
