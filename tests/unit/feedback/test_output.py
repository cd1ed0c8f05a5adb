"""Page and workbook: what they mark, that hostile text stays text in both, and that they are always the same."""

import itertools
import re
import zipfile
from io import BytesIO

import pytest

from orchestration.contracts.load import load_contracts
from orchestration.contracts.rules import every_rule
from orchestration.submissions.check import Counts
from orchestration.submissions.feedback import Facts, Past, collect, render_page, render_workbook
from orchestration.submissions.feedback.model import Feedback, Problem, Row, RuleCount
from orchestration.submissions.feedback.telling import shown
from orchestration.words.catalogue import words_in
from tests.unit.feedback.builders import (
    Page,
    address,
    cell_kinds,
    column_of,
    feedback_on,
    filled_cells,
    sample_contract,
    sheets,
    tags_named,
)  # fmt: skip

ENGLISH = words_in("en")
GOOD = "R-001;NAR;12,50;31.12.2025;fine"
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    "{% for x in [1] %}boom{% endfor %}",
    "=cmd|' /C calc'!A0",
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "http://evil.example/x",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "--><script>",
    "</style><script>x</script>",
    "1e309",
    "TRUE",
    "%(num)s %s %%",
    "{num} {0}",
]


def test_defect_42_hostile_text_stays_text_in_page_and_workbook(tmp_path):
    rows = [f'R-{100 + n};XXX;1,00;01.01.2025;"{text}"' for n, text in enumerate(HOSTILE)]
    feedback = feedback_on(tmp_path, rows)
    assert feedback.counts.rows_quarantined == len(HOSTILE)
    page = Page(render_page(feedback, ENGLISH))
    assert not tags_named(page, "script")
    assert not tags_named(page, "img")
    assert not [a for _, attributes in page.tags for a in attributes if a.startswith("on")]
    assert [text for text in HOSTILE if text not in page.text] == []
    book = render_workbook(feedback, ENGLISH)
    table = sheets(book)["To mend"]
    note = column_of(table, "Note")
    assert [row[note] for row in table[1:]] == HOSTILE
    kinds = cell_kinds(book)
    assert {kinds[address(row, note)] for row in range(1, len(table))} == {"s"}
    for number in range(1, 6):
        assert "f" not in cell_kinds(book, number).values()


def test_hidden_characters_are_written_out_and_long_texts_cut_on_the_page_only(tmp_path):
    long = "ä" * 299
    hidden = "ab\u202ecod\u200b\u0007x"
    feedback = feedback_on(tmp_path, [f"R-101;XXX;1,00;01.01.2025;{hidden}", f"R-102;XXX;1,00;01.01.2025;{long}"])
    page, book = render_page(feedback, ENGLISH).decode(), render_workbook(feedback, ENGLISH)
    assert "ab[U+202E]cod[U+200B][U+0007]x" in page
    assert not re.search("[\u202e\u200b\u0007]", page)
    assert long not in page and long[:150] in page
    table = sheets(book)["To mend"]
    assert [row[column_of(table, "Note")] for row in table[1:]] == [shown(hidden), long]


BROKEN = {
    "Ref No": ["Q-1;NAR;1,00;01.01.2025;x", ";NAR;1,00;01.01.2025;x"],
    "Unit": ["R-101;XXX;1,00;01.01.2025;x"],
    "Betrag": ["R-101;NAR;1.5;01.01.2025;x", "R-101;NAR;-1,00;01.01.2025;x", "R-101;NAR;1001,00;01.01.2025;x"],
    "Day": ["R-101;NAR;1,00;2025-01-01;x"],
    "Note": [f"R-101;NAR;1,00;01.01.2025;{'x' * 301}"],
}


@pytest.mark.parametrize(("column", "row"), [(column, row) for column, rows in BROKEN.items() for row in rows])
def test_the_marked_cell_is_the_one_at_fault(tmp_path, column, row):
    feedback = feedback_on(tmp_path, [GOOD, row])
    book = render_workbook(feedback, ENGLISH)
    table = sheets(book)["To mend"]
    assert filled_cells(book) == {address(1, column_of(table, column))}
    assert [table[1][column_of(table, name)] for name in ("Row", "Line", "Column")] == [2, 3, column]
    page = Page(render_page(feedback, ENGLISH))
    value = dict(zip(["Ref No", "Unit", "Betrag", "Day", "Note"], row.split(";"), strict=True))[column]
    assert [marked[:100] for marked in set(page.marked)] == [value[:100] or "(empty)"]


def test_a_rule_over_several_columns_marks_them_all(tmp_path):
    book = render_workbook(feedback_on(tmp_path, ["R-101;;1,00;01.01.2025;x"]), ENGLISH)
    table = sheets(book)["To mend"]
    assert filled_cells(book) == {address(1, column_of(table, name)) for name in ("Unit", "Betrag")}


def test_a_row_that_breaks_several_rules_stands_once_in_the_workbook_and_below_each_rule_on_the_page(tmp_path):
    feedback = feedback_on(tmp_path, ["R-101;XXX;oops;01.01.2025;x"])
    table = sheets(render_workbook(feedback, ENGLISH))["To mend"]
    assert len(table) == 2
    assert table[1][column_of(table, "Column")].split("\n") == ["Betrag", "Unit"]
    page = Page(render_page(feedback, ENGLISH))
    assert len([row for row in page.rows if row and row[0].startswith("1 2")]) == 2
    assert "Also: Betrag must be a number" in page.words


def test_counts_on_the_page_are_those_of_the_check(tmp_path):
    rows = [GOOD, GOOD, "r-002;NAR;0,00;01.01.2025;x", "r-003;XXX;0,00;01.01.2025;x", "R-004;nar;2,00;01.01.2025;y"]
    feedback = feedback_on(tmp_path, rows)
    assert [row.number for row in feedback.warned] == [3]
    assert sorted({repair.row for repair in feedback.repairs if repair.before}) == [3, 5]
    assert feedback.repaired_cells == 2
    told = {row[0]: row[1] for row in Page(render_page(feedback, ENGLISH)).rows if len(row) == 2}
    counts = feedback.counts
    assert told["Accepted"] == str(counts.rows_accepted) == "3"
    assert told["of these with cells repaired"] == str(counts.rows_repaired) == "2"
    assert told["of these with a warning"] == str(counts.rows_warned) == "1"
    assert told["Not accepted: to mend"] == str(counts.rows_quarantined) == "1"
    assert told["Exact copies of another row, counted once"] == str(counts.rows_duplicate) == "1"
    assert told["Rows in the file"] == str(counts.rows_read) == "5"
    summary = {row[0]: row[1] for row in sheets(render_workbook(feedback, ENGLISH))["Summary"] if row[0]}
    assert [summary[name] for name in ("Rows in the file", "Accepted", "Not accepted: to mend")] == [5, 3, 1]


def test_the_same_feedback_gives_the_same_bytes(tmp_path):
    rows = [GOOD, "r-002;kgm;0,00;01.01.2025;x", "R-003;XXX;1,00;01.01.2025;x"]
    past = (Past("2025-Q3", "old.csv", 10, 8, 2),)
    first, second = (
        feedback_on(tmp_path / name, rows, past=past) for name in ("a", "b") if (tmp_path / name).mkdir() is None
    )
    assert render_page(first, ENGLISH) == render_page(second, ENGLISH)
    book = render_workbook(first, ENGLISH)
    assert book == render_workbook(second, ENGLISH)
    made = zipfile.ZipFile(BytesIO(book)).read("docProps/core.xml")
    assert re.findall(rb"(\d{4}-\d\d-\d\d)T", made) == [b"2000-01-01"] * 2


def test_a_long_list_is_cut_on_the_page_and_says_how_many_more(tmp_path):
    feedback = feedback_on(tmp_path, [f"R-{n};XXX;1,00;01.01.2025;x" for n in range(100, 200)])
    page = Page(render_page(feedback, ENGLISH, "x.xlsx"))
    assert len(page.marked) == 40
    assert "60 more rows are in the workbook." in page.words
    assert len(sheets(render_workbook(feedback, ENGLISH))["To mend"]) == 101


def test_rows_beyond_the_limit_are_counted_and_not_shown(tmp_path):
    feedback = feedback_on(tmp_path, [f"R-{n};XXX;1,00;01.01.2025;x" for n in range(100, 200)], rows_at_most=30)
    assert not feedback.is_complete
    assert len(feedback.to_mend) == 30 and feedback.broken_rules[0].rows == 100


def test_a_rejected_file_says_why_and_nothing_else(tmp_path):
    of = sample_contract(tmp_path)
    feedback = collect(of, Facts("feed.csv", "rejected", "feed.csv has the unknown column <b>Amout</b>."))
    page = Page(render_page(feedback, ENGLISH))
    assert "The file was not accepted: none of its rows was taken." in page.words
    assert "feed.csv has the unknown column <b>Amout</b>." in page.words
    assert not tags_named(page, "b") and not tags_named(page, "table")


def test_the_page_is_well_made_for_readers_of_all_kinds(tmp_path):
    rows = [GOOD, "r-002;kgm;0,00;01.01.2025;x", "R-003;XXX;1,00;01.01.2025;x"]
    content = render_page(feedback_on(tmp_path, rows, past=(Past("2025-Q3", "old.csv", 10, 8, 2),)), ENGLISH)
    page = Page(content)
    assert tags_named(page, "html") == [{"lang": "en"}]
    names = [tag for tag, _ in page.tags]
    assert [names.count(tag) for tag in ("main", "header", "footer", "h1", "title")] == [1] * 5
    levels = [int(tag[1]) for tag in names if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert [attributes for attributes in tags_named(page, "th") if "scope" not in attributes] == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = [a[name] for _, a in page.tags for name in ("aria-labelledby",) if name in a]
    links = [a["href"][1:] for a in tags_named(page, "a") if a["href"].startswith("#")]
    assert labels and links and set(labels) | set(links) <= set(ids)
    assert b"default-src 'none'" in content and b"<script" not in content and b"http://" not in content


def test_a_row_that_waits_for_a_record_says_so_in_the_language_that_there_is(tmp_path):
    of = load_contracts()["trade_ministry/goods_lines"]
    rule = next(one for one in every_rule(of) if one.kind == "reference")
    waiting = f"{rule.description} So far none has come."
    row = Row(
        7,
        ("XA-2025-000123", *[None] * (len(of.fields) - 1)),
        (Problem(rule, rule.fields, note="So far none has come."),),
    )
    feedback = Feedback(
        of, Facts("f.csv", "accepted"), Counts(9, 8, 1, 0, 0, 0), (row,), broken_rules=(RuleCount(rule, 1),)
    )
    page = Page(render_page(feedback, words_in("de")))
    assert "„Application No“ muss einen Datensatz nennen" in page.words
    assert {"lang": "en"} in tags_named(page, "div")
    assert "So far none has come." in page.words and waiting not in page.words
    assert "wie sie verstanden wurden" in page.words
    assert page.marked == ["XA-2025-000123"]
