"""The command trace: from a printed figure to the rows and files that it was made of.

Here: its options and what it prints. Not here: the trace itself (tracing/).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.app import app, messages, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

if TYPE_CHECKING:
    from orchestration.settings import Home
    from orchestration.site import Site
    from orchestration.tracing.account import Figure
    from orchestration.tracing.trace import Trace

_INDENT = "  "


@app.command()
def trace(
    context: typer.Context,
    edition: Annotated[str, typer.Argument(help="The edition, such as licensing_statistics/2025-Q4-v1.")],
    table: Annotated[str | None, typer.Argument(help="The table by its number or name, such as 4.")] = None,
    cell: Annotated[str | None, typer.Argument(help="The figure by its id, such as 4a.US.granted.")] = None,
    report: Annotated[str | None, typer.Option(help="The report, if EDITION is an id alone.")] = None,
    reader: Annotated[str, typer.Option("--as", help="For whom: what he may not see is not told.")] = "operator",
    limit: Annotated[int, typer.Option(min=0, help="How many rows of each figure to show.")] = 10,
    all_: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    out: Annotated[Path | None, typer.Option("--output", help="Write every row to this CSV file.")] = None,
    warehouse: Annotated[
        Path | None, typer.Option(help="A home of `as-known-on` to trace in, where the warehouse has moved on.")
    ] = None,
    pages: Annotated[
        Path | None, typer.Option(help="In place of one figure: the edition with every figure linked, in this folder.")
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Trace a printed figure: its formula, the rows behind it, their files, repairs and judgements."""
    from orchestration.errors import UsageError
    from orchestration.settings import Home
    from orchestration.tracing.trace import document
    from orchestration.tracing.trace import trace as traced

    site = site_of(context)
    if pages is not None:
        _write_pages(site, edition, report, reader, Home(warehouse.absolute()) if warehouse else None, pages)
        return
    if table is None or cell is None:
        raise UsageError("Name a table and a cell, such as `4 4a.US.granted`, or a folder with --pages.")
    found = traced(
        site, edition, table, cell, report=report, reader=reader,
        warehouse=Home(warehouse.absolute()) if warehouse else None,
    )  # fmt: skip
    if out is not None:
        from orchestration.tracing.listing import rows_csv

        out.write_bytes(rows_csv(found))
    if as_json:
        print_json(document(found))
    else:
        _print(found, None if all_ else limit)
        if out is not None:
            print(f"Every row: {out}")
    raise typer.Exit(1 if found.differences else 0)


def _write_pages(
    site: "Site", edition: str, report: str | None, reader: str, warehouse: "Home | None", folder: Path
) -> None:
    from orchestration.errors import EntrepotError
    from orchestration.tracing.pages import twin
    from orchestration.tracing.printed import edition_named

    if folder.exists() and any(folder.iterdir()):
        raise EntrepotError(f"{folder} is not an empty folder. Name a new one: nothing that is there is overwritten.")
    with messages().status("Tracing every figure"):
        files = twin(site, edition_named(site.home, edition, report), reader, warehouse)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    print(f"The edition with every figure linked to its rows, restricted: {folder / 'index.html'}")


def _print(found: "Trace", limit: int | None) -> None:
    printed = found.printed
    state = "the warehouse in force" if found.is_in_force else "no longer in force"
    print(f"{found.edition.title}, edition {found.edition.report}/{found.edition.id}")
    print(
        f"Table {printed.number} ({printed.table}), row '{printed.label}', column '{printed.header}', {printed.partner}"
    )
    print(f"Figure {printed.id}: {printed.text or 'not printed'}")
    if found.rounding:
        what = "Rounded" if found.rounding.number is not None else "Made from rounded counts"
        print(f"{what} by the profile {found.rounding.profile}: {found.rounding.rule}")
    print(f"Warehouse {found.digest[:16]}, {state}.")
    _print_figure(found, found.figure, limit, "")
    for sentence in found.differences:
        print(f"DIFFERENCE: {sentence}")


def _print_figure(found: "Trace", figure: "Figure", limit: int | None, indent: str) -> None:
    from orchestration.tracing.account import formula

    metric = formula(figure.metric)
    if metric and not indent:
        print(f"Metric {metric['id']}, {metric['name']}. Above the line: {metric['numerator']}")
        print(f"{_INDENT}Below the line: {metric['denominator']} Counts: {metric['attribution']}")
    value = "" if figure.value is None else f" = {figure.value}"
    of_period = f" (of {figure.period})" if figure.period != figure.row_period else ""
    print(f"{indent}{figure.model}, {figure.row_period}, row {figure.key}: {figure.column}{of_period}{value}")
    if figure.parts:
        print(f"{indent}Made of: {figure.words}")
    if not figure.parts and not figure.rows:
        print(f"{indent}The report does not say what this figure is made of (docs/trace.md): the trace ends here.")
    for word, part in figure.parts:
        print(f"{indent}{_INDENT}{word}:")
        _print_figure(found, part, limit, indent + 2 * _INDENT)
    if figure.rows:
        rows = found.rows(figure.rows)
        gives = "" if figure.rows.figure is None else f", which give {figure.rows.figure}"
        counted = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
        print(f"{indent}Made of: {figure.rows.words} over {figure.rows.model}: {counted}{gives}.")
        _print_rows(rows[:limit], figure.rows.measures, indent + _INDENT)
        if limit is not None and len(rows) > limit:
            print(f"{indent}{_INDENT}... and {len(rows) - limit:,} more: --all shows them, --output FILE writes them.")


def _print_rows(rows: list[dict[str, Any]], measures: tuple[str, ...], indent: str) -> None:
    from rich import box
    from rich.padding import Padding
    from rich.table import Table

    if not rows:
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("", *measures, "record", "counts on", "file", "row", "touched by"):
        table.add_column(column, overflow="fold", justify="right" if column in ("", *measures, "row") else "left")
    for number, row in enumerate(rows, start=1):
        amounts = ["" if row.get(name) is None else str(row[name]) for name in measures]
        record = f"{row['relation']} {row['partner']}/{row['feed']}/{row['record_ref']}"
        file = (row.get("submission") or {}).get("file_name") or row.get("submission_id") or ""
        table.add_row(
            str(number), *amounts, record, str(row["counts_on"]), file, str(row.get("source_row_number") or ""),
            "; ".join(_touched(row)),
        )  # fmt: skip
    output().print(Padding(table, (0, 0, 0, len(indent)), expand=False))


def _touched(row: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("repair", "warning"):
        for one in row.get(f"{kind}s", ()):
            change = f": {one['value_before']} became {one['value_after']}" if one["value_after"] is not None else ""
            yield f"{kind} {one['rule']} of {one['field']}{change}"
    for when in ("before", "after"):
        if row.get(f"trace_{when}"):
            yield f"{row[when] or 'none'} {when}: entrepot trace {row[f'trace_{when}']}"
    for said in row.get("judgements", ()):
        yield f"{said['kind'].replace('_', ' ')} {said['verdict']} by {said['by']}"
