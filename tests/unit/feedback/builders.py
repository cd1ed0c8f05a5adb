"""Feedback made from small files, and readers that know nothing of how it was written."""

from __future__ import annotations

import re
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import python_calamine
from lxml import etree

from orchestration.contracts.model import Contract
from orchestration.submissions.check import check_file
from orchestration.submissions.feedback import Facts, Feedback, Past, collect
from orchestration.submissions.feedback.lines import line_offset
from tests.unit.intake.builders import contract, field, rule

CODES = ["NAR", "KGM", "LTR"]
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sample_contract(root: Path, **options) -> Contract:
    """A feed with a rule of every kind that a field can have, a key, a rule of its own and a warning."""
    return contract(
        root,
        [
            field("ref", physicalName="Ref No", required=True, primaryKey=True, examples=["R-001"],
                  logicalTypeOptions={"pattern": "^R-[0-9]{3}$"}, repairs=["trim", "upper"]),
            field("unit", physicalName="Unit", codeList="units_here", examples=["NAR"], repairs=["trim", "upper"]),
            field("amount", "number", physicalName="Betrag", scale=2, examples=["12,50"], decimal=",",
                  logicalTypeOptions={"minimum": 0, "maximum": 1000}),
            field("day", "date", physicalName="Day", formats=["%d.%m.%Y"], examples=["31.12.2025"]),
            field("note", physicalName="Note", logicalTypeOptions={"maxLength": 300}, examples=["none"]),
        ],
        rules=[
            rule("amounts_have_a_unit", "amount is null or unit is not null"),
            rule("amounts_are_not_nought", "amount is null or amount <> 0", "warning"),
        ],
        reader={"delimiter": ";"},
        code_lists={"units_here": CODES},
        **options,
    )  # fmt: skip


def feedback_on(
    root: Path, rows: list[str], of: Contract | None = None, past: tuple[Past, ...] = (), **options
) -> Feedback:
    """The feedback on a CSV with these rows."""
    of = of or sample_contract(root)
    file = root / "feed.csv"
    heading = ";".join(f'"{one.source}"' for one in of.fields)
    file.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    folder = root / "out"
    counts = check_file(file, of, folder, threads=2).counts
    facts = Facts(file.name, "accepted", period="2025-Q4")
    return collect(of, facts, folder, counts, past, line_offset(file, of, counts.rows_read), **options)


class Page(HTMLParser):
    """What a reader of a page sees: its tags, its text, the cells that are marked, and its tables' rows."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.marked, self.rows = "", [], []
        self._inside: list[str] = []
        self._cell: list[str] | None = None
        self._is_marked = False
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.text += "" if tag in ("bdi", "span", "a") else " "
        self.tags.append((tag, dict(attrs)))
        if tag in ("style", "script"):
            self._inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._cell, self._is_marked = [], dict(attrs).get("class") == "marked"

    def handle_endtag(self, tag):
        if tag in ("style", "script"):
            self._inside.pop()
        if tag in ("td", "th") and self._cell is not None:
            value = " ".join("".join(self._cell).split())
            self.rows[-1].append(value)
            if self._is_marked:
                self.marked.append(value)
            self._cell = None

    def handle_data(self, data):
        if self._inside:
            return
        self.text += data
        if self._cell is not None:
            self._cell.append(data)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def sheets(workbook: bytes) -> dict[str, list[list[object]]]:
    """Every sheet's values, as an independent reader has them."""
    book = python_calamine.load_workbook(BytesIO(workbook))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def cell_kinds(workbook: bytes, sheet: int = 1) -> dict[str, str]:
    """For each cell of a sheet, by its address: `s` for text, `n` for a number, `f` for a formula."""
    root = etree.fromstring(zipfile.ZipFile(BytesIO(workbook)).read(f"xl/worksheets/sheet{sheet}.xml"))
    kinds = {}
    for cell in root.iter(f"{_MAIN}c"):
        if cell.find(f"{_MAIN}f") is not None:
            kinds[cell.get("r")] = "f"
        elif len(cell):
            kinds[cell.get("r")] = "s" if cell.get("t") in ("s", "inlineStr") else "n"
    return kinds


def filled_cells(workbook: bytes, sheet: int = 1) -> set[str]:
    """Addresses of the cells whose style has a border all round, as only marked cells have."""
    archive = zipfile.ZipFile(BytesIO(workbook))
    styles = etree.fromstring(archive.read("xl/styles.xml"))
    formats = styles.find(f"{_MAIN}cellXfs").findall(f"{_MAIN}xf")
    borders = styles.find(f"{_MAIN}borders").findall(f"{_MAIN}border")
    framed = {
        number
        for number, form in enumerate(formats)
        if borders[int(form.get("borderId"))].find(f"{_MAIN}left").get("style") is not None
    }
    root = etree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    return {cell.get("r") for cell in root.iter(f"{_MAIN}c") if int(cell.get("s") or 0) in framed}


def column_of(table: list[list[object]], heading: str) -> int:
    """Where a column stands."""
    return table[0].index(heading)


def address(row: int, column: int) -> str:
    """B3 for row 2 and column 1, both counted from nought."""
    assert column < 26
    return f"{chr(65 + column)}{row + 1}"


def tags_named(page: Page, name: str) -> list[dict[str, str | None]]:
    return [attributes for tag, attributes in page.tags if tag == name]


def without_figures(text: str) -> str:
    """A text without its figures and signs, for comparing words."""
    return re.sub(r"[\d\W_]+", " ", text).strip()
