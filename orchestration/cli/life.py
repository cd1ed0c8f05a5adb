"""Commands about the life of submissions: decide.

Here: their options and what they print. Not here: what follows from a decision (orchestration/submissions/life.py).
"""

from typing import Annotated

import typer

from orchestration.cli.app import app, messages, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION


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
