"""The page of an edition as blocks for paper: headings, paragraphs, lists, tables, charts.

Here: which parts of the page go onto paper, and what each becomes. The blocks are made from the page itself, after its
proof, so that the two cannot say different things; whatever a report or a new part of the form adds to the page comes
along. Left out: what is for the screen alone (skip link, contents, downloads, tables in full behind a fold). Not here:
how the blocks look (paper.typ).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree, html

Block = dict[str, Any]
Inline = str | dict[str, Any]

_SPACES = re.compile(r"[ \t\r\n]+")  # not the no-break space between a number and its unit
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
_SCREEN_ONLY = {"skip", "downloads", "complete", "hidden"}
_SVG = "{http://www.w3.org/2000/svg}svg"
_PARAGRAPHS = {"unavailable": "note", "notice": "notice", "subtitle": "subtitle"}
_TOGETHER = {"headlines"}  # classes of what is kept on one page


def blocks_of(page: str, pictures: Mapping[str, str]) -> list[Block]:
    """The blocks of a page; ``pictures`` are its charts as SVG by the id of their figure."""
    document = html.document_fromstring(page)
    walker = _Walker(pictures)
    found = [block for part in ("//main", "//footer") for node in document.xpath(part) for block in walker.of(node)]
    _settle_links(found)
    return found


class _Walker:
    """Turns elements into blocks, in the order of the page."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        self.pictures = pictures

    def of(self, node: html.HtmlElement) -> Iterator[Block]:
        """The blocks of one element."""
        if not isinstance(node.tag, str) or _classes(node) & _SCREEN_ONLY:
            return
        tag, own = node.tag, {"id": node.get("id")} if node.get("id") else {}
        if tag in _HEADINGS:
            yield {"k": "h", "level": _HEADINGS[tag], "c": _inline(node), **own}
        elif tag in ("p", "summary"):
            kind = next((kind for name, kind in _PARAGRAPHS.items() if name in _classes(node)), "p")
            yield {"k": kind, "c": [{"k": "b", "c": _inline(node)}] if tag == "summary" else _inline(node), **own}
        elif tag in ("ul", "ol"):
            items = [self._item(place, one) for place, one in enumerate(node.findall("li"), start=1)]
            if items:
                yield {"k": tag, "items": items, **own}
        elif tag == "dl":
            yield {"k": "dl", "items": list(_pairs(node)), **own}
        elif tag == "table":
            yield _table(node)
        elif tag == "figure":
            yield self._chart(node)
        elif tag == "nav":
            yield {"k": "contents", "c": [node.xpath("string(.//h2)")]}
        elif tag == "footer" or "notes" in _classes(node):
            yield {"k": "small", "c": list(self._inside(node))}
        elif "charts" in _classes(node):
            yield {"k": "charts", "c": [self._chart(one) for one in node.findall("figure")], **own}
        elif own or _classes(node) & _TOGETHER:
            inside = list(self._inside(node))
            if inside:
                yield {"k": "together" if _classes(node) & _TOGETHER else "part", "c": inside, **own}
        else:
            yield from self._inside(node)

    def _inside(self, node: html.HtmlElement) -> Iterator[Block]:
        """The blocks of the children; words that stand bare between them are a paragraph."""
        if _words(node.text):
            yield {"k": "p", "c": [_words(node.text)]}
        for child in node:
            yield from self.of(child)
            if _words(child.tail):
                yield {"k": "p", "c": [_words(child.tail)]}

    def _item(self, place: int, node: html.HtmlElement) -> Block:
        own = {"id": node.get("id")} if node.get("id") else {}
        plain = not node.xpath("p|ul|ol|dl|table|div")
        inside = [{"k": "p", "c": _inline(node)}] if plain else list(self._inside(node))
        return {"value": int(node.get("value") or place), "c": inside, **own}

    def _chart(self, node: html.HtmlElement) -> Block:
        svg = self.pictures[node.get("id")]
        root = etree.fromstring(svg.encode())
        title, description = (root.findtext(f"{{*}}{name}") for name in ("title", "desc"))
        finding, measure = (node.xpath(f"string(.//*[@class='{name}'])") for name in ("finding", "measure"))
        caption = [{"k": "b", "c": [_words(finding)]}, {"k": "br"}, {"k": "soft", "c": [_words(measure)]}]
        source = [one for paragraph in node.findall("p") for one in _inline(paragraph)]
        alt = f"{title}. {description}"
        return {"k": "chart", "id": node.get("id"), "c": caption, "svg": svg, "alt": alt, "source": source}


def _table(node: html.HtmlElement) -> Block:
    rows = {part: [_row(row) for row in node.xpath(f"{part}/tr")] for part in ("thead", "tbody", "tfoot")}
    columns = _columns(rows)
    caption = node.find("caption")
    heads = [place for place, cell in enumerate(node.xpath("(tbody/tr|tfoot/tr)[1]/*")) if cell.get("scope") == "row"]
    return {
        "k": "table",
        "columns": columns,
        "row_heads": heads,
        "caption": _inline(caption) if caption is not None else [],
        "head": [[{**cell, "head": True, "bold": True} for cell in row] for row in rows["thead"]],
        "body": rows["tbody"],
        "foot": [[{**cell, "bold": True} for cell in row] for row in rows["tfoot"]],
    }


def _columns(rows: Mapping[str, list[list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """For each column whether it holds numbers, how many letters its longest unbreakable piece has (a figure, or a word
    of the heading), how many its longest figure has, how many its longest text and the longest word in one; and whether
    a note hangs on the heading: typst hyphenates no word that has one.
    """
    lines = [*rows["tbody"], *rows["tfoot"]]
    columns, width = [], len((lines or rows["thead"])[0])
    for place, cell in enumerate((lines or rows["thead"])[0]):
        texts = [_told(line[place]["c"]) for line in lines if place < len(line)]
        heading = _told(_cell_over(rows["thead"], place, width))
        figures = max(map(len, [*(texts if cell["right"] else ()), ""]))
        longest = max(figures, *map(len, re.split(r"[ \n-]", heading)))
        noted = any(one["k"] == "sup" for one in every(_cell_over(rows["thead"], place, width)))
        columns.append(
            {
                "number": cell["right"],
                "letters": longest,
                "figures": figures,
                "text": max(map(len, [*texts, ""])),
                "word": max(map(len, [*" ".join(texts).split(), ""])),
                "noted": noted,
            }
        )
    return columns


def _cell_over(head: list[list[dict[str, Any]]], place: int, width: int) -> list[Inline]:
    """What the last heading over a column says; headings that span rows stand before those below them."""
    if not head:
        return []
    spanning = [cell for cell in head[0] if cell["rowspan"] > 1] if len(head) > 1 else []
    last = [*spanning, *head[-1]]
    found: list[Inline] = last[place]["c"] if len(last) == width else []
    return found


def _told(nodes: list[Inline]) -> str:
    """The words of inline nodes, line breaks as such."""
    told = []
    for node in nodes:
        if isinstance(node, str):
            told.append(node)
        else:
            told.append("\n" if node["k"] == "br" else node.get("t") or _told(node.get("c", [])))
    return "".join(told)


def _row(node: html.HtmlElement) -> list[dict[str, Any]]:
    return [
        {
            "c": _inline(cell),
            "right": "number" in _classes(cell),
            "colspan": int(cell.get("colspan") or 1),
            "rowspan": int(cell.get("rowspan") or 1),
        }
        for cell in node.xpath("th|td")
    ]


def _pairs(node: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Term and meaning of each pair, whether or not a pair has an element around it."""
    term: list[Inline] = []
    for child in node.iter("dt", "dd"):
        if child.tag == "dt":
            term = _inline(child)
        else:
            yield {"t": term, "c": _inline(child)}


def _inline(node: html.HtmlElement) -> list[Inline]:
    """Words of an element with what is marked among them, spaces run together, none at the ends."""
    found = list(_pieces(node))
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip(" ")
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip(" ")
    return [one for one in found if one != ""]


def _pieces(node: html.HtmlElement) -> Iterator[Inline]:
    if node.text:
        yield _SPACES.sub(" ", node.text)
    for child in node:
        if isinstance(child.tag, str) and child.tag != _SVG and not _classes(child) & _SCREEN_ONLY:
            yield from _piece(child)
        if child.tail:
            yield _SPACES.sub(" ", child.tail)


def _piece(node: html.HtmlElement) -> Iterator[Inline]:
    kinds = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup"}
    href = node.get("href") or ""
    if node.tag == "code":
        yield {"k": "code", "t": _words(node.text_content())}
    elif node.tag == "br":
        yield {"k": "br"}
    elif node.tag == "a" and href.startswith("#"):
        yield {"k": "to", "to": href[1:], "c": list(_pieces(node))}
    elif node.tag == "a" and href.startswith(("https://", "http://", "mailto:")):
        yield {"k": "a", "to": href, "c": list(_pieces(node))}
    elif "unit" in _classes(node):
        yield {"k": "br"}
        yield {"k": "soft", "c": list(_pieces(node))}
    elif "status" in _classes(node):
        yield {"k": "b", "c": list(_pieces(node))}
    elif node.tag in kinds:
        yield {"k": kinds[node.tag], "c": list(_pieces(node))}
    else:
        yield from _pieces(node)


def _settle_links(blocks: list[Block]) -> None:
    """A link within the page whose target is not on paper becomes plain words."""
    targets = {one["id"] for one in every(blocks) if one.get("id")}
    for one in every([block["head"] for block in every(blocks) if block.get("k") == "table"]):
        if one.get("k") in ("to", "a"):
            one["k"] = "plain"  # a heading that is repeated on the next page is no content, which a link would be
    for one in every(blocks):
        if one.get("k") == "to" and one["to"] not in targets:
            one["k"] = "plain"


def every(thing: Any) -> Iterator[dict[str, Any]]:
    """All blocks, and whatever is in them, in the order of the page."""
    if isinstance(thing, dict):
        yield thing
        for value in thing.values():
            yield from every(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from every(value)


def _classes(node: html.HtmlElement) -> set[str]:
    return set((node.get("class") or "").split())


def _words(text: str | None) -> str:
    return _SPACES.sub(" ", text or "").strip(" ")
