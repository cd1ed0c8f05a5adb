"""Linkage of the four public lists against judged pairs; the figures of design/performance.md are the floor."""

import time
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.load import load_contracts
from orchestration.harmonisation import dbt
from orchestration.harmonisation.parts import Part
from orchestration.harmonisation.raw import build_raw
from orchestration.harmonisation.warehouse import build_database
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.steps import link_parties
from orchestration.submissions.lake import check_submission
from orchestration.submissions.receive import submit
from tests.benchmarks.linkage import DevKey, Entry, parties_of_lists
from tests.integration.test_real_lists import EU, REAL, UK, UN, US

KEY = REAL / "linkage_truth"
pytestmark = pytest.mark.skipif(
    not KEY.is_dir(), reason=f"no judged pairs at {KEY}: linkage of real lists is NOT tested"
)


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[Entry, str], float]:
    """The party of each entry of the four lists, and how long the step of linkage took."""
    place = Home(tmp_path_factory.mktemp("lists")).ensure()
    contracts, register = load_contracts(), Register(place.register_url)
    for file in (EU, US, UN, UK):
        contract = contracts.match(file)
        assert contract is not None
        submitted = submit(place, register, contracts, REAL / file, contract.id)
        check_submission(place, register, contracts, submitted.submission.id)
    with build_database(place) as connection:
        build_raw(connection, place, register, contracts)
    register.close()
    dbt.build(place, Part.BEFORE)
    start = time.perf_counter()
    link_parties(Site.at(place))
    seconds = time.perf_counter() - start
    dbt.build(place, Part.AFTER)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{place.build_db}' as entrepot (read_only)")
        connection.execute("use entrepot.main")
        return parties_of_lists(connection), seconds


def test_every_judged_entry_has_a_party_under_the_lists_own_id(linked: tuple[dict[Entry, str], float]) -> None:
    assert DevKey.read(Path(KEY)).clusters.keys() <= linked[0].keys()


def test_judged_pairs(linked: tuple[dict[Entry, str], float]) -> None:
    assert DevKey.read(Path(KEY)).pairs(linked[0]).f1 >= 0.983


def test_the_closed_world(linked: tuple[dict[Entry, str], float]) -> None:
    found = DevKey.read(Path(KEY)).world(linked[0])
    assert (found.recall >= 0.983, found.precision >= 0.945) == (True, True), found


def test_four_lists_are_linked_in_two_minutes(linked: tuple[dict[Entry, str], float]) -> None:
    assert linked[1] <= 120
