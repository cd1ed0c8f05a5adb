"""Numbers by which the sample world's firms and declarations are known, with check digits that hold.

Belongs here: the arithmetic of LEI (ISO 17442, ISO 7064 mod 97-10), of Arvenian EORI numbers (Luhn) and of
movement reference numbers (weights that are powers of two, mod 11). Does not belong here: who gets which
number.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.sample.columns import Ints, joined, padded

_ISSUER = "00XA00"  # XA is user-assigned in ISO 3166, so the prefix 00XA stands for no real issuer


def lei_codes(ordinal: Ints) -> pa.Array:
    """One LEI for each ordinal: 20 characters, the last two such that the whole is 1 modulo 97."""
    serial = (ordinal * 7_919 + 104_729) % 10**12
    remainder = int("".join(str(int(letter, 36)) for letter in _ISSUER)) % 97
    rest = (remainder * pow(10, 12, 97) + serial % 97) * 100 % 97
    return joined(_ISSUER, padded(serial, 12), padded(98 - rest, 2))


def eori_numbers(ordinal: Ints) -> pa.Array:
    """One Arvenian EORI number for each ordinal: XA, nine digits, and their Luhn check digit."""
    serial = (ordinal * 6_700_417 + 15_485_863) % 10**9
    return joined("XA", padded(serial, 9), padded(_luhn(serial, 9), 1))


def movement_references(year: Ints, serial: Ints) -> pa.Array:
    """MRNs of 18 characters: two digits of the year, XA, E, twelve digits and a check digit."""
    lead = (year % 100 // 10, year % 10, 33, 10, 14)  # X, A and E have the values that ISO 7064 gives them
    total = sum((np.asarray(value) * 2**place for place, value in enumerate(lead)), np.zeros(len(serial), np.int64))
    for place in range(12):
        total = total + serial // 10 ** (11 - place) % 10 * 2 ** (place + len(lead))
    return joined(padded(year % 100, 2), "XAE", padded(serial, 12), padded(total % 11 % 10, 1))


def _luhn(serial: Ints, digits: int) -> Ints:
    total = np.zeros(len(serial), np.int64)
    for place in range(digits):
        digit = serial // 10**place % 10
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled // 10 + doubled % 10
    return (10 - total % 10) % 10
