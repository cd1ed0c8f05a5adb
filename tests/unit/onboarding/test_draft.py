"""A draft says what every value of the sample bears out, marks it as a guess, and takes the sample itself."""

import json
import re
import zipfile
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from orchestration.errors import EntrepotError, UsageError
from orchestration.onboarding import draft

ROWS = 30


def table(columns: dict[str, object], delimiter: str = ",", rows: int = ROWS) -> str:
    """A text table; each column is a list of values that is repeated, or a function of the row's number."""
    lines = [delimiter.join(columns)]
    for number in range(rows):
        cells = [made(number) if callable(made) else made[number % len(made)] for made in columns.values()]
        lines.append(delimiter.join(cells))
    return "\n".join(lines) + "\n"


def made_of(tmp_path: Path, content: str | bytes, name: str = "sample.csv", encoding: str = "utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return draft(path, tmp_path / "out")


def column(tmp_path: Path, values, **options):
    """The field that is drafted for a column with these values."""
    content = table({"Number": lambda n: str(n), "Cell": values}, "|", **options)
    made = made_of(tmp_path, content)
    assert made.checked is not None, made.refused
    assert made.checked.counts.rows_quarantined == 0, made.checked.findings
    return made.contract.field_by_name["cell"]


def test_a_partners_export_is_understood(tmp_path):
    content = "Ministry of Ports\nPermits\n" + table(
        {
            "Permit No": lambda n: f"PA-2026-{n:04d}",
            "Issued": lambda n: f"{n % 28 + 1:02d}.03.2026",
            "Größe": lambda n: f"{n},50",
            "Value": lambda n: f"{n + 1}.000,00" if n else "-0-",
            "Sort": ["NEW", "OLD"],
            "Destination": ["TR", "IN", "KR"],
            "Postal code": lambda n: f"0{1000 + n}",
            "Urgent": ["J", "N", "N"],
        },
        ";",
    )
    made = made_of(tmp_path, content, "permits_2026Q1.csv", "cp1252")
    contract = made.contract
    options = contract.options
    assert (contract.id, contract.format, made.path.name) == ("new_partner/permits", "csv", "permits.odcs.yaml")
    assert (options.encoding, options.delimiter, options.skip_lines, options.header) == ("cp1252", ";", 2, True)
    assert (options.decimal, options.grouping) == (",", (".",))
    assert (contract.patterns, contract.key) == (("**/new_partner/permits_*.csv",), ("permit_no",))
    assert contract.period_pattern == r"(?P<year>\d{4})-?Q(?P<quarter>[1-4])"
    found = {field.name: field for field in contract.fields}
    assert {name: field.type for name, field in found.items()} == {
        "permit_no": "string", "issued": "date", "grosse": "decimal", "value": "decimal", "sort": "string",
        "destination": "string", "postal_code": "string", "urgent": "boolean",
    }  # fmt: skip
    assert found["permit_no"].pattern == "^[A-Z]{2}-[0-9]{4}-[0-9]{4}$"
    assert found["issued"].formats == ("%d.%m.%Y",)
    assert (found["grosse"].source, found["grosse"].scale, found["grosse"].minimum) == ("Größe", 2, "0")
    assert (found["value"].null_values, found["value"].required) == (("-0-",), False)
    assert (found["sort"].code_list, contract.code_lists["sort_new_partner"].codes) == (
        "sort_new_partner",
        ("NEW", "OLD"),
    )
    assert found["destination"].code_list == "countries"
    assert found["postal_code"].pattern == "^[0-9]{5}$"
    assert (found["urgent"].true_values, found["urgent"].false_values) == (("j",), ("n",))
    assert contract.marking["tlp"] == "RED"
    assert made.checked is not None
    assert (made.checked.counts.rows_read, made.checked.counts.rows_accepted) == (ROWS, ROWS)


def test_every_guess_is_marked_as_one(tmp_path):
    made = made_of(tmp_path, table({"id": lambda n: f"A{n}", "kind": ["x", "y"], "day": ["2024-01-02"]}, ";"))
    text = made.path.read_text(encoding="utf-8")
    ours = ("formats", "codeList", "nullValues", "delivery")
    guessed = (
        "logicalType:", "required:", "primaryKey:", "logicalTypeOptions:", "encoding:", "delimiter:", "header:",
        *(f"{{property: {name}" for name in ours),
    )  # fmt: skip
    for line in text.splitlines():
        if line.strip().lstrip("- ").startswith(guessed):
            assert "# guess: " in line, line
    assert made.guesses == text.count("# guess:") > 10
    marking = text.splitlines().index("  - {property: marking, value: {level: restricted, tlp: RED}}")
    assert text.splitlines()[marking - 1].startswith("  # guess: ")


@pytest.mark.parametrize(
    ("values", "kind", "formats"),
    [
        (["2024-01-31", "2023-12-01"], "date", ("%Y-%m-%d",)),
        (["31/12/2024", "01/02/2024"], "date", ("%d/%m/%Y",)),
        (["12/31/2024", "01/02/2024"], "date", ("%m/%d/%Y",)),
        (["20241231", "20240101"], "date", ("%Y%m%d",)),
        (["31-Dec-2024", "01-Feb-2024"], "date", ("%d-%b-%Y",)),
        (["2024-01-31T10:00:00Z", "2024-01-31T10:00:00+02:00"], "timestamp", ("%Y-%m-%dT%H:%M:%S%z",)),
        (["31.12.2024 09:15", "01.02.2024 23:00"], "timestamp", ("%d.%m.%Y %H:%M",)),
        (["31.12.2024", "2024-01-31"], "date", ("%Y-%m-%d", "%d.%m.%Y")),
        (["31.02.2024", "01.01.2024"], "string", ()),
        (["20241399", "20240101"], "integer", ()),
    ],
)
def test_days_and_times_are_told_with_their_form(tmp_path, values, kind, formats):
    found = column(tmp_path, values)
    assert (found.type, set(found.formats)) == (kind, set(formats))


def test_a_day_that_could_be_a_month_is_told_as_ambiguous(tmp_path):
    made = made_of(tmp_path, table({"a": ["03/04/2024", "05/06/2024"]}))
    assert made.contract.fields[0].formats == ("%d/%m/%Y",)
    assert "# guess: AMBIGUOUS: %m/%d/%Y fits every value as well; ask the partner" in made.path.read_text()


def test_other_columns_of_the_file_settle_which_comes_first(tmp_path):
    made = made_of(tmp_path, table({"a": ["03/04/2024"], "b": ["03/25/2024", "01/02/2024"]}))
    assert [field.formats for field in made.contract.fields] == [("%m/%d/%Y",)] * 2
    assert "AMBIGUOUS: %d/%m/%Y fits every value as well; as in the file's other dates" in made.path.read_text()


@pytest.mark.parametrize(
    ("values", "kind", "sign", "groups", "scale"),
    [
        (["12", "-7"], "integer", ".", (), None),
        (["1.5", "2.25"], "decimal", ".", (), 2),
        (["1,5", "2,25"], "decimal", ",", (), 2),
        (["1.234,50", "7,00"], "decimal", ",", (".",), 2),
        (["1,234.50", "7.00"], "decimal", ".", (",",), 2),
        (["1'234.50", "12"], "decimal", ".", ("'",), 2),
        (["1,234,567", "12"], "integer", ".", (",",), None),
        (["007", "123"], "string", ".", (), None),
        (["12%", "7%"], "string", ".", (), None),
        (["1E5", "2E5"], "string", ".", (), None),
        (["1234567890123456789012", "7"], "string", ".", (), None),
    ],
)
def test_numbers_are_told_with_their_signs(tmp_path, values, kind, sign, groups, scale):
    found = column(tmp_path, values)
    assert found.type == kind
    if kind != "string":
        assert (found.decimal_separator, found.group_separators) == (sign, groups)
    if scale is not None:
        assert found.scale == scale


def test_three_digits_after_the_sign_are_told_as_ambiguous(tmp_path):
    made = made_of(tmp_path, table({"a": ["12,500", "1,250"], "b": ["x"]}, ";"))
    assert "AMBIGUOUS: the sign always has three digits after it" in made.path.read_text()


@pytest.mark.parametrize(
    ("values", "nulls", "kind"),
    [
        (["NA", "5"], ("NA",), "integer"),
        (["NA", "NO", "TR"], (), "string"),
        (["n/a", "TR"], ("n/a",), "string"),
        (["-0-", "-0- ", "x y"], ("-0-",), "string"),
    ],
)
def test_words_for_empty_are_taken_for_such_only_where_they_cannot_be_codes(tmp_path, values, nulls, kind):
    found = column(tmp_path, values)
    assert (found.null_values, found.type) == (nulls, kind)


def test_a_file_without_header_has_columns_by_number(tmp_path):
    made = made_of(tmp_path, "36,Aero,-0- \n173,Anglo,-0- \n306,Banco,x\n")
    assert made.contract.options.header is False
    assert [field.source for field in made.contract.fields] == ["column 1", "column 2", "column 3"]
    assert made.checked is not None
    assert made.checked.counts.rows_accepted == 3


def test_a_header_that_names_a_column_twice_is_skipped(tmp_path):
    made = made_of(tmp_path, "Name,Name,Town\na,b,c\nd,e,f\n")
    assert (made.contract.options.header, made.contract.options.skip_lines) == (False, 1)
    assert [field.source for field in made.contract.fields] == ["Name", "Name 2", "Town"]
    assert made.checked is not None
    assert made.checked.counts.rows_read == 2


def test_a_pair_of_columns_is_the_key_where_none_is_alone(tmp_path):
    made = made_of(tmp_path, table({"batch": lambda n: f"g{n // 5}", "line": lambda n: str(n % 5), "x": ["a"]}))
    assert made.keys[0] == ("batch", "line") == made.contract.key


def test_without_a_key_the_draft_says_so(tmp_path):
    made = made_of(tmp_path, "a,b\n1,2\n1,3\n2,2\n2,\n1,2\n")
    assert (made.contract.key, made.keys) == ((), ())
    assert "# guess: no column and no pair of columns names a record" in made.path.read_text()


RECORDS = [
    {"id": n, "who": {"name": f"Name {n}", "born": "1970-01-02"}, "tags": ["a"] * n, "odd": {"x": 1} if n else "x"}
    for n in range(12)
]


@pytest.mark.parametrize("form", ["jsonl", "json", "wrapped"])
def test_json_is_understood_with_its_nested_paths(tmp_path, form):
    content = {
        "jsonl": "".join(json.dumps(record) + "\n" for record in RECORDS),
        "json": json.dumps(RECORDS),
        "wrapped": json.dumps({"meta": {"count": 12}, "data": {"items": RECORDS}}),
    }[form]
    made = made_of(tmp_path, content, f"sample.{'jsonl' if form == 'jsonl' else 'json'}")
    contract = made.contract
    assert contract.format == ("jsonl" if form == "jsonl" else "json")
    assert contract.options.record_path == ("data.items" if form == "wrapped" else "")
    assert {field.source: field.type for field in contract.fields} == {
        "id": "integer", "who.name": "string", "who.born": "date", "tags": "array",
    }  # fmt: skip
    assert contract.ignored_columns == ("odd",)
    assert made.checked is not None
    assert made.checked.counts.rows_accepted == 12


def test_xml_is_understood_with_namespace_attributes_and_repeated_elements(tmp_path):
    items = "".join(
        f"<item ref='R{n}'><when day='2024-01-{n + 1:02d}'/><name>N{n}</name>"
        + "".join(f"<alias><full>A{k}</full></alias>" for k in range(n % 3))
        + "</item>"
        for n in range(12)
    )
    made = made_of(tmp_path, f"<list xmlns='urn:x'><head/><items>{items}</items></list>", "sample.xml")
    contract = made.contract
    assert (contract.options.record_path, contract.options.namespaces) == ("n:items/n:item", (("n", "urn:x"),))
    assert {field.source: field.type for field in contract.fields} == {
        "@ref": "string", "n:when/@day": "date", "n:name": "string", "n:alias": "array",
    }  # fmt: skip
    assert contract.key == ("ref",)
    assert made.checked is not None
    assert made.checked.counts.rows_accepted == 12


def test_a_workbook_is_understood_with_its_sheet_and_header(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "sample.xlsx") as book:
        book.add_worksheet("Notes").write(0, 0, "see the next sheet")
        sheet = book.add_worksheet("Cases")
        sheet.write(0, 0, "Cases of the prosecution service")
        for column_number, name in enumerate(("Case No", "Fine", "Closed")):
            sheet.write(2, column_number, name)
        for row in range(12):
            sheet.write(row + 3, 0, f"C-{row:03d}")
            sheet.write(row + 3, 1, row * 100.5)
            sheet.write_boolean(row + 3, 2, row % 2 == 0)
    made = draft(tmp_path / "sample.xlsx", tmp_path / "out")
    options = made.contract.options
    assert (made.contract.format, options.sheet, options.skip_lines) == ("xlsx", "Cases", 2)
    assert [field.type for field in made.contract.fields] == ["string", "decimal", "boolean"]
    assert made.checked is not None
    assert made.checked.counts.rows_accepted == 12


def test_parquet_and_a_zip_are_understood(tmp_path):
    with duckdb.connect() as connection:
        query = "select 'A' || i as ref, i * 1.5 as n, date '2024-01-01' + i::int as d from range(12) t(i)"
        connection.execute(f"copy ({query}) to '{tmp_path / 'sample.parquet'}'")
    made = draft(tmp_path / "sample.parquet", tmp_path / "out")
    assert [field.type for field in made.contract.fields] == ["string", "decimal", "date"]
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("packed.csv", "a;b\nx;1,5\ny;2,5\n".encode("utf-16"))
    packed = draft(tmp_path / "packed.zip", tmp_path / "out")
    assert (packed.contract.format, packed.contract.options.member) == ("csv", "*.csv")
    assert packed.contract.options.encoding == "utf-16"
    assert packed.checked is not None
    assert packed.checked.counts.rows_accepted == 2


def test_a_hostile_header_and_hostile_cells_stay_text(tmp_path):
    names = ['a"; drop table x; --', "#guess: {x: 1}", "*alias", "&anchor !!python", "é\u202eé", "select"]
    cells = ['"x\n# y: z"', "'", "{{ 7*7 }}", "=1+1", "- a: b", "\\x"]
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    made = made_of(tmp_path, f"{quoted}\n{','.join(cells)}\n{','.join(cells)}2\n")
    assert [field.source for field in made.contract.fields] == names
    assert made.contract.field_by_name["select_given"].source == "select"
    assert made.checked is not None
    assert made.checked.counts.rows_accepted == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "is empty (0 bytes)"),
        ("a.csv", b"A,B\n", "has no rows"),
        ("a.json", b'{"a": 1}x', "is not valid JSON"),
        ("a.json", b'{"a": {"b": 1}}\n[1]', "is not valid JSON"),
        ("a.json", b"[1, 2]", "holds no list of objects"),
        ("a.json", b'{"a": "\xff"}', "is not UTF-8, in which JSON is written"),
        ("a.xml", b"<a><b/>", "is not well-formed XML"),
        ("a.xml", b"<a><b/></a>", "no element that repeats"),
        ("a.xlsx", b"PK\x03\x04nothing", "damaged archive"),
        ("a.parquet", b"PAR1nothing", "not a whole Parquet file"),
        ("a.dat", b"0001MUELLER   20240101X\n0002SCHMIDT   20240101X\n0003HUBER     20240101X\n", "fixed width"),
        ("a.yml", b"a: 1\nb: 2\n", "is text, but no table"),
        ("a.csv", b"a,b\n1,2\n3,4,5\n6,7\n", "line 3: 3 cells where the header has 2"),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "no table"),
        ("a.bin", bytes(range(256)) * 20, "is no text"),
        ("a.csv", bytes(range(1, 256)) * 20, "is no text"),
    ],
)
def test_a_file_of_which_no_contract_can_be_made_is_told_why(tmp_path, name, content, says):
    with pytest.raises(EntrepotError) as error:
        made_of(tmp_path, content, name)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "out").rglob("*.yaml"))


def test_a_draft_is_not_written_over_unasked(tmp_path):
    made = made_of(tmp_path, "a,b\n1,2\n")
    made.path.write_text("# mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already"):
        draft(tmp_path / "sample.csv", tmp_path / "out")
    assert made.path.read_text(encoding="utf-8") == "# mine"
    again = draft(tmp_path / "sample.csv", tmp_path / "out", replace_old=True)
    assert again.contract.fields[0].name == "a"


@pytest.mark.parametrize("name", ["Partner", "../x", "", "a b"])
def test_a_partner_is_named_as_contracts_name_partners(tmp_path, name):
    (tmp_path / "a.csv").write_text("a\n1\n")
    if name:
        with pytest.raises(UsageError, match="is no name of a partner"):
            draft(tmp_path / "a.csv", tmp_path / "out", partner=name)
    else:
        assert draft(tmp_path / "a.csv", tmp_path / "out", partner=name).contract.partner == "new_partner"


def test_examples_are_marked_as_real_values(tmp_path):
    text = made_of(tmp_path, table({"a": ["secret one", "secret two"]})).path.read_text(encoding="utf-8")
    assert "replace them by invented\n# ones if the rows are sensitive" in text
    assert re.search(r'examples: \["secret one", "secret two"\]  # real values of the sample', text)
