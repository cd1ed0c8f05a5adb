"""Why two mentions are, or are not, one party: what was compared, what it weighs, what people said, what decided.

Here: the whole account of one pair, as a document; and in words what each comparison is. Not here: the weights
(scores.py), the clusters (clusters.py) and how it is printed (cli/parties.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import duckdb

from orchestration.judgements import PARTY_PAIR, UNDONE, Judgement, history, in_force, latest
from orchestration.linkage.mentions import Mention, by_id
from orchestration.linkage.paths import shortest
from orchestration.linkage.verdicts import evidence_of, pair_id, pair_of
from orchestration.quoting import sql_list, sql_text
from orchestration.register import Register

# What each comparison asks, and the unit of its value.
ASKED = {
    "exact_bits": "how rare a name is that both have, word for word (bits)",
    "exact_count": "names that both have, word for word",
    "cover": "part of the likest names that is shared, by rarity of words",
    "cover_low": "the same of the name that has more besides",
    "cover_bits": "rarity of what the likest names share (bits)",
    "sort_ratio": "likeness of spelling, words in order (0 to 100)",
    "join_ratio": "likeness of spelling without blanks (0 to 1)",
    "sound_cover": "part of the likest names that sounds alike, by rarity of words",
    "bones_ratio": "likeness of sound (0 to 100)",
    "extra": "part of the main name that the other has somewhere",
    "aliases": "names of the side that has fewer",
    "birth": "dates of birth (6 the same day ... 0 over ten years apart)",
    "country": "countries that both have",
    "numbers": "numbers that both have",
    "number_kinds": "the same LEI, EORI or registration (1) or another (0)",
    "numerals": "the same numeral in the name (1) or another (0)",
    "places": "rarest word that addresses share (bits)",
    "gap_days": "days between the listings",
    "programmes": "sanctions programmes that go together (bits)",
    "list_refs": "the other list's reference number (1 yes, 0 another)",
    "listed": "sides that stand on a list (3: two entries of one list)",
    "kinds": "the same kind of party (1) or another (0)",
    "companies": "legal forms of the same kind of company (1) or of another (0)",
}


def explain_pair(
    connection: duckdb.DuckDBPyConnection, register: Register, one: Mention, other: Mention
) -> dict[str, Any]:
    """The account of two mentions: `one` and `other`, `score` (None where both say the same), `judgements`, whether
    they are `one_party`, `because` in sentences, and `thresholds` in bits.
    """
    from orchestration.linkage.clusters import SUPPORT, WITHIN_LIST
    from orchestration.linkage.model_file import model

    profiles = _profiles(connection, [one.profile_id, other.profile_id])
    score = None if one.profile_id == other.profile_id else _score(connection, profiles, one, other)
    said = history(register, PARTY_PAIR, pair_id(one.mention_id, other.mention_id))
    counts = [j for j in in_force(register, PARTY_PAIR) if j.subject_id == pair_id(one.mention_id, other.mention_id)]
    account = {
        "one": one.document(),
        "other": other.document(),
        "one_party": one.party_id == other.party_id,
        "score": score,
        "thresholds": {
            "match": model().match, "review": model().review, "support_of_clusters": SUPPORT,
            "entries_of_one_list": WITHIN_LIST,
        },
        "judgements": [_document(j, counts, evidence_of(one, other)) for j in said],
    }  # fmt: skip
    because = _why_one(connection, register, one, other) if account["one_party"] else _why_not(
        connection, one, other, score, latest(counts).get(pair_id(one.mention_id, other.mention_id)), profiles
    )  # fmt: skip
    return {**account, "because": because}


def _score(
    connection: duckdb.DuckDBPyConnection, profiles: Mapping[str, dict[str, Any]], one: Mention, other: Mention
) -> dict[str, Any]:
    from orchestration.linkage.scores import explain

    found = explain(profiles[one.profile_id], profiles[other.profile_id])
    a, b = sorted((one.profile_id, other.profile_id))
    row = connection.execute(
        f"SELECT band FROM linkage.pairs WHERE profile_a = {sql_text(a)} AND profile_b = {sql_text(b)}"
    ).fetchall()
    for item in found["comparisons"]:
        item["asked"] = ASKED.get(item["name"], item["name"].replace("_", " "))
    return {
        **found,
        "probability": round(1 / (1 + 2.0 ** -found["match_weight"]), 6),
        "band": row[0][0] if row else "different",
        "was_compared": bool(row),
    }


def _why_one(
    connection: duckdb.DuckDBPyConnection, register: Register, one: Mention, other: Mention
) -> list[str]:  # fmt: skip
    """The shortest chain of links and judgements from one to the other within their party."""
    members = dict(
        connection.execute(
            "SELECT mentions.mention_id, mentions.profile_id FROM intermediate.int_parties__mentions AS mentions "
            "INNER JOIN linkage.party_clusters AS clusters ON mentions.mention_id = clusters.mention_id "
            f"WHERE clusters.party_id = {sql_text(one.party_id)} ORDER BY mentions.mention_id"
        ).fetchall()
    )
    links = connection.execute(
        "SELECT profile_a, profile_b, match_weight FROM linkage.pairs WHERE band = 'match' "
        f"AND profile_a IN ({sql_list(sorted(set(members.values())))}) "
        f"AND profile_b IN ({sql_list(sorted(set(members.values())))})"
    ).fetchall()
    near: dict[str, dict[str, str]] = {}
    for a, b, weight in links:
        near.setdefault(a, {})[b] = near.setdefault(b, {})[a] = f"their score, {weight:.1f} bits"
    for subject_id, judgement in latest(in_force(register, PARTY_PAIR)).items():
        a, b = pair_of(subject_id)
        if judgement.verdict == "same" and a in members and b in members:
            near.setdefault(a, {})[b] = near.setdefault(b, {})[a] = f"{judgement.author}'s judgement: same"
    for mention, profile in members.items():  # a mention and what it says are one step of no weight
        near.setdefault(mention, {})[profile] = near.setdefault(profile, {})[mention] = ""
    chain = shortest(near, one.mention_id, other.mention_id)
    names = {m.profile_id: m for m in by_id(connection, _first_mentions(members, chain)).values()}
    names |= {m.mention_id: m for m in by_id(connection, [node for node in chain if node in members]).values()}
    told = [
        f"{names[a].name} ({names[a].address}) and {names[b].name} ({names[b].address}): {near[a][b]}."
        for a, b in pairwise(chain)
        if near[a][b]
    ]
    head = f"Both are in the party {one.party_id}"
    if one.profile_id == other.profile_id:
        return [f"{head}: both records say the very same of it."]
    if not told:
        return [f"{head}; the links that once tied them have gone, and the next run looks at it again."]
    return [f"{head}, tied by {len(told)} link{'s' * (len(told) > 1)}:", *told]


def _first_mentions(members: Mapping[str, str], chain: Sequence[str]) -> list[str]:
    first: dict[str, str] = {}
    for mention, profile in members.items():
        first.setdefault(profile, mention)
    return sorted(first[node] for node in chain if node in first)


def _why_not(
    connection: duckdb.DuckDBPyConnection, one: Mention, other: Mention, score: dict[str, Any] | None,
    judgement: Judgement | None, profiles: Mapping[str, dict[str, Any]],
) -> list[str]:  # fmt: skip
    from orchestration.linkage.clusters import SUPPORT

    told = [f"They are two parties, {one.party_id} and {other.party_id}."]
    if judgement and judgement.verdict == "different":
        return [*told, f"{judgement.author} judged them different ({judgement.at:%Y-%m-%d}): {judgement.reason}"]
    if judgement and judgement.verdict == "same":
        return [*told, f"{judgement.author} judged them the same on {judgement.at:%Y-%m-%d}: the next run joins them."]
    if score is None:
        return [*told, "Both say the very same, and people's judgements about one of them keep them apart."]
    if score["band"] == "different":
        return [*told, "Their score is below what a person would look at, or they share nothing by which to compare."]
    if score["band"] == "review":
        told.append("Their score leaves it open: a person may judge it (`entrepot parties judge`).")
    a, b = profiles[one.profile_id], profiles[other.profile_id]
    if a.get("list_code") and a.get("list_code") == b.get("list_code"):
        told.append(f"Both are entries of the list {a['list_code']}, which hardly lists anybody twice.")
    mean, matches = _support(connection, one, other)
    told.append(
        "Two parties become one where a score between them is a match and their probabilities are "
        f"{SUPPORT:.2f} on average; here {matches or 'none'} {'are' if matches > 1 else 'is'} a match and the average "
        f"is {mean:.2f}."
    )
    return told


def _support(connection: duckdb.DuckDBPyConnection, one: Mention, other: Mention) -> tuple[float, int]:
    """Mean probability over all pairs of profiles between the two parties, in which a pair without a score counts as 0,
    and how many of these pairs match.
    """
    found = connection.execute(
        "WITH profiles AS (SELECT DISTINCT clusters.party_id, mentions.profile_id "
        "FROM intermediate.int_parties__mentions AS mentions "
        "INNER JOIN linkage.party_clusters AS clusters ON mentions.mention_id = clusters.mention_id "
        f"WHERE clusters.party_id IN ({sql_list([one.party_id, other.party_id])})) "
        "SELECT sum(coalesce(pairs.probability, 0)) / count(*), count(*) FILTER (pairs.band = 'match') "
        "FROM profiles AS one "
        "INNER JOIN profiles AS other ON one.party_id < other.party_id "
        "LEFT JOIN linkage.pairs AS pairs ON pairs.profile_a = least(one.profile_id, other.profile_id) "
        "AND pairs.profile_b = greatest(one.profile_id, other.profile_id)"
    ).fetchall()
    return float(found[0][0] or 0.0), int(found[0][1])


def _profiles(connection: duckdb.DuckDBPyConnection, profile_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    found = connection.execute(
        f"SELECT * FROM intermediate.int_parties__profiles WHERE profile_id IN ({sql_list(sorted(set(profile_ids)))})"
    )
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {row["profile_id"]: row for row in rows}


def _document(judgement: Judgement, counts: Sequence[Judgement], evidence: str) -> dict[str, Any]:
    is_in_force = judgement in counts
    return {
        **asdict(judgement),
        "is_in_force": is_in_force,
        "evidence_has_changed": judgement.verdict != UNDONE and judgement.evidence != evidence,
    }
