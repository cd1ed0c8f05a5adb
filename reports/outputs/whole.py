"""An edition as one JSON document: what it is, its sentences, its tables with every figure, note and definition.

Here: the shape, which ``format`` counts; a reader checks that number first. Figures are numbers in their own unit (a
share as 0.031, a value in euro) beside the text that the page prints; where a symbol stands, the number is null and
the symbol is the text. Not here: pictures, and the submissions behind the figures (manifest.json).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from reports.context import Contents, symbols_used
from reports.declaration import Column
from reports.disclosure.policy import profiles
from reports.outputs.numbers import number
from reports.remarks import Remark
from reports.tables import Cell, Part, PrintedTable

if TYPE_CHECKING:
    from reports.cover import Cover

FILE = "edition.json"
FORMAT = 1


def whole(contents: Contents, cover: Cover, headlines: Sequence[str]) -> bytes:
    """The bytes of the document; ``headlines`` are the sentences of the page, without markup."""
    report = contents.report
    used = dict(pair for table in contents.tables.values() for pair in symbols_used(table))
    said = {
        "format": FORMAT,
        "report": report.name,
        "title": report.title,
        "subtitle": report.subtitle,
        "publisher": report.publisher,
        "contact": report.contact,
        "audience": report.audience,
        "licence": report.licence or None,
        "language": report.language,
        "period": str(contents.period),
        "period_label": contents.period_label,
        "edition": cover.id,
        "status": cover.status,
        "published_on": cover.published_on.isoformat() if cover.published_on else None,
        "release_date": contents.release_date.isoformat(),
        "next_release_date": contents.next_release_date.isoformat(),
        "cut_off_date": contents.cut_off_date.isoformat(),
        "known_on": cover.known_on.isoformat() if cover.known_on else None,
        "replaces": cover.replaces or None,
        "citation": cover.citation,
        "contents_sha256": contents.fingerprint,
        "headlines": list(headlines),
        "symbols": used,
        "tables": [
            _table(table, contents.remarks.get(table.declaration.name, ())) for table in contents.tables.values()
        ],
    }
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()


def _table(table: PrintedTable, remarks: Sequence[Remark]) -> dict[str, Any]:
    declaration = table.declaration
    return {
        "number": table.number,
        "name": declaration.name,
        "title": declaration.title,
        "reporting_table": declaration.model,
        "definition": declaration.about.definition,
        "denominator": declaration.about.denominator,
        "source": declaration.about.source,
        "coverage": declaration.about.coverage,
        "disclosure_control": profiles()[declaration.disclosure].words.strip(),
        "notes": dict(declaration.footnotes),
        "remarks": [{"symbol": remark.symbol, "text": remark.text} for remark in remarks],
        "columns": [_column(column) for column in declaration.columns],
        "parts": [_part(part, declaration.not_available) for part in table.parts],
    }


def _column(column: Column) -> dict[str, Any]:
    said = {"name": column.name, "header": column.header, "unit": column.unit, "format": column.format}
    return {**said, "printed": column.printed, "notes": list(column.footnotes)}


def _part(part: Part, not_available: str) -> dict[str, Any]:
    said: dict[str, Any] = {"number": part.number, "authority": part.authority.code, "name": part.authority.name}
    if not part.available:
        return {**said, "not_available": not_available, "rows": []}
    rows = [
        {
            "key": row.key,
            "label": row.label,
            "kind": row.kind,
            "cells": {cell.column.name: _cell(cell) for cell in row.cells},
        }
        for row in part.rows
    ]
    return {**said, "rows": rows}


def _cell(cell: Cell) -> Any:
    if cell.column.is_text:
        return cell.value if cell.value is None else str(cell.value)
    said = {"id": cell.id, "value": _json_number(number(cell)), "text": cell.text}
    return {**said, "marks": list(cell.marks)} if cell.marks else said


def _json_number(found: Decimal | None) -> int | float | None:
    """A whole number as such; all else as the nearest binary number, whose shortest text has the same digits."""
    if found is None:
        return None
    return int(found) if found == found.to_integral_value() else float(found)
