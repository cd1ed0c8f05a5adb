"""The customProperties of one contract while it is loaded, and the checks that all of them share.

Here: looking a property up with its line, and the plain kinds of value (flag, days, texts, one of several). Not here:
which properties there are (vocabulary.py) and what each means (load.py, reader_options.py, marking_words.py).
"""

import open_data_contract_standard.model as odcs

from orchestration.contracts import vocabulary as words
from orchestration.contracts.expressions import ExpressionChecker
from orchestration.contracts.plain_yaml import Document, Place
from orchestration.errors import ContractError


class Properties:
    """The document, so that every error can name its line, and its customProperties by name."""

    def __init__(self, document: Document, standard: odcs.OpenDataContractStandard, checker: ExpressionChecker) -> None:
        self.document = document
        self.standard = standard
        self.checker = checker
        self.custom = words.custom_properties(document, (), standard.customProperties, words.CONTRACT_PROPERTIES)

    def fail(self, place: Place, message: str) -> None:
        """Raise ContractError with file and line of the place."""
        raise ContractError(f"{self.document.at(place)}: {message}.")

    def property_place(self, name: str) -> Place:
        """Where a customProperty stands, for its errors; the whole file where it is not given."""
        for position, entry in enumerate(self.standard.customProperties or []):
            if entry.property == name:
                return ("customProperties", position)
        return ()

    def choose(self, name: str, allowed: tuple[str, ...]) -> str:
        """The value of a property that must be one of these."""
        return words.choose(self.document, self.property_place(name), self.custom[name], allowed, name)

    def flag(self, name: str) -> bool:
        """A property that is true or false; false where it is not given."""
        value = self.custom.get(name, False)
        if not isinstance(value, bool):
            self.fail(self.property_place(name), f"{name} must be true or false, not `{value}`")
        return bool(value)

    def days(self, name: str, default: int) -> int:
        """A property that is a whole number of days."""
        value = self.custom.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.fail(self.property_place(name), f"{name} must be a whole number of days, not `{value}`")
        return int(value)

    def texts(self, name: str) -> list[str]:
        """A property that is a list of texts; empty where it is not given."""
        value = self.custom.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fail(self.property_place(name), f"{name} must be a list of texts")
        return list(value)
