"""Where each field of a fixed-width feed stands in its line.

Here: from the `start` and `width` of the fields to places that do not overlap, or an error that names the line of the
contract. Not here: the reading of such files (submissions/read/fixed.py).
"""

from collections.abc import Sequence
from dataclasses import replace

from orchestration.contracts.model import Field
from orchestration.contracts.plain_yaml import Document
from orchestration.errors import ContractError


def lay_out(document: Document, file_format: str, fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields with their `start` filled in: where none is given, a field follows the one before it.

    Raises ContractError for a field without width, for fields that overlap, and for either word in another format.
    """

    def fail(position: int, message: str) -> None:
        place = document.at(("schema", 0, "properties", position))
        raise ContractError(f"{place}: field `{fields[position].name}`: {message}.")

    placed: list[Field] = []
    for position, field in enumerate(fields):
        if file_format != "fixed":
            if field.start or field.width:
                fail(position, f"start and width have no meaning in the format {file_format}; they are for `fixed`")
            placed.append(field)
            continue
        if not field.width:
            fail(position, "a feed of fixed width needs the customProperty width, in characters")
        follows = placed[-1].start + placed[-1].width if placed else 1
        field = replace(field, start=field.start or follows)
        for other in placed:
            if field.start < other.start + other.width and other.start < field.start + field.width:
                fail(
                    position,
                    f"columns {field.start} to {field.start + field.width - 1} overlap with those of `{other.name}` "
                    f"({other.start} to {other.start + other.width - 1})",
                )
        placed.append(field)
    return tuple(placed)


def line_length(fields: Sequence[Field]) -> int:
    """The number of characters of a whole line."""
    return max(field.start + field.width - 1 for field in fields)
