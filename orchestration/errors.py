"""The one kind of error that Entrepôt shows to people.

Here: the exception types whose text is printed as it is, one clear paragraph that says what is wrong, where,
what was expected and how to mend it. Not here: programming errors, which keep their own types and their
traceback.
"""


class EntrepotError(Exception):
    """Something that a person must know or mend; the message is one paragraph, never a traceback."""

    exit_code = 1


class ContractError(EntrepotError):
    """A data contract or a code list is not usable; names file and line."""


class RejectedFileError(EntrepotError):
    """A submitted file cannot be read as its contract promises, so none of its rows is taken."""


class UsageError(EntrepotError):
    """The command was asked for something that does not exist or contradicts itself."""

    exit_code = 2
