"""The form for partners who have no system to export from: a workbook with drop-downs, or a header line.

Here: a sheet that begins exactly as the contract's header does, with every cell text, and sheets that explain it and
hold the codes. Not here: what is done with what comes back. The same contract gives the same bytes.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from orchestration.contracts.model import Contract
from orchestration.contracts.texts import texts_in
from orchestration.errors import UsageError
from orchestration.handouts import told
from orchestration.words import mark
from orchestration.words.catalogue import Words, words_in

MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
ROWS = 5_000  # that are prepared for filling in; more can be added
TABLES = ("csv", "tsv", "xlsx")
_SHEET_NAME = 31  # Excel's limit
_NOTE = 255  # characters of an input message
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "wrapped": {"num_format": "@", "text_wrap": True, "valign": "top"},
    "head": {"num_format": "@", "bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"},
    "required": {
        "num_format": "@", "bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "bg_color": "#DCE6EF",
    },
    "title": {"bold": True, "font_size": 14},
}  # fmt: skip
_SAVE_AS = mark(
    "When it is filled in, save the first sheet as CSV (delimiter “%(delimiter)s”, encoding %(encoding)s) under a name "
    "such as %(name)s, and send that file."
)


def header_line(contract: Contract) -> bytes:
    """The header with which the contract's files begin, in its encoding; UsageError where they have none."""
    _require_table(contract)
    options = contract.options
    if contract.format == "xlsx" or not options.header:
        raise UsageError(f"The files of {contract.id} have no header line of text; take the workbook.")
    text = io.StringIO()
    text.write("\r\n" * options.skip_lines)
    csv.writer(text, delimiter=options.delimiter, quotechar=options.quote or None).writerow(
        [field.source for field in contract.fields]
    )
    return text.getvalue().encode(options.encoding)


def render_form(contract: Contract, language: str = "en", rows: Sequence[Mapping[str, str]] = ()) -> bytes:
    """The workbook; `rows` (by our field names) are filled in already. UsageError for feeds that are no tables."""
    _require_table(contract)
    words, out = words_in(language), io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": contract.title, "created": MADE})
        formats = {name: book.add_format(given) for name, given in _FORMATS.items()}
        sheet = book.add_worksheet(sheet_name(contract))
        guide = book.add_worksheet(words.say("How to fill in"))
        lists = book.add_worksheet(words.say("Codes"))
        places = _lists(lists, contract, language, formats)
        _table(sheet, contract, words, formats, places, rows)
        _guide(guide, contract, words, formats)
    return out.getvalue()


def sheet_name(contract: Contract) -> str:
    """The sheet that holds the rows: the contract's, else the feed's name, by which the reader knows it."""
    return contract.options.sheet or contract.feed[:_SHEET_NAME]


def _require_table(contract: Contract) -> None:
    if contract.format not in TABLES:
        raise UsageError(
            f"The feed {contract.id} is delivered as {contract.format}, which no table of cells can stand for. There "
            "are forms for feeds in CSV, TSV and XLSX."
        )


def _table(
    sheet: Worksheet, contract: Contract, words: Words, formats: dict[str, Format], places: Mapping[str, str],
    rows: Sequence[Mapping[str, str]],
) -> None:  # fmt: skip
    header = contract.options.skip_lines if contract.format == "xlsx" else 0
    texts = texts_in(contract, words.language)
    for number, column in enumerate(told.columns(contract, texts, words)):
        field = column.field
        sheet.set_column(number, number, max(12, min(30, len(field.source) + 4)), formats["text"])
        sheet.write_string(header, number, field.source, formats["required" if field.required else "head"])
        must = words.say("Must be filled in.") if field.required else words.say("May be empty.")
        parts = [column.label, column.description, f"{column.type}. {'; '.join(column.wanted)}", must]
        example = words.say("Example: %(example)s", example=field.examples[0]) if field.examples else ""
        note = "\n".join(part for part in (*parts, example) if part)
        check: dict[str, Any] = {"validate": "any"}
        if field.code_list in places:
            check = {"validate": "list", "source": places[str(field.code_list)], "error_type": "warning"}
        check |= {"input_title": field.source[:32], "input_message": note[:_NOTE]}
        sheet.data_validation(header + 1, number, header + ROWS, number, check)
        for row, given in enumerate(rows, start=header + 1):
            sheet.write_string(row, number, given.get(field.name, ""), formats["text"])
    sheet.freeze_panes(header + 1, 0)
    sheet.activate()


def _guide(sheet: Worksheet, contract: Contract, words: Words, formats: dict[str, Format]) -> None:
    texts, main = texts_in(contract, words.language), sheet_name(contract)
    sheet.set_column(0, 0, 28, formats["wrapped"])
    sheet.set_column(1, 1, 60, formats["wrapped"])
    sheet.set_column(2, 4, 30, formats["wrapped"])
    sheet.write_string(0, 0, texts.title, formats["title"])
    lines = [
        texts.purpose,
        words.say(
            "Fill in the sheet %(sheet)s, one row a record; leave its first rows as they are.",
            sheet=main,
        ),
        words.say("Columns with a shaded name must be filled in. Cells with codes offer them for choice."),
    ]
    if contract.format != "xlsx":
        delimiter = words.say("tab") if contract.options.delimiter == "\t" else contract.options.delimiter
        name = contract.patterns[0].rpartition("/")[2]
        lines.append(words.say(_SAVE_AS, delimiter=delimiter, encoding=contract.options.encoding, name=name))
    else:
        name = contract.patterns[0].rpartition("/")[2]
        lines.append(words.say("Send the workbook as it is, under a name such as %(name)s.", name=name))
    row = 2
    for line in lines:
        sheet.merge_range(row, 0, row, 4, "", formats["wrapped"])
        sheet.write_string(row, 0, line, formats["wrapped"])
        sheet.set_row(row, 15 * (1 + len(line) // 150))
        row += 1
    row += 1
    headings = ("Column", "What stands in it", "Form", "Must be filled in", "Example")
    for number, heading in enumerate(headings):
        sheet.write_string(row, number, words.say(heading), formats["head"])
    for column in told.columns(contract, texts, words):
        row += 1
        field = column.field
        codes = words.say("Codes: %(list)s", list=field.code_list) if field.code_list else ""
        form = "; ".join(part for part in (column.type, *column.wanted, codes) if part)
        cells = (
            field.source, f"{column.label}. {column.description}" if column.label else column.description, form,
            words.say("yes") if field.required else words.say("no"), "".join(field.examples[:1]),
        )  # fmt: skip
        for number, cell in enumerate(cells):
            sheet.write_string(row, number, cell, formats["wrapped"])


def _lists(sheet: Worksheet, contract: Contract, language: str, formats: dict[str, Format]) -> dict[str, str]:
    """The codes, two columns a list (code, meaning); returns by list the cells that hold its codes."""
    places = {}
    for number, (name, code_list) in enumerate(sorted(contract.code_lists.items())):
        column = 2 * number
        labels = code_list.labels.get(language) or code_list.labels.get("en") or {}
        codes = list(dict.fromkeys(code_list.codes))
        sheet.write_string(0, column, name, formats["head"])
        sheet.write_string(0, column + 1, "", formats["head"])
        sheet.set_column(column, column, 16, formats["text"])
        sheet.set_column(column + 1, column + 1, 40, formats["text"])
        for row, code in enumerate(codes, start=1):
            sheet.write_string(row, column, code, formats["text"])
            sheet.write_string(row, column + 1, labels.get(code, ""), formats["text"])
        letter = xl_col_to_name(column, col_abs=True)
        title = sheet.get_name().replace("'", "''")
        places[name] = f"='{title}'!{letter}$2:{letter}${len(codes) + 1}"
    return places
