"""Dagster's view: the graph loads, its keys follow the rule, the sensor ticks, and writers share one pool."""

import os
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest

from orchestration.assets.warehouse import WRITER_POOL
from orchestration.contracts.load import load_contracts
from orchestration.definitions import definitions
from orchestration.jobs import CALENDAR, CYCLE
from orchestration.resources import Installation, dagster_instance
from orchestration.sensors import landing_sensor
from orchestration.settings import Home
from tests.integration.conftest import Built

LAYERS = {
    "landing", "lake", "feedback", "raw", "code_lists", "staging", "intermediate", "linkage", "marts", "reporting",
    "releases", "reports",
}  # fmt: skip


@cache
def loaded() -> dg.Definitions:
    return definitions()


def test_every_key_is_layer_partner_name_and_its_group_is_the_layer() -> None:
    graph = loaded().resolve_asset_graph()
    keys = list(graph.get_all_asset_keys())
    assert len(keys) > 100
    for key in keys:
        assert len(key.path) == 3, key
        assert key.path[0] in LAYERS, key
        assert graph.get(key).group_name == key.path[0]
    assert {key.path[0] for key in keys} == LAYERS


def test_every_contract_has_an_asset_with_both_checks_blocking() -> None:
    graph = loaded().resolve_asset_graph()
    for contract in load_contracts().values():
        key = dg.AssetKey(["lake", contract.partner, contract.feed])
        checks = {check.name: graph.get(check) for check in graph.get_check_keys_for_assets({key})}
        assert {"conservation", "contract"} <= set(checks)
        assert checks["conservation"].blocking
        assert dg.AssetKey(["raw", contract.partner, contract.feed]) in graph.get(key).child_keys


def test_every_asset_downstream_of_the_lake_hangs_on_it() -> None:
    graph = loaded().resolve_asset_graph()
    roots = [key for key in graph.get_all_asset_keys() if not graph.get(key).parent_keys]
    assert {key.path[0] for key in roots} <= {"landing", "code_lists", "intermediate"}, roots


def test_what_writes_the_build_database_shares_one_pool() -> None:
    pools = {
        definition.op.name: definition.op.pool
        for definition in loaded().assets or []
        if isinstance(definition, dg.AssetsDefinition)
    }
    assert {name for name, pool in pools.items() if pool == WRITER_POOL} == {
        "raw_relations", "dbt_models_before_linkage", "linked_parties", "dbt_models_after_linkage",
    }  # fmt: skip


def test_jobs_schedules_and_sensor_are_there_and_resolve() -> None:
    found = loaded()
    assert {schedule.name for schedule in found.schedules or []} == {
        "hourly_pulls_schedule", "daily_pulls_schedule", "calendar_schedule",
        "quarterly_reports_schedule", "half_yearly_reports_schedule", "yearly_reports_schedule",
    }  # fmt: skip
    quarterly = found.resolve_job_def("quarterly_reports").asset_layer.executable_asset_keys
    assert {key.path[2] for key in quarterly} == {
        "licensing_statistics", "data_quality_scorecard", "list_changes", "revision_notice",
    }  # fmt: skip
    assert {key.path[1] for key in quarterly} == {"public", "restricted"}
    half_yearly = found.resolve_job_def("half_yearly_reports").asset_layer.executable_asset_keys
    assert {key.path[2] for key in half_yearly} == {"enforcement", "interagency_review"}
    yearly = found.resolve_job_def("yearly_reports").asset_layer.executable_asset_keys
    assert {key.path[2] for key in yearly} == {
        "arms_export_return", "dual_use_return", "refusals_denials", "refusals_denials_cases", "transparency_annual",
    }  # fmt: skip
    assert found.resolve_job_def(CYCLE).asset_layer.executable_asset_keys >= quarterly | yearly


def test_the_calendar_warns_of_what_is_overdue_and_stops_nothing(copied_home: Path) -> None:
    job = loaded().resolve_job_def(CALENDAR)
    resources = {"resources": {"installation": {"config": {"home": str(copied_home)}}}}
    with dagster_instance(Home(copied_home)) as instance:
        result = job.execute_in_process(instance=instance, run_config=resources)
    found = {check.asset_key.path[-1]: check for check in result.get_asset_check_evaluations()}
    regular = [c for c in load_contracts().values() if c.cadence != "irregular"]
    assert len(found) == len({c.feed for c in regular})
    assert not found["export_declarations"].passed
    assert found["export_declarations"].severity == dg.AssetCheckSeverity.WARN
    assert not found["export_declarations"].blocking
    assert "2026-Q1: overdue" in str(found["export_declarations"].metadata["wanting"].value)
    policy = loaded().resolve_asset_graph().get(dg.AssetKey(["lake", "customs_service", "seizures"])).freshness_policy
    assert policy is not None and policy.fail_window.to_timedelta().days == 92 + 30


def test_the_sensor_waits_until_files_stand_still_and_asks_once(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    installation = Installation(home=str(tmp_path / "home"), landing=str(landing))
    instance = dg.DagsterInstance.ephemeral()

    def tick(cursor: str | None) -> SimpleNamespace:
        context = dg.build_sensor_context(instance=instance, cursor=cursor, resources={"installation": installation})
        result = landing_sensor(context)
        assert isinstance(result, dg.SensorResult)
        return SimpleNamespace(runs=list(result.run_requests or []), cursor=result.cursor)

    empty = tick(None)
    assert empty.runs == []
    (landing / "decisions_2025Q1.csv").write_text("half a fi", encoding="utf-8")
    changing = tick(empty.cursor)
    assert changing.runs == []
    (landing / "decisions_2025Q1.csv").write_text("half a file, now whole", encoding="utf-8")
    still_changing = tick(changing.cursor)
    assert still_changing.runs == []
    ready = tick(still_changing.cursor)
    assert len(ready.runs) == 1
    assert tick(ready.cursor).runs == []


def test_the_last_run_is_in_dagsters_history_with_all_checks_green(sample_home: Built) -> None:
    with dagster_instance(Home(sample_home.home)) as instance:
        [run] = [run for run in instance.get_runs() if run.job_name == CYCLE][:1]
        assert run.status == dg.DagsterRunStatus.SUCCESS
        graph = loaded().resolve_asset_graph()
        latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(graph.asset_check_keys))
        assert len(latest) > 50
        evaluated = {
            key.to_user_string(): record.event.dagster_event.event_specific_data for key, record in latest.items()
        }
        failed = {name: check.severity for name, check in evaluated.items() if not check.passed}
        assert set(failed.values()) <= {dg.AssetCheckSeverity.WARN}, failed
        # What the sample plants for people to look at.
        assert {name.rpartition(":")[2] for name in failed} == {
            "assert_licences_are_used_within_their_bounds", "assert_goods_that_need_no_licence_are_not_rated",
        }  # fmt: skip
        seen = instance.get_latest_materialization_event(dg.AssetKey(["lake", "trade_ministry", "decisions"]))
        assert seen is not None and seen.asset_materialization is not None
        assert {"rows_read", "rows_accepted", "seconds", "sample"} <= set(seen.asset_materialization.metadata)


@pytest.fixture(autouse=True)
def keep_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`dagster_instance` names its folder in the environment; let that not outlive a test."""
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
