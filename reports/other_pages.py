"""Pages beside the editions: the list of all of them, and where figures come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.declaration import HERE
from reports.environment import environment
from reports.styles import filters, style_of

# Rows of facts are wide, and stand within lists.
_WIDE_ROWS = "main ul { max-width: none; } main td { white-space: nowrap; }\n"


def render_index(
    groups: Sequence[Mapping[str, Any]], title: str, publisher: str, language: str, feed_href: str = ""
) -> bytes:
    """The list of all editions; ``groups`` is prepared by the caller, one entry for each report. ``feed_href`` is the
    address of its feed, where it has one.
    """
    templates = environment(HERE, language.replace("-", "_"))
    years = sorted({entry["year"] for group in groups for entry in group["periods"]}, reverse=True)
    style, style_hash = style_of(title, "", filters([group["name"] for group in groups], years))
    page = templates.get_template("shared/index.html.j2").render(
        years=years,
        feed_href=feed_href,
        groups=groups,
        page_title=title,
        page_description=f"{title}: all editions, by report and period.",
        publisher=publisher,
        index_href="",
        language=language,
        style=style,
        style_hash=style_hash,
    )
    return page.encode("utf-8")


def render_trace(title: str, notice: str, publisher: str, figures: Sequence[Mapping[str, Any]]) -> bytes:
    """A page of where figures come from; ``figures`` is prepared by the caller (orchestration/tracing/pages.py)."""
    style, style_hash = style_of(title, "", _WIDE_ROWS)
    page = (
        environment(HERE, "en_GB")
        .get_template("shared/trace.html.j2")
        .render(
            figures=figures,
            notice=notice,
            page_title=title,
            page_description=f"{title}.",
            publisher=publisher,
            index_href="index.html",
            language="en-GB",
            style=style,
            style_hash=style_hash,
        )
    )
    return page.encode("utf-8")
