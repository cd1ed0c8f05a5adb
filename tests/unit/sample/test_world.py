"""The world: what its agencies record fits together, and looks like life."""

import json
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from orchestration.sample import (
    allied,
    calendar,
    end_use_checks,
    enforcement,
    foreign,
    intelligence,
    licensing,
    licensing_feeds,
    shipments,
)
from orchestration.sample.customs_feeds import Border
from orchestration.sample.delivery import Delivery
from orchestration.sample.plots import KINDS
from orchestration.sample.world import World


@pytest.fixture(scope="module")
def records(larger: World) -> duckdb.DuckDBPyConnection:
    """All records of the larger world as tables named partner__feed, without bad rows."""
    quarters, border = calendar.quarters(), Border(larger)
    deliveries: list[Delivery] = [*licensing_feeds.deliveries(larger, quarters), *border.deliveries(quarters)]
    deliveries += enforcement.deliveries(larger, border.seized, calendar.halves())
    deliveries += [*intelligence.deliveries(larger, quarters), *foreign.notices(larger, quarters)]
    deliveries += [*allied.deliveries(larger, quarters), *foreign.editions(larger)]
    deliveries += end_use_checks.deliveries(larger, border.sent, quarters)
    connection = duckdb.connect()
    by_feed: dict[str, list[pa.Table]] = {}
    for delivery in deliveries:
        by_feed.setdefault(delivery.contract_id.replace("/", "__"), []).append(delivery.table)
    for name, tables in by_feed.items():
        connection.register(name, pa.concat_tables(tables))
    return connection


def _none(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    assert connection.execute(query).fetchall() == []


def test_children_have_their_parents(records: duckdb.DuckDBPyConnection) -> None:
    for child, column, parent, key in (
        ("trade_ministry__parties", "application_ref", "trade_ministry__applications", "application_ref"),
        ("trade_ministry__goods_lines", "application_ref", "trade_ministry__applications", "application_ref"),
        ("trade_ministry__stage_events", "application_ref", "trade_ministry__applications", "application_ref"),
        ("trade_ministry__decisions", "application_ref", "trade_ministry__applications", "application_ref"),
        ("trade_ministry__end_use_checks", "application_ref", "trade_ministry__applications", "application_ref"),
        ("trade_ministry__end_use_checks", "licence_ref", "trade_ministry__decisions", "licence_ref"),
        ("trade_ministry__applications", "amendment_of", "trade_ministry__applications", "application_ref"),
        ("customs_service__inspections", "mrn", "customs_service__export_declarations", "mrn"),
        ("customs_service__seizures", "mrn", "customs_service__export_declarations", "mrn"),
        ("customs_service__licence_usages", "mrn", "customs_service__export_declarations", "mrn"),
        ("customs_service__licence_usages", "licence_ref", "trade_ministry__decisions", "licence_ref"),
        ("customs_service__export_declarations", "document_ref", "trade_ministry__decisions", "licence_ref"),
        ("prosecution_service__cases", "seizure_ref", "customs_service__seizures", "seizure_ref"),
        ("prosecution_service__penalties", "case_ref", "prosecution_service__cases", "case_ref"),
    ):
        _none(
            records,
            f"select {column} from {child} where {column} is not null "
            f"and {column} not in (select {key} from {parent} where {key} is not null) limit 3",
        )
        assert records.execute(f"select count({column}) from {child}").fetchall()[0][0] > 0


def test_keys_are_unique(records: duckdb.DuckDBPyConnection) -> None:
    for table, key in (
        ("trade_ministry__applications", "application_ref"), ("trade_ministry__decisions", "decision_ref"),
        ("trade_ministry__parties", "(application_ref, role, party_ref)"),
        ("trade_ministry__stage_events", "(application_ref, event_no)"),
        ("customs_service__export_declarations", "(mrn, item_no)"),
        ("customs_service__licence_usages", "usage_ref"), ("customs_service__inspections", "inspection_ref"),
        ("customs_service__seizures", "seizure_ref"), ("prosecution_service__penalties", "penalty_ref"),
        ("intelligence_service__reports", "report_ref"), ("foreign_ministry__denials", "denial_ref"),
        ("allied_licensing_authority__decisions", "(dossier_ref, line_no)"),
    ):  # fmt: skip
        _none(records, f"select {key}, count(*) from {table} group by all having count(*) > 1 limit 3")


def test_things_happen_in_their_order(records: duckdb.DuckDBPyConnection) -> None:
    _none(
        records,
        "select * from trade_ministry__decisions d join trade_ministry__applications a using (application_ref) "
        "where d.decided_at <= a.submitted_at",
    )
    _none(
        records,
        "select * from (select *, lag(event_at) over (partition by application_ref order by event_no) as before "
        "from trade_ministry__stage_events) where event_at < before",
    )
    _none(
        records,
        "select e.mrn from customs_service__export_declarations e join trade_ministry__decisions d "
        "on e.document_ref = d.licence_ref and d.decision <> 'REVOKED' "
        "where e.accepted_on <= cast(d.decided_at as date) or e.accepted_on > d.valid_until",
    )
    _none(
        records,
        "select * from customs_service__seizures s join customs_service__export_declarations e using (mrn) "
        "where s.seized_on < e.accepted_on",
    )
    _none(
        records,
        "select * from prosecution_service__cases c join customs_service__seizures s using (seizure_ref) "
        "where c.opened_on < s.seized_on",
    )


def test_first_event_and_decision_agree_with_the_application(records: duckdb.DuckDBPyConnection) -> None:
    _none(
        records,
        "select * from trade_ministry__stage_events v join trade_ministry__applications a using (application_ref) "
        "where v.event_no = 1 and (v.event_type <> 'submitted' or v.event_at <> a.submitted_at)",
    )
    _none(
        records,
        "select d.* from trade_ministry__decisions d left join trade_ministry__stage_events v "
        "on v.application_ref = d.application_ref and v.event_at = d.decided_at "
        "and v.event_type in ('decided', 'withdrawn', 'appeal_decided') "
        "where d.decision <> 'REVOKED' and v.event_no is null",
    )


def test_only_planted_shipments_go_beyond_their_licence(larger: World) -> None:
    sent = shipments.ship(larger)
    used = np.bincount(sent.line, sent.quantity, len(larger.lines.quantity))
    beyond = np.flatnonzero(used > larger.lines.quantity)
    stories = larger.plots.of("export_beyond_licence")
    assert set(beyond) == set(larger.first_line[larger.plots.application[stories]])


def test_no_agency_meets_anothers_parties_but_in_a_story(larger: World, records: duckdb.DuckDBPyConnection) -> None:
    """Seized, listed and denied parties hold no licence, except the planted ones: else cases would appear by chance."""
    quiet = larger.people.pools["quiet_abroad"]
    apps = larger.applications
    licensed = set(np.concatenate([apps.consignee, apps.end_user, apps.intermediate]).tolist())
    sinister = {"seizures": 0, "listings": 0, "denials": 0}
    quarters, border = calendar.quarters(), Border(larger)
    for delivery in (*border.deliveries(quarters), *foreign.editions(larger), *foreign.notices(larger, quarters)):
        for mention in delivery.mentions:
            if delivery.feed in sinister and mention.role != "exporter":
                met = licensed & set(mention.entity[mention.entity >= 0].tolist())
                assert all(quiet.start <= entity < quiet.stop for entity in met)
                sinister[delivery.feed] += len(met)
    assert all(sinister.values())


def test_each_party_of_a_story_is_in_one_application_only(larger: World) -> None:
    apps, plots = larger.applications, larger.plots
    for pool, column in (("quiet_abroad", apps.consignee), ("quiet_exporters", apps.applicant)):
        members = set(larger.people.pools[pool].members().tolist())
        counts = Counter(entity for entity in column.tolist() if entity in members)
        assert set(counts) == members
        assert set(counts.values()) == {1}
    expected = {KINDS.index(kind): "REFUSED" for kind in ("licence_shopping", "export_without_licence")}
    for kind, application in zip(plots.kind.tolist(), plots.application.tolist(), strict=True):
        outcome = licensing.OUTCOMES[apps.outcome[application]]
        assert outcome == expected.get(kind, "GRANTED")


def test_every_case_has_records_of_two_agencies(drop: Path) -> None:
    cases = json.loads((drop / "_truth/cases.json").read_text(encoding="utf-8"))["cases"]
    kinds = {case["kind"] for case in cases if case["is_case"]}
    assert kinds == {kind for kind in KINDS if not kind.startswith("decoy")}
    for case in cases:
        assert len({record["partner"] for record in case["records"]}) >= 2, case


def test_undercuts_are_earlier_refusals_of_the_same_goods(larger: World, records: duckdb.DuckDBPyConnection) -> None:
    refused = dict(
        records.execute(
            "select dossier_ref || '/' || line_no, decided_on from allied_licensing_authority__decisions "
            "where decision = 'REFUSÉE'"
        ).fetchall()
    )
    stories = larger.plots.of("undercut")
    assert len(stories) > 3
    for story in stories:
        known = [r for r in larger.chronicle.records[int(story)] if r["partner"] == "allied_licensing_authority"]
        decided = larger.applications.decided[larger.plots.application[story]]
        assert len(known) == 1
        assert np.datetime64(refused[known[0]["record_ref"]]) < decided


def test_the_world_looks_like_life(larger: World, records: duckdb.DuckDBPyConnection) -> None:
    refused, decided = records.execute(
        "select count(*) filter (decision = 'REFUSED'), count(*) from trade_ministry__decisions"
    ).fetchall()[0]
    assert 0.015 < refused / decided < 0.06
    lines, licensed = records.execute(
        "select count(*), count(document_ref) from customs_service__export_declarations"
    ).fetchall()[0]
    assert abs(lines - 20_000) < 100
    assert 0.12 < licensed / lines < 0.25
    top, weekend = records.execute(
        "with e as (select exporter_eori, count(*) as n from customs_service__export_declarations group by 1), "
        "w as (select count(*) filter (dayofweek(accepted_on) in (0, 6)) as n "
        "from customs_service__export_declarations) "
        "select (select sum(n) from (select n from e where exporter_eori is not null order by n desc limit 20)), "
        "(select n from w)"
    ).fetchall()[0]
    assert top > 0.2 * lines  # a few exporters send much
    assert 0 < weekend < 0.1 * lines
    median, highest = records.execute(
        "select median(statistical_value), max(statistical_value) from customs_service__export_declarations"
    ).fetchall()[0]
    assert highest > 200 * median
    currencies = records.execute("select distinct currency from trade_ministry__goods_lines").fetchall()
    assert {row[0] for row in currencies} == {None, "EUR", "USD", "CHF"}


def test_reports_are_marked_in_every_way(records: duckdb.DuckDBPyConnection) -> None:
    seen = records.execute(
        "select list(distinct marking_level), list(distinct marking_tlp), bool_or(release_to = '[]'), "
        "bool_or(release_to is null and marking_level is not null), bool_or(exclude <> '[]'), "
        "bool_or(purposes is not null), bool_or(marking_level is null) from intelligence_service__reports"
    ).fetchall()[0]
    assert {"public", "official", "restricted", "secret"} <= set(seen[0])
    assert {"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"} <= set(seen[1])
    assert all(seen[2:])


def test_listings_come_go_and_change_between_the_editions(larger: World) -> None:
    first, second = ({row["entry_ref"]: row for row in e.table.to_pylist()} for e in foreign.editions(larger))
    assert set(second) - set(first)
    assert set(first) - set(second)
    assert [ref for ref in set(first) & set(second) if first[ref] != second[ref]]
    assert all(first[ref]["birth_date"] == second[ref]["birth_date"] for ref in set(first) & set(second))


def test_only_the_planted_verifications_are_overdue_when_the_sample_ends(
    larger: World, records: duckdb.DuckDBPyConnection
) -> None:
    """A check is pending and due only in the story of it; the decoys were verified in time, or are not due yet."""
    overdue, of_licence = records.execute(
        "with open_checks as (select check_ref, any_value(licence_ref) as licence_ref "
        "from trade_ministry__end_use_checks group by check_ref "
        f"having bool_and(outcome = 'pending' and due_on <= date '{calendar.LAST}')) select list(check_ref), "
        "bool_and(licence_ref in (select document_ref from customs_service__export_declarations)) from open_checks"
    ).fetchall()[0]
    told = {
        record["record_ref"]
        for story in larger.plots.of("psv_overdue")
        for record in larger.chronicle.records[int(story)] if record["feed"] == "end_use_checks"
    }  # fmt: skip
    assert set(overdue) == told
    assert len(told) == len(larger.plots.of("psv_overdue"))
    assert of_licence
