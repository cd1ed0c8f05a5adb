"""Commands about reports: `report NAME --period P` publishes one, `reports` lists the editions.

Here: their options and what they print. `report` has further verbs beside a name, such as `report new`: a first word
that is none of its verbs is the name of a report. Not here: rendering and editions (publication/).
"""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from orchestration.cli.app import app, messages, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

PUBLISH = "publish"


class NameOrVerb(TyperGroup):
    """A group whose first word may be the name of a report: then it is published."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the verb that is not written before anything that is none."""
        first = args[0] if args else ""
        return super().parse_args(ctx, args if first in (*self.commands, "--help") else [PUBLISH, *args])


report_app = typer.Typer(
    cls=NameOrVerb,
    help="Publish a report for a period: `entrepot report licensing_statistics --period 2025-Q4`. The same contents "
    "stay the same edition.",
)
reports_app = typer.Typer(invoke_without_command=True, help="The editions of reports, and where their index is.")
app.add_typer(report_app, name="report")
app.add_typer(reports_app, name="reports")


@report_app.command(PUBLISH)
def publish(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The report, such as licensing_statistics.")],
    period: Annotated[str, typer.Option(help="The period: 2025-Q4, 2025-H2 or 2025.")],
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Publish a report for a period; the same contents stay the same edition."""
    from orchestration import steps

    with messages().status(f"Publishing {name} {period}"):
        edition = steps.publish_report(site_of(context), name, period)
    if as_json:
        print_json(steps.edition_line(edition))
    else:
        made = "published" if edition.is_new else "unchanged"
        print(f"{edition.title}, {edition.period}, edition {edition.id} ({edition.status}), {made}: {edition.page}")


@reports_app.callback()
def reports(context: typer.Context, as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """List the editions that were published, and where their index is."""
    if context.invoked_subcommand is not None:
        return
    from rich import box
    from rich.table import Table

    from orchestration import steps
    from orchestration.publication.editions import list_editions

    site = site_of(context)
    editions = list_editions(site.home)
    if as_json:
        print_json([steps.edition_line(edition) for edition in editions])
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("report", "period", "edition", "status", "page"):
        table.add_column(column, overflow="fold")
    for edition in editions:
        table.add_row(edition.report, edition.period, edition.id, edition.status, str(edition.page))
    if editions:
        output().print(table)
        print(f"Index: {site.home.reports / 'index.html'}")
    else:
        print("No report has been published yet; `entrepot run` publishes those that are due.")
