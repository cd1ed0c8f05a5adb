"""A partner who says things: a small home with two feeds, in which tests hand in one submission after another and
ask what stands.

The rows that stand are those of the real raw relations under the real macros of the dbt project.
"""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from orchestration.contracts.load import load_contracts
from orchestration.errors import RejectedFileError
from orchestration.harmonisation.raw import build_raw
from orchestration.register import Register, Submission
from orchestration.settings import DBT_DIR, Home
from orchestration.submissions import receive
from orchestration.submissions.lake import check_submission
from tests.unit.intake.builders import document, field, write_contract

MACROS = "".join(
    (DBT_DIR / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in ("current_rows", "edition_rows")
)
FIELDS = [field("ref", primaryKey=True), field("n", "integer", required=True), field("change")]
DELETES = {"field": "change", "values": ["D"]}
CASES, LISTS, KEYLESS = "partner/cases", "partner/lists", "partner/notes"


def write_contracts(root: Path) -> None:
    """A periodic feed, a snapshot feed, and a snapshot feed without a key."""
    for feed, delivery in (("cases", "periodic"), ("lists", "snapshot")):
        shrinks = {"maxDrop": 1} if delivery == "snapshot" else {}
        write_contract(root, document(FIELDS, feed=feed, delivery=delivery, deltaDeletes=DELETES, **shrinks))
    write_contract(root, document([field("text")], feed="notes", delivery="snapshot"))


class Partner:
    """A home, its register with a clock that tests set, and what was handed in."""

    def __init__(self, root: Path) -> None:
        write_contracts(root / "contracts")
        self.root, self.now = root, datetime(2026, 1, 1)
        self.contracts = load_contracts(root / "contracts")
        self.home = Home(root / "home").ensure()
        self.register = Register(self.home.register_url, clock=lambda: self.now)
        (root / "out").mkdir(exist_ok=True)
        self._files = 0

    def in_home(self, home: Home) -> Partner:
        """The same partner, looked at in another home."""
        seen = copy.copy(self)
        seen.home, seen.register = home, Register(home.register_url, clock=lambda: seen.now)
        return seen

    def receipt(self, home: Home, submission_id: str) -> dict[str, Any]:
        """A receipt as it lies in a home."""
        found: dict[str, Any] = json.loads((home.receipts / f"{submission_id}.json").read_text())
        return found

    def say(
        self, rows: dict[str, int] | str | None = None, *, kind: str = "initial", feed: str = CASES,
        period: str = "2025-Q1", issued: str | None = None, **manifest: Any,
    ) -> Submission:  # fmt: skip
        """Hand in a file (rows by key, or its text; of a withdrawal the keys count) and check it."""
        done = self.hand_in(rows, kind=kind, feed=feed, period=period, issued=issued, **manifest)
        return self.check(done.submission.id)

    def hand_in(
        self, rows: dict[str, int] | str | None, *, kind: str = "initial", feed: str = CASES, period: str = "2025-Q1",
        issued: str | None = None, **manifest: Any,
    ) -> receive.Submitted:  # fmt: skip
        """Only receive it."""
        self._files += 1
        self.now += timedelta(minutes=1)
        text = rows if isinstance(rows, str) else text_of(rows or {}, kind)
        path = self.root / "out" / f"{feed.partition('/')[2]}_{self._files}_{kind}.csv"
        path.write_text(text)
        said = {"kind": kind, "period": period, "issued_at": f"{issued}Z" if issued else None, **manifest}
        beside = path.with_name(f"{path.name}.manifest.json")
        beside.write_text(json.dumps({key: value for key, value in said.items() if value not in (None, "")}))
        return receive.submit(self.home, self.register, self.contracts, path, feed)

    def state(self, *, kind: str, feed: str = CASES, **said: Any) -> Submission:
        """Say something without a file: a nil return, or the withdrawal of a submission."""
        self.now += timedelta(minutes=1)
        done = receive.submit(self.home, self.register, self.contracts, None, feed, kind=kind, **said)
        return self.check(done.submission.id)

    def check(self, submission_id: str) -> Submission:
        """Check it unless that has been done, and tell how it stands."""
        if self.register.submission(submission_id).status == "received":
            with contextlib.suppress(RejectedFileError):
                check_submission(self.home, self.register, self.contracts, submission_id)
        return self.register.submission(submission_id)

    def statuses(self) -> list[str]:
        """The status of each submission, in order of arrival."""
        return [s.status for s in self.register.submissions()]

    def stands(self, feed: str = CASES) -> dict[str, int]:
        """The current rows of a feed, as key and value."""
        contract = self.contracts[feed]
        wanted = macro("current_rows", f"raw.{contract.table}", contract.key, contract.delivery)
        found = self.query(f"select ref, n from ({wanted})")
        assert len(found) == len(dict(found))
        return dict(found)

    def editions(self, feed: str = LISTS) -> list[dict[str, int]]:
        """Every edition of a list, in order."""
        wanted = macro("edition_rows", f"raw.{self.contracts[feed].table}", self.contracts[feed].key)
        editions: dict[int, dict[str, int]] = {}
        for edition, ref, n in self.query(f"select edition_sequence, ref, n from ({wanted})"):
            editions.setdefault(edition, {})[ref] = n
        return [editions[edition] for edition in sorted(editions)]

    def findings(self) -> list[tuple[Any, ...]]:
        """The warnings on rows: rule and key."""
        return self.query("select rule, value_before from raw.row_findings where severity = 'warning' order by all")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the schema raw, built anew."""
        with duckdb.connect() as connection:
            build_raw(connection, self.home, self.register, self.contracts)
            return connection.execute(sql).fetchall()


def text_of(rows: dict[str, int | None], kind: str) -> str:
    """A CSV file; in a delta a row without a value takes its record away."""
    if kind == "withdrawal":
        return "ref\n" + "".join(f"{ref}\n" for ref in rows)
    lines = [f"{ref},{n if n is not None else 0},{'D' if n is None else ''}\n" for ref, n in rows.items()]
    return "ref,n,change\n" + "".join(lines)


def macro(name: str, relation: str, key: Sequence[str], *more: str) -> str:
    """The SQL that a macro of the dbt project gives."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701  (SQL, no HTML)
    template = environment.from_string(f"{MACROS}{{{{ {name}(*given) }}}}")
    return template.render(given=(relation, list(key), *more))
