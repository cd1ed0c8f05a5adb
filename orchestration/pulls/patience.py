"""How long we wait for a server, and how often we try.

Here: the figures and the loop. Not here: what is tried.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

from orchestration.errors import UsageError
from orchestration.pulls.errors import PullError, RefusedError


@dataclass(frozen=True)
class Patience:
    """Seconds without a sign of life before a server counts as gone (`answer`: while a database is still thinking),
    tries in all, seconds before the second try.
    """

    silence: float = 60.0
    tries: int = 3
    pause: float = 2.0
    answer: float = 900.0

    @classmethod
    def from_environment(cls) -> "Patience":
        """ENTREPOT_PULL_SILENCE and ENTREPOT_PULL_TRIES; UsageError when they are no numbers above nought."""
        try:
            found = cls(
                silence=float(os.environ.get("ENTREPOT_PULL_SILENCE", cls.silence)),
                tries=int(os.environ.get("ENTREPOT_PULL_TRIES", cls.tries)),
            )
        except ValueError:
            found = cls(0, 0)
        if found.silence <= 0 or found.tries < 1:
            raise UsageError("ENTREPOT_PULL_SILENCE (seconds) and ENTREPOT_PULL_TRIES must be numbers above nought.")
        return found

    def insist(self, work: Callable[[], None]) -> None:
        """Do the work, again after each PullError that trying again may mend; the last one goes on."""
        import tenacity

        waiting = tenacity.wait_exponential_jitter(multiplier=self.pause, max=30, jitter=self.pause / 2)
        tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, PullError) and not isinstance(e, RefusedError)),
            stop=tenacity.stop_after_attempt(self.tries),
            wait=waiting,
            reraise=True,
        )(work)
