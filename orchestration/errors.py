"""The one kind of error that Entrepôt shows to people.

Here: the exception types whose text is printed as it is, one clear paragraph that says what is wrong, where,
what was expected and how to mend it. Not here: programming errors, which keep their own types and their
traceback.
"""

from reports.hidden_characters import written_out


class EntrepotError(Exception):
    """Something that a person must know or mend; the message is one paragraph, never a traceback.

    Messages quote what strangers wrote: characters that nobody sees are written out as <U+202E>.
    """

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(written_out(message))


class ContractError(EntrepotError):
    """A data contract or a code list is not usable; names file and line."""


class RejectedFileError(EntrepotError):
    """A submitted file cannot be read as its contract promises, so none of its rows is taken."""

    def __init__(self, message: str = "") -> None:
        super().__init__(" ".join(message.splitlines()))


class NothingToReportError(EntrepotError):
    """A report has no row for a period."""


class UsageError(EntrepotError):
    """The command was asked for something that does not exist or contradicts itself."""

    exit_code = 2
