"""Commands about the life of submissions: decide, as-known-on.

Here: their options and what they print. Not here: what follows from a decision (orchestration/submissions/life.py),
and which facts belong to a day (orchestration/as_known_on.py).
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import app, messages, print_json, results_only, site_of
from orchestration.cli.cycle import JSON_OPTION, Stage, print_account


@app.command()
def decide(
    context: typer.Context,
    submission_id: Annotated[str, typer.Argument(help="The submission that is held, such as S0123456789abcde.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[str, typer.Option(help="Why; everybody who asks will read it.")],
    take: Annotated[bool, typer.Option("--take", help="Take it as what it says it is.")] = False,
    take_as: Annotated[
        str | None, typer.Option(help="Take it as another kind: correction, replacement, ...", metavar="KIND")
    ] = None,
    reject: Annotated[bool, typer.Option("--reject", help="Do not take it.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last decision back: it is held again.")] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Decide what becomes of a submission that is held. `entrepot run` then does what follows."""
    from orchestration import steps
    from orchestration.cycle import line
    from orchestration.errors import UsageError
    from orchestration.submissions import settle

    given = {"take": take, f"take:{take_as}": take_as is not None, "reject": reject, "undecided": undo}
    chosen = [verdict for verdict, is_given in given.items() if is_given]
    if len(chosen) != 1:
        raise UsageError("Say one of --take, --take-as KIND, --reject and --undo.")
    site = site_of(context)
    submission = site.register.submission(submission_id)
    contract = site.contract(submission.contract_id)
    settle.decide(site.register, contract, submission_id, chosen[0], by, reason)
    submission = site.register.submission(submission_id)
    if submission.status == "received":  # as another kind it is held to other rules
        with messages().status(f"Checking {submission.file_name}"):
            submission = steps.check_one(site, submission)
    if as_json:
        print_json(line(submission, is_new=False))
    else:
        print(f"{submission.id} is now {submission.status}{f': {submission.reason}' if submission.reason else '.'}")


@app.command("as-known-on")
def as_known_on(
    context: typer.Context,
    day: Annotated[str, typer.Argument(help="The day, such as 2026-03-31: all that was known when it ended, in UTC.")],
    out: Annotated[Path, typer.Option(help="Folder for the home that shows it; it must not exist or be empty.")],
    until: Annotated[Stage, typer.Option(help="Stop after this stage; `run` in the new home goes on.")] = Stage.reports,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Make a home that shows what was known on an earlier day; every command then works in it with --home."""
    from dataclasses import asdict

    from orchestration.as_known_on import make_home
    from orchestration.cycle import rebuild_from_vault
    from orchestration.errors import UsageError
    from orchestration.register_seal import renew
    from orchestration.site import Site

    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"`{day}` is not a day; write one as 2026-03-31.") from None
    home = make_home(site_of(context), wanted, out.absolute())
    with results_only():
        account = rebuild_from_vault(Site.at(home), messages(), until.value)
    renew(home)
    if as_json:
        print_json(asdict(account))
    else:
        print_account(account)
        print(f"What was known on {wanted}: entrepot --home {out} ...")
    raise typer.Exit(account.exit_code)
