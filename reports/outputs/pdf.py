"""The page of an edition as a tagged PDF for screen readers and for paper: PDF/UA-1, A4, bookmarks.

Here: the call of typst, its fonts (its own and Noto Sans, from a wheel; none of the machine's), and letters that they
lack. Same page, same bytes: the day of making is that of the release. Not here: what goes onto paper (blocks.py), how
it looks (paper.typ), why typst (docs/decisions/0035).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import fontpkg_noto_sans
import pikepdf
import typst
from anyascii import anyascii

from reports.errors import ReportError
from reports.outputs.blocks import blocks_of, every

FILE = "edition.pdf"
STANDARD: Final = "ua-1"
_PAPER = Path(__file__).with_name("paper.typ")


def pdf(
    page: str,
    pictures: Mapping[str, str],
    *,
    title: str,
    description: str,
    author: str,
    running: str,
    edition: str,
    language: str,
    day: date,
    page_word: str = "Page",
) -> bytes:
    """The bytes of the PDF of a page. ``pictures`` are its charts as SVG by the id of their figure; ``running`` and
    ``edition`` stand at the head of every page but the first. ReportError if typst refuses the page.
    """
    spoken, _, region = language.partition("-")
    blocks = blocks_of(page, pictures)
    data = {
        "title": title,
        "description": description,
        "author": author,
        "keywords": edition,
        "date": [day.year, day.month, day.day],
        "language": spoken,
        "region": region or None,
        "running": running,
        "edition": edition,
        "page_word": page_word,
        "blocks": blocks,
    }
    told = json.dumps(data, ensure_ascii=False)
    lacking = {letter for letter in set(told) if ord(letter) > 0xFF and not _has_glyph(letter)}
    told = "".join(anyascii(letter) if letter in lacking else letter for letter in told) if lacking else told
    try:
        made = _compiler().compile(_PAPER.read_bytes(), format="pdf", pdf_standards=STANDARD, sys_inputs={"data": told})
    except typst.TypstError as error:
        raise ReportError(
            f"No PDF could be made of '{title}': {error.message}. Nothing was published; mend the template."
        ) from error
    return _finished(bytes(made), [block["row_heads"] for block in every(blocks) if block.get("k") == "table"])  # type: ignore[arg-type]


def _finished(made: bytes, row_heads: Sequence[Sequence[int]]) -> bytes:
    """The PDF with the headings of rows tagged as such, which typst's wheel cannot yet ask for, and packed."""
    out = BytesIO()
    with pikepdf.open(BytesIO(made)) as document:
        tables = [one for one in _elements(document.Root.StructTreeRoot.K) if pikepdf.Name.Table == one.S]
        for table, heads in zip(tables, row_heads, strict=True):
            for group in _children(table):
                for row in _children(group) if group.S in (pikepdf.Name.TBody, pikepdf.Name.TFoot) else ():
                    cells = list(_children(row))
                    for place in heads:
                        cells[place].S = pikepdf.Name.TH
                        cells[place].A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _elements(kids: Any) -> Iterator[Any]:
    """All elements of the structure in the order of reading."""
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            if "/K" in kid:
                yield from _elements(kid.K)


def _children(element: Any) -> Iterator[Any]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid


@cache
def _compiler() -> typst.Compiler:
    folder = str(Path(fontpkg_noto_sans.__file__).with_name("files"))
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False, font_paths=[folder]))


@cache
def _has_glyph(letter: str) -> bool:
    """Whether the fonts can show a letter: PDF/UA refuses a page with one that they cannot. Such a letter is written in
    Latin ones on paper.
    """
    probe = '#set document(title: "x")\n#set text(font: "Noto Sans")\n#sys.inputs.data'
    try:
        _compiler().compile(probe.encode(), format="pdf", pdf_standards=STANDARD, sys_inputs={"data": letter})
    except typst.TypstError:
        return False
    return True
