"""How the numbers of a sample are written: decimal sign, sign between thousands, digits.

Here: one notation for the whole file where one fits, because a partner's export has one locale. Not here: which
columns are numbers at all (columns.py).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from orchestration.onboarding.glance import survivors
from orchestration.quoting import sql_text


@dataclass(frozen=True)
class Notation:
    """A decimal sign and the sign between thousands, if there is one."""

    decimal: str = "."
    grouping: str = ""

    @property
    def whole(self) -> str:
        """The pattern of a whole value, for searching: without its ends, `2` alone would match of `2.575,00`."""
        return f"^{self.pattern}$"

    @property
    def pattern(self) -> str:
        """The regular expression of a number so written; what stands after the decimal sign is the group 1."""
        mark = re.escape(self.grouping)
        whole = f"(?:[0-9]+|[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+)" if self.grouping else "[0-9]+"
        return f"-?{whole}(?:{re.escape(self.decimal)}([0-9]+))?"


# The first that fits as many columns as any other is taken: the plain ones come first.
NOTATIONS = (
    Notation(), Notation(","), Notation(".", ","), Notation(",", "."), Notation(".", "'"), Notation(",", "\u00a0"),
    Notation(",", "\u202f"), Notation(",", " "), Notation(".", " "), Notation(".", "\u2019"),
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """A column of numbers: its notation, most digits before the sign, most decimals (None: whole numbers)."""

    notation: Notation
    digits: int
    scale: int | None
    negative: bool
    leading_zeros: bool
    why: str


def fitting(connection: duckdb.DuckDBPyConnection, values: str) -> list[Notation]:
    """The notations in which every value of a column is a number; none for a column of other things."""
    conditions = {one.pattern: f"regexp_full_match(v, {sql_text(one.pattern)})" for one in NOTATIONS}
    fits = survivors(connection, values, conditions)
    return [one for one in NOTATIONS if one.pattern in fits]


def agree(columns: Iterable[list[Notation]]) -> Notation:
    """The notation that fits the most columns that are not plain digits in every notation."""
    telling = [found for found in columns if found and len(found) < len(NOTATIONS)]
    return max(NOTATIONS, key=lambda one: (sum(one in found for found in telling), -NOTATIONS.index(one)))


def guess_figures(connection: duckdb.DuckDBPyConnection, values: str, agreed: Notation) -> Figures | None:
    """A column of numbers in the agreed notation, else in its own; None when it has other values."""
    found = fitting(connection, values)
    if not found:
        return None
    own = agreed if agreed in found else found[0]
    # "1,234" is a decimal comma or a thousands sign; always three digits after it speak for thousands.
    grouped = next((one for one in found if one.grouping == own.decimal), None)
    doubtful = grouped is not None and not own.grouping and _always_three(connection, values, own)
    if doubtful and grouped is not None and own != agreed:
        own = grouped
    after = f"regexp_extract(v, {sql_text(own.whole)}, 1)"
    before = f"regexp_replace(regexp_replace(v, {sql_text(re.escape(own.decimal) + '[0-9]+$')}, ''), '[^0-9]', '', 'g')"
    decimals, digits, negative, zeros = connection.execute(
        f"select max(length({after})), max(length({before})), bool_or(v like '-%'), "
        f"bool_or(regexp_full_match(v, '0[0-9]+')) from {values}"
    ).fetchall()[0]
    grouping = f" and `{own.grouping}` between thousands" if own.grouping else ""
    why = f"the decimal sign is `{own.decimal}`{grouping}"
    if doubtful:
        why += "; AMBIGUOUS: the sign always has three digits after it, so it may also part thousands: ask the partner"
    return Figures(own, int(digits), int(decimals) or None, bool(negative), bool(zeros), why)


def _always_three(connection: duckdb.DuckDBPyConnection, values: str, notation: Notation) -> bool:
    after = f"regexp_extract(v, {sql_text(notation.whole)}, 1)"
    found = connection.execute(f"select min(length({after})) filter (where {after} <> ''), max(length({after})) from "
                               f"{values}").fetchall()[0]  # fmt: skip
    return tuple(found) == (3, 3)
