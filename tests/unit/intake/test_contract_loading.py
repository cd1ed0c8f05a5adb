"""Contracts are loaded whole or refused with file, line and remedy."""

from pathlib import Path

import pytest

from orchestration.contracts.load import load_contract, load_contracts
from orchestration.contracts.model import glob_regex
from orchestration.contracts.plain_yaml import load
from orchestration.contracts.rules import implicit_rules
from orchestration.errors import ContractError
from tests.unit.intake.builders import contract, document, field, rule, write_contract

GOOD = """apiVersion: v3.1.0
kind: DataContract
id: partner.feed
version: 1.0.0
servers:
  - {server: landing, type: local, path: "**/feed_*.csv", format: csv}
schema:
  - name: feed
    properties:
      - name: country
        logicalType: string
        examples: [NO]
      - name: amount
        logicalType: number
    quality:
      - {type: custom, engine: entrepot, name: amount_is_small, description: Small., implementation: "amount < 10"}
customProperties:
  - {property: partner, value: partner}
  - {property: feed, value: feed}
  - {property: role, value: customs}
  - {property: country, value: NO}
  - {property: language, value: en}
  - {property: timezone, value: Europe/Oslo}
  - {property: delivery, value: periodic}
  - {property: cadence, value: monthly}
  - {property: marking, value: {level: official, tlp: GREEN}}
"""


def load_text(tmp_path: Path, text: str):
    folder = tmp_path / "partner"
    folder.mkdir(exist_ok=True)
    path = folder / "feed.odcs.yaml"
    path.write_text(text)
    return load_contract(path, tmp_path / "code_lists")


def test_norway_stays_norway(tmp_path):
    loaded = load_text(tmp_path, GOOD)
    assert loaded.country == "NO"
    assert loaded.fields[0].examples == ("NO",)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 0102", {"a": "0102"}),
        ("a: on", {"a": "on"}),
        ("a: 2024-01-01", {"a": "2024-01-01"}),
        ("a: true", {"a": True}),
        ("a: 12", {"a": 12}),
    ],
)
def test_yaml_values_mean_what_they_look_like(tmp_path, text, data):
    (tmp_path / "x.yaml").write_text(text)
    assert load(tmp_path / "x.yaml").data == data


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: &x [1]\nb: *x\n", 1, "aliases"),
        ("a: 1\nb: 2\na: 3\n", 3, "given twice"),
        ("a: !!python/object:os.system x\n", 1, "tags"),
        ("a: [1\n", 2, "not valid YAML"),
    ],
)
def test_yaml_tricks_are_refused_with_their_line(tmp_path, text, line, says):
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(ContractError, match=says) as error:
        load(tmp_path / "x.yaml")
    assert f"x.yaml:{line}: " in str(error.value)


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("version: 1.0.0", "verzion: 1.0.0", 4, "`verzion` is not a key"),
        ("logicalType: string", "logicalTyp: string", 11, "`logicalTyp` is not a key"),
        ("logicalType: string", "logicalType: text", 10, "logicalType of `country` is `text`"),
        (
            "logicalType: number",
            "logicalType: number\n        customProperties: [{property: scal, value: 2}]",
            15,
            "`scal` is not known",
        ),
        (
            "logicalType: number",
            "logicalType: number\n        logicalTypeOptions: {minimun: 2}",
            13,
            "minimun is not supported",
        ),
        (
            "logicalType: number",
            "logicalType: number\n        logicalTypeOptions: {minimum: abc}",
            13,
            "is not a number",
        ),
        (
            "logicalType: string",
            "logicalType: string\n        logicalTypeOptions: {pattern: '('}",
            10,
            "not a regular expression",
        ),
        (
            "logicalType: string",
            "logicalType: string\n        customProperties: [{property: codeList, value: nowhere}]",
            10,
            "code list `nowhere` does not exist",
        ),
        ("name: amount\n", "name: country\n", 13, "repeats the name"),
        ("name: amount\n", "name: marking\n", 13, "a field name is"),
        ('"amount < 10"', '"amount <"', 16, "not valid SQL"),
        ('"amount < 10"', '"quantity < 10"', 16, "names `quantity`, which is no field"),
        ('"amount < 10"', '"amount + 1"', 16, "must give true or false"),
        ('"amount < 10"', '"amount < random()"', 16, "changes from run to run"),
        ('"amount < 10"', '"amount < (select 1)"', 16, "a subquery"),
        ('"amount < 10"', '"amount < sum(amount) over ()"', 16, "a window function"),
        ("name: amount_is_small", "name: amount_is_a_decimal", 16, "is used twice"),
        ("value: Europe/Oslo", "value: Oslo", 23, "not in the IANA list"),
        ("value: monthly", "value: fortnightly", 25, "cadence is `fortnightly`"),
        ("tlp: GREEN", "tlp: GREENISH", 26, "marking tlp is `GREENISH`"),
        ("format: csv", "format: doc", 6, "format is `doc`"),
        ('path: "**/feed_*.csv"', 'path: "/etc/*"', 6, "relative to the landing folder"),
        ("id: partner.feed", "id: partner.other", 3, "id must be partner.feed"),
        ("  - {property: role, value: customs}\n", "", 1, "`role` is missing"),
    ],
)
def test_faults_are_named_with_file_line_and_remedy(tmp_path, before, after, line, says):
    assert before in GOOD
    with pytest.raises(ContractError) as error:
        load_text(tmp_path, GOOD.replace(before, after, 1))
    assert says in str(error.value)
    assert f"feed.odcs.yaml:{line}: " in str(error.value)


def test_formats_that_read_one_text_as_two_dates_are_refused(tmp_path):
    with pytest.raises(ContractError, match="means different dates"):
        contract(tmp_path, [field("day", "date", formats=["%d/%m/%Y", "%m/%d/%Y"])])
    contract(tmp_path, [field("day", "date", formats=["%d-%m-%Y", "%m/%d/%Y"])])


def test_a_code_list_names_its_faulty_line(tmp_path):
    content = document([field("code", codeList="codes")])
    path = write_contract(tmp_path, content, {"codes": ["A", "B", "A"]})
    with pytest.raises(ContractError, match=r"codes\.csv:4: the code `A` is listed twice"):
        load_contract(path)


def test_implicit_rules_follow_from_the_fields(tmp_path):
    found = contract(
        tmp_path,
        [
            field("ref", primaryKey=True, primaryKeyPosition=1, logicalTypeOptions={"pattern": "^A", "maxLength": 5}),
            field("amount", "number", required=True, logicalTypeOptions={"minimum": -1.5, "maximum": 9}),
            field("code", codeList="codes"),
        ],
        code_lists={"codes": ["A"]},
    )
    assert [item.name for item in implicit_rules(found)] == [
        "ref_is_present", "ref_matches_its_pattern", "ref_is_not_too_long", "amount_is_present", "amount_is_a_decimal",
        "amount_is_at_least_minus_1_5", "amount_is_at_most_9", "code_is_in_codes",
        "feed_has_no_hidden_characters", "ref_is_unique",
    ]  # fmt: skip


def test_a_file_claimed_by_two_contracts_is_an_error(tmp_path):
    for feed in ("one", "two"):
        write_contract(tmp_path, document([field("a")], feed=feed, path="**/same*.csv"))
    contracts = load_contracts(tmp_path)
    with pytest.raises(ContractError, match=r"claimed by partner/one .* and partner/two"):
        contracts.match("x/SAME.csv")
    assert contracts.match("x/other.csv") is None


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("**/a/b_*.csv", "a/b_1.CSV", True),
        ("**/a/b_*.csv", "x/y/a/b_1.csv", True),
        ("**/a/b_*.csv", "xa/b_1.csv", False),
        ("a/*.csv", "a/x/b.csv", False),
        ("a/b?.csv", "a/b1.csv", True),
        ("a/b.csv", "a/bxcsv", False),
    ],
)
def test_globs_span_folders_only_with_two_stars(pattern, path, matches):
    assert bool(glob_regex(pattern).fullmatch(path)) is matches


def test_references_must_name_a_known_field(tmp_path):
    write_contract(tmp_path, document([field("a", references="partner/other.b")]))
    with pytest.raises(ContractError, match=r"references `partner/other\.b`"):
        load_contracts(tmp_path)


def test_rules_know_the_fields_they_use(tmp_path):
    found = contract(
        tmp_path, [field("a", "date"), field("b", "date"), field("c")], rules=[rule("b_follows_a", "B >= a")]
    )
    assert found.rules[0].fields == ("a", "b")


def test_the_projects_own_contracts_load():
    contracts = load_contracts()
    assert len(contracts) >= 20
    assert list(contracts) == sorted(contracts)
