"""The words of a contract in another language than English: `<feed>.texts.<language>.yaml` beside the contract.

Here: reading and checking these files, and the one question that feedback, templates and pages ask: what is this
called, and what does this rule say, in the reader's language. A text that is missing falls back to English; a name
that the contract does not have is an error. Not here: the sentences of rules that follow from fields and the words
of the pages themselves (orchestration/words/).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from orchestration.contracts.model import Contract, Field, Rule, Translation
from orchestration.contracts.plain_yaml import Document, Place, load
from orchestration.contracts.repairs import repair_rules
from orchestration.contracts.rules import all_rules, every_rule
from orchestration.errors import ContractError
from orchestration.words import catalogue

ENGLISH = "en"
FEED_TEXTS = ("title", "purpose", "usage", "limitations")
FIELD_TEXTS = ("label", "description")
KEYS = (*FEED_TEXTS, "fields", "rules")
_NAME = re.compile(r"(?P<feed>[a-z][a-z0-9_]*)\.texts\.(?P<language>[a-z]{2})\.yaml")


@dataclass(frozen=True)
class Texts:
    """One contract in one language; every question has an answer, in English where there is no other."""

    contract: Contract
    language: str

    @property
    def _own(self) -> Translation:
        return self.contract.translations.get(self.language, Translation(self.language))

    @property
    def title(self) -> str:
        """What the feed is called."""
        return self._own.feed.get("title") or self.contract.title

    @property
    def purpose(self) -> str:
        """What the feed holds and why it is asked for."""
        return self._own.feed.get("purpose") or self.contract.description

    @property
    def usage(self) -> str:
        """What its rows are used for."""
        return self._own.feed.get("usage") or self.contract.usage

    @property
    def limitations(self) -> str:
        """What its rows do not say."""
        return self._own.feed.get("limitations") or self.contract.limitations

    def label(self, field: Field) -> str:
        """A field's name for people; the partner's own column name unless the contract has a better one."""
        return self._own.labels.get(field.name) or field.business_name or field.source

    def description(self, field: Field) -> str:
        """What stands in a field."""
        return self._own.descriptions.get(field.name) or field.description

    def rule(self, rule: Rule) -> str:
        """What a rule or a recorded repair says, as a sentence."""
        own = self._own.rules.get(rule.name)
        if own or rule.sentence is None or self.language not in catalogue.languages():
            return own or rule.description
        return catalogue.words_in(self.language).say(rule.sentence)


def texts_in(contract: Contract, language: str | None = None) -> Texts:
    """The contract in a language; default: the one its partner speaks."""
    return Texts(contract, language or contract.language)


def languages(contract: Contract) -> tuple[str, ...]:
    """The languages in which the contract has texts, English first."""
    return (ENGLISH, *sorted(contract.translations))


def untranslated(contract: Contract, language: str) -> list[str]:
    """What still falls back to English, by the names that the file of texts would use; rules about whole files are
    told to the sender of a refused file in English.
    """
    texts, own = texts_in(contract, language), contract.translations.get(language, Translation(language))
    english = {"title": "title", "purpose": "description", "usage": "usage", "limitations": "limitations"}
    missing = [name for name, part in english.items() if getattr(contract, part) and name not in own.feed]
    for field in contract.fields:
        missing += [f"fields.{field.name}.label"] if field.name not in own.labels else []
        missing += [f"fields.{field.name}.description"] if field.name not in own.descriptions else []
    every = (*all_rules(contract), *repair_rules(contract))
    return missing + [f"rules.{rule.name}" for rule in every if texts.rule(rule) == rule.description]


def texts_files(contract_file: Path) -> dict[str, Path]:
    """The files of texts beside a contract, by language; ContractError on one for English or without language."""
    feed = contract_file.name.removesuffix(".odcs.yaml")
    found = {}
    for path in sorted(contract_file.parent.glob(f"{feed}.texts.*")):
        named = _NAME.fullmatch(path.name)
        if named is None or named["language"] == ENGLISH:
            raise ContractError(
                f"{path}:1: a file of texts is named <feed>.texts.<language>.yaml with the two letters of ISO 639-1, "
                "such as .texts.de.yaml; English stands in the contract itself."
            )
        found[named["language"]] = path
    return found


def refuse_orphans(root: Path) -> None:
    """ContractError when a file of texts or of migrations below `root` belongs to no contract."""
    for path in sorted([*root.glob("*/*.texts.*"), *root.glob("*/*.migrations.yaml")]):
        feed = path.name.split(".")[0]
        if not path.with_name(f"{feed}.odcs.yaml").is_file():
            raise ContractError(
                f"{path}:1: there is no contract {feed}.odcs.yaml beside this file; rename it after its feed."
            )


def load_translation(path: Path, contract: Contract) -> Translation:
    """One file of texts; names that the contract does not have are errors with file and line."""
    return _Reader(load(path), contract).translation(path.name.split(".")[-2])


class _Reader:
    """Reads one file of texts; holds the document so that every error can name its line."""

    def __init__(self, document: Document, contract: Contract) -> None:
        self.document, self.contract = document, contract

    def translation(self, language: str) -> Translation:
        self.known((), self.document.data, KEYS, "a key of a file of texts")
        rule_names = [rule.name for rule in (*every_rule(self.contract), *repair_rules(self.contract))]
        parts: dict[str, dict[str, str]] = {name: {} for name in FIELD_TEXTS}
        for name, given in self.mapping("fields", list(self.contract.field_by_name), "a field of the contract"):
            self.known(("fields", name), given, FIELD_TEXTS, "a text of a field")
            for part, value in given.items():
                parts[part][name] = self.text(("fields", name, part), value)
        return Translation(
            language=language,
            feed={
                name: self.text((name,), self.document.data[name]) for name in FEED_TEXTS if name in self.document.data
            },
            labels=parts["label"],
            descriptions=parts["description"],
            rules={
                name: self.text(("rules", name), value)
                for name, value in self.mapping("rules", rule_names, "a rule of the contract")
            },
        )

    def fail(self, place: Place, message: str) -> NoReturn:
        raise ContractError(f"{self.document.at(place)}: {message}.")

    def mapping(self, key: str, allowed: list[str], what: str) -> Iterator[tuple[str, Any]]:
        given = self.document.data.get(key)
        if given is not None:
            self.known((key,), given, allowed, what)
            yield from given.items()

    def known(self, place: Place, given: Any, allowed: list[str] | tuple[str, ...], what: str) -> None:
        if not isinstance(given, Mapping):
            self.fail(place, f"expected a mapping of {', '.join(allowed[:12])}")
        for key in given:
            if key not in allowed:
                self.fail((*place, key), f"`{key}` is not {what} {self.contract.id}; expected {', '.join(allowed)}")

    def text(self, place: Place, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fail(place, f"`{value}` must be a text; leave the entry out to fall back to English")
        return value.strip()
