"""Drafts for sign-off: editions that nobody outside has seen, in a place of their own.

    drafts/<report>/<period>/<edition id>/         what the signer reads: every page says that it is a draft
    drafts/.held/<report>/<period>/<edition id>/   the edition itself, to the byte as it will appear

Here: holding an edition back, and letting it out once it is signed off and its embargo is over. A draft that was
signed is locked: newer figures wait until it is out, or until the sign-off is taken back. Not here: signatures
(sign_offs.py) and making editions (editions.py).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from orchestration.errors import EntrepotError
from orchestration.publication import decisions, index, sign_offs
from orchestration.publication.policy import PublicationPolicy, load_publication_policy
from orchestration.publication.proof import edition_problems
from orchestration.publication.shelf import (
    DRAFT,
    HELD,
    SIGNED,
    Edition,
    editions_in,
    held_back,
    list_editions,
    one_at_a_time,
    read_edition,
    synced,
    write_whole,
)
from orchestration.register import Register
from orchestration.settings import Home


def list_drafts(home: Home, register: Register | None = None) -> list[Edition]:
    """All drafts, by report and period; with a register, those signed off are told as such."""
    found = [_draft(home, held) for held in editions_in(held_back(home), "*/*/*")]
    return [_with_state(register, draft) for draft in found]


def draft_of(home: Home, report: str, period: str, register: Register | None = None) -> Edition | None:
    """The draft of a report for a period, if there is one."""
    found = editions_in(held_back(home), f"{report}/{period}/*")
    return _with_state(register, _draft(home, found[-1])) if found else None


def hold(home: Home, edition: str, files: Mapping[str, bytes], shown: Mapping[str, bytes]) -> Edition:
    """Keep an edition back, in place of the draft of its period if there is one; `edition` is its place on a shelf."""
    place = Path(edition)
    for root in (home.drafts, held_back(home)):
        shutil.rmtree(root / place.parent, ignore_errors=True)
    write_whole(home.drafts / place, shown)
    write_whole(held_back(home) / place, files)
    index.write_drafts(home, list_drafts(home))
    return _draft(home, read_edition(held_back(home) / place, is_new=True))


def find(home: Home, register: Register, report: str, edition: str) -> Edition:
    """The draft of that name; EntrepotError that says what there is."""
    drafts = list_drafts(home, register)
    for draft in drafts:
        if (draft.report, draft.id) == (report, edition):
            return draft
    if any((one.report, one.id) == (report, edition) for one in list_editions(home)):
        raise EntrepotError(
            f"{report} {edition} is published: what readers have seen is neither signed nor taken back."
        )
    waiting = ", ".join(f"{draft.report} {draft.id}" for draft in drafts) or "there are none"
    raise EntrepotError(f"There is no draft {edition} of {report}. Drafts for sign-off: {waiting}.")


def release_due(home: Home, register: Register, policy: PublicationPolicy | None = None) -> list[Edition]:
    """Let out every draft that is signed off and whose embargo is over; the editions that appeared.

    Raises EntrepotError when the bytes that were signed are no longer there; then that one stays where it is.
    """
    policy = policy or load_publication_policy()
    now, out = register.clock(), []
    with one_at_a_time(home):
        for draft in list_drafts(home, register):
            if draft.state == SIGNED and appears_at(draft, policy) <= now:
                out.append(_let_out(home, draft))
        if out:
            index.write_indexes(home, list_editions(home))
            index.write_drafts(home, list_drafts(home))
    for edition in out:
        record(register, home, edition)
    return out


def appears_at(draft: Edition, policy: PublicationPolicy) -> datetime:
    """The moment before which a draft may not appear, UTC."""
    return policy.appears_at(date.fromisoformat(draft.manifest["release_date"]))


def record(register: Register, home: Home, edition: Edition) -> None:
    """Keep in the register that an edition appeared."""
    register.record_publication(
        kind="report",
        name=edition.report,
        edition=edition.id,
        path=str(edition.folder.relative_to(home.root)),
        period=edition.period,
        digest=edition.manifest["contents_sha256"],
        detail=edition.status,
    )


def _let_out(home: Home, draft: Edition) -> Edition:
    place = Path(draft.report) / draft.period / draft.id
    held, shelf = held_back(home) / place, home.reports / place
    if problems := edition_problems(held):
        raise EntrepotError(
            f"{draft.report} {draft.id} was signed off and does not appear: its bytes are no longer those that were "
            f"signed. {problems[0]} Or take the sign-off back and publish the report anew."
        )
    shelf.parent.mkdir(parents=True, exist_ok=True)
    held.rename(shelf)
    synced(shelf.parent)
    shutil.rmtree(home.drafts / place, ignore_errors=True)
    return read_edition(shelf, is_new=True)


def _draft(home: Home, held: Edition) -> Edition:
    """An edition that waits, with the folder that people are to read."""
    folder = home.drafts / held.report / held.period / held.id
    told = len(decisions.differences_of(home, held.report, held.period, held.id))
    return held.as_draft(folder, HELD if told else DRAFT, told)


def _with_state(register: Register | None, draft: Edition) -> Edition:
    if register is None or sign_offs.in_force(register, draft) is None:
        return draft
    return draft.as_draft(draft.folder, SIGNED, draft.differences)
