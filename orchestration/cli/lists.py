"""The commands `lists ...`: what changed on a sanctions list.

Here: their options and what they print. Not here: comparing editions (orchestration/list_changes.py).
"""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import app, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

lists_app = typer.Typer(no_args_is_help=True, help="Sanctions lists: what changed from edition to edition.")
app.add_typer(lists_app, name="lists")

COLUMNS = ("entry_ref", "record_ref", "name", "change", "field", "before", "after")
SHOWN = 120  # characters of a value in the table; JSON and CSV have all of it
COLOURS = {"added": "red", "removed": "green", "changed": "yellow"}


@lists_app.command()
def changes(
    context: typer.Context,
    list_code: Annotated[str, typer.Option("--list", help="The list, such as UN-SC.")],
    before: Annotated[
        str | None, typer.Option("--from", help="An edition (2020, 2021-03-12) or a day; the one before --to.")
    ] = None,
    after: Annotated[str | None, typer.Option("--to", help="The same; the newest.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Also write all changes to this file.", metavar="FILE")] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Entries added, removed and changed between two editions of a list, with what each said before and says now."""
    from dataclasses import asdict

    from rich import box
    from rich.table import Table

    from orchestration.list_changes import compare
    from orchestration.releases.formats import to_csv
    from orchestration.releases.query import QueryResult

    found = compare(site_of(context).home, list_code, before, after)
    if csv is not None:
        rows = [tuple(getattr(change, column) for column in COLUMNS) for change in found.changes]
        csv.write_text(to_csv(QueryResult(COLUMNS, ("VARCHAR",) * len(COLUMNS), rows, 0.0)), encoding="utf-8")
    if as_json:
        document = asdict(found)
        print_json({**document, "counts": found.counts})
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("entry", "name", "change", "what", "before", "after"):
        table.add_column(column, overflow="fold")
    for change in found.changes:
        cells = (change.entry_ref, change.name, change.change, change.field, _cut(change.before), _cut(change.after))
        table.add_row(*cells, style=COLOURS[change.change])
    if found.changes:
        output().print(table)
    counted = ", ".join(f"{number} {kind}" for kind, number in found.counts.items())
    print(f"{found.list_code}, {found.from_period} to {found.to_period}: {counted}.")


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
