"""No hidden number is in any byte shipped: page, tables, pictures, JSON, the members of the workbook, the text of the
PDF. Each scan is seen to find the numbers in an edition that forgot to take them out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest

from reports import context
from reports.context import Contents
from reports.cover import Cover
from reports.disclosure import printed
from reports.figures import CONFIDENTIAL, exact
from reports.render import render
from tests.unit.reports.conftest import contents_of
from tests.unit.reports.test_disclosure import granted, seized

COVER = Cover("2025-H2-v1", "Provisional")


def texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Every file as text: members of archives one by one, the text layer of a PDF, all else as it is."""
    for path, content in files.items():
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = [name for name in archive.namelist() if not name.startswith("xl/theme/")]  # colours of Excel
                yield from texts({f"{path}!{name}": archive.read(name) for name in members})
        elif content.startswith(b"%PDF"):
            document = pypdfium2.PdfDocument(content)
            yield path, "\n".join(page.get_textpage().get_text_range() for page in document)
            yield f"{path} (raw)", content.decode("latin-1")
        else:
            yield path, content.decode("utf-8")


def spellings(value: Decimal) -> set[str]:
    """How a number might survive: as it is stored, as a float, rounded, in thousands or millions, with separators."""
    found = {format(value, "f"), format(value.normalize(), "f"), repr(float(value))}
    for scale, decimals in ((1, 2), (1, 0), (1000, 1), (1000, 3), (10**6, 2), (10**6, 6)):
        scaled = f"{value / scale:,.{decimals}f}"
        if sum(char.isdigit() for char in scaled.lstrip("0.")) >= 3:  # fewer digits stand anywhere by chance
            plain = scaled.replace(",", "")
            found |= {scaled, plain, plain.replace(".", ",")}
            found |= {scaled.replace(",", space) for space in ("\u00a0", "\u202f")}
    return found


def hidden_values(contents: Contents) -> list[Decimal]:
    """True values of the hidden figures that no published figure has too."""
    figures = [one for record in contents.decisions.values() for one in record["figures"]]
    shown = {Decimal(one["value"]) for one in figures if one["state"] == "published"}
    return sorted({Decimal(one["value"]) for one in figures if one["state"] == "confidential"} - shown - {Decimal(0)})


def leaks(files: Mapping[str, bytes], values: list[Decimal], elsewhere: set[str]) -> set[tuple[str, str]]:
    """Where a hidden number stands, and in which spelling; ``elsewhere`` are spellings of numbers that are shown."""
    wanted = {spelling for value in values for spelling in spellings(value)} - elsewhere
    longest_first = "|".join(map(re.escape, sorted(wanted, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\d.#])(?<!\d,)(?:{longest_first})(?![\d.,]*\d)")
    return {(path, match.group(0)) for path, text in texts(files) for match in pattern.finditer(text)}


def shown_numbers(contents: Contents) -> set[str]:
    """All spellings of all numbers that the edition prints, in English and in German."""
    cells = [c for table in contents.tables.values() for p in table.parts for r in (*p.rows, *p.short) for c in r.cells]
    numbers = {number for cell in cells if not cell.column.is_text and (number := exact(cell.value)) is not None}
    said = {cell.text.lstrip("+\N{MINUS SIGN}") for cell in cells}
    german = {text.translate(str.maketrans(".,", ",.")) for text in said}
    return {spelling for number in numbers for spelling in spellings(number)} | said | german


@pytest.fixture(scope="module")
def contents() -> Contents:
    return contents_of("enforcement", seized)


def broken(monkeypatch: pytest.MonkeyPatch) -> Contents:
    """The same edition by a publisher that decides what to hide, and forgets to take it out."""
    honest = context.disclose

    def forgetful(report, period, tables, *rest):
        return tables, honest(report, period, tables, *rest)[1]

    monkeypatch.setattr(context, "disclose", forgetful)
    return contents_of("enforcement", lambda tables: seized(tables))


def test_no_hidden_number_is_in_any_byte_of_the_edition(contents):
    values = hidden_values(contents)
    assert len(values) >= 2
    files = render(contents, COVER).files
    assert {path.rsplit(".", 1)[-1] for path in files} >= {"html", "csv", "svg", "json", "xlsx", "pdf"}
    assert leaks(files, values, shown_numbers(contents)) == set()
    assert any(CONFIDENTIAL in text for path, text in texts(files) if path.endswith(".pdf"))


def test_the_scan_finds_them_in_each_form_of_an_edition_that_forgot_to_hide(contents, monkeypatch):
    files = render(broken(monkeypatch), COVER).files
    found = leaks(files, hidden_values(contents), shown_numbers(contents))
    kinds = {re.sub(r".*\.", "", path.split("!")[0].removesuffix(" (raw)")) for path, _ in found}
    assert kinds >= {"html", "csv", "json", "xlsx", "pdf"}


def by_percentages(contents: Contents) -> set[str]:
    """Hidden figures that a printed share of a printed total gives away."""
    found = set()
    for table in contents.tables.values():
        for part in table.parts:
            for row in part.body:
                for column in table.declaration.columns:
                    if len(column.numerator) == 1 and column.of_total and part.total:
                        hidden = row.cell(column.numerator[0])
                        known = (row.cell(column.name).value, part.total.cell(column.of_total).value)
                        if hidden.is_hidden and None not in known:
                            found.add(hidden.id)
                    if column.now and row.cell(column.now).is_hidden:
                        known = (row.cell(column.name).value, row.cell(column.then).value)
                        found |= {row.cell(column.now).id} - ({row.cell(column.now).id} if None in known else set())
    return found


def test_no_share_or_change_gives_a_hidden_figure_back():
    contents = contents_of("licensing_statistics", granted)
    assert hidden_values(contents)
    assert by_percentages(contents) == set()


def test_shares_printed_beside_hidden_values_give_them_back(monkeypatch):
    """The attack against an edition that hides values alone, and not what is made from them."""

    def values_alone(table, row, away, of_total):
        cells = tuple(replace(cell, value=None, text=CONFIDENTIAL) if cell.id in away else cell for cell in row.cells)
        return replace(row, cells=cells)

    monkeypatch.setattr(printed, "_row_without", values_alone)
    assert by_percentages(contents_of("licensing_statistics", lambda tables: granted(tables)))
