"""The order of the tests: the long ones first, so that two processes end at about the same time."""

import pytest

LONG = ("tests/torture", "tests/integration", "tests/security", "tests/hostile")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A stable order; which tests run is not touched."""
    items.sort(key=lambda item: next((at for at, place in enumerate(LONG) if item.nodeid.startswith(place)), len(LONG)))
