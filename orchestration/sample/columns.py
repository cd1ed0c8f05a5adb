"""Columns of numbers and text: how the sample world's numpy arrays become typed Arrow columns, without
loops.

Belongs here: array types and conversions that know nothing of export control. Does not belong here: what a
column means.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]  # datetime64[D]
Seconds = npt.NDArray[np.datetime64]  # datetime64[s]
NO_DAY = np.datetime64("NaT", "D")


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """A random generator for one purpose: what another part of the world draws does not shift its numbers."""
    return np.random.default_rng([seed, *(zlib.crc32(str(part).encode()) for part in purpose)])


def choose(rng: np.random.Generator, count: int, weights: tuple[float, ...] | npt.NDArray[np.floating[Any]]) -> Ints:
    """`count` positions in `weights`, each as likely as its weight says."""
    cumulative = np.cumsum(np.asarray(weights, float))
    drawn = np.searchsorted(cumulative, rng.random(count) * cumulative[-1], side="right")
    return np.minimum(drawn, len(cumulative) - 1)


def zipf(rng: np.random.Generator, count: int, size: int, exponent: float = 0.9) -> Ints:
    """`count` numbers below `size`; number k is drawn in proportion to 1 / (k + 3) ** exponent."""
    return choose(rng, count, 1.0 / (np.arange(size) + 3.0) ** exponent)


def decimals(minor_units: Ints, scale: int, present: Bools | None = None) -> pa.Array:
    """DECIMAL(18, scale) column of whole minor units; null where not `present`."""
    low = np.ascontiguousarray(minor_units, np.int64)
    words = np.column_stack([low, low >> 63])
    column = pa.Array.from_buffers(pa.decimal128(18, scale), len(low), [None, pa.py_buffer(words.tobytes())])
    return column if present is None else only(column, present)


def days(values: Days) -> pa.Array:
    """Date column; NaT is null."""
    return pa.array(values.astype("datetime64[D]"))


def moments(values: Seconds) -> pa.Array:
    """Timestamp column without a zone, to the minute; NaT is null."""
    return pa.array(values.astype("datetime64[m]").astype("datetime64[s]"))


def only(column: pa.Array, present: Bools) -> pa.Array:
    """`column` with null where not `present`."""
    return pc.if_else(pa.array(present), column, pa.scalar(None, column.type))


def pick(codes: tuple[str, ...] | pa.Array, index: Ints) -> pa.Array:
    """Text column: the code at each index, null for a negative index."""
    values = codes if isinstance(codes, pa.Array) else pa.array(codes, pa.string())
    return values.take(pa.array(index, mask=index < 0))


def padded(numbers: Ints, width: int) -> pa.Array:
    """Whole numbers as text with leading zeros."""
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")


def joined(*parts: pa.Array | str) -> pa.Array:
    """Text columns and constants run together row by row."""
    return pc.binary_join_element_wise(*parts, "")


def years(values: Days | Seconds) -> Ints:
    """The calendar year of each day."""
    return values.astype("datetime64[Y]").astype(np.int64) + 1970


def rank_within(group: npt.NDArray[np.integer[Any]]) -> Ints:
    """0, 1, 2 ... within each run of equal values of a sorted array."""
    if len(group) == 0:
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    return np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))


def number_within_year(values: Days | Seconds, first: int = 1) -> Ints:
    """Running number from `first` within each year, for days in ascending order."""
    return rank_within(years(values)) + first


def table(columns: Mapping[str, pa.Array]) -> pa.Table:
    """An Arrow table of one chunk for each column."""
    return pa.table(dict(columns))
