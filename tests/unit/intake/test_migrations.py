"""Files of an earlier version of a feed: taken through the declared migration, recorded, and refused without one."""

import json
from dataclasses import replace

import pytest

from orchestration.contracts.comparison import compare
from orchestration.contracts.load import load_contract, load_contracts
from orchestration.errors import ContractError, RejectedFileError
from orchestration.submissions.check import check_file
from orchestration.submissions.manifest import Manifest
from orchestration.submissions.whole_file import Circumstances
from tests.unit.intake.builders import Outcome, document, field, query, rule, write_contract

FIELDS = [
    field("ref", physicalName="Ref", primaryKey=True),
    field("unit", physicalName="Unit", codeList="units"),
    field("day", "date", physicalName="Day", formats=["%d.%m.%Y"]),
    field("sort", physicalName="Sort", required=True),
    field("note", physicalName="Note"),
]
MIGRATIONS = """\
1.0.0:
  columns: {ref: Number}
  added: {sort: new, note: null}
  removed: [Remarks]
  codes:
    unit: {PCE: NAR}
  formats: {day: ['%d/%m/%Y']}
1.1.0:
  columns: {ref: Number}
"""
NEW = "Ref;Unit;Day;Sort;Note\nA;NAR;03.04.2025;new;\nB;KGM;04.04.2025;new;\nC;XXX;04.04.2025;new;\n"
OLD = "Number;Unit;Day;Remarks\nA;PCE;03/04/2025;x\nB;KGM;04/04/2025;\nC;XXX;04/04/2025;\n"


def feed(tmp_path, migrations=MIGRATIONS, fields=FIELDS, form="csv", rules=None):
    content = document(fields, reader={"delimiter": ";"}, form=form, rules=rules)
    content["version"] = "2.0.0"
    path = write_contract(tmp_path, content, {"units": ["NAR", "KGM"]})
    path.with_name("feed.migrations.yaml").write_text(migrations, encoding="utf-8")
    return load_contract(path)


def checked(contract, tmp_path, text, name, stated=None):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    beside = Circumstances(manifest=Manifest(contract_version=stated))
    return Outcome(
        tmp_path / f"out_{name}", contract, check_file(file, contract, tmp_path / f"out_{name}", beside=beside)
    )


@pytest.mark.parametrize("stated", [None, "1.0.0"])
def test_both_versions_arrive_equal(tmp_path, stated):
    contract = feed(tmp_path)
    new = checked(contract, tmp_path, NEW, "new.csv", "2.0.0" if stated else None)
    old = checked(contract, tmp_path, OLD, "old.csv", stated)
    assert old.accepted() == new.accepted() != []
    assert old.counts == new.counts
    assert (old.counts.rows_read, old.counts.rows_accepted, old.counts.rows_quarantined) == (3, 2, 1)
    assert old.broken_rules() == new.broken_rules() == {3: ["unit_is_in_units"]}
    assert new.checked.upgraded == ""


def test_every_change_is_recorded_for_the_file_as_a_whole(tmp_path):
    old = checked(feed(tmp_path), tmp_path, OLD, "old.csv")
    name = "feed_was_upgraded_from_1_0_0"
    assert [finding[1:] for finding in old.findings("repair") if finding[0] == 0] == [
        (name, "%d/%m/%Y", "%d.%m.%Y"), (name, "Number", "Ref"), (name, "PCE", "NAR"), (name, "Remarks", None),
        (name, None, "new"), (name, None, None),
    ]  # fmt: skip
    assert old.counts.rows_repaired == 0
    assert "The code `PCE` of the column `Unit` is now `NAR` (1 rows)." in old.checked.upgraded
    assert old.checked.upgraded.startswith("The file is of version 1.0.0 of the contract and was brought to 2.0.0: ")


def test_what_is_wrong_is_told_by_the_former_names(tmp_path):
    old = checked(feed(tmp_path), tmp_path, OLD.replace("A;PCE", ";PCE"), "old.csv")
    said = query(
        f"select message from read_parquet('{tmp_path}/out_old.csv/findings.parquet') where rule = 'ref_is_present'"
    )
    assert said == [("Number must be filled in.",)]
    assert old.counts.rows_quarantined == 2


@pytest.mark.parametrize(
    ("stated", "text", "says"),
    [
        ("3.0.0", NEW, "states version 3.0.0 of the contract partner/feed, and 2.0.0 is the newest"),
        ("2.0.1", NEW, "states version 2.0.1"),
        ("0.9.0", OLD, "which is no longer taken; known are 2.0.0, 1.1.0, 1.0.0"),
        ("two", NEW, "is not of the form 1.2.3"),
        ("2.0.0", OLD, "lacks `Ref`"),
        ("1.0.0", NEW, "lacks `Number`"),
        (None, OLD.replace("Remarks", "Other"), "The contract partner/feed 2.0.0 declares"),
    ],
)
def test_a_version_that_is_newer_or_not_known_is_refused(tmp_path, stated, text, says):
    with pytest.raises(RejectedFileError, match=says):
        checked(feed(tmp_path), tmp_path, text, "a.csv", stated)


def test_an_earlier_version_of_the_same_first_number_needs_no_migration(tmp_path):
    contract = replace(feed(tmp_path), version="2.4.0")
    assert checked(contract, tmp_path, NEW, "a.csv", "2.1.0").counts.rows_accepted == 2


def test_json_of_an_earlier_version_is_told_by_its_keys(tmp_path):
    fields = [field("ref", physicalName="Ref", primaryKey=True), field("n", "integer", physicalName="N")]
    contract = feed(tmp_path, "1.0.0:\n  columns: {ref: Number}\n", fields, "jsonl")
    old = checked(contract, tmp_path, '{"Number": "A", "N": 1}\n', "a.jsonl")
    assert old.accepted() == checked(contract, tmp_path, '{"Ref": "A", "N": 1}\n', "b.jsonl").accepted() == [("A", 1)]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "expected earlier versions"),
        ("2.0.0:\n  removed: [a]\n", 1, "`2.0.0` is no version before 2.0.0"),
        ("old:\n  removed: [a]\n", 1, "`old` is no version before"),
        ("1.0.0:\n  renamed: {}\n", 1, "a migration says some of"),
        ("1.0.0:\n  columns: {rev: Number}\n", 2, "`rev` is not a field of partner/feed"),
        ("1.0.0:\n  columns:\n    ref: [a]\n", 3, "must be a text"),
        ("1.0.0:\n  columns: {ref: Unit}\n", 1, "two columns of version 1.0.0 are called `Unit`"),
        ("1.0.0:\n  removed: [Day]\n", 1, "two columns of version 1.0.0 are called `Day`"),
        ("1.0.0:\n  added: {sort: null}\n", 2, "`sort` must be filled in"),
        ("1.0.0:\n  added: {unit: PCE}\n", 2, "`PCE` is no code of the list units"),
        ("1.0.0:\n  codes: {unit: {PCE: STK}}\n", 2, "`STK` is no code of the list units"),
        ("1.0.0:\n  codes: {unit: PCE}\n", 2, "codes maps each former code"),
        ("1.0.0:\n  formats: {ref: ['%d']}\n", 2, "`ref` is no date"),
        ("1.0.0:\n  formats: {day: DD.MM}\n", 2, "strptime formats in a list"),
        ("1.0.0:\n  removed: Remarks\n", 2, "removed is a list"),
        ("1.0.0:\n  columns: {sort: S}\n  added: {sort: a}\n", 3, "had another name or was not there, not both"),
    ],
)
def test_a_fault_in_a_migration_is_named_with_file_and_line(tmp_path, text, line, says):
    with pytest.raises(ContractError) as error:
        feed(tmp_path, text)
    assert f"feed.migrations.yaml:{line}: " in str(error.value)
    assert says in str(error.value)


def test_a_migration_of_no_contract_is_an_error(tmp_path):
    feed(tmp_path)
    (tmp_path / "partner" / "other.migrations.yaml").write_text(MIGRATIONS)
    with pytest.raises(ContractError, match=r"other\.migrations\.yaml:1: there is no contract"):
        load_contracts(tmp_path)


def test_what_a_migration_mends_breaks_nothing_for_the_sender(tmp_path):
    new = feed(tmp_path, "1.0.0:\n  columns: {ref: Number}\n  added: {note: null}\n")
    fields = [dict(item, physicalName="Number") if item["name"] == "ref" else item for item in FIELDS[:-1]]
    old = load_contract(
        write_contract(tmp_path / "old", document(fields, reader={"delimiter": ";"}), {"units": ["NAR", "KGM"]})
    )
    assert [change.told for change in compare(old, new).breaking] == []
    without = compare(old, replace(new, migrations=()))
    assert [change.breaks for change in without.breaking] == [("sender",), ("sender",)]
    tighter = feed(tmp_path / "tighter", "1.0.0:\n  columns: {ref: Number}\n  added: {note: null}\n",
                   rules=[rule("day_is_new", "day > date '2000-01-01'")])  # fmt: skip
    assert [change.told for change in compare(old, tighter).breaking] == ["The rule `day_is_new` was added: day is new"]


SAMPLE_NEW = (
    "Application No;Line;Goods;Control code;HS code;Quantity;Unit;Value;Currency\r\n"
    "XA-2025-000123;1;Wärmebildkamera;6A003.b.4;;12,000;NAR;48.250,00;EUR\r\n"
    "XA-2025-000124;1;Getriebe;;;2,000;KGM;1.250,00;EUR\r\n"
)
SAMPLE_OLD = (
    "Application No;Line;Goods;Rating;Quantity;Unit;Value;Currency;Remarks\r\n"
    "XA-2025-000123;1;Wärmebildkamera;6A003.b.4;12,000;PCE;48.250,00;EUR;urgent\r\n"
    "XA-2025-000124;1;Getriebe;;2,000;KGM;1.250,00;EUR;\r\n"
)


def test_the_goods_lines_of_the_ministrys_old_export_arrive_as_those_of_the_new_one(tmp_path):
    contract = load_contracts()["trade_ministry/goods_lines"]
    outcomes = []
    for name, text in (("new.csv", SAMPLE_NEW), ("old.csv", SAMPLE_OLD)):
        (tmp_path / name).write_bytes(text.encode("cp1252"))
        out = tmp_path / f"out_{name}"
        outcomes.append(Outcome(out, contract, check_file(tmp_path / name, contract, out)))
    new, old = outcomes
    assert old.accepted() == new.accepted()
    assert len(old.accepted()) == 2
    assert json.dumps(old.counts.as_dict()) == json.dumps(new.counts.as_dict())
    assert {item[1] for item in old.findings("repair")} == {"goods_lines_was_upgraded_from_1_0_0"}
