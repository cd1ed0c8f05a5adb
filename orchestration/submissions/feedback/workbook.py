"""The feedback as an Excel workbook that opens on the rows to mend.

Here: the sheets, and that every text stays text: whatever a cell of the partner begins with, nothing is ever a
formula, a link or a number again; only counts are numbers. The same feedback gives the same bytes: the day of
making is fixed. Not here: words of rules (telling.py).
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestration.contracts.repairs import repair_rules
from orchestration.contracts.rules import every_rule
from orchestration.submissions.feedback.model import Feedback, Problem, Row
from orchestration.submissions.feedback.telling import ToldRule, advice, remarks, rule_text, shortened, shown, told_rule
from orchestration.submissions.feedback.verdict import comparison, next_steps, verdict
from orchestration.words.catalogue import Words

MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
CELL_LENGTH = 32_767  # Excel's limit
A4 = 9  # Excel's number of the paper
FITS_A_PAGE = 14  # columns; more would be too small to read on paper
LINE_HEIGHT, LINES_AT_MOST = 15, 12
VALUE_LENGTH = 120
LOOKED_AT = 200  # rows from which the width of a column is taken
NARROW, MIDDLE, WIDE, BROAD = 9, 22, 46, 84
RULE_WIDTHS = (WIDE, WIDE + 14, WIDE, MIDDLE, MIDDLE)
OWN_WIDTHS = (
    MIDDLE,
    MIDDLE,
    WIDE,
    MIDDLE + 10,
    MIDDLE,
    MIDDLE,
)  # column, value, what is wrong, expected, example, mend
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@", "valign": "top"},
    "wrapped": {"num_format": "@", "valign": "top", "text_wrap": True},
    "marked": {
        "num_format": "@", "valign": "top", "bold": True, "bg_color": "#FDECE8", "border": 2, "border_color": "#A1280F",
    },
    "head": {"bold": True, "bottom": 2, "valign": "bottom", "text_wrap": True},
    "own_head": {"bold": True, "bottom": 2, "valign": "bottom", "text_wrap": True, "bg_color": "#F3F5F6"},
    "number": {"num_format": "#,##0", "valign": "top"},
    "place": {"num_format": "#,##0", "valign": "top", "align": "left"},
    "title": {"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"},
    "label": {"font_color": "#505A5F", "valign": "top"},
}  # fmt: skip


def render_workbook(feedback: Feedback, words: Words) -> bytes:
    """The workbook's bytes; sheets: to mend, repairs, warnings, summary, rules."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": f"{feedback.contract.id} {feedback.facts.period}".strip(), "created": MADE})
    write = _Writer(book, feedback, words)
    write.rows(words.say("To mend"), feedback.to_mend, words.say("No row needs mending."))
    write.repairs()
    write.rows(words.say("Warnings"), feedback.warned, words.say("There are no warnings."))
    write.summary()
    write.rules()
    book.close()
    return out.getvalue()


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, feedback: Feedback, words: Words) -> None:
        self.book, self.feedback, self.words = book, feedback, words
        self.formats: dict[str, Format] = {name: book.add_format(given) for name, given in _FORMATS.items()}
        self.told: dict[str, ToldRule] = {}

    def rows(self, name: str, rows: Sequence[Row], nothing: str) -> None:
        """One line a row: its number, what is wrong and what is expected, then the row as it stood."""
        say, contract = self.words.say, self.feedback.contract
        has_line = self.feedback.line_offset is not None
        own = [
            say("Row"), *([say("Line")] if has_line else []), say("Column"), say("In your file"), say("What is wrong"),
            say("Expected"), say("Example"), say("Suggestion"),
        ]  # fmt: skip
        if not rows:
            self.book.add_worksheet(name).write_string(0, 0, nothing)
            return
        sheet = self._sheet(name, own, [field.source for field in contract.fields])
        widths = [NARROW, *([NARROW] if has_line else []), *OWN_WIDTHS]
        theirs = zip(contract.fields, zip(*(row.values for row in rows[:LOOKED_AT]), strict=True), strict=True)
        self._widths(sheet, [*widths, *(_width(field.source, values) for field, values in theirs)])
        sheet.freeze_panes(1, 2 if has_line else 1)
        sheet.autofilter(0, 0, len(rows), len(own) + len(contract.fields) - 1)
        for at, row in enumerate(rows, start=1):
            self._row(sheet, at, row)

    def repairs(self) -> None:
        """One line a mended cell."""
        say = self.words.say
        heads = [say("Row"), say("Column"), say("In your file"), say("Taken as"), say("Why")]
        repairs = [one for one in self.feedback.repairs if one.field in self.feedback.contract.field_by_name]
        if not repairs and not self.feedback.duplicates:
            self.book.add_worksheet(say("Repairs")).write_string(0, 0, say("Nothing was repaired."))
            return
        sheet = self._sheet(say("Repairs"), heads, [])
        self._widths(sheet, [NARROW, MIDDLE, MIDDLE, MIDDLE, WIDE])
        sheet.freeze_panes(1, 1)
        for at, one in enumerate(repairs, start=1):
            sheet.write_number(at, 0, one.row, self.formats["place"])
            why = rule_text(self.feedback.contract, one.rule, self.words)[0]
            texts = (self.feedback.source(one.field), one.before, one.after, why)
            for column, text in enumerate(texts, start=1):
                self._text(sheet, at, column, text, "wrapped")
            self._height(sheet, at, [[text] for text in texts], (MIDDLE, MIDDLE, MIDDLE, WIDE))
        for below, (row, kept) in enumerate(self.feedback.duplicates, start=1):
            at = len(repairs) + below
            sheet.write_number(at, 0, row, self.formats["place"])
            self._text(sheet, at, 4, say("A copy of row %(row)s; counted once.", row=kept), "wrapped")

    def summary(self) -> None:
        """Verdict, what to do, counts, and rows by rule."""
        say, feedback, facts = self.words.say, self.feedback, self.feedback.facts
        sheet = self.book.add_worksheet(say("Summary"))
        self._widths(sheet, [BROAD, WIDE])
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        self._text(sheet, 0, 0, verdict(feedback, self.words), "title")
        at = 2
        for label, value in (
            (say("File"), facts.file_name), (say("Feed"), feedback.contract.id), (say("Period"), facts.period),
            (say("Submission"), facts.submission_id), (say("Contract version"), feedback.contract.version),
            (say("The reason"), facts.reason),
        ):  # fmt: skip
            if value:
                sheet.write_string(at, 0, label, self.formats["label"])
                self._text(sheet, at, 1, value, "wrapped")
                self._height(sheet, at, [[value]], (WIDE,))
                at += 1
        for step in (*next_steps(feedback, self.words), comparison(feedback, self.words)):
            if step:
                at += 1
                self._text(sheet, at, 0, step, "wrapped")
                self._height(sheet, at, [[step]], (BROAD,))
        at = self._numbers(sheet, at + 2, self._counts())
        for heading, counts in (
            (say("Rows to mend by rule"), feedback.broken_rules), (say("Warnings by rule"), feedback.warning_rules),
        ):  # fmt: skip
            if counts:
                sheet.write_string(at + 1, 0, heading, self.formats["head"])
                sheet.write_blank(at + 1, 1, None, self.formats["head"])
                lines = [(rule_text(feedback.contract, count.rule, self.words)[0], count.rows) for count in counts]
                at = self._numbers(sheet, at + 2, lines)

    def rules(self) -> None:
        """Every rule of the feed, with what it expects and how many rows broke it."""
        say, contract = self.words.say, self.feedback.contract
        heads = [say("Rule"), say("What must hold"), say("Expected"), say("Example"), say("If not"), say("Rows")]
        sheet = self._sheet(say("Rules"), heads, [])
        self._widths(sheet, [*RULE_WIDTHS, NARROW])
        sheet.freeze_panes(1, 1)
        broken = {count.rule.name: count.rows for count in (*self.feedback.broken_rules, *self.feedback.warning_rules)}
        outcome = {
            "error": say("the row is not accepted"), "warning": say("the row is accepted with a warning"),
            "repair": say("the cell is repaired"),
        }  # fmt: skip
        for at, rule in enumerate((*every_rule(contract), *repair_rules(contract)), start=1):
            told = told_rule(contract, rule, self.words)
            texts = (told.name, told.text, told.expected, told.example, outcome[rule.severity])
            for column, text in enumerate(texts):
                self._text(sheet, at, column, text, "wrapped")
            self._height(sheet, at, [[text] for text in texts], RULE_WIDTHS)
            sheet.write_number(at, 5, broken.get(rule.name, 0), self.formats["number"])

    def _row(self, sheet: Worksheet, at: int, row: Row) -> None:
        feedback, marked = self.feedback, row.fields
        sheet.write_number(at, 0, row.number, self.formats["place"])
        column, line = 1, feedback.line(row.number)
        if line is not None:
            sheet.write_number(at, 1, line, self.formats["place"])
            column = 2
        told = [(problem, self._rule(problem.rule.name, row, number)) for number, problem in enumerate(row.problems)]
        own = (
            [", ".join(feedback.source(name) for name in problem.fields) for problem, _ in told],
            [shortened(self._value(row, problem), VALUE_LENGTH) for problem, _ in told],
            [" ".join([rule.text, *self._remarks(row, problem)]) for problem, rule in told],
            [rule.expected for _, rule in told],
            [rule.example for _, rule in told],
            [advice(problem, self.words) for problem, _ in told],
        )
        for texts in own:
            self._text(sheet, at, column, "\n".join(texts) if any(texts) else "", "wrapped")
            column += 1
        self._height(sheet, at, own, OWN_WIDTHS)
        for field, value in feedback.cells(row):
            self._text(sheet, at, column, value or "", "marked" if field.name in marked else "text")
            column += 1

    def _remarks(self, row: Row, problem: Problem) -> list[str]:
        return [remark.text for remark in remarks(self.feedback, problem, row.number, self.words)]

    def _value(self, row: Row, problem: Problem) -> str:
        """The values that the rule looks at, as they stand in the row."""
        values = {field.name: value or "" for field, value in self.feedback.cells(row)}
        return ", ".join(values.get(name, "") for name in problem.fields)

    def _rule(self, name: str, row: Row, number: int) -> ToldRule:
        if name not in self.told:
            self.told[name] = told_rule(self.feedback.contract, row.problems[number].rule, self.words)
        return self.told[name]

    def _sheet(self, name: str, own: Sequence[str], theirs: Sequence[str]) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        for column, text in enumerate((*own, *theirs)):
            self._text(sheet, 0, column, text, "head" if column < len(own) else "own_head")
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        if len(own) + len(theirs) <= FITS_A_PAGE:
            sheet.fit_to_pages(1, 0)
        else:
            sheet.repeat_columns(0, 1)
        return sheet

    def _counts(self) -> list[tuple[str, int]]:
        counts, say = self.feedback.counts, self.words.say
        if counts is None:
            return []
        return [
            (say("Rows in the file"), counts.rows_read), (say("Accepted"), counts.rows_accepted),
            (say("of these with cells repaired"), counts.rows_repaired),
            (say("of these with a warning"), counts.rows_warned),
            (say("Not accepted: to mend"), counts.rows_quarantined),
            (say("Exact copies of another row, counted once"), counts.rows_duplicate),
        ]  # fmt: skip

    def _numbers(self, sheet: Worksheet, at: int, lines: Sequence[tuple[str, int]]) -> int:
        for label, number in lines:
            self._text(sheet, at, 0, label, "wrapped")
            self._height(sheet, at, [[label]], (BROAD,))
            sheet.write_number(at, 1, number, self.formats["number"])
            at += 1
        return at

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, form: str) -> None:
        if text:
            sheet.write_string(row, column, shortened(shown(text), CELL_LENGTH), self.formats[form])
        else:
            sheet.write_blank(row, column, None, self.formats[form])

    def _height(self, sheet: Worksheet, at: int, cells: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """Height for the longest of the wrapped cells, given as paragraphs: not every program finds it by itself."""
        lines = [
            sum(max(1, math.ceil(len(text) / width)) for text in texts)
            for texts, width in zip(cells, widths, strict=True)
        ]
        sheet.set_row(at, LINE_HEIGHT * min(max(lines), LINES_AT_MOST))

    def _widths(self, sheet: Worksheet, widths: Sequence[int]) -> None:
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)


def _width(heading: str, values: Sequence[str | None]) -> int:
    longest = max(len(value or "") for value in values)
    return min(max(len(heading) + 3, longest + 2, 10), MIDDLE + 10)
