"""Asking a release of the small world through the confined process, with a log in memory."""

import pytest

from orchestration.errors import EntrepotError
from orchestration.releases.build import build_release
from orchestration.releases.query import run_query
from orchestration.settings import Home
from tests.security.world import sample_world

CUSTOMS = "customs_service"
HIDDEN = "the-secret-text-of-a-file"


class Log:
    """An access log in memory that remembers the order of things."""

    def __init__(self):
        self.rows = []

    def begin_access(self, recipient, statement):
        self.rows.append({"recipient": recipient, "statement": statement, "outcome": "started"})
        return len(self.rows) - 1

    def end_access(self, access_id, outcome, rows=None, ms=None):
        self.rows[access_id] |= {"outcome": outcome, "rows": rows, "ms": ms}


def published_world(folder) -> Home:
    """A home with the releases of the customs service and of the operator."""
    home = Home(folder / "home").ensure()
    inputs = sample_world(home).build()
    for recipient in (CUSTOMS, "operator"):
        build_release(home, recipient, inputs=inputs)
    return home


def sql(place, text, recipient=CUSTOMS, **limits):
    return run_query(place, recipient, text, log=Log(), **limits)


def refusal(place, text, recipient=CUSTOMS, **limits) -> str:
    with pytest.raises(EntrepotError) as caught:
        sql(place, text, recipient, **limits)
    return str(caught.value)
