"""The trend of a feed's quality as bars: rows to mend in a thousand, for the last submissions and this one.

Here: numbers and the geometry of a small picture. Not here: words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.submissions.feedback.model import Feedback, Past

WIDTH, HEIGHT, TOP, FOOT = 480, 150, 24, 26


@dataclass(frozen=True)
class Bar:
    """One submission: its figures and its place in the picture."""

    period: str
    rows_read: int
    rows_accepted: int
    faults: float
    is_this: bool
    x: float
    y: float
    width: float
    height: float

    @property
    def told(self) -> float:
        """Rows not accepted in a thousand, to one decimal; what is not nought is not told as nought."""
        return 0 if not self.faults else max(0.1, round(self.faults, 1))


def bars(feedback: Feedback) -> Sequence[Bar]:
    """The bars from the oldest on, this submission last; none without an earlier submission to compare with.

    Exact duplicates were not at fault: a row counts as right when it was accepted or repeated one that was.
    """
    counts = feedback.counts
    if counts is None or not counts.rows_read or not feedback.past or feedback.facts.status in ("rejected", "held"):
        return ()
    facts = feedback.facts
    this = Past(facts.period, facts.file_name, counts.rows_read, counts.rows_accepted, counts.rows_quarantined)
    series = [*feedback.past, this]
    faults = [1000 * past.rows_quarantined / past.rows_read for past in series]
    highest = max(*faults, 1e-9)
    step = WIDTH / len(series)
    room = HEIGHT - TOP - FOOT
    return [
        Bar(
            past.period or past.file_name, past.rows_read, past.rows_accepted, fault, position == len(series) - 1,
            round(position * step + step * 0.15, 1), round(HEIGHT - FOOT - room * fault / highest, 1),
            round(step * 0.7, 1), round(room * fault / highest, 1),
        )
        for position, (past, fault) in enumerate(zip(series, faults, strict=True))
    ]  # fmt: skip
