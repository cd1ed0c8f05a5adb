"""Pairs of profiles that are worth comparing, and their measures, in pieces that memory holds.

Here: from profiles to their keys as a table, and from keys to tables of measures. Not here: what keys a profile has
(blocking.py), the measures (compare.py) and the weights. Keys once made are kept with the scores (store.py), so that
of profiles that have been compared before only those are read that share a key with a new one.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.linkage import blocking, compare
from orchestration.linkage.profiles import Profile

PIECE = 50_000
# A key, which of two it is where keys come in pairs (blocking.PAIRED), and the position of the profile that has it.
KEYS = pa.schema([("key", pa.string()), ("side", pa.int8()), ("place", pa.int32())])
# From positions to the profiles there.
Reader = Callable[[list[int]], Iterable[Profile]]
_SIDES = {**dict.fromkeys(blocking.PAIRED, 1), **dict.fromkeys(blocking.PAIRED.values(), -1)}


def keys_of(profiles: Iterable[Profile], first: int = 0) -> pa.Table:
    """All keys of profiles whose positions begin with `first`, in order of the profiles."""
    pieces, numbered = [], enumerate(profiles, start=first)
    while piece := list(islice(numbered, PIECE // 10)):
        keyed = [(key, place) for place, profile in piece for key in sorted(blocking.keys(profile))]
        columns = [
            pa.array([blocking.PAIRED.get(key[0], key[0]) + key[1:] for key, _ in keyed], pa.string()),
            pa.array([_SIDES.get(key[0], 0) for key, _ in keyed], pa.int8()),
            pa.array([place for _, place in keyed], pa.int32()),
        ]
        pieces.append(pa.Table.from_arrays(columns, schema=KEYS))
    return pa.concat_tables([KEYS.empty_table(), *pieces])


def pairs(
    connection: duckdb.DuckDBPyConnection, keys: pa.Table, first_new: int, read: Reader
) -> tuple[dict[int, Profile], Iterator[tuple[int, int]]]:
    """The profiles that share a key with one from position `first_new` on, by position, and the positions of all
    candidate pairs with at least one such, each once, in order.
    """
    connection.register("block_keys", keys)
    found = connection.execute(
        "SELECT old.place AS one, new.place AS other, bool_and(old.key[1] IN ?) AS is_weak "
        "FROM block_keys AS old JOIN block_keys AS new ON old.key = new.key AND old.place < new.place "
        "AND old.side + new.side = 0 WHERE new.place >= ? GROUP BY one, other ORDER BY one, other",
        [list(blocking.WEAK), first_new],
    ).fetchnumpy()
    places = np.union1d(found["one"], found["other"]).tolist()
    profiles = dict(zip(places, read(places), strict=True))
    columns = (found[name].tolist() for name in ("one", "other", "is_weak"))
    return profiles, (
        (one, other)
        for one, other, is_weak in zip(*columns, strict=True)
        if blocking.worth_comparing(profiles[one], profiles[other], is_weak)
    )


def measured(
    connection: duckdb.DuckDBPyConnection, keys: pa.Table, read: Reader, first_new: int = 0
) -> Iterator[pa.Table]:
    """Tables of the candidate pairs with a profile from `first_new` on: profile_l < profile_r and one column for each
    measure.
    """
    profiles, wanted = pairs(connection, keys, first_new, read)
    ready = {place: compare.ready(profile) for place, profile in profiles.items()}
    while piece := list(islice(wanted, PIECE)):
        values = np.empty((len(piece), len(compare.MEASURES)))
        for row, (one, other) in enumerate(piece):
            values[row] = [np.nan if value is None else value for value in compare.measure(ready[one], ready[other])]
        ids = [sorted((profiles[one].profile_id, profiles[other].profile_id)) for one, other in piece]
        columns = {"profile_l": pa.array([a for a, _ in ids]), "profile_r": pa.array([b for _, b in ids])}
        for place, name in enumerate(compare.MEASURES):
            columns[name] = pa.array(values[:, place], from_pandas=True)
        yield pa.table(columns)
