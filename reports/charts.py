"""Geometry of the charts: from the cells of a printed table to positions in a picture.

Belongs here: scales, positions and lengths, rounded so that they are the same on every machine. Does not
belong here: markup (``shared/charts``), wording (``charts.j2`` of the report), or any number that the table
does not print: a cell without a number is drawn as a gap that says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

from reports.declaration import ChartDeclaration
from reports.errors import ReportError
from reports.figures import FORMATS, exact
from reports.tables import Cell, Part, PrintedRow

WIDTH = 460
# A glyph of the system sans takes about this share of its size; labels are cut and placed by it.
_GLYPH = Decimal("0.54")
_TEXT_SIZE = 13
# A label of more letters than these takes two lines.
_ONE_LINE = 24
# Width of a column as a share of the distance between two.
_COLUMN = Decimal("0.7")


@dataclass(frozen=True)
class Mark:
    """One bar, column, point or range, with the cell that it stands for."""

    label: str
    full_label: str
    text: str
    cell_id: str
    known: bool
    emphasised: bool
    # The rest of a long label, on a line of its own below the first.
    label_below: str = ""
    # Marks along time: the year is written once, under its first period.
    year: str = ""
    x: Decimal = Decimal(0)
    y: Decimal = Decimal(0)
    length: Decimal = Decimal(0)
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    at: Decimal
    text: str


@dataclass(frozen=True)
class Chart:
    """Everything a chart template needs; all lengths in the units of its view box."""

    declaration: ChartDeclaration
    id: str
    number: str
    title: str
    subtitle: str
    authority: str
    table_id: str
    table_number: str
    width: int
    height: int
    left: int
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]

    @property
    def file_name(self) -> str:
        """Path of the picture within the edition."""
        return f"charts/{self.id}.svg"

    @property
    def lines(self) -> tuple[str, ...]:
        """The points of each unbroken stretch of known marks, as SVG wants them. A mark without a number breaks the
        line: one drawn across it would say about where the number lies.
        """
        stretches: list[list[str]] = [[]]
        for mark in self.marks:
            if mark.known:
                stretches[-1].append(f"{mark.x},{mark.y}")
            else:
                stretches.append([])
        return tuple(" ".join(stretch) for stretch in stretches if len(stretch) > 1)


def draw(declaration: ChartDeclaration, part: Part, title: str, write: Any, several: bool) -> Chart:
    """Lay out the chart of one authority's part of a table."""
    if declaration.kind not in _LAYOUTS:
        raise ReportError(f"Chart '{declaration.name}': there is no kind of chart '{declaration.kind}'.")
    height, left, marks, ticks = _LAYOUTS[declaration.kind](declaration, part, write)
    suffix = f"-{part.authority.code.replace('_', '-')}" if several else ""
    return Chart(
        declaration=declaration,
        id=f"{declaration.name.replace('_', '-')}{suffix}",
        number=part.number,
        title=title,
        subtitle=declaration.subtitle,
        authority=part.authority.name,
        table_id=part.id,
        table_number=part.number,
        width=WIDTH,
        height=height,
        left=left,
        marks=tuple(marks),
        ticks=tuple(ticks),
    )


def _along_time(marks: list[Mark]) -> list[Mark]:
    """Split 'Q4 2014' into a label and a year, and keep the year only where it begins."""
    pairs = [mark.full_label.partition("\N{NO-BREAK SPACE}")[::2] for mark in marks]
    return [
        replace(mark, label=period, year="" if place and pairs[place - 1][1] == year else year)
        for place, (mark, (period, year)) in enumerate(zip(marks, pairs, strict=True))
    ]


Layout = tuple[int, int, list[Mark], list[Tick]]


def _bars(declaration: ChartDeclaration, part: Part, write: Any) -> Layout:
    """Horizontal bars from zero, longest first, those without a number last in the order of the table. The longest
    that is a class of its own is emphasised, unless a confidential one may be longer.
    """
    rows = sorted(part.body, key=lambda row: _longest_first(row.cell(declaration.value)))[: declaration.top]
    is_sure = not any(row.cell(declaration.value).is_hidden for row in part.body)
    chief = next((row for row in rows if not row.is_residual), None) if is_sure else None
    left, room, height = _room_for_labels(rows), 60, 20
    step = 30 if any(_halves(row.label)[1] for row in rows) else 26  # two lines need more room
    top = _greatest(rows, [declaration.value])
    marks = []
    for place, row in enumerate(rows):
        cell = row.cell(declaration.value)
        number = _number(cell)
        length = _at(number / top * (WIDTH - left - room)) if number is not None and top else Decimal(0)
        y = Decimal(place * step)
        marks.append(_mark(row, cell, left - 10, row is chief, x=Decimal(left), y=y, length=length))
    return len(rows) * step + height // 4, left, marks, []


def _columns(declaration: ChartDeclaration, part: Part, write: Any) -> Layout:
    """Upright columns from zero, one for each period, the last one emphasised."""
    rows = part.body
    head, floor, height = 22, 42, 220
    top = _greatest(rows, [declaration.value])
    pitch = Decimal(WIDTH) / max(len(rows), 1)
    marks = []
    for place, row in enumerate(rows):
        cell = row.cell(declaration.value)
        number = _number(cell)
        length = _at(number / top * (height - head - floor)) if number is not None and top else Decimal(0)
        x = _at(pitch * place + pitch / 2)
        y = _at(Decimal(height - floor) - length)
        marks.append(_mark(row, cell, 80, place == len(rows) - 1, x=x, y=y, length=length, high=_at(pitch * _COLUMN)))
    return height, 0, _along_time(marks), []


def _line(declaration: ChartDeclaration, part: Part, write: Any) -> Layout:
    """A line over periods with a scale from zero; first and last point labelled."""
    rows = part.body
    left, inset, right, head, floor, height = 40, 22, 22, 18, 42, 220
    ticks = _scale(_greatest(rows, [declaration.value]), declaration, part, write)
    top = ticks[-1][0] if ticks else Decimal(1)
    pitch = Decimal(WIDTH - left - inset - right) / max(len(rows) - 1, 1)
    marks = []
    for place, row in enumerate(rows):
        cell = row.cell(declaration.value)
        number = _number(cell)
        x = _at(left + inset + pitch * place)
        y = _at(height - floor - (number or 0) / top * (height - head - floor))
        marks.append(_mark(row, cell, 80, emphasised=place in (0, len(rows) - 1), x=x, y=y))
    lines = [Tick(_at(height - floor - at / top * (height - head - floor)), text) for at, text in ticks]
    return height, left, _along_time(marks), lines


def _ranges(declaration: ChartDeclaration, part: Part, write: Any) -> Layout:
    """For each row a bar between two quartiles and a dot at the median, over a scale from zero."""
    rows = [row for row in part.rows if _number(row.cell(declaration.value)) is not None][: declaration.top]
    left, room, step = _room_for_labels(rows), 24, 40
    ticks = _scale(_greatest(rows, [declaration.high, declaration.value]), declaration, part, write)
    top = ticks[-1][0] if ticks else Decimal(1)

    def across(number: Decimal) -> Decimal:
        return _at(left + number / top * (WIDTH - left - room))

    marks = []
    for place, row in enumerate(rows):
        cell = row.cell(declaration.value)
        middle = _number(cell) or Decimal(0)
        ends = [_number(row.cell(name)) for name in (declaration.low, declaration.high)]
        low, high = (middle if None in ends else end or Decimal(0) for end in ends)  # no bar if an end is not known
        marks.append(
            _mark(
                row,
                cell,
                left - 10,
                emphasised=row.kind == "total",
                x=across(middle),
                y=Decimal(place * step),
                low=across(low),
                high=across(high),
            )
        )
    lines = [Tick(_at(left + at / top * (WIDTH - left - room)), text) for at, text in ticks]
    return len(rows) * step + 26, left, marks, lines


_LAYOUTS = {"bars": _bars, "columns": _columns, "line": _line, "ranges": _ranges}


def _mark(row: PrintedRow, cell: Cell, room: int, emphasised: bool, **place: Any) -> Mark:
    above, below = _two_lines(row.label, room)
    mark = Mark(above, row.label, cell.text, cell.id, _number(cell) is not None, emphasised, below)
    return replace(mark, **place)


def _number(cell: Cell) -> Decimal | None:
    return exact(cell.value)


def _longest_first(cell: Cell) -> tuple[bool, Decimal]:
    number = _number(cell)
    return number is None, -(number or Decimal(0))


def _greatest(rows: Sequence[PrintedRow], columns: Sequence[str]) -> Decimal:
    numbers = [_number(row.cell(column)) for row in rows for column in columns]
    return max((number for number in numbers if number is not None), default=Decimal(0))


def _scale(greatest: Decimal, declaration: ChartDeclaration, part: Part, write: Any) -> list[tuple[Decimal, str]]:
    """Three to five round steps from zero to at least the greatest value, with their texts."""
    if greatest <= 0 or not part.rows:
        return []
    form = part.rows[0].cell(declaration.value).format
    magnitude = Decimal(1).scaleb(greatest.adjusted())
    step = next(
        magnitude * factor
        for factor in map(Decimal, ("0.2", "0.25", "0.5", "1", "2", "2.5"))
        if (greatest / (magnitude * factor)).to_integral_value(ROUND_CEILING) <= 4
    )
    count = int((greatest / step).to_integral_value(ROUND_CEILING))
    whole = FORMATS[form].scale * step % 1 == 0
    ticks = [step * n for n in range(count + 1)]
    return [(at, write(at * FORMATS[form].scale, "count") if whole else write(at, form)) for at in ticks]


def _room_for_labels(rows: Sequence[PrintedRow]) -> int:
    """Width of the column of labels: that of the longest line, within half of the picture."""
    longest = max((max(map(len, _halves(row.label))) for row in rows), default=0)
    return min(int(longest * _GLYPH * _TEXT_SIZE) + 16, WIDTH // 2)


def _halves(label: str) -> tuple[str, str]:
    """A label of more than one line's length broken between two words, so that its longer line is as short as it can
    be; a short one is whole.
    """
    words = label.split()
    if len(label) <= _ONE_LINE or len(words) < 2:
        return label, ""
    breaks = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    return min(breaks, key=lambda lines: max(map(len, lines)))


def _two_lines(label: str, room: int) -> tuple[str, str]:
    """The label on one line or on two; what is longer than the room ends in an ellipsis. The full text stays in the
    picture's description and in its table.
    """
    fits = int(Decimal(room) / (_GLYPH * _TEXT_SIZE))
    above, below = _halves(label)
    return _cut(above, fits), _cut(below, fits)


def _cut(text: str, fits: int) -> str:
    return text if len(text) <= fits else text[: fits - 1].rstrip(" ,;(") + "…"


def _at(position: Decimal) -> Decimal:
    return Decimal(position).quantize(Decimal("0.1"))
