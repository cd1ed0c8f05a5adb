"""Rounding of counts to a base, and what a rounded number tells of the true one.

Belongs here: rounding to the nearest multiple, and random rounding whose draw is a function of a key and the figure's
identity, so that the same figure is rounded the same way wherever and however often it stands. Does not belong here:
whether rounded tables protect anybody (rounding_audit), or tables (rounded_tables).

Policy for small counts: to the nearest multiple of five, 1 and 2 become 0, 3 and 4 become 5. A printed 0 stands for 0
to 2 and has no mark: [low] in its place, or another look of a true 0, would tell that there is somebody.
"""

from __future__ import annotations

import hashlib
import hmac
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from reports.disclosure.policy import Profile
from reports.errors import ReportError

_DRAWS = 1 << 53
_KEY_AT_LEAST = 16


def rounded(value: Decimal, profile: Profile, identity: str, key: bytes = b"") -> Decimal:
    """The count as the profile prints it; ReportError for a draw without a key."""
    base = Decimal(profile.base)
    if not profile.random:
        return (value / base).quantize(Decimal(1), rounding=ROUND_HALF_UP) * base
    if len(key) < _KEY_AT_LEAST:
        raise ReportError(
            f"The profile '{profile.name}' rounds by a draw, and there is no secret to draw by: whoever knew it could "
            "undo the rounding. Publish from a home, which keeps one in its folder keys/."
        )
    below = (value / base).to_integral_value(ROUND_FLOOR) * base
    left = value - below
    # Up with the probability of what is left over, so that rounding is right on average.
    draw = int.from_bytes(hmac.new(key, identity.encode(), hashlib.sha256).digest()[:8], "big") % _DRAWS
    return below + base if left and Decimal(draw) * base < left * _DRAWS else below


def band(printed: Decimal, base: int, random: bool) -> tuple[Decimal, Decimal]:
    """The counts for which this number could stand: 2 to either side of a multiple of 5, or 4 if it was drawn."""
    below, above = (base - 1, base - 1) if random else (base // 2, (base - 1) // 2)
    return max(Decimal(0), printed - below), printed + above


def key_mark(key: bytes) -> str:
    """By what a key is known again, which tells nothing of it: kept beside the numbers that were drawn by it."""
    return hmac.new(key, b"which key this is", hashlib.sha256).hexdigest()[:16]
