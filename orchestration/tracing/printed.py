"""Figures as an edition prints them: which edition somebody means, and which of its cells.

Here: the names of editions and cells, and what stands in an edition's own files, which never change. Not here: where a
figure comes from (account.py).
"""

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

from orchestration.errors import EntrepotError, UsageError
from orchestration.publication.drafts import list_drafts
from orchestration.publication.shelf import Edition, list_editions
from orchestration.settings import Home
from reports.figures import CONFIDENTIAL
from reports.outputs.whole import FILE
from reports.tables import REMAINDER

_SHOWN = 6


@dataclass(frozen=True)
class Printed:
    """A cell of an edition: its place, and the text that readers see. ``key`` and ``column`` name row and column."""

    id: str
    table: str
    number: str
    partner: str
    key: str
    column: str
    label: str
    header: str
    text: str

    @property
    def is_hidden(self) -> bool:
        """Whether disclosure control keeps the figure back."""
        return self.text == CONFIDENTIAL


def edition_named(home: Home, name: str, report: str | None = None) -> Edition:
    """The edition or draft of that name: `licensing_statistics/2025-Q4-v1`, or its id alone if that will do.

    UsageError where there is none, or several reports have an edition of that id.
    """
    first, _, rest = name.strip("/").rpartition("/")
    wanted = report or (first.split("/")[0] or None)
    there = [*list_editions(home), *list_drafts(home)]
    found = [edition for edition in there if edition.id == rest and wanted in (None, edition.report)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{edition.report}/{edition.id}" for edition in found)
        raise UsageError(f"Several reports have an edition {rest}. Say which one: {names}.")
    known = [f"{edition.report}/{edition.id}" for edition in there]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known[-3:]
    listed = f" There are, for example, {', '.join(near)}." if near else " No report has been published yet."
    raise UsageError(f"There is no edition `{name}`.{listed} `entrepot reports` lists them all.")


def cell_named(edition: Edition, table: str, cell: str) -> Printed:
    """The cell that somebody means: the table by number or name, the cell by its id, or by its row and column.

    `3a.US.granted`, or `US.granted` where one authority alone has such a row, or `trade_ministry.US.granted`.
    """
    found = [one for one in cells(edition) if table.lower() in _names(one)]
    if not found:
        known = sorted({f"{one.number} {one.table}" for one in cells(edition)})
        raise UsageError(f"{edition.id} has no table `{table}`. Its tables are: {', '.join(known)}.")
    meant = [one for one in found if cell in (one.id, f"{one.partner}.{one.key}.{one.column}")]
    meant = meant or [one for one in found if cell == f"{one.key}.{one.column}"]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UsageError(f"Table {table} has several cells `{cell}`. Say which one: {_listed(meant)}.")
    near = difflib.get_close_matches(cell, [one.id for one in found], n=_SHOWN, cutoff=0.5)
    ids = ", ".join(near) or _listed(found[:_SHOWN])
    raise UsageError(f"Table {table} of {edition.id} has no cell `{cell}`. Ids of figures look like: {ids}.")


def cells(edition: Edition) -> list[Printed]:
    """Every figure of an edition, those of the rows of the rest included, each once."""
    path = edition.folder / FILE
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EntrepotError(
            f"{path} cannot be read ({error}). Editions of before there was such a file cannot be traced; publish the "
            "report again, or put the file back from a backup."
        ) from error
    found = {one.id: one for one in _of_document(document)}
    return list({**found, **{one.id: one for one in _of_the_rest(edition, document)}}.values())


def _of_document(document: dict[str, Any]) -> Iterator[Printed]:
    for table in document["tables"]:
        headers = {column["name"]: column["header"] for column in table["columns"]}
        for part in table["parts"]:
            for row in part["rows"]:
                for name, cell in row["cells"].items():
                    if isinstance(cell, dict):
                        yield Printed(
                            cell["id"], table["name"], part["number"], part["authority"], row["key"], name,
                            row["label"], headers[name], cell["text"],
                        )  # fmt: skip


def _of_the_rest(edition: Edition, document: dict[str, Any]) -> Iterator[Printed]:
    """The rows that add up what is printed further down stand on the page alone."""
    tree = html.document_fromstring(edition.page.read_text("utf-8"))
    parts = {part["number"]: (table, part) for table in document["tables"] for part in table["parts"]}
    for node in tree.xpath(f"//td[contains(@id, '.{REMAINDER}.')]"):
        number, key, name = node.get("id").split(".")
        table, part = parts[number]
        header = next(column["header"] for column in table["columns"] if column["name"] == name)
        label = " ".join(node.getparent().xpath("string(th)").split())
        text = " ".join(node.text_content().split())
        yield Printed(node.get("id"), table["name"], number, part["authority"], key, name, label, header, text)


def _names(one: Printed) -> set[str]:
    number = one.number.rstrip("abcdefghijklmnopqrstuvwxyz")
    return {one.table, one.number, number, f"table {one.number}", f"table-{one.number}"}


def _listed(found: list[Printed]) -> str:
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(one.id for one in found[:_SHOWN]) + more
