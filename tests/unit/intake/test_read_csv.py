"""CSV: what is read is what stands there; what cannot be read is refused in a sentence."""

import pytest

from orchestration.errors import RejectedFileError
from orchestration.submissions.read.inspection import inspect
from tests.unit.intake.builders import check, contract, field

TWO = [field("a", physicalName="A"), field("b", physicalName="B")]


def read(tmp_path, content, fields=TWO, name="feed.csv", **options):
    tmp_path.mkdir(exist_ok=True)
    of = contract(tmp_path, fields, **options)
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return check(of, file)


@pytest.mark.parametrize(
    ("content", "reader", "rows"),
    [
        ("A,B\n1,2\n3,4\n", {}, [("1", "2"), ("3", "4")]),
        ("B,A\n1,2\n", {}, [("2", "1")]),
        ("A,B\r\n1,2\r\n", {}, [("1", "2")]),
        ("A,B\r1,2\r", {}, [("1", "2")]),
        ("A,B\n1,2\r\n3,4\n", {}, [("1", "2"), ("3", "4")]),
        (b"\xef\xbb\xbfA,B\n1,2", {}, [("1", "2")]),
        ('A,B\n1,"x\ny"\n3,4\n', {}, [("1", "x\ny"), ("3", "4")]),
        ('A,B\n"a ""q"" b",2\n', {}, [('a "q" b', "2")]),
        ("A,B\n,\n1,\n", {}, [(None, None), ("1", None)]),
        ("A,B\n1,2\n\n3,4\n\n", {}, [("1", "2"), ("3", "4")]),
        ("A;B\n1,5;2\n", {"delimiter": ";"}, [("1,5", "2")]),
        ('A\tB\n5" pipe\t"\n', {"delimiter": "\t", "quote": ""}, [('5" pipe', '"')]),
        ("Last updated,today\nA,B\n1,2\n", {"skipLines": 1}, [("1", "2")]),
        ("1,2\n3,4\n", {"header": False}, [("1", "2"), ("3", "4")]),
        ("A,B\n1,2\n\x1a", {}, [("1", "2")]),
        ("A,B\n1,2\nEND\n", {"endMarker": "END"}, [("1", "2")]),
        ("A,B,\n1,2,\n", {"trailingDelimiter": True}, [("1", "2")]),
        ("A,B\n-0- ,N/A\n", {"nullValues": ["-0-", "N/A"]}, [(None, None)]),
        ("A,B\nMüller,€\n".encode("cp1252"), {"encoding": "cp1252"}, [("Müller", "€")]),
        ("A\tB\nMüller\t漢字\n".encode("utf-16"), {"encoding": "utf-16", "delimiter": "\t"}, [("Müller", "漢字")]),
        ('"A\nx",B\n1,2\n', {}, [("1", "2")]),
        ('"A","B"\n', {}, []),
        ('a "note\nA,B\n1,2\n3,4\n', {"skipLines": 1}, [("1", "2"), ("3", "4")]),
        ("A,B\nNA,NO\n007,1E5\n", {}, [("NA", "NO"), ("007", "1E5")]),
    ],
)
def test_rows_are_read_as_they_stand(tmp_path, content, reader, rows):
    text = content if isinstance(content, bytes) else content.encode()
    fields = [field("a", physicalName="A x"), TWO[1]] if b"A\nx" in text else TWO
    outcome = read(tmp_path, text, fields, reader=reader)
    assert outcome.accepted() == rows
    assert outcome.counts.rows_read == len(rows)


def test_row_numbers_are_the_order_in_the_file_even_over_many_row_groups(tmp_path):
    numbers = 300_000
    content = "A,B\n" + "".join(f"{n},{'x' * (n % 50)}\n" for n in range(1, numbers + 1))
    outcome = read(tmp_path, content, [field("a", "integer", physicalName="A"), TWO[1]])
    assert outcome.counts.rows_read == numbers
    assert outcome.accepted("a", "source_row_number") == [(n, n) for n in range(1, numbers + 1)]


@pytest.mark.parametrize(
    ("content", "reader", "says"),
    [
        (b"", {}, "is empty"),
        (b"PK\x03\x04rest", {}, "a zip archive or a workbook; expected a text file"),
        (b"%PDF-1.7", {}, "a PDF document"),
        (b"A,B\n1,\x00\n", {}, r"NUL byte at offset 6 \(line 2\)"),
        (b"A,B\n1,2\n\xff,4\n", {}, "0xff at offset 8"),
        (b"A,B\n1,\x81\n", {"encoding": "cp1252"}, "0x81 at offset 6"),
        (b"A\n1\n", {}, "lacks `B`. The contract partner/feed 1.0.0 declares: A, B"),
        (b"A,B,C\n1,2,3\n", {}, "has `C`, which the contract does not know"),
        (b"A,X\n1,2\n", {}, "lacks `B` and has `X`"),
        (b"A,A,B\n1,2,3\n", {}, "`A` more than once"),
        (b"A,B\n1,2\n3\n", {}, "line 3: 1 cells where the header has 2 columns"),
        (b"A,B\n1,2,3\n", {}, "line 2: 3 cells where the header has 2 columns"),
        (b'A,B\n1,2\n3,"4\n', {}, "line 3: a quotation mark is opened and not properly closed"),
        (b'"A","B"\n1,2\n3\n', {}, "line 3: 1 cells"),
        (b"A,B\n1,2\n", {"endMarker": "END"}, "the agreed end marker 'END' on a line of its own, so it was cut off"),
        (b"A,B,\n1,2,3\n", {"trailingDelimiter": True}, "a value after the last delimiter"),
        (b"A,B,\n1,2,\n", {}, "a column without a name"),
        (b"note\n", {"skipLines": 3}, "has only 2 lines"),
    ],
)
def test_files_that_break_the_agreement_are_refused_in_a_sentence(tmp_path, content, reader, says):
    with pytest.raises(RejectedFileError, match=says) as error:
        read(tmp_path, content, reader=reader)
    assert str(error.value).startswith("feed.csv")
    assert "\n" not in str(error.value)


def test_columns_are_ignored_only_by_agreement(tmp_path):
    outcome = read(tmp_path, "A,X,B\n1,9,2\n", ignoredColumns=["X"])
    assert outcome.accepted() == [("1", "2")]


def test_a_header_without_rows_is_a_nil_return_but_never_an_empty_snapshot(tmp_path):
    assert read(tmp_path, "A,B\n").counts.rows_read == 0
    with pytest.raises(RejectedFileError, match="would erase everything"):
        read(tmp_path / "snapshot", "A,B\n", delivery="snapshot")


def test_hostile_headers_stay_names(tmp_path):
    name = 'a"; drop table x; --'
    quoted = '"' + name.replace('"', '""') + '"'
    outcome = read(tmp_path, f"{quoted},B\n1,2\n", [field("a", physicalName=name), TWO[1]])
    assert outcome.accepted() == [("1", "2")]


@pytest.mark.parametrize("blank", ["\u00a0", "\u200b", "\u2007", "\ufeff", " ", "\t"])
def test_blanks_around_a_value_are_trimmed_whatever_their_kind(tmp_path, blank):
    fields = [field("a", physicalName="A", repairs=["trim"]), field("b", "integer", physicalName="B")]
    outcome = read(tmp_path, f"A,B\n{blank}x y{blank},{blank}7{blank}\n{blank},1\n", fields)
    assert outcome.accepted() == [("x y", 7), (None, 1)]


@pytest.mark.parametrize(
    ("content", "mixed"),
    [
        (b"a\nb\n", False),
        (b"a\r\nb\r\n", False),
        (b"a\rb\r", False),
        (b"a\r\nb\n", True),
        (b"a\nb\r", True),
        (b"a\n" * 3_000_000 + b"b\r\n", True),
        (b"a\r\n" * 1_398_101 + b"\r\nb\r\n" * 5, False),
        (b"x" * ((4 << 20) - 1) + b"\r\nb\r\n", False),
    ],
)
def test_mixed_line_ends_are_seen_wherever_they_are(tmp_path, content, mixed):
    (tmp_path / "x").write_bytes(content)
    assert inspect(tmp_path / "x", ",", '"').mixed_line_ends is mixed


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        ("a,b\n c ,d\n", True),
        ('a,b\n"c;d",e\n', True),
        ("a,b\tc\n", False),
        ("a,\u00a0b\n", False),
        ('a,"b\n",c\n', False),
        ("\ufeffa,b\n", True),
        ("a,\ufeffb\n", False),
        ("é,à\n", True),
        ("x" * ((4 << 20) - 1) + "\u00a0\n", False),
    ],
)
def test_unusual_blanks_are_seen_wherever_they_are(tmp_path, content, plain):
    (tmp_path / "x").write_text(content, encoding="utf-8", newline="")
    assert inspect(tmp_path / "x", ",", '"').plain_blanks is plain


@pytest.mark.parametrize(
    ("content", "visible"),
    [
        ("a,b\tc\r\n", True),
        ("\ufeffa,b\n", True),
        ("é€漢\U0001f600\u00a0,b\n", True),
        ("a,\u202eb\n", False),
        ("a,\u200bb\n", False),
        ("a,\x07b\n", False),
        ("a,\x85b\n", False),
        ("a,\u00adb\n", False),
        ("a,\u061cb\n", False),
        ("a,\u180eb\n", False),
        ("a,\u2066b\n", False),
        ("a,\ufeffb\n", False),
        ("a,\ufffab\n", False),
        ("a,\U000e0041b\n", False),
        ("x" * ((4 << 20) - 2) + "\u202e\n", False),
    ],
)
def test_hidden_characters_are_seen_wherever_they_are(tmp_path, content, visible):
    (tmp_path / "x").write_text(content, encoding="utf-8", newline="")
    assert inspect(tmp_path / "x", ",", '"').all_visible is visible


def test_each_cell_with_a_hidden_character_is_named_and_kept(tmp_path):
    outcome = read(tmp_path, "A,B\nx,y\na\u202eb,c\u200bd\x07\n")
    assert outcome.accepted() == [("x", "y"), ("a\u202eb", "c\u200bd\x07")]
    found = [(row, rule, before) for row, rule, before, _ in outcome.findings("warning")]
    assert found == [
        (2, "feed_has_no_hidden_characters", "a\u202eb"),
        (2, "feed_has_no_hidden_characters", "c\u200bd\x07"),
    ]
    assert outcome.counts.rows_warned == 1
