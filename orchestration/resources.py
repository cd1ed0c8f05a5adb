"""What the assets are given: the installation they work on.

Here: the resource, and Dagster's own home. Not here: what a site is (site.py) and any work on it.
"""

import os
from pathlib import Path

import dagster as dg

from orchestration.settings import Home
from orchestration.site import Site

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


class Installation(dg.ConfigurableResource):
    """Names the home and landing folder; empty means ENTREPOT_HOME (else ./var) and its folder `landing`."""

    home: str = ""
    landing: str = ""

    def open(self) -> Site:
        """The site, with all folders in place."""
        home = Home(Path(self.home).absolute()) if self.home else Home.from_environment()
        return Site.at(home, Path(self.landing) if self.landing else None)


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
