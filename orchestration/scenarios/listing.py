"""Replays history under a list entry that did not exist: whom screening would have hit, by the real scorer.

Here: the entry compared with every party mentioned in the warehouse, at the thresholds of linkage. Not here: scores
(linkage/scores.py) and screening as it runs (dbt).
"""

import hashlib
import json
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.linkage.model_file import model
from orchestration.linkage.profiles import COLUMNS as PROFILE_COLUMNS
from orchestration.linkage.scores import grown
from orchestration.linkage.store import PAIRS, PROFILES, Kept
from orchestration.scenarios.outcome import COLUMNS, Outcome, outcome_of
from orchestration.scenarios.proposal import ListEntry
from orchestration.scenarios.scratch import scratch_warehouse
from orchestration.settings import Home

_FOREIGN = "'consignee', 'intermediate_consignee', 'end_user', 'applicant', 'exporter', 'agent', 'accused', 'subject'"


def replay(home: Home, title: str, entry: ListEntry) -> Outcome:
    """The records that name a party which the entry would have hit; `because` gives weight and band of the score.

    A hit in the band for review is one that people look at; it counts as a false positive where the record gives the
    party another country than the entry's.
    """
    with scratch_warehouse(home) as connection:
        profiles = connection.execute(f"SELECT {', '.join(PROFILE_COLUMNS)} FROM intermediate.int_parties__profiles")
        known = profiles.to_arrow_table().cast(PROFILES)
        given = profile_of(entry)
        found = grown(Kept(known, PAIRS.empty_table()), given, None).pairs
        connection.register("scored", found)
        own = given["profile_id"][0].as_py()
        frozen = model()
        first = "" if entry.first_day is None else f"AND coalesce(known.happened_on, DATE '9999-12-31') >= DATE '{entry.first_day}'"
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
            WHERE mentions.role IN ({_FOREIGN}) {first}
            """
        )
        return outcome_of(connection, title, "list_entry", _assumptions(entry))
