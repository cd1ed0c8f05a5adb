"""How numbers and periods are written."""

from datetime import date
from decimal import Decimal

import pytest

from reports.errors import ReportError
from reports.figures import exact, writer
from reports.periods import Period, written_date

write = writer("en_GB")


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (13611, "count", "13,611"),
        (0, "count", "0"),
        (None, "count", "[z]"),
        (Decimal("0.0308"), "share", "3.1"),
        (Decimal("0.0305"), "share", "3.1"),  # half away from zero, not to even
        (Decimal("1"), "share", "100.0"),
        (Decimal("0.0001"), "share", "[low]"),
        (Decimal("0"), "share", "0.0"),
        (Decimal("0.056"), "change", "+5.6"),
        (Decimal("-0.056"), "change", "−5.6"),
        (Decimal("-0.0004"), "change", "0.0"),
        (Decimal("1028631439.08"), "eur_million", "1,028.63"),
        (Decimal("4999.99"), "eur_million", "[low]"),
        (Decimal("5000.00"), "eur_million", "0.01"),
        (0.1, "rate", "0.1"),
        (float("nan"), "rate", "[z]"),
        ("<b>", "text", "<b>"),
        ("2014-Q4", "period", "Q4\u00a02014"),
    ],
)
def test_a_value_is_written_in_its_format(value, form, text):
    assert write(value, form) == text


def test_another_locale_writes_its_own_separators():
    assert writer("fr_FR")(Decimal("1028631439.08"), "eur_million") == "1\u202f028,63"
    assert writer("de_DE")(13611, "count") == "13.611"


@pytest.mark.parametrize("value", [True, "many", object()])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ReportError, match="where a number was expected"):
        exact(value)


def test_periods_know_their_days_and_neighbours():
    quarter, half = Period.parse("2014-Q4"), Period.parse("2025-H1")
    assert (quarter.starts_on, quarter.ends_on) == (date(2014, 10, 1), date(2014, 12, 31))
    assert (half.starts_on, half.ends_on) == (date(2025, 1, 1), date(2025, 6, 30))
    assert str(quarter.shifted(1)) == "2015-Q1"
    assert str(half.shifted(-3)) == "2023-H2"
    assert quarter.label("en_GB") == "October to December 2014"
    assert written_date(date(2015, 3, 31), "en_GB") == "31 March 2015"


def test_a_year_is_a_period_like_any_other():
    year = Period.parse("2014")
    assert (year.starts_on, year.ends_on) == (date(2014, 1, 1), date(2014, 12, 31))
    assert [str(period) for period in year.history(3)] == ["2012", "2013", "2014"]
    assert (year.label("en_GB"), year.short_label()) == ("2014", "2014")
    assert writer("en_GB")("2014", "period") == "2014"


NO_PERIODS = (
    "2014-",
    "2014-Y1",
    "20145",
    "0000",
    "9999",
    "2014\n",
    "2014-Q5",
    "2014-H3",
    "2014-Q0",
    "14-Q4",
    "2014-Q4;",
    "2014-q4",
)


@pytest.mark.parametrize("text", NO_PERIODS)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ReportError, match="is no reporting period"):
        Period.parse(text)
