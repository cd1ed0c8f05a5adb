"""What is traded in the sample world: controlled goods from the project's code lists, and everyday goods.

Belongs here: the catalogue with usual prices, quantities and how often a thing is traded. Does not belong
here: who trades it. Codes, names and HS codes of controlled goods come from code_lists/control_entries.csv
and control_entry_crosswalk.csv, so that the world speaks of nothing which the warehouse does not know.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from orchestration.sample.columns import Bools, Floats, Ints

# technology: (unit, usual price of one unit in EUR, usual quantity, kilograms a unit, how often)
_HABITS: dict[str, tuple[str, float, float, float, float]] = {
    "nuclear": ("NAR", 90_000, 1, 400, 1), "advanced_materials": ("KGM", 85, 420, 1, 5),
    "protection": ("NAR", 310, 150, 2.4, 4), "chemicals": ("KGM", 6.5, 4_000, 1, 6),
    "biotechnology": ("NAR", 38_000, 2, 160, 2), "process_equipment": ("NAR", 4_300, 9, 55, 9),
    "machine_tools": ("NAR", 290_000, 1.4, 6_500, 6), "test_equipment": ("NAR", 52_000, 2, 120, 4),
    "semiconductors": ("NAR", 140, 600, 0.01, 10), "power_electronics": ("NAR", 7_800, 5, 45, 3),
    "computing": ("NAR", 61_000, 3, 35, 2), "cyber_surveillance": ("NAR", 120_000, 1.5, 20, 1.5),
    "encryption": ("NAR", 2_400, 40, 3, 12), "sensors": ("NAR", 9_500, 12, 2.2, 9),
    "photonics": ("NAR", 34_000, 3, 25, 5), "navigation": ("NAR", 14_000, 8, 1.8, 5),
    "autonomous": ("NAR", 47_000, 4, 14, 4), "marine": ("NAR", 26_000, 3, 90, 2),
    "space": ("NAR", 900_000, 1, 900, 0.4), "propulsion": ("NAR", 180_000, 2, 210, 1.5),
    "small_arms": ("NAR", 1_250, 60, 3.6, 5), "weapons": ("NAR", 38_000, 6, 240, 2),
    "ammunition": ("NAR", 0.9, 50_000, 0.02, 3), "vehicles": ("NAR", 310_000, 3, 9_000, 2),
    "energetic_materials": ("KGM", 48, 700, 1, 1.5), "aircraft": ("NAR", 2_900_000, 1, 4_200, 0.5),
    "electronics": ("NAR", 17_000, 8, 9, 5), "training": ("NAR", 95_000, 1.5, 600, 1),
}  # fmt: skip
_EVERYDAY = (  # HS code, unit, price, quantity, kilograms a unit, how often, description
    ("870323", "NAR", 16_500, 3, 1_350, 9, "Passenger cars, petrol, 1500 to 3000 cc"),
    ("870829", "KGM", 11, 900, 1, 9, "Parts of car bodies"),
    ("300490", "KGM", 180, 120, 1, 7, "Medicines in doses for retail sale"),
    ("220421", "LTR", 4.1, 1_800, 1.05, 4, "Wine in bottles of two litres or less"),
    ("040690", "KGM", 6.8, 900, 1, 4, "Hard cheese"),
    ("180690", "KGM", 7.2, 700, 1, 3, "Chocolate in packings"),
    ("010129", "NAR", 9_000, 2, 480, 0.6, "Live horses other than for breeding"),
    ("940360", "NAR", 165, 60, 28, 4, "Wooden furniture"),
    ("392690", "KGM", 9, 650, 1, 6, "Articles of plastics"),
    ("843149", "KGM", 12, 500, 1, 5, "Parts of earth-moving machinery"),
    ("848210", "NAR", 14, 900, 0.35, 5, "Ball bearings"),
    ("853690", "KGM", 38, 210, 1, 6, "Electrical connectors"),
    ("850131", "NAR", 85, 120, 3.2, 4, "Direct-current motors up to 750 W"),
    ("903289", "NAR", 410, 25, 2.1, 4, "Automatic regulating instruments"),
    ("901890", "NAR", 620, 18, 3.4, 4, "Medical instruments"),
    ("842952", "NAR", 74_000, 1, 21_000, 1.2, "Excavators"),
    ("730890", "KGM", 3.4, 4_200, 1, 4, "Structures of iron or steel"),
    ("760429", "KGM", 4.9, 2_100, 1, 3, "Aluminium profiles"),
    ("480256", "KGM", 1.1, 9_000, 1, 3, "Uncoated paper in sheets"),
    ("610910", "NAR", 5.6, 1_400, 0.16, 3, "T-shirts of cotton"),
    ("640399", "NPR", 31, 220, 1.1, 2, "Leather footwear"),
    ("851713", "NAR", 290, 90, 0.2, 3, "Smartphones"),
    ("844399", "KGM", 46, 150, 1, 3, "Parts of printing machinery"),
    ("382499", "KGM", 5.2, 1_900, 1, 4, "Chemical preparations"),
)
FIRST_CHECKED = ("X002", "XA01")  # document codes of licences for dual-use and for military goods


@dataclass(frozen=True)
class Catalogue:
    """Things that can be traded, one position in every array for each; `allied_code` is '' where the ally has
    none.
    """

    control_code: tuple[str, ...]
    allied_code: tuple[str, ...]
    regime: tuple[str, ...]
    hs_code: tuple[str, ...]
    description: tuple[str, ...]
    description_fr: tuple[str, ...]
    unit: tuple[str, ...]
    price: Floats
    usual_quantity: Floats
    kilograms: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.control_code)

    @cached_property
    def is_military(self) -> Bools:
        """Whether the control code is one of the military list."""
        return np.array([code.startswith("ML") for code in self.control_code])

    @cached_property
    def in_allied_list(self) -> Bools:
        """Whether the allied control list has an entry for exactly the same goods."""
        return np.array([code != "" for code in self.allied_code])

    def text(self, column: str, index: Ints) -> pa.Array:
        """One of the text columns at each index; '' becomes null."""
        values = pa.array([value or None for value in getattr(self, column)], pa.string())
        return values.take(pa.array(index))

    @property
    def counted(self) -> Bools:
        """Whether quantities are whole numbers of pieces."""
        return np.array([unit in ("NAR", "NPR") for unit in self.unit])


def controlled(code_lists: Path) -> Catalogue:
    """The controlled goods of the project's code lists."""
    exact = {row["dst_code"]: row["src_code"] for row in _rows(code_lists / "control_entry_crosswalk.csv")
             if row["match"] == "exact"}  # fmt: skip
    entries = list(_rows(code_lists / "control_entries.csv"))
    habits = [_HABITS[entry["technology"]] for entry in entries]
    return Catalogue(
        control_code=tuple(e["code"] for e in entries),
        allied_code=tuple(exact.get(e["code"], "") for e in entries),
        regime=tuple(e["regime"] for e in entries),
        hs_code=tuple(e["hs_code"] for e in entries),
        description=tuple(e["name"] for e in entries),
        description_fr=tuple(e["name_fr"] for e in entries),
        unit=tuple(h[0] for h in habits),
        price=np.array([h[1] * (0.7 + 0.6 * (i * 7 % 11) / 11) for i, h in enumerate(habits)]),
        usual_quantity=np.array([h[2] for h in habits], float),
        kilograms=np.array([h[3] for h in habits], float),
        weight=np.array([h[4] * (0.4 + (i * 5 % 7) / 5) for i, h in enumerate(habits)]),
    )


def everyday() -> Catalogue:
    """Goods that need no licence; none has the HS code of a controlled one."""
    columns = list(zip(*_EVERYDAY, strict=True))
    hs, unit, price, quantity, kilograms, weight, description = columns
    empty = ("",) * len(hs)
    return Catalogue(
        empty, empty, empty, hs, description, description, unit,
        np.array(price, float), np.array(quantity, float), np.array(kilograms, float),
        np.array(weight, float),
    )  # fmt: skip


def quantities(rng: np.random.Generator, catalogue: Catalogue, item: Ints) -> Ints:
    """Quantities in thousandths of the unit: lognormal about the usual one, whole for things counted."""
    drawn = catalogue.usual_quantity[item] * np.exp(rng.normal(0, 0.9, len(item)))
    whole = np.maximum(np.round(drawn), 1) * 1000
    part = np.maximum(np.round(drawn * 2) * 500, 500)
    return np.where(catalogue.counted[item], whole, part).astype(np.int64)


def values(rng: np.random.Generator, catalogue: Catalogue, item: Ints, quantity: Ints) -> Ints:
    """Values in cents for quantities in thousandths: price times quantity, heavy-tailed."""
    usual = catalogue.price[item] * quantity / 1000
    value = usual * np.exp(rng.normal(0, 0.45, len(item)))
    tail = rng.random(len(item)) < 0.012
    value[tail] *= 1 + rng.pareto(1.5, int(tail.sum())) * 3
    return np.maximum(np.round(np.minimum(value, 4e9) * 100), 100).astype(np.int64)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
