"""Who may see what: a truth table, a second opinion on random cases, and what is not understood stays
closed."""

import json
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.errors import ContractError, UsageError
from orchestration.releases import policy as module
from orchestration.releases.policy import AUDIENCES, LEVELS, Marking, Recipient, combine, load_policy, visible
from tests.security import oracle
from tests.security.world import marking

NAMES = ["customs_service", "foreign_ministry", "stranger"]
PURPOSES = ["licensing", "enforcement"]


def who(name="customs_service", clearance="restricted", purposes=("enforcement",), enrolled=True) -> Recipient:
    return Recipient(name, clearance, None if purposes is None else frozenset(purposes), enrolled)


@pytest.mark.parametrize(
    ("marked", "recipient", "expected"),
    [
        ({}, who(), True),
        ({"level": "restricted"}, who(), True),
        ({"level": "secret"}, who(), False),
        ({"tlp": "CLEAR"}, who(enrolled=False), True),
        ({"tlp": "GREEN"}, who(enrolled=False), False),
        ({"tlp": "AMBER", "release_to": ["customs_service"]}, who(), True),
        ({"tlp": "AMBER", "release_to": ["customs_service"]}, who(enrolled=False), False),
        ({"tlp": "AMBER", "release_to": ["foreign_ministry"]}, who(), False),
        ({"tlp": "AMBER", "release_to": []}, who(), False),
        ({"tlp": "AMBER", "release_to": None}, who(), True),
        ({"tlp": "AMBER+STRICT", "release_to": ["customs_service"]}, who(), False),
        ({"tlp": "RED", "release_to": ["customs_service"]}, who(clearance="secret"), False),
        ({"exclude": ["customs_service"]}, who(), False),
        ({"exclude": ["foreign_ministry"]}, who(), True),
        ({"tlp": "CLEAR", "exclude": ["customs_service"]}, who(), False),
        ({"purposes": ["enforcement", "licensing"]}, who(), True),
        ({"purposes": ["licensing"]}, who(), False),
        ({"purposes": []}, who(), False),
        ({"purposes": []}, who(purposes=None), False),
        ({"purposes": ["licensing"]}, who(purposes=None), True),
        ({"purposes": ["licensing"]}, who(purposes=()), False),
        ({"purposes": None}, who(purposes=()), True),
        ({"level": "secret", "tlp": "RED", "purposes": []}, who("intelligence_service", "public"), True),
    ],
)
def test_truth_table(marked, recipient, expected):
    assert visible(marking("intelligence_service", **marked), recipient, "intelligence_service") is expected


def test_an_unknown_recipient_sees_nothing_and_the_operator_everything():
    policy = load_policy()
    assert not visible(marking("customs_service", tlp="CLEAR", level="public"), None, "customs_service")
    assert visible(None, policy.recipient("operator"), "customs_service")
    with pytest.raises(UsageError, match="No recipient is called `nobody`"):
        policy.recipient("nobody")


GOOD = json.loads(marking("trade_ministry"))


@pytest.mark.parametrize(
    "text",
    [
        None, "", "null", "[]", "{}", "public", '"CLEAR"',
        json.dumps({**GOOD, "level": "PUBLIC"}),
        json.dumps({**GOOD, "level": None}),
        json.dumps({**GOOD, "tlp": "WHITE"}),
        json.dumps({**GOOD, "tlp": "AMBER + STRICT"}),
        json.dumps({**GOOD, "tlp": ["GREEN"]}),
        json.dumps({**GOOD, "caveat": "EYES ONLY"}),
        json.dumps({name: value for name, value in GOOD.items() if name != "exclude"}),
        json.dumps({name: value for name, value in GOOD.items() if name != "purposes"}),
        json.dumps({**GOOD, "exclude": None}),
        json.dumps({**GOOD, "release_to": "customs_service"}),
        json.dumps({**GOOD, "release_to": [1]}),
        json.dumps({**GOOD, "purposes": {"enforcement": 1}}),
        json.dumps({**GOOD, "originator": "foreign_ministry"}),
        json.dumps({**GOOD, "originator": None}),
        marking("trade_ministry")[:-1],
        marking("trade_ministry").replace('"level"', '"level":"secret","level"'),
        "[" * 100_000,
    ],
)  # fmt: skip
def test_a_marking_that_is_missing_or_not_understood_leaves_the_row_with_its_originator(text):
    assert not visible(text, who(clearance="secret", purposes=None), "trade_ministry")
    assert visible(text, who("trade_ministry"), "trade_ministry")


recipients = st.builds(
    lambda name, clearance, purposes, enrolled: who(name, clearance, purposes, enrolled),
    st.sampled_from(NAMES),
    st.sampled_from(LEVELS),
    st.none() | st.lists(st.sampled_from(PURPOSES), unique=True),
    st.booleans(),
)
markings = st.fixed_dictionaries(
    {
        "originator": st.sampled_from([*NAMES, "intelligence_service"]),
        "level": st.sampled_from(LEVELS),
        "tlp": st.sampled_from(AUDIENCES),
        "release_to": st.none() | st.lists(st.sampled_from(NAMES), unique=True),
        "exclude": st.lists(st.sampled_from(NAMES), unique=True, max_size=1),
        "purposes": st.none() | st.lists(st.sampled_from(PURPOSES), unique=True),
    }
)


def as_dict(recipient: Recipient) -> dict:
    purposes = None if recipient.purposes is None else sorted(recipient.purposes)
    return {
        "name": recipient.name, "clearance": recipient.clearance, "purposes": purposes,
        "enrolled": recipient.enrolled,
    }  # fmt: skip


@settings(max_examples=2000, deadline=None)
@given(markings, recipients, st.sampled_from([*NAMES, "intelligence_service"]))
def test_visibility_agrees_with_the_oracle(row, recipient, partner):
    expected = not oracle.objections(row, partner, as_dict(recipient))
    assert visible(json.dumps(row), recipient, partner) is expected


@settings(max_examples=500, deadline=None)
@given(st.lists(markings, min_size=1, max_size=4), recipients)
def test_a_derived_row_is_visible_only_if_every_input_is(rows, recipient):
    inputs = [Marking.parse(json.dumps(row)) for row in rows]
    together = combine(inputs)
    if recipient.name != together.originator and visible(together.text(), recipient, together.originator or "?"):
        for row in rows:
            assert not oracle.objections(row, row["originator"], as_dict(recipient))
    assert combine(reversed(inputs)) == together


@settings(max_examples=500, deadline=None)
@given(markings, recipients, st.data())
def test_tightening_a_marking_never_shows_a_row(row, recipient, data):
    tighter = dict(row)
    tighter["level"] = data.draw(st.sampled_from(LEVELS[LEVELS.index(row["level"]) :]))
    tighter["tlp"] = data.draw(st.sampled_from(AUDIENCES[AUDIENCES.index(row["tlp"]) :]))
    tighter["exclude"] = sorted({*row["exclude"], *data.draw(st.lists(st.sampled_from(NAMES), max_size=2))})
    for name, universe in (("release_to", NAMES), ("purposes", PURPOSES)):
        allowed = universe if row[name] is None else row[name]
        if row[name] is not None or data.draw(st.booleans()):
            tighter[name] = data.draw(st.lists(st.sampled_from(allowed), unique=True)) if allowed else []
    partner = row["originator"]
    if not visible(json.dumps(row), recipient, partner):
        assert not visible(json.dumps(tighter), recipient, partner)


def test_markings_combine_to_the_narrowest():
    one = Marking("a", "official", "AMBER", frozenset("xy"), frozenset("p"), None)
    other = Marking("b", "restricted", "GREEN", None, frozenset("q"), frozenset(["m", "n"]))
    assert combine([one, other]) == Marking(
        None, "restricted", "AMBER", frozenset("xy"), frozenset("pq"), frozenset(["m", "n"])
    )
    assert combine([one, one]) == one
    assert combine([one, Marking("a", "public", "RED", frozenset("yz"))]).release_to == frozenset("y")
    with pytest.raises(ValueError, match="no marking"):
        combine([])


def test_a_marking_has_one_text():
    text = '{"originator":"a","level":"public","tlp":"CLEAR","release_to":["x","y"],"exclude":[],"purposes":null}'
    assert Marking.parse(text).text() == text
    assert Marking.parse(text.replace('["x","y"]', '["y", "x", "y"]')).text() == text


# Seeded faults: each must be caught by the same random cases that the property above draws.

MUTANTS = {
    "level < for <=": ("> LEVELS.index(recipient.clearance)", ">= LEVELS.index(recipient.clearance)"),
    "level reversed": ("LEVELS.index(marking.level) >", "LEVELS.index(marking.level) <"),
    "level ignored": ("if LEVELS.index(marking.level)", "if False and LEVELS.index(marking.level)"),
    "levels in wrong order": ('"official", "restricted"', '"restricted", "official"'),
    "STRICT as AMBER": ('elif marking.tlp == "AMBER":', 'elif marking.tlp.startswith("AMBER"):'),
    "RED as GREEN": ('elif marking.tlp == "GREEN":', 'elif marking.tlp in ("GREEN", "RED"):'),
    "AMBER as GREEN": ('elif marking.tlp == "GREEN":', 'elif marking.tlp in ("GREEN", "AMBER"):'),
    "anything not CLEAR is GREEN": ("        audience = False\n", "        audience = recipient.enrolled\n"),
    "GREEN for all": ("audience = recipient.enrolled\n", "audience = True\n"),
    "CLEAR only for enrolled": ("audience = True\n", "audience = recipient.enrolled\n"),
    "AMBER without enrolment": ("audience = recipient.enrolled and (", "audience = ("),
    "AMBER null is nobody": (
        "marking.release_to is None or recipient",
        "marking.release_to is not None and recipient",
    ),
    "AMBER empty is any": ("marking.release_to is None or", "not marking.release_to or"),
    "release_to inverted": (
        "recipient.name in marking.release_to",
        "recipient.name not in marking.release_to",
    ),
    "exclude ignored": ("or recipient.name in marking.exclude", ""),
    "exclude inverted": ("recipient.name in marking.exclude", "recipient.name not in marking.exclude"),
    "audience ignored": ("if not audience or", "if"),
    "audience and exclude": ("if not audience or recipient", "if not audience and recipient"),
    "purposes ignored": ("return bool(marking.purposes & recipient.purposes)", "return True"),
    "purposes union": ("marking.purposes & recipient.purposes", "marking.purposes | recipient.purposes"),
    "purposes must all meet": (
        "bool(marking.purposes & recipient.purposes)",
        "marking.purposes <= recipient.purposes",
    ),
    "purposes null is nobody": (
        "    if marking.purposes is None:\n        return True",
        "    if marking.purposes is None:\n        return False",
    ),
    "purposes empty is any": ("if marking.purposes is None:", "if not marking.purposes:"),
    "any purpose meets none": ("return bool(marking.purposes)\n", "return True\n"),
    "holder of any purpose meets nothing": ("return bool(marking.purposes)\n", "return False\n"),
    "null read as empty": (
        "return None if given is None else frozenset(given)",
        "return frozenset(given or ())",
    ),
    "empty read as null": (
        "return None if given is None else frozenset(given)",
        "return frozenset(given) if given else None",
    ),
    "originator not privileged": ("or recipient.name == partner", ""),
    "originator by marking": ("if parsed is None or parsed.originator != partner", "if parsed is None"),
    "missing marking is public": (
        "if parsed is None or parsed.originator != partner:\n        return False",
        "if parsed is None:\n        return True\n    if parsed.originator != partner:\n        return False",
    ),
    "unknown recipient sees CLEAR": (
        "if recipient is None:\n        return False",
        'if recipient is None:\n        return "CLEAR" in (marking or "")',
    ),
    "unknown key tolerated": ("set(given) != set(_KEYS)", "not set(_KEYS) <= set(given)"),
    "exclude null is none": ('value is None and name != "exclude"', "value is None"),
}


def random_cases(count: int):
    """Well-formed markings at random, and a few that are not, each with a recipient and a partner."""
    dice = random.Random(2026)

    def some(universe):
        return dice.choice([None, [], universe[:1], universe[1:2], universe])

    for number in range(count):
        row = {
            "originator": dice.choice([*NAMES, "intelligence_service"]),
            "level": dice.choice(LEVELS), "tlp": dice.choice(AUDIENCES), "release_to": some(NAMES),
            "exclude": dice.choice([[], [], NAMES[:1]]), "purposes": some(PURPOSES),
        }  # fmt: skip
        partner = row["originator"] if dice.random() < 0.9 else dice.choice(NAMES)
        recipient = who(dice.choice(NAMES), dice.choice(LEVELS), some(PURPOSES), dice.random() < 0.7)
        if number % 50 == 0:
            spoilt = dice.choice([None, {**row, "caveat": "x"}, {**row, "exclude": None}, {**row, "level": "low"}])
            yield (json.dumps(spoilt) if spoilt else None), None, partner, recipient
        elif number % 50 == 1:
            yield json.dumps(row), row, partner, None
        else:
            yield json.dumps(row), row, partner, recipient


def disagrees(candidate, count: int) -> bool:
    """Whether the module's verdict differs from the oracle's on any of the cases; a crash is a difference."""
    for text, row, partner, recipient in random_cases(count):
        expected = not oracle.objections(row, partner, recipient and as_dict(recipient))
        mine = recipient and candidate.Recipient(
            recipient.name, recipient.clearance, recipient.purposes, recipient.enrolled
        )
        try:
            if candidate.visible(text, mine, partner) is not expected:
                return True
        except (TypeError, KeyError, AttributeError):
            return True
    return False


def test_the_policy_has_no_disagreement_on_the_cases_that_catch_the_mutants():
    assert not disagrees(module, 3000)


@pytest.mark.parametrize("name", MUTANTS)
def test_seeded_faults_are_caught(name):
    old, new = MUTANTS[name]
    source = Path(module.__file__).read_text()
    assert source.count(old) >= 1, "the fault no longer fits the code: seed it anew"
    mutant = type(module)(f"policy_{abs(hash(name))}")
    sys.modules[mutant.__name__] = mutant
    try:
        exec(compile(source.replace(old, new), "mutant", "exec"), mutant.__dict__)  # noqa: S102
        assert disagrees(mutant, 3000)
    finally:
        del sys.modules[mutant.__name__]


# The file

POLICY = """
version: 1
recipients:
  operator: {sees_everything: true}
  customs_service: {clearance: official, purposes: [enforcement], enrolled: true}
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("clearance: official", "clearance: top"), "clearance of `customs_service` must be one of"),
        (("clearance: official, ", ""), "clearance of `customs_service`"),
        (("enrolled: true", "enrolled: yes"), "enrolled of `customs_service` must be true or false"),
        (("enrolled: true", "enroled: true"), "has something else"),
        (("enrolled: true", "sees_everything: true"), "sees_everything is for `operator` alone"),
        (
            ("purposes: [enforcement]", "purposes: enforcement"),
            "purposes of `customs_service` must be a list",
        ),
        (("operator:", "operators:"), "sees_everything is for `operator` alone"),
        (("  operator: {sees_everything: true}\n", ""), "the recipient `operator` is missing"),
        (("version: 1", "version: 2"), "version: 1"),
        (("version: 1", "version: 1\nrules: {}"), "nothing else"),
    ],
)
def test_a_policy_that_is_not_understood_is_refused_with_its_line(tmp_path, change, message):
    path = tmp_path / "sharing_policy.yaml"
    path.write_text(POLICY.replace(*change))
    with pytest.raises(ContractError, match=r"sharing_policy\.yaml:\d+") as caught:
        load_policy(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("{others: hide}", "not `hide`"),
        ("{customs_service: token}", "and to `others`"),
        ("{stranger: show, others: show}", "`stranger` is no recipient"),
        ("{others: null}", "not `None`"),
    ],
)
def test_field_rules_are_checked(tmp_path, rules, message):
    path = tmp_path / "sharing_policy.yaml"
    path.write_text(POLICY + f"fields:\n  a/b:\n    c: {rules}\n")
    with pytest.raises(ContractError, match=message):
        load_policy(path)


def test_who_is_left_out_gets_the_safe_default(tmp_path):
    path = tmp_path / "sharing_policy.yaml"
    path.write_text(POLICY.replace("purposes: [enforcement], enrolled: true", ""))
    recipient = load_policy(path).recipient("customs_service")
    assert not recipient.enrolled
    assert recipient.purposes == frozenset()


def test_every_sample_partner_is_a_recipient():
    names = set(load_policy().recipients)
    assert names == {
        "operator", "trade_ministry", "customs_service", "prosecution_service", "intelligence_service",
        "foreign_ministry", "allied_licensing_authority", "central_bank",
    }  # fmt: skip
