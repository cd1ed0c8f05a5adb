"""Progress of a run, for the person at the terminal.

Here: one line on stderr that names the step at work; silent where nobody watches. Not here: results, which go
to stdout, and Dagster's own log, which its pages show.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import dagster as dg
from rich.console import Console
from rich.status import Status

_status: ContextVar[Status | None] = ContextVar("status", default=None)


@contextmanager
def shown(console: Console) -> Iterator[None]:
    """Show the step at work while inside; `step_logger` feeds it."""
    with console.status("starting") as status:
        token = _status.set(status)
        try:
            yield
        finally:
            _status.reset(token)


class StepHandler(logging.Handler):
    """Puts the name of each step that starts on the status line."""

    def emit(self, record: logging.LogRecord) -> None:
        """Look for the start of a step in Dagster's own log records."""
        status = _status.get()
        event = getattr(record, "dagster_event", None)
        if status is not None and event is not None and event.event_type_value == "STEP_START":
            status.update(str(event.step_key).replace("__", " "))


@dg.logger(None, description="The step at work, on the terminal's status line.")
def step_logger(_context: dg.InitLoggerContext) -> logging.Logger:
    """Dagster's way to a handler of one's own."""
    logger = logging.Logger("entrepot.progress", level=logging.DEBUG)
    logger.addHandler(StepHandler())
    return logger
