"""What was fetched from which server, so that nothing is fetched twice.

Here: the statements on the register's table of pulled files. Not here: when they are made (pull.py).
"""

from dataclasses import dataclass

import sqlalchemy as sa

from orchestration.contracts.servers import PullServer
from orchestration.register import Register
from orchestration.tables import events, pulled_files


@dataclass(frozen=True)
class Known:
    """A file fetched before: how it looked, and what became of it."""

    fingerprint: str
    submission_id: str | None
    refusal: str


def known_files(register: Register, server: PullServer) -> dict[str, Known]:
    """The files of a server that were fetched, by path, in the state last fetched."""
    query = sa.select(pulled_files).where(pulled_files.c.server == server.id)
    with register.reading() as connection:
        rows = connection.execute(query).mappings()
        return {row["path"]: Known(row["fingerprint"], row["submission_id"], row["refusal"]) for row in rows}


def remember(register: Register, server: PullServer, path: str, known: Known) -> None:
    """Keep what became of a fetched file and, in the life of its submission, where it came from: one change."""
    now = register.clock()
    with register.transaction() as connection:
        where = (pulled_files.c.server == server.id) & (pulled_files.c.path == path)
        connection.execute(pulled_files.delete().where(where))
        connection.execute(
            pulled_files.insert().values(
                server=server.id,
                path=path,
                fingerprint=known.fingerprint,
                submission_id=known.submission_id,
                refusal=known.refusal,
                seen_at=now,
            )
        )
        if known.submission_id is not None:
            detail = f"{path} from {server.address} ({server.id})"
            connection.execute(
                events.insert().values(at=now, submission_id=known.submission_id, event="pulled", detail=detail)
            )
