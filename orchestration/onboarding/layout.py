"""How the bytes of a sample are laid out: its format, and then the look that this format needs.

Here: the choice by content first and by the file's name second. Not here: the single formats (text.py, sheets.py,
trees.py) and what stands in the columns (columns.py).
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import pyarrow.parquet as pq

from orchestration.contracts.model import ReaderOptions
from orchestration.errors import EntrepotError, RejectedFileError
from orchestration.submissions.read.archive import extract_member

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".dat", ".asc")


@dataclass(frozen=True)
class Layout:
    """What a contract must say so that its reader can read the file.

    `archived` is a file within a zip. `sources` are the columns by the partner's names, `arrays` those that hold lists,
    `ignored` what the reader cannot take. `notes` tells by reader option why it was guessed.
    """

    format: str
    options: ReaderOptions
    sources: tuple[str, ...]
    arrays: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    archived: bool = False


def look(path: Path, scratch: Path) -> Layout:
    """The layout of a file; EntrepotError says why a draft cannot be made of it."""
    if not path.is_file():
        raise EntrepotError(f"{path} is not a file. Check the path.")
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise EntrepotError(f"{path.name} is empty (0 bytes); a contract is drafted from a file with some rows.")
    if head.startswith(b"PK"):
        return _packed(path, scratch)
    if head.startswith(b"PAR1"):
        return _parquet(path)
    stripped = head.decode("utf-8-sig", errors="replace").replace("\0", "").lstrip()
    if stripped.startswith("<"):
        from orchestration.onboarding.xml_tree import look_at_xml

        return look_at_xml(path)
    if path.suffix.lower() not in TEXT_ENDINGS and stripped[:1] in ("{", "["):
        from orchestration.onboarding.json_tree import look_at_json

        return look_at_json(path)
    from orchestration.onboarding.text import look_at_text

    return look_at_text(path)


def _packed(path: Path, scratch: Path) -> Layout:
    """A workbook, or a zip with one file in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    except zipfile.BadZipFile:
        raise EntrepotError(f"{path.name} is a damaged archive or workbook; ask for the file again.") from None
    if "[Content_Types].xml" in names:
        from orchestration.onboarding.sheets import look_at_workbook

        return look_at_workbook(path)
    ending = PurePosixPath(names[0]).suffix.lower() if len(names) == 1 else ""
    if not ending:
        raise EntrepotError(
            f"{path.name} holds {', '.join(names[:10]) or 'nothing'}; a contract describes one file in the archive, "
            "whose extension names its format."
        )
    pattern = f"*{ending}"
    inner = look(extract_member(path, pattern, scratch, path.name), scratch)
    if ending.lstrip(".") != inner.format and not (ending == ".csv" and inner.format == "tsv"):
        raise EntrepotError(
            f"{path.name} holds {names[0]}, which looks like {inner.format}: within an archive the extension names the "
            f"format. Ask for a file called *.{inner.format}, or for the file unpacked."
        )
    return replace(inner, archived=True, options=replace(inner.options, member=pattern))


def _parquet(path: Path) -> Layout:
    try:
        schema = pq.read_schema(path)
    except (OSError, ValueError) as error:
        raise RejectedFileError(f"{path.name} is not a whole Parquet file ({error}). Ask for it again.") from None
    return Layout("parquet", ReaderOptions(), tuple(schema.names))
