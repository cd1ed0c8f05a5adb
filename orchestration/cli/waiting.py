"""A progress bar for whoever waits: what is being done and how far it is, once that takes longer than two seconds.

Here: the bar on stderr. Not here: the work, which tells its steps (check.Watch), and runs of the whole graph
(orchestration/progress.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

PATIENCE = 2.0
EVERY = 0.2


class _Bar:
    """Looks from a thread of its own, so that the work need not stop to tell how far it is."""

    def __init__(self, console: Console, name: str) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True,
        )  # fmt: skip
        self._name, self._over, self._step = name, Event(), 0
        self._now: tuple[int, str, Callable[[], float]] = (0, "", lambda: -1.0)
        self._thread = Thread(target=self._look, daemon=True)

    def step(self, what: str, how_far: Callable[[], float]) -> None:
        """A step begins; `how_far` gives per cent, below nought where that is not known."""
        self._step += 1
        self._now = (self._step, what, how_far)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        if self._over.wait(PATIENCE):
            return
        task: TaskID | None = None
        shown = 0
        with self._progress:
            while not self._over.wait(EVERY):
                number, what, how_far = self._now
                if number != shown or task is None:
                    if task is not None:
                        self._progress.remove_task(task)
                    shown, task = number, self._progress.add_task(f"{self._name}: {what}", total=None)
                done = how_far()
                if done > 0:
                    self._progress.update(task, total=100, completed=done)


@contextmanager
def waiting(console: Console, name: str) -> Iterator[Callable[[str, Callable[[], float]], None]]:
    """Give what tells of steps; the bar appears after two seconds, on a terminal only, and goes when all is
    done.
    """
    bar = _Bar(console, name)
    if console.is_terminal:
        bar.start()
    try:
        yield bar.step
    finally:
        if console.is_terminal:
            bar.stop()
