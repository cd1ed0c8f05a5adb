"""The tables of an edition as an Excel workbook: a cover, one sheet for each table, notes.

Here: the sheets. Figures are numbers with all their digits, in the unit of their heading; symbols are text; what looks
like a formula stays text. One heading row, no merged cells, no hidden sheet, row or column, and no formula, so that
no cell keeps a result from before. The same contents give the same bytes: the day of making is that of the release.
Not here: which figures may be told (reports/disclosure).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.companions import looks_like_a_formula
from reports.context import Contents, symbols_used
from reports.declaration import Column, TableDeclaration
from reports.disclosure.policy import profiles
from reports.figures import FORMATS, LOW, NOT_AVAILABLE
from reports.outputs.numbers import UNITS, in_unit, symbol
from reports.tables import Cell, PrintedRow, PrintedTable

if TYPE_CHECKING:
    from reports.cover import Cover

FILE = "tables.xlsx"
A4 = 9  # Excel's number of the paper
HEADING_ROW = 3  # title, edition and a pointer to the notes stand above it
NARROWEST, WIDEST = 9, 44
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "bold": {"bold": True},
    "soft": {"font_color": "#505A5F"},
    "head": {"bold": True, "bottom": 2, "valign": "bottom", "text_wrap": True},
    "head_right": {"bold": True, "bottom": 2, "valign": "bottom", "align": "right", "text_wrap": True},
    "text": {"num_format": "@", "valign": "top"},
    "wrapped": {"num_format": "@", "valign": "top", "text_wrap": True},
    "symbol": {"num_format": "@", "align": "right", "valign": "top"},
    "link": {"font_color": "#12436D", "underline": 1},
}


def workbook(contents: Contents, cover: Cover, headlines: Sequence[str]) -> bytes:
    """The bytes of the workbook; ``headlines`` are the sentences of the page, without markup."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    report = contents.report
    book.set_properties(
        {
            "title": f"{report.title}, {contents.period_label}",
            "subject": report.subtitle,
            "author": report.publisher,
            "keywords": cover.id,
            "created": datetime.combine(cover.published_on or contents.release_date, time()),
        }
    )
    _Writer(book, contents, cover).whole(headlines)
    book.close()
    return out.getvalue()


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, contents: Contents, cover: Cover) -> None:
        self.book, self.contents, self.cover = book, contents, cover
        self.formats: dict[str, Format] = {name: book.add_format(given) for name, given in _FORMATS.items()}

    def whole(self, headlines: Sequence[str]) -> None:
        """All sheets; the workbook opens on the cover."""
        cover = self.book.add_worksheet("Cover")
        for table in self.contents.tables.values():
            self.table(table)
        self.notes()
        self.front(cover, headlines)
        cover.activate()

    def front(self, sheet: Worksheet, headlines: Sequence[str]) -> None:
        """What the edition is, its headlines, and a link to each sheet."""
        contents, report = self.contents, self.contents.report
        published = self.cover.published_on
        self._text(sheet, 0, 0, f"{report.title}, {contents.period_label}", "title")
        facts = [
            ("Edition", self.cover.id),
            ("Status", self.cover.status),
            ("Published" if published else "Release date", (published or contents.release_date).isoformat()),
            ("Publisher", report.publisher),
            ("Audience", report.audience),
            ("Questions", report.contact),
            ("SHA-256 of the figures", contents.fingerprint),
        ]
        row = 2
        for label, value in facts:
            self._text(sheet, row, 0, label, "soft")
            self._text(sheet, row, 1, value, "text")
            row += 1
        row = self._list(sheet, row + 1, "Headlines", headlines)
        self._text(sheet, row + 1, 0, "Sheets", "bold")
        for at, table in enumerate(contents.tables.values(), start=row + 2):
            sheet.write_url(at, 0, f"internal:'{_sheet_name(table)}'!A1", self.formats["link"], _sheet_name(table))
            self._text(sheet, at, 1, table.declaration.title, "text")
        sheet.write_url(row + 2 + len(contents.tables), 0, "internal:'Notes'!A1", self.formats["link"], "Notes")
        self._text(sheet, row + 2 + len(contents.tables), 1, "Symbols, notes and definitions", "text")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 110)
        self._paper(sheet)

    def table(self, table: PrintedTable) -> None:
        """One table with all its rows: title, edition, where the notes are, headings, rows."""
        declaration = table.declaration
        sheet = self.book.add_worksheet(_sheet_name(table))
        self._text(sheet, 0, 0, f"Table {table.number}. {declaration.title}", "title")
        place = f"{self.contents.report.title}, {self.contents.period_label}. "
        self._text(sheet, 1, 0, f"{place}Edition {self.cover.id}, {self.cover.status}.", "soft")
        marks = "; ".join(f"{mark} {meaning}" for mark, meaning in symbols_used(table) if mark != LOW)
        self._text(
            sheet, 2, 0, "Notes and definitions are on the sheet Notes." + (f" {marks}." if marks else ""), "soft"
        )
        self._paper(sheet)
        if not table.parts:
            self._text(sheet, HEADING_ROW, 0, f"{NOT_AVAILABLE} {declaration.not_available}", "text")
            return
        headings = ["Code of the authority", "Authority", *_headings(declaration)]
        columns: list[Column | None] = [None, None, *declaration.columns]
        at, widths = HEADING_ROW + 1, [_width(text) for text in headings]
        for part in table.parts:
            names = (part.authority.code, part.authority.name)
            for row in part.rows or (None,):
                for column, text in enumerate(names):
                    self._text(sheet, at, column, text, "text")
                    widths[column] = max(widths[column], len(text) + 1)
                cells = row.cells if row else ()
                for column, cell in enumerate(cells, start=len(names)):
                    widths[column] = max(widths[column], self._cell(sheet, at, column, table, row, cell))
                if row is None:
                    for column in range(len(names), len(headings)):
                        self._text(sheet, at, column, NOT_AVAILABLE, "symbol")
                at += 1
        heads = [
            {"header": text, "header_format": self.formats["head_right" if column and not column.is_text else "head"]}
            for text, column in zip(headings, columns, strict=True)
        ]
        options = {"name": f"Table_{table.number}_{declaration.name}", "columns": heads, "style": None}
        sheet.add_table(HEADING_ROW, 0, at - 1, len(headings) - 1, options)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width, NARROWEST), WIDEST))
        sheet.freeze_panes(HEADING_ROW + 1, 2)
        sheet.repeat_rows(HEADING_ROW)

    def notes(self) -> None:
        """Symbols, then for each table its footnotes, what is counted, and how it is protected."""
        sheet = self.book.add_worksheet("Notes")
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 110)
        self._text(sheet, 0, 0, "Symbols, notes and definitions", "title")
        used = dict(pair for table in self.contents.tables.values() for pair in symbols_used(table))
        used.pop(LOW, None)  # here such a figure stands with all its digits
        row = 2
        for mark, meaning in used.items():
            row = self._pair(sheet, row, mark, meaning)
        for table in self.contents.tables.values():
            declaration, about = table.declaration, table.declaration.about
            self._text(sheet, row + 1, 0, f"Table {table.number}. {declaration.title}", "bold")
            row += 2
            for mark, text in declaration.footnotes.items():
                row = self._pair(sheet, row, f"note {mark}", text)
            for remark in self.contents.remarks.get(declaration.name, ()):
                row = self._pair(sheet, row, remark.symbol, remark.text)
            for label, text in (
                ("What is counted", about.definition),
                ("Out of what", about.denominator),
                ("Source", about.source),
                ("Coverage", about.coverage),
                ("Disclosure control", profiles()[declaration.disclosure].words.strip()),
                ("Reporting table", declaration.model),
            ):
                row = self._pair(sheet, row, label, text)
        self._paper(sheet)

    def _cell(
        self, sheet: Worksheet, at: int, column: int, table: PrintedTable, row: PrintedRow | None, cell: Cell
    ) -> int:
        """Write a cell; gives the width that it asks for."""
        bold = row is not None and row.kind == "total"
        if cell.column.is_text:
            text = row.label if row and cell.column.name == table.declaration.label else cell.text
            self._text(sheet, at, column, text, "bold" if bold else "text")
            return len(text) + 1
        found = in_unit(cell)
        if found is None:
            self._text(sheet, at, column, symbol(cell), "symbol")
        else:
            sheet.write_number(at, column, float(found), self._number_format(cell.format, bold))
        return len(cell.text) + 2

    def _number_format(self, name: str, bold: bool) -> Format:
        key = f"number {name} {bold}"
        if key not in self.formats:
            form = FORMATS[name]
            places = "#,##0" + ("." + "0" * form.decimals if form.decimals else "")
            shape = f"+{places};-{places};{places}" if form.signed else places
            self.formats[key] = self.book.add_format({"num_format": shape, "valign": "top", "bold": bold})
        return self.formats[key]

    def _list(self, sheet: Worksheet, row: int, heading: str, texts: Sequence[str]) -> int:
        if not texts:
            return row
        self._text(sheet, row, 0, heading, "bold")
        for at, text in enumerate(texts, start=row + 1):
            self._text(sheet, at, 1, text, "wrapped")
        return row + 1 + len(texts)

    def _pair(self, sheet: Worksheet, row: int, label: str, text: str) -> int:
        self._text(sheet, row, 0, label, "soft")
        self._text(sheet, row, 1, text, "wrapped")
        return row + 1

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, form: str) -> None:
        """Text as text; what looks like a formula is marked so that it stays text when a person edits it."""
        if not text:
            sheet.write_blank(row, column, None, self.formats[form])
            return
        key = form
        if looks_like_a_formula(text):
            key = f"quoted {form}"
            if key not in self.formats:
                self.formats[key] = self.book.add_format({**_FORMATS[form], "quote_prefix": True})
        sheet.write_string(row, column, text, self.formats[key])

    def _paper(self, sheet: Worksheet) -> None:
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        safe = self.contents.report.short_title.replace("&", "&&")
        sheet.set_header(f"&L{safe}&R{self.cover.id}")
        sheet.set_footer("&R&P / &N")
        sheet.hide_gridlines(2)


def _sheet_name(table: PrintedTable) -> str:
    return f"Table {table.number}"


def _headings(declaration: TableDeclaration) -> list[str]:
    """A heading for each column, with its unit and notes, no two alike."""
    taken: set[str] = set()
    headings = []
    for column in declaration.columns:
        unit = column.unit or ("" if column.format_from else UNITS.get(column.format, ""))
        unit = f" ({unit})" if unit else ""
        notes = "".join(f" [note {mark}]" for mark in column.footnotes)
        text = f"{column.header}{unit}{notes}"
        if text.lower() in taken:
            text = f"{text} ({column.name})"
        taken.add(text.lower())
        headings.append(text)
    return headings


def _width(heading: str) -> int:
    """The width of a heading that may wrap: that of its longest word, with room for the filter's button."""
    return max(len(word) for word in heading.split()) + 4
