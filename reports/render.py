"""Rendering: contents and an edition's cover in, the bytes of its files out.

Belongs here: the page, the pictures and companions, and the call of the proof. Does not belong here: the templates'
environment, where files are put, which edition it is, or what the warehouse holds.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from reports import context, revisions
from reports.charts import Chart, draw
from reports.companions import table_csv
from reports.context import Contents, FigureNotKnownError
from reports.cover import Cover
from reports.environment import environment
from reports.figures import file_size, writer
from reports.languages import contents_in, say_in
from reports.metrics.catalogue import metrics
from reports.outputs import metadata, observations, pdf, whole, workbook
from reports.prove import prove_figures, prove_page
from reports.styles import style_of

HEADLINES_AT_MOST = 6
# The forms of a whole edition that its page offers, by name.
DOWNLOADS = (
    ("This page for paper and screen readers (PDF/UA)", pdf.FILE),
    ("All tables as Excel workbook (XLSX)", workbook.FILE),
    ("All figures as CSV with SDMX concepts", observations.FILE),
    ("Description of the CSV files (CSVW)", metadata.FILE),
    ("Whole edition as JSON", whole.FILE),
)
# Stands in the page until the PDF, which is made of it, has a size; nothing that a partner sends can hold it.
_SIZE_OF_PDF = "\N{SYMBOL FOR SUBSTITUTE}pdf\N{SYMBOL FOR SUBSTITUTE}"
_TAG = re.compile(r"<[^>]*>")
_TABLE_LINK = re.compile(r" \(Table\s\w+\)")
_SPACES = re.compile(r"[ \t\r\n]+")  # not the no-break space between a number and its unit


@dataclass(frozen=True)
class Rendered:
    """The files of an edition by their path within it, and its finding in one line."""

    files: Mapping[str, bytes]
    finding: str


def render(contents: Contents, cover: Cover, index_href: str = "../../../index.html") -> Rendered:
    """Render and prove an edition in all its languages; ReportError names every fault if a figure does not hold."""
    prove_figures(contents)
    files: dict[str, bytes] = {}
    headlines = _tell(contents, cover, index_href, files)
    for language in contents.report.languages:
        _tell(contents_in(contents, language), cover, index_href, files, f".{language}", contents.report.languages)
    if contents.revisions:
        files[revisions.FILE] = revisions.revisions_csv(contents.revisions)
    return Rendered(dict(sorted(files.items())), headlines[0] if headlines else "")


def _tell(
    contents: Contents,
    cover: Cover,
    index_href: str,
    files: dict[str, bytes],
    suffix: str = "",
    languages: Sequence[str] | None = None,
) -> list[str]:
    """Add page, PDF and pictures in one language, the first time the other forms too; gives the headlines."""
    templates = environment(contents.report.folder, contents.locale)
    words = _vocabulary(contents, cover)
    headlines = _headlines(templates, contents, words)
    charts = _charts(templates, contents, words)
    drawn = [chart for group in charts.values() for chart in group]
    frame = templates.get_template("shared/charts/frame.svg.j2")
    pictures = {chart.id: Markup(frame.render(chart=chart)) for chart in drawn}  # noqa: S704 (rendered with autoescape)
    said = [plain_text(sentence) for sentence in headlines]
    if not files:
        files.update(companions(contents, cover, said))
    sizes = {path: file_size(len(content)) for path, content in files.items() if path != pdf.FILE}
    paper = pdf.FILE.replace(".", f"{suffix}.")
    page = templates.get_template("report.html.j2").render(
        **words,
        **_shell(contents, cover, index_href),
        downloads=[
            (name, paper if path == pdf.FILE else path, sizes.get(path, _SIZE_OF_PDF)) for name, path in DOWNLOADS
        ],
        headlines=headlines,
        charts=charts,
        chart_svg=pictures,
        suffix=suffix,
        tongues=_tongues(languages if languages is not None else contents.report.languages),
    )
    prove_page(contents, page)
    files[paper] = _paper(contents, cover, page, pictures)
    files[f"index{suffix}.html"] = page.replace(_SIZE_OF_PDF, file_size(len(files[paper]))).encode("utf-8")
    for chart in drawn:
        files[chart.file_name.replace(".svg", f"{suffix}.svg")] = (pictures[chart.id] + "\n").encode("utf-8")
    return said


def _tongues(languages: Sequence[str]) -> list[tuple[str, str, str]]:
    """For each language of an edition that has several: its code, its own name, its page."""
    others = [(one, str(Locale.parse(one).display_name), f"index.{one}.html") for one in languages]
    return [("en", "English", "index.html"), *others] if others else []


def companions(contents: Contents, cover: Cover, headlines: Sequence[str]) -> dict[str, bytes]:
    """The machine-readable forms of an edition by their path within it."""
    return {
        **{table.csv_name: table_csv(table, str(contents.period)) for table in contents.tables.values()},
        observations.FILE: observations.observations(contents, cover),
        metadata.FILE: metadata.metadata(contents, cover),
        whole.FILE: whole.whole(contents, cover, headlines),
        workbook.FILE: workbook.workbook(contents, cover, headlines),
    }


def _paper(contents: Contents, cover: Cover, page: str, pictures: Mapping[str, str]) -> bytes:
    report = contents.report
    return pdf.pdf(
        page,
        pictures,
        title=f"{report.title}, {contents.period_label} ({cover.id})",
        description=report.subtitle,
        author=report.publisher,
        running=f"{report.short_title}, {contents.period_label}",
        edition=cover.id,
        language=report.language,
        day=cover.published_on or contents.release_date,
        page_word=say_in(report.language)("Page"),
    )


def plain_text(markup: str) -> str:
    """The words of a sentence without its markup and without the link to its table."""
    text = _SPACES.sub(" ", html.unescape(_TAG.sub("", markup))).strip()
    return _TABLE_LINK.sub("", text)


def _vocabulary(contents: Contents, cover: Cover) -> dict[str, Any]:
    """What the templates of a report may ask of its contents."""
    return {
        "report": contents.report,
        "definitions": [metrics()[name] for name in contents.report.metrics],
        "edition": cover,
        "period": contents.period,
        "period_label": contents.period_label,
        "authorities": contents.authorities,
        "tables": contents.tables,
        "cell": contents.cell,
        "maybe": contents.maybe,
        "part": contents.part,
        "maybe_part": contents.maybe_part,
        "remarks": contents.remarks,
        "revisions": contents.revisions,
    }


def _headlines(templates: SandboxedEnvironment, contents: Contents, words: dict[str, Any]) -> list[Markup]:
    """At most six sentences: each kind in turn for each authority, left out where a figure is not known."""
    module: Any = templates.get_template("headlines.html.j2").make_module(words)
    sentences = []
    for name in contents.report.headlines:
        for authority in contents.authorities:
            try:
                sentences.append(Markup(_SPACES.sub(" ", getattr(module, name)(authority)).strip()))  # noqa: S704
            except FigureNotKnownError:
                continue
    return sentences[:HEADLINES_AT_MOST]


def _charts(templates: SandboxedEnvironment, contents: Contents, words: dict[str, Any]) -> dict[str, list[Chart]]:
    module: Any = templates.get_template("charts.html.j2").make_module(words)
    write = writer(contents.locale)
    charts: dict[str, list[Chart]] = {}
    for declaration in contents.report.charts:
        charts[declaration.name] = []
        for authority in contents.authorities:
            part = contents.maybe_part(declaration.table, authority)
            if part is None or sum(context.is_known(row.cell(declaration.value)) for row in part.body) < 2:
                continue  # one bar is a sentence, not a picture
            try:
                title = plain_text(getattr(module, declaration.name)(authority))
            except FigureNotKnownError:
                continue
            several = len(contents.tables[declaration.table].parts) > 1
            charts[declaration.name].append(draw(declaration, part, title, write, several))
    return charts


def _shell(contents: Contents, cover: Cover, index_href: str) -> dict[str, Any]:
    report = contents.report
    title = f"{report.title}, {contents.period_label}"
    style, style_hash = style_of(f"{report.short_title}, {contents.period_label}", cover.id)
    return {
        "page_title": f"{title} ({cover.id})",
        "page_description": f"{report.subtitle} {contents.period_label}.",
        "publisher": report.publisher,
        "index_href": index_href,
        "language": report.language,
        "release_date": contents.release_date,
        "next_release_date": contents.next_release_date,
        "cut_off_date": contents.cut_off_date,
        "final_date": contents.final_date,
        "style": style,
        "style_hash": style_hash,
    }
