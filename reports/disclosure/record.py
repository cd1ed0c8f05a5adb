"""The decision record: what was hidden under which rule, for the restricted side, and as memory for later editions.

Belongs here: its form as JSON, and reading it back. Does not belong here: where it is kept (the publisher's affair), or
anything that readers of the public edition get: to them every hidden figure has the one reason ``protected``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports.disclosure.cells import Cell, read_cell
from reports.disclosure.description import Description, Relation
from reports.disclosure.policy import Profile
from reports.disclosure.primary import REASON, Sensitive
from reports.disclosure.rounding import band
from reports.errors import ReportError

ROUNDED = "rounded"


@dataclass(frozen=True)
class Remembered:
    """A figure of an earlier edition: its true value, whether it was hidden, its levels if it was sensitive, and who
    contributes to it, as far as that edition knew: a contributor learns nothing by its own figure.
    """

    id: str
    place: str
    value: Decimal
    is_count: bool
    is_hidden: bool
    levels: tuple[Decimal, Decimal] | None
    contributions: Mapping[str, Decimal] | None = None
    cells: tuple[Cell, ...] = ()
    # Between what the true value lies for readers, if a rounded number was printed.
    band: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class Earlier:
    """What an earlier edition published and hid, and what held between its figures."""

    edition: str
    figures: tuple[Remembered, ...]
    relations: tuple[Relation, ...]


def decision_record(
    description: Description,
    profile: Profile,
    sensitive: Mapping[str, Sensitive],
    hidden: Iterable[str],
    unknown_contributors: Iterable[str] = (),
    already_told: Iterable[str] = (),
    rounded: Mapping[str, Decimal] | None = None,
) -> dict[str, Any]:
    """The record of one decision, ready for JSON. It holds true values: it is for the restricted side only.

    It is about the figures of the description alone. Those of earlier editions stand in their own records, which the
    next edition reads too: kept here again, under the name of this edition, they would be one unknown more each time.
    """
    own = description.figures
    away, judged = set(hidden) & set(own), [name for name in sensitive if name in own]
    figures = []
    for figure in description.figures.values():
        entry: dict[str, Any] = {
            "id": figure.id,
            "place": figure.place,
            "value": str(figure.value),
            "is_count": figure.is_count,
            "state": "confidential" if figure.id in away else "published",
        }
        if figure.id in away:
            entry["reason"] = REASON
        if rounded and figure.id in rounded:
            entry["state"], entry["printed"] = ROUNDED, str(rounded[figure.id])
        if figure.contributions is not None:
            entry["contributions"] = {name: str(amount) for name, amount in sorted(figure.contributions.items())}
        if figure.cells:
            entry["cells"] = [cell.as_json() for cell in figure.cells]
        if figure.id in sensitive:
            one = sensitive[figure.id]
            entry["rules"], entry["levels"] = list(one.rules), [str(one.lower), str(one.upper)]
        figures.append(entry)
    return {
        "profile": profile.name,
        "profile_version": profile.version,
        "parameters": profile.parameters,
        "approved_by": profile.approved_by,
        "approved_on": profile.approved_on.isoformat(),
        "sensitive": len(judged),
        "hidden": len(away),
        "rounded": len(rounded or ()),
        "contributors_not_known": sorted(unknown_contributors),
        "already_told": sorted(name for name in already_told if name in own),
        "figures": figures,
        "relations": [
            {
                "what": relation.what,
                "terms": [[name, str(factor)] for name, factor in relation.terms],
                "low": str(relation.low),
                "high": str(relation.high),
            }
            for relation in description.relations
        ],
    }


def remembered(edition: str, record: Mapping[str, Any]) -> Earlier:
    """Read a record back; ReportError if it is none, for without it the next edition could undo the last."""
    try:
        figures = tuple(
            Remembered(
                entry["id"],
                entry["place"],
                Decimal(entry["value"]),
                bool(entry["is_count"]),
                entry["state"] == "confidential",
                (Decimal(entry["levels"][0]), Decimal(entry["levels"][1])) if "levels" in entry else None,
                {name: Decimal(amount) for name, amount in entry["contributions"].items()}
                if "contributions" in entry
                else None,
                tuple(map(read_cell, entry.get("cells", ()))),
                _band(entry, record["parameters"]) if entry["state"] == ROUNDED else None,
            )
            for entry in record["figures"]
        )
        relations = tuple(
            Relation(
                tuple((name, Decimal(factor)) for name, factor in entry["terms"]),
                entry["what"],
                Decimal(entry["low"]),
                Decimal(entry["high"]),
            )
            for entry in record["relations"]
        )
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ReportError(
            f"The decision record of the edition {edition} cannot be read ({error!r}). It tells what that edition hid, "
            "which later editions must not give away. Put it back from a backup, then publish again."
        ) from None
    return Earlier(edition, figures, relations)


def _band(entry: Mapping[str, Any], parameters: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    return band(Decimal(entry["printed"]), int(parameters["base"]), bool(parameters["random"]))


def name_beside(description: Description, old: Remembered) -> str:
    """What a figure of an earlier edition is called beside these: as they are if it is the same number."""
    plain = old.id.partition("@")[0]
    same = plain in description.figures and description.figures[plain].value == old.value
    return plain if same else f"{plain}@{old.value.normalize():f}"


def as_text(record: Mapping[str, Any]) -> bytes:
    """The bytes of a record's file."""
    return (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode()
