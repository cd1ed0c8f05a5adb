"""Values of an answer as JSON, and the stand-ins for the modules that DuckDB imports to make them.

When values are fetched no file can be opened any more, so what DuckDB would import must be there already. The real
modules cost a fifth of the child's start-up time, and text is all that is wanted of them. Does not belong here: DuckDB.

Values that JSON lacks are tagged: ``{"$n": "1.20"}`` decimal, ``$d`` date, ``$t`` timestamp, ``$c`` time of day,
``$b`` bytes in hexadecimal, ``$u`` any other as text.
"""

from __future__ import annotations

import datetime
import json
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Decimal:
    """A decimal as DuckDB writes it, all digits kept."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        """The digits."""
        return self.text


class Utc(datetime.tzinfo):
    """UTC with the methods of a pytz zone; the time zone of a query is always UTC."""

    def utcoffset(self, _moment: datetime.datetime | None) -> datetime.timedelta:
        """Always zero."""
        return datetime.timedelta()

    dst = utcoffset

    def tzname(self, _moment: datetime.datetime | None) -> str:
        """The zone's name."""
        return "UTC"

    def localize(self, moment: datetime.datetime) -> datetime.datetime:
        """The moment, in UTC."""
        return moment.replace(tzinfo=self)


def stand_in() -> None:
    """Put the stand-ins where DuckDB's import finds them."""
    for name, contents in (
        ("decimal", {"Decimal": Decimal}),
        ("uuid", {"UUID": str}),
        ("pytz", {"timezone": lambda _name: Utc(), "utc": Utc()}),
    ):
        module = type(sys)(name)
        vars(module).update(contents)
        sys.modules[name] = module


def line(message: Any) -> str:
    """The message as one line of JSON."""
    try:
        return json.dumps(message, default=_tagged, separators=(",", ":")) + "\n"
    except (TypeError, ValueError):
        return json.dumps(_with_text_keys(message), default=_tagged, separators=(",", ":")) + "\n"


def _tagged(value: Any) -> Any:
    """JSON form of a value that the json module does not know."""
    if isinstance(value, Decimal):
        return {"$n": value.text}
    if isinstance(value, datetime.datetime):
        return {"$t": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"$d": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"$c": value.isoformat()}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"$b": bytes(value).hex()}
    return {"$u": str(value)}


def _with_text_keys(value: Any) -> Any:
    """The value with the keys of maps as text, for maps whose keys JSON cannot hold."""
    if isinstance(value, dict):
        return {str(key): _with_text_keys(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_text_keys(inner) for inner in value]
    return value
