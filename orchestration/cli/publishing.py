"""Commands about what goes out to partners: release, sql.

Here: their options and what they print. Not here: editions of reports (reports.py), releases and the sandbox.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import app, messages, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION


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
