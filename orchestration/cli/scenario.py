"""The command `scenario`: what would have changed under a proposal.

Here: its options and what it prints. Not here: the replay (scenarios/).
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import app, messages, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

if TYPE_CHECKING:
    from orchestration.scenarios.outcome import Outcome

ROWS_PRINTED = 15


@app.command()
def scenario(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The proposal, in YAML; docs/scenarios.md says what it may hold.")],
    folder: Annotated[Path | None, typer.Option("--csv", help="Write the rows and every table to this folder.")] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Replay history under a proposed list entry, control, case rule or risk method; nothing is changed."""
    from orchestration.scenarios.outcome import write_csv
    from orchestration.scenarios.proposal import load_scenario
    from orchestration.scenarios.replay import replay

    proposed = load_scenario(file)
    with messages().status(f"Replaying {file.name}"):
        found = replay(site_of(context), proposed)
    written = write_csv(found, folder) if folder is not None else []
    if as_json:
        print_json(asdict(found))
    else:
        _print(found)
        for path in written:
            print(f"Written: {path}")


def _print(found: "Outcome") -> None:
    from rich import box
    from rich.table import Table

    print(f"{found.title} ({found.kind})")
    for assumption in found.assumptions:
        print(f"- {assumption}")
    tables = {"totals": [found.totals], **found.breakdowns}
    for name, rows in tables.items():
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, title=name.replace("_", " "))
        for column in rows[0]:
            table.add_column(column.replace("_", " "), justify="right" if column != next(iter(rows[0])) else "left")
        for row in rows[:ROWS_PRINTED]:
            table.add_row(*("-" if value is None else f"{value:,}" if name != "by_year" and not isinstance(value, str)
                            else str(value) for value in row.values()))  # fmt: skip
        output().print(table)
        if len(rows) > ROWS_PRINTED:
            print(f"and {len(rows) - ROWS_PRINTED} more; --json or --csv DIR gives all.")
    print(
        "Each figure counts or adds up rows; --csv DIR writes them (rows.csv), each with partner, feed and reference."
    )
