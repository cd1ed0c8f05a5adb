"""The commands `screening ...`: hits of parties against lists, and what people say of them.

Here: their options and what they print. Not here: reading hits and writing dispositions (orchestration/screening.py).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import app, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

if TYPE_CHECKING:
    from orchestration.screening import Hit

screening_app = typer.Typer(no_args_is_help=True, help="Parties screened against sanctions and denied-party lists.")
app.add_typer(screening_app, name="screening")

Hit_id = Annotated[str, typer.Argument(metavar="HIT", help="The hit, such as H0123456789abcde.")]
By = Annotated[str, typer.Option(help="Who says so.")]
Reason = Annotated[str, typer.Option(help="Why; everybody who sees the hit will read it.")]
For = Annotated[str, typer.Option("--for", help="For whom it is said: the partner whose judgement it is.")]
To = Annotated[list[str] | None, typer.Option("--release-to", help="A partner who may see it too; repeat for more.")]


@screening_app.command()
def hits(
    context: typer.Context,
    party: Annotated[str | None, typer.Option(help="Only of this party, such as P0123456789abcde.")] = None,
    list_code: Annotated[str | None, typer.Option("--list", help="Only of this list, such as UN-SC.")] = None,
    disposition: Annotated[str | None, typer.Option(help="Only those that are open, cleared or confirmed.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only records and listings from this day on.")
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """List the hits, with what speaks for each and against it."""
    from dataclasses import asdict

    from rich import box
    from rich.table import Table

    from orchestration import screening

    found = screening.hits(
        site_of(context), party=party, list_code=list_code, disposition=disposition,
        since=since.date() if since else None,
    )  # fmt: skip
    if as_json:
        print_json([asdict(hit) for hit in found])
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("hit", "disposition", "list", "listed", "record", "basis", "reasons"):
        table.add_column(column, overflow="fold")
    for hit in found:
        cells = (
            hit.hit_id,
            _disposition(hit),
            hit.list_code,
            f"{hit.listed_name} ({hit.entry_ref})",
            f"{hit.name}, {hit.role} in {hit.partner}/{hit.feed} {hit.record_ref}",
            f"{hit.basis}: {hit.day_kind} {hit.day_on}" if hit.day_on else hit.basis,
            hit.reasons,
        )
        table.add_row(*cells)
    if found:
        output().print(table)
    waiting = sum(hit.disposition == "open" and not hit.said for hit in found)
    print(f"{len(found):,} hits, of which {waiting:,} are open.")


def _disposition(hit: "Hit") -> str:
    if hit.said:
        return f"{hit.said} (in the hits from the next run)"
    by = f" by {hit.disposed_by}: {hit.disposition_reason}" if hit.disposed_by else ""
    note = f"; {hit.disposition_note}" if hit.disposition_note else ""
    return f"{hit.disposition}{by}{note}"


@screening_app.command()
def clear(
    context: typer.Context, hit_id: Hit_id, by: By, reason: Reason, originator: For = "operator", to: To = None
) -> None:
    """Say that a hit is somebody else. It stays cleared until the record or the entry says something else."""
    _dispose(context, hit_id, "cleared", by, reason, originator, to)


@screening_app.command()
def confirm(
    context: typer.Context, hit_id: Hit_id, by: By, reason: Reason, originator: For = "operator", to: To = None
) -> None:
    """Say that a hit is the listed party."""
    _dispose(context, hit_id, "confirmed", by, reason, originator, to)


@screening_app.command()
def reopen(
    context: typer.Context, hit_id: Hit_id, by: By, reason: Reason, originator: For = "operator", to: To = None
) -> None:
    """Say that a hit is to be looked at again."""
    _dispose(context, hit_id, "reopened", by, reason, originator, to)


def _dispose(
    context: typer.Context, hit_id: str, verdict: str, by: str, reason: str, originator: str, to: list[str] | None
) -> None:
    from orchestration import screening

    said = screening.dispose(
        site_of(context), hit_id, verdict, by=by, reason=reason, originator=originator, release_to=to or ()
    )
    print(f"{hit_id} is {said.verdict} by {said.author}: {said.reason} `entrepot run` carries it into the warehouse.")
