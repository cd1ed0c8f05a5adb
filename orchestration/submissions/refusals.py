"""Files that were refused at the door: what, when, with which hash, and why.

Here: the record of them. Not here: reasons (envelope.py, bag.py) and submissions that were received and then rejected
by their contract, which have a row of their own in the register. A refused file is not kept: it stays where it lies.
"""

from typing import Any

import sqlalchemy as sa

from orchestration.register import Register
from orchestration.tables import refusals


def record_refusal(register: Register, file_name: str, sha256: str, size: int, reason: str, feed: str = "") -> None:
    """Keep that a file was refused; the same bytes under the same name for the same reason are one refusal."""
    values = {"file_name": file_name, "sha256": sha256, "bytes": size, "feed": feed, "reason": reason}
    same = [refusals.c[name] == value for name, value in values.items()]
    with register.transaction() as connection:
        if connection.execute(sa.select(refusals.c.id).where(*same)).first() is None:
            connection.execute(refusals.insert().values(at=register.clock(), **values))


def refused(register: Register) -> list[dict[str, Any]]:
    """All refusals, oldest first."""
    with register.reading() as connection:
        return [dict(row) for row in connection.execute(sa.select(refusals).order_by(refusals.c.id)).mappings()]
