"""The shape of a feedback: what is known of a submission, row by row, before it is told in any language.

Here: values only. Not here: where they come from (collect.py) and how they are told (page.py, workbook.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from orchestration.contracts.model import Contract, Field, Rule
from orchestration.submissions.check import Counts


@dataclass(frozen=True)
class Facts:
    """What the register says of a submission; of a file checked offline only its name and period are known."""

    file_name: str
    status: str
    reason: str = ""
    submission_id: str = ""
    period: str = ""
    kind: str = "initial"
    received_at: datetime | None = None


@dataclass(frozen=True)
class Past:
    """An earlier submission of the feed, for the trend."""

    period: str
    file_name: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int


@dataclass(frozen=True)
class Mend:
    """What might be written instead; `certain` when only this value can be meant."""

    value: str
    certain: bool


@dataclass(frozen=True)
class Problem:
    """One finding about a row: the rule, the fields that it looks at, the value in the first of them as it
    stood in the file, and what is to be said besides the rule.
    """

    rule: Rule
    fields: tuple[str, ...]
    value: str | None = None
    mend: Mend | None = None
    note: str = ""
    other_row: int | None = None


@dataclass(frozen=True)
class Row:
    """A row with something to mend or to look at: its number, its values as they stood in the file (by the
    contract's fields; empty when not known), and its problems.
    """

    number: int
    values: tuple[str | None, ...]
    problems: tuple[Problem, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that any of its problems looks at."""
        return frozenset(name for problem in self.problems for name in problem.fields)

    @property
    def is_as_understood(self) -> bool:
        """Whether the values may be those understood, not those written: of rows that are good by themselves and
        stand in the way of each other, or wait for another record, no others are kept.
        """
        return any(problem.rule.kind in ("unique", "reference") for problem in self.problems)


@dataclass(frozen=True)
class Repair:
    """A cell that was mended by a rule of the contract."""

    row: int
    field: str
    before: str
    after: str
    rule: Rule


@dataclass(frozen=True)
class RuleCount:
    """How many rows broke a rule (quarantined rows) or were warned by it (accepted rows)."""

    rule: Rule
    rows: int


@dataclass(frozen=True)
class Feedback:
    """All there is to say about a submission.

    `to_mend`, `warned`, `repairs` and `duplicates` hold at most `collect.ROWS_AT_MOST` entries; the counts are of
    all. `duplicates` are pairs of a dropped row and the row that it repeats. `line_offset` is what to add to a row's
    number to get its line or sheet row; None where that is not exact.
    """

    contract: Contract
    facts: Facts
    counts: Counts | None = None
    to_mend: tuple[Row, ...] = ()
    warned: tuple[Row, ...] = ()
    repairs: tuple[Repair, ...] = ()
    repaired_cells: int = 0
    duplicates: tuple[tuple[int, int], ...] = ()
    broken_rules: tuple[RuleCount, ...] = ()
    warning_rules: tuple[RuleCount, ...] = ()
    past: tuple[Past, ...] = ()
    line_offset: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every row to mend is here."""
        return self.counts is None or len(self.to_mend) == self.counts.rows_quarantined

    @property
    def has_rows(self) -> bool:
        """Whether there is anything to show row by row."""
        return bool(self.to_mend or self.warned or self.repairs or self.duplicates)

    def line(self, row: int) -> int | None:
        """The line of the text file or the row of the sheet in which a row stands; None where not exact."""
        return None if self.line_offset is None else row + self.line_offset

    def source(self, name: str) -> str:
        """The partner's word for a field."""
        field = self.contract.field_by_name.get(name)
        return field.source if field else name

    def cells(self, row: Row) -> Iterator[tuple[Field, str | None]]:
        """The row's values with their fields, in the contract's order."""
        return zip(self.contract.fields, row.values, strict=True)
