"""The grey band: pairs that scores leave open, in the order in which a person's word on them would change most.

Here: which pairs wait for a person and what `same` would bring together. Not here: the scores (scores.py), what people
have said (verdicts.py) and how it is printed (cli/parties.py).

Of all open pairs between two parties the one with the greatest weight stands for them, as one word on it decides.
First come pairs that would tie a listed party to others, then those that would bring most agencies together, then by
cases and by records; among equals the greater weight.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.judgements import Judgement
from orchestration.linkage.mentions import Mention, by_id
from orchestration.linkage.verdicts import evidence_of, pair_of

# Whatever two parties have between them: the best open pair of profiles, and the first mention of each profile.
_OPEN = """
with mentions as (
    select
        mentions.profile_id,
        clusters.party_id,
        mentions.mention_id,
        row_number() over (
            partition by mentions.profile_id, clusters.party_id
            order by mentions.partner, mentions.feed, mentions.record_ref, mentions.role, mentions.mention_no
        ) as place
    from intermediate.int_parties__mentions as mentions
    inner join intermediate.int_parties__clusters as clusters on mentions.mention_id = clusters.mention_id
),

first_of_each as (select * from mentions where place = 1),

open_pairs as (
    select
        least(one.party_id, other.party_id) as party_a,
        greatest(one.party_id, other.party_id) as party_b,
        case when one.party_id <= other.party_id then one.mention_id else other.mention_id end as mention_a,
        case when one.party_id <= other.party_id then other.mention_id else one.mention_id end as mention_b,
        pairs.match_weight,
        pairs.probability
    from linkage.pairs as pairs
    inner join first_of_each as one on pairs.profile_a = one.profile_id
    inner join first_of_each as other on pairs.profile_b = other.profile_id
    where pairs.band = 'review' and one.party_id <> other.party_id
)

select
    *,
    count(*) over (partition by party_a, party_b) as pair_count
from open_pairs
order by party_a, party_b, match_weight desc, mention_a, mention_b
"""
_PARTIES = """
select
    clusters.party_id,
    count(distinct mentions.mention_id) as mention_count,
    count(distinct mentions.partner || '/' || mentions.feed || '/' || mentions.record_ref) as record_count,
    list_sort(list(distinct mentions.partner)) as partners,
    bool_or(mentions.role = 'listed') as is_listed,
    {cases} as case_count
from intermediate.int_parties__mentions as mentions
inner join intermediate.int_parties__clusters as clusters on mentions.mention_id = clusters.mention_id
{joined}
group by clusters.party_id
"""
_CASES = """
left join main.bridge_case_records as cases
    on mentions.partner = cases.partner and mentions.feed = cases.feed and mentions.record_ref = cases.record_ref
"""


@dataclass(frozen=True)
class Party:
    """What hangs on a party: mentions, records, agencies, cases."""

    party_id: str
    mention_count: int
    record_count: int
    partners: tuple[str, ...]
    is_listed: bool
    case_count: int


@dataclass(frozen=True)
class OpenPair:
    """Two mentions that stand for two parties which scores leave open; `pair_count` open pairs lie between these."""

    one: Mention
    other: Mention
    party: Party
    other_party: Party
    match_weight: float
    probability: float
    pair_count: int

    @property
    def agencies_brought_together(self) -> int:
        """How many agencies have records of one of the parties and none of the other."""
        return len(set(self.party.partners) ^ set(self.other_party.partners))

    @property
    def records_moved(self) -> int:
        """How many records would belong to another party than now: those of the smaller one."""
        return min(self.party.record_count, self.other_party.record_count)

    @property
    def cases_touched(self) -> int:
        """How many cases hold a record of one of the two."""
        return self.party.case_count + self.other_party.case_count

    @property
    def lists_an_unlisted_one(self) -> bool:
        """Whether `same` would make a party a listed one that is not."""
        return self.party.is_listed != self.other_party.is_listed

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "one": self.one.document(),
            "other": self.other.document(),
            "match_weight": self.match_weight,
            "probability": self.probability,
            "open_pairs": self.pair_count,
            "same_would": {
                "records_moved": self.records_moved,
                "agencies_brought_together": self.agencies_brought_together,
                "cases_touched": self.cases_touched,
                "list_an_unlisted_party": self.lists_an_unlisted_one,
            },
        }


def open_pairs(connection: duckdb.DuckDBPyConnection, judged: Iterable[Judgement]) -> list[OpenPair]:
    """All that wait, most consequential first; not what has been judged, unless a record says something else by now."""
    best: dict[tuple[str, str], tuple[Any, ...]] = {}
    settled = _settled(connection, judged)
    for row in connection.execute(_OPEN).fetchall():
        if frozenset(row[:2]) not in settled:
            best.setdefault(row[:2], row)
    known = by_id(connection, sorted({mention for row in best.values() for mention in row[2:4]}))
    parties = every_party(connection)
    found = [
        OpenPair(known[row[2]], known[row[3]], parties[row[0]], parties[row[1]], row[4], row[5], row[6])
        for row in best.values()
    ]
    return sorted(found, key=_rank)


def every_party(connection: duckdb.DuckDBPyConnection) -> dict[str, Party]:
    """What hangs on each party."""
    has_cases = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'main' and table_name = 'bridge_case_records'"
    ).fetchall()
    query = _PARTIES.format(
        cases="count(distinct cases.case_id)" if has_cases else "0", joined=_CASES if has_cases else ""
    )
    rows = connection.execute(query).fetchall()
    return {
        party: Party(party, mentions, records, tuple(partners), is_listed, cases)
        for party, mentions, records, partners, is_listed, cases in rows
    }


def _settled(connection: duckdb.DuckDBPyConnection, judged: Iterable[Judgement]) -> set[frozenset[str]]:
    """The pairs of parties between which somebody has judged what the records still say."""
    judged = list(judged)
    known = by_id(connection, sorted({mention for j in judged for mention in pair_of(j.subject_id)}))
    found = set()
    for judgement in judged:
        one, other = pair_of(judgement.subject_id)
        if one in known and other in known and judgement.evidence == evidence_of(known[one], known[other]):
            found.add(frozenset((known[one].party_id, known[other].party_id)))
    return found


def _rank(pair: OpenPair) -> tuple[Any, ...]:
    return (
        not pair.lists_an_unlisted_one, -pair.agencies_brought_together, -pair.cases_touched, -pair.records_moved,
        -pair.match_weight, pair.one.address, pair.other.address,
    )  # fmt: skip
