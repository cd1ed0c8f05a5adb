"""Hostile JSON and JSON Lines."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.case import Case, Row, later
from tests.unit.intake.builders import field

GOOD: Row = ("z", "last", "1.00")
LAST = '{"ref": "z", "text": "last", "amount": 1}'
FIELDS = [
    field("ref", physicalName="ref"),
    field("text", physicalName="text"),
    field("amount", "number", physicalName="amount", scale=2),
]
NESTED = [FIELDS[0], field("text", physicalName="a.b.c"), field("amount", "array", physicalName="list")]
DEEP = 100_000


def both(name: str, record: str, *expected: Row, **options) -> Iterator[Case]:
    """The record and a good last one, as an array and as lines: accepted where `expected` is given."""
    says = options.pop("says", None)
    rows = None if says else [*expected, GOOD]
    codec = options.pop("encode", "utf-8")
    options.setdefault("fields", FIELDS)
    for form, text in (("json", f"[{record},\n{LAST}]"), ("jsonl", f"{record}\n{LAST}\n")):
        yield Case(f"{form}_{name}", text.encode(codec, "surrogatepass"), rows=rows, says=says, form=form, **options)


def one(name: str, text: str | Callable[[], str], form: str = "json", **options) -> Case:
    return Case(
        f"{form}_{name}", later(text) if callable(text) else text.encode(), form=form, **{"fields": FIELDS, **options}
    )


def record(text: object, amount: str = "2") -> str:
    return f'{{"ref": "r", "text": {json.dumps(text, ensure_ascii=False)}, "amount": {amount}}}'


def texts() -> Iterator[Case]:
    for name, text in {
        "formula": "=1+1", "html": "</script><script>alert(1)</script>", "jinja": "{{ 7*7 }}", "na": "NA", "no": "NO",
        "quotes": 'a "b" \\ /', "line_break": "a\nb\r\nc", "rtl": "شركة", "emoji": "\U0001f600",
        "sql": "'; drop table x; --",
        "long": "x" * 900_000,
    }.items():  # fmt: skip
        yield from both(f"text_{name}", record(text), ("r", text, "2.00"))
    for name, text in {"override": "a\u202eb", "zero_width": "a\u200bb", "bom": "a\ufeffb", "bell": "a\x07b"}.items():
        yield from both(f"hidden_{name}", record(text), ("r", text, "2.00"), hidden=(1,))
    yield from both("escaped_pair", '{"ref": "r", "text": "\\ud83d\\ude00", "amount": 2}', ("r", "\U0001f600", "2.00"))


def no_texts() -> Iterator[Case]:
    yield from both(
        "nul", '{"ref": "r", "text": "a\\u0000b", "amount": 2}', says="record 1, field `text`: a NUL character"
    )
    yield from both(
        "lone_surrogate", '{"ref": "r", "text": "a\\ud800b", "amount": 2}', says="record 1, .*surrogate pair"
    )
    yield from both("raw_surrogate", '{"ref": "r", "text": "a\ud800b", "amount": 2}', says="0xed at offset")
    yield from both(
        "raw_control", '{"ref": "r", "text": "a\x01b", "amount": 2}', says="line 1, column .*control character"
    )
    yield from both("text_of_two_million", record("x" * 2_000_000), says="record 1, field `text`: 2,000,000 characters")
    yield from both("latin_1", record("Müller"), says="0xfc at offset", encode="latin-1")
    yield from both(
        "cp1251", record("Экспорт"), ("r", "Экспорт", "2.00"), encode="cp1251", reader={"encoding": "cp1251"}
    )
    yield from both("utf_16", record("Müller"), ("r", "Müller", "2.00"), encode="utf-16", reader={"encoding": "utf-16"})
    yield from both("utf_16_unsaid", record("Müller"), says="0xff at offset 0", encode="utf-16")
    yield from both("bom", record("x"), ("r", "x", "2.00"), encode="utf-8-sig")


def numbers() -> Iterator[Case]:
    for name, number, typed in (
        ("digits", "1234567890123.45", "1234567890123.45"), ("negative_zero", "-0", "0.00"),
        ("as_text", '"3.5"', "3.50"),
        ("zeros", "1.50000000000000000000", "1.50"),
    ):  # fmt: skip
        yield from both(f"number_{name}", record("x", number), ("r", "x", typed))
    for name, number in (("exponent", "1E400"), ("thousand_digits", "9" * 1000), ("fine", "1.005"), ("true", "true")):
        yield from both(f"number_{name}", record("x", number), quarantined={1: "amount_is_a_decimal"})
    for name, number in (("nan", "NaN"), ("infinity", "-Infinity")):
        yield from both(f"number_{name}", record("x", number), says="is no JSON value; use null")
    for name, number in (
        ("leading_zero", "007"),
        ("hex", "0x10"),
        ("plus", "+1"),
        ("bare_point", ".5"),
        ("word", "None"),
    ):
        yield from both(f"number_{name}", record("x", number), says="line 1, column .*not valid JSON")


def shapes() -> Iterator[Case]:
    """Keys, brackets and depth."""
    yield from both("duplicate_key", '{"ref": "r", "text": "a", "text": "b"}', says="`text` stands twice")
    yield from both("duplicate_key_escaped", '{"ref": "r", "text": "a", "te\\u0078t": "b"}', says="`text` stands twice")
    yield from both("unknown_key", '{"ref": "r", "extra": 1}', says="the key `extra` is not known")
    yield from both("prototype", '{"ref": "r", "__proto__": {"admin": true}}', says="`__proto__`")
    yield from both("hidden_key", '{"ref": "r", "te\u200bxt": 1}', says="te<U\\+200B>xt")
    yield from both("case_of_key", '{"ref": "r", "Text": 1}', says="`Text` is not known")
    yield from both("empty_key", '{"ref": "r", "": 1}', says="the key `` is not known")
    yield from both("object_for_text", '{"ref": "r", "text": {"a": 1}}', says="`text` is an object")
    yield from both("array_for_text", '{"ref": "r", "text": ["a"]}', says="`text` is an array")
    yield from both("null_record", "null", says="expected a JSON object")
    yield from both("array_for_record", "[1]", says="expected a JSON object")
    yield from both("nulls", '{"ref": null, "text": null, "amount": null}', (None, None, None))
    yield from both("empty_record", "{}", (None, None, None))
    yield from both("reordered", '{"amount": 1, "text": "b", "ref": "a"}', ("a", "b", "1.00"))
    yield from both("comment", '{"ref": "r"} // no', says="not valid JSON")
    yield from both("single_quotes", "{'ref': 'r'}", says="not valid JSON")
    yield from both("trailing_comma", '{"ref": "r",}', says="not valid JSON")
    yield from both("deep_arrays", "[" * DEEP + "]" * DEEP, says="nested")
    yield from both("deep_objects", '{"a":' * DEEP + "1" + "}" * DEEP, says="nested")
    yield from both("deep_in_a_list", nested("[" * 150 + "]" * 150), says="more than 100 deep", fields=NESTED)
    yield from both("deep_never_closed", "[" * DEEP, says="nested|not valid JSON")
    yield one("path", f"[{nested('[1.10]')}]", rows=[("r", "x", "[1.10]")], fields=NESTED)
    yield one("path_is_a_text", '[{"ref": "r", "a": {"b": "c"}}]', says="`a.b` is not known", fields=NESTED)
    yield one("keys_100_000", "[{" + ",".join(f'"k{n}": 1' for n in range(100_000)) + "}]", says="the key `k0`")
    yield one("cut_off", '[{"ref": "r", "text": "a', says="line 1, column .*not valid JSON")
    yield one("no_end", '[{"ref": "r"},', says="line 1, column")
    yield one("second_value", f"[{LAST}] [{LAST}]", says="something stands behind the end")
    yield one("object_at_the_top", LAST, says="expected an array of records")
    yield one("text_at_the_top", '"abc"', says="expected an array of records")
    yield one("empty_array", "[]", rows=[])
    yield one("only_blanks", " \n\t ", says="expected an array of records")
    yield one("nothing", "", says="is empty")
    yield one("missing_required", '[{"text": "x"}]', says="no record has the key `ref`",
              fields=[field("ref", physicalName="ref", required=True), *FIELDS[1:]])  # fmt: skip
    under = {"recordPath": "data.items"}
    yield one(
        "under_a_path",
        f'{{"x": [1], "data": {{"n": 1, "items": [{LAST}], "m": 2}}, "y": 1}}',
        rows=[GOOD],
        reader=under,
    )
    yield one(
        "path_twice",
        f'{{"data": {{"items": [{LAST}]}}, "data": {{"items": []}}}}',
        says="`data` stands twice",
        reader=under,
    )
    yield one("path_missing", '{"data": {"rows": []}}', says="`items` is not there", reader=under)
    yield one("path_of_null", '{"data": null}', says="`items` is not there", reader=under)
    yield one("blank_lines", f"\n\n{LAST}\n\n", "jsonl", rows=[GOOD])
    yield one("crlf", f"{LAST}\r\n{LAST}\r\n", "jsonl", rows=[GOOD, GOOD])
    yield one("two_in_a_line", f"{LAST} {LAST}\n", "jsonl", says="line 1, column .*Extra data")
    yield one("record_over_lines", '{"ref":\n"r"}\n', "jsonl", says="line 1")


def sizes() -> Iterator[Case]:
    yield one("records_100_000", lambda: "[" + ",".join([LAST] * 100_000) + "]", count=100_000)
    yield one("lines_100_000", lambda: f"{LAST}\n" * 100_000, "jsonl", count=100_000)
    yield one("blanks_fifty_million", lambda: "[" + " " * 50_000_000 + f"{LAST}]", rows=[GOOD])
    yield one(
        "record_of_forty_million", lambda: '[{"list": [' + "1," * 20_000_000 + "1]}]", says="2,097,152", fields=NESTED
    )
    yield one("line_of_forty_million", lambda: "[" + "1," * 20_000_000, "jsonl", says="line 1: longer than 2,097,152")
    yield one("list_of_700_000", lambda: '[{"ref": "r", "list": [' + "1," * 700_000 + "1]}]", fields=NESTED,
              says="record 1, field `amount`: 1,400,003 characters")  # fmt: skip
    yield one("text_never_closed", lambda: '[{"ref": "' + "x" * 30_000_000, says="2,097,152")


def nested(items: str) -> str:
    return f'{{"ref": "r", "a": {{"b": {{"c": "x"}}}}, "list": {items}}}'


CASES = [*texts(), *no_texts(), *numbers(), *shapes(), *sizes()]


def count(path: Path, case: Case) -> int:
    """The records by Python's own json module over the whole file."""
    text = path.read_bytes().decode(case.reader.get("encoding", "utf-8-sig")).removeprefix("\ufeff")
    if case.form == "jsonl":
        return sum(1 for line in text.split("\n") if line.strip())
    data = json.loads(text)
    for step in filter(None, case.reader.get("recordPath", "").split(".")):
        data = data[step]
    return len(data)
