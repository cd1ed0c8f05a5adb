"""Coverage of codes is what one gets by reading every line again, in Python; what is left is listed for a person.

On the sample, and on the British and Dutch licences of ../shared/real where they are (else that part skips). The
reading here shares nothing with the models: another way to take ratings apart, and the lists by the standard library.
"""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.mappings import check_mappings
from orchestration.settings import CONTRACTS_DIR, Home
from tests.integration.conftest import Built, entrepot
from tests.unit.test_code_lists import normal
from tests.unit.test_code_lists import rows as code_list

CODE = re.compile(
    r"([0-9][a-e][0-9]{3}|ml([1-9]|1[0-9]|2[0-2])(?![0-9])|pl[0-9]{4})(?P<path>([a-z]{1,4}|[0-9]{1,3})*)", re.IGNORECASE
)
SEEN = "SELECT partner, rating_code, destination_text, decided_on FROM main.fct_licence_lines"


def reread(partner: str, code: str) -> str:
    """The kind of match of a code that a partner without a list of its own wrote."""
    mappings = [row for row in code_list("code_mappings") if row["status"] == "reviewed"]
    judged = {(row["partner"], row["value"]): row["match"] for row in mappings}
    if (partner, code) in judged:
        return judged[partner, code]
    if code.upper() in {
        row["src_code"] for row in code_list("control_entry_crosswalk") if row["src_list"] == "NO_ENTRY"
    }:
        return "none"
    pieces = [re.sub("[^0-9A-Za-z]", "", piece) for piece in re.split(r"[,;&|\n]| (?:en|and|et|und) ", code)]
    whole = [bool(CODE.fullmatch(piece)) for piece in pieces if piece]
    return "exact" if whole and all(whole) else "broader" if any(CODE.match(piece) for piece in pieces) else "unmapped"


def shares(home: Path, partner: str) -> tuple[Counter[str], Counter[str]]:
    """Lines by kind of match: as the mart counts them, and counted again."""
    with duckdb.connect(str(Home(home).build_db), read_only=True) as connection:
        given = connection.execute(
            "SELECT match, lines FROM main.fct_code_coverage "
            "WHERE partner = ? AND code_list = 'control_entries' AND field = 'rating_code'",
            [partner],
        ).fetchall()
        codes = connection.execute(f"SELECT rating_code FROM ({SEEN}) WHERE partner = ?", [partner]).fetchall()
    again = Counter(reread(partner, code) for (code,) in codes if code is not None)
    return Counter(dict(given)), again


def test_coverage_of_the_sample_is_what_a_second_reading_gives(sample_home: Built) -> None:
    mart, again = shares(sample_home.untouched, "trade_ministry")
    assert mart == again and mart["exact"] > 100


def test_shares_add_up_and_no_line_is_lost(sample_home: Built) -> None:
    with duckdb.connect(str(Home(sample_home.untouched).build_db), read_only=True) as connection:
        groups = connection.execute(
            "SELECT sum(lines), max(lines_with_value), sum(share) FROM main.fct_code_coverage "
            "GROUP BY code_list, partner, feed, field"
        ).fetchall()
        (lines,) = connection.execute(f"SELECT count(*) FROM ({SEEN}) WHERE rating_code IS NOT NULL").fetchone() or (0,)
        (told,) = connection.execute(
            "SELECT sum(lines) FROM main.fct_code_coverage WHERE code_list = 'control_entries' "
            "AND feed IN ('goods_lines', 'decisions')"
        ).fetchone() or (0,)
    assert groups and all(counted == whole and abs(share - 1) < 0.003 for counted, whole, share in groups)
    assert told == lines


def test_the_crosswalk_of_an_ally_is_answered_and_none_is_no_gap(sample_home: Built) -> None:
    ran = entrepot(
        sample_home.home,
        "codes",
        "coverage",
        "--partner",
        "allied_licensing_authority",
        "--list",
        "control_entries",
        "--json",
    )
    found = {row["match"]: row["lines"] for row in json.loads(ran.stdout)}
    assert found["exact"] > 0 and "unmapped" not in found


def test_what_is_not_mapped_becomes_a_file_to_fill_in_once(sample_home: Built, tmp_path: Path) -> None:
    ran = entrepot(sample_home.home, "codes", "unmapped", "--json")
    assert ran.returncode == 0, ran.stderr
    listed = json.loads(ran.stdout)
    assert any(row["is_quarantined"] for row in listed) and all(row["lines"] > 0 for row in listed)
    file = tmp_path / "to_map.csv"
    assert entrepot(sample_home.home, "codes", "unmapped", "--csv", str(file)).returncode == 0
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == len([row for row in listed if not row["is_quarantined"]])
    again = entrepot(sample_home.home, "codes", "unmapped", "--csv", str(file))
    assert again.returncode == 2 and "may hold decisions" in again.stderr


def test_codes_out_of_their_time_are_those_of_the_mart(sample_home: Built) -> None:
    ran = entrepot(sample_home.home, "codes", "untimely", "--partner", "customs_service", "--json")
    with duckdb.connect(str(Home(sample_home.untouched).build_db), read_only=True) as connection:
        counted = connection.execute(
            "SELECT count(*), coalesce(sum(lines), 0) FROM main.fct_untimely_codes WHERE partner = 'customs_service'"
        ).fetchone()
    listed = json.loads(ran.stdout)
    assert (len(listed), sum(row["lines"] for row in listed)) == counted, ran.stderr
    said = entrepot(sample_home.home, "codes", "untimely", "--list", "units").stdout
    assert "0 codes are out of their time" in said


def test_there_is_nothing_to_read_before_the_first_run(tmp_path: Path) -> None:
    ran = entrepot(tmp_path / "none", "codes", "coverage")
    assert ran.returncode == 1 and "Run `entrepot run` first" in ran.stderr and "Traceback" not in ran.stderr


@pytest.mark.parametrize(("partner", "mapped"), [("uk_export_control", 0.98), ("nl_foreign_affairs", 0.98)])
def test_coverage_of_real_codes_is_what_a_second_reading_gives(
    real_licences: Path, partner: str, mapped: float
) -> None:
    mart, again = shares(real_licences, partner)
    assert mart == again
    assert mart["exact"] / sum(mart.values()) > mapped


def test_no_real_destination_is_unmapped(real_licences: Path) -> None:
    """Every name that is one country in the aliases is mapped; what is left names groups."""
    with duckdb.connect(str(Home(real_licences).build_db), read_only=True) as connection:
        found = connection.execute(
            "SELECT DISTINCT destination_text, destination_code, destination_match FROM main.fct_licence_lines"
        ).fetchall()
    known = {row["alias"]: row["iso2"] for row in code_list("country_aliases")}
    assert len(found) > 500 and not [text for text, _, match in found if match == "unmapped"]
    assert [text for text, code, _ in found if known.get(normal(text), code) != code] == []


def test_the_mappings_are_those_that_were_checked() -> None:
    partners = {row["code"] for row in code_list("partners")}
    assert check_mappings(CONTRACTS_DIR / "code_lists", partners) == len(code_list("code_mappings"))
