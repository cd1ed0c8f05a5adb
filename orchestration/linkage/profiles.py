"""Profiles made ready for comparison: what the rows of int_parties__profiles say, read once.

Here: names in compared form, dates as spans of days, numbers that can be trusted. Not here: which profiles are
compared (blocking.py) and how (compare.py).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from stdnum import lei as lei_number

from orchestration.linkage.names import Name, kinds_of_company, read_name

COLUMNS = (
    "profile_id", "entity_kind", "name", "aliases", "countries", "birth_dates", "city", "address",
    "registration_no", "lei", "eori", "identifiers", "addresses", "programmes", "list_refs", "list_code",
    "entry_ref", "list_entry_ref", "listed_on",
)  # fmt: skip
MOST_NAMES = 40
# Documents that number no party: what a craft is, what a sanction forbids, where to read more.
_NO_NUMBER = re.compile(
    r"sanction|prohibited|information|executive order|manufacture|operator|model|flag|type|established|website|gender"
    r"|effective|gazette|mode s|phone|email|section", re.I,
)  # fmt: skip
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./\-]*[0-9][A-Za-z0-9./\-]*")
_CLEAN = re.compile(r"[^A-Z0-9]")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Birth:
    """A date of birth: the year, and month and day where they are known; `last` year of a range; `about`."""

    year: int
    month: int | None
    day: int | None
    last: int
    about: bool


@dataclass(frozen=True, eq=False)
class Profile:
    """One profile ready for comparison. Empty means that the record does not say."""

    profile_id: str
    kind: str
    names: tuple[Name, ...]
    countries: frozenset[str]
    births: tuple[Birth, ...]
    numbers: frozenset[str]
    places: frozenset[str]
    programmes: frozenset[str]
    list_refs: frozenset[str]
    list_code: str
    entry_ref: str
    list_entry_ref: str
    listed_on: date | None
    companies: frozenset[str] = frozenset()


def _opened(text: str | None) -> list[Any]:
    return json.loads(text) if text else []


@lru_cache(maxsize=1 << 16)
def birth(text: str) -> Birth | None:
    """A date in the Extended Date/Time Format; None if it has no year."""
    years = [int(year) for year in _YEAR.findall(text)]
    if not years:
        return None
    about = "~" in text
    if "/" in text:
        return Birth(min(years[0], years[-1]), None, None, max(years[0], years[-1]), True)
    parts = text.rstrip("~").split("-")
    month = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
    day = int(parts[2]) if len(parts) > 2 and parts[2][:2].isdigit() else None
    return Birth(years[0], month, day, years[0], about)


def _clean(number: str) -> str:
    return _CLEAN.sub("", number.upper())


def _numbers(row: dict[str, Any]) -> Iterable[str]:
    if row["lei"] and lei_number.is_valid(row["lei"]):
        yield "LEI" + _clean(row["lei"])
    if row["eori"]:
        yield "EORI" + _clean(row["eori"])
    if row["registration_no"]:
        yield "REG" + _clean(row["registration_no"])
    for item in _opened(row["identifiers"]):
        if _NO_NUMBER.search(item.get("type") or ""):
            continue
        for found in _NUMBER.findall(item.get("number") or ""):
            number = _clean(found)
            if len(number) >= 5 and sum(letter.isdigit() for letter in number) >= 4:
                yield number


def _texts_of_names(row: dict[str, Any]) -> list[str]:
    texts = [row["name"], *(item.get("name") or "" for item in _opened(row["aliases"]))]
    return [part.strip() for text in texts for part in re.split(r";|\n", text) if part.strip()] or [row["name"]]


def read_profile(row: dict[str, Any]) -> Profile:
    """A row of int_parties__profiles ready for comparison."""
    texts = _texts_of_names(row)
    names = {name.key: name for name in map(read_name, texts)}
    places = [row["city"] or "", *(item.get("text") or "" for item in _opened(row["addresses"]))]
    births = {found for text in _opened(row["birth_dates"]) if (found := birth(text)) is not None}
    return Profile(
        profile_id=row["profile_id"],
        kind=row["entity_kind"] or "",
        names=tuple(list(names.values())[:MOST_NAMES]),
        countries=frozenset(_opened(row["countries"])),
        births=tuple(sorted(births, key=str)),
        numbers=frozenset(_numbers(row)),
        places=frozenset(word for place in places for word in read_name(place).words if len(word) > 3),
        programmes=frozenset(f"{row['list_code']}:{programme}" for programme in _opened(row["programmes"])),
        list_refs=frozenset(_clean(ref) for ref in _opened(row["list_refs"])),
        list_code=row["list_code"] or "",
        entry_ref=row["entry_ref"] or "",
        list_entry_ref=row["list_entry_ref"] or "",
        listed_on=date.fromisoformat(row["listed_on"]) if row["listed_on"] else None,
        companies=frozenset().union(*map(kinds_of_company, texts)) if row["entity_kind"] != "person" else frozenset(),
    )
