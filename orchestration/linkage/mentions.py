"""The mentions that a person means: found in the warehouse by party, by record, or by their own id.

Here: how a mention is addressed, PARTNER/FEED/RECORD[/ROLE[/NUMBER]], and what it says of the party. Not here: how
mentions become parties, and what people judge about them (verdicts.py).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

import duckdb

from orchestration.errors import EntrepotError, UsageError
from orchestration.harmonisation.warehouse import build_database
from orchestration.judgements import digest_of
from orchestration.quoting import sql_list, sql_text
from orchestration.settings import Home

# What a mention tells of its party, as it is shown and as the digest of what somebody saw covers it.
TOLD = (
    "name", "aliases", "entity_kind", "countries", "country_code", "birth_dates", "city", "address", "addresses",
    "registration_no", "lei", "eori", "identifiers", "programmes", "list_refs", "listed_on",
)  # fmt: skip
_MENTIONS = "intermediate.int_parties__mentions"
_CLUSTERS = "intermediate.int_parties__clusters"
_SHOWN = 8


@dataclass(frozen=True)
class Mention:
    """A mention, where it stands, to which party it belongs now, and what it tells (TOLD; only what is given)."""

    mention_id: str
    partner: str
    feed: str
    record_ref: str
    role: str
    mention_no: int
    marking: str
    party_id: str
    profile_id: str
    told: dict[str, str]

    @property
    def name(self) -> str:
        """The name as the record writes it."""
        return self.told["name"]

    @property
    def address(self) -> str:
        """How to name this mention, and no other, to a command."""
        return f"{self.partner}/{self.feed}/{self.record_ref}/{self.role}/{self.mention_no}"

    @property
    def digest(self) -> str:
        """Stands for all that the mention tells: it is another once anything of that is."""
        return digest_of(json.dumps(self.told, sort_keys=True, ensure_ascii=False))

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "mention": self.address,
            "mention_id": self.mention_id,
            "party_id": self.party_id,
            "profile_id": self.profile_id,
            **self.told,
        }


@contextmanager
def reading(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse as the last run left it, read only; EntrepotError when there is none or a run is writing it."""
    if not home.build_db.exists():
        raise EntrepotError("The warehouse is not built yet, so no party is known. Run `entrepot run` first.")
    try:
        with build_database(home, read_only=True) as connection:
            yield connection
    except duckdb.IOException as problem:
        raise EntrepotError(
            f"The warehouse cannot be read now, most likely because a run is writing it: "
            f"{str(problem).splitlines()[0].rstrip('.')}. Repeat the command when the run has ended."
        ) from None


def by_id(connection: duckdb.DuckDBPyConnection, mention_ids: Sequence[str]) -> dict[str, Mention]:
    """The mentions with these ids; those that are not there now are missing from the result."""
    if not mention_ids:
        return {}
    return {m.mention_id: m for m in _select(connection, f"mentions.mention_id in ({sql_list(mention_ids)})")}


def of_party(connection: duckdb.DuckDBPyConnection, party_id: str) -> list[Mention]:
    """All mentions of a party, in the order of their addresses; none when there is no such party."""
    return _select(connection, f"clusters.party_id = {sql_text(party_id)}")


def one(connection: duckdb.DuckDBPyConnection, text: str) -> Mention:
    """The mention that `text` names; of a party, the first that it has.

    UsageError when nothing has that name, or a record has several mentions and the text does not say which.
    """
    if found := by_id(connection, [text]):
        return found[text]
    if members := of_party(connection, text):
        return members[0]
    found_there = _addressed(connection, text)
    if len(found_there) == 1:
        return found_there[0]
    if found_there:
        listed = ", ".join(m.address for m in found_there[:_SHOWN])
        more = f" and {len(found_there) - _SHOWN} more" if len(found_there) > _SHOWN else ""
        raise UsageError(f"`{text}` mentions {len(found_there)} parties. Say which one: {listed}{more}.")
    raise UsageError(_unknown(connection, text))


def two(connection: duckdb.DuckDBPyConnection, one_text: str, other_text: str) -> tuple[Mention, Mention]:
    """The two mentions that a person names; UsageError as of `one`, and when both are one and the same mention."""
    left, right = one(connection, one_text), one(connection, other_text)
    if left.mention_id == right.mention_id:
        raise UsageError(f"Both sides are the same mention, {left.address}: there is nothing to compare or to judge.")
    return left, right


def describing(connection: duckdb.DuckDBPyConnection) -> Callable[[str], str]:
    """A function that names a mention, given its id, as people know it."""

    def describe(mention_id: str) -> str:
        found = by_id(connection, [mention_id]).get(mention_id)
        return f"{found.name} ({found.address})" if found else f"a mention that is gone ({mention_id})"

    return describe


def _addressed(connection: duckdb.DuckDBPyConnection, text: str) -> list[Mention]:
    parts = text.split("/")
    if len(parts) < 3:
        return []
    # A record's own id may hold slashes, so the text is never cut: each length of address is compared whole.
    record = "mentions.record_ref"
    role = f"{record} || '/' || mentions.role"
    wanted = sql_text("/".join(parts[2:]))
    names = ", ".join((record, role, f"{role} || '/' || cast(mentions.mention_no as varchar)"))
    where = f"mentions.partner = {sql_text(parts[0])} and mentions.feed = {sql_text(parts[1])}"
    return _select(connection, f"{where} and {wanted} in ({names})")


def _unknown(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    how = "Name a party (such as P0123456789abcde) or a mention: PARTNER/FEED/RECORD, with /ROLE/NUMBER where a record "
    how += "mentions several."
    parts = text.split("/")
    if len(parts) < 3:
        return f"No party is called `{text}`. {how}"
    feeds = connection.execute(f"select distinct partner || '/' || feed as name from {_MENTIONS} order by 1").fetchall()
    feed = "/".join(parts[:2])
    if (feed,) not in feeds:
        return f"`{feed}` mentions no parties. Feeds that do: {', '.join(name for (name,) in feeds)}."
    return f"{feed} has no current record `{'/'.join(parts[2:])}` that mentions a party. {how}"


def _select(connection: duckdb.DuckDBPyConnection, where: str) -> list[Mention]:
    found = connection.execute(
        f"select mentions.*, clusters.party_id from {_MENTIONS} as mentions "
        f"inner join {_CLUSTERS} as clusters on mentions.mention_id = clusters.mention_id where {where} "
        "order by mentions.partner, mentions.feed, mentions.record_ref, mentions.role, mentions.mention_no"
    )
    names = [column[0] for column in found.description or ()]
    return [_mention(dict(zip(names, row, strict=True))) for row in found.fetchall()]


def _mention(row: dict[str, Any]) -> Mention:
    told = {name: str(row[name]) for name in TOLD if row.get(name) is not None}
    plain = {field.name: row.get(field.name, "") for field in fields(Mention) if field.name != "told"}
    return Mention(**plain, told=told)
