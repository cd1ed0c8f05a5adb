"""The public files that nobody of this project wrote: every feed is read whole. Skipped, loudly, where absent."""

import csv
import io
from pathlib import Path

import pytest

from orchestration.contracts.load import load_contracts
from orchestration.settings import PROJECT_ROOT
from orchestration.submissions.lake import check_file
from tests.unit.intake.builders import Outcome, contract, field

REAL = PROJECT_ROOT.parent / "shared" / "real"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"the public files are not at {REAL}")

ROWS = {
    "licensing_uk/values.csv": (96_311, 0),
    "licensing_nl/Overzicht.dual-use.goederen-2004-2015.csv": (6_335, 0),
    "licensing_de/ruex_2000_2013.csv": (2_497, 0),
    "customs_kr_synthetic/df_syn_train_eng.csv": (37_385, 0),
    "lists_2021/eu_fsf_2021-03-02.xml": (2_269, 0),
    "lists_2021/ofac_sdn_2021-03-10.xml": (8_832, 0),
    "lists_2021/un_consolidated_2021-03-12.xml": (1_004, 0),
    "lists_uk_2018/sanctionsconlist_2018.csv": (9_487, 0),
    "reference/eurofxref-hist.csv": (7_126, 0),
}


@pytest.mark.parametrize("name", ROWS)
def test_real_files_are_read_whole(tmp_path: Path, name: str) -> None:
    contracts = load_contracts()
    of = contracts.match(name)
    assert of is not None
    counts = check_file(REAL / name, of, tmp_path).counts
    assert (counts.rows_read, counts.rows_quarantined) == ROWS[name]
    assert counts.rows_accepted == counts.rows_read - counts.rows_duplicate


Rows = list[tuple[str | None, ...]]


def listed(tmp_path: Path, file: Path, columns: int, form: str = "csv", **reader: object) -> tuple[int, Rows]:
    """Rows read of a list without header, all columns as text; and its accepted rows."""
    of = contract(tmp_path, [field(f"c{n}") for n in range(columns)], form=form, reader=reader)
    outcome = Outcome(tmp_path / "out", of, check_file(file, of, tmp_path / "out"))
    return outcome.counts.rows_read, outcome.accepted()


@pytest.mark.parametrize("end", [b"", b"\r\n\x1a", b"\x1a\r\n"], ids=["as_kept", "ctrl_z", "ctrl_z_and_line_end"])
@pytest.mark.parametrize(("name", "columns"), [("sdn.csv", 12), ("add.csv", 6), ("alt.csv", 5)])
def test_lists_with_nulls_in_words_and_ctrl_z_are_read_whole(
    tmp_path: Path, name: str, columns: int, end: bytes
) -> None:
    """The Treasury ends its lists with Ctrl-Z; the copies kept here have lost it."""
    content = (REAL / "lists_us/ofac_2019" / name).read_bytes()
    (tmp_path / name).write_bytes(content + end)
    rows = [
        tuple(None if cell.strip() in ("-0-", "") else cell for cell in row)
        for row in csv.reader(io.StringIO(content.decode(), newline=""))
    ]
    assert listed(tmp_path, tmp_path / name, columns, header=False, nullValues=["-0-"]) == (len(rows), rows)


def test_the_denied_persons_list_is_read_with_its_blanks(tmp_path: Path) -> None:
    file = REAL / "lists_us/dpl_2019.txt"
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline=""), delimiter="\t"))
    read, accepted = listed(tmp_path, file, 12, form="tsv", header=False, skipLines=1)
    assert read == len(rows) - 1
    assert accepted == [tuple(cell or None for cell in row) for row in rows[1:]]
