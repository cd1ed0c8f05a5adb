"""The steps of a cycle as plain functions: what an asset and a command both do.

Here: each step on an open site, with its question to the gate. Not here: how a step works inside
(submissions/, releases/, publication/), Dagster (assets/) and the order of the steps.
"""

import contextlib
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from orchestration import gate
from orchestration.contracts.model import Contract
from orchestration.errors import NothingToReportError, RejectedFileError
from orchestration.harmonisation.warehouse import build_database, writer_lock
from orchestration.linkage.link import View, link
from orchestration.publication import differences, drafts, sign_offs
from orchestration.publication.editions import Edition, publish, publishable_periods
from orchestration.publication.policy import load_publication_policy
from orchestration.publication.shelf import one_at_a_time
from orchestration.register import Submission
from orchestration.releases.build import Inputs, Release, build_release
from orchestration.releases.policy import OPERATOR
from orchestration.site import Site
from orchestration.submissions import conservation, references
from orchestration.submissions.feedback import shelf
from orchestration.submissions.lake import check_submission
from orchestration.submissions.landing import scan
from orchestration.submissions.receive import RunSummary, receive_landing
from reports.periods import Period

if TYPE_CHECKING:
    from orchestration.pulls.pull import Pulled


def pull_files(
    site: Site, feeds: Collection[str] | None = None, cadences: Collection[str] | None = None,
    say: Callable[[str], None] = lambda _message: None,
) -> list["Pulled"]:  # fmt: skip
    """Fetch what is new on the partners' servers, optionally of some feeds or cadences only, into vault and register;
    what happened at each server. Costs nothing where no contract names a server.
    """
    chosen = [
        contract.id
        for contract in site.contracts.values()
        if contract.pulls
        and (feeds is None or contract.id in feeds)
        and (cadences is None or contract.cadence in cadences)
    ]
    if not chosen or site.home.known_on is not None:
        return []
    from orchestration.pulls.pull import pull_all

    return pull_all(site.home, site.register, site.contracts, chosen, say)


def receive_files(site: Site, say: Callable[[str], None] = lambda _message: None) -> RunSummary:
    """Take what is new in the landing folder into vault and register; nothing in a home that shows an earlier day."""
    if site.home.known_on is not None:
        return RunSummary()
    return receive_landing(site.home, site.register, site.contracts, site.landing, say)


def waiting_feeds(site: Site) -> set[str]:
    """Ids of the feeds that have files to receive or submissions to check."""
    found = {item.contract.id for item in scan(site.landing, site.contracts, site.register).files}
    return found | {submission.contract_id for submission in site.register.submissions("received")}


def check_pending(site: Site, contract: Contract) -> list[Submission]:
    """Check what a feed has received and not yet checked, in order of arrival; returns the submissions. A settlement
    of references that was interrupted is finished first.
    """
    references.resume(site.home, site.register, contract)
    pending = site.register.submissions("received", contract.partner, contract.feed)
    return [check_one(site, submission) for submission in pending]


def check_one(site: Site, submission: Submission) -> Submission:
    """Check one submission and write its feedback; a file at fault is rejected in the register and stops nothing
    else.
    """
    with contextlib.suppress(RejectedFileError):  # the register has the reason
        check_submission(site.home, site.register, site.contracts, submission.id)
    checked = site.register.submission(submission.id)
    shelf.keep(site, checked)
    return checked


def settle_references(site: Site) -> list[str]:
    """Look again at rows that name records of other feeds, and prove of the feeds concerned that no row was lost;
    returns the ids of the submissions that have changed.
    """
    changed = references.settle_references(site.home, site.register, site.contracts)
    for contract_id in {site.register.submission(identifier).contract_id for identifier in changed}:
        contract = site.contracts[contract_id]
        found = conservation.problems(site.home, site.register, contract)
        conservation.record(site.register, contract, found)
    for identifier in changed:
        shelf.keep(site, site.register.submission(identifier))
    return changed


def refresh_feedback(site: Site) -> list[shelf.Shown]:
    """Write the feedback of every submission about which anything has changed since."""
    return shelf.refresh(site, site.register.submissions())


def link_parties(site: Site) -> dict[str, int]:
    """Make parties of the mentions in the build database; returns the number of rows of each relation."""
    with writer_lock(site.home), build_database(site.home) as connection:
        return link(connection, View(site.register, OPERATOR, site.home.scores))


def publish_release(site: Site, recipient: str) -> Release:
    """Build and publish the database of one recipient, if the gate lets it."""
    gate.require_clear(site.register, f"The release for {recipient}")
    inputs = Inputs.load(site.home.warehouse_dir / "dbt" / "manifest.json", site.contracts)
    built = build_release(site.home, recipient, inputs=inputs, register=site.register)
    if built.is_new:
        site.register.record_publication(
            kind="release",
            name=recipient,
            edition=str(built.edition),
            path=str(built.path.relative_to(site.home.root)),
            digest=built.digest,
        )
    return built


def publish_report(site: Site, report: str, period: str) -> Edition:
    """Publish a report for a period, if the gate lets it."""
    gate.require_clear(site.register, f"The report {report} for {period}")
    return publish(site.home, report, period, register=site.register)


def sign_off(
    site: Site, report: str, edition: str, role: str, author: str, note: str = "", although_differences: str = ""
) -> Edition:
    """Sign a draft off, if the gate lets it, and if what it tells by its differences is known to who signs; it appears
    at once where its embargo is over.
    """
    gate.require_clear(site.register, f"The sign-off of {report} {edition}")
    policy = load_publication_policy()
    draft = drafts.find(site.home, site.register, report, edition)
    policy.require_role(role, draft.audience)
    with one_at_a_time(site.home):
        reason = differences.require_reason(site.home, site.register, draft, although_differences)
        sign_offs.sign_off(site.register, draft, role, author, note, policy, reason)
    out = drafts.release_due(site.home, site.register)
    released = [one for one in out if (one.report, one.id) == (report, edition)]
    return released[0] if released else drafts.find(site.home, site.register, report, edition)


def release_signed(site: Site) -> list[Edition]:
    """Let out the drafts that are signed off and whose day has come, if the gate lets it."""
    gate.require_clear(site.register, "The release of reports that are signed off")
    return drafts.release_due(site.home, site.register)


def publish_due(
    site: Site, report: str, today: date | None = None, say: Callable[[str], None] = lambda _message: None
) -> list[Edition]:
    """Publish the newest period of a report that is over and of which its tables have a row; each period that is
    passed over for want of rows is said.
    """
    gate.require_clear(site.register, f"The report {report}")
    today = today or site.home.known_on or datetime.now(UTC).date()
    over = [p for p in publishable_periods(site.home, report, site.register) if Period.parse(p).ends_on < today]
    for period in reversed(over):
        try:
            return [publish_report(site, report, period)]
        except NothingToReportError:
            say(f"{report} {period}: passed over, as none of its tables has a row for this period.")
    return []


def edition_line(edition: Edition) -> dict[str, Any]:
    """An edition in the account of a run."""
    return {
        "report": edition.report,
        "period": edition.period,
        "edition": edition.id,
        "status": edition.status,
        "state": edition.state,
        "new": edition.is_new,
        "differences": edition.differences,
        "path": str(edition.page),
    }
