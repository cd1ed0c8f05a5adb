"""Loads the data contracts: YAML in, the model out, or an error that names file, line and remedy.

Here: from one document to one Contract, and the checks across fields. Not here: the vocabulary
(vocabulary.py), servers (servers.py), YAML itself (plain_yaml.py), code lists (code_lists.py) and the SQL of rules
(expressions.py).
"""

import codecs
import re
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NoReturn

import open_data_contract_standard.model as odcs

from orchestration.contracts import vocabulary as words
from orchestration.contracts.code_lists import load_code_list
from orchestration.contracts.exceptions import FILE_NAME as EXCEPTIONS_FILE
from orchestration.contracts.exceptions import with_exceptions
from orchestration.contracts.expressions import ExpressionChecker
from orchestration.contracts.field_context import alias_lists, check_context, spill_patterns
from orchestration.contracts.fields import build_field
from orchestration.contracts.file_rules import declared_rules, implied_rules, is_file_rule
from orchestration.contracts.fixed_width import lay_out
from orchestration.contracts.migrations import load_migrations, migrations_file
from orchestration.contracts.model import (
    LEVELS,
    MARKING_KEYS,
    TLP,
    CodeList,
    Contract,
    ContractSet,
    Field,
    FileRule,
    ReaderOptions,
    Rule,
)
from orchestration.contracts.plain_yaml import Document, Place, load
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


class _Builder:
    """Builds one Contract; holds the document so that every error can name its line."""

    def __init__(
        self,
        document: Document,
        standard: odcs.OpenDataContractStandard,
        code_lists: Sequence[Path],
        checker: ExpressionChecker,
    ) -> None:
        self.document = document
        self.standard = standard
        self.code_list_folders = code_lists
        self.checker = checker
        self.code_lists: dict[str, CodeList] = {}
        self.custom = words.custom_properties(document, (), standard.customProperties, words.CONTRACT_PROPERTIES)

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
        options, feed_nulls = self.reader(file_format)
        if file_format == "zip":
            file_format = self.archived_format(options)
        schema = standard.schema_[0] if standard.schema_ else odcs.SchemaObject()
        fields = lay_out(document, file_format, self.fields(schema, options, feed_nulls))
        key = self.key(schema)
        contract = Contract(
            partner=custom["partner"], feed=custom["feed"], version=str(standard.version), path=document.path,
            role=custom["role"], country=str(custom["country"]), language=str(custom["language"]),
            timezone=custom["timezone"], delivery=custom["delivery"], cadence=custom["cadence"],
            patterns=servers.patterns, pulls=servers.pulls,
            format=file_format, options=options, fields=fields, rules=self.rules(schema, fields),
            key=key, marking=self.marking(), marking_fields=self.marking_fields(fields),
            period_pattern=self.period_pattern(), title=standard.name or custom["feed"],
            description=(standard.description.purpose if standard.description else None) or schema.description or "",
            usage=(standard.description.usage if standard.description else None) or "",
            limitations=(standard.description.limitations if standard.description else None) or "",
            code_lists=self.code_lists, drop_exact_duplicates=self.flag("dropExactDuplicates"),
            delta_deletes=self.delta_deletes(fields, key),
            file_rules=self.file_rules(schema, fields, options, file_format),
            ignored_columns=tuple(self.texts("ignoredColumns")), aliases=alias_lists(fields, self.code_list_folders),
            spills=spill_patterns(fields, self.code_list_folders, self.checker), channel_level=self.channel_level(),
            marking_complete=self.marking_complete(fields), signature=self.signature(),
            reference_grace_days=self.days("referenceGraceDays", 90),
            **service_levels(document, standard.slaProperties or []),
        )  # fmt: skip
        self.check_rule_names(contract)
        return contract

    def fail(self, place: Place, message: str) -> None:
        raise ContractError(f"{self.document.at(place)}: {message}.")

    def property_place(self, name: str) -> Place:
        for position, entry in enumerate(self.standard.customProperties or []):
            if entry.property == name:
                return ("customProperties", position)
        return ()

    def choose(self, name: str, allowed: tuple[str, ...]) -> str:
        return words.choose(self.document, self.property_place(name), self.custom[name], allowed, name)

    def flag(self, name: str) -> bool:
        value = self.custom.get(name, False)
        if not isinstance(value, bool):
            self.fail(self.property_place(name), f"{name} must be true or false, not `{value}`")
        return bool(value)

    def days(self, name: str, default: int) -> int:
        value = self.custom.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.fail(self.property_place(name), f"{name} must be a whole number of days, not `{value}`")
        return int(value)

    def texts(self, name: str) -> list[str]:
        value = self.custom.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fail(self.property_place(name), f"{name} must be a list of texts")
        return list(value)

    def signature(self) -> str:
        """Unsigned files are taken only where the contract says so."""
        given = self.custom.get("signature", words.SIGNATURES[0])
        return words.choose(self.document, self.property_place("signature"), given, words.SIGNATURES, "signature")

    def reader(self, file_format: str) -> tuple[ReaderOptions, tuple[str, ...]]:
        given = self.custom.get("reader") or {}
        place = self.property_place("reader")
        if not isinstance(given, dict):
            self.fail(place, "reader must be a mapping, such as {encoding: utf-8, delimiter: ;}")
        if unknown := sorted(set(given) - words.READER_OPTIONS):
            self.fail(
                place,
                f"reader option `{unknown[0]}` is not known; expected one of {', '.join(sorted(words.READER_OPTIONS))}",
            )
        options = ReaderOptions(
            encoding=str(given.get("encoding", "utf-8")),
            delimiter=str(given.get("delimiter", "\t" if file_format == "tsv" else ",")),
            header=given.get("header", file_format != "fixed"),
            skip_lines=given.get("skipLines", 0),
            quote=str(given.get("quote", '"') or ""),
            decimal=str(given.get("decimal", ".")),
            grouping=tuple(str(item) for item in given.get("grouping") or ()),
            record_path=str(given.get("recordPath") or ""),
            namespaces=tuple((str(prefix), str(uri)) for prefix, uri in (given.get("namespaces") or {}).items()),
            sheet=given.get("sheet"),
            member=given.get("member"),
            end_marker=given.get("endMarker"),
            trailer=given.get("trailer"),
            trailing_delimiter=given.get("trailingDelimiter", False),
            padded=given.get("padded", True),
        )
        try:
            codecs.lookup(options.encoding)
        except LookupError:
            self.fail(
                place,
                f"encoding `{options.encoding}` is not known to Python; use a name such as utf-8, cp1252 or utf-16",
            )
        if len(options.delimiter) != 1 or len(options.quote) > 1 or options.delimiter == options.quote:
            self.fail(place, "delimiter and quote must be single, different characters (quote may be empty)")
        if not isinstance(options.skip_lines, int) or options.skip_lines < 0:
            self.fail(place, "skipLines must be a whole number of lines, 0 or more")
        if not all(isinstance(flag, bool) for flag in (options.header, options.trailing_delimiter, options.padded)):
            self.fail(place, "header, trailingDelimiter and padded must be true or false")
        if file_format == "fixed" and options.header:
            self.fail(place, "a file of fixed width has no header to read; pass over its first lines with skipLines")
        if file_format == "xml" and not options.record_path:
            self.fail(place, "an XML feed needs reader.recordPath, the name of the element that is one record")
        nulls = given.get("nullValues") or []
        return options, tuple(str(item) for item in nulls)

    def archived_format(self, options: ReaderOptions) -> str:
        """The format of the files in a zip, which the extension of reader.member tells."""
        suffix = Path(options.member or "").suffix.lstrip(".").lower()
        if suffix not in words.FORMATS or suffix == "zip":
            self.fail(
                self.property_place("reader"),
                "a zip feed needs reader.member, such as '*.csv', whose extension names the format",
            )
        return suffix

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

    def channel_level(self) -> str | None:
        """The highest level that may come this way; the rows' default marking cannot be above it."""
        given, place = self.custom.get("channelLevel"), self.property_place("channelLevel")
        if given is None:
            return None
        words.choose(self.document, place, given, LEVELS, "channelLevel")
        if LEVELS.index(str(self.marking()["level"])) > LEVELS.index(given):
            self.fail(place, f"channelLevel is `{given}`, but the rows are marked {self.marking()['level']} by default")
        return str(given)

    def marking_complete(self, fields: tuple[Field, ...]) -> str | None:
        """The condition without which a row's own marking does not count."""
        given, place = self.custom.get("markingComplete"), self.property_place("markingComplete")
        if given is None:
            return None
        if "markingFields" not in self.custom:
            self.fail(place, "markingComplete has no meaning without markingFields")
        try:
            self.checker.fields_of(str(given), fields)
        except ContractError as error:
            self.fail(place, f"markingComplete: {error}")
        return str(given)

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

    def marking(self) -> Mapping[str, object]:
        given, place = self.custom["marking"], self.property_place("marking")
        if not isinstance(given, dict) or set(given) - set(MARKING_KEYS) or not {"level", "tlp"} <= set(given):
            self.fail(
                place,
                "marking needs level and tlp, and may have releaseTo, exclude and purposes (null = any, [] = nobody)",
            )
        words.choose(self.document, place, given["level"], LEVELS, "marking level")
        words.choose(self.document, place, given["tlp"], TLP, "marking tlp")
        for name in ("releaseTo", "exclude", "purposes"):
            value = given.get(name, [] if name == "exclude" else None)
            allowed_null = name != "exclude"
            if not (value is None and allowed_null) and not (
                isinstance(value, list) and all(isinstance(item, str) for item in value)
            ):
                self.fail(
                    place,
                    f"marking {name} must be a list of names{' or null' if allowed_null else ''}, not `{value}`",
                )
        return {
            "level": given["level"], "tlp": given["tlp"], "releaseTo": given.get("releaseTo"),
            "exclude": given.get("exclude", []), "purposes": given.get("purposes"),
        }  # fmt: skip

    def marking_fields(self, fields: tuple[Field, ...]) -> Mapping[str, str]:
        given, place = self.custom.get("markingFields") or {}, self.property_place("markingFields")
        types = {field.name: field.type for field in fields}
        if not isinstance(given, dict) or set(given) - set(MARKING_KEYS):
            self.fail(place, f"markingFields maps {', '.join(MARKING_KEYS)} to fields of the feed")
        for part, name in given.items():
            if name not in types:
                self.fail(place, f"markingFields.{part} names `{name}`, which is no field of the feed")
            expected = "string" if part in ("level", "tlp") else "array"
            if types[name] != expected:
                self.fail(place, f"markingFields.{part}: field {name} is of type {types[name]}; expected {expected}")
        return dict(given)

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
