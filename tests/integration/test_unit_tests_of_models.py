"""The unit tests that stand beside the models, run by dbt against the sample's warehouse, whose columns they borrow.

`test_defect_NN_...` are the defects of the domain reference that are handled in models (docs/defects.md).
"""

import shutil

import pytest

from orchestration.harmonisation import dbt
from orchestration.settings import Home
from tests.integration.conftest import Built


@pytest.fixture(scope="module")
def results(sample_home: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dbt.NodeResult]:
    """Every unit test of the project by its name, run once on a copy of the warehouse."""
    home = Home(tmp_path_factory.mktemp("units") / "home").ensure()
    home.build_db.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(Home(sample_home.home).build_db, home.build_db)
    return {result.name: result for result in dbt.unit_tests(home)}


def test_every_unit_test_passes(results: dict[str, dbt.NodeResult]) -> None:
    assert len(results) > 25
    assert {name: result.message for name, result in results.items() if not result.passed} == {}


def passed(results: dict[str, dbt.NodeResult], *names: str) -> bool:
    return all(results[name].passed for name in names)


def test_defect_26_one_case_under_two_numbers_is_a_candidate_for_a_person(results):
    assert passed(results, "one_case_under_two_numbers_is_a_candidate_and_nothing_more")


def test_defect_30_use_beyond_the_licence_is_kept_and_indicated(results):
    assert passed(results, "use_beyond_the_licence_is_an_indicator")


def test_defect_31_usage_sent_twice_counts_once_and_contra_lines_are_netted(results):
    assert passed(results, "write_offs_sent_again_count_once", "licence_usages_keep_their_sign")


def test_defect_44_an_entry_and_its_part_on_one_line_count_once(results):
    assert passed(results, "ratings_are_spelled_as_their_list_prints_them")


def test_defect_45_faults_of_the_log_are_listed_and_the_clock_stands_still_to_the_decision(results):
    assert passed(
        results, "faults_of_a_log_are_listed", "an_answer_to_nothing_swallows_no_later_question",
        "questions_that_overlap_stop_the_clock_once",
    )  # fmt: skip


def test_defect_46_a_decision_late_in_the_evening_keeps_its_local_day(results):
    assert passed(results, "a_decision_late_in_the_evening_keeps_its_local_day")
