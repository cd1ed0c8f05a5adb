"""Hostile workbooks."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from tests.hostile.case import FIELDS, Case, Row
from tests.hostile.workbooks import MAIN, book, number, row
from tests.unit.intake.builders import field

HEAD = row(1, "Ref", "Text", "Amount")
GOOD: Row = ("z", "last", "1.00")
AB: Row = ("a", "b", "1.00")
DDE = "cmd|' /C calc'!A0"
HUNDRED_MB = 100 << 20


def last(at: int) -> str:
    return row(at, "z", "last", "1")


def accepted(name: str, rows: str, *expected: Row, **options) -> Case:
    parts = {key: options.pop(key) for key in ("more", "after", "before", "settings", "sheets") if key in options}
    return Case(name, book(HEAD + rows, **parts), rows=list(expected), **options)


def refused(name: str, content: str | bytes, says: str, **options) -> Case:
    parts = {key: options.pop(key) for key in ("more", "after", "before", "settings", "sheets") if key in options}
    return Case(name, content if isinstance(content, bytes) else book(content, **parts), says=says, **options)


def texts() -> Iterator[Case]:
    for name, text in {
        "formula": "=1+1", "plus": "+1", "at": "@x", "html": "<b>&amp;</b>", "jinja": "{{ x }}", "quote": "a\"b'c",
        "line_break": "a\nb", "tab": "a\tb", "leading_zeros": "007", "na": "NA", "no": "NO", "exponent": "3E001",
        "rtl": "شركة", "emoji": "\U0001f600", "long": "x" * 32_767, "escape_like": "_x0041", "true": "TRUE",
    }.items():  # fmt: skip
        yield accepted(f"text_{name}", row(2, "r", text, "2") + last(3), ("r", text, "2.00"), GOOD)
    for name, text in {
        "override": "a\u202eb", "zero_width": "a\u200bb", "joiner": "a\u200db", "bom": "a\ufeffb", "isolate": "\u2066a",
        "c1": "a\x85b", "soft_hyphen": "a\xadb",
    }.items():  # fmt: skip
        yield accepted(f"hidden_{name}", row(2, "r", text, "2") + last(3), ("r", text, "2.00"), GOOD, hidden=(1,))
    yield accepted(
        "escaped_character", row(2, "r", "a_x0007_b", "2") + last(3), ("r", "a\x07b", "2.00"), GOOD, hidden=(1,)
    )
    yield refused("escaped_nul", HEAD + row(2, "r", "a_x0000_b", "2"), "record 1, field `text`: a NUL character")


def values() -> Iterator[Case]:
    """Numbers, dates and what a formula left."""
    for name, value, text in (
        ("whole", "5", "5.00"), ("fraction", "1.25", "1.25"), ("binary_noise", "0.30000000000000004", "0.30"),
        ("exponent", "1.5E3", "1500.00"), ("negative", "-2", "-2.00"), ("zero", "0", "0.00"),
        ("fifteen_digits", "1234567890123.25", "1234567890123.25"),
    ):  # fmt: skip
        yield accepted(f"number_{name}", row(2, "a", "b", raw=number("C2", value)) + last(3), ("a", "b", text), GOOD)
    for name, value in (("nan", "NaN"), ("infinity", "inf"), ("beyond", "1E400"), ("text", "abc"), ("fine", "1.005")):
        yield accepted(
            f"number_{name}", row(2, "a", "b", raw=number("C2", value)) + last(3), GOOD,
            quarantined={1: "amount_is_a_decimal"},
        )  # fmt: skip
    yield refused(
        "number_twenty_digits", HEAD + row(2, raw=number("A2", "12345678901234567890")), "more than 15 digits"
    )
    yield accepted(
        "boolean", row(2, "a", raw='<c r="B2" t="b"><v>1</v></c>' + number("C2", "1")), ("a", "true", "1.00")
    )
    dated = [FIELDS[0], field("day", "date", physicalName="Text"), FIELDS[2]]
    for name, settings, day in (("1900", "", "2024-02-29"), ("1904", '<workbookPr date1904="1"/>', "2028-03-01")):
        yield accepted(
            f"dates_of_{name}", row(2, "a", raw=number("B2", "45351", ' s="1"') + number("C2", "1")),
            ("a", day, "1.00"),
            settings=settings, fields=dated,
        )  # fmt: skip
    yield accepted("formula_with_result", row(2, "a", "b", raw='<c r="C2"><f>1+1</f><v>2</v></c>'), ("a", "b", "2.00"))
    yield accepted(
        "formula_with_empty_text", row(2, "a", raw='<c r="B2" t="str"><f>""</f><v></v></c>' + number("C2", "1")),
        ("a", None, "1.00"),
    )  # fmt: skip
    yield accepted("formula_of_dde", row(2, "a", raw=f'<c r="B2" t="str"><f>{DDE}</f><v>x</v></c>' + number(
        "C2", "1")), ("a", "x", "1.00"))  # fmt: skip
    for code in ("#N/A", "#REF!", "#DIV/0!"):
        yield refused(
            f"error_{code.strip('#!').replace('/', '')}", HEAD + row(2, "a", raw=f'<c r="B2" t="e"><v>{code}</v></c>'),
            "sheet Data, cell B2 shows an error",
        )  # fmt: skip
    yield refused(
        "formula_never_calculated", HEAD + row(2, "a", raw='<c r="B2"><f>1+1</f></c>'), "cell B2 has a formula"
    )
    yield refused(
        "formula_with_empty_result", HEAD + row(2, "a", raw='<c r="B2"><f>A1</f><v/></c>'), "cell B2 has a formula"
    )
    yield refused(
        "formula_shared_never_calculated", HEAD + row(2, "a", raw='<c r="B2"><f t="shared" si="0"/></c>'), "cell B2"
    )


def structure() -> Iterator[Case]:
    """Cells that are there twice, nowhere or far away, and sheets that are hidden."""
    body = row(2, "a", "b", "1")
    yield accepted("empty_rows_between", row(2, "a", "b", "1") + row(9, "z", "last", "1"), AB, GOOD)
    yield accepted("hidden_row_counts", body.replace("<row ", '<row hidden="1" ') + last(3), AB, GOOD)
    yield accepted("rows_out_of_order", row(3, "z", "last", "1") + body, AB, GOOD)
    yield accepted("dimension_that_lies", body, AB, before='<dimension ref="A1:XFD1048576"/>')
    yield accepted("external_links", body, AB, more={"xl/externalLinks/externalLink1.xml": "<externalLink/>"})
    yield accepted(
        "comments_and_drawings", body, AB, more={"xl/comments1.xml": "<comments/>", "xl/media/a.png": b"\x89PNG"}
    )
    anywhere = re.sub(r' r="\w+"', "", HEAD + row(2, "a", "b", "1"))
    yield Case("cells_without_places", book(anywhere), rows=[AB])
    yield accepted("prefixed_names", "", AB, more={"xl/worksheets/sheet1.xml": prefixed()})
    yield accepted("empty_cells_with_format", row(2, "a", "b", "1", raw='<c r="Z2" s="1"/>'), AB)
    yield accepted("thousand_sheets_named", body, AB, sheets="".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="rId2"/>' for n in range(2, 500)
    ) + '<sheet name="Data" sheetId="1" r:id="rId1"/>', reader={"sheet": "Data"})  # fmt: skip
    yield refused("cell_twice", HEAD + row(2, "a", "b", "1", raw=number("C2", "2")), "the cell C2 is given twice")
    yield refused("row_twice", HEAD + "<row r='2'/><row r='2'/>", "the row 2 is given twice")
    yield refused("two_tables", HEAD + body, "2 tables of cells", after="<sheetData><row/></sheetData>")
    yield refused("cells_after_the_table", HEAD, "cells outside the table", after=body)
    yield refused("merged_cells", HEAD + body + last(3), "row 2, column 1 is the corner of merged cells",
                  after='<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>')  # fmt: skip
    yield refused("merged_header", HEAD + body, "row 1, column 1",
                  after='<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>')  # fmt: skip
    yield refused(
        "last_corner", HEAD + body + f'<row r="1048576">{number("XFD1048576", "1")}</row>', "1,048,576 rows and"
    )
    yield refused("beyond_the_sheet", HEAD + number("ZZZ1", "1"), "columns; at most")
    yield refused("row_of_many_digits", HEAD + f'<row r="{"9" * 5000}"/>', "no place of a cell or row")
    yield refused("place_without_sense", HEAD + "<row>" + number("1A", "1") + "</row>", "`1A` is no place")
    yield refused("some_places_missing", HEAD + "<row r='2'><c><v>1</v></c></row>", "some cells do not say where")
    yield refused("hidden_sheet", HEAD + body, "has the sheets Data, Secret",
                  sheets='<sheet name="Data" sheetId="1" r:id="rId1"/>'
                  '<sheet name="Secret" state="veryHidden" sheetId="2" '
                  'r:id="rId2"/>')  # fmt: skip
    yield refused("other_sheet", HEAD + body, "expected one called Cases", reader={"sheet": "Cases"})
    yield refused("sheet_without_part", HEAD, "damaged", sheets='<sheet name="Data" sheetId="1" r:id="rId9"/>')
    yield refused("no_sheet", HEAD, "has the sheets none", sheets="")
    yield refused("values_beside", HEAD + row(2, "a", "b", "1", "x"), "row 1 after the header has values to the right")
    yield refused("no_header", "", "has no header")
    yield refused(
        "header_injection", row(1, 'Ref"; drop table x; --', "Text", "Amount"), "in row 1 lacks `Ref` and has `Ref"
    )
    yield refused("header_duplicate", row(1, "Ref", "Ref", "Amount"), "names the column `Ref` more than once")
    yield refused("header_hidden_character", row(1, "R\u200bef", "Text", "Amount"), "has `R<U\\+200B>ef`")
    yield refused("macros", book(HEAD + body, more={"xl/vbaProject.bin": b"x"}), "holds macros")
    yield refused("macro_sheet", book(HEAD + body, more={"xl/macrosheets/sheet1.xml": "<x/>"}), "holds macros")
    yield refused(
        "string_that_is_not_there", HEAD + row(2, raw='<c r="A2" t="s"><v>7</v></c>'), "cannot be read as an Excel"
    )


def damage() -> Iterator[Case]:
    whole = book(HEAD + last(2))
    sheet = '<?xml version="1.0" encoding="{}"?>'
    sheet += f'<worksheet xmlns="{MAIN}"><sheetData>{HEAD}{last(2)}</sheetData></worksheet>'
    yield refused("cut_in_half", whole[: len(whole) // 2], "damaged or truncated workbook")
    yield refused("cut_at_the_end", whole[:-10], "damaged or truncated workbook")
    yield refused(
        "flipped_bytes", whole[:900] + bytes(b ^ 255 for b in whole[900:950]) + whole[950:], "damaged|cannot be read"
    )
    yield refused("sheet_cut", book(sheet=sheet.format("UTF-8")[:-60]), "sheet Data is cut off")
    yield refused("utf_16", book(sheet=sheet.format("UTF-16").encode("utf-16")), "not in UTF-8")
    yield refused("latin_1", book(sheet=sheet.format("ISO-8859-1").encode("latin-1")), "not in UTF-8")
    declared = sheet.format("UTF-8").replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet')
    yield refused("doctype", book(sheet=declared),
                  "document type declaration")  # fmt: skip
    yield refused("no_workbook_part", book(HEAD, without=("xl/workbook.xml",)), "damaged or truncated workbook")
    yield refused(
        "entities_in_the_workbook", book(HEAD, more={"xl/workbook.xml": bomb()}), "has the sheets none|damaged"
    )
    yield refused("a_zip_of_text", zipped({"a.txt": b"x"}), "damaged or truncated workbook")
    yield refused("part_outside", book(HEAD, more={"../../evil.xml": "x"}), "points outside the archive")
    yield refused("parts_twice", book(HEAD + last(2), more={"XL/worksheets/SHEET1.xml": "x"}), "more than once")
    yield refused("old_binary", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "password|old binary")
    yield refused("text", b"Ref,Text,Amount\n", "is not an Excel workbook")
    yield refused("nothing", b"", "is empty")


def bombs() -> Iterator[Case]:
    spaces = b" " * HUNDRED_MB
    yield refused("bomb_of_blanks", book(HEAD, more={"xl/worksheets/sheet2.xml": spaces}), "would unpack to")
    yield refused("bomb_of_declared_size", lying_size(), "bytes; at most|would unpack|damaged")
    text = "y" * 1_000_000
    shared = f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'
    cells = "".join(f'<row r="{n}"><c r="B{n}" t="s"><v>0</v></c></row>' for n in range(2, 3000))
    yield refused("one_long_text_in_every_row", book(HEAD + cells, more=shared_strings(shared)), "characters; at most")
    many = "".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(2, 300_000))
    yield Case("empty_cells_300_000", book(HEAD + many + last(300_000)), rows=[GOOD])
    full = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 100_002))
    yield Case("rows_100_000", book(HEAD + full), count=100_000)
    yield refused("entries_6_000", book(HEAD, more={f"xl/x{n}.xml": "" for n in range(6_000)}), "entries; at most")
    yield Case("shared_text_in_every_row", book(HEAD + cells, more=shared_strings(shared.replace(text, "y" * 1000))),
               count=2998)  # fmt: skip


def shared_strings(text: str) -> dict[str, str]:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/'
        '2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    return {"xl/sharedStrings.xml": text, "xl/_rels/workbook.xml.rels": relations}


def prefixed() -> str:
    rows = (HEAD + row(2, "a", "b", "1")).replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    return f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'


def bomb() -> str:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{lines}]><workbook xmlns="{MAIN}"><sheets>&e11;</sheets></workbook>'


def lying_size() -> bytes:
    """A part that says it has 4 GB."""
    data = bytearray(book(HEAD + last(2)))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    return bytes(data)


def zipped(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return content.getvalue()


CASES = [*texts(), *values(), *structure(), *damage(), *bombs()]


def count(path: Path, case: Case) -> int:
    """Rows below the header in which any cell has content, by Python's own XML parser."""
    with zipfile.ZipFile(path) as archive:
        rows = [
            any(part.text for item in found for part in item.iter() if part.tag.endswith(("}v", "}t")))
            for found in ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{{{MAIN}}}row")  # noqa: S314
        ]
    return sum(rows) - 1
