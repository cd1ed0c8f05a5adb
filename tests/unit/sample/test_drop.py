"""The drop: the same bytes for the same seed, its totals true, its files what the contracts take."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from orchestration.contracts.load import load_contracts
from orchestration.errors import EntrepotError
from orchestration.sample import generate, generate_increment
from orchestration.submissions.signature import read_key, verify
from tests.unit.sample.conftest import SCALE, SEED


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def _totals(drop: Path) -> dict:
    return json.loads((drop / "_truth/totals.json").read_text(encoding="utf-8"))


def _text(path: Path, encoding: str) -> str:
    if path.suffix != ".zip":
        return path.read_bytes().decode(encoding)
    with zipfile.ZipFile(path) as bundle:
        return bundle.read(bundle.namelist()[0]).decode(encoding)


def test_same_seed_gives_the_same_bytes_in_another_process(drop: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    program = (
        "from pathlib import Path; from orchestration.sample import generate; "
        f"generate(Path({str(again)!r}), {SEED}, {SCALE})"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONHASHSEED": "7", "PATH": "/usr/bin"})
    assert _digests(again) == _digests(drop)


def test_another_seed_gives_another_drop(drop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    generate(other, SEED + 1, SCALE)
    mine, theirs = _digests(drop), _digests(other)
    same = {name for name in mine if mine[name] == theirs.get(name) and not name.endswith(".manifest.json")}
    assert not same


def test_rows_in_the_files_are_those_of_the_totals(drop: Path) -> None:
    contracts, counted = load_contracts(), set()
    for totals in _totals(drop)["files"]:
        contract, path = contracts[f"{totals['partner']}/{totals['feed']}"], drop / totals["file"]
        counted.add(contract.format)
        if contract.format in ("csv", "tsv"):
            text = _text(path, contract.options.encoding)
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=contract.options.delimiter))
            sources = [field.source for field in contract.fields]
            trailing = [""] if contract.options.trailing_delimiter else []
            assert rows[0] == sources + trailing
            assert {len(row) for row in rows} == {len(rows[0])}
            seen = len(rows) - 1
        elif contract.format == "jsonl":
            seen = sum(1 for line in path.read_text(encoding="utf-8").splitlines() if json.loads(line))
        elif contract.format == "xml":
            seen = len(etree.parse(str(path)).getroot())
        elif contract.format == "xlsx":
            sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(contract.options.sheet)
            seen = len(sheet.to_python(skip_empty_area=False)) - 1
        else:
            seen = pq.read_metadata(path).num_rows
        assert seen == totals["read"] == totals["accepted"] + totals["quarantined"] + totals["duplicates"], path
    assert counted == {"csv", "tsv", "jsonl", "xml", "xlsx", "parquet"}


def test_bad_rows_are_listed_one_by_one(drop: Path) -> None:
    totals = {t["file"]: t for t in _totals(drop)["files"]}
    with (drop / "_truth/bad_rows.csv").open(encoding="utf-8", newline="") as file:
        bad = list(csv.DictReader(file))
    for name, expected in totals.items():
        rows = [b for b in bad if b["file"] == name]
        copies = [b for b in rows if b["rule"] == "exact_duplicate"]
        assert len(copies) == expected["duplicates"]
        assert len(rows) - len(copies) == expected["quarantined"]
        assert len({b["source_row_number"] for b in rows}) == len(rows)
        assert all(1 <= int(b["source_row_number"]) <= expected["read"] for b in rows)
    assert len(bad) > 20


def test_every_sample_feed_has_a_file(drop: Path) -> None:
    partners = {path.name for path in drop.iterdir()} - {"_truth"}
    feeds = {c.id for c in load_contracts().values() if c.partner in partners}
    assert len(partners) == 7
    assert set(_totals(drop)["feeds"]) == feeds


def test_the_intelligence_service_signs_what_it_sends(drop: Path) -> None:
    files = [path for path in (drop / "intelligence_service").iterdir() if path.suffix == ".jsonl"]
    key = read_key((drop / "_truth" / "keys" / "intelligence_service.pub").read_text("utf-8"), "k.pub")
    assert len(files) == 8
    for file in files:
        manifest = file.with_name(f"{file.name}.manifest.json").read_bytes()
        signature = file.with_name(f"{file.name}.manifest.json.sig")
        assert verify(manifest, signature.read_bytes(), signature.name).line == key.line
        assert json.loads(manifest)["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_corrections_come_with_a_manifest_and_old_keys(drop: Path) -> None:
    manifests = sorted(drop.rglob("*_correction*.manifest.json"))
    assert len(manifests) >= 2
    contracts, totals = load_contracts(), {t["file"]: t for t in _totals(drop)["files"]}
    for path in manifests:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        file = path.relative_to(drop).as_posix().removesuffix(".manifest.json")
        assert manifest["kind"] == totals[file]["kind"] == "correction"
        assert manifest["rows"] == totals[file]["read"]
        contract = contracts[manifest["feed"]]
        keys = [field.source for field in contract.fields if field.primary_key]
        corrected, original = (
            list(csv.DictReader(io.StringIO(_text(drop / name, contract.options.encoding)), delimiter=";"))
            for name in (file, file.replace("_correction1", ""))
        )
        before = {tuple(row[key] for key in keys): row for row in original}
        for row in corrected:
            assert before[tuple(row[key] for key in keys)] != row


def test_increment_is_a_new_quarter_and_a_thousand_corrected_rows(tmp_path: Path) -> None:
    summary = generate_increment(tmp_path / "more", SEED, 0.5, 0.1)
    new = tmp_path / "more/new_period/customs_service/export_declarations_2026Q1.csv"
    fixed = tmp_path / "more/correction/customs_service/export_declarations_2025Q4_correction1.csv"
    rows = len(new.read_text(encoding="utf-8").splitlines()) - 1
    assert abs(rows - 0.1 * 10_000) < 30
    assert len(fixed.read_text(encoding="utf-8").splitlines()) - 1 == 1_000
    assert summary.rows == rows + 1_000
    assert all(line.split(";")[3].endswith("2026") for line in new.read_text(encoding="utf-8").splitlines()[1:])


def test_corrected_rows_of_the_increment_are_rows_of_the_drop(drop: Path, tmp_path: Path) -> None:
    generate_increment(tmp_path / "more", SEED, SCALE, 0.01)
    name = "customs_service/export_declarations_2025Q4"
    old = {tuple(line.split(";")[:2]) for line in (drop / f"{name}.csv").read_text(encoding="utf-8").splitlines()}
    fixed = (tmp_path / f"more/correction/{name}_correction1.csv").read_text(encoding="utf-8").splitlines()
    assert {tuple(line.split(";")[:2]) for line in fixed} <= old


@pytest.mark.parametrize("scale", [0, -1, 5_000])
def test_a_scale_that_cannot_be_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(EntrepotError, match="scale"):
        generate(tmp_path / "x", 1, scale)


def test_files_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(EntrepotError, match="not an empty folder"):
        generate(tmp_path, 1, 0.02)
    assert (tmp_path / "mine.txt").read_text() == "keep me"


def test_figures_account_for_every_row_that_must_be_accepted(drop: Path) -> None:
    totals = _totals(drop)
    initial: dict[str, int] = {}
    for file in totals["files"]:
        if file["kind"] == "initial":
            feed = f"{file['partner']}/{file['feed']}"
            initial[feed] = initial.get(feed, 0) + file["accepted"]
    for figure, feed in (
        ("applications_by_quarter_and_type", "trade_ministry/applications"),
        ("decisions_by_quarter_and_outcome", "trade_ministry/decisions"),
        ("declaration_lines_by_quarter_and_currency", "customs_service/export_declarations"),
        ("inspections_by_half_and_result", "customs_service/inspections"),
        ("penalties_by_half_and_disposition", "prosecution_service/penalties"),
    ):
        counted = sum(sum(items.values()) for items in totals["figures"][figure].values())
        assert counted == initial[feed], figure
