"""The command line `entrepot`: names are stable, results go to stdout, everything else to stderr.

Here: the entry point. Not here: work. Each command opens a site and calls what the assets call; what it needs is
imported when it runs, so that `entrepot --help` is quick.
"""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the console script; leaves with the exit code."""
    from orchestration.cli.app import run

    sys.exit(run(arguments))
