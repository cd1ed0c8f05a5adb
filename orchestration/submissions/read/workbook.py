"""Looks through a workbook before it is read: what an Excel file can hide, double, leave out or blow up.

Here: the parts of the file, and every reason for which a reader would silently give other rows than the sheet shows
(cells of an error, formulas whose result was not saved, a cell given twice) or need memory without end (a cell in the
last corner of the sheet, one long text used in each row). Limits are counts, never times: the verdict on a file is the
same on every machine. Not here: values (xlsx.py).
"""

import posixpath
import re
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from lxml import etree

from orchestration.errors import RejectedFileError
from orchestration.submissions.read.archive import DAMAGE, check_archive, raise_unless_damage

MAX_PART = 128 << 20
MAX_CELLS = 4_000_000
MAX_TEXT = 256 << 20
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_P = rb"(?:[\w.-]+:)?"  # Excel writes no prefixes, others do
_CELL = re.compile(rb"<" + _P + rb"c(?=[\s/>])([^>]*)>")
_REF = re.compile(rb"<" + _P + rb"c\s(?:[^>]*?\s)?r\s*=\s*[\"']([^\"'>]*)[\"']")
_ROW = re.compile(rb"<" + _P + rb"row\s(?:[^>]*?\s)?r\s*=\s*[\"']([^\"'>]*)[\"']")
_ERROR = re.compile(rb"<" + _P + rb"c(\s[^>]*?\bt\s*=\s*[\"']e[\"'][^>]*)>")
_FORMULA = re.compile(
    rb"<" + _P + rb"c(\s[^>]*)?>\s*<" + _P + rb"f(?:\s[^>]*)?(?:/>|>[^<]*</" + _P + rb"f\s*>)\s*"
    rb"(<" + _P + rb"v\s*(?:/>|>\s*</" + _P + rb"v\s*>)\s*)?</" + _P + rb"c\s*>"
)  # fmt: skip
_SHEET_DATA = re.compile(rb"<(/?)" + _P + rb"sheetData(?=[\s/>])[^>]*?(/?)>")
_TEXT_CELL = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*>\s*<" + _P + rb"v[^>]*>\s*(\d+)\s*<")
_SHARED = re.compile(rb"<" + _P + rb"si(?=[\s/>])")
_ROW_START = re.compile(rb"<" + _P + rb"row(?=[\s/>])")
_PLACE = re.compile(rb"([A-Z]{0,3})([1-9][0-9]{0,6})")


def check_workbook(path: Path, sheet: str | None, name: str, usual: str | None = None) -> str:
    """The title of the sheet to read: `sheet`, or the only one, or of several the one called `usual`; refuses it if
    it cannot be read exactly.
    """
    check_archive(path, name)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {entry.filename.lower() for entry in archive.infolist()}
            if any(part.endswith("vbaproject.bin") or "/macrosheets/" in part for part in parts):
                raise RejectedFileError(
                    f"{name} holds macros, which no table needs. Save it as a plain workbook (.xlsx)."
                )
            for part in archive.infolist():
                _refuse_large(part, name)
            entry, title = _sheet_part(archive, sheet, name, usual)
            where = f"{name}, sheet {title}"
            data = _read(archive, entry, name)
            _check_encoding(data, entry, name)
            cells = _check_cells(data, where)
            _check_volume(archive, data, cells, where)
            return title
    except (*DAMAGE, etree.XMLSyntaxError, KeyError) as error:
        raise_unless_damage(error)
        raise RejectedFileError(
            f"{name} is a damaged or truncated workbook ({str(error)[:200]}). Open and save it again, and check that "
            "the transfer was complete."
        ) from None


def _sheet_part(archive: zipfile.ZipFile, sheet: str | None, name: str, usual: str | None) -> tuple[str, str]:
    """The part of the file in which the sheet lies, and the sheet's title."""
    workbook = _tree(archive, "xl/workbook.xml", name)
    targets = {item.get("Id"): item.get("Target", "") for item in _tree(archive, "xl/_rels/workbook.xml.rels", name)}
    sheets = {str(item.get("name")): item for item in workbook.iter(f"{{{_MAIN}}}sheet", f"{{{_STRICT}}}sheet")}
    wanted = sheet or (next(iter(sheets)) if len(sheets) == 1 else usual if usual in sheets else None)
    if wanted is None or wanted not in sheets:
        raise RejectedFileError(
            f"{name} has the sheets {', '.join(list(sheets)[:20]) or 'none'}; expected "
            f"{f'one called {wanted}' if wanted else 'exactly one'}. Rename the sheet or remove the others "
            "(hidden ones count too)."
        )
    link = next((value for key, value in sheets[wanted].attrib.items() if key.endswith("}id")), None)
    target = str(targets.get(link) or "")
    return target.lstrip("/") if target.startswith(("/", "xl/")) else posixpath.normpath(f"xl/{target}"), wanted


def _tree(archive: zipfile.ZipFile, part: str, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    return etree.fromstring(_read(archive, part, name), parser)


def _read(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    _refuse_large(archive.getinfo(part), name)
    return archive.read(part)


def _refuse_large(part: zipfile.ZipInfo, name: str) -> None:
    if part.file_size > MAX_PART:
        raise RejectedFileError(
            f"{name}: the part {part.filename} has {part.file_size:,} bytes; at most {MAX_PART:,} are taken. Deliver "
            "tables of this size as CSV or Parquet, or in several files."
        )


def _check_encoding(data: bytes, part: str, name: str) -> None:
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)", data)
    odd = b"\0" in data[:64] or (declared and declared.group(1).lower() not in (b"utf-8", b"us-ascii", b"ascii"))
    if odd or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise RejectedFileError(
            f"{name}: the part {part} is not in UTF-8, or has a document type declaration; no spreadsheet program "
            "writes such a file. Open it in Excel and save it again."
        )


def _check_cells(data: bytes, where: str) -> int:
    """The number of cells of the sheet; every one of them must be there once and have a value that was saved."""
    tables = [(mark.group(1), mark.group(2), mark) for mark in _SHEET_DATA.finditer(data)]
    opening = [mark for closing, _, mark in tables if not closing]
    if len(opening) != 1:
        raise RejectedFileError(f"{where} holds {len(opening)} tables of cells; expected one. Save it again in Excel.")
    if not any(closing or empty for closing, empty, _ in tables):
        raise RejectedFileError(f"{where} is cut off: its table of cells has no end. Save it again in Excel.")
    end = next((mark.start() for closing, _, mark in tables if closing), opening[0].end())
    if _CELL.search(data, end) or _CELL.search(data[: opening[0].start()]):
        raise RejectedFileError(f"{where} has cells outside the table of its cells. Save it again in Excel.")
    if found := _ERROR.search(data):
        raise RejectedFileError(
            f"{where}, cell {_place(found.group(1))} shows an error such as #N/A or #REF! and so has no value. Mend "
            "the formula, or leave the cell empty."
        )
    for found in _FORMULA.finditer(data):
        attributes = found.group(1) or b""
        if not (found.group(2) and re.search(rb"\bt\s*=\s*[\"']str[\"']", attributes)):  # an empty text is a value
            raise RejectedFileError(
                f"{where}, cell {_place(attributes)} has a formula whose result was not saved. Open the file in Excel "
                "and save it, or put values in the place of formulas."
            )
    return _check_places(data, where)


def _check_places(data: bytes, where: str) -> int:
    count = sum(1 for _ in _CELL.finditer(data))
    if count > MAX_CELLS:
        _too_large(where, f"{count:,} cells")
    rows, refs = _ROW.findall(data), _REF.findall(data)
    if refs and len(refs) != count:
        raise RejectedFileError(f"{where}: some cells do not say where they stand. Save it again in Excel.")
    for kind, found in (("cell", refs), ("row", rows)):
        if len(set(found)) != len(found):
            twice = next(ref for at, ref in enumerate(sorted(found)[:-1]) if sorted(found)[at + 1] == ref)
            raise RejectedFileError(
                f"{where}: the {kind} {twice.decode(errors='replace')} is given twice, so one of its values would be "
                "lost. Save it again in Excel."
            )
    last_row, columns = max(1, len(rows)), set()
    for ref in (*rows, *refs):
        place = _PLACE.fullmatch(ref)
        if place is None:
            raise RejectedFileError(
                f"{where}: `{ref.decode(errors='replace')[:40]}` is no place of a cell or row. Save it again in Excel."
            )
        columns.add(place.group(1))
        last_row = max(last_row, int(place.group(2)))
    last_column = max((_column(letters) for letters in columns), default=0)
    if not refs:
        last_column = max(len(_CELL.findall(row)) for row in _ROW_START.split(data))
    if last_row > 1_048_576 or last_column > 16_384 or last_row * last_column > MAX_CELLS:
        _too_large(where, f"{last_row:,} rows and {last_column:,} columns")
    return count


def _check_volume(archive: zipfile.ZipFile, data: bytes, cells: int, where: str) -> None:
    """Texts are kept once and pointed to from each cell: what they come to when they are written out."""
    part = next((entry for entry in archive.namelist() if entry.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return
    shared = _read(archive, part, where)
    _check_encoding(shared, part, where)
    starts = [mark.start() for mark in _SHARED.finditer(shared)] + [len(shared)]
    lengths = [after - before for before, after in pairwise(starts)]
    if max(lengths, default=0) * cells <= MAX_TEXT:
        return
    volume = sum(lengths[int(at)] for at in _TEXT_CELL.findall(data) if len(at) < 10 and int(at) < len(lengths))
    if volume > MAX_TEXT:
        _too_large(where, f"{volume:,} characters")


def _too_large(where: str, what: str) -> NoReturn:
    raise RejectedFileError(
        f"{where} spans {what}; at most {MAX_CELLS:,} cells and {MAX_TEXT:,} characters are taken. Delete what stands "
        "far below or beside the table, or deliver a table of this size as CSV or Parquet."
    )


def _place(attributes: bytes) -> str:
    found = re.search(rb"\br\s*=\s*[\"']([^\"']*)", attributes)
    return found.group(1).decode(errors="replace") if found else "of unknown place"


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
