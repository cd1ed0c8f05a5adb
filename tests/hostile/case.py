"""One hostile file and what must come of it: exactly these rows, or a refusal that says where and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import Any

from tests.unit.intake.builders import field

Row = tuple[str | None, ...]

FIELDS = [
    field("ref", physicalName="Ref"),
    field("text", physicalName="Text"),
    field("amount", "number", physicalName="Amount", scale=2),
]


@dataclass(frozen=True)
class Case:
    """`content` is the file, or writes it. Accepted: `rows` (as text) or, of large files, their number `count`.
    Refused: `says`, a regular expression on the message. `quarantined` gives the rule of each row put aside, `hidden`
    the rows that must be warned of characters nobody sees.
    """

    name: str
    content: bytes | Callable[[Path], None]
    rows: list[Row] | None = None
    count: int | None = None
    says: str | None = None
    quarantined: Mapping[int, str] = attribute(default_factory=dict)
    hidden: tuple[int, ...] = ()
    reader: Mapping[str, Any] = attribute(default_factory=dict)
    fields: list[dict[str, Any]] | None = None
    form: str = ""
    file: str = ""

    def write(self, path: Path) -> None:
        """Put the file there."""
        if isinstance(self.content, bytes):
            path.write_bytes(self.content)
        else:
            self.content(path)

    @property
    def rows_read(self) -> int:
        """How many records the file holds, by the declaration."""
        return (self.count if self.rows is None else len(self.rows)) + len(self.quarantined)


def later(make: Callable[[], str | bytes]) -> Callable[[Path], None]:
    """Content that is made only when its file is written: the large ones need not all be held at once."""

    def write(path: Path) -> None:
        made = make()
        path.write_bytes(made if isinstance(made, bytes) else made.encode())

    return write
