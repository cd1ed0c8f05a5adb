"""A partner's folder, wherever it is: what lies in it, how a file looks at this moment, and its bytes.

Here: one way to look at all kinds of servers, over fsspec. Not here: how each is connected to (connections.py), and
whether what came is whole (transfer.py).
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin

from orchestration.contracts.model import glob_regex
from orchestration.contracts.servers import PullServer
from orchestration.pulls.errors import RefusedError

DEEPEST = 8
MOST_ENTRIES = 100_000


@dataclass(frozen=True)
class RemoteFile:
    """A file as its server tells of it: path below the folder, bytes, time of change (seconds), ETag, digests."""

    name: str
    size: int | None
    modified: float | None
    tag: str = ""
    digests: tuple[tuple[str, str], ...] = ()

    @property
    def fingerprint(self) -> str:
        """What changes when the file does, as far as the server tells."""
        return f"{self.size}:{self.modified}:{self.tag}"


class Folder:
    """A folder of an fsspec filesystem; a link is not followed, as it could lead anywhere."""

    def __init__(self, filesystem: Any, root: str, close: Callable[[], None] = lambda: None, **looking: Any) -> None:
        self.filesystem, self.root, self.close, self.looking = filesystem, root.rstrip("/"), close, looking

    def path(self, name: str) -> str:
        """Where a file of the folder is, in the words of its filesystem."""
        return f"{self.root}/{name}"

    def entries(self, below: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Name (below the folder) and facts of what lies in one of its folders."""
        for entry in self.filesystem.ls(self.path(below).rstrip("/"), detail=True, **self.looking):
            name = below + str(entry["name"]).rstrip("/").rsplit("/", 1)[-1]
            if entry["type"] in ("file", "directory") and not entry.get("islink"):
                yield name, entry

    def look(self, name: str) -> RemoteFile | None:
        """The file as it is now; None when it is not there."""
        try:
            return remote_file(name, self.filesystem.info(self.path(name), **self.looking))
        except FileNotFoundError:
            return None

    def files(self, server: PullServer, beside: tuple[str, ...]) -> dict[str, RemoteFile]:
        """All files that the pattern takes, and those whose names are such a file's and one of `beside`."""
        if not server.lists:
            found = {name: self.look(name) for name in (server.pattern, *(server.pattern + end for end in beside))}
            if found[server.pattern] is None:
                raise RefusedError(f"there is no file {server.pattern}.")
            return {name: file for name, file in found.items() if file is not None}
        taken = glob_regex(server.pattern).fullmatch
        depth = DEEPEST if "**" in server.pattern else server.pattern.count("/") + 1
        names: dict[str, dict[str, Any]] = {}
        for name, entry in self._walk("", depth):
            if any(taken(name.removesuffix(end)) for end in ("", *beside)):
                names[name] = entry
        seen = {name: self._file(name, entry) for name, entry in sorted(names.items())}
        return {name: file for name, file in seen.items() if file is not None}

    def copy(self, name: str, target: Path) -> None:
        """The file's bytes into `target`, front to back."""
        with self.filesystem.open(self.path(name), "rb") as source, target.open("wb") as copied:
            if hasattr(source, "prefetch"):  # SFTP: ask ahead, or each 32 KiB costs a way to the server and back
                source.prefetch()
            shutil.copyfileobj(source, copied, 1 << 20)

    def _file(self, name: str, entry: dict[str, Any]) -> RemoteFile | None:
        return remote_file(name, entry)

    def _walk(self, below: str, depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
        count = 0
        waiting = [(below, depth)]
        while waiting:
            folder, left = waiting.pop()
            for name, entry in self.entries(folder):
                count += 1
                if count > MOST_ENTRIES:
                    raise RefusedError(f"more than {MOST_ENTRIES:,} entries; point `location` at a narrower folder.")
                if entry["type"] == "file":
                    yield name, entry
                elif left > 1:
                    waiting.append((f"{name}/", left - 1))


class BucketFolder(Folder):
    """Objects of a bucket below a prefix; a prefix is there as soon as something lies below it."""

    def entries(self, below: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """As for any folder; nothing below the prefix is an empty folder, a missing bucket is not."""
        try:
            yield from super().entries(below)
        except FileNotFoundError as error:
            if "bucket does not exist" in str(error):
                raise

    def copy(self, name: str, target: Path) -> None:
        """In one stream: in parallel parts, a short part would leave a hole in a file of the right size."""
        self.filesystem.get_file(self.path(name), str(target), max_concurrency=1)


class WebFolder(Folder):
    """Files that a web page lists; only links that stay below the page's own folder are followed."""

    def path(self, name: str) -> str:
        """The URL of a file."""
        return f"{self.root}/{quote(name)}"

    def entries(self, below: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The links of a page; their sizes are not known yet."""
        import lxml.html

        page = self.path(below).rstrip("/") + "/"
        content = self.filesystem.cat_file(page)
        links = lxml.html.fromstring(content).xpath("//a/@href") if content.strip() else []
        for url in dict.fromkeys(urljoin(page, str(link)) for link in links):
            rest = url.removeprefix(page)
            name = unquote(rest.removesuffix("/"))
            if rest == url or not name or any(sign in rest for sign in "?#") or "/" in name or name in (".", ".."):
                continue
            yield below + name, {"type": "directory" if rest.endswith("/") else "file"}

    def look(self, name: str) -> RemoteFile | None:
        """What the server's answer says in its head; fsspec calls every fault a missing file, so ask for the cause."""
        try:
            return remote_file(name, self.filesystem.info(self.path(name)))
        except FileNotFoundError as error:
            cause = error.__cause__
            if cause is None or getattr(cause, "status", None) in (404, 410):
                return None
            raise cause from None

    def copy(self, name: str, target: Path) -> None:
        """In one request, whose announced length the client holds the server to."""
        self.filesystem.get_file(self.path(name), str(target))

    def _file(self, name: str, entry: dict[str, Any]) -> RemoteFile | None:
        return self.look(name)


def remote_file(name: str, facts: dict[str, Any]) -> RemoteFile:
    """A file from what fsspec tells of it, in which every filesystem has its own words."""
    modified = facts.get("mtime") or facts.get("LastModified") or facts.get("Last-Modified")
    if isinstance(modified, str):
        modified = parsedate_to_datetime(modified)
    if isinstance(modified, datetime):
        modified = modified.timestamp()
    digests = tuple((key, str(facts[key])) for key in ("Content-MD5", "Digest") if facts.get(key))
    return RemoteFile(name, facts.get("size"), modified, str(facts.get("ETag") or ""), digests)
