"""The linkage step in a database of its own: what people judge counts and can be taken back, ids outlive rebuilding."""

import random
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from orchestration.linkage import history, link, nodes
from orchestration.linkage.link import RELATIONS, View
from orchestration.linkage.profiles import COLUMNS
from orchestration.register import Register

Mention = tuple[str, str, str]  # id, name, submission
WORLD: list[Mention] = [
    ("m1", "Nordwerk", "S1"), ("m2", "Nordwerk", "S2"), ("m3", "Helvetia Chemie", "S1"), ("m4", "Severny Put", "S3"),
]  # fmt: skip


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(f"sqlite:///{tmp_path / 'register.sqlite'}")


def linked(
    register: Register,
    mentions: Sequence[Mention] = WORLD,
    judgements: Sequence[tuple[str, str, str]] = (),
    view: str = "operator",
) -> dict[str, str]:
    """Mention -> party, in a database made for it, with its rows in the order given."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA intermediate; CREATE SCHEMA raw")
        connection.execute(
            "CREATE TABLE intermediate.int_parties__mentions "
            "(mention_id VARCHAR, profile_id VARCHAR, submission_id VARCHAR)"
        )
        columns = ", ".join(f"{name} VARCHAR" for name in COLUMNS)
        connection.execute(f"CREATE TABLE intermediate.int_parties__profiles ({columns})")
        connection.execute(
            "CREATE TABLE intermediate.int_parties__judgements (mention_a VARCHAR, mention_b VARCHAR, verdict VARCHAR)"
        )
        connection.execute("CREATE TABLE raw.submissions AS SELECT 'S' || i AS id, i AS sequence FROM range(1, 9) t(i)")
        for mention, name, submission in mentions:
            connection.execute(
                f"INSERT INTO intermediate.int_parties__mentions VALUES ('{mention}', md5('{name}'), '{submission}')"
            )
        for name in {name for _, name, _ in mentions}:
            connection.execute(
                "INSERT INTO intermediate.int_parties__profiles (profile_id, entity_kind, name) "
                f"VALUES (md5('{name}'), 'organisation', '{name}')"
            )
        for a, b, verdict in judgements:
            connection.execute(f"INSERT INTO intermediate.int_parties__judgements VALUES ('{a}', '{b}', '{verdict}')")
        rows = link.link(connection, View(register, view, None))
        found = dict(connection.execute("SELECT mention_id, party_id FROM linkage.party_clusters").fetchall())
        assert rows["party_clusters"] == len(found)
        assert tuple(rows) == RELATIONS
        trail = connection.execute("SELECT * EXCLUDE submission_id FROM linkage.party_id_trail ORDER BY ALL").fetchall()
        assert trail == sorted(
            (number, e.party_id, e.event, e.other_party_id or None)
            for number, step in enumerate(history.steps_of(register, view), start=1)
            for e in step.events
        )
    return found


def test_a_second_step_changes_nothing_and_leaves_nothing_in_the_register(register: Register) -> None:
    before = linked(register)
    assert before["m1"] == before["m2"]
    assert len(set(before.values())) == 3
    assert linked(register, random.Random(4).sample(WORLD, len(WORLD))) == before
    assert len(history.steps_of(register, "operator")) == 1


def test_a_judgement_brings_together_and_taken_back_restores_everything(register: Register) -> None:
    before = linked(register)
    joined = linked(register, judgements=[("m2", "m3", "same")])
    assert joined["m2"] == joined["m3"] == joined["m1"] == before["m1"]
    assert linked(register, judgements=[("m2", "m3", "unsure")]) == before
    apart = linked(register, judgements=[("m1", "m2", "different")])
    assert apart["m1"] != apart["m2"]
    assert {apart["m3"], apart["m4"]} == {before["m3"], before["m4"]}
    assert linked(register) == before
    assert linked(register, judgements=[("m2", "m3", "same")]) == joined


def test_who_is_held_apart_takes_the_records_that_say_the_same(register: Register) -> None:
    """Though the two are alike: those of the same content go along, on either side."""
    alike = [
        ("m1", "Nordwerk Optik", "S1"), ("m2", "Nordwerk Optik", "S2"),
        ("m3", "Nordwerk Optik GmbH", "S1"), ("m4", "Nordwerk Optik GmbH", "S2"),
    ]  # fmt: skip
    assert len(set(linked(register, alike).values())) == 1
    apart = linked(register, alike, [("m1", "m4", "different")])
    assert apart["m1"] == apart["m2"] != apart["m3"] == apart["m4"]
    assert len(set(linked(register, alike).values())) == 1


def test_an_id_follows_from_the_earliest_mention_alone(register: Register, tmp_path: Path) -> None:
    """So that a home that received one thing after the other has the ids of one that received all at once."""
    first = linked(register, [m for m in WORLD if m[2] == "S1"])
    later = linked(register)
    assert {mention: later[mention] for mention in first} == first
    other = Register(f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert linked(other) == later


def test_views_know_nothing_of_each_other(register: Register) -> None:
    mine = linked(register)
    theirs = linked(register, WORLD[1:], view="customs_service")
    assert theirs["m2"] != mine["m2"]  # its earliest mention is another
    assert theirs["m4"] == mine["m4"]
    assert linked(register, view="customs_service")["m1"] == theirs["m2"]


def test_a_step_killed_after_the_register_knows_comes_to_the_same(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(nodes, "give", killed)
    with pytest.raises(KeyboardInterrupt):
        linked(register)
    monkeypatch.undo()
    known = history.steps_of(register, "operator")
    assert len(known) == 1
    parties = linked(register)
    assert history.steps_of(register, "operator") == known
    assert set(parties.values()) == set(known[0].changes.values())


def test_a_view_that_was_where_another_was_can_follow_it(register: Register) -> None:
    linked(register, view="one")
    linked(register, view="other")
    assert history.digest_of(history.steps_of(register, "one")) == history.digest_of(
        history.steps_of(register, "other")
    )
    there = linked(register, judgements=[("m2", "m3", "same")], view="one")
    assert history.digest_of(history.steps_of(register, "one")) != history.digest_of(
        history.steps_of(register, "other")
    )
    history.follow(register, "other", "one")
    before = history.steps_of(register, "other")
    assert linked(register, judgements=[("m2", "m3", "same")], view="other") == there
    assert history.steps_of(register, "other") == before == history.steps_of(register, "one")
