"""The calendar: what is due from whom, what came in time, what is overdue.

Here: for each feed the periods that its contract calls for, and what of them is there; a pure function of contract,
register and a day. Not here: how it is shown (cli/calendar.py), and quality (the scorecard's models).

A period is due `grace_days` after its last day; a nil return fulfils it, silence does not. Each edition of a snapshot
feed tells the whole, so a later one fulfils the periods before it too. What was due before a feed first spoke here is
history that was loaded: nobody was late with it, so it is not timed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from orchestration.contracts.model import Contract
from orchestration.contracts.period import days_of, periods_of
from orchestration.register import Submission

REMIND_DAYS = 7
# What fulfils a period: said and taken, whatever replaced it later.
FULFILS = ("accepted", "superseded")
WAITS = ("received", "held")
# States, from good to bad; what somebody must do something about are the last five.
RECEIVED, NIL, LATE = "received", "nil return", "received late"
OPEN, DUE = "not over", "due"
SOON, HELD, REJECTED, OVERDUE = "due soon", "held", "rejected", "overdue"
PRESSING = (SOON, HELD, REJECTED, OVERDUE)


@dataclass(frozen=True)
class Due:
    """One period of one feed: when it is due, and how it stands on the day asked for.

    `days_late` counts calendar days after `due_on` until it came (or until today while it has not); None where it is
    not timed. `submission_id` is the submission that fulfils it, or the one that waits or was rejected.
    """

    partner: str
    feed: str
    period: str
    first_on: date
    last_on: date
    due_on: date
    state: str
    submission_id: str | None = None
    received_on: date | None = None
    days_late: int | None = None


def due_of(contract: Contract, submissions: Iterable[Submission], today: date) -> list[Due]:
    """Every period of a feed up to the one that holds `today`, oldest first; none where the cadence is irregular.

    `submissions` are those of the feed, in order of arrival; those received after `today` do not count.
    """
    known = [s for s in submissions if s.contract_id == contract.id and s.received_at.date() <= today]
    first_heard = min((s.received_at.date() for s in known), default=today)
    begins = [days[0] for s in known if s.status in FULFILS and (days := days_of(s.period))]
    since = contract.available_from or min(begins, default=today)
    spans = periods_of(contract.cadence, since, today)
    return [_due(contract, span, _of_span(contract, known, span), first_heard, today) for span in spans]


def pressing(found: Sequence[Due]) -> list[tuple[str, list[Due]]]:
    """What a partner must be reminded of, by partner: due soon, overdue, held or rejected and not yet mended."""
    chosen = sorted((d for d in found if d.state in PRESSING), key=lambda d: (d.partner, d.due_on, d.feed, d.period))
    return [(partner, list(items)) for partner, items in groupby(chosen, key=lambda d: d.partner)]


def reminder(partner: str, items: Sequence[Due]) -> str:
    """A few sentences to send to a partner's data steward."""
    told = "; ".join(f"{item.feed} for {item.period} {_standing(item)}" for item in items)
    return (
        f"{partner}: {told}. Hand it in as the contract says, or send a nil return if there is nothing to report; "
        "what is not handed in is published as not submitted, never as zero."
    )


def _due(
    contract: Contract, span: tuple[str, date, date], there: Sequence[Submission], first_heard: date, today: date
) -> Due:
    period, first, last = span
    due_on = last + timedelta(days=contract.grace_days)
    timed = due_on >= first_heard or contract.available_from is not None
    fulfils = [s for s in there if s.status in FULFILS]
    others = [s for s in there if s.status not in FULFILS and s.status != "withdrawn"]
    came = fulfils[0] if fulfils else (others[-1] if others else None)
    received_on = came.received_at.date() if came else None
    late = max(0, ((received_on if fulfils and received_on else today) - due_on).days) if timed else None
    if fulfils:
        state = NIL if all(s.kind == "nil" for s in fulfils) else LATE if late else RECEIVED
    elif came is not None:
        state = REJECTED if came.status == "rejected" else HELD
    elif last >= today:
        state = OPEN
    else:
        state = OVERDUE if today > due_on else SOON if (due_on - today).days <= REMIND_DAYS else DUE
    return Due(
        contract.partner,
        contract.feed,
        period,
        first,
        last,
        due_on,
        state,
        came.id if came else None,
        received_on,
        late,
    )


def _of_span(contract: Contract, known: Sequence[Submission], span: tuple[str, date, date]) -> list[Submission]:
    """Submissions that speak of the span, in order of arrival (a list's edition bears the day of its making)."""
    _, first, last = span

    def speaks(submission: Submission) -> bool:
        days = days_of(submission.period)
        if days is None:
            return False
        return days[1] >= first if contract.delivery == "snapshot" else first <= days[0] and days[1] <= last

    return [s for s in known if speaks(s)]


def _standing(item: Due) -> str:
    if item.state == OVERDUE:
        return f"was due on {item.due_on}" + (f" and is {item.days_late} days late" if item.days_late else "")
    if item.state == SOON:
        return f"is due on {item.due_on}"
    return f"is {item.state} ({item.submission_id}): see its feedback"
