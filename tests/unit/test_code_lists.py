"""The code lists agree with each other: what one list names, another has.

Here: references between lists and the form of aliases. Not here: the loader's own checks (tests/unit/intake).
"""

import csv
import re
import unicodedata
from collections import Counter

import pytest

from orchestration.settings import CONTRACTS_DIR

LISTS = CONTRACTS_DIR / "code_lists"


def rows(name: str) -> list[dict[str, str]]:
    """A code list as dictionaries."""
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes(name: str) -> set[str]:
    """The codes of a list."""
    return {row["code"] for row in rows(name)}


@pytest.mark.parametrize(
    ("name", "column", "target"),
    [
        ("country_aliases", "iso2", "countries"),
        ("licence_types_trade_ministry", "licence_type", "licence_types"),
        ("licence_types_allied", "licence_type", "licence_types"),
        ("decisions_trade_ministry", "outcome", "licence_outcomes"),
        ("decisions_allied", "outcome", "licence_outcomes"),
        ("units_allied", "unit_code", "units"),
        ("units", "base_unit", "units"),
        ("refusal_criteria", "parent", "refusal_criteria"),
        ("currencies", "replaced_by", "currencies"),
        ("control_entries", "regime", "regimes"),
        ("partners", "country_code", "countries"),
        ("partners", "currency_code", "currencies"),
    ],
)
def test_codes_of_one_list_are_codes_of_the_other(name: str, column: str, target: str) -> None:
    named = {row[column] for row in rows(name) if row[column]}
    assert named
    assert named - codes(target) - {"EU", "UN"} == set()  # both reserved by ISO 3166-1 for what is no country


def test_successors_of_dissolved_countries_are_countries() -> None:
    successors = {code for row in rows("countries") for code in row["successors"].split("|") if code}
    assert {"RS", "ME", "CW", "RU"} <= successors <= codes("countries")


def test_every_country_has_one_alpha_3_code_and_lies_somewhere() -> None:
    countries = rows("countries")
    assert [code for code, count in Counter(row["iso3"] for row in countries).items() if count > 1] == []
    assert [row["code"] for row in countries if row["kind"] != "unspecified" and not row["continent"]] == []


def test_the_european_union_has_27_members_and_had_28() -> None:
    members = [row for row in rows("countries") if row["eu_from"]]
    assert len([row for row in members if not row["eu_to"]]) == 27
    assert [row["code"] for row in members if row["eu_to"]] == ["GB"]


def test_aliases_are_unique_and_in_their_normal_form() -> None:
    aliases = [row["alias"] for row in rows("country_aliases")]
    assert [alias for alias, count in Counter(aliases).items() if count > 1] == []
    assert [alias for alias in aliases if normal(alias) != alias] == []


def test_every_country_is_known_by_its_own_names() -> None:
    """A former country may be known as the one that took its place: who writes Burma today means Myanmar."""
    known = {row["alias"]: row["iso2"] for row in rows("country_aliases")}
    lost = [
        (row["code"], name)
        for row in rows("countries")
        for name in (row["name"], row["name_fr"])
        if known.get(normal(name)) not in {row["code"], *(row["successors"].split("|"))}
    ]
    assert lost == []


def test_groups_and_unspecified_destinations_are_never_a_country() -> None:
    vague = {row["iso2"] for row in rows("country_aliases") if row["kind"] in ("group", "unspecified")}
    assert vague <= {"XX", "ZZ"}


def test_a_name_of_two_countries_is_not_guessed() -> None:
    known = {row["alias"]: row["iso2"] for row in rows("country_aliases")}
    assert known["congo"] == "XX"
    assert (known["congo democratische republiek"], known["congo republiek"]) == ("CD", "CG")


def test_the_crosswalk_leads_to_entries_of_the_list_it_names() -> None:
    entries = {(row["list_id"], row["code"]) for row in rows("control_entries")}
    crosswalk = rows("control_entry_crosswalk")
    assert {row["match"] for row in crosswalk} <= {"exact", "broader", "narrower", "related", "none"}
    for row in crosswalk:
        destination = (row["dst_list"], row["dst_code"])
        assert destination in entries or (row["match"] == "none" and destination == ("", "")), row
    exact = Counter(row["src_code"] for row in crosswalk if row["match"] == "exact")
    assert [code for code, count in exact.items() if count > 1] == []


def test_control_entries_are_in_their_printed_form() -> None:
    form = re.compile(
        r"[0-9][A-E][0-9]{3}(\.[0-9]+)?(\.[a-z]+(\.[0-9]+(\.[a-z]+)?)?)?|ML([1-9]|1[0-9]|2[0-2])(\.[a-z])?"
    )
    for row in rows("control_entries"):
        assert form.fullmatch(row["code"]), row["code"]
        if row["list_id"] == "EU_DU":
            assert row["code"].startswith(row["category"] + row["product_group"])
        assert re.fullmatch(r"[0-9]{6}|", row["hs_code"]), row


def normal(text: str) -> str:
    """The form that the macro normalise_country_text gives, written a second time on purpose."""
    for letter, plain in (("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("ø", "o"), ("ı", "i")):
        text = text.lower().replace(letter, plain)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub("[^a-z0-9]+", " ", text).split())


def test_no_hint_names_a_replaced_hs_code() -> None:
    assert {row["hs_code"] for row in rows("control_entries")} & codes("hs_replaced") == set()


def test_aliases_of_control_codes_are_in_their_normal_form() -> None:
    aliases = [row["alias"] for row in rows("control_code_aliases")]
    assert [alias for alias in aliases if normal(alias) != alias] == []
    assert len(aliases) == len(set(aliases))
