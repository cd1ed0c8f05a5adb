"""The style sheet inside each page: one for screen and paper, with the running header of the printed page.

Here: putting it together, and the hash by which the content policy of the page admits it. Not here: the rules
themselves (shared/report.css, shared/print.css).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from markupsafe import Markup

from reports.declaration import HERE

_RUNNING = 'font: 8.5pt "Liberation Sans", Arial, sans-serif; color: #505a5f'


def filters(reports: Sequence[str], years: Sequence[str]) -> str:
    """Rules by which the choices above a list of editions hide the others, without a script."""
    chosen = [(f"report-{name}", f".report:not(#{name.replace('_', '-')})") for name in reports]
    chosen += [(f"year-{year}", f".editions > li:not(.y{year})") for year in years]
    chosen += [(f"year-{year}", f".report:not(:has(.y{year}))") for year in years]
    return "".join(f"body:has(#{choice}:checked) {others} {{ display: none; }}\n" for choice, others in chosen)


def style_of(left: str, right: str, more: str = "") -> tuple[Markup, str]:
    """The style sheet with the running header of the printed page, and the hash by which the content policy
    admits it.
    """
    running = (
        f'@page {{ @top-left {{ content: "{css_text(left)}"; {_RUNNING} }} '
        f'@top-right {{ content: "{css_text(right)}"; {_RUNNING} }} }}\n'
    )
    shared = HERE / "shared"
    text = (
        "\n" + (shared / "report.css").read_text("utf-8") + running + (shared / "print.css").read_text("utf-8") + more
    )
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return Markup(text), f"sha256-{digest}"  # noqa: S704 (our own files, and texts escaped for CSS)


def css_text(text: str) -> str:
    """Text inside a CSS string: everything but letters, digits, spaces and plain punctuation as an escape."""
    return "".join(char if char.isalnum() or char in " ,.:;-()" else f"\\{ord(char):06x}" for char in text)
