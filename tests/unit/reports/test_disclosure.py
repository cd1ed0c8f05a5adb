"""Disclosure control on printed reports: what is hidden is in no byte, and what is shown gives nothing back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest

from reports.context import prepare
from reports.cover import Cover
from reports.disclosure.audit import audit, published
from reports.disclosure.description import Description, Figure
from reports.disclosure.policy import profiles
from reports.disclosure.printed import _without
from reports.disclosure.record import remembered
from reports.errors import ReportError
from reports.figures import writer
from reports.periods import Period
from reports.prove import _share_faults
from reports.render import render
from reports.report_files import load_report
from reports.source import Authority
from reports.tables import print_table
from tests.unit.reports import tiny
from tests.unit.reports.conftest import contents_of, rendered

CONTRIBUTIONS = "rpt_enforcement__contributions"
GOODS, PLACES = "rpt_enforcement__seizures_by_goods", "rpt_enforcement__seizures_by_destination"
# Who exported what was seized: the values of the tiny world, so that goods and destinations have the same total.
SEIZED = [
    ("3", "TR", "A", "300000.10"),
    ("3", "TR", "B", "150000.00"),
    ("3", "NA", "C", "200000.00"),
    ("3", "NA", "D", "162345.00"),
    ("ML", "TR", "A", "20000.00"),
    ("ML", "TR", "E", "30000.00"),
    ("ML", "NA", "F", "49000.00"),
    ("none", "NA", "G", "1200.00"),
]


def seized(tables):
    """Contributors for customs' values, and destinations that add up from them."""
    tables[CONTRIBUTIONS] = [
        {
            "period": tiny.HALF, "partner": tiny.CUSTOMS, "quantity": "value_seized", "category_code": category,
            "destination_code": place, "disposition_code": "none", "contributor": who, "value_eur": Decimal(value),
        }
        for category, place, who, value in SEIZED
    ]  # fmt: skip
    for row in tables[PLACES]:
        if row["destination_code"] != "total":
            own = [Decimal(value) for _, place, _, value in SEIZED if place == row["destination_code"]]
            row["value_eur"] = sum(own, Decimal(0))
    same_over_time(tables["rpt_enforcement__trend"], "half_year", {"2025-H2": "912545.10", "2025-H1": "700000.00"})


def same_over_time(trend, period, values):
    """The tiny world's tables over time say what its other tables say; disclosure control refuses them otherwise."""
    for row in trend:
        if row["value_eur"] is not None:
            row["value_eur"] = Decimal(values[row[period]]) if row[period] in values else None


def hidden_cells(contents, table):
    return {
        cell.id for part in contents.tables[table].parts for row in part.rows for cell in row.cells if cell.is_hidden
    }


def figures_of(contents, quantity="value_seized"):
    return contents.decisions[quantity]["figures"]


def test_a_value_of_one_exporter_is_hidden_with_what_it_could_be_worked_out_from():
    contents = contents_of("enforcement", seized)
    assert "4.none.value_eur" in hidden_cells(contents, "seizures_by_goods")
    assert len(hidden_cells(contents, "seizures_by_goods")) >= 2
    counts = {cell for cell in hidden_cells(contents, "seizures_by_goods") if not cell.endswith("value_eur")}
    assert counts == set()


def test_every_sensitive_figure_of_the_report_passes_the_audit_of_what_is_printed():
    contents = contents_of("enforcement", seized)
    record = contents.decisions["value_seized"]
    told = remembered("v", record)
    figures = {one.id: Figure(one.id, one.place, one.value, one.is_count) for one in told.figures}
    table = Description(figures, told.relations)
    away = {one.id for one in told.figures if one.is_hidden}
    levels = {one.id: one.levels for one in told.figures if one.levels}
    assert levels
    assert audit(table, published(table, away), levels) == []
    assert any(audit(table, published(table, away - {one}), levels) for one in away)


def spellings(value: Decimal):
    """How a hidden value might survive: exact, rounded as print has it, in any separator."""
    exact = format(value, "f")
    thousand = f"{value / 1000:,.1f}"
    yield exact
    yield exact.rstrip("0").rstrip(".")
    yield f"{value:,.2f}"
    if value >= 10000:
        yield thousand
        yield format((value / 1000).normalize(), "f")  # a workbook's figures, in the unit of their heading
        yield format((value / 1000000).normalize(), "f")


PDF_WORDS = ("/Alt", "/ActualText", "/Title", "/T", "/E", "/Contents", "/Keywords", "/Subject")


def pdf_text(content: bytes) -> str:
    """What a PDF says: its text layer, the words behind its pictures, its bookmarks and what it says of itself."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]
    with pikepdf.open(io.BytesIO(content)) as opened:
        words = [
            str(one)
            for thing in opened.objects
            if isinstance(thing, pikepdf.Dictionary)
            for key, one in thing.items()
            if key in PDF_WORDS
        ]
        return "\n".join([*pages, *words, str(opened.Root.get("/Metadata").read_bytes())])


def text_of(path: str, content: bytes) -> str:
    """All that a file says: of a workbook every part of its archive, but Excel's own colours and mere positions."""
    if path.endswith(".pdf"):
        return pdf_text(content)
    if not path.endswith(".xlsx"):
        return re.sub(r"sha256-[A-Za-z0-9+/=]+", "", content.decode("utf-8"))  # the digest of the style sheet
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name).decode("utf-8") for name in archive.namelist() if "/theme/" not in name]
    return re.sub(r't="s"><v>\d+</v>|(?:r|spans|ref|sqref|width)="[^"]*"', "", "\n".join(parts))


def test_no_hidden_number_survives_in_any_byte():
    contents = contents_of("enforcement", seized)
    files = render(contents, Cover("2025-H2-v1", "Provisional")).files
    hidden = [Decimal(one["value"]) for one in figures_of(contents) if one["state"] == "confidential"]
    shown = {Decimal(one["value"]) for one in figures_of(contents) if one["state"] == "published"}
    assert hidden
    plain = {
        cell.text.lstrip("+\N{MINUS SIGN}")
        for table in contents.tables.values()
        for part in table.parts
        for row in part.rows
        for cell in row.cells
    }
    for path, content in files.items():
        text = text_of(path, content)
        for value in hidden:
            if value in shown:
                continue
            for spelling in spellings(value):
                if spelling in plain:
                    continue  # another figure that happens to read alike
                assert not re.search(rf"(?<![\d.,]){re.escape(spelling)}(?![\d.,])", text), (path, spelling)
        assert not any(who in text for who in ('"levels"', '"rules"', "value_seized/"))


def test_nothing_of_a_hidden_number_is_left_in_the_contents_themselves():
    contents = contents_of("enforcement", seized)
    for table in contents.tables.values():
        for part in table.parts:
            for row in (*part.rows, *part.short):
                for cell in row.cells:
                    if cell.is_hidden:
                        assert cell.value is None
                        assert row.source is None or row.source[cell.column.name] is None


def test_neither_order_nor_fingerprint_nor_length_follows_a_hidden_value():
    """Other amounts, hidden alike: every byte of the edition stays, and its fingerprint."""

    def other(tables):
        seized(tables)
        goods = {row["category_code"]: row for row in tables[GOODS]}
        away = hidden_cells(contents_of("enforcement", seized), "seizures_by_goods")
        assert {"4.none.value_eur", "4.ML.value_eur"} <= away
        # 300 euro of one firm's goods are coded otherwise: both cells are hidden, their sum is not changed.
        goods["none"]["value_eur"] += 300
        goods["ML"]["value_eur"] -= 300
        for row in tables[CONTRIBUTIONS]:
            if row["contributor"] == "G":
                row["value_eur"] += 300
            if row["contributor"] == "F":
                row["value_eur"] -= 300

    one, changed = contents_of("enforcement", seized), contents_of("enforcement", other)
    assert one.fingerprint == changed.fingerprint
    cover = Cover("2025-H2-v1", "Provisional")
    assert render(one, cover).files == render(changed, cover).files


def test_hidden_cells_read_c_in_page_and_companion_with_a_key():
    files = rendered("enforcement", seized).files
    rows = list(csv.DictReader(io.StringIO(files["tables/seizures_by_goods.csv"].decode())))
    assert {row["value_eur"] for row in rows if row["category_code"] == "none"} == {"[c]"}
    page = files["index.html"].decode()
    assert "[c]</b> confidential" in page
    assert profiles()["values"].words.split(".")[0] in page


def test_without_contributors_the_values_are_published_as_the_authority_gives_them():
    contents = contents_of("enforcement")
    assert hidden_cells(contents, "seizures_by_goods") == set()
    assert contents.decisions["value_seized"]["contributors_not_known"] == [tiny.CUSTOMS]


def granted(tables):
    """Exporters behind the values granted, of whom one stands alone in the first category."""
    rows = tables["rpt_licensing_statistics__values"]
    own = [row for row in rows if row["partner"] == tiny.MINISTRY and not row["is_total"] and row["value_eur"]]
    whole = next(row for row in rows if row["partner"] == tiny.MINISTRY and row["is_total"])
    for table in (
        "decisions_by_destination",
        "decisions_by_rating",
    ):  # they speak of other values in the tiny world
        for row in tables[f"rpt_licensing_statistics__{table}"]:
            row.update({name: None for name in row if name.startswith("value_eur")})
    same_over_time(
        [row for row in tables["rpt_licensing_statistics__trend"] if row["partner"] == tiny.MINISTRY],
        "quarter",
        {
            "2025-Q4": whole["value_eur"],
            "2025-Q3": whole["value_eur_previous_quarter"],
            "2024-Q4": whole["value_eur_previous_year"],
        },
    )
    tables["rpt_licensing_statistics__contributions"] = [
        {
            "period": tiny.QUARTER, "partner": tiny.MINISTRY, "category_code": row["category_code"],
            "rating": "x", "destination_code": "IN", "contributor": f"{row['category_code']}{n}",
            "value_eur": row["value_eur"] / (1 if place == 0 else 4),
        }
        for place, row in enumerate(own)
        for n in range(1 if place == 0 else 4)
    ]  # fmt: skip


def test_a_share_made_from_a_hidden_value_is_hidden():
    contents = contents_of("licensing_statistics", granted)
    away = hidden_cells(contents, "values")
    values = {cell.rsplit(".", 1)[0] for cell in away if cell.endswith(".value_eur")}
    assert values
    for row in values:
        assert {f"{row}.share_of_value", f"{row}.change_on_quarter"} <= away
    render(contents, Cover("2025-Q4-v1", "Provisional"))


def test_two_tables_that_say_different_things_of_one_figure_are_refused():
    def wrong(tables):
        seized(tables)
        total = next(row for row in tables[PLACES] if row["is_total"])
        total["value_eur"] += 1

    with pytest.raises(ReportError, match=r"one figure|contradict"):
        contents_of("enforcement", wrong)


def test_later_editions_hide_what_the_first_one_hid_and_give_nothing_back():
    """The first edition hides a cell; then more exporters make it safe by itself. It stays hidden, for the sums of the
    first edition still hold; and what the first one printed is not hidden."""
    first = contents_of("enforcement", seized)

    def safe(tables):
        seized(tables)
        for row in list(tables[CONTRIBUTIONS]):
            parts = [row["value_eur"] / 4] * 4
            tables[CONTRIBUTIONS].remove(row)
            tables[CONTRIBUTIONS] += [
                {**row, "contributor": f"{row['contributor']}{n}", "value_eur": part} for n, part in enumerate(parts)
            ]

    alone = contents_of("enforcement", safe)
    assert hidden_cells(alone, "seizures_by_goods") == set()
    tables = tiny.enforcement()
    safe(tables)
    later = prepare(
        load_report("enforcement"), Period.parse(tiny.HALF), tiny.TinySource(tables), {"2025-H2-v1": first.decisions}
    )
    assert hidden_cells(later, "seizures_by_goods") == hidden_cells(first, "seizures_by_goods")
    again = prepare(
        load_report("enforcement"), Period.parse(tiny.HALF), tiny.TinySource(tables), {"2025-H2-v1": later.decisions}
    )
    assert again.fingerprint == later.fingerprint


def test_a_share_of_a_hidden_total_is_nought_where_the_part_is_published_as_nought():
    declaration = load_report("arms_export_return").table("by_destination")
    rows = [
        {"period": "2025", "partner": tiny.MINISTRY, "destination_code": code, "destination": code, "licences": count,
         "value_eur": Decimal(value), "share_of_value": share, "exported_eur": None, "change_on_year": None,
         "licences_previous_year": None, "is_total": code == "total", "sort_order": place}
        for place, (code, count, value, share) in enumerate(
            [("AT", 1, 5, Decimal("1")), ("CH", 0, 0, Decimal(0)), ("total", 1, 5, Decimal("1"))]
        )
    ]  # fmt: skip
    authority = Authority(tiny.MINISTRY, "Ministry", "Ministry")
    table = print_table(declaration, "1", rows, [authority], writer("en_GB"))
    hidden = {"1.AT.value_eur", "1.total.value_eur"}
    protected = _without(table, hidden)
    part = protected.parts[0]
    assert [row.cell("share_of_value").text for row in part.rows] == ["[c]", "0.0", "[c]"]
    assert [fault for row in part.rows for fault in _share_faults(protected, part, row)] == []
    share = part.rows[1].cell("share_of_value")
    cells = tuple(replace(cell, value=Decimal("0.1")) if cell is share else cell for cell in part.rows[1].cells)
    (fault,) = _share_faults(protected, part, replace(part.rows[1], cells=cells))
    assert fault.endswith("is printed, though it is made from a confidential figure.")
    # A part that is hidden itself says nothing of its share, nought or not.
    part = _without(table, {*hidden, "1.CH.value_eur"}).parts[0]
    assert part.row("CH").cell("share_of_value").text == "[c]"
