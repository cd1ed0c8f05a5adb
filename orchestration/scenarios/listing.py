"""Replays history under a list entry that did not exist: whom screening would have hit, by the real scorer.

Here: the entry compared with every party mentioned in the warehouse, at the thresholds of linkage. Not here: scores
(linkage/scores.py) and screening as it runs (dbt).
"""

import hashlib
import json

import pyarrow as pa

from orchestration.linkage.model_file import model
from orchestration.linkage.profiles import COLUMNS as PROFILE_COLUMNS
from orchestration.linkage.scores import grown, unscored
from orchestration.linkage.store import PROFILES
from orchestration.scenarios.outcome import COLUMNS, Outcome, outcome_of
from orchestration.scenarios.proposal import ListEntry
from orchestration.scenarios.scratch import scratch_warehouse
from orchestration.settings import Home

# What a record that names parties tells besides, where it is an application or a licence line.
_KNOWN = """
    SELECT parties.partner, parties.feed, parties.record_ref, applications.application_ref,
        applications.submitted_on AS happened_on, applications.destination_code, applications.outcome,
        NULL AS value, NULL AS currency, NULL AS value_eur
    FROM staging.stg_trade_ministry__parties AS parties
    INNER JOIN main.fct_applications AS applications USING (partner, application_ref)
    UNION ALL
    SELECT partner, feed, record_ref, application_ref, decided_on, destination_code, outcome, value, currency, value_eur
    FROM main.fct_licence_lines
    UNION ALL
    SELECT partner, feed, record_ref, NULL, declared_on, destination_code, NULL, value, currency, value_eur
    FROM main.fct_declarations
    UNION ALL
    SELECT partner, feed, record_ref, NULL, seized_on, destination_code, legal_ground, value, currency, value_eur
    FROM main.fct_seizures
    UNION ALL
    SELECT partner, feed, record_ref, NULL, received_on, destination_code, NULL, NULL, NULL, NULL
    FROM main.fct_intelligence_reports
"""
_ROLES = "'consignee', 'intermediate_consignee', 'end_user', 'applicant', 'exporter', 'agent', 'accused', 'subject'"


def replay(home: Home, title: str, entry: ListEntry) -> Outcome:
    """The records that name a party which the entry would have hit; `because` gives weight and band of the score.

    A hit in the band for review is one that people look at; it counts as a false positive where the record gives the
    party another country than the entry's.
    """
    with scratch_warehouse(home) as connection:
        profiles = connection.execute(f"SELECT {', '.join(PROFILE_COLUMNS)} FROM intermediate.int_parties__profiles")
        known = profiles.to_arrow_table().cast(PROFILES)
        given = profile_of(entry)
        found = grown(unscored(known), given).pairs
        connection.register("scored", found)
        own = given["profile_id"][0].as_py()
        frozen = model()
        first = "" if entry.first_day is None else f"AND known.happened_on >= DATE '{entry.first_day}'"
        country = "NULL" if entry.country is None else f"'{entry.country}'"
        connection.execute(f"CREATE TEMP TABLE concerned ({COLUMNS})")
        connection.execute(
            f"""
            INSERT INTO concerned
            WITH hits AS (
                SELECT CASE WHEN profile_a = '{own}' THEN profile_b ELSE profile_a END AS profile_id, match_weight,
                    CASE WHEN match_weight >= {frozen.match} THEN 'match' ELSE 'review' END AS band
                FROM scored
                WHERE '{own}' IN (profile_a, profile_b) AND match_weight >= {frozen.review}
            ),
            known AS ({_KNOWN})
            SELECT 'hit: ' || hits.band, mentions.partner, mentions.feed, mentions.record_ref, known.application_ref,
                known.happened_on, NULL, known.destination_code, known.outcome, known.value, known.currency,
                known.value_eur, NULL,
                hits.band = 'review' AND mentions.country_code <> {country}, mentions.name,
                mentions.role || ', weight ' || round(hits.match_weight, 2)
            FROM hits
            INNER JOIN intermediate.int_parties__mentions AS mentions USING (profile_id)
            LEFT JOIN known USING (partner, feed, record_ref)
            WHERE mentions.role IN ({_ROLES}) {first}
            """
        )
        return outcome_of(connection, title, "list_entry", _assumptions(entry))


def profile_of(entry: ListEntry) -> pa.Table:
    """The entry as a row of int_parties__profiles, with an id that no profile of a record has."""
    row: dict[str, str | None] = dict.fromkeys(PROFILE_COLUMNS)
    row |= dict.fromkeys(("aliases", "countries", "birth_dates", "identifiers", "addresses", "programmes"), "[]")
    row |= {
        "profile_id": f"scenario-{hashlib.sha256(repr(entry).encode()).hexdigest()[:23]}",
        "entity_kind": entry.entity_kind,
        "name": entry.names[0],
        "aliases": json.dumps([{"name": name} for name in entry.names[1:]], ensure_ascii=False),
        "list_refs": "[]",
        "list_code": "SCENARIO",
        "entry_ref": "SCENARIO",
        "list_entry_ref": "SCENARIO",
    }
    if entry.country is not None:
        row["countries"] = json.dumps([entry.country])
    if entry.birth_date is not None:
        row["birth_dates"] = json.dumps([entry.birth_date.isoformat()])
    return pa.Table.from_pylist([row], schema=PROFILES)


def _assumptions(entry: ListEntry) -> tuple[str, ...]:
    frozen = model()
    found = [
        f"Scored by the linkage model {frozen.version}: match from weight {frozen.match}, review from {frozen.review}.",
        "One row per record that names the party; a false positive is a hit for review in another country.",
    ]
    if entry.country is None:
        found.append("The entry gives no country, so that no false positive can be told.")
    if entry.first_day is not None:
        found.append(f"Only records from {entry.first_day} on; records without a day are left out.")
    return tuple(found)
