"""Linkage of the four public lists against judged pairs; the figures of design/performance.md are the floor."""

from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.linkage import DevKey, Entry, parties_of_lists
from tests.integration.conftest import REAL, Lists

KEY = REAL / "linkage_truth"
pytestmark = pytest.mark.skipif(
    not KEY.is_dir(), reason=f"no judged pairs at {KEY}: linkage of real lists is NOT tested"
)


@pytest.fixture(scope="module")
def linked(real_lists: Lists) -> dict[Entry, str]:
    """The party of each entry of the four lists."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{real_lists.home.build_db}' as entrepot (read_only)")
        connection.execute("use entrepot.main")
        return parties_of_lists(connection)


def test_every_judged_entry_has_a_party_under_the_lists_own_id(linked: dict[Entry, str]) -> None:
    assert DevKey.read(Path(KEY)).clusters.keys() <= linked.keys()


def test_judged_pairs(linked: dict[Entry, str]) -> None:
    assert DevKey.read(Path(KEY)).pairs(linked).f1 >= 0.983


def test_the_closed_world(linked: dict[Entry, str]) -> None:
    found = DevKey.read(Path(KEY)).world(linked)
    assert (found.recall >= 0.983, found.precision >= 0.945) == (True, True), found


def test_four_lists_are_linked_in_two_minutes(real_lists: Lists) -> None:
    assert real_lists.seconds_of_linkage <= 120
