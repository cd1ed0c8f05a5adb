"""Random tables, written in every format and locale, come back equal: texts, numbers, days, moments, yes and no.

The writers are this test's own, apart from the formats' libraries. What a format cannot hold is left out of its tables
where the alphabet is chosen, with the reason beside it. Derandomised: the same tables on every run.
"""

import csv
import io
import json
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.contracts.model import Contract
from tests.unit.intake.builders import check, contract, field

Table = list[tuple[str | None, str | None, Decimal | None, int | None, date | None, datetime | None, bool | None]]
NAMES = ("ref", "text", "amount", "number", "day", "moment", "flag")
MEANINGFUL = (
    "NA",
    "NO",
    "null",
    "None",
    "007",
    "3E001",
    "1E5",
    "true",
    "-",
    "=1+1",
    "45292",
    "NaN",
    'say "no"',
    "a;b,c|d\te\\",
)
LETTERS = "abzÄöüßéøñçİşğ€ЖдяΩ漢字日本عربی\U0001f600 \u00a0,;|\t\\\"'=+-@#%&<>{}[]()._/0123456789"
CONTROLS = "\n\r"


@dataclass(frozen=True)
class Locale:
    """How numbers and days are written."""

    decimal: str = "."
    grouping: str = ""
    day: str = "%Y-%m-%d"
    moment: str = "%Y-%m-%dT%H:%M:%S%z"
    yes_no: tuple[str, str] = ("true", "false")

    def number(self, value: Decimal | int) -> str:
        text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
        return text.replace(",", "\0").replace(".", self.decimal).replace("\0", self.grouping)

    def cells(self, row: Sequence[Any]) -> list[str]:
        ref, text, amount, number, day, moment, flag = row
        return [
            ref or "", text or "", "" if amount is None else self.number(amount),
            "" if number is None else self.number(number), "" if day is None else four_digits(day, self.day),
            "" if moment is None else four_digits(moment, self.moment), "" if flag is None else self.yes_no[not flag],
        ]  # fmt: skip


def four_digits(value: date, form: str) -> str:
    """strftime with the year as four digits, which the C library does not promise."""
    return value.strftime(form.replace("%Y", f"{value.year:04d}"))


ISO = Locale()
GERMAN = Locale(",", ".", "%d.%m.%Y", "%d.%m.%Y %H:%M:%S%z", ("J", "N"))
FRENCH = Locale(",", "\u00a0", "%d/%m/%Y", "%d/%m/%Y %H:%M:%S%z", ("oui", "non"))
SWISS = Locale(".", "'", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S%z", ("1", "0"))
US = Locale(".", ",", "%m/%d/%Y", "%m/%d/%Y %H:%M:%S%z", ("Y", "N"))


@dataclass(frozen=True)
class Way:
    """One way to write a table: the format, what the contract says of it, the writer and the letters that it can "
    "hold."""

    name: str
    form: str
    write: Callable[[Path, Table, Locale], None]
    locale: Locale = ISO
    reader: dict[str, Any] = attribute(default_factory=dict)
    sources: tuple[str, ...] = NAMES
    letters: str = LETTERS + CONTROLS
    width: int = 0
    typed: bool = False


def delimited(
    delimiter: str, encoding: str = "utf-8", *, line_end: str = "\n", quoting: int = csv.QUOTE_MINIMAL, head: str = ""
):
    def write(path: Path, table: Table, locale: Locale) -> None:
        out = io.StringIO(newline="")
        out.write(head)
        writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
        writer.writerow(NAMES)
        for row in table:
            # Python quotes a lone carriage return only where it is the line end, so everything is quoted with it.
            cells = locale.cells(row)
            odd = any("\r" in cell for cell in cells)
            (
                csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL) if odd else writer
            ).writerow(cells)
        path.write_bytes(out.getvalue().encode(encoding))

    return write


def unquoted(path: Path, table: Table, locale: Locale) -> None:
    lines = ["\t".join(NAMES), *("\t".join(locale.cells(row)) for row in table)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


def zipped(path: Path, table: Table, locale: Locale) -> None:
    inner = path.with_suffix(".csv")
    delimited(",")(inner, table, locale)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, "deep/down/feed.csv")


WIDTHS = (12, 40, 24, 24, 10, 24, 5)


def fixed(encoding: str, line_end: str = "\n"):
    def write(path: Path, table: Table, locale: Locale) -> None:
        lines = (
            "".join(cell.ljust(width) for cell, width in zip(locale.cells(row), WIDTHS, strict=True)) for row in table
        )
        path.write_bytes("".join(line + line_end for line in lines).encode(encoding))

    return write


def plain(value: Any) -> Any:
    """A value as JSON has it; a Decimal is written digit for digit below."""
    if isinstance(value, datetime):
        return four_digits(value, ISO.moment)
    return value.isoformat() if isinstance(value, date) else value


def json_text(row: Sequence[Any], ascii_only: bool) -> str:
    parts = []
    for name, value in zip(NAMES, row, strict=True):
        text = str(value) if isinstance(value, Decimal) else json.dumps(plain(value), ensure_ascii=ascii_only)
        parts.append((name, text))
    inner = ", ".join(f'"{name}": {text}' for name, text in parts[2:])
    return f'{{"ref": {parts[0][1]}, "said": {{"in": {{"text": {parts[1][1]}}}}}, {inner}}}'


NESTED = ("ref", "said.in.text", *NAMES[2:])


def json_array(path: Path, table: Table, locale: Locale) -> None:
    path.write_text(f'{{"n": 1, "rows": [{", ".join(json_text(row, True) for row in table)}]}}', encoding="utf-8")


def json_lines(encoding: str):
    def write(path: Path, table: Table, locale: Locale) -> None:
        path.write_bytes("".join(json_text(row, False) + "\n" for row in table).encode(encoding))

    return write


ELEMENTS = ("@ref", "n:text", "n:numbers/@amount", "n:numbers/n:number", "n:day", "n:moment", "n:flag")


def xml(encoding: str):
    def escaped(text: str) -> str:
        # A carriage return as it stands would be read as a line feed (XML 1.0, 2.11).
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")

    def write(path: Path, table: Table, locale: Locale) -> None:
        out = [f'<?xml version="1.0" encoding="{encoding}"?>\n<q:list xmlns:q="urn:x">']
        for row in table:
            _, text, amount, number, day, moment, flag = (escaped(cell) for cell in locale.cells(row))
            out.append(
                f"<q:row ref={quoteattr(locale.cells(row)[0])}><q:text>{text}</q:text>"
                f'<q:numbers amount="{amount}"><q:number>{number}</q:number></q:numbers>'
                f"<q:day>{day}</q:day><q:moment>{moment}</q:moment><q:flag>{flag}</q:flag></q:row>"
            )
        path.write_bytes("".join([*out, "</q:list>"]).encode(encoding))

    return write


def workbook(path: Path, table: Table, locale: Locale) -> None:
    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    )
    days, sheet = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_worksheet("Data")
    for at, name in enumerate(NAMES):
        sheet.write_string(0, at, name)
    for number, (ref, text, amount, whole, day, moment, flag) in enumerate(table, start=1):
        for at, value in ((0, ref), (1, text), (5, moment and four_digits(moment, ISO.moment))):
            if value:
                sheet.write_string(number, at, value)
        for at, figure in ((2, amount), (3, whole)):
            if figure is not None:
                sheet.write_number(number, at, figure)
        if day is not None:
            sheet.write_datetime(number, 4, datetime(day.year, day.month, day.day), days)
        if flag is not None:
            sheet.write_boolean(number, 6, flag)
    book.close()


def parquet(path: Path, table: Table, locale: Locale) -> None:
    kinds = (
        pa.string(),
        pa.string(),
        pa.decimal128(18, 2),
        pa.int64(),
        pa.date32(),
        pa.timestamp("us", "UTC"),
        pa.bool_(),
    )
    columns = list(zip(*table, strict=True)) if table else [()] * len(NAMES)
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, kinds, strict=True)]
    pq.write_table(pa.table(dict(zip(NAMES, arrays, strict=True))), path)


def within(encoding: str, letters: str = LETTERS + CONTROLS) -> str:
    """The letters that the encoding has."""
    kept = []
    for letter in letters:
        try:
            letter.encode(encoding)
            kept.append(letter)
        except UnicodeEncodeError:
            continue
    return "".join(kept)


# Without quotation marks a cell can hold neither delimiter nor line end.
BARE = "".join(letter for letter in LETTERS if letter != "\t")
# In fixed width a line end ends the record, and blanks at the edges are filling.
LINE = "".join(LETTERS)
NAMESPACE = {"recordPath": "n:row", "namespaces": {"n": "urn:x"}}
WAYS = [
    Way("csv_comma", "csv", delimited(",")),
    Way("csv_all_quoted_crlf", "csv", delimited(",", line_end="\r\n", quoting=csv.QUOTE_ALL)),
    Way("csv_bom", "csv", delimited(",", "utf-8-sig"), US),
    Way("csv_semicolon_german", "csv", delimited(";", "cp1252"), GERMAN, {"delimiter": ";", "encoding": "cp1252"},
        letters=within("cp1252")),
    Way("csv_semicolon_french", "csv", delimited(";"), FRENCH, {"delimiter": ";"}),
    Way("csv_bar_swiss", "csv", delimited("|"), SWISS, {"delimiter": "|"}),
    Way("csv_backslash", "csv", delimited("\\"), ISO, {"delimiter": "\\"}),
    Way("csv_preamble", "csv", delimited(",", head='Report "of, the day\n\n'), ISO, {"skipLines": 2}),
    Way("csv_utf_16", "csv", delimited("\t", "utf-16"), ISO, {"delimiter": "\t", "encoding": "utf-16"}),
    Way("csv_utf_16_without_mark", "csv", delimited(",", "utf-16-be"), ISO, {"encoding": "utf-16"}),
    *(Way(f"csv_{name}", "csv", delimited(",", name), ISO, {"encoding": name}, letters=within(name))
      for name in ("cp1251", "cp1256", "iso-8859-9")),
    Way("tsv", "tsv", delimited("\t"), SWISS),
    Way("tsv_without_quotes", "tsv", unquoted, ISO, {"quote": ""}, letters=BARE),
    Way("zip", "zip", zipped, ISO, {"member": "*.csv"}),
    Way("fixed", "fixed", fixed("utf-8"), ISO, letters=LINE, width=1),
    Way("fixed_cp1251", "fixed", fixed("cp1251", "\r\n"), GERMAN, {"encoding": "cp1251"},
        letters=within("cp1251", LINE), width=1),
    Way("json", "json", json_array, ISO, {"recordPath": "rows"}, NESTED),
    Way("jsonl", "jsonl", json_lines("utf-8"), ISO, {}, NESTED),
    Way("jsonl_utf_16", "jsonl", json_lines("utf-16"), ISO, {"encoding": "utf-16"}, NESTED),
    Way("jsonl_cp1252", "jsonl", json_lines("cp1252"), ISO, {"encoding": "cp1252"}, NESTED, letters=within("cp1252")),
    Way("xml", "xml", xml("utf-8"), GERMAN, NAMESPACE, ELEMENTS),
    Way("xml_iso_8859_9", "xml", xml("iso-8859-9"), ISO, NAMESPACE, ELEMENTS, letters=within("iso-8859-9")),
    # A workbook knows no days before 1900 and turns a carriage return into an escape of its own.
    Way("xlsx", "xlsx", workbook, ISO, letters=LETTERS + "\n", typed=True),
    Way("parquet", "parquet", parquet, Locale(moment="%Y-%m-%d %H:%M:%S%z")),
]  # fmt: skip


def agreed(way: Way, folder: Path) -> Contract:
    """The contract of a way to write."""
    locale = way.locale
    yes, no = locale.yes_no
    options: list[dict[str, Any]] = [
        {}, {}, {"scale": 2, "precision": 18}, {}, {"formats": [locale.day]},
        {"formats": [locale.moment]}, {"booleans": {"true": [yes], "false": [no]}},
    ]  # fmt: skip
    logical = ("string", "string", "number", "integer", "date", "timestamp", "boolean")
    for at in (2, 3):
        options[at] |= {"grouping": [locale.grouping]} if locale.grouping else {}
    options[2]["decimal"] = locale.decimal
    fields = []
    for at, name in enumerate(NAMES):
        wide = {"width": WIDTHS[at]} if way.width else {}
        fields.append(field(name, logical[at], physicalName=way.sources[at], **options[at], **wide))
    return contract(folder, fields, form=way.form, reader=way.reader, timezone="Europe/Vienna")


def tables(way: Way) -> st.SearchStrategy[Table]:
    """Random tables of what the format can hold."""
    first_day = date(1900, 3, 1) if way.typed else date(1000, 1, 1)
    blanks = " " if way.width else " \u00a0\t\n\r"
    words = [
        word
        for word in MEANINGFUL
        if set(word) <= set(way.letters) | set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    ]
    text = st.one_of(st.sampled_from(words), st.text(way.letters, min_size=1, max_size=30))
    if way.width or way.form == "xml":  # both strip blanks from the edges of a text
        text = text.map(lambda value: value.strip(blanks) or "x")
    ref = st.one_of(st.sampled_from(["007", "NO", "NA"]), st.text("ABC0123456789", min_size=1, max_size=10))
    digits = 10**13 if way.typed else 10**15  # a workbook keeps 15 digits
    amount = st.integers(-digits, digits).map(lambda cents: Decimal(cents).scaleb(-2))
    whole = st.integers(-(10**14), 10**14)
    moment = st.datetimes(datetime(1000, 2, 1), datetime(2999, 1, 1)).map(lambda at: at.replace(microsecond=0))
    zone = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
    zoned = st.tuples(moment, zone).map(lambda pair: pair[0].replace(tzinfo=pair[1]))
    row = st.tuples(
        st.none() | ref, st.none() | text, st.none() | amount, st.none() | whole, st.none() | st.dates(first_day),
        st.none() | zoned, st.none() | st.booleans(),
    ).filter(lambda found: any(value is not None for value in found))  # fmt: skip
    return st.lists(row, min_size=1, max_size=12)


def expected(table: Table) -> Table:
    """What must come back: moments in UTC, without their zone."""
    return [
        (*row[:5], row[5] and row[5].astimezone(UTC).replace(tzinfo=None), row[6]) for row in table
    ]  # fmt: skip


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Contract]:
    return {way.name: agreed(way, tmp_path_factory.mktemp(way.name)) for way in WAYS}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_table_comes_back_equal(way: Way, contracts: dict[str, Contract]) -> None:
    @settings(max_examples=15, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(tables(way))
    def comes_back(table: Table) -> None:
        with folder() as here:
            path = here / f"feed.{way.form}"
            way.write(path, table, way.locale)
            outcome = check(contracts[way.name], path)
            assert outcome.accepted() == expected(table)
            assert outcome.counts.rows_read == len(table)

    comes_back()


def test_large_tables_come_back_equal_in_every_format(contracts: dict[str, Contract], tmp_path: Path) -> None:
    """Over the sizes at which readers cut into pieces (20,000 rows; 64 KB of JSON and XML)."""
    dice = random.Random(7)
    table: Table = [
        (f"{n:06d}", "x" * dice.randrange(1, 30) if n % 7 else None, Decimal(dice.randrange(10**9)).scaleb(-2), n,
         date(2000, 1, 1) + timedelta(n % 9000), datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=n), n % 2 == 0)
        for n in range(25_000)
    ]  # fmt: skip
    for name in ("csv_comma", "fixed", "json", "jsonl", "xml", "xlsx", "parquet", "zip"):
        way = next(way for way in WAYS if way.name == name)
        path = tmp_path / f"feed.{way.form}"
        way.write(path, table, way.locale)
        assert check(contracts[name], path).accepted() == expected(table), name
