"""A small drop, made once for all tests of the sample."""

from pathlib import Path

import pytest

from orchestration.sample import generate, world
from orchestration.sample.world import World
from orchestration.settings import CODE_LISTS_DIR

SEED, SCALE = 23, 0.05


@pytest.fixture(scope="session")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "drop"
    generate(folder, SEED, SCALE)
    return folder


@pytest.fixture(scope="session")
def larger() -> World:
    """A world large enough for its chances to show; nothing of it is written."""
    return world.build(SEED, 1.0, CODE_LISTS_DIR)
