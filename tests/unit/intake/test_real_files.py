"""The public files that nobody of this project wrote: every feed is read whole. Skipped, loudly, where absent."""

from pathlib import Path

import pytest

from orchestration.contracts.load import load_contracts
from orchestration.settings import PROJECT_ROOT
from orchestration.submissions.lake import check_file

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
