"""What stands in the columns of a sample: types, forms, empty words, codes, lengths.

Here: one column at a time over all rows, with DuckDB; only what every value of the sample bears out is guessed. Not
here: forms of numbers (figures.py), dates (days.py) and texts (wording.py), keys (keys.py), and the YAML (write.py).
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import duckdb

from orchestration.contracts.model import CodeList
from orchestration.onboarding.column import Column, Looked, noted
from orchestration.onboarding.days import guess_days
from orchestration.onboarding.figures import Notation, guess_figures
from orchestration.onboarding.wording import guess_text
from orchestration.quoting import sql_list, sql_name, sql_text

_BLANKS = r"[\s\x{00a0}\x{2007}\x{202f}\x{feff}\x{200b}]"
# Words for "nothing here". The weak ones are codes or words as well (NA is Namibia): only beside numbers and dates.
_EMPTY_WORDS = ("-0-", "NULL", "null", "N/A", "n/a", "#N/A", "-", "--", "(null)", "None")
_WEAK_EMPTY_WORDS = ("NA", "na", "None", ".", "..", "?", "x", "X", ":")
_YES_NO = (("true", "false"), ("yes", "no"), ("y", "n"), ("j", "n"), ("ja", "nein"), ("oui", "non"), ("o", "n"))
_CODE_NAMES = re.compile(
    r"(code|number|nummer|numero|numéro|no|nr|num|id|ref|zip|post|postal|phone|tel|fax|hs|cn|taric|eori|mrn|isin|lei)"
)
_CODE_DIGITS, _BIGGEST = 4, 18  # a number of four digits and more may be a code; more than 18 fit no BIGINT
_SHORT = 60


def look_at_column(connection: duckdb.DuckDBPyConnection, relation: str, name: str, source: str, number: int) -> Looked:
    """Count a column's values once, into a temporary table of the distinct ones."""
    column = sql_name(name)
    stripped = f"regexp_replace({column}, '^{_BLANKS}+|{_BLANKS}+$', '', 'g')"
    table = f"values_{number}"
    connection.execute(
        f"create or replace temp table {table} as select nullif({stripped}, '') as v, count(*) as n, "
        f"count(*) filter (where {column} <> {stripped}) as padded from {relation} group by 1"
    )
    counts = connection.execute(
        f"select coalesce(sum(n) filter (where v is not null), 0), count(v), coalesce(sum(n), 0), "
        f"coalesce(sum(padded), 0), coalesce(max(length(v)), 0) from {table}"
    ).fetchall()[0]
    filled, distinct, rows, padded, longest = (int(value) for value in counts)
    return Looked(name, source, f"(select v, n from {table} where v is not null)", filled, distinct, rows, padded,
                  longest)  # fmt: skip


def guess_column(
    connection: duckdb.DuckDBPyConnection, looked: Looked, notation: Notation, day_first: bool | None,
    house_lists: Mapping[str, CodeList],
) -> Column:  # fmt: skip
    """Type and rules of one column that all of its values bear out."""
    words = _found_words(connection, looked)
    column, values = _without(looked, words)
    found = None
    if column.filled:
        found = (
            _as_boolean(connection, values, column)
            or _as_day(connection, values, column, day_first)
            or _as_number(connection, values, column, notation)
        )
    if found is None:
        words = {word: count for word, count in words.items() if word in _EMPTY_WORDS}
        column, values = _without(looked, words)
        found = guess_text(connection, values, looked, column, house_lists)
    if words:
        told = f"{', '.join(words)} stands {sum(words.values()):,} times and looks like a word for empty"
        found = noted(found, "nullValues", told, null_values=tuple(words))
    if found.filled == looked.rows:
        found = noted(found, "required", f"none of {looked.rows:,} cells is empty", required=True)
    return replace(found, examples=_examples(connection, values))


def without_empty_words(looked: Looked) -> str:
    """A query for the column's values that are surely no words for empty."""
    return f"(select v, n from {looked.values} where v not in ({sql_list((*_EMPTY_WORDS, *_WEAK_EMPTY_WORDS))}))"


def list_column(looked: Looked) -> Column:
    """A column of a JSON or XML file that holds lists."""
    column, _ = _without(looked, {})
    column = noted(
        column, "logicalType", "several values can stand in one record; they are kept as JSON text", type="array"
    )
    if looked.filled == looked.rows:
        column = noted(column, "required", f"none of {looked.rows:,} records lacks it", required=True)
    return column


def _found_words(connection: duckdb.DuckDBPyConnection, looked: Looked) -> dict[str, int]:
    found = connection.execute(
        f"select v, n from {looked.values} where v in ({sql_list((*_EMPTY_WORDS, *_WEAK_EMPTY_WORDS))}) order by v"
    ).fetchall()
    return {str(word): int(count) for word, count in found} if len(found) < looked.distinct else {}


def _without(looked: Looked, words: Mapping[str, int]) -> tuple[Column, str]:
    """The column and a query for its values where these words mean empty."""
    values = f"(select v, n from {looked.values} where v not in ({sql_list(words)}))" if words else looked.values
    filled, distinct = looked.filled - sum(words.values()), looked.distinct - len(words)
    return Column(looked.name, looked.source, "string", filled, distinct, trim=looked.padded > 0), values


def _as_boolean(connection: duckdb.DuckDBPyConnection, values: str, column: Column) -> Column | None:
    found = {str(row[0]) for row in connection.execute(f"select distinct v from {values} limit 5").fetchall()}
    for yes, no in _YES_NO:
        if {item.lower() for item in found} == {yes, no} and len(found) == 2:
            told = {item.lower(): item for item in found}
            why = f"only {told[yes]} and {told[no]} occur"
            typed = noted(column, "logicalType", why, type="boolean")
            return noted(typed, "booleans", "by their meaning", booleans=(told[yes], told[no]))
    return None


def _as_day(
    connection: duckdb.DuckDBPyConnection, values: str, column: Column, day_first: bool | None
) -> Column | None:
    days = guess_days(connection, values, day_first)
    if days is None:
        return None
    return noted(noted(column, "logicalType", days.why, type=days.type), "formats", days.doubt, formats=days.formats)


def _as_number(connection: duckdb.DuckDBPyConnection, values: str, column: Column, notation: Notation) -> Column | None:
    figures = guess_figures(connection, values, notation)
    if figures is None or figures.leading_zeros:
        return None
    named_a_code = any(_CODE_NAMES.fullmatch(part) for part in column.name.split("_"))
    if figures.scale is None and (figures.digits > _BIGGEST or (named_a_code and figures.digits >= _CODE_DIGITS)):
        return None
    if not figures.negative:
        column = noted(column, "minimum", "no value is below nought", minimum="0")
    column = replace(column, notation=figures.notation)
    if figures.scale is None:
        return noted(column, "logicalType", "every value is a whole number", type="integer")
    if figures.digits + figures.scale > 38:
        return None
    column = noted(column, "logicalType", f"every value is a number; {figures.why}", type="number")
    precision = 18 if figures.digits + figures.scale <= 18 else 38
    return noted(column, "scale", "the most decimals in the sample", scale=figures.scale, precision=precision)


def _examples(connection: duckdb.DuckDBPyConnection, values: str) -> tuple[str, ...]:
    found = connection.execute(
        f"select v from {values} where length(v) <= {_SHORT} and not regexp_matches(v, {sql_text('[[:cntrl:]]')}) "
        "order by n desc, v limit 2"
    ).fetchall()
    return tuple(str(row[0]) for row in found)
