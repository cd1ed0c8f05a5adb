"""What only the scorecard says: for whom it is, what is not timed, and an order that is no ranking."""

from decimal import Decimal

from lxml import html

from tests.unit.reports.conftest import contents_of, rendered


def test_the_page_says_for_whom_it_is():
    page = rendered("data_quality_scorecard").files["index.html"].decode()
    assert ">restricted</span>" in page
    assert "Audience" not in rendered("enforcement").files["index.html"].decode()


def test_what_is_not_timed_is_not_applicable_and_never_undelivered():
    parts = contents_of("data_quality_scorecard").tables["trend"].parts
    timed = {part.authority.code: {row.cell("timeliness").text for row in part.rows} for part in parts}
    assert timed["prosecution_service"] == {"[z]"}
    assert timed["customs_service"] == {"90.0"}


def test_partners_come_by_what_is_expected_of_them_and_not_by_score():
    def turn(tables):
        for row in tables["rpt_data_quality_scorecard__trend"]:
            if row["partner"] == "prosecution_service":
                row["submissions_expected"] = 9
                row["score"] = Decimal("1.0")

    assert contents_of("data_quality_scorecard", turn).authorities[0].code == "prosecution_service"


def test_a_headline_tells_of_rejected_files():
    assert "with 1 rejected file " in " ".join(_words(rendered("data_quality_scorecard").files["index.html"]))


def _words(page: bytes) -> list[str]:
    return str(html.document_fromstring(page.decode()).xpath("//section[@id='headlines']")[0].text_content()).split()


def test_a_quarter_in_which_no_row_was_kept_out_and_nothing_was_mapped_has_a_page():
    def spotless(tables):
        tables["rpt_data_quality_scorecard__rules"] = []
        tables["rpt_metrics__mapping_coverage"] = []

    page = rendered("data_quality_scorecard", spotless).files["index.html"].decode()
    assert "No row of any partner was kept out." in page
    assert "names the rules" not in page
