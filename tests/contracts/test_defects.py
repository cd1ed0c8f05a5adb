"""The defects of real submissions on the level of cells, each with the handling that docs/defects.md gives it.

`test_defect_NN_...` proves defect NN of the domain reference. Defects of rows, of whole files, of the life of a
submission and of models have their tests beside those; test_defect_catalogue.py proves that none is missing.
"""

import csv
from datetime import date, datetime

import pytest
import xlsxwriter

from orchestration.contracts.code_lists import load_aliases
from orchestration.contracts.model import ContractSet
from orchestration.errors import ContractError, RejectedFileError
from orchestration.register import Register
from orchestration.settings import PROJECT_ROOT, Home
from orchestration.submissions.lake import check_submission
from orchestration.submissions.receive import submit
from tests.contracts.cells import CONTRACTS, LISTS, broken, column, outcome, with_lists
from tests.unit.intake.builders import check, contract, field


def test_defect_03_mojibake_is_turned_back_only_where_that_is_reversible_and_unique(tmp_path):
    garbled = {
        "MÃ¼ller": "Müller",
        "SociÃ©tÃ© VolnÃ¡ â€“ Paris": "Société Volná – Paris",
        "ÐšÐ¾Ð¼Ð¿Ð°Ð½Ð¸Ñ": None,  # the last byte was lost: not reversible
        "MÃƒÂ¼ller": None,  # garbled twice: what comes out is garbled still
        "Müller und SÃ¼hne": None,  # half of it is right: no one reading of the whole
    }
    sound = ["Müller", "SÃO PAULO", "Ångström", "Компания", "plain", None]
    found = column(tmp_path, field("name", repairs=["mojibake"]), [*garbled, *sound])
    assert [text for text, _ in found.accepted()] == [
        *(after or before for before, after in garbled.items()),
        *sound,
    ]
    assert found.findings("repair") == [
        (1, "name_freed_of_garbled_letters", "MÃ¼ller", "Müller"),
        (2, "name_freed_of_garbled_letters", "SociÃ©tÃ© VolnÃ¡ â€“ Paris", "Société Volná – Paris"),
    ]
    assert [(row, rule) for row, rule, _, _ in found.findings("warning")] == [
        (row, "name_has_no_garbled_letters") for row in (3, 4, 5)
    ]


def test_defect_08_a_column_unknown_or_missing_rejects_the_file_unless_it_is_agreed(tmp_path):
    fields = [field("a"), field("b")]
    (tmp_path / "feed.csv").write_text("a,b,remark\n1,2,secret\n")
    with pytest.raises(RejectedFileError, match="remark"):
        check(contract(tmp_path, fields), tmp_path / "feed.csv")
    with pytest.raises(RejectedFileError, match="c"):
        check(contract(tmp_path / "c", [*fields, field("c")], ignoredColumns=["remark"]), tmp_path / "feed.csv")
    agreed = contract(tmp_path / "agreed", fields, ignoredColumns=["remark"])
    assert check(agreed, tmp_path / "feed.csv").accepted() == [("1", "2")]


def test_defect_10_a_date_without_a_declared_format_is_never_guessed(tmp_path):
    found = column(tmp_path, field("day", "date"), ["03/04/2024", "2024-04-03"])
    assert (found.accepted("day"), found.broken_rules()) == ([(date(2024, 4, 3),)], {1: ["day_is_a_date"]})
    with pytest.raises(ContractError, match="means different dates"):
        contract(tmp_path / "both", [field("day", "date", formats=["%d/%m/%Y", "%m/%d/%Y"])])


def test_defect_11_impossible_days_and_days_after_receipt_are_quarantined(tmp_path):
    days = [field("day", "date", formats=["%d.%m.%Y"], notAfterReceipt=True)]
    days.append(field("at", "timestamp", formats=["%d.%m.%Y %H:%M"], notAfterReceipt=True))
    rows: list[tuple[str | None, ...]] = [
        ("31.02.2025", None),
        ("03.04.2025", "03.04.2025 23:59"),
        ("04.04.2025", None),
        (None, "04.04.2025 00:00"),
    ]
    found = outcome(tmp_path, days, rows, timezone="Europe/Vienna", received_on=date(2025, 4, 3))
    assert found.broken_rules() == {
        1: ["day_is_a_date"], 3: ["day_is_not_after_receipt"], 4: ["at_is_not_after_receipt"],
    }  # fmt: skip
    (tmp_path / "earlier").mkdir()
    earlier = outcome(tmp_path / "earlier", days, rows, timezone="Europe/Vienna", received_on=date(2025, 4, 2))
    assert earlier.broken_rules()[2] == ["day_is_not_after_receipt", "at_is_not_after_receipt"]


def test_defect_11_the_day_of_receipt_is_the_partners_and_comes_from_the_register(tmp_path):
    of = contract(tmp_path, [field("day", "date", notAfterReceipt=True)], timezone="Europe/Vienna")
    home = Home(tmp_path / "home")
    register = Register(f"sqlite:///{home.ensure().root / 'register.sqlite'}", lambda: datetime(2025, 4, 2, 22, 30))
    (tmp_path / "feed.csv").write_text("day\n2025-04-03\n2025-04-04\n")  # received half past midnight of 3 April
    done = submit(home, register, ContractSet({of.id: of}), tmp_path / "feed.csv", of.id, period="2025")
    counts = check_submission(home, register, ContractSet({of.id: of}), done.submission.id)
    assert (counts.rows_accepted, counts.rows_quarantined) == (1, 1)


def test_defect_11_a_decision_before_its_submission_is_quarantined():
    assert broken("allied_licensing_authority/decisions", "decision_is_not_before_submission") == "error"


def test_defect_12_two_digit_years_and_excel_serials_are_read_only_by_agreement(tmp_path):
    texts = ["45292", "01.02.24", "1.2.49", "01.02.50", "01.02.2024", "452920"]
    form = {"formats": ["%d.%m.%Y"]}
    found = column(tmp_path, field("day", "date", **form, excelSerial=True, twoDigitYears=49), texts)
    days = [date(2024, 1, 1), date(2024, 2, 1), date(2049, 2, 1), date(1950, 2, 1), date(2024, 2, 1)]
    assert [day for day, _ in found.accepted()] == days
    assert found.findings("repair") == [
        (1, "day_turned_back_into_a_date", "45292", "01.01.2024"),
        (2, "day_given_its_century", "01.02.24", "01.02.2024"),
        (3, "day_given_its_century", "1.2.49", "1.2.2049"),
        (4, "day_given_its_century", "01.02.50", "01.02.1950"),
    ]
    (tmp_path / "strict").mkdir()
    strict = column(tmp_path / "strict", field("day", "date", **form), texts)
    assert [n for _, n in strict.accepted()] == [4]
    assert strict.broken_rules() == {row: ["day_is_a_date"] for row in (1, 2, 3, 4, 6)}


def test_defect_13_a_point_in_a_comma_decimal_feed_is_a_thousand(tmp_path):
    one = field("value", "number", scale=3, decimal=",", grouping=["."])
    found = column(tmp_path, one, ["1.234", "1,234", "1.23", "1.234.5"])
    assert [str(value) for value, _ in found.accepted()] == ["1234.000", "1.234"]
    assert found.broken_rules() == {3: ["value_is_a_decimal"], 4: ["value_is_a_decimal"]}


def test_defect_14_codes_mangled_by_a_spreadsheet(tmp_path):
    goods = CONTRACTS["trade_ministry/goods_lines"].field_by_name["control_code"]
    code = field("code", logicalTypeOptions={"pattern": goods.pattern}, repairs=list(goods.repairs))
    hs = field("hs", logicalTypeOptions={"pattern": "^[0-9]{6}([0-9]{2})?$"}, repairs=["hs_leading_zero"])
    rows: list[tuple[str | None, ...]] = [
        ("3E001", "010221"),
        ("3.00E+001", "10221"),
        ("3E+01", "1022100"),
        (None, "102"),
    ]
    found = outcome(tmp_path, [code, hs], rows)
    assert found.broken_rules() == {
        2: ["code_matches_its_pattern"],
        3: ["code_matches_its_pattern"],
        4: ["hs_matches_its_pattern"],
    }
    assert found.findings("repair") == [
        (2, "hs_given_its_leading_zero", "10221", "010221"),
        (3, "hs_given_its_leading_zero", "1022100", "01022100"),
    ]


def test_defect_15_control_codes_are_brought_to_their_printed_form(tmp_path):
    cases = {"3a001 a 2": "3A001.a.2", "3А001": "3A001", "3A001a2": "3A001.a.2", "ml10c": "ML10.c"}
    found = column(tmp_path, field("code", repairs=["trim", "control_code"]), list(cases))
    assert [code for code, _ in found.accepted()] == list(cases.values())
    assert [(before, after) for _, _, before, after in found.findings("repair")] == list(cases.items())


HS = field("hs", validOn="day", replacedCodes="hs_replaced", repairs=["successor"])


def test_defect_16_a_code_of_an_older_edition_is_converted_one_to_one_or_quarantined(tmp_path):
    rows: list[tuple[str | None, ...]] = [
        ("300220", "01.02.2024"),  # one successor in HS 2022
        ("852580", "01.02.2024"),  # several
        ("30022010", "01.02.2024"),  # eight digits: the last two are of the older edition too
        ("852580", "31.12.2021"),  # valid on its day
        ("852589", "01.02.2024"),
        ("300220", "45323"),  # the day itself has to be repaired first
        ("852580", None),  # no day, no verdict
    ]
    day = field("day", "date", formats=["%d.%m.%Y"], excelSerial=True)
    found = outcome(with_lists(tmp_path, "hs_replaced"), [HS, day], rows)
    assert found.findings("repair") == [
        (1, "hs_replaced_by_its_successor", "300220", "300241"),
        (6, "day_turned_back_into_a_date", "45323", "01.02.2024"),
        (6, "hs_replaced_by_its_successor", "300220", "300241"),
    ]
    assert found.broken_rules() == {2: ["hs_was_valid_on_day"], 3: ["hs_was_valid_on_day"]}
    assert found.accepted("hs") == [("300241",), ("852580",), ("852589",), ("300241",), ("852580",)]


def test_defect_16_the_list_is_that_of_the_whole_concordance():
    """Of the chapters in which the sample trades every code that HS 2022 no longer has, with what replaced it."""
    folder = PROJECT_ROOT.parent / "shared" / "real" / "nomenclature"
    if not folder.exists():
        pytest.skip(f"{folder} is absent: the list of replaced HS codes was not compared with the whole concordance")
    with (folder / "hs_2022_datasets.csv").open(encoding="utf-8") as file:
        current = {row["hscode"] for row in csv.DictReader(file) if row["level"] == "6"}
    after: dict[str, set[str]] = {}
    with (folder / "hs_consolidated_concordances.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["adjustment"] == "2022 to 2017":
                after.setdefault(row["code.before"].zfill(6), set()).add(row["code.after"].zfill(6))
    replaced = CONTRACTS["customs_service/export_declarations"].code_lists["hs_replaced"]
    chapters = {code[:2] for code in replaced.codes}
    gone = {code for code in after if code not in current and code[:2] in chapters}
    assert set(replaced.codes) == gone and len(gone) > 50
    assert {code: set(replaced.successors[code]) for code in gone} == {code: after[code] for code in gone}
    assert set(replaced.validity.values()) == {(("", "2021-12-31"),)}


def test_defect_17_catch_all_in_words_becomes_the_controlled_value_and_other_words_do_not(tmp_path):
    code = field(
        "code",
        logicalTypeOptions={"pattern": "^([0-9][A-E][0-9]{3}|CATCH_ALL)$"},
        aliases="control_code_aliases.control_code",
        repairs=["trim"],
    )
    texts = ["catch all", "Catch-All", "Clause attrape-tout", "3A001", "n/a", "various"]
    found = column(with_lists(tmp_path, "control_code_aliases"), code, texts)
    assert [value for value, _ in found.accepted()] == ["CATCH_ALL"] * 3 + ["3A001"]
    assert [rule for _, rule, _, _ in found.findings("repair")] == ["code_read_as_its_code"] * 3
    assert found.broken_rules() == {5: ["code_matches_its_pattern"], 6: ["code_matches_its_pattern"]}


COUNTRY = field("country", codeList="countries", aliases="country_aliases.iso2", repairs=["trim", "upper"])


def test_defect_18_names_of_countries_become_codes_by_the_list_and_unknown_ones_do_not(tmp_path):
    cases = {"South Korea": "KR", "Corée du Sud": "KR", "Burma": "MM", "UNITED KINGDOM": "GB", "Turquie": "TR"}
    kept = ["KR", "NA", "NO"]
    refused = ["Congo", "Africa", "Atlantis"]  # two countries, no country, nobody's
    found = column(with_lists(tmp_path, "countries", "country_aliases"), COUNTRY, [*cases, *kept, *refused])
    assert [code for code, _ in found.accepted()] == [*cases.values(), *kept]
    by_list = [(n, b, a) for n, rule, b, a in found.findings("repair") if rule == "country_read_as_its_code"]
    assert by_list == [(n, before, after) for n, (before, after) in enumerate(cases.items(), 1)]
    assert found.broken_rules() == {n: ["country_is_in_countries"] for n in (9, 10, 11)}


def test_defect_18_every_alias_of_one_country_is_read(tmp_path):
    known = load_aliases(LISTS / "country_aliases.csv", "iso2")
    assert len(known) > 1000
    found = column(with_lists(tmp_path, "countries", "country_aliases"), COUNTRY, [f" {alias} ." for alias in known])
    assert [code for code, _ in found.accepted()] == list(known.values())


def test_defect_19_a_dissolved_country_is_valid_on_its_days_only(tmp_path):
    country = field("country", codeList="countries", validOn="day")
    rows: list[tuple[str | None, ...]] = [
        ("YU", "1999-05-01"), ("YU", "2024-05-01"), ("AN", "2010-01-01"), ("CS", "2024-05-01"), ("RS", "2024-05-01"),
        ("YU", None),
    ]  # fmt: skip
    found = outcome(with_lists(tmp_path, "countries"), [country, field("day", "date")], rows)
    assert found.accepted("country") == [("YU",), ("AN",), ("RS",), ("YU",)]
    assert found.broken_rules() == {2: ["country_was_valid_on_day"], 4: ["country_was_valid_on_day"]}


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_defect_20_namibia_and_norway_stay_text(tmp_path, form):
    of = contract(tmp_path, [field("a"), field("b", codeList="codes")], form=form, code_lists={"codes": ["NA", "NO"]})
    file = tmp_path / f"feed.{form}"
    if form == "xlsx":
        book = xlsxwriter.Workbook(str(file))
        sheet = book.add_worksheet()
        for at, row in enumerate((("a", "b"), ("NA", "NO"), ("NO", "NA"))):
            sheet.write_row(at, 0, row)
        book.close()
    else:
        csv_text = "a,b\nNA,NO\nNO,NA\n"
        file.write_text(csv_text if form == "csv" else '{"a":"NA","b":"NO"}\n{"a":"NO","b":"NA"}\n')
    assert check(of, file).accepted() == [("NA", "NO"), ("NO", "NA")]


def test_defect_21_currencies_missing_written_as_symbols_and_ended(tmp_path):
    currency = field("currency", codeList="currencies", validOn="day", symbols={"€": "EUR"})
    rows: list[tuple[str | None, ...]] = [
        ("€", "2024-05-01"), ("$", "2024-05-01"), ("HRK", "2024-05-01"), ("HRK", "2022-12-31"), ("EUR", "2024-05-01"),
        ("EUR", "1998-12-31"),
    ]  # fmt: skip
    found = outcome(with_lists(tmp_path, "currencies"), [currency, field("day", "date")], rows)
    assert found.accepted("currency") == [("EUR",), ("HRK",), ("EUR",)]
    assert found.findings("repair") == [(1, "currency_read_as_the_contract_says", "€", "EUR")]
    assert found.broken_rules() == {
        2: ["currency_is_in_currencies"],
        3: ["currency_was_valid_on_day"],
        6: ["currency_was_valid_on_day"],
    }
    with_money = [of for of in CONTRACTS.values() if "currency" in of.field_by_name and of.partner != "central_bank"]
    without = [of.id for of in with_money if not any("currency" in rule.name for rule in of.rules)]
    assert (len(with_money) >= 7, without) == (True, [])
