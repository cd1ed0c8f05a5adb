"""`entrepot check`: everything without a home, in words and as JSON, with the promised exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.feedback.builders import Page, sheets

ROOT = Path(__file__).parents[3]
HEADER = "Application No;Line;Goods;Control code;HS code;Quantity;Unit;Value;Currency"
GOOD = "XA-2025-000123;1;Camera;6A003.b.4;852580;3;NAR;48.250,00;EUR"
BAD = "XA-2025-000124;1;Camera;6A003.b.4;852580;3;NAR;48.250,00;Euro"


def check(where: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "check", *arguments],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def goods_lines(folder: Path, *rows: str) -> Path:
    file = folder / "goods_lines_2025Q4.csv"
    file.write_text("\r\n".join([HEADER, *rows]) + "\r\n", encoding="cp1252")
    return file


FEED = ("--feed", "trade_ministry/goods_lines")


def test_a_good_file_is_0_and_nothing_is_written(tmp_path):
    goods_lines(tmp_path, GOOD)
    done = check(tmp_path, "goods_lines_2025Q4.csv", *FEED)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "The one row was accepted."
    assert [path.name for path in tmp_path.iterdir()] == ["goods_lines_2025Q4.csv"]


def test_a_bad_row_is_1_and_told_in_words_without_colours(tmp_path):
    goods_lines(tmp_path, GOOD, BAD)
    done = check(tmp_path, "goods_lines_2025Q4.csv", *FEED, NO_COLOR="1")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == "Accepted 1 of 2 rows; one row needs you."
    assert "\x1b" not in done.stdout
    for told in ("Currency", "Euro", "must be a code of the list currencies", "Write EUR"):
        assert told in done.stdout


def test_json_holds_everything(tmp_path):
    goods_lines(tmp_path, GOOD, BAD)
    done = check(tmp_path, "goods_lines_2025Q4.csv", *FEED, "--json", "--out", "made", "--period", "2025q3")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert {name: told[name] for name in ("status", "period", "rows_read", "rows_accepted", "rows_quarantined")} == {
        "status": "accepted", "period": "2025-Q3", "rows_read": 2, "rows_accepted": 1, "rows_quarantined": 1,
    }  # fmt: skip
    (finding,) = told["findings"]
    assert finding.pop("expected").startswith("one of the 2")
    assert finding == {
        "row": 2, "line": 3, "rule": "currency_is_in_currencies", "severity": "rejection", "fields": ["currency"],
        "columns": ["Currency"], "values": ["Euro"], "message": "Currency must be a code of the list currencies.",
        "example": "EUR", "suggestion": "Write EUR",
    }  # fmt: skip
    page, workbook = tmp_path / told["page"], tmp_path / told["workbook"]
    assert Page(page.read_bytes()).marked == ["Euro"]
    assert len(sheets(workbook.read_bytes())["To mend"]) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"goods_lines_2025Q4.csv", "made"}


def test_a_file_refused_as_a_whole_is_1_with_its_reason_and_a_page(tmp_path):
    file = goods_lines(tmp_path, GOOD)
    file.write_bytes(file.read_bytes().replace(b"Currency", b"Curency"))
    done = check(tmp_path, file.name, *FEED, "--out", "made")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("The file was not accepted: none of its rows was taken.")
    assert "Curency" in done.stdout
    assert [path.suffix for path in (tmp_path / "made").iterdir()] == [".html"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("goods_lines_2025Q4.csv", "--feed", "nobody/nothing"), 2, "There is no feed nobody/nothing"),
        (("goods_lines_2025Q4.csv", *FEED, "--language", "tlh"), 2, "There is no language tlh"),
        (("goods_lines_2025Q4.csv", *FEED, "--period", "soon"), 2, "`soon` is not a period"),
        (("absent.csv", *FEED), 1, "absent.csv is not a file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(tmp_path, arguments, code, told):
    goods_lines(tmp_path, GOOD)
    done = check(tmp_path, *arguments)
    assert done.returncode == code
    assert told in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""
