"""What a reader must know of the coverage of a table: breaks in a series, and records that had not come.

Belongs here: which remark stands under which table, and which figures bear its symbol. Does not belong here: who owed
what (the publisher asks the release for that), and revisions (revisions.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from reports.declaration import Break
from reports.figures import BREAK, PARTIAL, PERIOD
from reports.periods import Period
from reports.tables import Part, PrintedTable

if TYPE_CHECKING:
    from reports.context import Contents

_NAMED_AT_MOST = 4
_SINCE = "from %(period)s: %(text)s"
_SINCE_OF_ONE = "%(name)s: from %(period)s: %(text)s"
_OWED = "%(name)s had not delivered all that was due when this edition was made: %(feeds)s."
_PARTLY = "%(feed)s (part of its days)"
_AND_MORE = "%(feeds)s and %(count)s more"
# What remarks say in every language: reports/extract.py collects it.
SAYINGS = (_SINCE, _SINCE_OF_ONE, _OWED, _PARTLY, _AND_MORE)


@dataclass(frozen=True)
class Gap:
    """Records of an authority that were due for the report's period: not there, or for a part of its days only."""

    authority: str
    feed: str
    period: str
    is_partial: bool = False


@dataclass(frozen=True)
class Told:
    """A sentence with places such as ``%(name)s``, and what stands in them: texts, periods, other sentences, lists."""

    says: str
    places: Mapping[str, Any] = field(default_factory=dict)

    def tell(self, say: Callable[[str], str], locale: str) -> str:
        """The sentence as `say` translates it, with periods in the words of a locale."""
        said = say(self.says)
        return said % {name: _placed(one, say, locale) for name, one in self.places.items()} if self.places else said


def _placed(one: Any, say: Callable[[str], str], locale: str) -> str:
    if isinstance(one, Told):
        return one.tell(say, locale)
    if isinstance(one, Period):
        return one.label(locale)
    return one if isinstance(one, str) else ", ".join(_placed(part, say, locale) for part in one)


@dataclass(frozen=True)
class Remark:
    """A note under a table with its symbol, and how it is told in another language."""

    symbol: str
    text: str
    told: Told

    def tell(self, say: Callable[[str], str], locale: str) -> Remark:
        """The same note in another language."""
        return replace(self, text=self.told.tell(say, locale))


def _remark(symbol: str, told: Told, locale: str) -> Remark:
    return Remark(symbol, told.tell(lambda text: text, locale), told)


def with_remarks(contents: Contents, gaps: Iterable[Gap]) -> Contents:
    """The contents with the remarks of their coverage, and the symbol [b] at the first period after a break."""
    owed = list(gaps)
    tables = {name: _broken(contents, table) for name, table in contents.tables.items()}
    remarks = {
        name: tuple(_remark(*one, contents.locale) for one in (*_breaks(contents, table), *_gaps(table, owed)))
        for name, table in contents.tables.items()
    }
    return replace(contents, tables=tables, remarks={name: found for name, found in remarks.items() if found})


def marked(table: PrintedTable, marks: Mapping[str, tuple[str, ...]]) -> PrintedTable:
    """The table with symbols beside figures, by the figures' ids; a hidden figure takes none."""

    def with_marks(part: Part) -> Part:
        rows = {
            id(row): replace(
                row,
                cells=tuple(
                    replace(cell, marks=(*cell.marks, *marks.get(cell.id, ())))
                    if not cell.column.is_text and not cell.is_hidden
                    else cell
                    for cell in row.cells
                ),
            )
            for row in (*part.rows, *part.short)
        }
        return replace(
            part, rows=tuple(rows[id(row)] for row in part.rows), short=tuple(rows[id(row)] for row in part.short)
        )

    return replace(table, parts=tuple(with_marks(part) for part in table.parts)) if marks else table


def _concerns(one: Break, table: PrintedTable, part: Part) -> bool:
    return one.partner in ("", part.authority.code) and (not one.tables or table.declaration.name in one.tables)


def _broken(contents: Contents, table: PrintedTable) -> PrintedTable:
    if table.declaration.column(table.declaration.label).format != PERIOD:
        return table
    found = {
        cell.id: (BREAK,)
        for one in contents.report.breaks
        for part in table.parts
        if _concerns(one, table, part)
        for row in part.rows
        if row.source and str(row.source[table.declaration.label]) == one.period
        for cell in row.cells
    }
    return marked(table, found)


def _breaks(contents: Contents, table: PrintedTable) -> Iterator[tuple[str, Told]]:
    """Breaks between two periods that the table sets side by side: rows over time, or a change on an earlier period."""
    for one in contents.report.breaks:
        since = Period.parse(one.period)
        for part in table.parts:
            if not (_concerns(one, table, part) and part.available):
                continue
            first = _first_period(contents, table, part)
            if first < since <= contents.period:
                places = {"name": part.authority.name, "period": since, "text": Told(one.text)}
                yield BREAK, Told(_SINCE_OF_ONE if one.partner else _SINCE, places)
                if not one.partner:
                    break


def _first_period(contents: Contents, table: PrintedTable, part: Part) -> Period:
    """The earliest period that a part of a table shows or compares with."""
    declaration = table.declaration
    shown = [contents.period]
    if declaration.column(declaration.label).format == PERIOD:
        shown += [Period.parse(str(row.source[declaration.label])) for row in part.body if row.source]
    if any(column.now for column in declaration.columns):
        a_year = {"Q": 4, "H": 2}.get(contents.period.kind, 1)
        shown.append(contents.period.shifted(-a_year))
    return min(shown)


def _gaps(table: PrintedTable, gaps: Iterable[Gap]) -> Iterator[tuple[str, Told]]:
    for part in table.parts:
        own = sorted(
            {gap for gap in gaps if gap.authority == part.authority.code}, key=lambda gap: (gap.feed, gap.period)
        )
        if not own or not part.available:
            continue
        named = [_named(gap) for gap in own]
        more = len(named) - _NAMED_AT_MOST
        feeds: Any = named[:_NAMED_AT_MOST]
        if more > 0:
            feeds = Told(_AND_MORE, {"feeds": feeds, "count": str(more)})
        yield PARTIAL, Told(_OWED, {"name": part.authority.name, "feeds": feeds})


def _named(gap: Gap) -> Told | str:
    name = f"{gap.feed} {gap.period}"
    return Told(_PARTLY, {"feed": name}) if gap.is_partial else name
