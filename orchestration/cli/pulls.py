"""The command that pulls.

Here: its options and what it prints. Not here: the work (orchestration/pulls/).
"""

from typing import Annotated

import typer

from orchestration.cli.app import app, messages, output, print_json, results_only, site_of
from orchestration.cli.cycle import JSON_OPTION, print_pulls


@app.command()
def pull(
    context: typer.Context,
    feed: Annotated[
        str | None, typer.Argument(help="The feed, as PARTNER/FEED; default: all that name a server.")
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Fetch what is new on the partners' servers, whole or not at all. `entrepot run` does so too, and goes on."""
    from orchestration import steps
    from orchestration.cycle import pull_line
    from orchestration.errors import UsageError

    site = site_of(context)
    if feed is not None and not site.contract(feed).pulls:
        raise UsageError(f"The contract of {feed} names no server to pull from (data_contracts/README.md says how).")
    with results_only(), messages().status("pulling") as status:
        pulled = steps.pull_files(site, None if feed is None else [feed], say=status.update)
    lines = [pull_line(one) for one in pulled]
    if as_json:
        print_json(lines)
    elif not lines:
        print("No contract names a server to pull from.")
    else:
        print_pulls(output(), lines)
        fetched, unchanged = (
            sum(counts) for counts in zip(*((len(o.taken), o.unchanged) for o in pulled), strict=True)
        )
        print(f"{len(pulled)} servers asked: {fetched} files fetched, {unchanged} unchanged.")
    raise typer.Exit(0 if all(one.is_well for one in pulled) else 1)
