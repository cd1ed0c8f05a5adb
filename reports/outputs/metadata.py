"""The description of an edition's CSV files by which a machine reads them: ``csv-metadata.json``, CSV on the Web.

Here: a table group after the W3C recommendations "Metadata Vocabulary for Tabular Data" and "Model for Tabular Data
and Metadata on the Web" (2015), with Dublin Core terms on the edition, and the SDMX concept of each column that has
one. Not here: the CSV files (reports/companions.py, observations.py).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reports import revisions
from reports.context import Contents, symbols_used
from reports.declaration import Column
from reports.disclosure.policy import profiles
from reports.figures import CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE
from reports.outputs import observations
from reports.outputs.numbers import UNITS
from reports.tables import PrintedTable

if TYPE_CHECKING:
    from reports.cover import Cover

FILE = "csv-metadata.json"
CONTEXT = "http://www.w3.org/ns/csvw"
# The symbols are nulls: a reader that knows no more gets numbers or nothing.
NULLS = ["", CONFIDENTIAL, NOT_AVAILABLE, NOT_APPLICABLE]
_DIMENSION = "http://purl.org/linked-data/sdmx/2009/dimension#"
_ATTRIBUTE = "http://purl.org/linked-data/sdmx/2009/attribute#"
# Whole numbers by format; all else has decimals. Sums of whole numbers stay whole.
_WHOLE = {"count", "months"}


def metadata(contents: Contents, cover: Cover) -> bytes:
    """The bytes of the description: one entry for each CSV file of the edition."""
    report = contents.report
    issued = (cover.published_on or contents.release_date).isoformat()
    whole: dict[str, Any] = {
        "@context": [CONTEXT, {"@language": report.language}],
        "dc:title": f"{report.title}, {contents.period_label}",
        "dc:description": report.subtitle,
        "dc:identifier": f"{report.name}/{cover.id}",
        "dc:publisher": report.publisher,
        "dc:issued": {"@value": issued, "@type": "xsd:date"},
        "dc:language": report.language,
        "dc:accessRights": report.audience,
    }
    if report.licence:
        whole["dc:license"] = {"@id": report.licence}
    whole |= {
        "notes": [
            {"dc:title": "Status", "dc:description": cover.status},
            {"dc:title": "SHA-256 of the figures", "dc:description": contents.fingerprint},
        ],
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"], "quoteChar": '"'},
        "tables": [_table(table) for table in contents.tables.values()]
        + [observations.described()]
        + ([_revisions()] if contents.revisions else []),
    }
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def _table(table: PrintedTable) -> dict[str, Any]:
    declaration = table.declaration
    about = declaration.about
    notes = [("What is counted", about.definition), ("Out of what", about.denominator), ("Source", about.source)]
    notes += [("Coverage", about.coverage), ("Disclosure control", profiles()[declaration.disclosure].words.strip())]
    notes += [(f"Note {mark}", text) for mark, text in declaration.footnotes.items()]
    notes += [(f"Symbol {mark}", meaning) for mark, meaning in symbols_used(table) if mark in NULLS]
    own: list[dict[str, Any]] = [
        _column("period", "Period of the report", "string", f"{_DIMENSION}refPeriod"),
        _column("partner", "Code of the authority", "string", f"{_DIMENSION}refArea"),
        _column("authority", "Authority", "string"),
    ]
    rows = {"name": "is_total", "titles": "Whether the row is a total", "datatype": _TRUTH, "null": NULLS}
    return {
        "url": table.csv_name,
        "dc:title": f"Table {table.number}. {declaration.title}",
        "notes": [{"dc:title": title, "dc:description": text} for title, text in notes],
        "tableSchema": {
            "columns": [*own, *(_described(column) for column in declaration.columns), rows],
            "primaryKey": ["period", "partner", *declaration.key],
        },
    }


def _revisions() -> dict[str, Any]:
    """The list of figures that differ from the edition before; their values keep the digits of their own files."""
    columns = [_column(name, title, "string") for name, title in revisions.COLUMNS]
    return {"url": revisions.FILE, "dc:title": "Figures that were revised", "tableSchema": {"columns": columns}}


_TRUTH = {"base": "boolean", "format": "true|false"}


def _described(column: Column) -> dict[str, Any]:
    if column.is_text:
        return _column(column.name, column.header, "string")
    entry = _column(column.name, column.header, "integer" if _is_whole(column) else "decimal")
    if column.format_from:
        entry["dc:description"] = f"In the unit that the column '{column.format_from}' names; shares as fractions of 1."
    elif column.format.startswith("eur_"):
        entry["dc:description"] = "In euro."
        entry[f"{_ATTRIBUTE}unitMeasure"] = "EUR"
    elif column.format in ("share", "change", "points"):
        entry["dc:description"] = "As a fraction of 1: 0.031 is 3.1 %."
    elif column.unit or column.format in UNITS:
        entry["dc:description"] = f"In {column.unit or UNITS[column.format]}."
    return entry


def _column(name: str, title: str, datatype: str, concept: str = "") -> dict[str, Any]:
    entry: dict[str, Any] = {"name": name, "titles": title, "datatype": datatype, "null": NULLS}
    if concept:
        entry["propertyUrl"] = concept
    return entry


def _is_whole(column: Column) -> bool:
    return column.format in _WHOLE and not column.format_from
