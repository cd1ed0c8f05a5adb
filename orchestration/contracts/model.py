"""The shape of a data contract as the rest of the project sees it.

Here: immutable values and the names derived from them. Not here: YAML (load.py), SQL
(submissions/classify.py) and any reading of files.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as with_default
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import ContractError, UsageError
from orchestration.words import Sentence

if TYPE_CHECKING:
    from orchestration.contracts.servers import PullServer

TYPES = ("string", "integer", "decimal", "date", "timestamp", "boolean", "array")
REPAIRS = ("trim", "mojibake", "upper", "control_code", "excel_exponent", "hs_leading_zero", "successor")
LEVELS = ("public", "official", "restricted", "secret")
TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
SETTLED = "2000-01-01"  # records are younger; codes that came before and did not end hold for them (the euro)
MARKING_KEYS = ("level", "tlp", "releaseTo", "exclude", "purposes")


@dataclass(frozen=True)
class CodeList:
    """A list of permitted codes, one CSV in data_contracts/code_lists; `codes` in file order.

    `labels` holds by language what the codes mean, for the languages in which the file says so. `validity` holds the
    codes that do not hold for ever, each with its spans (first and last day, "" where open); `successors` what
    replaced a code.
    """

    name: str
    path: Path
    codes: tuple[str, ...]
    has_validity: bool = False
    labels: Mapping[str, Mapping[str, str]] = with_default(default_factory=dict)
    validity: Mapping[str, tuple[tuple[str, str], ...]] = with_default(default_factory=dict)
    successors: Mapping[str, tuple[str, ...]] = with_default(default_factory=dict)

    @cached_property
    def lasting(self) -> tuple[str, ...]:
        """The codes that hold on every day from SETTLED on: most rows have such a code, and need no second look."""

        def lasts(code: str) -> bool:
            return code not in self.validity or any(
                first <= SETTLED and not last for first, last in self.validity[code]
            )

        return tuple(code for code in self.codes if lasts(code))


@dataclass(frozen=True)
class Field:
    """One column of a feed: our name, the partner's (`source`), its type and what may stand in it.

    `start` (from 1) and `width` are in characters, and 0 in feeds that are not of fixed width.
    """

    name: str
    source: str
    type: str
    required: bool = False
    primary_key: bool = False
    formats: tuple[str, ...] = ()
    decimal_separator: str = "."
    group_separators: tuple[str, ...] = ()
    precision: int = 18
    scale: int = 2
    code_list: str | None = None
    pattern: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    max_length: int | None = None
    repairs: tuple[str, ...] = ()
    null_values: tuple[str, ...] = ()
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()
    grouped_integer: bool = False
    description: str = ""
    examples: tuple[str, ...] = ()
    references: str | None = None
    business_name: str = ""
    start: int = 0
    width: int = 0
    excel_serial: bool = False
    two_digit_years: int | None = None
    not_after_receipt: bool = False
    aliases: str | None = None
    symbols: tuple[tuple[str, str], ...] = ()
    valid_on: str | None = None
    replaced_codes: str | None = None
    check_digits: str | None = None
    open_text: bool = False

    @property
    def validity_list(self) -> str | None:
        """The list that says when the field's codes hold: its code list, or one of replaced codes alone."""
        return None if self.valid_on is None else self.replaced_codes or self.code_list

    @property
    def duckdb_type(self) -> str:
        """The column's type in accepted.parquet; an array is JSON text."""
        return {
            "string": "VARCHAR", "array": "VARCHAR", "integer": "BIGINT", "date": "DATE",
            "timestamp": "TIMESTAMP", "boolean": "BOOLEAN", "decimal": f"DECIMAL({self.precision},{self.scale})",
        }[self.type]  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A condition on a row; the row passes unless `expression` (DuckDB SQL over the typed columns) is FALSE.

    `description` says in English what must hold. `sentence` is there where the system made it and not the contract,
    so that it can be said in another language.
    """

    name: str
    expression: str
    description: str
    severity: str = "error"
    fields: tuple[str, ...] = ()
    kind: str = "custom"
    sentence: Sentence | None = None


@dataclass(frozen=True)
class FileRule:
    """A condition on a file as a whole. A file that contradicts itself or its manifest is rejected; one that is
    readable and implausible is held for a person to decide.

    `metric` says what is measured (file_rules.METRICS); `low` and `high` bound it, `field` is what it is measured on.
    """

    name: str
    metric: str
    description: str
    outcome: str
    field: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class KnownException:
    """Rows that break `rule` and satisfy `where` (DuckDB SQL; empty: all of them) are accepted with a warning when
    received up to `expires_on`; `line` is its place in known_exceptions.yaml.
    """

    rule: str
    where: str
    owner: str
    reason: str
    expires_on: date
    line: int = 0


@dataclass(frozen=True)
class ReaderOptions:
    """How the bytes of a feed are laid out; the customProperty `reader` of the contract."""

    encoding: str = "utf-8"
    delimiter: str = ","
    header: bool = True
    skip_lines: int = 0
    quote: str = '"'
    decimal: str = "."
    grouping: tuple[str, ...] = ()
    record_path: str = ""
    namespaces: tuple[tuple[str, str], ...] = ()
    sheet: str | None = None
    member: str | None = None
    end_marker: str | None = None
    trailer: str | None = None
    trailing_delimiter: bool = False
    padded: bool = True


@dataclass(frozen=True)
class Translation:
    """A contract's texts in one language other than English, by name; what is missing is said in English."""

    language: str
    feed: Mapping[str, str] = with_default(default_factory=dict)
    labels: Mapping[str, str] = with_default(default_factory=dict)
    descriptions: Mapping[str, str] = with_default(default_factory=dict)
    rules: Mapping[str, str] = with_default(default_factory=dict)


@dataclass(frozen=True)
class Migration:
    """What an earlier version of a feed had otherwise, by field: the column's name, the value (None: nothing) for a
    column that it lacked, former codes to those in force, the forms of dates; and `removed`, columns no longer taken.
    """

    version: str
    columns: Mapping[str, str] = with_default(default_factory=dict)
    added: Mapping[str, str | None] = with_default(default_factory=dict)
    removed: tuple[str, ...] = ()
    codes: Mapping[str, Mapping[str, str]] = with_default(default_factory=dict)
    formats: Mapping[str, tuple[str, ...]] = with_default(default_factory=dict)


@dataclass(frozen=True)
class Contract:
    """All that one partner promises about one feed."""

    partner: str
    feed: str
    version: str
    path: Path
    role: str
    country: str
    language: str
    timezone: str
    delivery: str
    cadence: str
    patterns: tuple[str, ...]
    format: str
    options: ReaderOptions
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    key: tuple[str, ...]
    marking: Mapping[str, object]
    marking_fields: Mapping[str, str]
    period_pattern: str | None
    title: str
    description: str
    code_lists: Mapping[str, CodeList]
    drop_exact_duplicates: bool = False
    ignored_columns: tuple[str, ...] = ()
    delta_deletes: tuple[str, tuple[str, ...]] | None = None
    limitations: str = ""
    usage: str = ""
    pulls: "tuple[PullServer, ...]" = ()
    signature: str = "required"
    grace_days: int = 30
    available_from: date | None = None
    translations: Mapping[str, Translation] = with_default(default_factory=dict)
    file_rules: tuple[FileRule, ...] = ()
    exceptions: tuple[KnownException, ...] = ()
    aliases: Mapping[str, Mapping[str, str]] = with_default(default_factory=dict)
    spills: tuple[str, ...] = ()
    channel_level: str | None = None
    marking_complete: str | None = None
    reference_grace_days: int = 90
    migrations: tuple[Migration, ...] = ()

    @property
    def id(self) -> str:
        """partner/feed."""
        return f"{self.partner}/{self.feed}"

    @property
    def table(self) -> str:
        """Name of the feed's relation in the schema raw."""
        return f"{self.partner}__{self.feed}"

    @cached_property
    def field_by_name(self) -> Mapping[str, Field]:
        """The fields by our name."""
        return {field.name: field for field in self.fields}

    def accepts(self, relative_path: str) -> bool:
        """Whether a file at this path, relative to the landing folder, belongs to the feed."""
        return any(glob_regex(pattern).fullmatch(relative_path) for pattern in self.patterns)


class ContractSet(Mapping[str, Contract]):
    """The contracts by id (partner/feed), in order of their ids."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._contracts = dict(sorted(contracts.items()))

    def __getitem__(self, contract_id: str) -> Contract:
        return self._contracts[contract_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contracts)

    def __len__(self) -> int:
        return len(self._contracts)

    def named(self, contract_id: str) -> Contract:
        """The contract of a feed; UsageError names the feeds there are."""
        try:
            return self[contract_id]
        except KeyError:
            raise UsageError(
                f"There is no feed {contract_id}. A feed is written PARTNER/FEED; those with a contract are: "
                f"{', '.join(self)}."
            ) from None

    @property
    def partners(self) -> tuple[str, ...]:
        """The partners that deliver at least one feed."""
        return tuple(dict.fromkeys(contract.partner for contract in self.values()))

    def match(self, relative_path: str) -> Contract | None:
        """The contract whose pattern takes this file; None when no contract does.

        Raises ContractError when two contracts claim it: whose rows they are must never depend on an order of
        files.
        """
        found = [contract for contract in self.values() if contract.accepts(relative_path)]
        if len(found) > 1:
            claims = " and ".join(f"{contract.id} ({contract.path.name})" for contract in found)
            raise ContractError(
                f"The file {relative_path} is claimed by {claims}. A file belongs to exactly one feed: "
                "narrow the path patterns under `servers` in one of these contracts."
            )
        return found[0] if found else None


@cache
def glob_regex(pattern: str) -> re.Pattern[str]:
    """A glob on the path relative to the landing folder as a regular expression, ignoring case.

    `**/` spans any number of folders, also none; `*` and `?` stay within one; everything else is literal.
    """
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        if pattern.startswith("**/", position):
            parts.append("(?:[^/]+/)*")
            position += 3
        elif pattern.startswith("**", position):
            parts.append(".*")
            position += 2
        else:
            character = pattern[position]
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(character, re.escape(character)))
            position += 1
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
