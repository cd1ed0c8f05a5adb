"""What the assets are given: the installation they work on.

Here: from a home folder to open register, contracts and Dagster instance. Not here: any work on them.
"""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import dagster as dg

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import ContractSet
from orchestration.register import Register
from orchestration.settings import Home

DAGSTER_YAML = """\
# Written by Entrepôt. One run at a time writes the warehouse; nothing is reported to anybody.
telemetry:
  enabled: false
concurrency:
  pools:
    default_limit: 1
    granularity: op
event_log_storage:
  module: orchestration.event_log
  class: KeptSqliteEventLog
  config:
    base_dir: {base_dir}
"""


@dataclass(frozen=True)
class Site:
    """One installation, opened: its home, its register, its contracts, the folder files arrive in."""

    home: Home
    landing: Path

    @cached_property
    def register(self) -> Register:
        """The register; opened at first use."""
        return Register(self.home.register_url)

    @cached_property
    def contracts(self) -> ContractSet:
        """All contracts; loaded at first use."""
        return load_contracts()


class Installation(dg.ConfigurableResource):
    """Names the home and landing folder; empty means ENTREPOT_HOME (else ./var) and its folder `landing`."""

    home: str = ""
    landing: str = ""

    def open(self) -> Site:
        """The site, with all folders in place."""
        home = Home(Path(self.home).absolute()) if self.home else Home.from_environment()
        return Site(home.ensure(), Path(self.landing).absolute() if self.landing else home.landing)


def prepare_dagster_home(home: Home) -> Path:
    """Write dagster.yaml if it is missing or out of date; returns the absolute DAGSTER_HOME."""
    folder = home.ensure().dagster.absolute()
    text = DAGSTER_YAML.format(base_dir=folder / "history" / "runs")
    target = folder / "dagster.yaml"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")
    return folder


def dagster_instance(home: Home) -> dg.DagsterInstance:
    """The Dagster instance of this home: history of runs, checks and sensors."""
    folder = prepare_dagster_home(home)
    os.environ["DAGSTER_HOME"] = str(folder)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return dg.DagsterInstance.from_config(str(folder))
