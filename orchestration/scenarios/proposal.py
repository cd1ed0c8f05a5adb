"""A scenario's file: what it may say, and helpful errors where it says something else.

Here: the four kinds of proposal and their checks. Not here: what comes of them (one module a kind).
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.cases.rules import LONGEST_WINDOW, load_case_rules
from orchestration.contracts import plain_yaml
from orchestration.contracts.risk_method import BANDS, INDICATORS, MOST_POINTS
from orchestration.errors import ContractError, UsageError
from orchestration.settings import CODE_LISTS_DIR

KINDS = ("control", "list_entry", "rule", "risk_method")
MEASURED = "measured"
ENTITY_KINDS = ("organisation", "person", "vessel", "aircraft")
_RATING = re.compile(r"(?:[0-9][A-E][0-9]{3}|ML(?:2[0-2]|1[0-9]|[1-9])|PL[0-9]{4})(?:\.(?:[a-z]{1,4}|[0-9]{1,3}))*")


@dataclass(frozen=True)
class Control:
    """Lines of these ratings and their parts, for these destinations, that would have needed review.

    `working_days` is the delay of each application: declared, or None for the median measured in the warehouse.
    """

    ratings: tuple[str, ...]
    destinations: tuple[str, ...]
    outcomes: tuple[str, ...]
    partners: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    least_value_eur: Decimal | None
    least_quantity: Decimal | None
    unit: str | None
    working_days: int | None


@dataclass(frozen=True)
class ListEntry:
    """An entry that a list might have had; `entity_kind` is one of ENTITY_KINDS."""

    names: tuple[str, ...]
    entity_kind: str
    country: str | None
    birth_date: date | None
    first_day: date | None


@dataclass(frozen=True)
class CaseRuleChange:
    """A case rule switched on or off, or with another window; None leaves a thing as it is."""

    rule: str
    is_active: bool | None
    window_days: int | None


@dataclass(frozen=True)
class MethodChange:
    """Other points for some indicators, other lower limits for bands 1 to 5; an empty tuple leaves the limits."""

    points: dict[str, int]
    limits: tuple[int, ...]


@dataclass(frozen=True)
class Scenario:
    """A title and one proposal."""

    title: str
    kind: str
    proposal: Control | ListEntry | CaseRuleChange | MethodChange


def load_scenario(path: Path) -> Scenario:
    """Read and check a scenario's file; UsageError names file, line, and what was expected."""
    if not path.is_file():
        raise UsageError(f"{path} is not a file. Name a scenario's file; docs/scenarios.md shows how to write one.")
    try:
        return _Reader(plain_yaml.load(path)).scenario()
    except ContractError as problem:
        raise UsageError(str(problem)) from None


class _Reader:
    """Reads one document; holds it so that every error can name its line."""

    def __init__(self, document: plain_yaml.Document) -> None:
        self.document = document

    def scenario(self) -> Scenario:
        data = self.mapping((), self.document.data, {"title", *KINDS}, {"title"})
        kinds = [kind for kind in KINDS if kind in data]
        if len(kinds) != 1:
            self.fail((), f"a scenario has a title and exactly one of {', '.join(KINDS)}")
        kind = kinds[0]
        return Scenario(self.text(("title",), data["title"]), kind, getattr(self, f"read_{kind}")((kind,), data[kind]))

    def read_control(self, place: plain_yaml.Place, given: Any) -> Control:
        optional = {"outcomes", "partners", "from", "to", "least_value_eur", "least_quantity", "unit", "working_days"}
        found = self.mapping(place, given, {"ratings", "destinations", *optional}, {"ratings", "destinations"})
        if ("least_quantity" in found) != ("unit" in found):
            self.fail(place, "least_quantity and unit go together: a quantity says nothing without its unit")
        days = found.get("working_days", MEASURED)
        control = Control(
            ratings=self.codes((*place, "ratings"), found["ratings"], None),
            destinations=self.codes((*place, "destinations"), found["destinations"], "countries"),
            outcomes=self.codes((*place, "outcomes"), found.get("outcomes", ["granted"]), "licence_outcomes"),
            partners=self.codes((*place, "partners"), found["partners"], "partners") if "partners" in found else (),
            first_day=self.day((*place, "from"), found.get("from")),
            last_day=self.day((*place, "to"), found.get("to")),
            least_value_eur=self.amount((*place, "least_value_eur"), found.get("least_value_eur")),
            least_quantity=self.amount((*place, "least_quantity"), found.get("least_quantity")),
            unit=self.codes((*place, "unit"), [found["unit"]], "units")[0] if "unit" in found else None,
            working_days=None if days == MEASURED else self.whole((*place, "working_days"), days, 0, 1_000),
        )
        self.in_order(place, control.first_day, control.last_day)
        return control

    def read_list_entry(self, place: plain_yaml.Place, given: Any) -> ListEntry:
        optional = {"aliases", "kind", "country", "birth_date", "from"}
        found = self.mapping(place, given, {"name", *optional}, {"name"})
        names = [found["name"], *self.listed((*place, "aliases"), found.get("aliases", []))]
        return ListEntry(
            names=tuple(self.text(place, name) for name in names),
            entity_kind=self.kind((*place, "kind"), found.get("kind", "organisation")),
            country=self.codes((*place, "country"), [found["country"]], "countries")[0] if "country" in found else None,
            birth_date=self.day((*place, "birth_date"), found.get("birth_date")),
            first_day=self.day((*place, "from"), found.get("from")),
        )

    def read_rule(self, place: plain_yaml.Place, given: Any) -> CaseRuleChange:
        found = self.mapping(place, given, {"case_rule", "is_active", "window_days"}, {"case_rule"})
        known = [rule.id for rule in load_case_rules()]
        if found["case_rule"] not in known:
            self.fail((*place, "case_rule"), f"`{found['case_rule']}` is no case rule; those are {', '.join(known)}")
        if len(found) == 1:
            self.fail(place, "a changed rule says is_active, window_days, or both")
        active = found.get("is_active")
        if active is not None and not isinstance(active, bool):
            self.fail((*place, "is_active"), f"is_active is `{active}`; expected true or false")
        window = found.get("window_days")
        window = None if window is None else self.whole((*place, "window_days"), window, 1, LONGEST_WINDOW)
        return CaseRuleChange(found["case_rule"], active, window)

    def read_risk_method(self, place: plain_yaml.Place, given: Any) -> MethodChange:
        found = self.mapping(place, given, {"points", "band_limits"}, set())
        points = self.mapping((*place, "points"), found.get("points", {}), set(INDICATORS), set())
        limits = [
            self.whole((*place, "band_limits", n), limit, 0, MOST_POINTS * len(INDICATORS))
            for n, limit in enumerate(self.listed((*place, "band_limits"), found.get("band_limits", [])))
        ]
        if limits and (len(limits) != BANDS or limits[0] != 0 or sorted(set(limits)) != limits):
            self.fail((*place, "band_limits"), f"band_limits are {BANDS} rising numbers of points, the first of them 0")
        if not points and not limits:
            self.fail(place, "a changed method says points, band_limits, or both")
        given_points = {name: self.whole((*place, "points", name), n, 0, MOST_POINTS) for name, n in points.items()}
        return MethodChange(given_points, tuple(limits))

    def fail(self, place: plain_yaml.Place, message: str) -> None:
        raise UsageError(f"{self.document.at(place)}: {message}.")

    def mapping(self, place: plain_yaml.Place, given: Any, known: set[str], needed: set[str]) -> dict[str, Any]:
        if not isinstance(given, dict):
            self.fail(place, f"expected a mapping of {', '.join(sorted(known))}")
        for key in given:
            if key not in known:
                self.fail((*place, key), f"`{key}` is not known here; known are {', '.join(sorted(known))}")
        if missing := sorted(needed - set(given)):
            self.fail(place, f"{', '.join(missing)} is missing")
        return dict(given)

    def listed(self, place: plain_yaml.Place, given: Any) -> list[Any]:
        if not isinstance(given, list):
            self.fail(place, f"expected a list, as [a, b]; found `{given}`")
        return list(given)

    def codes(self, place: plain_yaml.Place, given: Any, code_list: str | None) -> tuple[str, ...]:
        found = [str(code) for code in self.listed(place, given)]
        if not found:
            self.fail(place, "the list is empty; name at least one code")
        if code_list is None:
            wrong = [code for code in found if not _RATING.fullmatch(code)]
            expected = "a rating in printed form, such as 5A002 or 6A002.a.2"
        else:
            with (CODE_LISTS_DIR / f"{code_list}.csv").open(encoding="utf-8", newline="") as file:
                known = {row["code"] for row in csv.DictReader(file)}
            wrong, expected = [code for code in found if code not in known], f"a code of code_lists/{code_list}.csv"
        if wrong:
            self.fail(place, f"`{wrong[0]}` is not {expected}")
        return tuple(dict.fromkeys(found))

    def kind(self, place: plain_yaml.Place, given: Any) -> str:
        if given not in ENTITY_KINDS:
            self.fail(place, f"`{given}` is no kind of party; those are {', '.join(ENTITY_KINDS)}")
        return str(given)

    def text(self, place: plain_yaml.Place, given: Any) -> str:
        if not isinstance(given, str) or not given.strip():
            self.fail(place, f"expected a text; found `{given}`")
        return str(given).strip()

    def day(self, place: plain_yaml.Place, given: Any) -> date | None:
        try:
            return None if given is None else date.fromisoformat(str(given))
        except ValueError:
            self.fail(place, f"`{given}` is not a day; write it as 2026-03-31")
            raise AssertionError from None

    def whole(self, place: plain_yaml.Place, given: Any, least: int, most: int) -> int:
        if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
            self.fail(place, f"`{given}` is not a whole number from {least} to {most}")
        return int(given)

    def amount(self, place: plain_yaml.Place, given: Any) -> Decimal | None:
        if given is None:
            return None
        if not isinstance(given, int | float) or isinstance(given, bool) or given < 0:
            self.fail(place, f"`{given}` is not an amount; write digits and at most one point, as 10000 or 0.5")
        return Decimal(str(given))

    def in_order(self, place: plain_yaml.Place, first: date | None, last: date | None) -> None:
        if first and last and last < first:
            self.fail((*place, "to"), f"the scenario ends on {last}, before it begins on {first}")
