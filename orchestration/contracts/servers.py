"""Where the files of a feed come from: patterns of the landing folder, and servers from which we fetch.

Here: the `servers` of a contract, from the standard's own keys and a few customProperties, checked when the contract
is loaded. Not here: any connection (pulls/) and any secret: those come from the environment alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import open_data_contract_standard.model as odcs

from orchestration.contracts import vocabulary as words
from orchestration.contracts.plain_yaml import Document, Place
from orchestration.errors import ContractError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ALWAYS = {"id", "server", "type", "description", "environment", "roles", "customProperties"}
# The standard's own keys that a server of each type may have, and the customProperties for what the standard lacks.
_KEYS = {
    "local": {"path", "format"},
    "sftp": {"location", "format"},
    "s3": {"location", "endpointUrl", "format"},
    "api": {"location"},
    "postgres": {"host", "port", "database", "schema_"},
}
_CUSTOM = {
    "local": frozenset({"pull", "settleSeconds"}),
    "sftp": frozenset({"hostKeys", "settleSeconds"}),
    "s3": frozenset({"region"}),
    "api": frozenset({"format", "settleSeconds"}),
    "postgres": frozenset({"query", "fileName"}),
}
_SCHEMES = {"sftp": ("sftp",), "s3": ("s3",), "api": ("https", "http")}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SETTLE_SECONDS = 60
FILE_NAME_PARTS = ("year", "month", "day")


@dataclass(frozen=True)
class PullServer:
    """A server from which files of one feed are fetched.

    `folder` is where to look (a path, a bucket with prefix, a URL that ends in /), `pattern` a glob below it or the
    name of one file. A file that changed less than `settle_seconds` ago may still be being written.
    """

    partner: str
    feed: str
    name: str
    type: str
    host: str = ""
    port: int | None = None
    folder: str = ""
    pattern: str = ""
    endpoint: str = ""
    region: str = ""
    database: str = ""
    schema: str = ""
    query: str = ""
    file_name: str = ""
    host_keys: tuple[str, ...] = ()
    settle_seconds: int = 0

    @property
    def id(self) -> str:
        """partner/feed/server."""
        return f"{self.partner}/{self.feed}/{self.name}"

    @property
    def address(self) -> str:
        """The place in words; holds no secret."""
        if self.type == "postgres":
            return f"postgres://{self.host}:{self.port}/{self.database}"
        if self.type == "local":
            return f"the folder of {self.name}/{self.pattern}"
        if self.type == "sftp":
            return f"sftp://{self.host}:{self.port or 22}{self.folder}/{self.pattern}"
        return f"{'s3://' if self.type == 's3' else ''}{self.folder.rstrip('/')}/{self.pattern}"

    @property
    def lists(self) -> bool:
        """Whether the pattern is one, so that the folder must be listed."""
        return is_glob(self.pattern)


@dataclass(frozen=True)
class Servers:
    """All that a contract says about where its files come from."""

    patterns: tuple[str, ...]
    format: str
    pulls: tuple[PullServer, ...] = ()


def is_glob(text: str) -> bool:
    """Whether the text has a wildcard of ours."""
    return "*" in text or "?" in text


def read_servers(document: Document, servers: list[odcs.Server] | None, partner: str, feed: str) -> Servers:
    """The servers of a contract; ContractError names file and line."""
    if not servers:
        raise ContractError(f"{document.at(())}: the contract names no server: where do files of this feed arrive?")
    patterns: list[str] = []
    pulls: list[PullServer] = []
    formats: set[str] = set()
    for position, server in enumerate(servers):
        reader = _Reader(document, ("servers", position), server, partner, feed)
        pull = reader.read()
        formats.add(reader.format)
        if pull is None:
            patterns.append(str(server.path))
        elif any(pull.name == other.name for other in pulls):
            reader.fail(f"the server `{pull.name}` is given twice; each needs a name of its own")
        else:
            pulls.append(pull)
    if len(formats) > 1:
        raise ContractError(
            f"{document.at(('servers',))}: all servers of a feed have one format; found {', '.join(sorted(formats))}."
        )
    return Servers(tuple(patterns), formats.pop(), tuple(pulls))


class _Reader:
    """Reads one entry of `servers`; holds its place so that every error can name the line."""

    def __init__(self, document: Document, place: Place, server: odcs.Server, partner: str, feed: str) -> None:
        self.document, self.place, self.server = document, place, server
        self.partner, self.feed = partner, feed
        self.custom: Mapping[str, Any] = {}
        self.format = ""

    def fail(self, message: str) -> NoReturn:
        raise ContractError(f"{self.document.at(self.place)}: {message}.")

    def read(self) -> PullServer | None:
        """The server to pull from; None for a pattern of the landing folder."""
        server = self.server
        kind = {"postgresql": "postgres"}.get(str(server.type), str(server.type))
        if kind not in _KEYS:
            self.fail(f"server type `{server.type}` is not supported; expected one of {', '.join(_KEYS)}")
        for key in sorted(server.model_fields_set - _ALWAYS - _KEYS[kind]):
            self.fail(f"a server of type {kind} takes no `{key.rstrip('_')}`")
        self.custom = words.custom_properties(self.document, self.place, server.customProperties, _CUSTOM[kind])
        # The standard lets neither an API nor a database say its format.
        given = {"api": self.custom.get("format") or (server.location or "").rpartition(".")[2], "postgres": "csv"}
        self.format = words.choose(self.document, self.place, given.get(kind, server.format), words.FORMATS, "format")
        if kind == "local":
            return self.local()
        if not _NAME.fullmatch(server.server or ""):
            self.fail(
                "a server to pull from needs a name under `server`, of lower case letters, digits and underscores: "
                "the names of its environment variables follow from it"
            )
        return self.postgres() if kind == "postgres" else self.located(kind)

    def local(self) -> PullServer | None:
        path = self.server.path or ""
        if not path or path.startswith("/") or ".." in path.split("/"):
            self.fail(f"path `{path}` must be a pattern relative to the landing folder, such as **/partner/feed_*.csv")
        if self.custom.get("pull") is None:
            if "settleSeconds" in self.custom:
                self.fail("settleSeconds belongs to a folder with `pull: true`")
            return None
        if self.custom["pull"] is not True or not _NAME.fullmatch(self.server.server or ""):
            self.fail("a folder to pull from has `pull: true` and a name under `server`, of lower case letters")
        return self.made(type="local", pattern=path)

    def located(self, kind: str) -> PullServer:
        location = self.server.location or ""
        parts = urlsplit(location)
        schemes = _SCHEMES[kind]
        example = {
            "sftp": "sftp://files.example.org/out/cases_*.csv",
            "s3": "s3://bucket/out/cases_*.csv",
            "api": "https://files.example.org/out/cases_*.csv",
        }[kind]
        if parts.scheme not in schemes or not parts.hostname:
            self.fail(f"location `{location}` must be a URL such as {example}")
        if parts.username is not None or parts.password is not None:
            self.fail("location holds a user name or password; those come from the environment alone")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            self.fail("location must begin with https://: plain http is taken from this machine itself only")
        # A `?` is a wildcard of ours, as in the landing folder, and never the begin of a URL's query.
        path = location.split(parts.netloc, 1)[1]
        segments = [segment for segment in path.split("/") if segment]
        if not segments or path.endswith("/") or ".." in segments or "#" in path:
            self.fail(f"location `{location}` must end in the name or pattern of the files, such as {example}")
        cut = next((index for index, segment in enumerate(segments) if is_glob(segment)), len(segments) - 1)
        above, pattern = "/".join(segments[:cut]), "/".join(segments[cut:])
        if kind == "sftp":
            return self.made(
                type=kind, host=parts.hostname, port=self.port(parts), folder=f"/{above}".rstrip("/"), pattern=pattern,
                host_keys=self.host_keys(),
            )  # fmt: skip
        if kind == "s3":
            endpoint = self.server.endpointUrl or ""
            target = urlsplit(endpoint)
            if endpoint and target.scheme != "https" and target.hostname not in LOOPBACK:
                self.fail("endpointUrl must begin with https://: plain http is taken from this machine itself only")
            return self.made(
                type=kind, folder="/".join(filter(None, (parts.netloc, above))), pattern=pattern, endpoint=endpoint,
                region=str(self.custom.get("region") or ""),
            )  # fmt: skip
        folder = f"{parts.scheme}://{parts.netloc}/{above}".rstrip("/") + "/"
        return self.made(type=kind, host=parts.hostname, folder=folder, pattern=unquote(pattern))

    def postgres(self) -> PullServer:
        query, name = self.custom.get("query"), self.custom.get("fileName") or f"{self.feed}.csv"
        if not isinstance(query, str) or not re.match(r"\s*(select|with|values|table)\b", query, re.IGNORECASE):
            self.fail("a postgres server needs the customProperty `query`: one SELECT, whose columns are the fields")
        if not isinstance(name, str) or "/" in name or not name.endswith(".csv"):
            self.fail(f"fileName `{name}` must be the name of a CSV file, such as cases_{{year}}-{{month}}-{{day}}.csv")
        for part in re.findall(r"\{([^}]*)\}", name):
            if part not in FILE_NAME_PARTS:
                self.fail(f"fileName has `{{{part}}}`; it may have {', '.join(FILE_NAME_PARTS)} of the day of the pull")
        if not self.server.host or not self.server.database:
            self.fail("a postgres server needs host, port, database and schema")
        try:
            port = int(self.server.port or 5432)
        except ValueError:
            self.fail(f"port `{self.server.port}` is not a number")
        return self.made(
            type="postgres", host=self.server.host, port=port, database=self.server.database,
            schema=self.server.schema_ or "public", query=query.strip().rstrip(";"), file_name=name,
        )  # fmt: skip

    def port(self, parts: Any) -> int | None:
        try:
            return parts.port
        except ValueError:
            self.fail(f"location `{self.server.location}` has a port that is not a number")

    def host_keys(self) -> tuple[str, ...]:
        keys = self.custom.get("hostKeys") or []
        if not isinstance(keys, list) or not all(re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", str(key)) for key in keys):
            self.fail("hostKeys is a list of fingerprints as `ssh-keygen -lf` prints them, such as SHA256:… (50 signs)")
        return tuple(str(key) for key in keys)

    def made(self, **values: Any) -> PullServer:
        settle = self.custom.get("settleSeconds", SETTLE_SECONDS if "settleSeconds" in _CUSTOM[values["type"]] else 0)
        if not isinstance(settle, int) or isinstance(settle, bool) or settle < 0:
            self.fail(f"settleSeconds is `{settle}`; expected a whole number of seconds, 0 or more")
        name = str(self.server.server)
        return PullServer(partner=self.partner, feed=self.feed, name=name, settle_seconds=settle, **values)
