"""Scores of pairs: a function of the two profiles, whatever else there is, and kept without changing."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.errors import EntrepotError
from orchestration.linkage.model_file import model
from orchestration.linkage.profiles import COLUMNS
from orchestration.linkage.scores import explain, score
from tests.unit.linkage.makers import listed, row

WORLD = [
    row("Drozhanka Pribor", countries=["XD"]), row("OOO DROZHANKA PRIBOR", countries=["XD"]),
    row("Drozhnaka Pribor", countries=["XD"]),
    row("Drozhanka Pribor", countries=["XE"]), row("Nordwerk Hafenfeld", countries=["XA"], eori="XA0154858633"),
    row("Nordwerk", eori="XA0154858633"), row("Lenkrad Technology"),
    listed("Ivan Drozhanka", "EU", "1", birth_dates=["1961-04-17"]),
    listed("Iwan DROZHANKA", "UN", "2", birth_dates=["1961-04-17"]),
    listed("Ivan Drozhanka", "UN", "3", birth_dates=["1990-01-02"]),
]  # fmt: skip


def scored(rows: Sequence[dict[str, Any]], store: Path | None = None) -> list[tuple[Any, ...]]:
    """The pairs of these profiles, in a database made for them."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE profiles ({', '.join(f'{name} VARCHAR' for name in COLUMNS)})")
        marks = ", ".join("?" for _ in COLUMNS)
        for one in rows:
            connection.execute(f"INSERT INTO profiles VALUES ({marks})", [one[name] for name in COLUMNS])
        score(connection, "profiles", store)
        return connection.execute("SELECT * FROM linkage.pairs").fetchall()


def weight(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The weight of one pair; far below all thresholds if it is not among the pairs."""
    found = scored([one, other])
    return float(found[0][2]) if found else -99.0


def test_pairs_do_not_depend_on_the_order_of_rows() -> None:
    found = scored(WORLD)
    assert found
    for seed in range(3):
        assert scored(random.Random(seed).sample(WORLD, len(WORLD))) == found


def test_a_score_does_not_depend_on_what_else_there_is() -> None:
    whole = {row[:2]: row for row in scored(WORLD)}
    half = scored(WORLD[:5])
    assert half == [whole[row[:2]] for row in half] != []


def test_scored_bit_by_bit_is_scored_at_once(tmp_path: Path) -> None:
    for last in range(1, len(WORLD) + 1, 3):
        scored(WORLD[:last], tmp_path)
    assert scored(WORLD[3:6], tmp_path) == scored(WORLD[3:6])
    assert scored(WORLD, tmp_path) == scored(WORLD)


def test_what_left_and_came_back_is_compared_with_what_came_meanwhile(tmp_path: Path) -> None:
    scored(WORLD[:1], tmp_path)
    scored(WORLD[1:], tmp_path)
    assert scored(WORLD, tmp_path) == scored(WORLD)


def test_a_damaged_store_is_made_anew(tmp_path: Path) -> None:
    found = scored(WORLD, tmp_path)
    files = sorted(tmp_path.rglob("pairs.parquet"))
    assert len(files) == 1
    files[0].write_bytes(b"nothing that was ever a table")
    assert scored(WORLD, tmp_path) == found


def test_a_store_of_another_model_is_not_used(tmp_path: Path) -> None:
    scored(WORLD, tmp_path)
    former = next(tmp_path.iterdir())
    former.rename(tmp_path / former.name.replace(model().version, "0" * 16))
    assert scored(WORLD, tmp_path) == scored(WORLD)
    assert [path.name for path in tmp_path.iterdir()] == [f"{model().version}-000001"]


def test_pairs_are_in_order_above_the_threshold_and_in_their_band() -> None:
    for profile_a, profile_b, bits, probability, band in scored(WORLD):
        assert profile_a < profile_b
        assert bits >= model().review
        assert probability == pytest.approx(1 / (1 + 2**-bits), abs=1e-6)
        assert band == ("match" if bits >= model().match else "review")


def test_evidence_moves_a_score() -> None:
    here = row("Drozhanka Pribor", countries=["XD"])
    assert weight(here, row("DROZHANKA PRIBOR AO", countries=["XD"])) > model().match
    assert weight(here, row("DROZHANKA PRIBOR AO", countries=["XE"])) < model().match
    born, same_day, years_later = WORLD[7:]
    assert weight(born, same_day) > model().match > weight(born, years_later)


def test_every_pair_explains_itself_to_the_last_bit() -> None:
    by_id = {one["profile_id"]: one for one in WORLD}
    found = scored(WORLD)
    for profile_a, profile_b, bits, *_ in found:
        for left, right in ((profile_a, profile_b), (profile_b, profile_a)):
            told = explain(by_id[left], by_id[right])
            assert told["match_weight"] == bits
            total = told["start"] + sum(item["weight"] for item in told["comparisons"])
            assert total == pytest.approx(bits, abs=1e-5)
            assert all(item["weight"] == 0 for item in told["comparisons"] if item["level"] == "not known")
            assert told["context"] in model().contexts


def test_a_profile_is_not_compared_with_itself() -> None:
    with pytest.raises(EntrepotError, match="say the same of the party"):
        explain(WORLD[0], WORLD[0])


def test_no_pair_at_all_is_an_empty_table() -> None:
    assert scored([]) == []
    assert scored(WORLD[6:7]) == []
