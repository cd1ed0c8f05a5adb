"""Hostile XML."""

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape

from tests.hostile.case import Case, Row, later
from tests.unit.intake.builders import field

GOOD: Row = ("z", "last", "1.00")
LAST = '<r ref="z"><text>last</text><amount>1</amount></r>'
FIELDS = [
    field("ref", physicalName="@ref"),
    field("text", physicalName="text"),
    field("amount", "number", physicalName="amount", scale=2),
]
LISTED = [FIELDS[0], field("text", "array", physicalName="names/name"), FIELDS[2]]
READER = {"recordPath": "r"}
SPACED = {"recordPath": "n:r", "namespaces": {"n": "urn:x"}}


def case(name: str, text: str | bytes | Callable[[], str], **options) -> Case:
    data = text.encode() if isinstance(text, str) else text
    return Case(name, later(data) if callable(data) else data, **{"fields": FIELDS, "reader": READER, **options})


def around(
    name: str, inner: str | Callable[[], str], *rows: Row, says: str | None = None, codec: str = "utf-8", **options
) -> Case:
    """`inner` and a good last record in a list."""
    head = f'<?xml version="1.0" encoding="{options.pop("declared", codec)}"?>\n'
    expected = {"rows": None if says else [*rows, GOOD], "says": says, **options}
    if callable(inner):
        return case(name, lambda: f"{head}<list>{inner()}{LAST}</list>", **expected)
    return case(name, f"{head}<list>{inner}{LAST}</list>".encode(codec), **expected)


def record(text: str, amount: str = "2", ref: str = "r") -> str:
    return f'<r ref="{ref}"><text>{text}</text><amount>{amount}</amount></r>'


def texts() -> Iterator[Case]:
    for name, text in {
        "formula": "=1+1", "html": "<script>alert(1)</script>", "jinja": "{{ 7*7 }}", "na": "NA", "no": "NO",
        "quotes": "a \"b\" 'c'", "line_break": "a\nb", "rtl": "شركة", "emoji": "\U0001f600", "zeros": "007",
        "sql": "'; drop table x; --", "long": "x" * 900_000, "ampersands": "&amp;&lt;&#65;",
    }.items():  # fmt: skip
        yield around(f"text_{name}", record(escape(text)), ("r", text, "2.00"))
    for name, text in {"override": "a\u202eb", "zero_width": "a\u200bb", "bom": "a\ufeffb", "c1": "a\x85b"}.items():
        yield around(f"hidden_{name}", record(text), ("r", text, "2.00"), hidden=(1,))
    yield around("hidden_by_reference", record("a&#x202E;b"), ("r", "a\u202eb", "2.00"), hidden=(1,))
    yield around("cdata", record("<![CDATA[<b> & ]]>"), ("r", "<b> &", "2.00"))
    yield around("cdata_split", record("<![CDATA[a]]><![CDATA[b]]>"), ("r", "ab", "2.00"))
    yield around("comment_inside", record("a<!-- x -->b"), ("r", "ab", "2.00"))
    yield around("instruction_inside", record("a<?php echo 1 ?>b"), ("r", "ab", "2.00"))
    yield around("predefined_entities", record("&lt;&gt;&amp;&quot;&apos;"), ("r", "<>&\"'", "2.00"))
    yield around("marked_up_text", record("a<b>c</b>d"), ("r", "acd", "2.00"))
    yield around(
        "text_of_two_million", lambda: record("x" * 2_000_000), says="record 1, field `text`: 2,000,000 characters"
    )
    yield around("text_of_eleven_million", lambda: record("x" * 11_000_000), says="line 2: the record that begins here")


def encodings() -> Iterator[Case]:
    for codec, text in (("utf-16", "Müller"), ("cp1252", "Müller €"), ("cp1251", "Экспорт"), ("iso-8859-9", "İşğç")):
        yield around(f"encoding_{codec}", record(text), ("r", text, "2.00"), codec=codec)
    yield around("bom", record("x"), ("r", "x", "2.00"), codec="utf-8-sig", declared="utf-8")
    yield around("latin_1_said_to_be_utf_8", record("Müller"), says="line 2, column", codec="latin-1", declared="utf-8")
    yield around("utf_8_said_to_be_utf_16", record("x"), says="not well-formed", declared="utf-16")
    yield around("unknown_encoding", record("x"), says="not well-formed", declared="x-klingon")
    yield around("surrogate", record("a&#xD800;b"), says="line 2, column .*not well-formed")
    yield around("nul_by_reference", record("a&#0;b"), says="line 2, column .*not well-formed")
    yield around("control", record("a\x01b"), says="line 2, column .*not well-formed")
    yield around("nul", record("a\0b"), says="line 2, column .*not well-formed")
    yield case("overlong", b"<list>\n<r ref='a'><text>\xc0\xaf</text></r></list>", says="line 2, column")


def entities() -> Iterator[Case]:
    doctype = "document type declaration"
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    for name, inner in {
        "billion_laughs": f'[<!ENTITY e0 "ha">{laughs}]', "quadratic": f'[<!ENTITY a "{"x" * 50_000}">]',
        "file": '[<!ENTITY a SYSTEM "file:///etc/passwd">]', "net": '[<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]',
        "parameter": '[<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]', "external": 'SYSTEM "http://127.0.0.1:9/x.dtd"',
        "harmless": "", "default_attribute": '[<!ATTLIST r ref CDATA "injected">]', "public": 'PUBLIC "-//x" "x.dtd"',
    }.items():  # fmt: skip
        yield case(f"doctype_{name}", f"<!DOCTYPE list {inner}><list>{record('&a;' if 'a ' in inner else 'x')}</list>",
                   says=f"{doctype}|not well-formed")  # fmt: skip
    late = "<?xml version='1.0'?>" + f"<!--{'x' * 200_000}-->" + f"<!DOCTYPE list><list>{LAST}</list>"
    yield case("doctype_behind_a_long_comment", late, says=doctype)
    hidden = f"<?xml version='1.0' encoding='utf-16'?><!DOCTYPE list><list>{LAST}</list>".encode("utf-16")
    yield case("doctype_in_utf_16", hidden, says=doctype)
    seven = f"<?xml version='1.0' encoding='utf-7'?><!DOCTYPE list><list>{LAST}</list>"
    yield case("doctype_in_utf_7", seven,
               says=f"{doctype}|not well-formed")  # fmt: skip
    yield around("entity_unknown", record("&nbsp;"), says="line 2, column .*not well-formed")
    yield around("doctype_inside", f"<!DOCTYPE x>{record('x')}", says="line 2, column")
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    yield around("xinclude", record(f"a{include}b"), ("r", "ab", "2.00"))
    yield around("xinclude_for_a_record", include)
    yield case(
        "stylesheet", f'<?xml version="1.0"?><?xml-stylesheet href="file:///x"?><list>{LAST}</list>', rows=[GOOD]
    )
    yield case("schema_location", f'<list xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
               f'xsi:noNamespaceSchemaLocation="http://127.0.0.1:9/x.xsd">{LAST}</list>', rows=[GOOD])  # fmt: skip


def shapes() -> Iterator[Case]:
    """Names, places and brackets."""
    yield around("element_twice", record("a</text><text>b"), says="line 2: `text` stands 2 times")
    yield around("element_missing", '<r ref="a"/>', ("a", None, None))
    yield around("empty_elements", '<r ref=""><text/><amount></amount></r>', (None, None, None))
    yield around("reordered", '<r ref="a"><amount>1</amount><text>b</text></r>', ("a", "b", "1.00"))
    yield around("record_within_a_record", '<r ref="a"><r ref="b"/></r>', ("b", None, None), ("a", None, None))
    yield around("other_elements", "<x/><y><z>1</z></y>")
    yield around("attribute_twice", '<r ref="a" ref="b"/>', says="line 2, column .*not well-formed")
    yield around("unquoted_attribute", "<r ref=a/>", says="line 2, column .*not well-formed")
    yield around("tags_crossed", "<r><text></r></text>", says="line 2, column .*not well-formed")
    yield around("case_of_tags", "<R ref='a'/>")
    yield around("look_alike_of_a_tag", "<г ref='a'/>")
    yield case("cut_off", f"<list>{LAST}<r ref='a'><te", says="line 1, column .*not well-formed")
    yield case("no_end", f"<list>{LAST}", says="line 1, column .*not well-formed")
    yield case("two_roots", f"<list>{LAST}</list>\n<list>{LAST}</list>", says="line 2, column .*not well-formed")
    yield case("text_behind", f"<list>{LAST}</list>x", says="line 1, column .*not well-formed")
    yield case("no_records", "<list/>", says="holds no element <r>")
    yield case("other_root", "<html><body/></html>", says="holds no element <r>")
    yield case("html", "<!DOCTYPE html><p>a<br>b", says="document type declaration|not well-formed")
    yield case("blank_before", f" <?xml version='1.0'?><list>{LAST}</list>", says="not well-formed")
    yield case("version_9", f"<?xml version='9.9'?><list>{LAST}</list>", says="line 1, column 20")
    yield case("only_blanks", "   \n ", says="not well-formed|no element")
    yield case("nothing", "", says="is empty")
    yield case("json", '{"a": 1}', says="line 1, column 1: not well-formed")
    spaced = '<n:list xmlns:n="{}">{}</n:list>'
    inner = '<n:r ref="z"><text>last</text><amount>1</amount></n:r>'
    yield case("namespace", spaced.format("urn:x", inner), rows=[GOOD], reader=SPACED)
    yield case(
        "namespace_other_prefix",
        spaced.format("urn:x", inner).replace("n:r", "q:r").replace("n:list", "q:list").replace(":n=", ":q="),
        rows=[GOOD],
        reader=SPACED,
    )
    yield case("namespace_other", spaced.format("urn:y", inner), says="of the namespace urn:x", reader=SPACED)
    yield case("namespace_none", f"<list>{LAST}</list>", says="of the namespace urn:x", reader=SPACED)
    yield case("namespace_undeclared", f"<list><n:r ref='a'/>{LAST}</list>", says="line 1, column .*not well-formed")
    yield case(
        "namespace_rebound",
        spaced.format("urn:x", inner + '<n:r xmlns:n="urn:y" ref="a"/>'),
        rows=[GOOD],
        reader=SPACED,
    )
    two = "<names><name>x</name><name k='v'>y</name></names>"
    yield case("repeated", f"<list><r ref='a'>{two}</r></list>", fields=LISTED,
               rows=[("a", '["x",{"@k":"v","#text":"y"}]', None)])  # fmt: skip
    yield around("amount_in_words", record("x", "two"), quarantined={1: "amount_is_a_decimal"})
    yield around("amount_of_forty_digits", record("x", "9" * 40), quarantined={1: "amount_is_a_decimal"})
    yield around("amount_in_blanks", record("x", "\n 2 \n"), ("r", "x", "2.00"))


def sizes() -> Iterator[Case]:
    yield around("deep", lambda: "<d>" * 5_000 + "</d>" * 5_000, says="line 2, column")
    yield around("deep_in_a_record", lambda: record("<d>" * 200 + "x" + "</d>" * 200), ("r", "x", "2.00"))
    yield around("attribute_of_eleven_million", lambda: record("x", ref="y" * 11_000_000), says="line 2, column")
    yield around("attributes_100_000", lambda: "<x " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>")
    yield around("name_of_a_million", lambda: f"<{'x' * 1_000_000}/>", says="line 2, column")
    yield case("records_50_000", lambda: f"<list>{LAST * 50_000}</list>", count=50_000)
    yield around("junk_before_of_forty_million", lambda: "<x/>" * 10_000_000)
    yield around("blanks_of_thirty_million", lambda: "\n" * 9_000_000 + "<x/>" + " " * 9_000_000)
    yield around(
        "record_that_never_ends", lambda: f"<r>{'<x/>' * 6_000_000}", says="8,388,608 bytes, or is never closed"
    )
    yield around("comments_of_forty_million", lambda: f"<!--{'x' * 1_000_000}-->" * 40)


CASES = [*texts(), *encodings(), *entities(), *shapes(), *sizes()]


def count(path: Path, case: Case) -> int:
    """The records by Python's own parser (expat), which knows no more than the tag."""
    names = dict(case.reader.get("namespaces", {}))
    prefix, _, tag = case.reader["recordPath"].rpartition(":")
    wanted, found = f"{names[prefix]} {tag}" if prefix else tag, 0

    def start(name: str, _: object) -> None:
        nonlocal found
        found += name == wanted

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    with path.open("rb") as file:
        parser.ParseFile(file)
    return found
