"""Rounding of counts to a base, and what a rounded number tells of the true one.

Belongs here: rounding to the nearest multiple, and random rounding whose draw is a function of a key and the figure's
identity, so that the same figure of the same release is rounded the same way wherever it stands. Does not belong here:
whether rounded tables protect anybody (audit).

Policy for small counts: to the nearest multiple, 1 and 2 become 0, 3 and 4 become 5; a printed 0 may stand for 0 to 2.
"""

from __future__ import annotations

import hashlib
import hmac
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from reports.disclosure.policy import Profile

_DRAWS = 1 << 53


def rounded(value: Decimal, profile: Profile, identity: str, key: bytes = b"") -> Decimal:
    """The count as the profile prints it."""
    base = Decimal(profile.base)
    if not profile.random:
        return (value / base).quantize(Decimal(1), rounding=ROUND_HALF_UP) * base
    below = (value / base).to_integral_value(ROUND_FLOOR) * base
    left = value - below
    # Up with the probability of what is left over, so that rounding is right on average.
    draw = int.from_bytes(hmac.new(key, identity.encode(), hashlib.sha256).digest()[:8], "big") % _DRAWS
    return below + base if left and Decimal(draw) * base < left * _DRAWS else below


def band(printed: Decimal, profile: Profile) -> tuple[Decimal, Decimal]:
    """The counts for which this number could stand: 2 to either side of a multiple of 5, or 4 if it was drawn."""
    reach = Decimal(profile.base - 1) if profile.random else Decimal(profile.base // 2)
    return max(Decimal(0), printed - reach), printed + reach
