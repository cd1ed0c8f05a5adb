"""What only the review pack and the report on lists say: for whom they are, whom they name, what must agree."""

import io
import zipfile

import pytest
from lxml import html

from reports.errors import ReportError
from tests.unit.reports.conftest import contents_of, rendered


@pytest.mark.parametrize("report", ["interagency_review", "list_changes"])
def test_the_page_says_that_it_is_restricted(report: str) -> None:
    page = rendered(report).files["index.html"].decode()
    assert ">restricted</span>" in page and "This report is restricted." in page


def test_an_agency_without_anything_to_talk_about_has_no_agenda() -> None:
    contents = contents_of("interagency_review")
    parts = {name: [part.authority.code for part in table.parts] for name, table in contents.tables.items()}
    assert sorted(parts["agenda"]) == sorted(parts["actions"]) == ["customs_service", "trade_ministry"]
    assert len(parts["rules"]) == len(parts["referrals"]) == 3


def test_the_agenda_says_of_each_case_why_it_is_on_it() -> None:
    part = contents_of("interagency_review").tables["agenda"].part("customs_service")
    assert part is not None and [row.cell("days_open").value for row in part.rows] == [379, 378, 377]
    first = part.rows[0]
    assert [first.cell(name).text for name in ("action", "contradiction", "referral")] == [
        "overdue", "contradict", "pending",
    ]  # fmt: skip


def test_cases_and_referrals_of_an_agency_are_the_same_ones() -> None:
    def lose_one(tables):
        for row in tables["rpt_interagency_review__referrals"]:
            if row["partner"] == "trade_ministry":
                row["referrals"] -= 1
                row["not_acknowledged"] -= 1
                row["acknowledged_share"] = row["acknowledged"] / row["referrals"]

    with pytest.raises(ReportError, match=r"rules\.total\.cases"):
        rendered("interagency_review", lose_one)


def test_new_hits_are_the_same_in_every_table() -> None:
    def plant(tables):
        tables["rpt_list_changes__trend"][-1]["new_hits"] = 4

    with pytest.raises(ReportError, match=r"hits\.total\.new_hits"):
        rendered("list_changes", plant)


def test_headlines_count_in_plain_words() -> None:
    page = html.document_fromstring(rendered("list_changes").files["index.html"].decode())
    text = " ".join(str(page.xpath("//section[@id='headlines']")[0].text_content()).split())
    assert "1 added, 1 removed and 1 changed entry; 51 now stand" in text
    assert "3 new hits on 2 parties, 2 of them open" in text


def test_entries_with_most_hits_stand_first_and_say_what_changed() -> None:
    part = contents_of("list_changes").tables["entries"].parts[0]
    assert [row.cell("new_hits").value for row in part.rows] == [3, 0, 0]
    assert part.rows[-1].cell("changed_fields").text == "aliases, remarks"


def test_characters_that_nobody_sees_are_written_out_in_every_form_of_an_edition() -> None:
    def disguise(tables):
        for row in tables["rpt_list_changes__entries"]:
            row |= {"primary_name": "Acme \u202egnidarT", "changed_fields": "ali\u200bases\u0007"}

    files = rendered("list_changes", disguise).files
    with zipfile.ZipFile(io.BytesIO(files["tables.xlsx"])) as book:
        texts = {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}
    texts |= {name: files[name].decode() for name in files if name.endswith((".html", ".csv", ".json", ".svg"))}
    assert [name for name, text in texts.items() if {"\u202e", "\u200b", "\u0007"} & set(text)] == []
    assert "Acme <U+202E>gnidarT" in texts["tables/entries.csv"] and "<U+202E>" in texts["edition.json"]
    assert "Acme &lt;U+202E&gt;gnidarT" in texts["index.html"] and "ali&lt;U+200B&gt;ases" in texts["index.html"]
