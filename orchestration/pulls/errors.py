"""Why a pull did not happen.

Here: the two ways to fail, and which of them an exception of a library is. Not here: bad content, which is the
intake's business.
"""

from orchestration.errors import EntrepotError


class PullError(EntrepotError):
    """Something went wrong on the way; trying again may help."""


class RefusedError(PullError):
    """The server, its key, the credentials or the request is not as it must be; trying again does not help."""


# Told apart by name, so that no library is loaded for a server that nobody asks.
_FINAL = {
    "PermissionError", "FileNotFoundError", "NotADirectoryError", "AuthenticationException", "BadAuthenticationType",
    "PasswordRequiredException", "ClientConnectorCertificateError", "SSLCertVerificationError", "ProgrammingError",
    "InsufficientPrivilege", "DataError", "ParamValidationError", "NoCredentialsError", "InvalidURL",
}  # fmt: skip
_FINAL_WORDS = (
    "certificate verify failed", "CERTIFICATE_VERIFY_FAILED", "password authentication failed", "no pg_hba.conf entry",
    "does not match host name", "root certificate file", "does not exist",
)  # fmt: skip


def explained(error: BaseException) -> PullError:
    """A library's exception as one of ours; an error that is ours already stays as it is."""
    if isinstance(error, PullError):
        return error
    text = " ".join(str(error).split()).rstrip(".") or "the connection ended"
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & _FINAL or any(word in text for word in _FINAL_WORDS) or _is_final(getattr(error, "status", None)):
        return RefusedError(f"{text} ({type(error).__name__}).")
    return PullError(f"{text} ({type(error).__name__}).")


def _is_final(status: object) -> bool:
    return isinstance(status, int) and 300 <= status < 500 and status not in (408, 425, 429)
