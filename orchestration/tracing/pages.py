"""The restricted twin of an edition: its page with every figure linked to where it comes from, a page each part.

Here: what the pages of one edition say, and their files. Not here: markup (reports/shared/trace.html.j2), the trace of
one figure for the command line (trace.py). For those alone who see everything: no file of a twin may be published.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.publication.index import PUBLISHER
from orchestration.publication.shelf import Edition
from orchestration.releases.policy import load_policy
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.tracing.account import FactRows, Figure, Follower, account_of
from orchestration.tracing.printed import Printed, cells
from orchestration.tracing.provenance import Provenance
from orchestration.tracing.rounding import Roundings
from orchestration.tracing.vintage import contents_at, vintage_of
from reports.hidden_characters import written_out
from reports.other_pages import render_trace

SHOWN = 12
NOTICE = "Restricted: with the rows behind each figure, confidential ones included. Not for publication."
_CELL = re.compile(r'(<td class="number[^"]*" id="(?P<id>[^"]+)">)(?P<text>.*?)(</td>)', re.DOTALL)
_BODY = re.compile(r'(<main\b[^>]*>\s*<div class="front">)')


def twin(site: Site, edition: Edition, reader: str, warehouse: Home | None = None) -> dict[str, bytes]:
    """The files of the twin by name. EntrepotError for a reader who does not see everything, or without the vintage."""
    if not load_policy().recipient(reader).sees_everything:
        raise EntrepotError(f"The twin of an edition shows every row behind it, and {reader} may not see every row.")
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with vintage_of(edition, site.home, site.register, warehouse) as vintage:
        contents = contents_at(edition, vintage)
        provenance = Provenance(vintage.connection, warehouse or site.home, site.register, None)
        follower = Follower(contents, vintage)
        there, roundings = cells(edition), Roundings(site.home, edition)
        hrefs: Mapping[tuple[str, ...], str] = {
            (one.table, one.partner, one.key, one.column): f"{one.number}.html#{one.id}" for one in there
        }
        for one in there:
            figure = account_of(one, contents, follower)
            place = f"{one.label}, {one.header}; {one.partner}. Reporting table {figure.model}, column {figure.column}."
            head = {"id": one.id, "printed": _printed(one, figure, roundings), "place": place}
            parts[one.number].append({**head, **_told(figure, provenance, hrefs, edition)})
    files = {
        f"{number}.html": render_trace(f"Table {number}, {edition.report} {edition.id}", NOTICE, PUBLISHER, figures)
        for number, figures in parts.items()
    }
    names = [str(file["path"]) for file in edition.manifest["files"]]
    own = {name: (edition.folder / name).read_bytes() for name in names}  # what the page links to, as published
    return {**own, **files, "index.html": _linked(edition, {one.id: one.number for one in there})}


def _printed(one: Printed, figure: Figure, roundings: Roundings) -> str:
    """The text that readers see; of one that is hidden or rounded, the figure behind it too."""
    return (
        f"{one.text} ({figure.value})"
        if one.is_hidden or roundings.of(one)
        else one.text or f"{figure.value} (not on the page)"
    )


def _told(
    figure: Figure, provenance: Provenance, hrefs: Mapping[tuple[str, ...], str], edition: Edition
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "says": f"Made of: {figure.words}." if figure.words else "",
        "parts": [],
        "name": figure.column,
        "rows": [],
        "more": "",
    }
    for word, part in figure.parts:
        href = hrefs.get((part.table, part.partner, part.key, part.column))
        is_here = href is not None and part.row_period == edition.period
        told["parts"].append(
            {
                "word": word, "name": f"{part.table}, {part.key}, {part.column}, {part.period}", "value": part.value,
                "href": href if is_here else "",
                "figure": {} if is_here else _told(part, provenance, hrefs, edition),
            }
        )  # fmt: skip
    if figure.rows:
        told |= _rows(figure.rows, provenance)
    return told


def _rows(of: FactRows, provenance: Provenance) -> dict[str, Any]:
    rows = provenance.told(of.rows[:SHOWN])
    more = len(of.rows) - len(rows)
    figure = "nothing" if of.figure is None else of.figure
    return {
        "says": f"{of.words} over {of.model}: {len(of.rows):,} rows, which give {figure}.",
        "columns": ["counts on", *of.measures, "fact", "record", "file", "row", "touched by"],
        "rows": [[written_out(text) for text in _line(row, of.measures)] for row in rows],
        "more": f"And {more:,} rows more: the command trace lists them." if more else "",
    }


def _line(row: Mapping[str, Any], measures: tuple[str, ...]) -> Iterator[str]:
    yield str(row["counts_on"])
    for name in measures:
        yield "" if row[name] is None else str(row[name])
    yield str(row["relation"])
    yield f"{row['partner']}/{row['feed']}/{row['record_ref']}"
    yield str((row["submission"] or {}).get("file_name") or "")
    yield "" if row["source_row_number"] is None else str(row["source_row_number"])
    touched = [f"{kind[:-1]} {one['rule']}" for kind in ("repairs", "warnings") for one in row[kind]]
    touched += [f"{said['kind'].replace('_', ' ')} {said['verdict']} by {said['by']}" for said in row["judgements"]]
    yield "; ".join(islice(touched, SHOWN))


def _linked(edition: Edition, numbers: Mapping[str, str]) -> bytes:
    """The edition's own page, each of its figures a link."""

    def link(found: re.Match[str]) -> str:
        number = numbers.get(found["id"])
        if number is None:
            return found[0]
        return f'{found[1]}<a href="{number}.html#{found["id"]}">{found["text"]}</a>{found[4]}'

    page = edition.page.read_text("utf-8")
    page = _BODY.sub(rf'\1<p class="notice">{NOTICE}</p>', page, count=1)
    return _CELL.sub(link, page).encode("utf-8")
