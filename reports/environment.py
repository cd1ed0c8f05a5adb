"""The Jinja environment of reports: where templates lie, and what they may call.

Does not belong here: what is rendered, or what a template is told of an edition (render.py).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from reports import context
from reports.declaration import HERE
from reports.disclosure.policy import profiles
from reports.figures import MARKS, SYMBOLS
from reports.languages import say_in
from reports.layout import columns_of_codes, is_dense
from reports.periods import written_date
from reports.revisions import WORDS
from reports.tables import Cell, PrintedTable

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@cache
def environment(folder: Path, locale: str) -> SandboxedEnvironment:
    """The sandboxed templates of a report and the shared ones, with their filters and words, in a language."""
    made = SandboxedEnvironment(
        loader=FileSystemLoader([folder, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    say = say_in(locale.replace("_", "-"))
    made.policies["ext.i18n.trimmed"] = True
    several = lambda one, many, number: say(one if number == 1 else many)  # noqa: E731
    made.install_gettext_callables(say, several, newstyle=False)  # type: ignore[attr-defined]  # the extension's
    made.filters.update(
        written_date=lambda day: written_date(day, locale),
        anchor=lambda name: name.replace("_", "-"),
        row_cell=context.row_cell,
        known_pairs=context.known_pairs,
        leaders=context.leaders,
        drawn_as=lambda name, charts: charts[name],
        # German nouns keep their capital.
        lower_first=lambda text: text[:1].lower() + text[1:] if text[1:2].islower() and locale[:2] == "en" else text,
    )
    made.tests["day"] = lambda text: _DAY.fullmatch(str(text)) is not None
    made.globals.update(
        figure=_figure,
        columns_of_codes=columns_of_codes,
        is_dense=is_dense,
        is_known=context.is_known,
        rounds_to_zero=context.rounds_to_zero,
        symbols_used=context.symbols_used,
        example_id=_example_id,
        symbols=SYMBOLS,
        cause_words=WORDS,
        all_symbols={**SYMBOLS, **MARKS},
        rounding_profiles={name for name, profile in profiles().items() if profile.rounds},
        disclosure_words={name: say(profile.words.strip()) for name, profile in profiles().items()},
    )
    return made


def _figure(cell: Cell) -> Markup:
    """A figure in a sentence, bound to its cell; a sign is left to the words around it."""
    return Markup('<span class="figure" data-cell="{}">{}</span>').format(cell.id, cell.text.lstrip("+\N{MINUS SIGN}"))


def _example_id(table: PrintedTable) -> str:
    """The id of the last figure of the first part that has one."""
    for part in table.parts:
        for row in reversed(part.short):
            for cell in row.cells:
                if not cell.column.is_text:
                    return cell.id
    return f"{table.number}.total"
