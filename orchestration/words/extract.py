"""Brings the catalogues up to date with what the code and the templates say: `python -m orchestration.words.extract`.

Here: which calls and templates hold texts to translate, and merging them into the .po files: what is new stands there
empty, what is no longer said goes. Not here: translating, which a person does in the .po files.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

from orchestration.settings import PROJECT_ROOT
from orchestration.words.catalogue import ENGLISH, FOLDER, languages

PLACES = (
    "orchestration/words", "orchestration/contracts", "orchestration/submissions/feedback",
    "orchestration/submissions/marking.py", "orchestration/handouts", "orchestration/cli/feedback.py",
)  # fmt: skip
CALLS = {"mark": None, "sentence": None, "say": None, "several": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
_HEADER = """\
# What Entrepôt says to partners in the language `{language}`; brought up to date by orchestration/words/extract.py.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
OPTIONS = {"**.j2": {"trimmed": "true", "silent": "false"}}


def messages() -> Catalog:
    """Everything that is said, without translations."""
    catalogue = Catalog(fuzzy=False)
    for place in PLACES:
        path = PROJECT_ROOT / place
        if path.is_dir():
            found = [item[2] for item in extract_from_dir(path, METHODS, OPTIONS, CALLS)]
        else:
            found = [item[1] for item in extract_from_file("python", path, CALLS)]
        for message in found:
            catalogue.add(message)
    return catalogue


def read(language: str) -> Catalog:
    """The catalogue of a language."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def update(path: Path, language: str) -> list[str]:
    """Merge into one file; returns what has no translation."""
    catalogue = read(language) if path.exists() else Catalog(locale=language, fuzzy=False)
    template = messages()
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    out = BytesIO()
    write_po(out, catalogue, omit_header=True, no_location=True, sort_output=True, width=0)
    path.write_bytes(_HEADER.format(language=language, plural=catalogue.plural_forms).encode() + out.getvalue())
    return [str(message.id) for message in catalogue if message.id and not _is_told(message.string)]


def _is_told(text: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(text) if isinstance(text, str) else all(text or ("",))


if __name__ == "__main__":
    for language in languages():
        if language != ENGLISH:
            for text in update(FOLDER / f"{language}.po", language):
                print(f"{language}: {text}")
