"""The public sanctions lists and customs set, from the raw files to the marts: nothing lost, nothing misread.

The files lie outside the repository (../shared/real) and the tests skip where they are absent. What is expected is
told by the standard library alone from the raw files; the models' own SQL is not used twice.
"""

import calendar
import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contracts.load import load_contracts
from tests.integration.conftest import EU, KOREA, REAL, UK_LIST, UN, UN_2020, US, Lists

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"the public files are not at {REAL}: real lists are NOT tested"
)


@pytest.fixture(scope="module")
def warehouse(real_lists: Lists) -> duckdb.DuckDBPyConnection:
    """The built marts, for reading."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"attach '{real_lists.home.build_db}' as entrepot (read_only)")
    connection.execute("use entrepot.main")
    return connection


def rows(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    result = warehouse.execute(query)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def local(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


@cache
def records(file: str, *tags: str) -> tuple[ElementTree.Element, ...]:
    """The elements of these names in a raw XML file."""
    whole = ElementTree.parse(REAL / file)  # noqa: S314  (the publisher's own file, read in a test)
    return tuple(element for element in whole.iter() if local(element) in tags)


def below(element: ElementTree.Element, *names: str) -> list[ElementTree.Element]:
    """The children of the children ... by name."""
    found = [element]
    for name in names:
        found = [child for parent in found for child in parent if local(child) == name]
    return found


def text(element: ElementTree.Element, *names: str) -> str:
    """The text of the first such child, trimmed."""
    return next(((child.text or "").strip() for child in below(element, *names)), "")


@cache
def uk_rows() -> tuple[dict[str, str], ...]:
    """The rows of the UK list: the header is the second line."""
    whole = (REAL / UK_LIST).read_bytes().decode("cp1252")
    _, header, *body = csv.reader(io.StringIO(whole, newline=""))
    return tuple(dict(zip(header, row, strict=True)) for row in body)


def test_every_row_is_accepted(warehouse: duckdb.DuckDBPyConnection) -> None:
    expected = {
        ("eu_commission", "2021-03-02"): 2_269, ("us_treasury", "2021-03-10"): 8_832,
        ("un_security_council", "2021-03-12"): 1_004, ("un_security_council", "2020"): 1_018,
        ("uk_treasury", "2018"): 9_487, ("kr_customs", ""): 37_385,
    }  # fmt: skip
    found = rows(warehouse, "select * from fct_submissions")
    assert {(row["partner"], row["period"] or ""): row["rows_read"] for row in found} == expected
    assert all(row["rows_accepted"] == row["rows_read"] for row in found)


def test_every_entry_stands_in_the_mart(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        warehouse,
        "select list_code, count(*) as n, count(distinct entry_ref) as refs from fct_listings group by list_code",
    )
    assert {row["list_code"]: row["n"] for row in found} == {
        "EU-FSF": 2_269,
        "US-SDN": 8_832,
        "UN-SC": 1_004,
        "UK-CONS": 2_106,
    }
    assert all(row["n"] == row["refs"] for row in found)


def test_an_eu_subject_under_two_programmes_is_two_entries_of_one_reference(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    raw = Counter(element.attrib["euReferenceNumber"] for element in records(EU, "sanctionEntity"))
    twice = {reference for reference, count in raw.items() if count == 2}
    found = rows(
        warehouse,
        "select record_ref from fct_listings where list_code = 'EU-FSF' group by record_ref having count(*) = 2",
    )
    assert len(twice) == 21
    assert {row["record_ref"] for row in found} == twice


def test_no_name_of_a_list_is_lost(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = {
        (row["list_code"], row["entry_ref"]): 1 + len(json.loads(row["aliases"]))
        for row in rows(warehouse, "select list_code, entry_ref, aliases from fct_listings")
    }
    for entity in records(EU, "sanctionEntity"):
        reference = f"{entity.attrib['logicalId']}/{below(entity, 'regulation')[0].attrib['programme']}"
        assert found["EU-FSF", reference] == len(below(entity, "nameAlias"))
    for entry in records(US, "sdnEntry"):
        assert found["US-SDN", text(entry, "uid")] == 1 + len(below(entry, "akaList", "aka"))
    for entry in records(UN, "INDIVIDUAL", "ENTITY"):
        aliases = [alias for alias in entry if local(alias).endswith("_ALIAS") and text(alias, "ALIAS_NAME")]
        script = 1 if text(entry, "NAME_ORIGINAL_SCRIPT") else 0
        assert found["UN-SC", text(entry, "DATAID")] == 1 + len(aliases) + script


def test_uk_targets_keep_their_names_dates_and_regimes(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = {row["entry_ref"]: row for row in rows(warehouse, "select * from fct_listings where list_code = 'UK-CONS'")}
    targets: dict[str, list[dict[str, str]]] = {}
    for row in uk_rows():
        targets.setdefault(row["Group ID"], []).append(row)
    assert len(targets) == len(found) == 2_106
    for group, members in targets.items():
        names = [
            " ".join(row[f"Name {part}"].strip() for part in (1, 2, 3, 4, 5, 6) if row[f"Name {part}"].strip())
            for row in members
        ]
        prime = next(name for name, row in zip(names, members, strict=True) if row["Alias Type"] == "Prime Alias")
        entry = found[group]
        assert entry["primary_name"] == prime
        assert {alias["name"] for alias in json.loads(entry["aliases"])} == set(names) - {prime}
        assert set(json.loads(entry["programmes"])) == {row["Regime"].strip() for row in members}
        births = {tuple(part for part in reversed(row["DOB"].split("/")) if int(part)) for row in members if row["DOB"]}
        assert {tuple(date.split("-")) for date in json.loads(entry["birth_dates"])} == births


def test_several_nationalities_in_a_cell_are_told_apart(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = rows(warehouse, "select countries from fct_listings where list_code = 'UK-CONS' and entry_ref = '13349'")
    assert {"QA", "SA"} <= set(json.loads(found[0]["countries"]))


def test_most_country_texts_are_read(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        warehouse,
        "select list_code, count(*) filter (countries = '[]') as unread, count(*) as named "
        "from fct_listings where country_texts <> '[]' group by list_code",
    )
    assert all(row["unread"] <= 0.02 * row["named"] for row in found), found


def test_a_date_in_new_york_time_keeps_the_day_it_states(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = {
        row["entry_ref"]: str(row["listed_on"])
        for row in rows(warehouse, "select * from fct_listings where list_code = 'UN-SC'")
    }
    stated = {text(entry, "DATAID"): text(entry, "LISTED_ON") for entry in records(UN, "INDIVIDUAL", "ENTITY")}
    assert sum(len(day) > 10 for day in stated.values()) == 11
    assert found == {entry: day[:10] for entry, day in stated.items()}


def test_us_birth_dates_are_all_read(warehouse: duckdb.DuckDBPyConnection) -> None:
    months = {name: number for number, name in enumerate(calendar.month_abbr)}

    def one(words: str) -> str:
        about = "~" if words.startswith("circa ") else ""
        *day_and_month, year = words.removeprefix("circa ").split()
        parts = [year, *(f"{months[part]:02}" if part in months else part for part in reversed(day_and_month))]
        return "-".join(parts) + about

    found = {
        row["entry_ref"]: json.loads(row["birth_dates"])
        for row in rows(warehouse, "select * from fct_listings where list_code = 'US-SDN'")
    }
    for entry in records(US, "sdnEntry"):
        given = {text(item, "dateOfBirth") for item in below(entry, "dateOfBirthList", "dateOfBirthItem")}
        assert set(found[text(entry, "uid")]) == {"/".join(one(part) for part in date.split(" to ")) for date in given}


def test_two_editions_show_what_came_and_went(warehouse: duckdb.DuckDBPyConnection) -> None:
    def entries(file: str) -> set[str]:
        return {text(entry, "DATAID") for entry in records(file, "INDIVIDUAL", "ENTITY")}

    before, after = entries(UN_2020), entries(UN)
    versions = rows(warehouse, "select * from fct_listing_versions where list_code = 'UN-SC'")
    came = {
        row["entry_ref"] for row in versions if row["change"] == "listed" and row["valid_from_period"] == "2021-03-12"
    }
    left = {row["entry_ref"] for row in versions if row["has_left"]}
    assert came == after - before
    assert left == before - after
    assert {row["valid_to_period"] for row in versions if row["has_left"]} == {"2021-03-12"}
    assert {row["entry_ref"] for row in versions if row["is_current"]} == after


def test_korean_declarations_keep_their_zeros_and_their_mass(warehouse: duckdb.DuckDBPyConnection) -> None:
    with (REAL / KOREA).open(encoding="utf-8", newline="") as file:
        raw = list(csv.DictReader(file))
    found = rows(
        warehouse,
        "select count(*) as lines, count(*) filter (hs_code like '0%') as zeros, sum(net_mass_kg) as mass, "
        "count(value_eur) as converted, min(direction) as direction from fct_declarations where partner = 'kr_customs'",
    )[0]
    assert found["lines"] == len(raw)
    assert found["zeros"] == sum(row["HS6 Code"].startswith("0") for row in raw) > 0
    assert found["mass"] == sum(Decimal(row["Net Mass"]) for row in raw)
    assert (found["converted"], found["direction"]) == (0, "import")


def test_the_same_party_on_several_lists_is_one_party(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        warehouse,
        "select party_id from bridge_party_mentions where role = 'listed' and entity_kind = 'person' "
        "and name ilike '%saddam%' and name ilike '%hus%ein%tikriti%'",
    )
    assert len(found) >= 2
    shared = rows(warehouse, "select count(*) as parties from dim_parties where is_listed and partner_count >= 3")[0]
    assert shared["parties"] > 500


def test_every_row_leads_back_to_its_record(warehouse: duckdb.DuckDBPyConnection) -> None:
    """From a mart's row to the line of the file: the ordinal is that of the record."""
    found = rows(warehouse, "select record_ref, source_row_number from fct_listings where list_code = 'US-SDN'")
    uids = [text(entry, "uid") for entry in records(US, "sdnEntry")]
    assert all(uids[row["source_row_number"] - 1] == row["record_ref"] for row in found)
    declared = rows(
        warehouse, "select record_ref, source_row_number from fct_declarations where partner = 'kr_customs' limit 500"
    )
    with (REAL / KOREA).open(encoding="utf-8", newline="") as file:
        ids = [row["Declaration ID"] for row in csv.DictReader(file)]
    assert all(ids[row["source_row_number"] - 1] == row["record_ref"] for row in declared)


def test_the_files_are_taken_by_their_names_alone() -> None:
    contracts = load_contracts()
    partner_named = {
        "drop/eu_commission/sanctions_list_2021-03-02.xml": "eu_commission/sanctions_list",
        "us_treasury/sdn_list.xml": "us_treasury/sdn_list",
        "un_security_council/consolidated_list_2021.xml": "un_security_council/consolidated_list",
        "uk_treasury/consolidated_list_2018-04-13.csv": "uk_treasury/consolidated_list",
        "kr_customs/declarations_2020.csv": "kr_customs/declarations",
    }
    for path, feed in partner_named.items():
        contract = contracts.match(path)
        assert contract is not None and contract.id == feed, Path(path)
