"""Scenario files: the examples are sound, and what is not is refused with its line and what was expected."""

from pathlib import Path

import pytest

from orchestration.errors import UsageError
from orchestration.scenarios.proposal import KINDS, Control, load_scenario

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples").glob("scenario_*.yaml"))
CONTROL = "title: T\ncontrol:\n  ratings: [5A002]\n  destinations: [CN]\n"
LISTED = "title: T\nlist_entry:\n  name: Somebody\n"
RULE = "title: T\nrule:\n  case_rule: undercut\n"
METHOD = "title: T\nrisk_method:\n"


def test_there_is_a_sound_example_of_each_kind() -> None:
    assert {load_scenario(path).kind for path in EXAMPLES} == set(KINDS)


def test_a_control_says_what_is_left_out() -> None:
    control = load_scenario(next(path for path in EXAMPLES if path.stem == "scenario_control")).proposal
    assert isinstance(control, Control)
    assert control.outcomes == ("granted",)
    assert control.partners == ()
    assert control.working_days == 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", r":1: expected a mapping of .*control"),
        ("title: T\n", r":1: a scenario has a title and exactly one of control, list_entry, rule, risk_method"),
        (CONTROL + "rule:\n  case_rule: undercut\n", r":1: a scenario has a title and exactly one of"),
        (CONTROL.replace("title: T\n", ""), "title is missing"),
        (CONTROL + "  shoe_size: 3\n", r":5: `shoe_size` is not known here; known are destinations"),
        (CONTROL.replace("5A002", "5A"), r":3: `5A` is not a rating in printed form"),
        (CONTROL.replace("CN", "QQ"), r":4: `QQ` is not a code of code_lists/countries\.csv"),
        (CONTROL.replace("[CN]", "CN"), r":4: expected a list"),
        (CONTROL.replace("[CN]", "[]"), r":4: the list is empty"),
        (CONTROL + "  partners: [nobody]\n", r":5: `nobody` is not a code of code_lists/partners\.csv"),
        (CONTROL + "  outcomes: [lost]\n", r":5: `lost` is not a code of code_lists/licence_outcomes\.csv"),
        (CONTROL + "  from: 1 May\n", r":5: `1 May` is not a day; write it as 2026-03-31"),
        (CONTROL + "  from: 2015-02-01\n  to: 2015-01-01\n", r":6: the scenario ends on 2015-01-01, before it begins"),
        (CONTROL + "  working_days: -3\n", r":5: `-3` is not a whole number from 0 to 1000"),
        (CONTROL + "  least_value_eur: much\n", r":5: `much` is not an amount"),
        (CONTROL + "  least_quantity: 3\n", "least_quantity and unit go together"),
        (LISTED + "  kind: ghost\n", r":4: `ghost` is no kind of party"),
        (LISTED + "  aliases: [7]\n", "expected a text; found `7`"),
        (RULE, "a changed rule says is_active, window_days, or both"),
        (RULE.replace("undercut", "hunch") + "  is_active: true\n", r":3: `hunch` is no case rule; those are undercut"),
        (RULE + "  is_active: perhaps\n", r":4: is_active is `perhaps`; expected true or false"),
        (RULE + "  window_days: 0\n", r":4: `0` is not a whole number from 1 to"),
        (METHOD + "  points: {shoe_size: 3}\n", "`shoe_size` is not known here"),
        (METHOD + "  points: {party_listed: 300}\n", "`300` is not a whole number from 0 to 100"),
        (METHOD + "  band_limits: [0, 10, 5, 20, 30]\n", "band_limits are 5 rising numbers of points"),
        ("title: [T\n", "this is not valid YAML"),
    ],
)
def test_an_unsound_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as refused:
        load_scenario(path)
    assert "mine.yaml" in str(refused.value)


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a file"):
        load_scenario(tmp_path / "none.yaml")
