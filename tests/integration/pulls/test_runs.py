"""Pulls as part of a run: the command line, Dagster's asset, schedule and sensor; a dead server stops no other feed."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from orchestration import cycle, schedules, site
from orchestration.assets.pulls import CHECK, PULLED_FILES, pulled_files
from orchestration.cli import app as cli_app
from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import ContractSet
from orchestration.contracts.servers import PullServer
from orchestration.resources import Installation
from orchestration.sensors import pulled_sensor
from orchestration.settings import Home
from tests.integration.conftest import Built
from tests.integration.pulls.rigs import Rig, WebRig, free_port

FEED = "trade_ministry/decisions"
DEAD = "trade_ministry/applications"
NAME = "decisions_2025Q1.csv"
QUIET = Console(quiet=True)


@pytest.fixture
def drop(sample_home: Built) -> bytes:
    """A file of the sample's."""
    return (sample_home.home / "landing" / "trade_ministry" / NAME).read_bytes()


@pytest.fixture
def served(rigs: Callable[[str], Rig], monkeypatch: pytest.MonkeyPatch) -> Rig:
    """The real contracts, with one feed on a web server that is there and one on a server that is not."""
    rig = rigs("api")
    assert isinstance(rig, WebRig)
    rig.withdraw_all()
    for name, value in rig.environment().items():
        monkeypatch.setenv(f"ENTREPOT_TRADE_MINISTRY_WEB_{name}", value)
        monkeypatch.setenv(f"ENTREPOT_TRADE_MINISTRY_GONE_{name}", value)
    monkeypatch.setenv("ENTREPOT_PULL_TRIES", "1")
    contracts = dict(load_contracts())
    for feed, name, port in ((FEED, "web", rig.port), (DEAD, "gone", free_port())):
        partner, _, short = feed.partition("/")
        folder = f"https://localhost:{port}/out/"
        server = PullServer(partner, short, name, "api", host="localhost", folder=folder, pattern=f"{short}_*.csv")
        contracts[feed] = dataclasses.replace(contracts[feed], pulls=(server,))
    for module in (site, schedules):
        monkeypatch.setattr(module, "load_contracts", lambda: ContractSet(contracts))
    return rig


def test_a_run_pulls_first_and_a_dead_server_stops_no_other_feed(served: Rig, drop: bytes, tmp_path: Path) -> None:
    served.publish(NAME, drop)
    here = site.Site.at(Home(tmp_path / "home"))
    account = cycle.run_cycle(here, QUIET, until="lake")
    web, gone = sorted(account.pulls, key=lambda one: one["server"], reverse=True)
    assert list(web["fetched"]) == [NAME]
    assert "Cannot connect" in gone["failure"]
    assert (account.status, account.exit_code, account.problems) == ("incomplete", 1, [])
    [item] = account.feeds
    assert (item["file"], item["status"], item["new"]) == (NAME, "accepted", True)
    again = cycle.run_cycle(here, QUIET, until="lake")
    assert [one["unchanged"] for one in again.pulls if one["server"] == web["server"]] == [1]
    assert len(here.register.submissions()) == 1
    assert cycle.run_cycle(here, QUIET, until="lake", pull=False).pulls == []


def test_where_nothing_is_new_a_run_still_asks_and_takes_what_has_come(
    served: Rig, sample_home: Built, copied_home: Path, drop: bytes
) -> None:
    note = copied_home / "logs" / "last_run.json"
    text = note.read_text(encoding="utf-8")
    told = json.loads(text)
    told["landings"] = {str(copied_home / "landing"): next(iter(told["landings"].values()))}
    told["asks_servers"] = True  # as after a run with these contracts
    note.write_text(json.dumps(told), encoding="utf-8")
    here = site.Site.at(Home(copied_home))
    idle = cycle.run_cycle(here, QUIET)
    assert (idle.nothing_new, idle.status, idle.exit_code) == (True, "incomplete", 1)
    assert idle.seconds < 5
    served.publish("decisions_2026Q1.csv", drop + b"\n")
    busy = cycle.run_cycle(here, QUIET, until="lake")
    assert not busy.nothing_new
    assert [item["file"] for item in busy.feeds if item["new"]] == ["decisions_2026Q1.csv"]


def test_the_asset_tells_a_dead_server_as_a_warning_and_no_secret(served: Rig, drop: bytes, tmp_path: Path) -> None:
    served.publish(NAME, drop)
    with dg.DagsterInstance.ephemeral() as instance:
        resources = {"installation": Installation(home=str(tmp_path / "home"))}
        result = dg.materialize([pulled_files], instance=instance, resources=resources)
        assert result.success
        [evaluation] = result.get_asset_check_evaluations()
        assert (evaluation.check_name, evaluation.passed) == (CHECK, False)
        assert evaluation.severity == dg.AssetCheckSeverity.WARN
        [made] = result.asset_materializations_for_node("landing__all_partners__pulled_files")
        assert (made.asset_key, made.metadata["fetched"].value) == (PULLED_FILES, 1)
        history = "".join(str(record) for record in instance.all_logs(result.run_id))
    assert "trade_ministry/applications/gone" in history
    assert served.password not in history


def test_the_command_pulls_and_tells_each_server(
    served: Rig, drop: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    served.publish(NAME, drop)
    assert cli_app.run(["--home", str(tmp_path), "pull", FEED]) == 0
    assert f"Pulled: {NAME} from {FEED}/web" in capfd.readouterr().out
    assert cli_app.run(["--home", str(tmp_path), "pull", "--json"]) == 1
    shown = capfd.readouterr()
    assert [bool(one["failure"]) for one in json.loads(shown.out)] == [True, False]
    assert served.password not in shown.out + shown.err
    assert cli_app.run(["--home", str(tmp_path), "pull", "trade_ministry/goods_lines"]) == 2
    assert "names no server to pull from" in capfd.readouterr().err


def test_schedules_ask_servers_of_their_cadence_only(served: Rig) -> None:
    cadence = load_contracts()[FEED].cadence
    asked = {}
    for schedule in schedules.pull_schedules():
        data = schedule.evaluate_tick(dg.build_schedule_context())
        asked[schedule.name] = [request.run_config for request in data.run_requests or []]
    assert cadence == "quarterly"
    assert asked["hourly_pulls_schedule"] == []
    [config] = asked["daily_pulls_schedule"]
    assert cadence in config["ops"]["landing__all_partners__pulled_files"]["config"]["cadences"]


def test_the_sensor_asks_for_a_cycle_once_when_pulled_files_wait(served: Rig, drop: bytes, tmp_path: Path) -> None:
    served.publish(NAME, drop)
    installation = Installation(home=str(tmp_path / "home"))
    with dg.DagsterInstance.ephemeral() as instance:

        def tick() -> list[str | None]:
            context = dg.build_sensor_context(instance=instance, resources={"installation": installation})
            result = pulled_sensor(context)
            assert isinstance(result, dg.SensorResult)
            return [request.run_key for request in result.run_requests or []]

        assert tick() == []
        assert dg.materialize([pulled_files], instance=instance, resources={"installation": installation}).success
        [submission] = installation.open().register.submissions()
        assert tick() == tick() == [f"pulled:{submission.id}"]  # Dagster starts one run for one key
    shutil.rmtree(tmp_path / "home")
