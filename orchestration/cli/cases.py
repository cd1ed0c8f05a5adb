"""Commands about cases across agencies: list, show, rules, acknowledge, status.

Here: their options and what they print. Not here: what a reader is told (cases/board.py) and how cases are found (dbt).
"""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.app import app, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

if TYPE_CHECKING:
    from orchestration.cases.board import CaseFile

cases_app = typer.Typer(no_args_is_help=True, help="Cases: what only shows when agencies put their records together.")
app.add_typer(cases_app, name="cases")

AS_OPTION = typer.Option("--as", help="Whose release to ask: what is told is what it holds; operator sees everything.")
CASE_ARGUMENT = typer.Argument(help="The case, such as C0123456789abcde.")
BY_OPTION = typer.Option("--by", help="The name of the person who says so.")
NEXT_RUN = "The releases of those who may know it say so after the next `entrepot run`."


@cases_app.command("list")
def list_(
    context: typer.Context,
    reader: Annotated[str, AS_OPTION] = "operator",
    rule: Annotated[str | None, typer.Option(help="Only cases of this rule, such as undercut.")] = None,
    status: Annotated[str | None, typer.Option(help="Only those that stand so, such as open.")] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """List the cases in a reader's release, the newest first; those that concern him are marked."""
    from rich import box
    from rich.table import Table

    from orchestration.cases.board import list_cases

    found = list_cases(site_of(context), reader, rule, status)
    if as_json:
        print_json([_opened(row) for row in found])
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("case", "opened", "status", "concerns you", "agencies", "why"):
        table.add_column(column, overflow="fold")
    for row in found:
        concerns = "" if not row["concerns_reader"] else "acknowledged" if row["is_acknowledged"] else "yes"
        agencies = ", ".join(json.loads(row["agencies"]))
        table.add_row(row["case_id"], str(row["opened_on"]), row["status"], concerns, agencies, row["why"])
    if found:
        output().print(table)
    print(f"{len(found)} cases in the release of {reader}.")


@cases_app.command()
def show(
    context: typer.Context,
    case_id: Annotated[str, CASE_ARGUMENT],
    reader: Annotated[str, AS_OPTION] = "operator",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Show one case as a reader's release holds it: why, contradictions, timeline of its records, agencies."""
    from orchestration.cases.board import open_case

    seen = open_case(site_of(context), reader, case_id)
    if as_json:
        print_json({"case": _opened(seen.case), "records": seen.records, "referrals": seen.referrals})
    else:
        _print_case(seen, reader)


@cases_app.command()
def rules(
    context: typer.Context,
    reader: Annotated[str, AS_OPTION] = "operator",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """List the case rules: what makes a case, whether the rule is on, and what it yields among the reader's cases."""
    from rich import box
    from rich.table import Table

    from orchestration.cases.board import list_rules
    from orchestration.cases.rules import load_case_rules

    load_case_rules()  # what is declared must be sound, whatever the release was built from
    found = list_rules(site_of(context), reader)
    if as_json:
        print_json(found)
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in (
        "rule",
        "on",
        "window",
        "cases",
        "open",
        "acted upon",
        "concluded",
        "dismissed",
        "yield",
        "explanation",
    ):
        table.add_column(column, overflow="fold")
    for row in found:
        share = "" if row["yield_share"] is None else f"{100 * row['yield_share']:.1f} %"
        counts = [str(row[f"{name}_cases"]) for name in ("open", "acted_upon", "concluded", "dismissed")]
        state = "yes" if row["is_active"] else "no"
        days = f"{row['window_days']:,} days"
        table.add_row(row["rule"], state, days, str(row["cases"]), *counts, share, row["explanation"])
    output().print(table)


@cases_app.command()
def acknowledge(
    context: typer.Context,
    case_id: Annotated[str, CASE_ARGUMENT],
    agency: Annotated[
        str, typer.Option("--as", help="The agency that knows of the case: a record of its own is in it.")
    ],
    author: Annotated[str, BY_OPTION],
    note: Annotated[str, typer.Option(help="What is to be remembered with it.")] = "",
) -> None:
    """Record that an agency knows of a case that concerns it."""
    from orchestration.cases.answers import acknowledge as record

    said = record(site_of(context), case_id, agency, author, note)
    print(f"{agency} acknowledged the case {case_id}: {said.author}, {said.at:%Y-%m-%d %H:%M} UTC. {NEXT_RUN}")


@cases_app.command("status")
def set_status(
    context: typer.Context,
    case_id: Annotated[str, CASE_ARGUMENT],
    status: Annotated[str, typer.Argument(help="open, under_review, concluded or no_further_action.")],
    author: Annotated[str, BY_OPTION],
    reason: Annotated[str, typer.Option(help="Why.")],
    agency: Annotated[str, typer.Option("--as", help="In whose eyes the case stands so.")] = "operator",
    tell: Annotated[list[str] | None, typer.Option(help="Who else is to know; may be given several times.")] = None,
) -> None:
    """Record how a case stands; `concluded` says that it is what its rule says."""
    from orchestration.cases.answers import dispose

    said = dispose(site_of(context), case_id, status, agency, author, reason, tell or ())
    print(f"The case {case_id} is {status.replace('_', ' ')}: {said.author}, {said.at:%Y-%m-%d %H:%M} UTC. {NEXT_RUN}")


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its JSON texts as lists."""
    lists = ("agencies", "party_ids", "party_names", "ratings", "destination_codes", "outcomes")
    return row | {name: json.loads(row[name]) for name in lists}


def _print_case(seen: "CaseFile", reader: str) -> None:
    from rich import box
    from rich.table import Table

    case = _opened(seen.case)
    print(f"{case['case_id']}: {case['title']} ({case['rule']}), opened {case['opened_on']}, {case['status']}")
    print(f"Why: {case['why']}")
    if case["has_contradiction"]:
        print(f"Contradiction: {case['contradiction']}.")
    for name, values in (
        ("Parties", case["party_names"]), ("Goods", case["ratings"]), ("Destinations", case["destination_codes"]),
        ("Acted upon", [kind.replace("_", " ") for kind in case["outcomes"]]),
    ):  # fmt: skip
        if values:
            print(f"{name}: {', '.join(values)}")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("day", "agency", "record", "what it says"):
        table.add_column(column, overflow="fold")
    for row in seen.records:
        mark = " *" if row["is_focus"] else ""
        table.add_row(
            str(row["happened_on"] or ""), row["partner"], f"{row['feed']} {row['record_ref']}{mark}", row["says"]
        )
    output().print(table)
    print("* the record on which the case stands")
    for row in seen.referrals:
        known = f"acknowledged by {row['acknowledged_by'] or 'it'}" if row["is_acknowledged"] else "not acknowledged"
        print(f"{row['agency']}: {row['record_count']} records, {known}{f': {note}' if (note := row['note']) else ''}")
    print(f"This is what the release of {reader} holds.")
