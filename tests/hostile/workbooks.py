"""Writes workbooks part by part, so that a test can write what no spreadsheet program would."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
STYLES = (
    f'{_HEAD}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)


def cell(place: str, value: str | None, attributes: str = "") -> str:
    """A cell of text, or an empty one."""
    if value is None:
        return f'<c r="{place}"/>'
    return f'<c r="{place}" t="inlineStr"{attributes}><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def row(number: int, *values: str | None, raw: str = "") -> str:
    """A row of texts from column A on; `raw` is further XML within it."""
    cells = "".join(cell(f"{'ABCDEFGH'[at]}{number}", value) for at, value in enumerate(values))
    return f'<row r="{number}">{cells}{raw}</row>'


def number(place: str, value: str, attributes: str = "") -> str:
    """A cell with a number as it stands in the XML."""
    return f'<c r="{place}"{attributes}><v>{value}</v></c>'


def book(
    rows: str = "", *, sheet: str | bytes | None = None, more: Mapping[str, str | bytes] | None = None,
    after: str = "", before: str = "", sheets: str = '<sheet name="Data" sheetId="1" r:id="rId1"/>', settings: str = "",
    without: tuple[str, ...] = (),
) -> bytes:  # fmt: skip
    """The bytes of a workbook; `sheet` replaces the sheet's XML, `more` adds or replaces parts, `without` leaves "
    "some out."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">{settings}<sheets>{sheets}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet
        or f'{_HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>',
        "xl/styles.xml": STYLES,
        **(more or {}),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            if name not in without:
                archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()
