"""Commands about what goes out: report, reports, release, sql.

Here: their options and what they print. Not here: rendering, releases and the sandbox.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import app, messages, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION


@app.command()
def report(
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


@app.command()
def reports(context: typer.Context, as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """List the editions that were published, and where their index is."""
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


@app.command()
def release(
    context: typer.Context,
    recipient: Annotated[str | None, typer.Argument(help="Only this recipient; default: all of the policy.")] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Build and publish the guarded databases."""
    from orchestration import steps
    from orchestration.releases.policy import load_policy

    site = site_of(context)
    built = []
    for name in [recipient] if recipient else sorted(load_policy().recipients):
        with messages().status(f"Building the release for {name}"):
            built.append(steps.publish_release(site, name))
    if as_json:
        print_json(
            [
                {
                    "recipient": r.recipient,
                    "edition": r.edition,
                    "digest": r.digest,
                    "new": r.is_new,
                    "path": str(r.path),
                }
                for r in built
            ]
        )
        return
    for done in built:
        state = "new" if done.is_new else "unchanged"
        rows = sum(done.tables.values())
        print(
            f"{done.recipient}: edition {done.edition} ({state}), {len(done.tables)} tables, {rows:,} rows: {done.path}"
        )


@app.command()
def sql(
    context: typer.Context,
    statement: Annotated[str, typer.Argument(help="One reading statement.")],
    recipient: Annotated[str, typer.Option("--as", help="Whose release to ask; operator sees everything.")],
    form: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    limit_seconds: Annotated[float, typer.Option(min=0.1, help="The query is killed after so long.")] = 10.0,
    out: Annotated[Path | None, typer.Option("--output", help="Write to this file instead of stdout.")] = None,
) -> None:
    """Ask a recipient's release; the query is logged, and runs locked down in a process of its own."""
    from orchestration.errors import UsageError
    from orchestration.releases.formats import FORMATS, render
    from orchestration.releases.query import run_query
    from orchestration.settings import Home

    if form not in FORMATS:
        raise UsageError(f"There is no format {form}; the formats are {', '.join(FORMATS)}.")
    if form == "parquet" and out is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for the screen: name a file with --output.")
    answer = run_query(Home(context.obj).ensure(), recipient, statement, limit_seconds=limit_seconds)
    content = render(answer, form)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)
