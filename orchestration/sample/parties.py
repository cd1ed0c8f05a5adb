"""The people and firms of the sample world: who exists, where they sit, by which numbers they are known.

Belongs here: one position (the entity's true id) for every party, grouped in pools by the part they play,
and how each agency tends to spell them. Does not belong here: what they do. Pools are kept apart on
purpose: a party of one pool never turns up where only another pool belongs, so that the planted cross-
agency cases are the only ones there are.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample import countries, names
from orchestration.sample.columns import Floats, Ints, choose, generator, joined, only, padded
from orchestration.sample.identifiers import eori_numbers, lei_codes

KINDS = ("organisation", "person", "vessel", "aircraft")
_VARIANTS = len(names.Variant)
# How often each agency writes each variant: plain, upper, other form, unaccented, no form, typo, other
# scheme, native.
HABITS: dict[str, tuple[float, ...]] = {
    "trade_ministry": (0.72, 0.05, 0.07, 0.06, 0.06, 0.04, 0.0, 0.0),
    "customs_service": (0.27, 0.44, 0.08, 0.09, 0.07, 0.05, 0.0, 0.0),
    "prosecution_service": (0.55, 0.0, 0.33, 0.0, 0.10, 0.02, 0.0, 0.0),
    "intelligence_service": (0.34, 0.05, 0.0, 0.06, 0.22, 0.03, 0.20, 0.10),
    "foreign_ministry": (0.55, 0.15, 0.05, 0.05, 0.0, 0.0, 0.20, 0.0),
    "allied_licensing_authority": (0.46, 0.0, 0.08, 0.12, 0.10, 0.02, 0.22, 0.0),
}
_STREETS = ("Hafenring", "Industrieweg", "Lindengasse", "Rue du Port", "Harbour Road", "Mill Lane",
    "Bahnhofstrasse",
            "Calle Nueva", "Innovation Avenue", "Free Zone Block", "Ringstrasse", "Quai Sud")  # fmt: skip


@dataclass(frozen=True)
class Pool:
    """A run of entities from `start` up to `stop`."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    def draw(self, rng: np.random.Generator, count: int, exponent: float = 0.9) -> Ints:
        """`count` members, some far more often than others."""
        weights = 1.0 / (np.arange(len(self)) + 3.0) ** exponent
        return self.start + choose(rng, count, weights)

    def members(self) -> Ints:
        """All members, in order."""
        return np.arange(self.start, self.stop)


@dataclass(frozen=True)
class Population:
    """Every party, one position in each array; `spellings` holds eight names a party, in the order of
    `Variant`.
    """

    pools: dict[str, Pool]
    kind: Ints
    country: Ints
    spellings: pa.Array
    city: pa.Array
    street: pa.Array
    registration: pa.Array
    lei: pa.Array
    eori: pa.Array

    def __len__(self) -> int:
        return len(self.kind)

    def spelt(self, entity: Ints, variant: Ints) -> pa.Array:
        """The entity's name in the variant, row by row; null for a negative entity."""
        return self.spellings.take(pa.array(entity * _VARIANTS + variant, mask=entity < 0))

    def as_written(self, rng: np.random.Generator, entity: Ints, agency: str) -> pa.Array:
        """The entity's name as this agency happens to write it, row by row; null for a negative entity."""
        return self.spelt(entity, choose(rng, len(entity), HABITS[agency]))

    def country_codes(self, entity: Ints) -> pa.Array:
        """Country of each entity; null for a negative one."""
        index = np.where(entity < 0, 0, entity)
        return only(pa.array(countries.CODES).take(pa.array(self.country[index])), entity >= 0)


# pool: members at scale 1, at least, kind weights, country weights
_POOLS: dict[str, tuple[int, int, tuple[float, ...], Floats | int]] = {
    "exporters": (320, 30, (1, 0, 0, 0), countries.HOME),
    "agents": (40, 6, (1, 0, 0, 0), countries.HOME),
    "licensed": (950, 60, (0.97, 0.03, 0, 0), countries.ABROAD),
    "refused": (45, 12, (0.97, 0.03, 0, 0), countries.ABROAD),
    "unlicensed": (900, 60, (0.96, 0.04, 0, 0), countries.ABROAD),
    "shadows": (330, 40, (0.55, 0.30, 0.10, 0.05), countries.ABROAD),
    "accused": (40, 8, (0, 1, 0, 0), countries.HOME),
    "allied_exporters": (110, 12, (1, 0, 0, 0), countries.ALLY),
    "allied_consignees": (260, 25, (1, 0, 0, 0), countries.FARTHER),
}


def populate(seed: int, growth: float, plots: int) -> Population:
    """Everybody: pools `growth` times those at scale 1, and `plots` parties for the planted stories.

    The pools quiet_exporters and quiet_abroad take part in exactly one planted story each.
    """
    wanted = dict(_POOLS)
    wanted["quiet_exporters"] = (0, plots, (1, 0, 0, 0), countries.HOME)
    wanted["quiet_abroad"] = (0, plots, (1, 0, 0, 0), countries.FARTHER)
    pools: dict[str, Pool] = {}
    kinds, places = [], []
    rng = generator(seed, "parties")
    for name, (usual, least, kind_weights, where) in wanted.items():
        size = max(least, round(usual * growth))
        start = sum(len(pool) for pool in pools.values())
        pools[name] = Pool(start, start + size)
        kinds.append(choose(rng, size, kind_weights))
        places.append(np.full(size, where) if isinstance(where, int) else choose(rng, size, where))
    kind, country = np.concatenate(kinds), np.concatenate(places)
    return _with_names_and_numbers(seed, pools, kind, country)


def _with_names_and_numbers(seed: int, pools: dict[str, Pool], kind: Ints, country: Ints) -> Population:
    rng, size = generator(seed, "addresses"), len(kind)
    spellings, cities = _name_all(random.Random(seed * 7919 + 17), kind, country)
    number = pa.array(rng.integers(1, 190, size)).cast(pa.string())
    postcode = padded(rng.integers(1000, 9999, size), 4)
    street = pa.array(_STREETS).take(pa.array(rng.integers(0, len(_STREETS), size)))
    ordinal = np.arange(size)
    country_code = pa.array(countries.CODES).take(pa.array(country))
    is_firm, at_home = kind == 0, country == countries.HOME
    registered = is_firm & (at_home | (rng.random(size) < 0.6))
    with_lei = is_firm & (rng.random(size) < np.where(at_home, 0.45, 0.25))
    return Population(
        pools=pools,
        kind=kind,
        country=country,
        spellings=spellings,
        city=cities,
        street=joined(street, " ", number, ", ", postcode),
        registration=only(joined(country_code, "-", padded(ordinal * 37 % 9_000_000 + 100_000, 7)), registered),
        lei=only(lei_codes(ordinal), with_lei),
        eori=only(eori_numbers(ordinal), is_firm & at_home),
    )


def _name_all(rng: random.Random, kind: Ints, country: Ints) -> tuple[pa.Array, pa.Array]:
    """Names and towns; no two parties of one country fold to the same plain name, but one in 150 has a
    namesake abroad.
    """
    make = (names.company, names.person, names.vessel, names.aircraft)
    towns = {flavour: [names.place(rng, flavour) for _ in range(60)] for flavour in sorted(set(countries.FLAVOUR))}
    seen: set[tuple[int, str]] = set()
    last: dict[str, tuple[str, ...]] = {}
    written: list[str] = []
    cities: list[str] = []
    for kind_of, where in zip(kind.tolist(), country.tolist(), strict=True):
        flavour = countries.FLAVOUR[where]
        spelt = last.get(flavour, ()) if kind_of == 0 and rng.random() < 1 / 150 else ()
        while not spelt or (where, names.folded(spelt[0])) in seen:
            spelt = make[kind_of](rng, flavour)
        seen.add((where, names.folded(spelt[0])))
        if kind_of == 0:
            last[flavour] = spelt
        written.extend(spelt)
        cities.append(rng.choice(towns[flavour]))
    return pa.array(written, pa.string()), pa.array(cities, pa.string())
