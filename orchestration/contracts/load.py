"""Loads the data contracts: YAML in, the model out, or an error that names file, line and remedy.

Here: from one document to one Contract, and the checks across fields. Not here: the vocabulary
(vocabulary.py), servers (servers.py), YAML itself (plain_yaml.py), code lists (code_lists.py) and the SQL of rules
(expressions.py).
"""

import re
import zoneinfo
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NoReturn

import open_data_contract_standard.model as odcs

from orchestration.contracts import vocabulary as words
from orchestration.contracts.code_lists import load_code_list
from orchestration.contracts.currencies import check_successions
from orchestration.contracts.exceptions import FILE_NAME as EXCEPTIONS_FILE
from orchestration.contracts.exceptions import with_exceptions
from orchestration.contracts.expressions import ExpressionChecker
from orchestration.contracts.field_context import alias_lists, check_context, spill_patterns
from orchestration.contracts.fields import build_field
from orchestration.contracts.file_rules import declared_rules, implied_rules, is_file_rule
from orchestration.contracts.fixed_width import lay_out
from orchestration.contracts.mappings import check_mappings
from orchestration.contracts.marking_words import channel_level, marking, marking_complete, marking_fields
from orchestration.contracts.migrations import load_migrations, migrations_file
from orchestration.contracts.model import (
    CodeList,
    Contract,
    ContractSet,
    Field,
    FileRule,
    ReaderOptions,
    Rule,
)
from orchestration.contracts.plain_yaml import Document, Place, load
from orchestration.contracts.properties import Properties
from orchestration.contracts.reader_options import archived_format, reader
from orchestration.contracts.references import check_references
from orchestration.contracts.rules import every_rule
from orchestration.contracts.servers import read_servers
from orchestration.contracts.service_levels import service_levels
from orchestration.contracts.texts import load_translation, refuse_orphans, texts_files
from orchestration.errors import ContractError
from orchestration.settings import CONTRACTS_DIR

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = re.compile(r"\d+\.\d+\.\d+")


def load_contracts(root: Path = CONTRACTS_DIR) -> ContractSet:
    """Every <partner>/<feed>.odcs.yaml below `root`, with the code lists of <root>/code_lists.

    Raises ContractError on the first fault; nothing is half loaded. Loaded once per state of the files: every
    step asks.
    """
    files = sorted([*root.glob("*/*.yaml"), *root.glob(EXCEPTIONS_FILE), *root.glob("code_lists/*.csv")])
    return _load_all(root, tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files))


@lru_cache(maxsize=4)
def _load_all(root: Path, state: tuple[tuple[Path, int, int], ...]) -> ContractSet:
    """All contracts of the folder in the given state, which only tells one state from another."""
    checker = ExpressionChecker()
    contracts: dict[str, Contract] = {}
    for path in sorted(root.glob("*/*.odcs.yaml")):
        contract = load_contract(path, root / "code_lists", checker)
        if contract.id in contracts:
            raise ContractError(
                f"{path}:1: the feed {contract.id} is already declared in {contracts[contract.id].path}."
            )
        if path.parent.name != contract.partner or path.name != f"{contract.feed}.odcs.yaml":
            raise ContractError(
                f"{path}:1: the contract declares {contract.id}, so it belongs in "
                f"{contract.partner}/{contract.feed}.odcs.yaml."
            )
        contracts[contract.id] = contract
    found = ContractSet(with_exceptions(root / EXCEPTIONS_FILE, contracts, checker))
    check_references(found)
    check_mappings(root / "code_lists", found.partners)
    check_successions(root / "code_lists")
    refuse_orphans(root)
    return found


def load_contract(
    path: Path, code_lists: Path | Sequence[Path] | None = None, checker: ExpressionChecker | None = None
) -> Contract:
    """One contract; references to other feeds are checked only by `load_contracts`.

    `code_lists` are the folders in which its code lists are looked for, the first that has one; default: the one
    beside the partners' folders.
    """
    folders = (code_lists,) if isinstance(code_lists, Path) else code_lists or (path.parent.parent / "code_lists",)
    document = load(path)
    standard = words.validate_standard(document)
    contract = _Builder(document, standard, folders, checker or ExpressionChecker()).build()
    translations = {language: load_translation(file, contract) for language, file in texts_files(path).items()}
    contract = replace(contract, translations=translations)
    migrations = migrations_file(path)
    return replace(contract, migrations=load_migrations(migrations, contract)) if migrations.is_file() else contract


@cache
def _cached_code_list(path: Path, _mtime_ns: int) -> CodeList:
    return load_code_list(path)


class _Builder(Properties):
    """Builds one Contract from its document."""

    def __init__(
        self,
        document: Document,
        standard: odcs.OpenDataContractStandard,
        code_lists: Sequence[Path],
        checker: ExpressionChecker,
    ) -> None:
        super().__init__(document, standard, checker)
        self.code_list_folders = code_lists
        self.code_lists: dict[str, CodeList] = {}

    def build(self) -> Contract:
        document, standard, custom = self.document, self.standard, self.custom
        for name in words.REQUIRED_PROPERTIES:
            if name not in custom:
                self.fail((), f"the customProperty `{name}` is missing")
        for name in ("partner", "feed"):
            if not isinstance(custom[name], str) or not _IDENTIFIER.fullmatch(custom[name]):
                self.fail(self.property_place(name), f"{name} must be lower case letters, digits and underscores")
        if standard.kind != "DataContract" or not str(standard.apiVersion or "").startswith("v3"):
            self.fail((), "kind must be DataContract and apiVersion v3.x")
        if standard.id != f"{custom['partner']}.{custom['feed']}":
            self.fail(("id",), f"id must be {custom['partner']}.{custom['feed']} (partner.feed)")
        if not _VERSION.fullmatch(str(standard.version)):
            self.fail(("version",), f"version is `{standard.version}`; expected three numbers, such as 1.2.3")
        if not standard.schema_ or len(standard.schema_) != 1:
            self.fail(("schema",), "a contract describes exactly one feed: one entry under `schema`")
        self.choose("role", words.ROLES)
        self.choose("delivery", words.DELIVERIES)
        self.choose("cadence", words.CADENCES)
        if custom["timezone"] not in zoneinfo.available_timezones():
            self.fail(
                self.property_place("timezone"),
                f"timezone `{custom['timezone']}` is not in the IANA list, such as Europe/Vienna",
            )
        servers = read_servers(document, standard.servers, custom["partner"], custom["feed"])
        file_format = servers.format
        options, feed_nulls = reader(self, file_format)
        if file_format == "zip":
            file_format = archived_format(self, options)
        schema = standard.schema_[0] if standard.schema_ else odcs.SchemaObject()
        fields = lay_out(document, file_format, self.fields(schema, options, feed_nulls))
        key = self.key(schema)
        contract = Contract(
            partner=custom["partner"], feed=custom["feed"], version=str(standard.version), path=document.path,
            role=custom["role"], country=str(custom["country"]), language=str(custom["language"]),
            timezone=custom["timezone"], delivery=custom["delivery"], cadence=custom["cadence"],
            patterns=servers.patterns, pulls=servers.pulls,
            format=file_format, options=options, fields=fields, rules=self.rules(schema, fields),
            key=key, marking=marking(self), marking_fields=marking_fields(self, fields),
            period_pattern=self.period_pattern(), title=standard.name or custom["feed"],
            description=(standard.description.purpose if standard.description else None) or schema.description or "",
            usage=(standard.description.usage if standard.description else None) or "",
            limitations=(standard.description.limitations if standard.description else None) or "",
            code_lists=self.code_lists, drop_exact_duplicates=self.flag("dropExactDuplicates"),
            delta_deletes=self.delta_deletes(fields, key),
            file_rules=self.file_rules(schema, fields, options, file_format),
            ignored_columns=tuple(self.texts("ignoredColumns")), aliases=alias_lists(fields, self.code_list_folders),
            spills=spill_patterns(fields, self.code_list_folders, self.checker), channel_level=channel_level(self),
            marking_complete=marking_complete(self, fields), signature=self.signature(),
            reference_grace_days=self.days("referenceGraceDays", 90),
            **service_levels(document, standard.slaProperties or []),
        )  # fmt: skip
        self.check_rule_names(contract)
        return contract

    def signature(self) -> str:
        """Unsigned files are taken only where the contract says so."""
        given = self.custom.get("signature", words.SIGNATURES[0])
        return words.choose(self.document, self.property_place("signature"), given, words.SIGNATURES, "signature")

    def fields(
        self, schema: odcs.SchemaObject, options: ReaderOptions, feed_nulls: tuple[str, ...]
    ) -> tuple[Field, ...]:
        fields: list[Field] = []
        lines: dict[str, str] = {}
        for position, entry in enumerate(schema.properties or []):
            place = ("schema", 0, "properties", position)
            field = build_field(self.document, place, entry, options, feed_nulls, self.checker)
            for other in fields:
                if field.name == other.name or field.source == other.source:
                    self.fail(
                        place,
                        f"field `{field.name}` ({field.source}) repeats the name of the field at {lines[other.name]}",
                    )
            for name in (field.code_list, field.replaced_codes):
                if name is not None:
                    self.load_list(name, place)
            fields.append(field)
            lines[field.name] = self.document.at(place)
        if not fields:
            self.fail(("schema", 0), "the feed has no properties")
        by_name = {field.name: field for field in fields}
        for position, field in enumerate(fields):
            check_context(field, by_name, self.code_lists, self.failing(("schema", 0, "properties", position), field))
        return tuple(fields)

    def failing(self, place: Place, field: Field) -> Callable[[str], NoReturn]:
        def fail(message: str) -> NoReturn:
            raise ContractError(f"{self.document.at(place)}: field `{field.name}`: {message}.")

        return fail

    def load_list(self, name: str, place: Place) -> None:
        folders = self.code_list_folders
        path = next((found for folder in folders if (found := folder / f"{name}.csv").is_file()), None)
        if path is None or not _IDENTIFIER.fullmatch(name):
            known = sorted({file.stem for folder in folders for file in folder.glob("*.csv")})
            self.fail(
                place,
                f"code list `{name}` does not exist at {folders[0] / f'{name}.csv'}; the known lists are "
                f"{', '.join(known) or 'none'}",
            )
            raise AssertionError
        self.code_lists[name] = _cached_code_list(path, path.stat().st_mtime_ns)

    def key(self, schema: odcs.SchemaObject) -> tuple[str, ...]:
        keyed = [
            (entry.primaryKeyPosition or 1, str(entry.name)) for entry in schema.properties or [] if entry.primaryKey
        ]
        if len({position for position, _ in keyed}) != len(keyed):
            self.fail(("schema", 0), "each field of a key of several fields needs its own primaryKeyPosition")
        return tuple(name for _, name in sorted(keyed))

    def rules(self, schema: odcs.SchemaObject, fields: tuple[Field, ...]) -> tuple[Rule, ...]:
        rules = []
        for position, entry in enumerate(schema.quality or []):
            place = ("schema", 0, "quality", position)
            if is_file_rule(entry):
                continue
            if entry.type != "custom" or entry.engine != "entrepot" or not isinstance(entry.implementation, str):
                self.fail(
                    place,
                    "a rule has type: custom, engine: entrepot and its SQL as text under implementation",
                )
            if not entry.name or not _IDENTIFIER.fullmatch(entry.name):
                self.fail(
                    place,
                    f"rule name `{entry.name}` must be lower case words joined by underscores, and a sentence",
                )
            if not entry.description:
                self.fail(place, f"rule `{entry.name}` needs a description in plain words: the partner reads it")
            severity = words.choose(self.document, place, entry.severity or "error", words.SEVERITIES, "severity")
            expression = str(entry.implementation).strip()
            try:
                used = self.checker.fields_of(expression, fields)
            except ContractError as error:
                self.fail(place, f"rule `{entry.name}`: {error}")
                raise
            rules.append(Rule(str(entry.name), expression, str(entry.description).strip(), severity, used))
        return tuple(rules)

    def file_rules(
        self, schema: odcs.SchemaObject, fields: tuple[Field, ...], options: ReaderOptions, file_format: str
    ) -> tuple[FileRule, ...]:
        if options.trailer is not None and file_format not in ("csv", "tsv", "fixed"):
            self.fail(self.property_place("reader"), f"a file of the format {file_format} has no last line: no trailer")
        places = {name: self.property_place(name) for name in self.custom}
        implied = implied_rules(self.document, places, self.custom, fields, options)
        return (*implied, *declared_rules(self.document, schema.quality or [], fields))

    def check_rule_names(self, contract: Contract) -> None:
        seen: set[str] = set()
        for rule in every_rule(contract):
            if rule.name in seen:
                place: Place = ("schema", 0, "quality")
                for position, entry in enumerate((self.standard.schema_ or [odcs.SchemaObject()])[0].quality or []):
                    if entry.name == rule.name:
                        place = ("schema", 0, "quality", position)
                self.fail(
                    place,
                    f"the rule name `{rule.name}` is used twice (rules of fields get their names by "
                    "themselves); rename one",
                )
            seen.add(rule.name)

    def delta_deletes(self, fields: tuple[Field, ...], key: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
        given, place = self.custom.get("deltaDeletes"), self.property_place("deltaDeletes")
        if given is None:
            return None
        if not isinstance(given, dict) or set(given) != {"field", "values"} or not given["values"]:
            self.fail(place, "deltaDeletes needs field and values, such as {field: change, values: [D]}")
        if not isinstance(given["values"], list) or not all(isinstance(value, str) for value in given["values"]):
            self.fail(place, f"deltaDeletes.values must be a list of texts, not `{given['values']}`")
        if {field.name: field.type for field in fields}.get(given["field"]) != "string":
            self.fail(place, f"deltaDeletes.field is `{given['field']}`, which is no field of type string")
        if not key:
            self.fail(place, "deltaDeletes takes records away by their key, and the feed has none")
        return str(given["field"]), tuple(given["values"])

    def period_pattern(self) -> str | None:
        pattern, place = self.custom.get("periodPattern"), self.property_place("periodPattern")
        if pattern is None:
            return None
        try:
            groups = set(re.compile(str(pattern)).groupindex)
        except re.error as error:
            self.fail(place, f"periodPattern `{pattern}` is not a regular expression: {error}")
            raise
        if "year" not in groups or groups - {"year", "half", "quarter", "month", "day"}:
            self.fail(
                place,
                f"periodPattern `{pattern}` needs the named group year, and may have half, quarter, month and day",
            )
        return str(pattern)


def describe(contract: Contract) -> dict[str, Any]:
    """A contract in a few words, for lists and JSON output."""
    return {
        "feed": contract.id, "title": contract.title, "version": contract.version, "format": contract.format,
        "delivery": contract.delivery, "cadence": contract.cadence, "fields": len(contract.fields),
        "rules": len(every_rule(contract)), "patterns": list(contract.patterns),
    }  # fmt: skip
