"""Reports in further languages: gettext catalogues, and the contents of an edition told in one of them.

    locale/<language>/LC_MESSAGES/messages.po     read as they are; `python -m reports.extract` brings them up to date

Here: what is translated (the words of report.yaml, of the metrics and of the templates, the headings of rows), and the
forms of numbers. Not here: names of authorities, which are theirs, and figures: those of every language are one and the
same, and each page is proven against its own texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol
from babel.support import NullTranslations, Translations

from reports.context import Contents
from reports.declaration import (
    About,
    Break,
    ChartDeclaration,
    Column,
    ReportDeclaration,
    Section,
    TableDeclaration,
)
from reports.errors import ReportError
from reports.figures import PERIOD, writer
from reports.metrics.catalogue import Metric
from reports.revisions import Revision
from reports.tables import BODY, REMAINDER, Cell, Part, PrintedRow, PrintedTable

T = TypeVar("T")
Say = Callable[[str], str]
FOLDER = Path(__file__).parent / "locale"
# The entries of a declaration that people read.
TEXTS: Mapping[type, tuple[str, ...]] = {
    ReportDeclaration: ("title", "short_title", "subtitle", "publisher", "contact"),
    Section: ("title",),
    TableDeclaration: ("title", "row_noun", "not_available", "footnotes"),
    Column: ("header", "unit", "words"),
    About: ("definition", "denominator", "source", "coverage"),
    ChartDeclaration: ("subtitle", "description"),
    Break: ("text",),
    Metric: (
        "name", "unit", "population", "numerator", "denominator", "clock", "attribution", "edge_cases", "source",
    ),
}  # fmt: skip
_COUNTRY = ("destination", "country", "origin")
# Codes that ISO leaves to their users: Unicode names pseudo-languages by two of them, our code list invented states.
_OUR_OWN = {"XA", "XB"}
_REST = re.compile(r"^Other (?P<rows>.*) \((?P<count>[^()]*)\)$")


@cache
def catalogue(language: str) -> NullTranslations:
    """The catalogue of a language; that of English is empty. ReportError if there is none."""
    if language.partition("-")[0] == "en":
        return NullTranslations()
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        raise ReportError(
            f"There is no catalogue for the language '{language}': {path.name} is expected in {path.parent}."
        )
    with path.open("rb") as file:
        read = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return Translations(compiled)


def say_in(language: str) -> Say:
    """The function that translates a text; what the catalogue lacks stays English, and so does nothing at all."""
    gettext = catalogue(language).gettext
    return lambda text: gettext(text) if text else text


def translated(thing: T, say: Say) -> T:
    """A declaration with its texts as `say` tells them, and all declarations in it."""
    if isinstance(thing, tuple):
        return tuple(translated(one, say) for one in thing)  # type: ignore[return-value]
    if not is_dataclass(thing):
        return thing
    told: dict[str, Any] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in TEXTS.get(type(thing), ()):
            told[field.name] = _told(value, say)
        elif isinstance(value, tuple) or is_dataclass(value):
            told[field.name] = translated(value, say)
    return replace(thing, **told)  # type: ignore[type-var]


def _told(value: Any, say: Say) -> Any:
    if isinstance(value, str):
        return say(value)
    if isinstance(value, Mapping):
        return {key: say(str(text)) for key, text in value.items()}
    return tuple(say(text) for text in value)


def contents_in(contents: Contents, language: str) -> Contents:
    """The same contents in another language: its words, its forms of numbers. What is hidden stays hidden: texts are
    made from the printed cells, and from nothing else.
    """
    say = say_in(language)
    report = replace(translated(contents.report, say), language=language, languages=())
    tables = {name: _Teller(report.table(name), say, language).table(table) for name, table in contents.tables.items()}
    revisions = contents.revisions and replace(
        contents.revisions, found=tuple(_revision(one, say, language) for one in contents.revisions.found)
    )
    remarks = {
        name: tuple(remark.tell(say, report.language.replace("-", "_")) for remark in found)
        for name, found in contents.remarks.items()
    }
    return replace(contents, report=report, tables=tables, revisions=revisions, remarks=remarks)


def _revision(one: Revision, say: Say, language: str) -> Revision:
    """A revision with its printed figures in the forms of a language; English ones have commas and a point."""
    group, point = get_group_symbol(language), get_decimal_symbol(language)

    def form(text: str) -> str:
        return text if text.startswith("[") else text.translate({ord(","): group, ord("."): point})

    before, after = form(one.before_text), form(one.after_text)
    return replace(one, column=say(one.column), row=say(one.row), before_text=before, after_text=after)


class _Teller:
    """Tells the cells of one table in a language."""

    def __init__(self, declaration: TableDeclaration, say: Say, language: str) -> None:
        self.declaration, self.say = declaration, say
        self.columns = {column.name: column for column in declaration.columns}
        self.write = writer(language)
        self.countries: Mapping[str, str] = Locale.parse(language).territories

    def table(self, table: PrintedTable) -> PrintedTable:
        """The table with its parts."""
        return replace(table, declaration=self.declaration, parts=tuple(map(self._part, table.parts)))

    def _part(self, part: Part) -> Part:
        rows = {id(row): self._row(row) for row in (*part.rows, *part.short)}
        complete = tuple(rows[id(row)] for row in part.rows)
        columns = tuple(self.columns[column.name] for column in part.columns)
        span = _span(complete, self.say) if part.span else ""
        return replace(
            part, rows=complete, short=tuple(rows[id(row)] for row in part.short), columns=columns, span=span
        )

    def _row(self, row: PrintedRow) -> PrintedRow:
        cells = tuple(self._cell(row, cell) for cell in row.cells)
        if row.kind == REMAINDER and (rest := _REST.match(row.label)):
            told = {"rows": self.declaration.row_noun, "count": rest["count"].replace(",", ".")}
            return replace(row, cells=cells, label=self.say("Other %(rows)s (%(count)s)") % told)
        if row.kind == BODY:
            return replace(row, cells=cells, label=self._words(row, self.declaration.label, row.label))
        return replace(row, cells=cells, label=self.say(row.label))

    def _cell(self, row: PrintedRow, cell: Cell) -> Cell:
        column = self.columns[cell.column.name]
        if cell.column.is_text:
            text = cell.text if cell.format == PERIOD else self._words(row, column.name, cell.text)
        else:
            text = cell.text if cell.text.startswith("[") else self.write(cell.value, cell.format)
        return replace(cell, column=column, text=text)

    def _words(self, row: PrintedRow, column: str, text: str) -> str:
        """The text of a row's column: from the catalogue, or a country's name by its code."""
        told = self.say(text)
        code = next((cell.value for cell in row.cells if cell.column.name == f"{column}_code"), None)
        if told == text and column.startswith(_COUNTRY) and code in self.countries and code not in _OUR_OWN:
            return self.countries[str(code)]
        return told if told != text else _told_in_parts(text, self.say)


def _told_in_parts(text: str, say: Say) -> str:
    """A text put together of several, such as "report: table" or "cause, cause", if each of them has a translation."""
    for joint in (": ", ", "):
        parts = text.split(joint)
        told = [say(part) for part in parts]
        if len(parts) > 1 and not set(parts) & set(told):
            return joint.join(told)
    return text


def _span(rows: tuple[PrintedRow, ...], say: Say) -> str:
    """From the first to the last period of a table over time; one alone is itself."""
    labels = [row.label for row in rows if row.kind == BODY]
    both = {"first": labels[0], "last": labels[-1]}
    return labels[0] if len(set(both.values())) == 1 else say("%(first)s to %(last)s") % both
