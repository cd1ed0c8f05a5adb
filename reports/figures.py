"""How a number is written: thousands, decimals, units, and the symbols that stand in for one.

Belongs here: one value to one text, by the rules of the locale. Does not belong here: where the value comes
from, or whether it may be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal

from reports.errors import ReportError
from reports.periods import Period

NOT_APPLICABLE = "[z]"
NOT_AVAILABLE = "[x]"
LOW = "[low]"
CONFIDENTIAL = "[c]"
# These stand beside a figure, and not in its place.
REVISED, BREAK, PARTIAL = "[r]", "[b]", "[p]"

# The symbols are those of the Government Statistical Service's guidance on symbols in tables (2023).
SYMBOLS = {
    CONFIDENTIAL: "confidential: it would tell what one of those who are counted did",
    NOT_AVAILABLE: "not available: the authority does not hold or did not deliver it",
    NOT_APPLICABLE: "not applicable: there is nothing of which it could be a share, a change or a quartile",
    LOW: "not zero, but below half of the smallest unit shown",
}
MARKS = {
    REVISED: "revised: another figure than in the edition before this one",
    BREAK: "break: figures before it are not comparable with those from it on",
    PARTIAL: "provisional: part of the records that were due had not come when this edition was made",
}
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Format:
    """One way to write a number."""

    scale: Decimal
    decimals: int
    additive: bool = False
    signed: bool = False


FORMATS: dict[str, Format] = {
    "count": Format(Decimal(1), 0, additive=True),
    "eur_million": Format(Decimal("0.000001"), 2, additive=True),
    "eur_thousand": Format(Decimal("0.001"), 1, additive=True),
    "days": Format(Decimal(1), 0),
    "months": Format(Decimal(1), 0, additive=True),
    "rate": Format(Decimal(1), 1),
    "share": Format(Decimal(100), 1),
    "change": Format(Decimal(100), 1, signed=True),
    "points": Format(Decimal(100), 1, signed=True),
}
TEXT, PERIOD = "text", "period"
WORDS = {TEXT, PERIOD}


def exact(value: Any) -> Decimal | None:
    """The value as a decimal, or None for a null. Floats go through their shortest text, so that 0.1 stays
    0.1.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        raise ReportError(f"A truth value ({value}) stands where a number was expected.")
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise ReportError(f"'{value}' stands where a number was expected.") from None
    return number if number.is_finite() else None


def shown(value: Any, format_name: str) -> Decimal | None:
    """The number as rounded for print, in the unit of its format (3.1 for a share of 0.0308)."""
    number = exact(value)
    if number is None:
        return None
    form = FORMATS[format_name]
    return (number * form.scale).quantize(Decimal(1).scaleb(-form.decimals), rounding=ROUND_HALF_UP)


def writer(locale: str) -> Callable[[Any, str], str]:
    """A function that writes a value in a format; null gives [z], what would round to nothing [low]."""

    def write(value: Any, format_name: str) -> str:
        if format_name == TEXT:
            return "" if value is None else str(value)
        if format_name == PERIOD:
            return Period.parse(str(value)).short_label()
        number = shown(value, format_name)
        if number is None:
            return NOT_APPLICABLE
        form = FORMATS[format_name]
        if number == 0:
            if exact(value) != 0 and not form.signed:
                return LOW
            number = abs(number)
        places = "0" * form.decimals
        text = format_decimal(abs(number), format=f"#,##0.{places}" if places else "#,##0", locale=locale)
        sign = MINUS if number < 0 else "+" if form.signed and number > 0 else ""
        return sign + text

    return write


def file_size(count: int) -> str:
    """The size of a file for people: ``35 kB``."""
    return f"{max(1, round(count / 1000))}\N{NO-BREAK SPACE}kB"
