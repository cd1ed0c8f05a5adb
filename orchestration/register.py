"""The register: what was received, checked, published and asked, in one small transactional database.

Here: the only statements that change its tables (tables.py), one transaction a change. Not here: files (the
vault and the lake hold those) and decisions about them (submissions/). SQLite by default, any database by
URL; times are UTC without zone.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from orchestration import row_seals
from orchestration.errors import EntrepotError
from orchestration.tables import (
    access_log,
    bring_up_to_date,
    check_results,
    events,
    landing_files,
    metadata,
    publications,
    submissions,
)


@dataclass(frozen=True)
class Submission:
    """One row of the register: a file handed in for a feed and a period.

    `verdict` is what the check said of the file by itself (accepted, rejected or held; None before it), `status` how
    it stands among all that its partner has said.
    """

    id: str
    sequence: int
    partner: str
    feed: str
    period: str
    kind: str
    supersedes: str | None
    file_name: str
    sha256: str
    bytes: int
    received_at: datetime
    issued_at: datetime | None
    manifest: str
    signed_by: str | None
    contract_version: str
    status: str
    reason: str
    verdict: str | None
    verdict_reason: str
    rows_read: int | None
    rows_accepted: int | None
    rows_quarantined: int | None
    rows_duplicate: int | None
    rows_repaired: int | None
    rows_warned: int | None

    @property
    def contract_id(self) -> str:
        """partner/feed."""
        return f"{self.partner}/{self.feed}"


@dataclass(frozen=True)
class CheckResult:
    """The result of one check on one asset, as `record_checks` keeps it."""

    asset: str
    check_name: str
    passed: bool
    blocking: bool
    severity: str = "error"
    detail: str = ""


def utc_now() -> datetime:
    """The present time, UTC without zone, to the second: the only clock of the register."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


class Register:
    """The register behind a database URL; creates missing tables and columns when opened."""

    def __init__(self, url: str, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self._engine = sa.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)
        try:
            with self._engine.begin() as connection:
                bring_up_to_date(connection)
                if self._engine.dialect.name == "sqlite":
                    row_seals.install(connection, metadata.tables)
        except sa.exc.DatabaseError as error:
            raise EntrepotError(
                f"The register {url} cannot be opened: {error.orig}. Check the home folder or the URL."
            ) from None

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One change: everything inside is kept, or nothing is."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A consistent look that never waits for a writer."""
        with self._engine.connect().execution_options(entrepot_reading=True) as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back; the register may be used again afterwards."""
        self._engine.dispose()

    # Submissions

    def submission(self, submission_id: str) -> Submission:
        """One submission; EntrepotError when the id is unknown."""
        with self.reading() as connection:
            row = connection.execute(sa.select(submissions).where(submissions.c.id == submission_id)).mappings().first()
        if row is None:
            raise EntrepotError(
                f"No submission has the id {submission_id}; `entrepot submissions` lists those received."
            )
        return Submission(**row)

    def submissions(
        self, status: str | Iterable[str] | None = None, partner: str | None = None, feed: str | None = None
    ) -> list[Submission]:
        """Submissions in order of arrival, optionally of one status (or several), partner, feed."""
        query = sa.select(submissions).order_by(submissions.c.sequence)
        if status is not None:
            query = query.where(submissions.c.status.in_([status] if isinstance(status, str) else list(status)))
        if partner is not None:
            query = query.where(submissions.c.partner == partner)
        if feed is not None:
            query = query.where(submissions.c.feed == feed)
        with self.reading() as connection:
            return [Submission(**row) for row in connection.execute(query).mappings()]

    def add_event(self, submission_id: str, event: str, detail: str = "") -> None:
        """Note something that happened to a submission without changing its state, such as a repeated
        delivery.
        """
        with self.transaction() as connection:
            connection.execute(
                events.insert().values(at=self.clock(), submission_id=submission_id, event=event, detail=detail)
            )

    def events(self, submission_id: str) -> list[dict[str, Any]]:
        """The life of one submission, oldest first."""
        query = sa.select(events).where(events.c.submission_id == submission_id).order_by(events.c.id)
        with self.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    # Landing folder

    def landing_fingerprints(self) -> dict[str, tuple[str, str | None, str]]:
        """What is known of landing files: path -> (fingerprint, submission id, refusal)."""
        with self.reading() as connection:
            rows = connection.execute(sa.select(landing_files)).mappings()
            return {row["path"]: (row["fingerprint"], row["submission_id"], row["refusal"]) for row in rows}

    def record_landing_file(self, path: str, fingerprint: str, submission_id: str | None, refusal: str = "") -> None:
        """Remember what became of a file in the landing folder, so that it is not read again while unchanged."""
        values = {
            "fingerprint": fingerprint,
            "submission_id": submission_id,
            "refusal": refusal,
            "seen_at": self.clock(),
        }
        with self.transaction() as connection:
            changed = connection.execute(landing_files.update().where(landing_files.c.path == path).values(**values))
            if changed.rowcount == 0:
                connection.execute(landing_files.insert().values(path=path, **values))

    # Checks

    def record_check(
        self,
        asset: str,
        check_name: str,
        passed: bool,
        blocking: bool,
        severity: str = "error",
        detail: str = "",
    ) -> None:
        """Keep the result of one check on one asset; the newest result of each check is the one that counts."""
        self.record_checks([CheckResult(asset, check_name, passed, blocking, severity, detail)])

    def record_checks(self, results: Iterable[CheckResult]) -> None:
        """Keep many results as one change."""
        rows = [{"at": self.clock(), **asdict(result)} for result in results]
        if rows:
            with self.transaction() as connection:
                connection.execute(check_results.insert(), rows)

    def latest_checks(self, assets: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The newest result of each check, by asset and name; optionally of some assets only."""
        newest = sa.select(sa.func.max(check_results.c.id)).group_by(check_results.c.asset, check_results.c.check_name)
        query = sa.select(check_results).where(check_results.c.id.in_(newest))
        if assets is not None:
            query = query.where(check_results.c.asset.in_(list(assets)))
        with self.reading() as connection:
            rows = connection.execute(query.order_by(check_results.c.asset, check_results.c.check_name)).mappings()
            return [dict(row) for row in rows]

    def failed_blocking_checks(self, assets: Iterable[str]) -> list[dict[str, Any]]:
        """The newest results of blocking checks on these assets that did not pass."""
        return [row for row in self.latest_checks(assets) if row["blocking"] and not row["passed"]]

    # Publications

    def record_publication(
        self,
        kind: str,
        name: str,
        edition: str,
        path: str,
        period: str = "",
        digest: str = "",
        detail: str = "",
    ) -> None:
        """Keep that an edition (kind: report, release, warehouse, ...) was published."""
        with self.transaction() as connection:
            connection.execute(
                publications.insert().values(
                    at=self.clock(),
                    kind=kind,
                    name=name,
                    period=period,
                    edition=edition,
                    path=path,
                    digest=digest,
                    detail=detail,
                )
            )

    def publications(
        self, kind: str | None = None, name: str | None = None, period: str | None = None
    ) -> list[dict[str, Any]]:
        """Publications, oldest first."""
        query = sa.select(publications).order_by(publications.c.id)
        for column, value in (
            (publications.c.kind, kind),
            (publications.c.name, name),
            (publications.c.period, period),
        ):
            if value is not None:
                query = query.where(column == value)
        with self.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    # Access log

    def begin_access(self, recipient: str, statement: str) -> int:
        """Log a query before it runs; returns the number of the log row."""
        with self.transaction() as connection:
            done = connection.execute(
                access_log.insert().values(at=self.clock(), recipient=recipient, statement=statement, outcome="started")
            )
            return int((done.inserted_primary_key or (0,))[0])

    def end_access(self, access_id: int, outcome: str, rows: int | None = None, ms: int | None = None) -> None:
        """Complete the log row of a query that has ended."""
        with self.transaction() as connection:
            connection.execute(
                access_log.update().where(access_log.c.id == access_id).values(outcome=outcome, rows=rows, ms=ms)
            )

    def accesses(self, recipient: str | None = None) -> list[dict[str, Any]]:
        """The access log, oldest first."""
        query = sa.select(access_log).order_by(access_log.c.id)
        if recipient is not None:
            query = query.where(access_log.c.recipient == recipient)
        with self.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _prepare_sqlite(connection: Any, _record: object) -> None:
    row_seals.teach(connection)
    connection.isolation_level = None  # SQLAlchemy's begin event below opens transactions, not the driver's guesswork
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=60000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("entrepot_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
