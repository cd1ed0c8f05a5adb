"""Where the parties of the sample world sit: countries, how often each occurs, and the sound of names
there.

Belongs here: a neutral spread of real destinations and the two invented states. Does not belong here: any
judgement on a country: refusals, seizures and listings are drawn without looking at it.
"""

from __future__ import annotations

import numpy as np

from orchestration.sample.columns import Floats, Ints

_SPREAD = """
XB belmarker 90 | DE germanic 80 | FR romance 60 | IT romance 45 | NL germanic 40 | CH germanic 45
AT germanic 25 | SE germanic 22 | NO germanic 18 | DK germanic 14 | FI germanic 12 | GB english 55
US english 70 | CA english 20 | AU english 18 | IN english 40 | SG english 26 | ZA english 12
IE english 9 | ES romance 28 | PT romance 10 | BR romance 22 | MX romance 16 | CL romance 10
AR romance 9 | CO romance 6 | PE romance 5 | PL germanic 22 | CZ germanic 14 | BG cyrillic 10
RS cyrillic 10 | KZ cyrillic 12 | UA cyrillic 8 | GR greek 14 | CY greek 7 | AE arabic 30
SA arabic 20 | JO arabic 8 | MA arabic 10 | EG arabic 12 | OM arabic 6 | TR germanic 24
JP eastern 42 | KR eastern 38 | TW eastern 22 | MY eastern 16 | TH eastern 14 | VN eastern 12
ID eastern 12 | PH eastern 7 | NA english 3 | KE english 5 | NG english 6
"""
_ROWS = [cell.split() for line in _SPREAD.strip().splitlines() for cell in line.split("|")]
HOME = 0
CODES: tuple[str, ...] = ("XA", *(row[0] for row in _ROWS))
FLAVOUR: tuple[str, ...] = ("arvenian", *(row[1] for row in _ROWS))
ALLY = CODES.index("XB")
ABROAD: Floats = np.array([0.0, *(float(row[2]) for row in _ROWS)])
FARTHER: Floats = np.where(np.arange(len(CODES)) == ALLY, 0.0, ABROAD)  # seen from the ally


def transit(rng: np.random.Generator, destination: Ints) -> Ints:
    """A country of transit for one declaration in six, -1 for the others; never the destination itself."""
    stops = np.array([CODES.index(code) for code in ("DE", "NL", "AE", "SG", "TR", "XB")])
    drawn = stops[rng.integers(0, len(stops), len(destination))]
    return np.where((rng.random(len(destination)) < 1 / 6) & (drawn != destination), drawn, -1)
