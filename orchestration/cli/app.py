"""The application: the option --home, how errors are told, and where output goes.

Here: what all commands share. Not here: the commands, one module a subject.
"""

import os
import sqlite3
import sys
import textwrap
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from orchestration import full_disk
from orchestration.errors import EntrepotError

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.site import Site

WIDTH_WITHOUT_TERMINAL = 400
DEBUG = "ENTREPOT_DEBUG"
# The home of the command that runs, for telling its end: typer's context is gone by then.
_home: ContextVar[Path | None] = ContextVar("home", default=None)

app = typer.Typer(
    name="entrepot",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Interagency case-sharing and reporting data warehouse for export control.",
)


@app.callback()
def entrepot(
    context: typer.Context,
    home: Annotated[
        Path,
        typer.Option(envvar="ENTREPOT_HOME", help="Folder that holds everything received, built and published."),
    ] = Path("var"),
) -> None:
    """Interagency case-sharing and reporting data warehouse for export control."""
    context.obj = home.absolute()
    _home.set(context.obj)
    if context.invoked_subcommand != "verify":
        context.call_on_close(lambda: _seal(home.absolute()))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and tells an error as one paragraph on stderr."""
    _register_commands()
    try:
        code = app(list(arguments) if arguments is not None else None, standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except TyperException as error:
        show = getattr(error, "show", None)  # an error of usage shows the usage too
        if show is None:
            return _tell(str(error), error.exit_code)
        show()
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _tell("Stopped.", 130)
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): no reason to complain, and nothing must be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get(DEBUG) == "1":
            traceback.print_exc()
        if full_disk.is_behind(error, _home.get()):
            return _tell(full_disk.PARAGRAPH, 1)
        if isinstance(error, EntrepotError):
            return _tell(str(error), error.exit_code)
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return _tell(f"Something unexpected went wrong: {reason} (Run again with {DEBUG}=1 to see where.)", 1)


def _seal(home: Path) -> None:
    """Seal what the command changed. That it could not is no failure of the command: `entrepot verify` tells it."""
    if not home.is_dir():
        return
    from orchestration.register_seal import renew
    from orchestration.settings import Home

    with suppress(OSError, sqlite3.Error, EntrepotError):
        renew(Home(home))


def _tell(text: str, code: int) -> int:
    paragraph = " ".join(text.split())
    width = 100 if sys.stderr.isatty() else 0
    print(textwrap.fill(paragraph, width) if width else paragraph, file=sys.stderr)
    return code


def _register_commands() -> None:
    from orchestration.cli import (  # noqa: F401  (commands register themselves)
        calendar,
        cases,
        codes,
        contracts,
        cycle,
        feedback,
        keys,
        life,
        lists,
        parties,
        publishing,
        pulls,
        reports,
        risk,
        scenario,
        screening,
        submissions,
        trace,
    )


def site_of(context: typer.Context, landing: Path | None = None) -> "Site":
    """The site that the command works on."""
    from orchestration.settings import Home
    from orchestration.site import Site

    return Site.at(Home(context.obj), landing)


def output() -> "Console":
    """Where tables for people go: stdout, wide enough when it is no terminal; no text in them is markup."""
    from orchestration.cli.console import PlainConsole

    return PlainConsole(WIDTH_WITHOUT_TERMINAL)


def messages() -> "Console":
    """Where progress and remarks go: stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


@contextmanager
def results_only() -> Iterator[None]:
    """Send what libraries write to stdout to stderr, so that stdout holds our results and nothing else."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    import json

    print(json.dumps(document, ensure_ascii=False, indent=1, default=str))
