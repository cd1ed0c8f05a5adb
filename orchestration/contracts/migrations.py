"""How files of earlier versions of a feed are still taken: `<feed>.migrations.yaml` beside the contract.

Here: what each earlier version called its columns, lacked, had beside, and coded in other words; the checks of that
when contracts are loaded; and the contract as a file of that version needs it. Not here: which version a file is of
and the record of the changes (submissions/upgrade.py).
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from orchestration.contracts.model import Contract, Field, Migration
from orchestration.contracts.plain_yaml import Document, Place, load
from orchestration.contracts.versions import numbers
from orchestration.errors import ContractError

KEYS = ("columns", "added", "removed", "codes", "formats")


def migrations_file(contract_file: Path) -> Path:
    """Where the migrations of a contract stand, if it has any."""
    return contract_file.with_name(f"{contract_file.name.removesuffix('.odcs.yaml')}.migrations.yaml")


def load_migrations(path: Path, contract: Contract) -> tuple[Migration, ...]:
    """The migrations of a contract, the newest version first; ContractError names file and line."""
    return _Reader(load(path), contract).migrations()


def as_read(contract: Contract, migration: Migration) -> Contract:
    """The contract by which a file of the earlier version is read: its columns under their former names."""
    fields = tuple(field for field in as_judged(contract, migration).fields if field.name not in migration.added)
    ignored = (*contract.ignored_columns, *migration.removed)
    return replace(contract, version=migration.version, fields=fields, ignored_columns=ignored)


def as_judged(contract: Contract, migration: Migration) -> Contract:
    """The contract by which its rows are judged: the rules in force, with the former names and forms of dates."""
    fields = tuple(
        replace(
            field,
            source=migration.columns.get(field.name, field.source),
            formats=migration.formats.get(field.name, field.formats),
        )
        for field in contract.fields
    )
    return replace(contract, fields=fields)


class _Reader:
    """Reads one file of migrations; holds the document so that every error can name its line."""

    def __init__(self, document: Document, contract: Contract) -> None:
        self.document, self.contract = document, contract

    def migrations(self) -> tuple[Migration, ...]:
        given = self.document.data
        if not isinstance(given, Mapping) or not given:
            self.fail((), "expected earlier versions such as `1.0.0:`, each with some of " + ", ".join(KEYS))
        found = [self.migration(str(version), entry) for version, entry in given.items()]
        return tuple(sorted(found, key=lambda migration: numbers(migration.version), reverse=True))

    def fail(self, place: Place, message: str) -> NoReturn:
        raise ContractError(f"{self.document.at(place)}: {message}.")

    def migration(self, version: str, entry: Any) -> Migration:
        place: Place = (version,)
        try:
            earlier = numbers(version) < numbers(self.contract.version)
        except ContractError:
            earlier = False
        if not earlier:
            self.fail(place, f"`{version}` is no version before {self.contract.version}, which is in force")
        if not isinstance(entry, Mapping) or set(entry) - set(KEYS) or not entry:
            self.fail(place, f"a migration says some of {', '.join(KEYS)}")
        columns = {
            name: self.text((version, "columns", name), was) for name, was in self.fields(version, entry, "columns")
        }
        added = {name: self.default(version, name, value) for name, value in self.fields(version, entry, "added")}
        codes = {name: self.codes(version, name, pairs) for name, pairs in self.fields(version, entry, "codes")}
        formats = {name: self.formats(version, name, forms) for name, forms in self.fields(version, entry, "formats")}
        removed = entry.get("removed") or []
        if not isinstance(removed, list) or not all(isinstance(item, str) for item in removed):
            self.fail((version, "removed"), "removed is a list of the columns that are no longer taken")
        found = Migration(version, columns, added, tuple(removed), codes, formats)
        self.check_names(found)
        return found

    def fields(self, version: str, entry: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
        given = entry.get(key) or {}
        if not isinstance(given, Mapping):
            self.fail((version, key), f"{key} maps fields of the contract to what they were")
        for name in given:
            if name not in self.contract.field_by_name:
                known = ", ".join(self.contract.field_by_name)
                self.fail((version, key, name), f"`{name}` is not a field of {self.contract.id}; expected {known}")
        return list(given.items())

    def field(self, name: str) -> Field:
        return self.contract.field_by_name[name]

    def text(self, place: Place, value: Any) -> str:
        if not isinstance(value, str | int | float) or isinstance(value, bool) or str(value) == "":
            self.fail(place, f"`{value}` must be a text")
        return str(value)

    def default(self, version: str, name: str, value: Any) -> str | None:
        place, field = (version, "added", name), self.field(name)
        if value is None:
            if field.required:
                self.fail(place, f"`{name}` must be filled in, so a file without it needs a value for every row")
            return None
        text = self.text(place, value)
        self.known_code(place, field, text)
        return text

    def codes(self, version: str, name: str, pairs: Any) -> dict[str, str]:
        place = (version, "codes", name)
        if not isinstance(pairs, Mapping) or not pairs:
            self.fail(place, "codes maps each former code to the one in force, such as {PCE: NAR}")
        found = {str(was): self.text((*place, was), now) for was, now in pairs.items()}
        for was, now in found.items():
            self.known_code((*place, was), self.field(name), now)
        return found

    def known_code(self, place: Place, field: Field, code: str) -> None:
        if field.code_list is not None and code not in self.contract.code_lists[field.code_list].codes:
            self.fail(place, f"`{code}` is no code of the list {field.code_list}")

    def formats(self, version: str, name: str, forms: Any) -> tuple[str, ...]:
        place = (version, "formats", name)
        if self.field(name).type not in ("date", "timestamp"):
            self.fail(place, f"`{name}` is no date, so it has no formats")
        if not isinstance(forms, list) or not forms or not all(isinstance(form, str) and "%" in form for form in forms):
            self.fail(place, "formats are strptime formats in a list, such as ['%d/%m/%Y']")
        return tuple(forms)

    def check_names(self, migration: Migration) -> None:
        """No two columns of the earlier version may have one name, else its cells could not be told apart."""
        if both := sorted(migration.columns.keys() & migration.added.keys()):
            self.fail((migration.version, "added", both[0]), f"`{both[0]}` had another name or was not there, not both")
        names = [field.source for field in as_read(self.contract, migration).fields]
        for name in (*names, *migration.removed):
            if (*names, *migration.removed).count(name) > 1:
                self.fail((migration.version,), f"two columns of version {migration.version} are called `{name}`")
