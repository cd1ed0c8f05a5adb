"""The published risk method, `data_contracts/risk_method.yaml`: read, checked, made the lists that dbt joins.

Here: the form of the file, its errors, and the two generated lists. Not here: what an indicator reads, which is SQL
(dbt_project/models/intermediate/risk/), and scores.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from orchestration.contracts import plain_yaml
from orchestration.errors import ContractError
from orchestration.settings import CONTRACTS_DIR

FILE = CONTRACTS_DIR / "risk_method.yaml"
LISTS = CONTRACTS_DIR / "code_lists"
BANDS = 5
MOST_POINTS = 100
# What the models can find; a method gives each its points, or leaves it out.
INDICATORS = (
    "destination_embargoed", "intermediate_abroad", "party_refused", "party_denied", "party_seized", "party_reported",
    "party_listed", "party_resembles_listed", "check_unfavourable", "item_sensitive", "end_use_missing",
    "end_user_private", "applicant_new",
)  # fmt: skip
_TEXTS = ("version", "valid_from", "approved_by", "approved_on")
_KEYS = {*_TEXTS, "indicators", "bands"}


@dataclass(frozen=True)
class Indicator:
    """One reason for points: what it means, where it comes from, and how many points it gives."""

    id: str
    title: str
    definition: str
    source: str
    points: int


@dataclass(frozen=True)
class Band:
    """One step of the common scale: applications with at least so many points stand on it."""

    band: int
    label: str
    least_points: int


@dataclass(frozen=True)
class Method:
    """One version of the method."""

    version: str
    valid_from: date
    approved_by: str
    approved_on: date
    indicators: tuple[Indicator, ...]
    bands: tuple[Band, ...]

    def band_of(self, points: int) -> int:
        """The band in which a sum of points falls."""
        return max(band.band for band in self.bands if points >= band.least_points)


def load_methods(path: Path = FILE) -> tuple[Method, ...]:
    """Every version, oldest first; ContractError names file and line of what is wrong."""
    document = plain_yaml.load(path)
    if not isinstance(document.data, list) or not document.data:
        raise ContractError(f"{path}:1: expected a list of versions of the method, oldest first.")
    methods = tuple(_method(document, position, given) for position, given in enumerate(document.data))
    for position, (before, after) in enumerate(pairwise(methods), 1):
        if after.valid_from <= before.valid_from or after.version in {m.version for m in methods[:position]}:
            raise ContractError(
                f"{document.at((position,))}: version {after.version} must have a number of its own and hold from a "
                f"day after {before.valid_from}, when version {before.version} began."
            )
    return methods


def _method(document: plain_yaml.Document, position: int, given: Any) -> Method:
    place = (position,)
    if not isinstance(given, dict) or set(given) != _KEYS:
        raise ContractError(f"{document.at(place)}: a version of the method has {', '.join(sorted(_KEYS))}.")
    for key in _TEXTS:
        if not isinstance(given[key], str) or not given[key].strip():
            raise ContractError(
                f'{document.at((*place, key))}: {key} is a text; write it in quotation marks, as "1.0".'
            )
    return Method(
        given["version"], day(document, (*place, "valid_from"), given["valid_from"]), given["approved_by"],
        day(document, (*place, "approved_on"), given["approved_on"]),
        indicators(document, (*place, "indicators"), given["indicators"]),
        bands(document, (*place, "bands"), given["bands"]),
    )  # fmt: skip


def day(document: plain_yaml.Document, place: plain_yaml.Place, text: Any) -> date:
    """A day as text; ContractError says where it is none."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ContractError(f"{document.at(place)}: `{text}` is not a day; write it as 2026-03-31.") from None


def points(document: plain_yaml.Document, place: plain_yaml.Place, given: Any) -> int:
    """A whole number of points; ContractError says where it is none."""
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= MOST_POINTS:
        raise ContractError(f"{document.at(place)}: `{given}` is no whole number from 0 to {MOST_POINTS}.")
    return given


def indicators(document: plain_yaml.Document, place: plain_yaml.Place, given: Any) -> tuple[Indicator, ...]:
    """The indicators of a version, each known to the models and named once."""
    found: dict[str, Indicator] = {}
    for position, one in enumerate(_list_of(document, place, given, {"id", "title", "definition", "source", "points"})):
        here = (*place, position)
        if one["id"] not in INDICATORS or one["id"] in found:
            raise ContractError(
                f"{document.at(here)}: `{one['id']}` is no indicator, or is given twice; those are "
                f"{', '.join(INDICATORS)}. A new one needs a model first."
            )
        texts = {key: str(one[key]).strip() for key in ("title", "definition", "source")}
        if not all(one[key] is not None and texts[key] for key in texts):
            raise ContractError(f"{document.at(here)}: `{one['id']}` says its title, definition and source.")
        found[one["id"]] = Indicator(one["id"], **texts, points=points(document, (*here, "points"), one["points"]))
    return tuple(found.values())


def bands(document: plain_yaml.Document, place: plain_yaml.Place, given: Any) -> tuple[Band, ...]:
    """The five bands, whose limits rise from 0."""
    found = tuple(
        Band(one["band"], str(one["label"]), points(document, (*place, position, "least_points"), one["least_points"]))
        for position, one in enumerate(_list_of(document, place, given, {"band", "label", "least_points"}))
    )
    limits = [band.least_points for band in found]
    if [band.band for band in found] != list(range(1, BANDS + 1)) or limits[0] != 0 or sorted(set(limits)) != limits:
        raise ContractError(
            f"{document.at(place)}: the bands are 1 to {BANDS}, in this order; the first begins at 0 points, each "
            "other above the one before it."
        )
    return found


def _list_of(
    document: plain_yaml.Document, place: plain_yaml.Place, given: Any, keys: set[str]
) -> list[Mapping[str, Any]]:
    if not isinstance(given, list) or not given:
        raise ContractError(f"{document.at(place)}: expected a list of mappings of {', '.join(sorted(keys))}.")
    for position, one in enumerate(given):
        if not isinstance(one, dict) or set(one) != keys:
            raise ContractError(f"{document.at((*place, position))}: expected a mapping of {', '.join(sorted(keys))}.")
    return given


def generated_lists(methods: tuple[Method, ...], folder: Path = LISTS) -> dict[Path, str]:
    """The code lists risk_indicators and risk_bands, with their text."""
    of_indicators = [
        (i.id, m.version, m.valid_from, i.title, i.definition, i.source, i.points)
        for m in methods
        for i in m.indicators
    ]
    of_bands = [(b.band, m.version, m.valid_from, b.label, b.least_points) for m in methods for b in m.bands]
    return {
        folder / "risk_indicators.csv": _csv(
            ("code", "version", "valid_from", "title", "definition", "source", "points"), of_indicators
        ),
        folder / "risk_bands.csv": _csv(("code", "version", "valid_from", "label", "least_points"), of_bands),
    }


def _csv(header: tuple[str, ...], rows: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()
