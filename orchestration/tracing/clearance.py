"""Who may be told what of a figure: the operator everything, anybody else what the sharing policy lets him see.

Here: the refusal of a figure that is kept back, and what is left of rows for a reader. Not here: the policy itself
(releases/policy.py).

A partner sees of his own rows everything, of others' rows those that their marking lets him see, without amounts and
without the file: what a release hands him of them it may hand him blank or as tokens. He gets no sums and no other
figures: the difference to what he sees would be a figure of somebody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.releases.policy import Recipient, visible
from orchestration.tracing.account import Figure
from orchestration.tracing.printed import Printed
from orchestration.tracing.rounding import Rounding

# What identifies another partner's row, without what it says.
OUTWARD = ("relation", "partner", "feed", "record_ref", "counts_on")


def require(reader: Recipient, printed: Printed, rounding: Rounding | None = None) -> None:
    """Raise EntrepotError where the figure is kept back and the reader may not know it; it tells no reason. Of one that
    is printed rounded it says the number and the rule, as the edition does.
    """
    if rounding is not None and not printed.is_hidden and not reader.sees_everything:
        raise EntrepotError(
            f"{printed.id} is printed as {printed.text or 'nothing'}, by the profile {rounding.profile}: "
            f"{rounding.rule} What stands behind it would tell the true figure, and is not shown to {reader.name}."
        )
    if printed.is_hidden and not reader.sees_everything:
        raise EntrepotError(f"{printed.id} is not shown to {reader.name}, and neither is what it is made of.")


def told_to(reader: Recipient, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What of these rows the reader may be told, in their order."""
    if reader.sees_everything:
        return [dict(row) for row in rows]
    return [
        dict(row) if row["partner"] == reader.name else {name: row[name] for name in OUTWARD}
        for row in rows
        if visible(row["marking"], reader, row["partner"])
    ]


def without_figures(reader: Recipient, figure: Figure) -> Figure:
    """The account as the reader may be told it: for all but the operator without the values of its parts and sums."""
    if reader.sees_everything:
        return figure
    parts = tuple((word, replace(without_figures(reader, part), value=None)) for word, part in figure.parts)
    rows = replace(figure.rows, figure=None) if figure.rows else None
    return replace(figure, rows=rows, parts=parts)
