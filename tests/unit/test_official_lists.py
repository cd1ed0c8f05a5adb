"""Official files become deliveries of the reference desk: every entry once, under the code that its list prints."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from orchestration.codes.deliver import FORMS, hand_in, read_official
from orchestration.codes.official import hs_concordances, no_lists, us_ccl
from orchestration.contracts.load import load_contracts
from orchestration.errors import EntrepotError, RejectedFileError, UsageError
from orchestration.settings import PROJECT_ROOT
from orchestration.submissions.lake import check_file

REAL = PROJECT_ROOT.parent / "shared" / "real"
CONTRACTS = load_contracts()


def paragraph(path: str, code: str, text: str = "", note_type: str = "base") -> dict[str, object]:
    fields = {"path": path, "code": code, "text": text, "note_type": note_type, "regulation": 1}
    return {"model": "regulations.paragraph", "pk": path, "fields": fields}


def norwegian(*paragraphs: dict[str, object]) -> str:
    entry = {"model": "regulations.regulation", "pk": 1, "fields": {"code": "3A001"}}
    return json.dumps([entry, *paragraphs])


def test_a_paragraph_is_named_by_the_steps_that_lead_to_it() -> None:
    found = no_lists(
        norwegian(
            paragraph("0001", "3A001.", "The entry"),
            paragraph("00010001", "a.", "First\n part"),
            paragraph("000100010002", "2.", "Second step"),
            paragraph("00010002", "Note:", "No entry", "Note:"),
            paragraph("000100020001", "b.", "Under a note"),
            paragraph("00010003", "a.", "Under a code that is there already"),
        ),
        "f",
    )
    assert {row["code"]: row["title"] for row in found.rows} == {
        "3A001": "The entry", "3A001.a": "First part", "3A001.a.2": "Second step",
    }  # fmt: skip
    assert found.left_out == 4  # the entry's own record repeats its paragraph


def test_codes_of_the_first_chapters_get_back_their_nought_and_pairs_stand_once() -> None:
    table = (
        "code.after,code.before,Relationship,adjustment\n10111,10112,1:1,2022 to 2017\n10111,10112,1:1,2022 to 2017\n"
        "990100,101,1:1,2017 to 2012\n"
    )
    found = hs_concordances(table, "f")
    assert [tuple(row.values()) for row in found.rows] == [
        ("2017", "2022", "010112", "010111"), ("2012", "2017", "0101", "990100"),
    ]  # fmt: skip
    assert found.left_out == 1


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("us_ccl", "{"), ("us_ccl", "[]"), ("us_ccl", '{"entries": [{}]}'),
        ("no_lists", "{}x"), ("no_lists", '[{"a": 1}]'),
        ("no_lists", "[1]"), ("no_lists", norwegian(paragraph("1", "a.") | {"fields": {"path": "1"}})),
        ("hs_concordances", "code.after,code.before\n1,2\n"),
        ("hs_concordances", "code.after,code.before,Relationship,adjustment\n1,2,1:1,lately\n"),
    ],
)  # fmt: skip
def test_another_document_is_refused_with_its_name(tmp_path: Path, form: str, text: str) -> None:
    path = tmp_path / "given.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RejectedFileError, match=r"given\.txt"):
        read_official(form, path)


def test_what_is_asked_wrongly_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="forms are us_ccl"):
        read_official("eu", tmp_path / "x")
    with pytest.raises(UsageError, match="no file"):
        read_official("us_ccl", tmp_path / "x")
    with pytest.raises(UsageError, match="cannot be read"):
        read_official("us_ccl", tmp_path)
    (tmp_path / "x").write_bytes(b"\xff")
    with pytest.raises(EntrepotError, match="not UTF-8"):
        read_official("us_ccl", tmp_path / "x")
    with pytest.raises(UsageError, match="--version"):
        hand_in(no_lists(norwegian(), "f"), tmp_path, None, None)


def test_a_delivery_passes_its_contract(tmp_path: Path) -> None:
    given = us_ccl('{"ecfrIssueDate": "2026-07-23", "entries": [{"eccn": "3A991", "heading": "=1+1"}]}', "f")
    path = hand_in(given, tmp_path, None, date(2026, 7, 23))
    with path.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["list_id"], row["list_version"], row["code"], row["valid_from"]) == (
        "US_CCL", "2026-07-23", "3A991", "2026-07-23",
    )  # fmt: skip
    contract = CONTRACTS.match(str(path.relative_to(tmp_path)))
    assert contract is not None and contract.id == "reference_desk/control_lists"
    assert check_file(path, contract, tmp_path / "lake").counts.rows_accepted == 1
    manifest = json.loads(path.with_name(path.name + ".manifest.json").read_text())
    assert (manifest["feed"], manifest["kind"], manifest["rows"]) == ("reference_desk/control_lists", "correction", 1)


REAL_FILES = {
    # form: file, rows, rows that the contract refuses
    "us_ccl": ("control_lists/us_ear/ccl.json", 633, 0),
    "no_lists": ("control_lists/no_export_control_regulations_fixture.json", 3_060, 0),
    "hs_concordances": ("nomenclature/hs_consolidated_concordances.csv", 63_724, 2),
}


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the public files are not at {REAL}: official lists are NOT tested")
@pytest.mark.parametrize("form", FORMS)
def test_the_published_files_are_taken_whole(tmp_path: Path, form: str) -> None:
    name, rows, refused = REAL_FILES[form]
    official = read_official(form, REAL / name)
    path = hand_in(official, tmp_path, "2022-10-24" if form == "no_lists" else None, None)
    contract = CONTRACTS.match(str(path.relative_to(tmp_path)))
    assert contract is not None
    counts = check_file(path, contract, tmp_path / "lake").counts
    assert (counts.rows_read, counts.rows_quarantined) == (rows, refused)


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the public files are not at {REAL}: HS concordances are NOT tested")
def test_codes_that_the_contracts_replace_are_those_of_the_concordance() -> None:
    pairs: dict[str, set[str]] = {}
    back: dict[str, set[str]] = {}
    for row in read_official("hs_concordances", REAL / REAL_FILES["hs_concordances"][0]).rows:
        if (row["edition_from"], row["edition_to"]) == ("2017", "2022"):
            pairs.setdefault(row["code_from"], set()).add(row["code_to"])
            back.setdefault(row["code_to"], set()).add(row["code_from"])
    replaced = CONTRACTS["customs_service/export_declarations"].code_lists["hs_replaced"]
    known = [code for code in replaced.codes if code in pairs]
    assert len(known) > 60
    assert [code for code in known if set(replaced.successors[code]) != pairs[code]] == []
    sure = [code for code, after in pairs.items() if len(after) == 1 and len(back[next(iter(after))]) == 1]
    assert len(sure) > 4_000
    assert all(back[next(iter(pairs[code]))] == {code} for code in sure)  # there and back again
