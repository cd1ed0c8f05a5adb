"""A check of one file on its own, with its feedback: no home, no register, nothing kept but what is asked for.

Here: what `entrepot check` does, as a function, and its result as a document for machines. Not here: printing.
"""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.contracts.model import Contract
from orchestration.contracts.period import normal_period, period_of_name
from orchestration.errors import RejectedFileError
from orchestration.submissions.check import Watch, check_file
from orchestration.submissions.feedback.collect import collect
from orchestration.submissions.feedback.lines import line_offset
from orchestration.submissions.feedback.model import Facts, Feedback, Problem, Row
from orchestration.submissions.feedback.shelf import Shown, write
from orchestration.submissions.feedback.telling import advice, partner_language, remarks, told_rule
from orchestration.submissions.feedback.verdict import verdict
from orchestration.submissions.manifest import read_manifest
from orchestration.submissions.whole_file import Circumstances, Doubt
from orchestration.words.catalogue import Words, words_in


@dataclass(frozen=True)
class OfflineCheck:
    """The feedback on a file, in the language that was asked for, and its files where there are any."""

    feedback: Feedback
    words: Words
    files: Shown | None
    doubts: tuple[Doubt, ...] = ()
    not_judged: tuple[str, ...] = ()

    @property
    def is_faultless(self) -> bool:
        """Whether the file would be taken with every row."""
        counts = self.feedback.counts
        return counts is not None and counts.rows_quarantined == 0 and not self.doubts


def check_offline(
    path: Path, contract: Contract, *, period: str | None = None, out: Path | None = None,
    language: str | None = None, watch: Watch = lambda _step, _how_far: None,
) -> OfflineCheck:  # fmt: skip
    """Check a file and make its feedback; with `out` its page and workbook go there, named after the file.

    A file that its contract refuses as a whole is a result, not an error. UsageError for a period or a language
    that is none.
    """
    words = words_in(language or partner_language(contract))
    said = normal_period(period) if period else period_of_name(contract, path.name)
    doubts: tuple[Doubt, ...] = ()
    not_judged: tuple[str, ...] = ()
    folder = Path(tempfile.mkdtemp(prefix="entrepot-check-"))
    try:
        try:
            beside = Circumstances(manifest=read_manifest(path))
            checked = check_file(path, contract, folder, beside=beside, watch=watch)
        except RejectedFileError as error:
            feedback = collect(contract, Facts(path.name, "rejected", str(error), period=said))
        else:
            counts, doubts, not_judged = checked.counts, checked.doubts, checked.not_judged
            reason = " ".join(doubt.reason for doubt in doubts) or checked.upgraded
            facts = Facts(path.name, "held" if doubts else "accepted", reason, period=said)
            offset = line_offset(path, contract, counts.rows_read)
            watch("putting the findings in words", lambda: -1.0)
            feedback = collect(contract, facts, folder, counts, line_offset=offset)
        files = write(feedback, folder, out, f"{path.stem}_feedback", words.language) if out is not None else None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return OfflineCheck(feedback, words, files, doubts, not_judged)


def document(done: OfflineCheck) -> dict[str, Any]:
    """All of it for machines: verdict, counts, findings by rule and one by one, repairs, copies, files."""
    feedback, words = done.feedback, done.words
    counts = feedback.counts.as_dict() if feedback.counts else {}
    return {
        "feed": feedback.contract.id,
        "contract_version": feedback.contract.version,
        "file": feedback.facts.file_name,
        "period": feedback.facts.period,
        "language": words.language,
        "status": feedback.facts.status,
        "verdict": verdict(feedback, words),
        "reason": feedback.facts.reason,
        **counts,
        "would_be_held": [{"rule": doubt.rule, "reason": doubt.reason} for doubt in done.doubts],
        "not_judged": list(done.not_judged),
        "rules": [
            {"rule": count.rule.name, "severity": severity, "rows": count.rows}
            for severity, found in (("rejection", feedback.broken_rules), ("warning", feedback.warning_rules))
            for count in found
        ],
        "findings": [
            _finding(feedback, row, problem, severity, words)
            for severity, rows in (("rejection", feedback.to_mend), ("warning", feedback.warned))
            for row in rows
            for problem in row.problems
        ],
        "repairs": [
            {
                "row": repair.row, "rule": repair.rule.name, "field": repair.field,
                "column": feedback.source(repair.field), "before": repair.before, "after": repair.after,
            }
            for repair in feedback.repairs
            if repair.field in feedback.contract.field_by_name
        ],
        "copies": [{"row": row, "of_row": kept} for row, kept in feedback.duplicates],
        "is_complete": feedback.is_complete,
        "page": str(done.files.page) if done.files else None,
        "workbook": str(done.files.workbook) if done.files and done.files.workbook else None,
        "all_rows_to_mend": str(done.files.rest) if done.files and done.files.rest else None,
    }  # fmt: skip


def _finding(feedback: Feedback, row: Row, problem: Problem, severity: str, words: Words) -> dict[str, Any]:
    told = told_rule(feedback.contract, problem.rule, words)
    values = {field.name: value for field, value in feedback.cells(row)}
    return {
        "row": row.number,
        "line": feedback.line(row.number),
        "rule": problem.rule.name,
        "severity": severity,
        "fields": list(problem.fields),
        "columns": [feedback.source(name) for name in problem.fields],
        "values": [values.get(name) for name in problem.fields],
        "message": " ".join([told.text, *(remark.text for remark in remarks(feedback, problem, row.number, words))]),
        "expected": told.expected,
        "example": told.example,
        "suggestion": advice(problem, words),
    }
