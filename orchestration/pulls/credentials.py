"""Credentials of the partners' servers, from the environment and from nowhere else.

Here: the names of the variables, and taking secrets out of texts. Not here: what is done with them (folders.py,
query.py). Nothing read here is ever written: not to the register, a log, an error or Dagster's history.
"""

import os
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from orchestration.contracts.servers import PullServer
from orchestration.pulls.errors import RefusedError

# What may be given for a server of each type: variable -> what it is, for the message that asks for it.
VARIABLES = {
    "local": {"FOLDER": "the folder to look in, such as a mounted share"},
    "sftp": {
        "USER": "the account",
        "PASSWORD": "its password",
        "KEY_FILE": "or the file of its private key",
        "KEY_PASSPHRASE": "the key's passphrase, if it has one",
        "KNOWN_HOSTS": "a known_hosts file with the server's key, where the contract has no hostKeys",
    },
    "s3": {
        "ACCESS_KEY": "the access key; without it the bucket is read as anybody",
        "SECRET_KEY": "its secret",
        "SESSION_TOKEN": "a session's token, if there is one",
        "CA_FILE": "certificates to trust, if the server's are not signed by a public authority",
    },
    "api": {
        "USER": "the account, if there is one",
        "PASSWORD": "its password",
        "TOKEN": "or a bearer token",
        "CERT_FILE": "our own certificate, if the server asks for one",
        "KEY_FILE": "its private key",
        "CA_FILE": "certificates to trust, if the server's are not signed by a public authority",
    },
    "postgres": {
        "USER": "the account, which should be allowed to read and nothing else",
        "PASSWORD": "its password",
        "CA_FILE": "certificates to trust, if the server's are not signed by a public authority",
    },
}
_SECRET = ("PASSWORD", "KEY_PASSPHRASE", "SECRET_KEY", "SESSION_TOKEN", "TOKEN", "ACCESS_KEY")
_FILES = ("KEY_FILE", "KNOWN_HOSTS", "CERT_FILE", "CA_FILE")
_HIDDEN = "(hidden)"


@dataclass(frozen=True)
class Credentials:
    """What the environment gives for one server; its values are left out of every text made of it."""

    server: PullServer
    values: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, server: PullServer) -> "Credentials":
        """Read the variables of a server; RefusedError when one names a file that cannot be read."""
        found = cls(server, {name: os.environ[v] for name, v in variables(server).items() if os.environ.get(v)})
        for name in _FILES:
            if (path := found.get(name)) and not os.access(path, os.R_OK):
                raise RefusedError(f"{variables(server)[name]} names a file that cannot be read: {path}.")
        return found

    def get(self, name: str) -> str | None:
        """One value, None when it is not given."""
        return self.values.get(name)

    def required(self, *names: str) -> str:
        """The first of these that is given; RefusedError says which variables to set."""
        for name in names:
            if name in self.values:
                return self.values[name]
        known = VARIABLES[self.server.type]
        wanted = ", or ".join(f"{variables(self.server)[name]} ({known[name].removeprefix('or ')})" for name in names)
        raise RefusedError(f"The environment does not say how to get into {self.server.address}: set {wanted}.")

    def hide(self, text: str) -> str:
        """The text without any secret, also where a library has written it as part of something longer."""
        for name in _SECRET:
            if value := self.values.get(name):
                basic = b64encode(f"{self.values.get('USER', '')}:{value}".encode()).decode()
                for form in (basic, value, quote(value, safe="")):
                    text = text.replace(form, _HIDDEN)
        return text


def variables(server: PullServer) -> dict[str, str]:
    """The names of the environment variables of a server, by what they hold."""
    prefix = f"ENTREPOT_{server.partner}_{server.name}".upper()
    return {name: f"{prefix}_{name}" for name in VARIABLES[server.type]}


def folder_of(credentials: Credentials) -> Path:
    """The folder that the environment gives to a local server; RefusedError unless it is there."""
    folder = Path(credentials.required("FOLDER"))
    if not folder.is_absolute() or not folder.is_dir():
        raise RefusedError(
            f"{variables(credentials.server)['FOLDER']} is {folder}, which is no absolute path of a folder that is "
            "there. Mount it, or correct the variable."
        )
    return folder
