"""Editions of reports: made once, never changed, one folder each.

Here: which edition it is (the same contents stay the same edition, other contents make the next one), and making it.
Not here: rendering and proof (reports/), folders (shelf.py), the list page (index.py), and whether a failed check
upstream forbids publishing (gate.py, called before).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from orchestration.errors import EntrepotError, NothingToReportError, UsageError
from orchestration.publication import decisions, differences, drafts, index, sign_offs
from orchestration.publication.causes import causes_of
from orchestration.publication.manifest import manifest_of
from orchestration.publication.notices import tables_for
from orchestration.publication.policy import load_publication_policy
from orchestration.publication.proof import MANIFEST, written
from orchestration.publication.rounding_key import key_for
from orchestration.publication.shelf import (
    PUBLISHED,
    SIGNED,
    Edition,
    editions_of,
    files_of,
    list_editions,
    one_at_a_time,
    read_edition,
    write_whole,
)
from orchestration.publication.source import release_in_force
from orchestration.publication.vintage import REVISED, Vintage, is_said_by, status_of
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.submissions.receipts import last_receipt
from reports.context import Contents, prepare
from reports.cover import Cover
from reports.errors import NoRowsError, ReportError, UnknownError
from reports.periods import CADENCES, Period
from reports.prove_evidence import prove_evidence
from reports.remarks import with_remarks
from reports.render import render
from reports.report_files import available_reports, load_report
from reports.revisions import compare


def publish(
    home: Home,
    report: str,
    period: str,
    register: Register | None = None,
    published_on: date | None = None,
) -> Edition:
    """Publish a report for a period from the operator's release in force, and renew the list of editions.

    The edition is named after the period and counted: ``2014-Q4-v1``. Contents that an edition already says
    are that edition: nothing is written. An edition that the publication policy wants signed is a draft until it is.
    ``published_on`` is printed if given; otherwise the day of the release calendar is. Raises UsageError if there is
    no such report or period, NothingToReportError if no table has a row, EntrepotError if the proof of its figures
    fails; then nothing appears.
    """
    try:
        with release_in_force(home) as release, one_at_a_time(home):
            told = decisions.of_report(home, report, period)
            tables = tables_for(load_report(report), release, home, register)
            key = key_for(home, load_report(report))
            contents = prepare(load_report(report), Period.parse(period), tables, told, key)
            prove_evidence(contents.report, contents.period, tables)
            partners = [authority.code for authority in contents.authorities]
            contents = with_remarks(contents, tables.gaps(partners, contents.period))
            inputs = tables.submissions(partners)
            last = last_receipt(register) if register is not None else None
            edition = _publish(home, contents, tables.digest, inputs, published_on, last, register)
            index.write_indexes(home, list_editions(home))
    except UnknownError as error:
        raise UsageError(str(error)) from error
    except NoRowsError as error:
        raise NothingToReportError(str(error)) from error
    except ReportError as error:
        raise EntrepotError(str(error)) from error
    if register is not None and edition.is_new and edition.state == PUBLISHED:
        drafts.record(register, home, edition)
        if load_publication_policy().needs_sign_off(edition.audience):
            sign_offs.by_policy(register, edition)
    if register is not None and edition.state == SIGNED:  # where an earlier day is shown, it is signed already
        out = drafts.release_due(home, register)
        return next((one for one in out if (one.report, one.id) == (edition.report, edition.id)), edition)
    return edition


def publishable_periods(home: Home, report: str, register: Register | None = None) -> list[str]:
    """The periods for which there is something to report, by the release in force or the editions, oldest first."""
    cadence = CADENCES[load_report(report).cadence]
    with release_in_force(home) as release:
        tables = tables_for(load_report(report), release, home, register)
        return [period for period in tables.periods(report) if Period.parse(period).kind == cadence]


def _publish(
    home: Home,
    contents: Contents,
    warehouse: str,
    inputs: Sequence[Mapping[str, Any]],
    published_on: date | None,
    last: tuple[int, str] | None,
    register: Register | None,
) -> Edition:
    report = contents.report
    known = editions_of(home, report.name, str(contents.period))
    before = known[-1] if known else None
    vintage, policy = Vintage.of(inputs), load_publication_policy()
    if before and is_said_by(contents, vintage, before):
        return before
    draft = drafts.draft_of(home, report.name, str(contents.period), register)
    if draft and (draft.state == SIGNED or is_said_by(contents, vintage, draft)):
        return draft
    signs_itself = policy.signs_itself(authority.code for authority in contents.authorities)
    needs_sign_off = policy.needs_sign_off(report.audience)
    must_wait = needs_sign_off and not signs_itself
    cover = Cover(
        id=f"{contents.period}-v{before.number + 1 if before else 1}",
        status=status_of(contents, vintage, before),
        published_on=published_on,
        known_on=vintage.known_on,
        replaces=before.id if before else "",
        fingerprint=contents.fingerprint,
        publisher=report.publisher,
        title=f"{report.title}, {contents.period_label}",
        notice=policy.own_words if signs_itself and report.audience in policy.signers else "",
    )
    if before and cover.status == REVISED:
        causes = causes_of(contents, before.manifest, inputs)
        contents, _ = compare(contents, before.id, files_of(before), causes)
    index_page = f"../../../{index.page_of(report.audience)}"
    rendered = render(contents, cover, index_page)
    manifest = manifest_of(contents, cover, rendered, inputs, vintage, warehouse, last)
    files = {**rendered.files, MANIFEST: written(manifest)}
    # Before the edition: one whose record is lost could be undone by the next.
    record = contents.decisions
    if needs_sign_off:
        record = differences.judged(home, register, report.name, str(contents.period), cover.id, record)
    decisions.write(home, report.name, str(contents.period), cover.id, record)
    place = f"{report.name}/{contents.period}/{cover.id}"
    if must_wait:
        shown = render(contents, replace(cover, is_draft=True), "../../../index.html")
        held = drafts.hold(home, place, files, {**shown.files, MANIFEST: files[MANIFEST]})
        return drafts.draft_of(home, held.report, held.period, register) or held
    write_whole(home.reports / place, files)
    told = decisions.differences_of(home, report.name, str(contents.period), cover.id)
    return replace(read_edition(home.reports / place, is_new=True), differences=len(told))


__all__ = ["Edition", "available_reports", "list_editions", "publish", "publishable_periods"]
