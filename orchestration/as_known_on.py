"""The state of an earlier day: a home of its own, made from the vault and from what the register knew by then.

Here: which facts of the register belong to a day, and the new home around them. Not here: building it, which the same
code does as for any home (cycle.py). Contracts, code lists, policy and code are today's: what is shown is what was
known then, as it is understood now.
"""

import contextlib
import os
import shutil
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from orchestration import tables
from orchestration.errors import EntrepotError
from orchestration.register import Register
from orchestration.settings import KNOWN_ON, Home
from orchestration.site import Site
from orchestration.submissions.settle import check_anew
from orchestration.submissions.vault import vault_path

# What other homes did and saw is no part of what was known: it is made anew, or is nobody's business here.
NOT_COPIED = (
    tables.landing_files, tables.pulled_files, tables.check_results, tables.publications, tables.access_log,
)  # fmt: skip
WHEN = ("received_at", "enrolled_at", "at")  # the column that says since when a row was there


def make_home(site: Site, day: date, out: Path) -> Home:
    """A home in the folder `out` with everything received and decided up to the end of `day` (UTC), to be rebuilt.

    Raises EntrepotError when `out` is not empty, when the day is still to come or nothing was known then, and when
    bytes are missing from the vault. The folder appears whole or not at all.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise EntrepotError(f"{out} is not an empty folder. Name a new one: nothing that is there is overwritten.")
    limit = datetime.combine(day + timedelta(days=1), time.min)
    if day > site.register.clock().date():
        raise EntrepotError(f"{day} is still to come (UTC), so that nobody knows what will be known then.")
    facts = _facts_until(site.register, limit)
    if not facts[tables.submissions.name]:
        raise EntrepotError(f"Nothing was received up to {day}: the first submission came later, or there is none.")
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        (draft / KNOWN_ON).write_text(f"{day}\n", encoding="ascii")
        _fill(site.home, Home(draft).ensure(), facts)
        if out.exists():
            out.rmdir()
        draft.chmod(0o755)
        draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Home(out)


def _facts_until(register: Register, limit: datetime) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table of the register that were there before the moment `limit`."""
    found: dict[str, list[dict[str, Any]]] = {}
    with register.reading() as connection:
        for table in tables.metadata.sorted_tables:
            if table in NOT_COPIED:
                continue
            query = sa.select(table).order_by(*table.primary_key.columns)
            for name in WHEN:
                if name in table.c:
                    query = query.where(table.c[name] < limit)
            found[table.name] = [dict(row) for row in connection.execute(query).mappings()]
    known = {row["id"] for row in found[tables.submissions.name]}
    for name, rows in found.items():
        if "submission_id" in tables.metadata.tables[name].c:
            found[name] = [row for row in rows if row["submission_id"] in known]
    for key in found[tables.partner_keys.name]:
        if key["revoked_at"] is not None and key["revoked_at"] >= limit:
            key |= {"revoked_at": None, "revoked_by": None, "revoke_reason": None}
    return found


def _fill(source: Home, target: Home, facts: dict[str, list[dict[str, Any]]]) -> None:
    submissions = facts[tables.submissions.name]
    for row in facts[tables.signatures.name]:
        for sha256 in (row["manifest_sha256"], row["signature_sha256"]):
            _keep_bytes(source, target, sha256, f"What {row['fingerprint']} signed")
    for row in submissions:
        # Bytes that were above their channel are not kept.
        if row["verdict"] != "rejected" or vault_path(source, row["sha256"]).exists():
            _keep_bytes(source, target, row["sha256"], f"{row['file_name']} ({row['id']})")
        with contextlib.suppress(FileNotFoundError):  # `entrepot receipt` writes it again
            shutil.copy2(source.receipts / f"{row['id']}.json", target.receipts)
        if row["verdict"] == "rejected":
            row |= {"status": "rejected", "reason": row["verdict_reason"]}
    # The same keys: receipts must be found sound, and names be hidden behind the same tokens.
    shutil.copytree(source.keys, target.keys, dirs_exist_ok=True)
    register = Register(target.register_url)
    with register.transaction() as connection:
        for name, rows in facts.items():
            if rows:
                connection.execute(tables.metadata.tables[name].insert(), rows)
    check_anew(register, [row["id"] for row in submissions if row["verdict"] != "rejected"])
    register.close()


def _keep_bytes(source: Home, target: Home, sha256: str, what: str) -> None:
    """Bytes of the vault, as a second name of the same file where the file system can do that."""
    there, here = (vault_path(home, sha256) for home in (source, target))
    if here.exists():
        return
    if not there.exists():
        raise EntrepotError(
            f"{what} is missing from the vault: {sha256}. Restore it from a backup first; `entrepot verify` says what "
            "else is wrong."
        )
    here.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(there, here)
    except OSError:
        shutil.copy2(there, here)
