"""The render-time proof: an edition appears only if its figures hold together and its words say what its
tables say.

Belongs here: parts equal totals; shares and changes recomputed from the figures beside them; shares that must
sum to one; orders that must hold; totals that two tables share; every figure of the page equal to its cell;
every number in prose bound to a cell or standing in a table's own words. Does not belong here: whether the
data are right (the checks on submissions and dbt's tests do that). Nothing is mended here: all faults are
collected and raised together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise, zip_longest

from lxml import html

from reports.context import Contents
from reports.declaration import Column
from reports.errors import ReportError
from reports.figures import exact
from reports.prove_rounding import rounding_faults, rounds
from reports.tables import BODY, REMAINDER, TOTAL, Cell, Part, PrintedRow, PrintedTable, add

# Reporting tables round shares and changes to three places, which is one place of a percentage.
_TOLERANCE = Decimal("0.0005000001")
_NUMBER = re.compile(r"\d[\d,.\u202f]*\d|\d")
_SPACES = re.compile(r"[ \t\r\n]+")
_SHOWN = 12
_IN_SVG = "local-name()='svg'"
_FREE_TEXT = f".//text()[not(ancestor::*[@data-cell]) and not(ancestor::a) and not(ancestor::*[{_IN_SVG}])]"
_LABEL = "local-name()='title' or local-name()='desc' or (local-name()='text' and not(@class='tick'))"
# What is read aloud in place of what is seen.
_READ_ALOUD = ".//@aria-label | .//@alt | .//@title | .//@aria-description"
_CHART_TEXT = f".//*[{_IN_SVG}]//*[{_LABEL}]"


def prove_figures(contents: Contents) -> None:
    """Re-add every table; ReportError lists the faults."""
    _raise(contents, list(_figure_faults(contents)))


def prove_page(contents: Contents, page: str) -> None:
    """Compare the finished page with the tables; ReportError lists the faults."""
    _raise(contents, list(_page_faults(contents, page)))


def _raise(contents: Contents, faults: list[str]) -> None:
    if not faults:
        return
    listed = " ".join(f"({number}) {fault}" for number, fault in enumerate(faults[:_SHOWN], start=1))
    more = f" And {len(faults) - _SHOWN} more." if len(faults) > _SHOWN else ""
    raise ReportError(
        f"No edition of '{contents.report.name}' for {contents.period} was made, because its figures do "
        f"not hold: {listed}{more} Mend the model or the template that is named, then publish again."
    )


def _figure_faults(contents: Contents) -> Iterator[str]:
    for table in contents.tables.values():
        for part in table.parts:
            if part.available:
                yield from _total_faults(table, part)
                for row in {id(row): row for row in (*part.rows, *part.short)}.values():
                    yield from _share_faults(table, part, row)
                    yield from _change_faults(table, part, row)
                    yield from _order_faults(table, part, row)
                yield from _whole_faults(table, part)
    yield from rounding_faults(contents)
    for agreement in contents.report.agreements:
        sides = (agreement.left, agreement.right)
        yield from _agreement_faults(contents, *(side.replace("$period", str(contents.period)) for side in sides))


def _total_faults(table: PrintedTable, part: Part) -> Iterator[str]:
    if not table.declaration.total or rounds(table):
        return
    if part.total is None:
        yield f"Table {part.number} has no total row in {table.declaration.model}."
        return
    for column in table.declaration.columns:
        if not column.adds_up:
            continue
        if any(row.cell(column.name).is_hidden for row in (*part.rows, *part.short)):
            continue  # added up, and audited, before the figures were taken out
        total = exact(part.total.cell(column.name).value)
        for rows, name in ((part.rows, "its rows"), (part.short, "its rows as printed first")):
            parts = add(row.cell(column.name).value for row in rows if row.kind in (BODY, REMAINDER))
            if parts != total and (parts or 0) != (total or 0):
                yield (
                    f"Table {part.number}, column '{column.header}': {name} add to {_plain(parts)}, "
                    f"its total row says {_plain(total)}."
                )


def _share_faults(table: PrintedTable, part: Part, row: PrintedRow) -> Iterator[str]:
    for column in table.declaration.columns:
        if not column.numerator or (column.parts_only and row.kind == TOTAL):
            continue
        sources = [row.cell(name) for name in (*column.numerator, *column.denominator)]
        if column.of_total and part.total:
            sources.append(part.total.cell(column.of_total))
        above = add(row.cell(name).value for name in column.numerator)
        said = exact(row.cell(column.name).value)
        if row.cell(column.name).is_hidden or any(cell.is_hidden for cell in sources):
            # Nought of a hidden total is nought, whatever the total.
            if not (above == said == 0 and not any(row.cell(name).is_hidden for name in column.numerator)):
                yield from _trace_faults(part, row, column, sources)
            continue
        below = _denominator(column, part, row)
        if above is None or not below:
            if said is not None:
                yield f"{_place(part, row, column)} says {_plain(said)}, but there is nothing to divide by."
        elif said is None or abs(said - column.per * above / below) > _TOLERANCE:
            truth = f"{column.per * above / below:.6f}"
            yield f"{_place(part, row, column)} says {_plain(said)}, {above} of {below} is {truth}."


def _trace_faults(part: Part, row: PrintedRow, column: Column, sources: list[Cell]) -> Iterator[str]:
    """A figure made from one that is hidden must be hidden with it."""
    if any(cell.is_hidden for cell in sources) and not row.cell(column.name).is_hidden:
        yield f"{_place(part, row, column)} is printed, though it is made from a confidential figure."


def _denominator(column: Column, part: Part, row: PrintedRow) -> Decimal | None:
    if column.of_total:
        return exact(part.total.cell(column.of_total).value) if part.total else None
    return add(row.cell(name).value for name in column.denominator)


def _change_faults(table: PrintedTable, part: Part, row: PrintedRow) -> Iterator[str]:
    for column in table.declaration.columns:
        if not column.now:
            continue
        cell = row.cell(column.name)
        sources = [row.cell(column.now), row.cell(column.then)]
        if cell.is_hidden or any(source.is_hidden for source in sources):
            yield from _trace_faults(part, row, column, sources)
            continue
        now, then, said = (exact(row.cell(name).value) for name in (column.now, column.then, column.name))
        if said is None:
            if now is not None and then:
                yield f"{_place(part, row, column)} is empty although both figures compared are known."
            continue
        if now is None or then is None or (cell.format == "change" and then == 0):
            yield f"{_place(part, row, column)} says {_plain(said)}, but a figure compared is unknown or zero."
            continue
        truth = (now - then) / then if cell.format == "change" else now - then
        if abs(said - truth) > _TOLERANCE:
            yield f"{_place(part, row, column)} says {_plain(said)}, from {then} to {now} is {truth:.6f}."


def _order_faults(table: PrintedTable, part: Part, row: PrintedRow) -> Iterator[str]:
    for chain in table.declaration.ordered if not rounds(table) else ():
        values = ((name, exact(row.cell(name).value)) for name in chain)
        known: list[tuple[str, Decimal]] = [(name, value) for name, value in values if value is not None]
        for (smaller, low), (greater, high) in pairwise(known):
            if low > high:
                yield f"Table {part.number}, row '{row.label}': {smaller} ({low}) exceeds {greater} ({high})."


def _whole_faults(table: PrintedTable, part: Part) -> Iterator[str]:
    """Shares of one whole sum to one, within what rounding each printed share can do."""
    for column in table.declaration.columns:
        if not column.sums_to_one or rounds(table) or any(row.cell(column.name).is_hidden for row in part.body):
            continue
        known = [row for row in part.body if exact(row.cell(column.name).value) is not None]
        whole = add(row.cell(column.name).value for row in known)
        if whole is not None and abs(whole - 1) > _TOLERANCE * len(known):
            yield (
                f"Table {part.number}, column '{column.header}': the shares sum to {whole * 100:.2f} %, not to 100 %."
            )


def _agreement_faults(contents: Contents, left: str, right: str) -> Iterator[str]:
    for authority in contents.authorities:
        sides = []
        for address in (left, right):
            table, row, column = address.split(".")
            part = contents.maybe_part(table, authority)
            found = part.row(row) if part else None
            sides.append((part.number if part else "", exact(found.cell(column).value) if found else None))
        (number, value), (other_number, other) = sides
        if value is not None and other is not None and value != other:
            yield (
                f"{authority.name}: {left} in Table {number} is {value}, "
                f"{right} in Table {other_number} is {other}; they must be equal."
            )


def _page_faults(contents: Contents, page: str) -> Iterator[str]:
    document = html.document_fromstring(page)
    texts = {
        cell.id: cell.text
        for table in contents.tables.values()
        for part in table.parts
        for row in (*part.rows, *part.short)
        for cell in row.cells
    }
    for node in document.xpath("//td[@id]"):
        said = _words_without_marks(node)
        if texts.get(node.get("id")) != said:
            held = texts.get(node.get("id"))
            yield f"The page prints '{said}' in cell {node.get('id')}, the table holds '{held}'."
    yield from _full_table_faults(contents, document)
    for node in document.xpath("//table[@data-revisions]//td[@data-cell]"):
        held, said = texts.get(node.get("data-cell")), _words(node)
        if held != said:
            yield f"The revisions say '{said}' of cell {node.get('data-cell')}, the table holds '{held}'."
    vocabulary = set(_numbers(_words(node) for node in document.xpath("//caption|//thead//th|//tbody//th")))
    vocabulary |= set(_numbers(authority.name for authority in contents.authorities))
    # A table that is not available has no caption, and may be named all the same.
    vocabulary |= {str(table.number) for table in contents.tables.values()}
    for node in document.xpath("//*[contains(concat(' ', @class, ' '), ' prose ')]"):
        for figure in node.xpath(".//*[@data-cell]"):
            identity, said = figure.get("data-cell"), _words(figure)
            if texts.get(identity, "").lstrip("+\N{MINUS SIGN}") != said:
                yield f"The text says '{said}' where cell {identity} holds '{texts.get(identity)}'."
        yield from _unbound_faults(node, vocabulary, set(_numbers(texts.values())))


def _unbound_faults(node: html.HtmlElement, vocabulary: set[str], figures: set[str]) -> Iterator[str]:
    """Numbers in prose that stand in no table: neither as a figure bound to a cell nor in a caption or
    heading.

    A chart's own texts are its title and labels, taken from cells: they must be figures of some table. Its
    scale is none.
    """
    for part in node.xpath(_FREE_TEXT):
        in_finding = part.getparent().xpath("ancestor-or-self::figcaption")
        for number in _numbers([str(part)]):
            if number not in vocabulary and not (in_finding and number in figures):
                told = _SPACES.sub(" ", part).strip()[:80]
                yield f"The text '{told}' holds {number}, which is in no table."
    for text in node.xpath(_CHART_TEXT):
        for number in _numbers([_words(text)]):
            if number not in vocabulary | figures:
                yield f"A chart says {number} ('{_words(text)[:80]}'), which is in no table."
    for spoken in node.xpath(_READ_ALOUD):
        for number in _numbers([str(spoken)]):
            if number not in vocabulary | figures:
                yield f"A text that is read aloud says {number} ('{str(spoken)[:80]}'), which is in no table."


def _full_table_faults(contents: Contents, document: html.HtmlElement) -> Iterator[str]:
    """Tables in full, whose cells bear no ids: each row is compared as a whole."""
    parts = {part.number: part for table in contents.tables.values() for part in table.parts}
    for node in document.xpath("//table[@data-complete]"):
        part = parts[node.get("data-complete")]
        shown = {column.name for column in part.columns if not column.is_text}
        held = [[cell.text for cell in row.cells if cell.column.name in shown] for row in part.rows]
        said = [
            [_words_without_marks(cell) for cell in row.xpath("td[contains(@class, 'number')]")]
            for row in node.xpath("tbody/tr | tfoot/tr")
        ]
        for row, figures, printed in zip_longest(part.rows, held, said):
            if figures != printed:
                label = row.label if row else "one more"
                yield f"Table {part.number} in full prints {printed} in the row '{label}', the table holds {figures}."


def _numbers(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for match in _NUMBER.findall(text):
            yield match.rstrip(",.")


def _words(node: html.HtmlElement) -> str:
    return _SPACES.sub(" ", str(node.text_content())).strip()


def _words_without_marks(node: html.HtmlElement) -> str:
    """The figure of a cell, without the symbols that stand beside it."""
    text = "".join(node.xpath(".//text()[not(ancestor::span[@class='mark'])]"))
    return _SPACES.sub(" ", text).strip()


def _place(part: Part, row: PrintedRow, column: Column) -> str:
    return f"Table {part.number}, row '{row.label}', column '{column.header}'"


def _plain(number: Decimal | None) -> str:
    return "nothing" if number is None else format(number, "f")
