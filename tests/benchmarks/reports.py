"""How long editions take: twenty pages with charts in all formats once everything is warm, and the whole family.

Here: the two limits of the issue (15 s and 60 s on two cores), each as the share of its limit that was used. Not here:
whether the figures are right (the proofs run as they always do), or a peer: typst is a part of what is measured, and
WeasyPrint needs libraries of the system (docs/decisions/0035).
"""

import time
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pikepdf

from orchestration.publication.notices import tables_for
from orchestration.publication.source import release_in_force
from orchestration.settings import Home
from reports.context import prepare
from reports.cover import Cover
from reports.errors import ReportError
from reports.periods import CADENCES, Period
from reports.prove_evidence import prove_evidence
from reports.remarks import with_remarks
from reports.render import render
from reports.report_files import available_reports, load_report

PAGES, PAGES_WITHIN, FAMILY_WITHIN = 20, 15.0, 60.0


@dataclass
class Times:
    """Seconds of wall time of one pass over all reports, and what came out."""

    family: float = 0.0
    rendering: float = 0.0
    pages: int = 0
    reports: list[str] = field(default_factory=list)

    @property
    def per_twenty_pages(self) -> float:
        """Seconds of rendering for twenty pages of PDF, with page, charts, workbook, CSV and JSON of the same."""
        return self.rendering / self.pages * PAGES


def one_pass(home: Home) -> Times:
    """Every report of the home for its newest period: reading, protecting, proving, rendering in all its languages."""
    times = Times()
    with release_in_force(home) as release:
        for name in available_reports():
            report = load_report(name)
            tables = tables_for(report, release, home, None)
            periods = [one for one in tables.periods(name) if Period.parse(one).kind == CADENCES[report.cadence]]
            if not periods:
                continue
            start = time.perf_counter()
            try:
                contents = prepare(report, Period.parse(periods[-1]), tables)
            except ReportError:
                continue  # a notice of revisions, where nothing was revised
            prove_evidence(contents.report, contents.period, tables)
            owed = tables.gaps([authority.code for authority in contents.authorities], contents.period)
            contents = with_remarks(contents, owed)
            prepared = time.perf_counter()
            files = render(contents, Cover(f"{contents.period}-v1", "Provisional")).files
            end = time.perf_counter()
            times.family += end - start
            times.rendering += end - prepared
            times.pages += sum(_pages(content) for path, content in files.items() if path.endswith(".pdf"))
            times.reports.append(name)
    return times


def _pages(content: bytes) -> int:
    with pikepdf.open(BytesIO(content)) as document:
        return len(document.pages)


def measured(home: Home, repeats: int) -> Times:
    """The pass in the middle of several, after one that warms fonts, templates and catalogues."""
    passes = [one_pass(home) for _ in range(repeats + 1)][1:]
    return sorted(passes, key=lambda times: times.family)[len(passes) // 2]


if __name__ == "__main__":
    import sys

    for number in range(int(sys.argv[2]) if len(sys.argv) > 2 else 3):
        found = one_pass(Home(Path(sys.argv[1])))
        print(
            f"pass {number}: family {found.family:.1f} s ({len(found.reports)} reports, {found.pages} pages); "
            f"20 pages in all formats {found.per_twenty_pages:.2f} s"
        )
