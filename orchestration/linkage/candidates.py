"""Pairs of profiles that are worth comparing, and their measures, in pieces that memory holds.

Here: from profiles to tables of measures. Not here: the keys (blocking.py), the measures (compare.py) and the weights.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.linkage import blocking, compare
from orchestration.linkage.profiles import Profile

PIECE = 50_000


def pairs(
    connection: duckdb.DuckDBPyConnection, profiles: Sequence[Profile], first_new: int
) -> Iterator[tuple[int, int]]:
    """Positions of all candidate pairs with at least one profile from `first_new` on, each once, in order."""
    keyed = [(key, place) for place, profile in enumerate(profiles) for key in sorted(blocking.keys(profile))]
    block_keys = pa.table({
        "key": pa.array([key for key, _ in keyed], pa.string()), "place": pa.array([p for _, p in keyed], pa.int32()),
    })  # fmt: skip
    connection.register("block_keys", block_keys)
    found = connection.execute(
        "SELECT old.place AS one, new.place AS other, bool_and(old.key[1] IN ?) AS is_weak "
        "FROM block_keys AS old JOIN block_keys AS new ON old.key = new.key AND old.place < new.place "
        "WHERE new.place >= ? GROUP BY one, other ORDER BY one, other",
        [list(blocking.WEAK), first_new],
    ).fetchnumpy()
    columns = (found[name].tolist() for name in ("one", "other", "is_weak"))
    for one, other, is_weak in zip(*columns, strict=True):
        if blocking.worth_comparing(profiles[one], profiles[other], is_weak):
            yield one, other


def measured(
    connection: duckdb.DuckDBPyConnection, profiles: Sequence[Profile], first_new: int = 0
) -> Iterator[pa.Table]:
    """Tables of candidate pairs: profile_l < profile_r and one column for each measure."""
    ready = [compare.ready(profile) for profile in profiles]
    wanted = pairs(connection, profiles, first_new)
    while piece := list(islice(wanted, PIECE)):
        values = np.empty((len(piece), len(compare.MEASURES)))
        for row, (one, other) in enumerate(piece):
            values[row] = [np.nan if value is None else value for value in compare.measure(ready[one], ready[other])]
        ids = [sorted((profiles[one].profile_id, profiles[other].profile_id)) for one, other in piece]
        columns = {"profile_l": pa.array([a for a, _ in ids]), "profile_r": pa.array([b for _, b in ids])}
        for place, name in enumerate(compare.MEASURES):
            columns[name] = pa.array(values[:, place], from_pandas=True)
        yield pa.table(columns)
