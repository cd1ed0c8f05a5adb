"""Commands about files handed in: submit, submissions, refusals, receipt.

Here: their options and what they print. Not here: receiving and checking (orchestration/submissions/).
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import app, messages, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION
from orchestration.cli.feedback import FEED_OPTION, contract_for

if TYPE_CHECKING:
    from orchestration.site import Site


@app.command()
def submit(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="The file to hand in; none for a nil return or to withdraw a submission.")
    ] = None,
    feed: Annotated[str | None, FEED_OPTION] = None,
    period: Annotated[str | None, typer.Option(help="What it covers, such as 2026-Q3; default: by its name.")] = None,
    kind: Annotated[str, typer.Option(help="initial, correction, replacement, delta, withdrawal or nil.")] = "initial",
    supersedes: Annotated[str | None, typer.Option(help="Id of the submission that it replaces or withdraws.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is sent; a replacement of a list needs one.")] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Hand one file in and check it; prints the receipt. `entrepot run` takes it into the warehouse.

    Without FILE: `--kind nil --feed F --period P` says that there is nothing to report, and
    `--kind withdrawal --feed F --supersedes ID` takes a whole submission back.
    """
    from orchestration import steps
    from orchestration.errors import UsageError
    from orchestration.submissions.receive import submit as hand_in

    site = site_of(context)
    if file is None and feed is None:
        raise UsageError("Without a file, say of which feed you speak: --feed PARTNER/FEED.")
    contract = contract_for(site.contracts, file, feed) if file else site.contract(str(feed))
    done = hand_in(site.home, site.register, site.contracts, file, contract.id, period, kind, supersedes, reason)
    submission = done.submission
    if submission.status == "received":
        with messages().status(f"Checking {submission.file_name}"):
            steps.check_one(site, submission)
            steps.settle_references(site)
            submission = site.register.submission(submission.id)
    receipt = site.home.receipts / f"{submission.id}.json"
    document = {
        "submission_id": submission.id,
        "feed": contract.id,
        "period": submission.period,
        "status": submission.status,
        "reason": submission.reason,
        "repeated": done.repeated,
        "read": submission.rows_read,
        "accepted": submission.rows_accepted,
        "quarantined": submission.rows_quarantined,
        "duplicates": submission.rows_duplicate,
        "receipt": done.receipt,
        "feedback": _page_of(site, submission.id),
    }
    if as_json:
        print_json(document)
    elif submission.status == "accepted":
        again = " (handed in before; this is the same submission)" if done.repeated else ""
        print(
            f"{submission.id} accepted{again}: {submission.rows_read:,} rows read, "
            f"{submission.rows_accepted:,} accepted, "
            f"{submission.rows_quarantined:,} quarantined, {submission.rows_duplicate:,} exact duplicates."
        )
        if submission.reason:
            print(submission.reason)
        print(f"Receipt: {receipt}")
    else:
        print(f"{submission.id} {submission.status}: {submission.reason}")
        print(f"Receipt: {receipt}")
    if document["feedback"] and not as_json:
        print(f"Feedback: {document['feedback']}")
    raise typer.Exit(1 if submission.status in ("rejected", "held") else 0)


@app.command()
def submissions(
    context: typer.Context,
    feed: Annotated[str | None, typer.Option(help="Only of this feed, as PARTNER/FEED.")] = None,
    status: Annotated[str | None, typer.Option(help="Only those that stand so, such as rejected.")] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """List what was received, in order of arrival."""
    from rich import box
    from rich.table import Table

    from orchestration.cycle import line
    from orchestration.submissions.settle import decisions

    site = site_of(context)
    decided = decisions(site.register)
    contract = site.contract(feed) if feed else None
    found = site.register.submissions(
        status, contract.partner if contract else None, contract.feed if contract else None
    )
    if as_json:
        print_json(
            [
                line(s, is_new=False)
                | {
                    "received_at": s.received_at.isoformat(),
                    "issued_at": s.issued_at,
                    "supersedes": s.supersedes,
                    "kind": s.kind,
                    "sha256": s.sha256,
                    "signed_by": s.signed_by,
                    "feedback": _page_of(site, s.id),
                    "decision": asdict(decided[s.id]) if s.id in decided else None,
                }
                for s in found
            ]
        )
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("id", "feed", "period", "kind", "file", "signed", "status"):
        table.add_column(name)
    for name in ("read", "accepted", "quarantined", "duplicates"):
        table.add_column(name, justify="right")
    if decided:
        table.add_column("decided")
    for s in found:
        counts = (s.rows_read, s.rows_accepted, s.rows_quarantined, s.rows_duplicate)
        told = ["" if count is None else f"{count:,}" for count in counts]
        if s.id in decided:
            told.append(f"{decided[s.id].verdict} by {decided[s.id].author}: {decided[s.id].reason}")
        table.add_row(
            s.id, s.contract_id, s.period, s.kind, s.file_name, "yes" if s.signed_by else "no", s.status, *told
        )
    output().print(table)
    print(f"What each partner gets back: {site.home.feedback / 'ID.html'}, or `entrepot feedback ID`.")


@app.command()
def refusals(context: typer.Context, as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """List what was refused at the door (signature, hash, bag, manifest): when, what, with which hash, why."""
    from orchestration.submissions.refusals import refused

    found = refused(site_of(context).register)
    if as_json:
        print_json(found)
        return
    for row in found:
        print(f"{row['at']} UTC {row['file_name']} ({row['bytes']:,} bytes, sha256 {row['sha256']}): {row['reason']}")
    if not found:
        print("Nothing was refused at the door. What was received and then rejected: `entrepot submissions`.")


@app.command()
def receipt(
    context: typer.Context,
    submission_id: Annotated[str | None, typer.Argument(help="Such as S0123456789abcde.")] = None,
    check: Annotated[Path | None, typer.Option(help="Check this receipt instead; needs no home.")] = None,
    key: Annotated[str | None, typer.Option(help="With --check: the key that must have signed (`keys show`).")] = None,
) -> None:
    """Print the signed receipt of a submission, or check one that somebody holds."""
    from orchestration.errors import EntrepotError, UsageError
    from orchestration.submissions.receipts import read_receipt
    from orchestration.submissions.receive import restore_receipts

    if check is not None:
        held = read_receipt(check, key)
        by = "" if key else f" The key was not compared; it is {held['public_key']}."
        signed = f"signed by {held['signed_by']}" if held.get("signed_by") else "unsigned"
        print(
            f"Sound: receipt {held['receipt']} of {held['submission_id']}, {held['file_name']} ({signed}), received "
            f"{held['received_at']}. Head of the chain: {held['head']}.{by}"
        )
        return
    if submission_id is None:
        raise UsageError("Name a submission, or a receipt to check with --check FILE.")
    site = site_of(context)
    site.register.submission(submission_id)
    path = site.home.receipts / f"{submission_id}.json"
    if not path.exists():
        restore_receipts(site.home, site.register)
    if not path.exists():
        raise EntrepotError(f"The receipt of {submission_id} is neither in {path.parent} nor in the register.")
    print(path.read_text(encoding="utf-8"), end="")


def _page_of(site: "Site", submission_id: str) -> str | None:
    """Where the page of a submission is; None before its first check."""
    page = site.home.feedback / f"{submission_id}.html"
    return str(page) if page.exists() else None
