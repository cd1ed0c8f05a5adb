"""Reading the tables of ``*.md``: one case under each third-level heading, with its events and what is expected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
_CLOCK = re.compile(r"Calendar (?P<calendar>\w+), time zone (?P<zone>[\w/]+)(?P<by_day>, by the day)?\.")
_ROW = re.compile(r"^\|(.+)\|$")


@dataclass(frozen=True)
class Case:
    """A life-cycle. It has an authority of its own, so that a report's figures for that authority are the case's.

    ``events`` are (when, application, what, with) as written; ``expected`` maps an application to the row that is
    expected of it; ``counts`` maps a period to what it counts.
    """

    file: str
    name: str
    calendar: str
    zone: str
    is_by_day: bool
    events: tuple[tuple[str, str, str, str], ...]
    expected: dict[str, dict[str, str]]
    counts: dict[str, str]

    @property
    def authority(self) -> str:
        """The code of the case's authority."""
        return "case_" + re.sub(r"\W+", "_", self.name.lower()).strip("_")


def read_cases() -> list[Case]:
    """All cases of all files; an AssertionError names a case that cannot be read."""
    cases = []
    for path in sorted(FOLDER.glob("*.md")):
        for part in path.read_text("utf-8").split("\n### ")[1:]:
            cases.append(_case(path.name, *part.split("\n", 1)))
    names = [case.authority for case in cases]
    assert len(names) == len(set(names)), "two cases have the same name"
    return cases


def _case(file: str, name: str, text: str) -> Case:
    clock = _CLOCK.search(text)
    assert clock, f"{file}, '{name}': it does not say 'Calendar XX, time zone Area/City.'"
    tables = [_table(block) for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) == 3, f"{file}, '{name}': it needs a table of events, one of outcomes and one of counts"
    events, expected, counts = tables
    return Case(
        file,
        name.strip(),
        clock["calendar"],
        clock["zone"],
        bool(clock["by_day"]),
        tuple((row["when"], row["application"], row["what"], row.get("with", "")) for row in events),
        {row["application"]: {key: text for key, text in row.items() if key != "application"} for row in expected},
        {row["period"]: row["counts"] for row in counts},
    )


def _table(block: str) -> list[dict[str, str]]:
    rows = [[cell.strip() for cell in match[1].split("|")] for line in block.split("\n") if (match := _ROW.match(line))]
    header, _, *body = rows
    return [dict(zip(header, row, strict=True)) for row in body]
