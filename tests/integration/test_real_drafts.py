"""Contracts drafted from real public files that have none, each of which takes the whole of its own sample.

The files lie outside the repository (../shared/real); the test skips loudly where they are absent.
"""

from pathlib import Path

import pytest

from orchestration.onboarding import draft
from orchestration.settings import PROJECT_ROOT

REAL = PROJECT_ROOT.parent / "shared" / "real"
# Each with its rows, its key, and what is hard about it.
FILES = [
    ("licensing_uk/destinations.csv", 52_243, ("licence_group", "destination")),  # a pair is the key
    ("lists_us/dpl_2019.txt", 546, ()),  # tabs, padded cells, no key
    ("linkage_small/customers.csv", 120, ("record_id",)),  # sparse columns, several scripts
    ("parties_lei/gleif_aerospace_defense.parquet", 9_562, ("lei",)),
    ("lists_us/ofac_2019/alt.csv", 9_682, ("column_2",)),  # no header, `-0- ` for empty, a control character at the end
    ("control_lists/us_ear/ccl.json", 633, ("eccn",)),  # records under a key, nested lists
    ("lists_2021/un_consolidated_2021-03-12.xml", 711, ("reference_number",)),
    ("licensing_nl/Overzicht.dual-use.goederen-2004-2015.csv", 6_335, None),  # two forms of dates in one column
]


@pytest.mark.parametrize(("name", "rows", "key"), FILES, ids=[name for name, _, _ in FILES])
def test_a_draft_of_a_real_file_takes_every_row_of_it(
    tmp_path: Path, name: str, rows: int, key: tuple[str, ...]
) -> None:
    if not (REAL / name).exists():
        pytest.skip(f"the real file {name} is not in {REAL}: no contract is drafted from it here")
    made = draft(REAL / name, tmp_path)
    assert made.checked is not None, made.refused
    counts = made.checked.counts
    assert (counts.rows_read, counts.rows_accepted + counts.rows_duplicate, counts.rows_quarantined) == (rows, rows, 0)
    if key is not None:
        assert made.contract.key == key
    assert made.guesses >= 2 * len(made.contract.fields)
