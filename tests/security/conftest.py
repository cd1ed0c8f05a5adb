import pytest

from orchestration.settings import Home
from tests.security.world import sample_world


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home").ensure()


@pytest.fixture
def world(home):
    return sample_world(home)
