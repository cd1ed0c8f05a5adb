"""The records of editions as a report reads them: what the revision notice is made from.

Here: which published editions are revised ones, in which quarter they appeared, and what their manifests say of it, as
rows. Not here: comparing editions (reports/revisions.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from orchestration.publication import shelf
from orchestration.publication.source import ReleaseTables
from orchestration.publication.vintage import REVISED
from orchestration.register import Register
from orchestration.settings import Home
from reports.declaration import ReportDeclaration
from reports.periods import Period
from reports.remarks import Gap
from reports.report_files import available_reports, load_report

EDITIONS, PUBLIC = "editions", "public"


def tables_for(report: ReportDeclaration, release: ReleaseTables, home: Home, register: Register | None) -> Any:
    """What a report reads: the release, or the records of the editions."""
    return EditionRecords(release, home, register) if report.made_from == EDITIONS else release


class EditionRecords:
    """Rows of revisions by authority, edition and table; names of authorities are those of the release."""

    digest = ""

    def __init__(self, release: ReleaseTables, home: Home, register: Register | None) -> None:
        self._release = release
        self._home = home
        self._register = register

    def rows(self, _table: str, period: str) -> Sequence[Mapping[str, Any]]:
        """A row for each authority, edition and table with figures revised in that quarter, and a total for each."""
        found = [row for row in self._revisions() if row["period"] == period]
        totals = []
        for partner in sorted({row["partner"] for row in found}):
            own = [row for row in found if row["partner"] == partner]
            revised, compared = (sum(row[name] for row in own) for name in ("cells_revised", "cells_compared"))
            words = dict.fromkeys(("edition", "replaces", "cause"), "")
            totals.append(
                {
                    **own[0], **words, "edition_code": "total", "table_code": "total", "revised_table": "Total",
                    "cells_revised": revised, "cells_compared": compared, "share_revised": _share(revised, compared),
                    "median_magnitude": None, "largest_magnitude": None, "is_total": True, "sort_order": len(found) + 1,
                }
            )  # fmt: skip
        return [*found, *totals]

    def authorities(self) -> Mapping[str, tuple[str, str]]:
        """Partner code -> (name, short name)."""
        return self._release.authorities()

    def submissions(self, _partners: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """None: each edition's own manifest names those behind it."""
        return []

    def gaps(self, _partners: Sequence[str], _period: Period) -> list[Gap]:
        """None: what was revised is known."""
        return []

    def keys(self, _model: str, _names: Sequence[str]) -> tuple[str, ...]:
        """None: no facts stand behind these figures but the editions."""
        return ()

    def sums(self, *_asked: Any) -> Mapping[Any, Any]:
        """None, as above."""
        return {}

    def periods(self, _report: str) -> list[str]:
        """The quarters in which revised editions appeared, oldest first."""
        return sorted({row["period"] for row in self._revisions()})

    def _revisions(self) -> Iterator[dict[str, Any]]:
        appeared = self._appeared()
        place = 0
        for edition in shelf.list_editions(self._home):
            if edition.audience != PUBLIC or edition.status != REVISED or edition.report not in available_reports():
                continue
            report = load_report(edition.report)
            if report.made_from == EDITIONS:
                continue  # a notice that was revised says so itself
            titles = {table.name: table.title for table in report.tables}
            day = appeared.get((edition.report, edition.id)) or _known_on(edition)
            for line in edition.manifest.get("revisions") or []:
                place += 1
                revised, compared = line["cells_revised"], line["cells_compared"]
                yield {
                    "period": f"{day.year}-Q{(day.month + 2) // 3}",
                    "partner": line["authority"],
                    "edition_code": f"{edition.report}/{edition.id}",
                    "table_code": line["table"],
                    "revised_table": f"{edition.title}: {titles.get(line['table'], line['table'])}",
                    "edition": edition.id,
                    "replaces": edition.manifest["replaces"],
                    "cells_revised": revised,
                    "cells_compared": compared,
                    "share_revised": _share(revised, compared),
                    "median_magnitude": _decimal(line["median_magnitude"]),
                    "largest_magnitude": _decimal(line["largest_magnitude"]),
                    "cause": ", ".join(line["causes"]),
                    "is_total": False,
                    "sort_order": place,
                }

    def _appeared(self) -> dict[tuple[str, str], date]:
        """The day on which each edition appeared, as the register knows."""
        if self._register is None:
            return {}
        known = self._register.publications(kind="report")
        return {(row["name"], row["edition"]): row["at"].date() for row in reversed(known)}


def _known_on(edition: shelf.Edition) -> date:
    """Where no register tells when an edition appeared: the day of its newest record."""
    known = (edition.manifest.get("vintage") or {}).get("known_on")
    return date.fromisoformat(known or edition.manifest["release_date"])


def _share(part: int, whole: int) -> Decimal:
    return round(Decimal(part) / Decimal(whole), 3)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
