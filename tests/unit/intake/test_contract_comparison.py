"""Two versions of a contract: what breaks, for whom, and whether the version number says so."""

import dataclasses
import json
import subprocess
import sys
from decimal import Decimal

import pytest

from orchestration.contracts.comparison import Change, compare
from orchestration.contracts.load import load_contract, load_contracts
from orchestration.contracts.model import Contract, Field, FileRule, Migration, ReaderOptions
from tests.unit.intake.builders import document, field, rule, write_contract

FIELDS = [
    field("ref", physicalName="Ref", primaryKey=True),
    field("amount", "number", physicalName="Amount", logicalTypeOptions={"minimum": 0, "maximum": 100}),
    field("unit", physicalName="Unit", codeList="units", repairs=["trim"], nullValues=["-"]),
    field("day", "date", physicalName="Day", formats=["%d.%m.%Y"]),
    field("note", physicalName="Note", logicalTypeOptions={"maxLength": 20}),
]
RULES = [rule("amount_is_small", "amount < 10"), rule("day_is_new", "day > date '2000-01-01'", "warning")]
LISTS = {"units": ["KGM", "NAR"], "others": ["KGM", "LTR"]}


def versions(tmp_path, change, version="2.0.0"):
    """The contract as it was and as `change` (of the document) makes it."""
    old = write_contract(tmp_path / "old", document(FIELDS, rules=RULES, reader={"delimiter": ";"}), LISTS)
    content = json.loads(old.read_text(encoding="utf-8"))
    content["version"] = version
    lists = change(content)
    lists = lists if isinstance(lists, dict) and "units" in lists else LISTS
    return load_contract(old), load_contract(write_contract(tmp_path / "new", content, lists))


def column(content, name):
    return next(item for item in content["schema"][0]["properties"] if item["name"] == name)


def custom(entry, name, value):
    kept = [item for item in entry.get("customProperties", []) if item["property"] != name]
    entry["customProperties"] = [*kept, *([] if value is None else [{"property": name, "value": value}])]


def properties(content):
    return content["schema"][0]["properties"]


def quality(content):
    return content["schema"][0]["quality"]


CHANGES = [
    # what is done to the contract, the sentence, for whom it breaks something
    (lambda c: properties(c).remove(column(c, "note")), "The column `Note` (note) was removed.", "sender readers"),
    (
        lambda c: [properties(c).remove(column(c, "note")), custom(c, "ignoredColumns", ["Note"])],
        "The column `Note` (note) was removed; it may still stand in the file.",
        "readers",
    ),
    (
        lambda c: column(c, "note").update(physicalName="Remark"),
        "The column `Note` (note) is now called `Remark`.",
        "sender",
    ),
    (
        lambda c: column(c, "note").update(name="remark"),
        "The field of the column `Note` was called `note` and is called `remark`.",
        "readers",
    ),
    (
        lambda c: properties(c).append(field("more", required=True)),
        "The column `more` (more) was added and must be filled in.",
        "sender",
    ),
    (
        lambda c: properties(c).append(field("more")),
        "The column `more` (more) was added; it may be empty.",
        "sender",
    ),
    (lambda c: column(c, "note").update(required=True), "The column `Note` must be filled in.", "sender"),
    (lambda c: column(c, "ref").update(required=False), "The column `Ref` may be empty.", ""),
    (
        lambda c: column(c, "note").update(logicalType="integer", logicalTypeOptions={}),
        "The column `Note` was of the type string and is of the type integer.",
        "sender readers",
    ),
    (
        lambda c: [column(c, "amount").update(logicalType="string", logicalTypeOptions={}), quality(c).clear()],
        "The column `Amount` was of the type decimal and is of the type string.",
        "readers",
    ),
    (
        lambda c: custom(column(c, "amount"), "scale", 1),
        "The column `Amount` had the type DECIMAL(18,2) and has the type DECIMAL(18,1).",
        "sender readers",
    ),
    (
        lambda c: custom(column(c, "amount"), "precision", 20),
        "The column `Amount` had the type DECIMAL(18,2) and has the type DECIMAL(20,2).",
        "readers",
    ),
    (
        lambda c: column(c, "amount")["logicalTypeOptions"].update(minimum=1),
        "The column `Amount` must have at least 1; it was at least 0.",
        "sender",
    ),
    (
        lambda c: column(c, "amount")["logicalTypeOptions"].update(minimum=-1),
        "The column `Amount` must have at least -1; it was at least 0.",
        "",
    ),
    (
        lambda c: column(c, "amount")["logicalTypeOptions"].update(maximum=99.5),
        "The column `Amount` must have at most 99.5; it was at most 100.",
        "sender",
    ),
    (
        lambda c: column(c, "amount")["logicalTypeOptions"].pop("maximum"),
        "The column `Amount` has no bound any more; it had at most 100.",
        "",
    ),
    (
        lambda c: column(c, "note")["logicalTypeOptions"].update(maxLength=19),
        "The column `Note` must have at most 19 characters; it was at most 20 characters.",
        "sender",
    ),
    (
        lambda c: column(c, "note")["logicalTypeOptions"].update(pattern="^A"),
        "The column `Note` must have the form ^A.",
        "sender",
    ),
    (
        lambda c: {**LISTS, "units": ["NAR", "LTR"]},
        "The codes `KGM` are gone from units, the list of the column `Unit`.",
        "sender",
    ),
    (
        lambda c: {**LISTS, "units": ["KGM", "NAR", "LTR"]},
        "The codes `LTR` were added to units, the list of the column `Unit`.",
        "",
    ),
    (
        lambda c: custom(column(c, "unit"), "codeList", "others"),
        "The codes `NAR` are gone from others, the list of the column `Unit`.",
        "sender",
    ),
    (
        lambda c: custom(column(c, "unit"), "codeList", None),
        "The column `Unit` is free text; it was a code of units.",
        "",
    ),
    (
        lambda c: custom(column(c, "note"), "codeList", "units"),
        "The column `Note` must be a code of units.",
        "sender",
    ),
    (
        lambda c: custom(column(c, "unit"), "repairs", ["upper"]),
        "The column `Unit` is no longer repaired (trim).",
        "sender",
    ),
    (lambda c: custom(column(c, "note"), "repairs", ["upper"]), "The column `Note` is repaired (upper).", ""),
    (
        lambda c: custom(column(c, "unit"), "nullValues", None),
        "The column `Unit`: `-` no longer means empty.",
        "sender",
    ),
    (lambda c: custom(column(c, "note"), "nullValues", ["-"]), "The column `Note`: `-` means empty.", "readers"),
    (
        lambda c: custom(column(c, "day"), "formats", ["%Y-%m-%d"]),
        "The column `Day`: the date form `%d.%m.%Y` is no longer taken.",
        "sender",
    ),
    (
        lambda c: custom(column(c, "day"), "formats", ["%d.%m.%Y", "%Y-%m-%d"]),
        "The column `Day`: the date form `%Y-%m-%d` is taken too.",
        "",
    ),
    (
        lambda c: column(c, "day").update(description="a"),
        "The column `Day` is explained in other words (description).",
        "words",
    ),
    (
        lambda c: column(c, "day").update(primaryKey=True, primaryKeyPosition=2),
        "The key was `ref` and is `ref`, `day`.",
        "sender readers",
    ),
    (lambda c: custom(c, "delivery", "snapshot"), "The delivery was periodic and is snapshot.", "sender readers"),
    (lambda c: custom(c, "cadence", "monthly"), "The feed was due quarterly and is due monthly.", "sender"),
    (lambda c: custom(c, "cadence", "yearly"), "The feed was due quarterly and is due yearly.", ""),
    (lambda c: custom(c, "reader", {"delimiter": ","}), "The delimiter was `;` and is `,`.", "sender"),
    (
        lambda c: custom(c, "reader", {"delimiter": ";", "encoding": "cp1252"}),
        "The encoding was `utf-8` and is `cp1252`.",
        "sender",
    ),
    (lambda c: custom(c, "timezone", "Europe/Oslo"), "The clock was `UTC` and is `Europe/Oslo`.", "sender readers"),
    (lambda c: c["servers"][0].update(format="tsv"), "The format was `csv` and is `tsv`.", "sender"),
    (lambda c: c["servers"][0].update(path="**/other*"), "Files named `**/feed*` are no longer taken.", "sender"),
    (
        lambda c: custom(c, "marking", {"level": "public", "tlp": "GREEN"}),
        "The level of the marking was official and is public.",
        "sender",
    ),
    (
        lambda c: custom(c, "marking", {"level": "official", "tlp": "RED"}),
        "The tlp of the marking was GREEN and is RED.",
        "readers",
    ),
    (
        lambda c: custom(c, "marking", {"level": "official", "tlp": "GREEN", "releaseTo": ["customs"]}),
        "Rows were released to: any; now: customs.",
        "readers",
    ),
    (
        lambda c: custom(c, "marking", {"level": "official", "tlp": "GREEN", "exclude": ["customs"]}),
        "Rows were kept from: nobody; now: customs.",
        "readers",
    ),
    (lambda c: custom(c, "markingFields", {"level": "note"}), "The marking fields changed.", "sender"),
    (lambda c: c.update(description={"purpose": "a"}), "The purpose is told in other words.", "words"),
    (lambda c: quality(c).pop(0), "The rule `amount_is_small` was removed.", ""),
    (
        lambda c: quality(c).append(rule("note_is_short", "length(note) < 5")),
        "The rule `note_is_short` was added: note is short",
        "sender",
    ),
    (
        lambda c: quality(c).append(rule("note_is_short", "length(note) < 5", "warning")),
        "The rule `note_is_short` was added as a warning: note is short",
        "",
    ),
    (
        lambda c: quality(c)[0].update(severity="warning"),
        "The rule `amount_is_small` was of severity error and is of severity warning.",
        "",
    ),
    (
        lambda c: quality(c)[1].update(severity="error"),
        "The rule `day_is_new` was of severity warning and is of severity error.",
        "sender",
    ),
    (
        lambda c: quality(c)[0].update(implementation="amount < 5"),
        "The rule `amount_is_small` has another condition: amount < 5",
        "sender",
    ),
    (
        lambda c: quality(c)[0].update(description="a"),
        "The rule `amount_is_small` is explained in other words.",
        "words",
    ),
]


@pytest.mark.parametrize(("change", "told", "breaks"), CHANGES, ids=[item[1] for item in CHANGES])
def test_a_change_is_told_with_those_for_whom_it_breaks_something(tmp_path, change, told, breaks):
    found = compare(*versions(tmp_path, change))
    changes = {item.told: item for item in found.changes}
    assert told in changes, list(changes)
    assert changes[told].breaks == tuple(breaks.replace("words", "").split())
    assert changes[told].words_only is (breaks == "words")
    for who in ("sender", "readers"):
        assert who not in changes[told].breaks or getattr(changes[told], who)
    others = {item.told for item in found.changes if item.told != told and item.breaks}
    entailed = {"The column `Day` must be filled in."} if "key" in told else set()
    if "snapshot" in told:
        entailed = {item for item in others if "`list_does_not_shrink_suddenly` was added" in item}
    assert others == entailed


def test_blanks_in_a_condition_change_nothing(tmp_path):
    found = compare(*versions(tmp_path, lambda c: quality(c)[0].update(implementation="amount  <\n 10")))
    assert found.changes == ()


def test_one_more_sign_between_thousands_breaks_nothing(tmp_path):
    signs = [field("n", "integer", physicalName="N")]
    old = load_contract(write_contract(tmp_path / "old", document(signs)))
    new = load_contract(write_contract(tmp_path / "new", document(signs, reader={"grouping": ["'"]})))
    found = compare(old, new)
    assert [item.told for item in found.changes] == ["The sign between thousands may also be `'`."]
    assert found.breaking == ()


def test_a_contract_compared_with_itself_has_not_changed():
    for contract in load_contracts().values():
        found = compare(contract, contract)
        assert (found.changes, found.version_fault) == ((), "")


OTHER = {
    bool: lambda value: not value, int: lambda value: value + 1, str: lambda value: f"{value}x",
    Decimal: lambda value: value + 1,
}  # fmt: skip


def altered(value, name):
    """Another value of the same kind."""
    if name in ("minimum", "maximum"):
        return "7"
    if name == "max_length":
        return 7
    if value is None or name in ("code_list", "references", "pattern"):
        return "units" if name == "code_list" else "other"
    if isinstance(value, tuple):
        return (*value, ("a", "b") if name == "namespaces" else "other")
    return OTHER[type(value)](value)


@pytest.mark.parametrize("name", [item.name for item in dataclasses.fields(Field) if item.name != "primary_key"])
def test_no_attribute_of_a_field_is_overlooked(tmp_path, name):
    old = load_contract(write_contract(tmp_path, document(FIELDS, rules=RULES), LISTS))
    at = 1 if name in ("precision", "scale") else 4
    value = "decimal" if name == "type" else altered(getattr(old.fields[at], name), name)
    fields = list(old.fields)
    fields[at] = dataclasses.replace(fields[at], **{name: value})
    assert compare(old, dataclasses.replace(old, fields=tuple(fields))).changes


@pytest.mark.parametrize("name", [item.name for item in dataclasses.fields(ReaderOptions)])
def test_no_option_of_the_reader_is_overlooked(tmp_path, name):
    old = load_contract(write_contract(tmp_path, document(FIELDS), LISTS))
    options = dataclasses.replace(old.options, **{name: altered(getattr(old.options, name), name)})
    assert compare(old, dataclasses.replace(old, options=options)).changes


NOT_PROMISED = {"version", "path"}  # the number is judged by the changes; where the file lies is no promise
OF_CONTRACT = {
    "marking": {"level": "public", "tlp": "GREEN", "releaseTo": None, "exclude": [], "purposes": None},
    "marking_fields": {"level": "note"}, "delivery": "snapshot", "cadence": "daily", "fields": (), "rules": (),
    "migrations": (Migration("0.9.0"),), "file_rules": (FileRule("a", "rowCount", "a", "held"),),
    "options": ReaderOptions(delimiter="|"), "code_lists": None,
    "aliases": {"names.code": {"a": "B"}}, "translations": None, "key": ("note",),
}  # fmt: skip


@pytest.mark.parametrize("name", [f.name for f in dataclasses.fields(Contract) if f.name not in NOT_PROMISED])
def test_no_attribute_of_a_contract_is_overlooked(tmp_path, name):
    old = load_contract(write_contract(tmp_path, document(FIELDS, rules=RULES), LISTS))
    if name == "code_lists":  # they are compared through the fields that have them
        value = {"units": dataclasses.replace(old.code_lists["units"], codes=("NAR",))}
    elif name == "translations":
        german = load_contracts()["trade_ministry/applications"].translations["de"]
        old = dataclasses.replace(old, translations={"de": german})
        value = {"de": dataclasses.replace(german, labels={})}
    else:
        value = OF_CONTRACT[name] if name in OF_CONTRACT else altered(getattr(old, name), name)
    assert compare(old, dataclasses.replace(old, **{name: value})).changes


BREAKING, ADDED, REWORDED = (lambda c: quality(c)[0].update(implementation="amount < 5"),
                             lambda c: quality(c).pop(0),
                             lambda c: column(c, "day").update(description="a"))  # fmt: skip


@pytest.mark.parametrize(
    ("change", "version", "fault"),
    [
        (BREAKING, "2.0.0", ""),
        (BREAKING, "1.9.9", "A breaking change needs a higher first number: at least 2.0.0 after 1.0.0, not 1.9.9."),
        (ADDED, "1.1.0", ""),
        (ADDED, "2.0.0", ""),
        (ADDED, "1.0.1", "A change needs a higher second number: at least 1.1.0 after 1.0.0, not 1.0.1."),
        (ADDED, "1.0.0", "A change needs a higher second number: at least 1.1.0 after 1.0.0, not 1.0.0."),
        (REWORDED, "1.0.1", ""),
        (REWORDED, "1.0.0", "A change of words needs a higher third number: at least 1.0.1 after 1.0.0, not 1.0.0."),
        (lambda c: None, "1.0.0", ""),
        (lambda c: None, "0.9.0", "Nothing changed, but 0.9.0 is lower than 1.0.0."),
        (REWORDED, "0.9.0", "A change of words needs a higher third number: at least 1.0.1 after 1.0.0, not 0.9.0."),
    ],
)
def test_the_version_number_says_what_changed(tmp_path, change, version, fault):
    assert compare(*versions(tmp_path, change, version)).version_fault == fault


@pytest.mark.parametrize(("version", "fits"), [("0.3.0", True), ("0.2.1", False), ("1.0.0", True)])
def test_before_the_first_version_the_second_number_does_the_work_of_the_first(tmp_path, version, fits):
    old, new = versions(tmp_path, BREAKING, version)
    assert (compare(dataclasses.replace(old, version="0.2.0"), new).version_fault == "") is fits


def test_the_command_tells_both_sides_and_fails_when_something_breaks(tmp_path):
    old, new = versions(tmp_path, BREAKING, "1.1.0")
    done = run("compare", str(old.path), str(new.path))
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "partner/feed: 1.0.0 -> 1.1.0",
        "",
        "Breaking (1):",
        "  The rule `amount_is_small` has another condition: amount < 5",
        "    sender: rows that were good may break it; nothing proves that it only became easier",
        "",
        "A breaking change needs a higher first number: at least 2.0.0 after 1.0.0, not 1.1.0.",
    ]
    told = json.loads(run("compare", str(old.path), str(new.path), "--json").stdout)
    assert [Change(**item).breaks for item in told["changes"]] == [["sender"]]
    assert (told["old_version"], told["new_version"], told["breaking"]) == ("1.0.0", "1.1.0", 1)
    same = run("compare", str(old.path), str(old.path))
    assert (same.returncode, "Nothing changed." in same.stdout) == (0, True)


def run(*arguments):
    command = [sys.executable, "-m", "orchestration.cli", "contracts", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
