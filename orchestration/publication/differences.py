"""What a public edition tells by differing from those that readers have, and the guard at its release.

Here: which editions are out, keeping the judgement in the decision record, and the words for who signs. Not here: the
judgement itself (reports/disclosure/differences.py), signatures (sign_offs.py), or what an edition hides. None of it
stands in an edition: that a difference rests on few exporters would itself tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.errors import EntrepotError, UsageError
from orchestration.publication import decisions, drafts, sign_offs
from orchestration.publication.shelf import SIGNED, Edition
from orchestration.register import Register
from orchestration.settings import Home
from reports.disclosure.differences import NOT_KNOWN, not_known, telling
from reports.disclosure.measures import measures
from reports.disclosure.policy import profiles
from reports.disclosure.record import remembered
from reports.errors import ReportError

_NAMED = 6
Record = Mapping[str, Any]


def judged(home: Home, register: Register | None, report: str, period: str, edition: str, record: Record) -> Record:
    """The decision record of an edition with the differences from what is out by now that tell. ReportError where a
    record cannot be read: what is not known of is not let out.
    """
    waiting = drafts.list_drafts(home, register) if register is not None and record else []
    signed = {(one.report, one.id) for one in waiting if one.state == SIGNED}
    out = decisions.that_are_out(home, report, period, signed) if record else {}
    found = {}
    for system, decision in record.items():
        told = telling(
            remembered(edition, decision),
            [remembered(name, other[system]) for name, other in out.items() if system in other],
            profiles()[decision["profile"]],
            measures().get(system),
        )
        # The edition that this one revises; those before it were told of when that one was signed off.
        for name in [name for name in out if name.startswith(f"{period}-v")][-1:]:
            told += not_known(decision, name, out[name].get(system, {}), f"{system}/{{}}/{period}/all")
        found[system] = {**decision, "differences": [one.as_json() for one in told]}
    return found


def require_reason(home: Home, register: Register, draft: Edition, reason: str) -> str | None:
    """The reason for which a draft goes out although its differences tell, None where none does. What is out by now
    counts, and the record is brought up to date. EntrepotError where a reason or a record is missing or a record cannot
    be read, UsageError where there is nothing to give a reason for.
    """
    record = decisions.of_edition(home, draft.report, draft.period, draft.id)
    if not record and decisions.must_have_record(draft.report):
        raise EntrepotError(
            f"{draft.report} {draft.id} was not signed off: its decision record is missing, so that nobody can say "
            "what it tells beside the editions that readers have. Put "
            f"disclosure/{draft.report}/{draft.period}/{draft.id}.json back from a backup of the home, then sign it "
            "off again."
        )
    try:
        record = judged(home, register, draft.report, draft.period, draft.id, record)
    except ReportError as error:
        raise EntrepotError(f"{draft.report} {draft.id} was not signed off. {error}") from error
    decisions.write(home, draft.report, draft.period, draft.id, record)
    found = decisions.differences_of(home, draft.report, draft.period, draft.id)
    if found and not reason.strip():
        raise EntrepotError(_refusal(draft, found))
    if reason.strip() and not found:
        raise UsageError(
            f"{draft.report} {draft.id} differs from no edition that readers have by what few exporters moved, so that "
            "there is nothing to publish knowingly. Sign it off without --although-differences."
        )
    return reason.strip() or None


def account(home: Home, register: Register, report: str, period: str, edition: str) -> list[str]:
    """For the operator: the differences that tell, and why the edition went out in spite of them."""
    found = decisions.differences_of(home, report, period, edition)
    lines = [f"{_sentence(one)}." for one in found]
    signed = sign_offs.let_out_knowingly(register).get((report, edition))
    if signed:
        lines.append(
            f"Signed off on {signed.at:%Y-%m-%d} by {signed.author} ({signed.role}), although these differences tell: "
            f"{signed.although_differences}"
        )
    return lines


def _refusal(draft: Edition, found: Sequence[Record]) -> str:
    listed = "; ".join(map(_sentence, found[:_NAMED]))
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    verb = f"entrepot reports changes {draft.report} {draft.id}"
    return (
        f"{draft.report} {draft.id} was not signed off: whoever lays it beside the editions that readers have can read "
        f"off what few exporters declared. {listed}{more}. `{verb}` lists them all. Hold the draft until further "
        "corrections come, which a later run takes into it; or publish it knowingly, with --although-differences "
        '"REASON", which is kept with the signature.'
    )


def _sentence(one: Record) -> str:
    """One difference in words, without its amount."""
    against = ", ".join(one["against"])
    return f"{one['place']} ({one['period']}), against {against}: {_why(one)}"


def _why(one: Record) -> str:
    movers = one["contributors"]
    if NOT_KNOWN in one["rules"]:
        return "whose figures moved is not known, as a record does not say who contributes"
    if one["is_count"]:
        return f"it differs by {movers}, fewer than may be told apart"
    if movers == 1:
        return "the difference is one exporter's"
    if "frequency" in one["rules"]:
        return f"the difference is that of {movers} exporters"
    return f"of the {movers} exporters that moved, one did nearly all of it"
