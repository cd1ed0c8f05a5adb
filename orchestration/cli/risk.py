"""Commands about risk: explain, method.

Here: their options and what they print. Not here: scores (dbt) and the method (contracts/risk_method.py).
"""

from dataclasses import asdict
from typing import Annotated

import typer

from orchestration.cli.app import app, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

risk_app = typer.Typer(no_args_is_help=True, help="Risk scores by a published method, each taken apart.")
app.add_typer(risk_app, name="risk")


@risk_app.command()
def explain(
    context: typer.Context,
    application_ref: Annotated[str, typer.Argument(help="The application, such as XA-2025-000123.")],
    reader: Annotated[str, typer.Option("--as", help="Whose release to ask.")] = "operator",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Take the risk score of an application apart: indicators, points, and the record behind each."""
    from orchestration.risk.explain import explain as explained

    found = explained(site_of(context), reader, application_ref)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        score = one.score
        given = score["risk_band_as_given"]
        beside = "none" if given is None else f"{given}, {score['risk_band_in_common']} on the common scale"
        print(
            f"{score['application_ref']} of {score['partner']}, method {score['method_version']}: "
            f"{score['points']} points, band {score['band']} of 5. The partner's own band: {beside}."
        )
        for row in one.indicators:
            more = f" and {row['evidence_count'] - 1} more" if row["evidence_count"] > 1 else ""
            record = f"{row['evidence_partner']}/{row['evidence_feed']} {row['evidence_ref']}{more}"
            print(f"  {row['points']:>3}  {row['indicator_id']}: {row['explanation']} Record: {record}.")


@risk_app.command()
def method(as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """Print the published method: every version, its indicators with their points, its bands, who approved it."""
    from rich import box
    from rich.table import Table

    from orchestration.contracts.risk_method import load_methods

    methods = load_methods()
    if as_json:
        print_json([asdict(version) for version in methods])
        return
    for version in methods:
        print(
            f"Version {version.version}, in force from {version.valid_from}; approved on {version.approved_on} by "
            f"{version.approved_by}."
        )
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for column in ("points", "indicator", "fires when", "source"):
            table.add_column(column, overflow="fold")
        for indicator in version.indicators:
            table.add_row(str(indicator.points), indicator.id, indicator.definition, indicator.source)
        output().print(table)
        limits = ", ".join(f"{band.band} {band.label} from {band.least_points}" for band in version.bands)
        print(f"Bands by the sum of points: {limits}.")
