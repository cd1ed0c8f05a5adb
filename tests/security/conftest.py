import pytest

from orchestration.settings import Home
from tests.integration.conftest import sample_home
from tests.security.world import sample_world

__all__ = ["sample_home"]  # the home that the integration tests look at, built once for all


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home").ensure()


@pytest.fixture
def world(home):
    return sample_world(home)
