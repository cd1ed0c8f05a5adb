"""Where feedback is kept: feedback/<submission_id>.html and .xlsx in the home, always as the register says.

Here: making the files of one submission and noticing which are out of date. Not here: what stands in them. Files
are replaced whole. Whether one is still right is told from what it was made of, which the page itself names in a
comment at its end; nothing else is kept about it.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts.model import Contract
from orchestration.register import Submission
from orchestration.site import Site
from orchestration.submissions.check import Counts
from orchestration.submissions.feedback.collect import collect, past_of
from orchestration.submissions.feedback.lines import line_offset
from orchestration.submissions.feedback.model import Facts, Feedback
from orchestration.submissions.feedback.page import render_page
from orchestration.submissions.feedback.rest import write_rest
from orchestration.submissions.feedback.telling import partner_language
from orchestration.submissions.feedback.workbook import render_workbook
from orchestration.submissions.layout import EXCLUDED, FINDINGS, QUARANTINED
from orchestration.submissions.vault import vault_path
from orchestration.tables import COUNTS
from orchestration.words.catalogue import words_in

FORM = 1  # raise it when pages that exist should be made again in another form
_MADE_OF = re.compile(rb"<!-- made of ([0-9a-f]{64}) -->\s*$")


@dataclass(frozen=True)
class Shown:
    """The files of one feedback; the workbook only where there are rows to show, `rest` only where it cannot
    hold them all. `is_new` when they were written now.
    """

    submission_id: str
    page: Path
    workbook: Path | None
    rest: Path | None
    is_new: bool


def keep(site: Site, submission: Submission) -> Shown:
    """The feedback of a submission in the home, made again when anything that it says has changed."""
    page = site.home.feedback / f"{submission.id}.html"
    contract = site.contract(submission.contract_id)
    past = site.register.submissions(None, submission.partner, submission.feed)
    made_of = _made_of(site, contract, submission, past)
    if made_of == _named(page):
        return Shown(submission.id, page, _there(page, ".xlsx"), _there(page, ".csv"), is_new=False)
    feedback = feedback_on(site, submission, past)
    return write(feedback, lake_folder(site, submission), site.home.feedback, submission.id, made_of=made_of)


def feedback_on(site: Site, submission: Submission, of_feed: Sequence[Submission] | None = None) -> Feedback:
    """The feedback as a value, from register, lake and vault."""
    contract = site.contract(submission.contract_id)
    if of_feed is None:
        of_feed = site.register.submissions(None, submission.partner, submission.feed)
    facts = Facts(
        submission.file_name, submission.status, submission.reason, submission.id, submission.period, submission.kind,
        submission.received_at,
    )  # fmt: skip
    counts = counts_of(submission)
    vaulted = vault_path(site.home, submission.sha256)
    needs_line = counts is not None and (counts.rows_quarantined or counts.rows_warned)
    offset = line_offset(vaulted, contract, counts.rows_read) if counts and needs_line and vaulted.exists() else None
    return collect(
        contract,
        facts,
        lake_folder(site, submission),
        counts,
        past_of(of_feed, submission.sequence),
        line_offset=offset,
    )


def write(
    feedback: Feedback, lake_folder: Path | None, out: Path, stem: str, language: str | None = None, made_of: str = ""
) -> Shown:
    """Write page and workbook into a folder, each whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    words = words_in(language or partner_language(feedback.contract))
    page, workbook, rest = (out / f"{stem}{suffix}" for suffix in (".html", ".xlsx", ".csv"))
    has_rest = not feedback.is_complete and lake_folder is not None
    if has_rest and lake_folder is not None:
        write_rest(feedback.contract, lake_folder, rest)
    else:
        rest.unlink(missing_ok=True)
    if feedback.has_rows:
        _replace(workbook, render_workbook(feedback, words))
    else:
        workbook.unlink(missing_ok=True)
    names = workbook.name if feedback.has_rows else None, rest.name if has_rest else None
    mark = f"<!-- made of {made_of} -->\n".encode() if made_of else b""
    _replace(page, render_page(feedback, words, *names) + mark)
    return Shown(stem, page, _there(page, ".xlsx"), _there(page, ".csv"), is_new=True)


def refresh(site: Site, submissions: Iterable[Submission]) -> list[Shown]:
    """Keep the feedback of all these submissions; those of feeds without a contract any more are left alone."""
    return [keep(site, submission) for submission in submissions if submission.contract_id in site.contracts]


def counts_of(submission: Submission) -> Counts | None:
    """The account of a submission; None before it was checked, or where it could not be."""
    if submission.rows_read is None:
        return None
    return Counts(**{name: getattr(submission, name) or 0 for name in COUNTS})


def _made_of(site: Site, contract: Contract, submission: Submission, past: Sequence[Submission]) -> str:
    """A digest of all that the feedback rests on; the lake's files by their sizes, since they follow from the
    submission's bytes and the contract.
    """
    folder = lake_folder(site, submission)
    files = [folder / name for name in (FINDINGS, QUARANTINED, EXCLUDED)]
    parts: list[object] = [FORM, submission, partner_language(contract), past_of(past, submission.sequence)]
    parts += [path.stat().st_size if path.exists() else 0 for path in files]
    digest = hashlib.sha256(repr(parts).encode())
    digest.update(contract.path.read_bytes())
    return digest.hexdigest()


def _named(page: Path) -> str:
    """The digest that a page names; empty when there is none."""
    try:
        with page.open("rb") as file:
            file.seek(max(0, page.stat().st_size - 128))
            found = _MADE_OF.search(file.read())
    except OSError:
        return ""
    return found.group(1).decode() if found else ""


def lake_folder(site: Site, submission: Submission) -> Path:
    """Where the lake keeps what the check of a submission left behind."""
    return site.home.lake_folder(submission.partner, submission.feed, submission.id)


def _there(page: Path, suffix: str) -> Path | None:
    path = page.with_suffix(suffix)
    return path if path.exists() else None


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
