"""The feed of editions: Atom (RFC 4287), so that whoever follows the statistics learns of a new edition.

Here: its bytes. Addresses are relative to the feed, as an edition does not know where it will be served. Ids follow
from the report and the edition, and the time of an entry is the day of its publication, so that the same editions give
the same bytes. Not here: which editions may be told of (orchestration/publication/index.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

FILE = "feed.xml"
_ATOM = "http://www.w3.org/2005/Atom"
# A feed needs a time even before its first entry.
_BEFORE_ALL = date(1970, 1, 1)


@dataclass(frozen=True)
class Link:
    """A form of an edition: where it is, its media type and its size in bytes."""

    href: str
    kind: str
    size: int


@dataclass(frozen=True)
class Entry:
    """What the feed says of one edition."""

    report: str
    edition: str
    title: str
    finding: str
    publisher: str
    day: date
    page: str
    forms: tuple[Link, ...] = ()


def feed(entries: Sequence[Entry], title: str, publisher: str, language: str, page: str) -> bytes:
    """The bytes of the feed, newest entry first; ``page`` is the list that people read."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    newest = max((entry.day for entry in entries), default=_BEFORE_ALL)
    _say(root, "title", title)
    _say(root, "id", _identity(page))
    _say(root, "updated", _moment(newest))
    _say(_say(root, "author"), "name", publisher)
    _say(root, "link", rel="self", type="application/atom+xml", href=FILE)
    _say(root, "link", rel="alternate", type="text/html", href=page)
    for entry in sorted(entries, key=lambda one: (-one.day.toordinal(), one.report, one.edition)):
        node = _say(root, "entry")
        _say(node, "title", entry.title)
        _say(node, "id", _identity(f"{entry.report}/{entry.edition}"))
        _say(node, "updated", _moment(entry.day))
        _say(node, "published", _moment(entry.day))
        _say(_say(node, "author"), "name", entry.publisher)
        _say(node, "category", term=entry.report)
        _say(node, "link", rel="alternate", type="text/html", href=entry.page)
        for form in entry.forms:
            _say(node, "link", rel="enclosure", type=form.kind, length=str(form.size), href=form.href)
        _say(node, "summary", entry.finding or entry.title)
    etree.indent(root, " ")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8")) + b"\n"


def _say(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text:
        node.text = text
    return node


def _identity(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'entrepot:{name}')}"


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
