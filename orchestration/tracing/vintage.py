"""Of which warehouse an edition is, and where that warehouse still stands.

Here: finding the operator's release whose contents the edition's manifest names. Not here: making the state of an
earlier day anew (as_known_on.py), which is what to do when no release of that vintage is left.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.errors import EntrepotError
from orchestration.harmonisation.warehouse import CATALOG
from orchestration.publication.notices import EDITIONS, EditionRecords
from orchestration.publication.shelf import Edition
from orchestration.publication.source import OPERATOR, ReleaseTables, opened, release_in_force
from orchestration.register import Register
from orchestration.releases import shelf
from orchestration.releases.digest import canonical_digest
from orchestration.settings import Home
from orchestration.tracing.rows import Evidence
from reports.context import Contents, undisclosed
from reports.errors import ReportError
from reports.periods import Period
from reports.report_files import load_report


@dataclass(frozen=True)
class Vintage:
    """A release of the warehouse that an edition was made from. ``is_in_force``: the warehouse has not moved on."""

    digest: str
    path: Path
    is_in_force: bool
    connection: duckdb.DuckDBPyConnection
    tables: ReleaseTables | EditionRecords
    evidence: Evidence | EditionRecords


@contextmanager
def vintage_of(edition: Edition, home: Home, register: Register, among: Home | None = None) -> Iterator[Vintage]:
    """The release that the edition was made from, among those of its home or of the home named.

    A report that is made from editions is of no warehouse: its vintage are the editions as they stand. EntrepotError
    says how to make a release again where it is no longer there.
    """
    if load_report(edition.report).made_from == EDITIONS:
        with release_in_force(home) as release, closing(duckdb.connect(":memory:")) as nothing:
            records = EditionRecords(release, home, register)
            yield Vintage(records.digest, home.reports, True, nothing, records, records)
        return
    digest = str(edition.manifest["warehouse_sha256"])
    shelf_of = among or home
    pointer = shelf.read_pointer(shelf_of, OPERATOR)
    in_force = pointer is not None and pointer.digest == digest
    path = shelf.current(shelf_of, OPERATOR) if in_force else _older(shelf_of, digest)
    if path is None and among is not None and pointer is not None:
        # Made again by later code it may hold other tables: what was printed is compared with it.
        path, digest = shelf.current(among, OPERATOR), pointer.digest
    if path is None:
        raise EntrepotError(_moved_on(edition, register, among))
    with opened(path) as connection:
        evidence = Evidence(connection, shelf_of)
        tables = ReleaseTables(connection, digest, evidence)
        yield Vintage(digest, path, in_force and among is None, connection, tables, evidence)


def contents_at(edition: Edition, vintage: Vintage) -> Contents:
    """What an edition says at its vintage, nothing hidden, in the tables that it has: one that the report was given
    since is asked of no earlier warehouse. EntrepotError where the warehouse was built by other code than the edition.
    """
    report = load_report(edition.report)
    own = {
        path.stem for path in (Path(str(file["path"])) for file in edition.manifest["files"]) if path.suffix == ".csv"
    }
    sections = [
        replace(section, tables=tuple(name for name in section.tables if name in own)) for section in report.sections
    ]
    report = replace(report, sections=tuple(sections))
    lacking = [table.model for table in report.ordered_tables if not vintage.tables.has(table.model)]
    try:
        if not lacking:
            return undisclosed(report, Period.parse(edition.period), vintage.tables)
        reason = f"it has no reporting table {lacking[0]}"
    except ReportError as error:
        reason = str(error)
    raise EntrepotError(
        f"The warehouse {vintage.path.name} was built by other code than {edition.report}/{edition.id}: {reason}. "
        "Trace the figure with the code of the edition (`code_version` in its manifest.json), in the state of its day "
        "that `entrepot as-known-on DAY --out DIR --until releases` makes: repeat this command with `--warehouse DIR`."
    )


def _older(home: Home, digest: str) -> Path | None:
    """A release that is no longer in force, but still on the shelf."""
    for path in sorted(shelf.folder(home, OPERATOR).glob("*.duckdb"), reverse=True):
        with opened(path) as connection:
            if canonical_digest(connection, CATALOG) == digest:
                return path
    return None


def _moved_on(edition: Edition, register: Register, among: Home | None) -> str:
    made = [
        row["at"].date().isoformat()
        for row in register.publications("report", edition.report, edition.period)
        if row["edition"] == edition.id
    ]
    day = made[0] if made else "DAY"
    name = f"{edition.report}/{edition.id}"
    if among is not None:
        return (
            f"The home {among.root} holds no release to trace {name} in: run `entrepot --home {among.root} run` first."
        )
    return (
        f"The warehouse has moved on since {name} was published, and none of the releases kept is of its vintage. "
        f"Make the state of that day again with `entrepot as-known-on {day} --out DIR --until releases`, then repeat "
        "this command with `--warehouse DIR`."
    )
