"""The records of editions as a report reads them: what the revision notice is made from.

Here: which published editions are revised ones, in which quarter they appeared, and what their manifests say of it, as
rows. Not here: comparing editions (reports/revisions.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from orchestration.publication import revised_figures, shelf
from orchestration.publication.source import ReleaseTables
from orchestration.publication.vintage import REVISED
from orchestration.register import Register
from orchestration.settings import Home
from reports.declaration import ReportDeclaration
from reports.evidence import Measured
from reports.periods import Period
from reports.remarks import Gap
from reports.report_files import available_reports, load_report
from reports.source import Key

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

    def has(self, _table: str) -> bool:
        """Always: the records are the table."""
        return True

    def authorities(self) -> Mapping[str, tuple[str, str]]:
        """Partner code -> (name, short name)."""
        return self._release.authorities()

    def submissions(self, _partners: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """None: each edition's own manifest names those behind it."""
        return []

    def gaps(self, _partners: Sequence[str], _period: Period) -> list[Gap]:
        """None: what was revised is known."""
        return []

    def keys(self, _model: str, names: Sequence[str]) -> tuple[str, ...]:
        """Those of a table's keys that tell revised figures apart: no facts stand behind these, but editions."""
        return tuple(name for name in names if name in revised_figures.KEYS)

    def sums(
        self, _model: str, keys: Sequence[str], measured: Sequence[Measured], period: Period
    ) -> Mapping[Key, tuple[Any, ...]]:
        """What the revised figures of a quarter add up to."""
        return revised_figures.sums(list(self._figures(period)), self.keys("", keys), measured)

    def behind(
        self, measured: Measured, partner: str, period: Period, among: Sequence[Mapping[str, str]]
    ) -> tuple[list[dict[str, Any]], Any]:
        """The revised figures behind one figure of the notice, and what they make."""
        own = [row for row in self._figures(period) if row["partner"] == partner]
        if among:
            own = [row for row in own if any(all(row[name] == keys[name] for name in keys) for keys in among)]
        made = revised_figures.figure(measured, own)
        return [row for row in own if row[measured.measure]], made

    def _figures(self, period: Period) -> Iterator[dict[str, Any]]:
        found = [revised_figures.Revised(edition, self._day(edition)) for edition, _ in self._revised_editions()]
        return revised_figures.rows(found, period)

    def periods(self, _report: str) -> list[str]:
        """The quarters in which revised editions appeared, oldest first."""
        return sorted({row["period"] for row in self._revisions()})

    def _revisions(self) -> Iterator[dict[str, Any]]:
        place = 0
        for edition, report in self._revised_editions():
            titles = {table.name: table.title for table in report.tables}
            day = self._day(edition)
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

    def _revised_editions(self) -> Iterator[tuple[shelf.Edition, ReportDeclaration]]:
        for edition in shelf.list_editions(self._home):
            if edition.audience == PUBLIC and edition.status == REVISED and edition.report in available_reports():
                report = load_report(edition.report)
                if report.made_from != EDITIONS:  # a notice that was revised says so itself
                    yield edition, report

    def _day(self, edition: shelf.Edition) -> date:
        return self._appeared.get((edition.report, edition.id)) or _known_on(edition)

    @cached_property
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
