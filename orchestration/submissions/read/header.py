"""Compares the columns of a file with those of the contract.

Here: the mapping of columns by name, for every format that has named columns, and the sentence when it fails.
Nothing is guessed: a column that the contract does not know and one that it misses are both a breach of the
contract.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence

from orchestration.contracts.model import Contract
from orchestration.errors import RejectedFileError


def normal(name: str) -> str:
    """A column name without blanks around it and in one Unicode form; inner blanks and line breaks count as
    one blank.
    """
    return " ".join(unicodedata.normalize("NFC", name).split())


def match_columns(found: Sequence[str], contract: Contract, name: str, where: str = "the header") -> list[str | None]:
    """For each column of the file the Field.name it feeds, or None when it is ignored by agreement.

    `where` names the place of the columns in the sentence, such as "the header on line 2". A last column
    without a name is allowed where the contract says trailingDelimiter.
    """
    columns = [normal(column) for column in found]
    if contract.options.trailing_delimiter and columns and columns[-1] == "":
        columns[-1:] = ["\0trailing"]
    by_source = {normal(field.source): field.name for field in contract.fields}
    ignored = {normal(column) for column in contract.ignored_columns} | {"\0trailing"}
    repeated = [column for column, count in Counter(columns).items() if count > 1]
    if repeated:
        raise RejectedFileError(
            f"{name}: {where} names the column {_list(repeated)} more than once, so its cells cannot be told "
            "apart. "
            "Give each column once."
        )
    unknown = [column for column in columns if column not in by_source and column not in ignored]
    missing = [source for source in by_source if source not in columns]
    if unknown or missing:
        parts = []
        if missing:
            parts.append(f"lacks {_list(missing)}")
        if unknown:
            parts.append(f"has {_list(unknown)}, which the contract does not know")
        raise RejectedFileError(
            f"{name}: {where} {' and '.join(parts)}. The contract {contract.id} {contract.version} declares: "
            f"{', '.join(by_source)}. Export the file with exactly these columns (their order does not "
            "matter), or agree a new "
            "version of the contract."
        )
    return [by_source.get(column) for column in columns]


def _list(names: Sequence[str]) -> str:
    shown = [
        f"`{name if len(name) <= 80 else name[:80] + '...'}`" if name else "a column without a name"
        for name in names[:12]
    ]
    return ", ".join(shown) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
