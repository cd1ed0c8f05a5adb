"""What the register remembers of parties' ids: one row a view and step, with what changed in it.

Here: reading a view's steps and writing the next. Not here: what they say (ids.py). A view is what somebody sees: the
`operator` everything, a recipient his own rows. A step is written only when something changed, so that hidden rows
leave none; and rows are never changed, so that an earlier day finds what was known by then.
"""

import hashlib
import json
import zlib
from dataclasses import dataclass

import sqlalchemy as sa

from orchestration.linkage.ids import Event, Given, Known
from orchestration.register import Register
from orchestration.tables import party_id_steps, submissions


@dataclass(frozen=True)
class Step:
    """The changes of one step (mark -> party), its events, and the newest submission when it was taken."""

    submission_id: str
    changes: dict[str, str]
    events: list[Event]


def steps_of(register: Register, view: str) -> list[Step]:
    """The steps of a view, oldest first."""
    query = sa.select(party_id_steps).where(party_id_steps.c.view == view).order_by(party_id_steps.c.id)
    with register.reading() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        Step(
            row["submission_id"],
            json.loads(zlib.decompress(row["changes"])),
            [Event(*event) for event in json.loads(row["events"])],
        )
        for row in rows
    ]


def known(steps: list[Step]) -> Known:
    """Where these steps lead."""
    return Known.of((step.changes, step.events) for step in steps)


def digest_of(steps: list[Step]) -> str:
    """A digest of what the steps say of parties; two views with the same one go on in the same way."""
    said = [[step.changes, [[e.party_id, e.event, e.other_party_id] for e in step.events]] for step in steps]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def keep(register: Register, view: str, given: Given) -> None:
    """Write the next step of a view; nothing if nothing changed."""
    if given.changes or given.events:
        _write(register, view, given.changes, given.events)


def follow(register: Register, view: str, other: str) -> None:
    """Let a view take the steps that another, which was where it is and saw the same, has taken since."""
    for step in steps_of(register, other)[len(steps_of(register, view)) :]:
        _write(register, view, step.changes, step.events)


def _write(register: Register, view: str, changes: dict[str, str], events: list[Event]) -> None:
    said = [[event.party_id, event.event, event.other_party_id] for event in events]
    newest = sa.select(submissions.c.id).order_by(submissions.c.sequence.desc()).limit(1)
    with register.transaction() as connection:
        connection.execute(
            party_id_steps.insert().values(
                at=register.clock(),
                view=view,
                submission_id=connection.execute(newest).scalar() or "",
                changes=zlib.compress(json.dumps(changes, sort_keys=True).encode()),
                events=json.dumps(said),
            )
        )
