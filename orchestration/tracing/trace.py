"""`entrepot trace`: from a cell of an edition to the files and rows that it was made of.

Here: the one walk from the name of a cell to a document that says all of it, for one reader. Not here: each of its
steps (the modules beside this one), and how it is printed (cli/trace.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from orchestration.publication.shelf import Edition
from orchestration.releases.policy import Recipient, load_policy
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.tracing.account import FactRows, Figure, Follower, account_of, formula
from orchestration.tracing.clearance import require, told_to, without_figures
from orchestration.tracing.printed import Printed, cell_named, edition_named
from orchestration.tracing.provenance import Provenance
from orchestration.tracing.rounding import Rounding, Roundings
from orchestration.tracing.vintage import Vintage, contents_at, vintage_of

Tell = Callable[[Sequence[Mapping[str, Any]]], list[dict[str, Any]]]


@dataclass(frozen=True)
class Trace:
    """A printed figure and its account; ``told`` adds to rows where they come from, as far as the reader may know."""

    edition: Edition
    printed: Printed
    figure: Figure
    reader: str
    digest: str
    is_in_force: bool
    told: Mapping[int, list[dict[str, Any]]]
    now: str = ""  # what this warehouse would print in the place of what was printed
    rounding: Rounding | None = None

    def rows(self, of: FactRows) -> list[dict[str, Any]]:
        """The rows of one figure with submission, repairs and judgements."""
        return self.told[id(of)]

    @property
    def differences(self) -> list[str]:
        """A sentence for each figure that its rows do not give: there should be none."""
        found = []
        if self.rounding is not None:
            value = self.figure.value
            if value is not None and not self.rounding.may_stand_for(value):
                found = [f"{self.printed.id} is {self.printed.text} in print, which does not stand for {value}."]
        elif self.now and not self.printed.is_hidden and self.now != self.printed.text:
            found = [f"{self.printed.id} is {self.printed.text} in print, this warehouse gives {self.now}."]
        return found + [
            f"{one.table}.{one.key}.{one.column} of {one.period} is {one.value}, its rows give {one.rows.figure}."
            for one in _all(self.figure)
            if one.rows and one.value is not None and one.rows.figure is not None and not _same(one)
        ]


def trace(
    site: Site, edition_name: str, table: str, cell: str, *,
    report: str | None = None, reader: str = "operator", warehouse: Home | None = None,
) -> Trace:  # fmt: skip
    """Trace a cell of an edition for a reader, in the warehouse of its vintage (or that of the home ``warehouse``).

    UsageError for an edition, table, cell or reader that there is not; EntrepotError where the reader may not know, or
    where no warehouse of that vintage is left. The register's access log has a row in each case.
    """
    edition = edition_named(site.home, edition_name, report)
    printed = cell_named(edition, table, cell)
    rounding = Roundings(site.home, edition).of(printed)
    who = load_policy().recipient(reader)
    access = site.register.begin_access(reader, f"trace {edition.report}/{edition.id} {printed.id}")
    outcome, count = "refused", None
    try:
        require(who, printed, rounding)
        outcome = "failed"
        with vintage_of(edition, site.home, site.register, warehouse) as vintage:
            made = replace(_made(site, edition, printed, who, vintage, warehouse or site.home), rounding=rounding)
        outcome, count = "answered", sum(len(rows) for rows in made.told.values())
        return made
    finally:
        site.register.end_access(access, outcome, count)


def _made(site: Site, edition: Edition, printed: Printed, who: Recipient, vintage: Vintage, home: Home) -> Trace:
    contents = contents_at(edition, vintage)
    figure = account_of(printed, contents, Follower(contents, vintage))
    known = site.register.publications("report", edition.report, edition.period)
    until = next((row["at"] for row in known if row["edition"] == edition.id), None)
    provenance = Provenance(vintage.connection, home, site.register, until)
    shown = without_figures(who, figure)
    # Where a row comes from is asked before it is cut down to what the reader may know.
    told = {id(of): told_to(who, provenance.told(of.rows)) for of in shown.fact_rows}
    part = contents.tables[printed.table].part(printed.partner)
    row = next(row for row in (*part.rows, *part.short) if row.key == printed.key) if part else None
    now = row.cell(printed.column).text if row and who.sees_everything else ""
    return Trace(edition, printed, shown, who.name, vintage.digest, vintage.is_in_force, told, now)


def document(found: Trace) -> dict[str, Any]:
    """The whole trace as plain values, for --json and for pages."""
    printed = found.printed
    return {
        "edition": f"{found.edition.report}/{found.edition.id}",
        "cell": printed.id,
        "table": {"number": printed.number, "name": printed.table},
        "row": {"key": printed.key, "label": printed.label},
        "column": {"name": printed.column, "header": printed.header},
        "authority": printed.partner,
        "period": found.edition.period,
        "printed": printed.text,
        "rounding": found.rounding.document() if found.rounding else None,
        "reader": found.reader,
        "warehouse": {"sha256": found.digest, "is_in_force": found.is_in_force},
        "differences": found.differences,
        "figure": _document(found, found.figure),
    }


def _document(found: Trace, figure: Figure) -> dict[str, Any]:
    told: dict[str, Any] = {
        "reporting_row": {
            "model": figure.model, "partner": figure.partner, "period": figure.row_period, "key": figure.key,
            "column": figure.column, "value": _plain(figure.value),
        },
        "period": figure.period,
        "metric": formula(figure.metric),
    }  # fmt: skip
    if figure.parts:
        told["made_of"] = figure.words
        told["parts"] = [{"is": word, **_document(found, part)} for word, part in figure.parts]
    if figure.rows:
        rows = found.rows(figure.rows)
        told["evidence"] = {
            "model": figure.rows.model, "made_of": figure.rows.words, "gives": _plain(figure.rows.figure),
            "count": len(rows), "rows": rows,
        }  # fmt: skip
    return told


def _all(figure: Figure) -> list[Figure]:
    return [figure, *(one for _, part in figure.parts for one in _all(part))]


def _same(figure: Figure) -> bool:
    """Within the three places to which reporting tables round ratios and means."""
    made = figure.rows
    if made is None or made.figure is None or figure.value is None:
        return True
    return abs(figure.value - made.figure) <= Decimal("0.0005000001")


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")
