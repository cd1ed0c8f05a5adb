"""What every page made for partners has in common: templates that escape, and a style sheet admitted by its hash.

Here: the Jinja environment and the style. Not here: any page (submissions/feedback/page.py, handouts/page.py).
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from orchestration.settings import REPORTS_DIR
from orchestration.words.catalogue import Words

_SHARED = (REPORTS_DIR / "shared" / "report.css", REPORTS_DIR / "shared" / "print.css")


@cache
def environment(templates: Path, words: Words) -> SandboxedEnvironment:
    """Templates of a folder, escaping everything, strict about names, speaking one language."""
    made = SandboxedEnvironment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_callables(  # type: ignore[attr-defined]  # from the i18n extension
        words.translations.gettext, words.translations.ngettext, newstyle=True
    )
    made.policies["ext.i18n.trimmed"] = True
    made.filters.update(number=words.number, day=words.day)
    return made


@cache
def style(own: Path) -> tuple[Markup, str]:
    """The style sheets of the reports and one of the page's own, and the hash by which its content policy admits
    them.
    """
    text = "\n" + "\n".join(path.read_text("utf-8") for path in (*_SHARED, own))
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return Markup(text), f"sha256-{digest}"  # noqa: S704 (our own files)
