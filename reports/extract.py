"""Brings the catalogues of the reports up to date with what they say: `python -m reports.extract`.

Here: which texts there are (report.yaml of the reports that appear in the language, shared and own templates, symbols,
row headings), and merging them into the .po file: what is new stands there empty, what is no longer said goes. Not
here: translating, which a person does in the .po file. The definitions of metrics stay English, and are marked so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from reports.declaration import HERE
from reports.disclosure.policy import profiles
from reports.figures import MARKS, SYMBOLS
from reports.languages import FOLDER, translated
from reports.remarks import SAYINGS
from reports.render import DOWNLOADS
from reports.report_files import available_reports, load_report
from reports.revisions import WORDS

_OPTIONS = {"trimmed": "true", "silent": "false"}
# What code says that no template and no declaration holds.
SAID = (
    "Provisional",
    "Final",
    "Revised",
    "Total",
    "%(first)s to %(last)s",
    "Other %(rows)s (%(count)s)",
    "Page",
    *WORDS,
    *WORDS.values(),
    *SAYINGS,
)
LABELS = HERE / "locale" / "labels.txt"


def messages(language: str) -> Catalog:
    """Everything that the reports of a language say, without translations."""
    found = Catalog(fuzzy=False)
    for text in _texts(language):
        if text.strip() and any(letter.isalpha() for letter in text):
            found.add(text)
    return found


def _texts(language: str) -> Iterator[str]:
    yield from (*SAID, *SYMBOLS.values(), *MARKS.values(), *(name for name, _ in DOWNLOADS))
    yield from (profile.words.strip() for profile in profiles().values())
    yield from LABELS.read_text("utf-8").splitlines()
    yield from _of_templates(HERE / "shared")
    for name in available_reports():
        report = load_report(name)
        if language in report.languages:
            said: list[str] = []
            translated(report, lambda text, said=said: said.append(text) or text)  # type: ignore[misc]
            yield from said
            yield from _of_templates(report.folder)


def _of_templates(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.j2")):
        for _, said, _, _ in extract_from_file("jinja2.ext:babel_extract", path, options=_OPTIONS):
            yield said if isinstance(said, str) else said[0]


def path_of(language: str) -> Path:
    """Where the catalogue of a language is kept."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """The catalogue of a language as it is."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def missing(language: str) -> list[str]:
    """What the catalogue of a language does not translate yet."""
    there = read(language)
    return [str(one.id) for one in messages(language) if one.id and not (there.get(one.id) and there[one.id].string)]


def _empty(language: str) -> Catalog:
    """A catalogue whose head tells no time and no names, so that it changes with its texts alone."""
    said = f"# What the reports say in the language `{language}`; brought up to date by reports/extract.py."
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale=language,
        fuzzy=False,
        header_comment=said,
        project="Entrepôt",
        version="1",
        creation_date=day,
        revision_date=day,
        msgid_bugs_address="none",
        last_translator="none",
        language_team="none",
    )


def main() -> None:
    """Merge what is said into each catalogue, and print what is still to translate."""
    for language in sorted(path.name for path in FOLDER.iterdir() if path.is_dir()):
        there, merged = read(language), _empty(language)
        for one in messages(language):
            if one.id:
                known = there.get(one.id)
                merged.add(one.id, known.string if known else "")
        with path_of(language).open("wb") as file:
            write_po(file, merged, omit_header=False, sort_output=True, width=0, include_lineno=False)
        for text in missing(language):
            print(f"{language}: {text}")


if __name__ == "__main__":
    main()
