"""Columns of text: codes, one shape for all values, or a greatest length.

Here: what narrows a column that is neither number nor date. Not here: how its values were counted (columns.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb

from orchestration.contracts.model import CodeList
from orchestration.onboarding.column import Column, Looked, noted
from orchestration.quoting import sql_list

_HOUSE_LISTS = ("countries", "currencies", "units")
_FEW, _MOST_CODES, _LONGEST_CODE = 10, 60, 40
_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


def guess_text(
    connection: duckdb.DuckDBPyConnection,
    values: str,
    looked: Looked,
    column: Column,
    house_lists: Mapping[str, CodeList],
) -> Column:
    """Codes, a pattern, or a greatest length: the narrowest that all values of a column of text bear out."""
    if not column.filled:
        return replace(column, notes={"logicalType": "the column is empty in the sample"})
    found = connection.execute(f"select v from {values} order by n desc, v limit {_MOST_CODES + 1}").fetchall()
    distinct = [str(row[0]) for row in found]
    column = replace(column, notes={"logicalType": _why_text(connection, values)})
    if house := _house_list(connection, values, house_lists):
        return noted(column, "codeList", f"every value is a code of the house's list {house}", code_list=house)
    if _are_codes(distinct, column.filled, looked):
        why = f"only {len(distinct)} different values in {column.filled:,} cells"
        return noted(column, "codeList", why, codes=tuple(sorted(distinct)))
    pattern = _pattern(connection, values) if looked.longest <= _LONGEST_CODE else None
    if pattern:
        return noted(column, "pattern", "all values have this shape", pattern=pattern)
    why = f"the longest value has {looked.longest:,} characters"
    return noted(column, "maxLength", why, max_length=_round_up(looked.longest * 2))


def _why_text(connection: duckdb.DuckDBPyConnection, values: str) -> str:
    digits = connection.execute(f"select bool_and(regexp_full_match(v, '[0-9]+')) from {values}").fetchall()[0][0]
    return "only digits, but as text: they look like a code, in which leading zeros count" if digits else "text"


def _are_codes(distinct: Sequence[str], filled: int, looked: Looked) -> bool:
    short = all(len(value) <= _LONGEST_CODE for value in distinct)
    return 1 < len(distinct) <= _MOST_CODES and short and filled >= _FEW * len(distinct) and looked.longest > 0


def _house_list(connection: duckdb.DuckDBPyConnection, values: str, house_lists: Mapping[str, CodeList]) -> str | None:
    for name in _HOUSE_LISTS:
        codes = house_lists[name].codes if name in house_lists else ()
        found, strange = connection.execute(
            f"select count(*), count(*) filter (where v not in ({sql_list(codes) or 'null'})) from {values}"
        ).fetchall()[0]
        if codes and found >= 3 and strange == 0:
            return name
    return None


def _pattern(connection: duckdb.DuckDBPyConnection, values: str) -> str | None:
    """One shape of all values as a regular expression; None when they have several or hardly any."""
    shape = "regexp_replace(regexp_replace(v, '[A-Z]', 'A', 'g'), '[0-9]', '9', 'g')"
    shapes = [str(row[0]) for row in connection.execute(
        f"select {shape} as shape from {values} group by 1 order by 1 limit 2").fetchall()]  # fmt: skip
    if len(shapes) != 1 or "9" not in shapes[0] or re.search(r"[a-z\s]|[^\x20-\x7e]", shapes[0]):
        return None
    parts = []
    for run in re.findall(r"A+|9+|[^A9]+", shapes[0]):
        kind = {"A": "[A-Z]", "9": "[0-9]"}.get(run[0])
        times = f"{{{len(run)}}}" if len(run) > 1 else ""
        parts.append(_SPECIAL.sub(r"\\\g<0>", run) if kind is None else kind + times)
    return f"^{''.join(parts)}$"


def _round_up(length: int) -> int:
    return next(bound for bound in (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10**9) if bound >= length)
