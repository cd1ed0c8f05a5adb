"""The command calendar: what is due from whom.

Here: its options and what it prints. Not here: which periods are due (submissions/due.py).
"""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import app, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

if TYPE_CHECKING:
    from orchestration.submissions.due import Due

COLOURS = {"overdue": "red", "rejected": "red", "held": "yellow", "due soon": "yellow"}


@app.command()
def calendar(
    context: typer.Context,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As seen on this day; today.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only of this partner.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="All periods, not only the newest and the pressing.")
    ] = False,
    remind: Annotated[
        bool, typer.Option("--remind", help="Print a paragraph to send to each partner in default.")
    ] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """What is due from whom, what came, what is overdue."""
    from orchestration.errors import UsageError
    from orchestration.submissions.due import PRESSING, due_of, pressing, reminder

    site, today = site_of(context), on.date() if on else datetime.now(UTC).date()
    if partner is not None and partner not in site.contracts.partners:
        raise UsageError(f"There is no partner `{partner}`; the partners are {', '.join(site.contracts.partners)}.")
    submissions = site.register.submissions()
    feeds = [c for c in site.contracts.values() if partner in (None, c.partner)]
    by_feed = [due_of(contract, submissions, today) for contract in feeds]
    found = [item for items in by_feed for item in items if history or item is items[-1] or item.state in PRESSING]
    if remind:
        told = [reminder(name, items) for name, items in pressing([item for items in by_feed for item in items])]
        print_json(told) if as_json else print("\n".join(told) or f"Nobody is in default on {today}.")
    elif as_json:
        print_json([asdict(item) for item in found])
    else:
        _print(found, today)


def _print(found: "list[Due]", today: date) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("partner", "feed", "period", "due on", "state", "received on", "submission"):
        table.add_column(name)
    table.add_column("days late", justify="right")
    for item in found:
        colour = COLOURS.get(item.state, "")
        table.add_row(
            item.partner, item.feed, item.period, str(item.due_on),
            Text(item.state, style=colour), str(item.received_on or ""),
            item.submission_id or "", str(item.days_late or ""),
        )  # fmt: skip
    console = output()
    console.print(table)
    wanting = sum(item.state in COLOURS for item in found)
    console.print(f"{wanting} of {len(found)} periods shown want somebody to act on {today}.", markup=False)
