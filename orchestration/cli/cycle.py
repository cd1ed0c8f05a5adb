"""Commands about whole cycles: sample, run, rebuild, verify.

Here: their options and what they print. Not here: the work (cycle.py, sample/, verification.py).
"""

from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.app import app, messages, output, print_json, results_only, site_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from orchestration.cycle import Account

COUNTS = ("read", "accepted", "quarantined", "duplicates")


class Stage(StrEnum):
    """Where a run may stop."""

    lake = "lake"
    warehouse = "warehouse"
    releases = "releases"
    reports = "reports"


JSON_OPTION = typer.Option("--json", help="Print one JSON document instead of tables.")


@app.command()
def sample(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder to write the drop to; it must not exist or be empty.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 42,
    scale: Annotated[float, typer.Option(min=0.001, help="1 is about 20,000 declaration lines.")] = 1.0,
) -> None:
    """Write the sample partners' drop: a fictional state and its ally, with the truth beside it. Enrols their keys."""
    from orchestration.sample import generate
    from orchestration.submissions.partner_keys import enrol

    with messages().status("Writing the sample drop"):
        written = generate(out, seed, scale)
    register = site_of(context).register
    for partner, file in written.keys.items():
        key = enrol(register, partner, file.read_text("utf-8"), file.name, "entrepot sample", date(2024, 1, 1))
        messages().print(f"Signatures of {partner} count here: {key.fingerprint}, a key that follows from the seed.")
    print(
        f"{written.files} files with {written.rows:,} rows in {written.out} "
        f"({written.quarantined:,} rows are bad on purpose, {written.duplicates:,} are exact duplicates; "
        f"the truth is in {written.out / '_truth'})"
    )


@app.command()
def run(
    context: typer.Context,
    landing: Annotated[Path | None, typer.Option(help="Where files arrive; default: landing/ in the home.")] = None,
    until: Annotated[Stage, typer.Option(help="Stop after this stage; the next run goes on.")] = Stage.reports,
    pull: Annotated[bool, typer.Option(help="Ask the partners' servers first, where contracts name any.")] = True,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """One whole cycle: pull, receive, check, harmonise, release, publish what is due. Safe to repeat."""
    from orchestration.cycle import run_cycle

    with results_only():
        account = run_cycle(site_of(context, landing), messages(), until.value, pull)
    if as_json:
        print_json(asdict(account))
    else:
        print_account(account)
    raise typer.Exit(account.exit_code)


@app.command()
def rebuild(
    context: typer.Context,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Throw lake and warehouse away and make them again from the vault."""
    from orchestration.cycle import rebuild_from_vault

    with results_only():
        account = rebuild_from_vault(site_of(context), messages())
    if as_json:
        print_json(asdict(account))
    else:
        print_account(account)
    raise typer.Exit(account.exit_code)


@app.command()
def verify(
    context: typer.Context,
    head: Annotated[list[str] | None, typer.Option(help="A head of the chain, from a receipt or report.")] = None,
    receipt: Annotated[list[Path] | None, typer.Option(help="A receipt that somebody holds.")] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Prove every byte of vault, register and receipts, and the account of rows; say what is wrong."""
    from orchestration.submissions.receipts import read_receipt
    from orchestration.submissions.verification import verify as verify_site

    heads = [*(head or []), *(read_receipt(file)["head"] for file in receipt or [])]
    found = verify_site(site_of(context), messages(), heads)
    if as_json:
        print_json(asdict(found))
    else:
        for text in (*found.problems, *found.notes):
            print(text)
        verdict = "Everything agrees" if not found.problems else f"{len(found.problems)} things are wrong"
        print(
            f"{verdict}: {found.files} files in the vault, {found.receipts} receipts, {found.submissions} submissions, "
            f"{found.editions} editions of reports."
        )
    raise typer.Exit(1 if found.problems else 0)


def print_account(account: "Account") -> None:
    """What a cycle did, for people."""
    console = output()
    if account.nothing_new:
        console.print("Nothing new: the landing folder, the code and the contracts are as they were, and all is done.")
    else:
        console.print(feed_table(account.feeds))
    print_pulls(console, account.pulls)
    for item in account.feeds:
        if item["new"] and item["status"] in ("rejected", "held"):
            console.print(f"{item['status'].capitalize()}: {item['file']}: {item['reason']}", markup=False)
    if account.not_taken:
        listed = ", ".join(account.not_taken[:8]) + (" …" if len(account.not_taken) > 8 else "")
        console.print(f"Not taken, as no contract matches ({len(account.not_taken)} files): {listed}", markup=False)
    for problem in account.problems:
        console.print(problem, markup=False)
    for report in account.reports:
        console.print(f"{report['report']} {report['period']}: {report['path']}", markup=False, soft_wrap=True)
        if told := warning_of(report):
            console.print(told, markup=False, soft_wrap=True)
    for passed in account.passed_over:
        console.print(passed, markup=False)
    if account.index:
        console.print(f"Index of reports: {account.index}", markup=False, soft_wrap=True)
    console.print(f"{account.status.capitalize()} in {account.seconds:.1f} seconds.", markup=False)


def warning_of(report: dict[str, Any]) -> str:
    """What the operator must know of an edition: that its differences tell; nothing where they do not."""
    if not report.get("differences"):
        return ""
    from orchestration.publication.shelf import HELD

    name = f"{report['report']} {report['edition']}"
    begins = "needs a reason to be signed off" if report["state"] == HELD else f"is {report['state']}"
    count = report["differences"]
    what = "one of its figures tells" if count == 1 else f"{count} of its figures tell"
    return (
        f"Warning: {name} {begins}: beside earlier editions {what} of few exporters. "
        f"`entrepot reports changes {name}` says which."
    )


def print_pulls(console: "Console", pulls: list[dict[str, Any]]) -> None:
    """What happened at the partners' servers, where there is anything to tell."""
    for one in pulls:
        for path in one["fetched"]:
            console.print(f"Pulled: {path} from {one['server']}", markup=False)
        for reason in one["left"].values():
            console.print(f"Left for now: {reason}", markup=False)
        for path, reason in one["refused"].items():
            console.print(f"Refused: {path} from {one['server']}: {reason}", markup=False)
        if one["failure"]:
            console.print(f"Not pulled: {one['failure']}", markup=False)


def feed_table(items: list[dict[str, Any]]) -> "Table":
    """New submissions summed by feed."""
    from rich import box
    from rich.table import Table

    feeds: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for item in items:
        if item["new"]:
            feeds.setdefault((item["partner"], item["feed"]), []).append(item)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("partner")
    table.add_column("feed")
    for name in ("files", *COUNTS):
        table.add_column(name, justify="right")
    table.add_column("status")
    for (partner, feed), parts in sorted(feeds.items()):
        sums = [f"{sum(part[name] or 0 for part in parts):,}" for name in COUNTS]
        statuses = sorted({part["status"] for part in parts})
        told = ", ".join(f"{sum(p['status'] == s for p in parts)} {s}" if len(statuses) > 1 else s for s in statuses)
        table.add_row(partner, feed, str(len(parts)), *sums, told)
    return table
