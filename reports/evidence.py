"""What a printed figure is made of: the words of ``evidence`` in report.yaml, and the way from a figure to its rows.

Belongs here: reading those words, and which rows of which evidence model, or which other figures, stand behind a column
of a table. Does not belong here: SQL, files, or whether anybody may see the rows (orchestration/tracing).

A column of a table says it in one of these ways (docs/trace.md):

    granted                            the sum of that measure over the rows of the table's evidence model
    median of days                     its median, a value that occurs; also lower, upper quartile, mean, greatest
    different country_code             how many different values it has
    standing opened                    the sum over rows that stand on the last day of the period
    standing opened aged 31 to 90      of those alone that stand for so many days by then; also up to 30, over 180
    median age of opened               of rows that stand, the days for which they do; also greatest age
    always 4                           that number, by definition
    valid_rows out of rows_read        a ratio of two sums
    value_eur in rpt_evidence__lines   of another model than the table's
    like value                         what stands behind that column of the same row (of ``periods_back`` earlier)
    as headline.decisions.value        another figure of the report; in a table over time, of the row's own period
    mean of feeds.validity             the mean (or sum) of all figures of a column of another table
    from opened, concluded             made of these columns, or else measures, by the definition under the table
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reports.declaration import Column, ReportDeclaration, TableDeclaration
from reports.errors import ReportError

EVER = 999_999_999  # days: no bound
SUM, MEAN, DIFFERENT, STANDING = "sum", "mean", "different", "standing"
MEDIAN, LOWER, UPPER = "median", "lower quartile", "upper quartile"
GREATEST, MEDIAN_AGE, GREATEST_AGE = "greatest", "median age", "greatest age"
OF_WHAT_STANDS = (STANDING, MEDIAN_AGE, GREATEST_AGE)
_OF = "|".join((MEDIAN_AGE, GREATEST_AGE, GREATEST, MEDIAN, LOWER, UPPER, MEAN))
_AGGREGATES = rf"(?:(?P<of>{_OF}) of |(?P<word>{DIFFERENT}|{STANDING}) )?"
_AGED = r"(?: aged (?:up to (?P<up_to>\d+)|over (?P<over>\d+)|(?P<first>\d+) to (?P<last>\d+)))?"
_MEASURED = re.compile(
    rf"^{_AGGREGATES}(?P<measure>[a-z]\w*){_AGED}(?: out of (?P<below>[a-z]\w*))?(?: in (?P<model>rpt_\w+))?$"
)
_ALWAYS = re.compile(r"^always (?P<number>\d+)$")
_SAME = re.compile(r"^as (?P<table>\w+)\.(?P<row>[\w-]+)\.(?P<column>\w+)$")
_ACROSS = re.compile(r"^(?P<aggregate>mean|sum) of (?P<table>\w+)\.(?P<column>\w+)$")
_LIKE = re.compile(r"^like (?P<column>\w+)$")
_FROM = re.compile(r"^from (?P<names>\w+(?:, \w+)*)$")
FORMS = (
    "a measure ('granted', 'median of days', 'different country_code', 'standing opened', 'standing opened aged 31 to "
    "90', 'greatest age of opened', 'a out of b', any of them followed by 'in rpt_...'), 'like column', "
    "'as table.row.column', 'mean of table.column', 'always 4', or 'from column, column'"
)


@dataclass(frozen=True, order=True)
class Measured:
    """A measure of an evidence model, and how its rows make one figure; with ``below``, the ratio of two sums.

    ``aged``: of what stands, only what stands for so many days, both included, at the end of the period.
    """

    model: str
    measure: str
    aggregate: str = SUM
    below: str = ""
    aged: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """How it reads in a trace."""
        if self.below:
            return f"sum of {self.measure} out of sum of {self.below}"
        aged = ""
        if self.aged:
            first, last = self.aged
            aged = f" aged over {first - 1}" if last == EVER else f" aged {first} to {last}"
        return f"{self.aggregate}{'' if self.aggregate in (DIFFERENT, STANDING) else ' of'} {self.measure}{aged}"


@dataclass(frozen=True)
class Always:
    """A number that the definition of the figure gives, whatever was delivered."""

    number: int


@dataclass(frozen=True)
class SameAs:
    """Another figure of the report, of the same authority."""

    table: str
    row: str
    column: str


@dataclass(frozen=True)
class Across:
    """The sum or mean of all figures of a column of another table, of the same authority."""

    aggregate: str
    table: str
    column: str


@dataclass(frozen=True)
class Quotient:
    """Columns of the same row above and below the line (below: of the total row, if ``of_total``), times ``per``."""

    above: tuple[str, ...]
    below: tuple[str, ...]
    of_total: bool = False
    per: int = 1


@dataclass(frozen=True)
class Change:
    """The figure of one column against that of another, in the same row: relative, or as a difference."""

    now: str
    then: str


@dataclass(frozen=True)
class MadeFrom:
    """Columns of the same row, or measures, from which a definition makes the figure: shown, not added again."""

    names: tuple[str, ...]


Origin = Measured | Always | SameAs | Across | Quotient | Change | MadeFrom


def parse(text: str, model: str) -> Origin:
    """Read the words of an ``evidence`` entry; ``model`` is the table's own. ReportError if they are none."""
    if found := _SAME.match(text):
        return SameAs(found["table"], found["row"], found["column"])
    if found := _ACROSS.match(text):
        return Across(found["aggregate"], found["table"], found["column"])
    if found := _FROM.match(text):
        return MadeFrom(tuple(found["names"].split(", ")))
    if found := _ALWAYS.match(text):
        return Always(int(found["number"]))
    found = _MEASURED.match(text)
    aged = _aged(found) if found else ()
    if (
        found is None
        or (found["below"] and (found["of"] or found["word"] or aged))
        or (aged and found["word"] != STANDING)
    ):
        raise ReportError(f"'{text}' does not say what a figure is made of: expected {FORMS}.")
    if not (found["model"] or model):
        raise ReportError(f"'{text}' names no evidence model, and the table has none: write '{text} in rpt_...'.")
    return Measured(
        found["model"] or model, found["measure"], found["of"] or found["word"] or SUM, found["below"] or "", aged
    )


def _aged(found: re.Match[str]) -> tuple[int, ...]:
    """The days, first and last, of a match's ``aged``."""
    if found["up_to"]:
        return 0, int(found["up_to"])
    if found["over"]:
        return int(found["over"]) + 1, EVER
    return (int(found["first"]), int(found["last"])) if found["first"] else ()


def origin(table: TableDeclaration, column: Column, row: str) -> Origin | None:
    """What stands behind a column of a table in the row of that key; None where the table does not say."""
    if found := _LIKE.match(column.evidence):
        made = origin(table, table.column(found["column"]), row)
        if column.periods_back and isinstance(made, Quotient | Change | MadeFrom):
            return SameAs(table.name, row, found["column"])  # made of columns of the earlier period's own row
        return made
    if row in column.evidence_of_row:
        return parse(column.evidence_of_row[row], table.evidence)
    if column.evidence:
        return parse(column.evidence, table.evidence)
    if column.numerator:
        below = (column.of_total,) if column.of_total else column.denominator
        return Quotient(column.numerator, below, bool(column.of_total), column.per)
    if column.now:
        return Change(column.now, column.then)
    return Measured(table.evidence, column.name) if table.evidence and not column.evidence_of_row else None


def models(report: ReportDeclaration) -> list[str]:
    """The evidence models that a report names, each once, in order."""
    found = {
        made.model
        for table in report.tables
        for column in table.columns
        if not column.is_text
        for row in ("", *column.evidence_of_row)
        if isinstance(made := origin(table, column, row), Measured)
    }
    return sorted(found)


def check(report: ReportDeclaration, place: str) -> None:
    """Raise ReportError where a table's evidence speaks of what is not there, or leaves a figure without any."""
    for table in report.tables:
        for column in table.columns:
            said = [text for text in (column.evidence, *column.evidence_of_row.values()) if text]
            where = f"{place}, table '{table.name}', column '{column.name}'"
            if column.is_text and said:
                raise ReportError(f"{where}: a column of words has no evidence.")
            try:
                for text in said:
                    if found := _LIKE.match(text):
                        table.column(found["column"])
                        continue
                    made = parse(text, table.evidence)
                    if isinstance(made, SameAs | Across):
                        report.table(made.table).column(made.column)
            except ReportError as error:
                raise ReportError(f"{where}: {error}") from error
