"""How the bytes of a feed are laid out: the customProperty `reader`, checked.

Not here: reading (submissions/read/), and where fixed-width fields stand (fixed_width.py).
"""

import codecs
from pathlib import Path

from orchestration.contracts import vocabulary as words
from orchestration.contracts.model import ReaderOptions
from orchestration.contracts.properties import Properties


def reader(contract: Properties, file_format: str) -> tuple[ReaderOptions, tuple[str, ...]]:
    """The layout, and the texts that mean empty in every field."""
    given = contract.custom.get("reader") or {}
    place = contract.property_place("reader")
    if not isinstance(given, dict):
        contract.fail(place, "reader must be a mapping, such as {encoding: utf-8, delimiter: ;}")
    if unknown := sorted(set(given) - words.READER_OPTIONS):
        contract.fail(
            place,
            f"reader option `{unknown[0]}` is not known; expected one of {', '.join(sorted(words.READER_OPTIONS))}",
        )
    options = ReaderOptions(
        encoding=str(given.get("encoding", "utf-8")),
        delimiter=str(given.get("delimiter", "\t" if file_format == "tsv" else ",")),
        header=given.get("header", file_format != "fixed"),
        skip_lines=given.get("skipLines", 0),
        quote=str(given.get("quote", '"') or ""),
        decimal=str(given.get("decimal", ".")),
        grouping=tuple(str(item) for item in given.get("grouping") or ()),
        record_path=str(given.get("recordPath") or ""),
        namespaces=tuple((str(prefix), str(uri)) for prefix, uri in (given.get("namespaces") or {}).items()),
        sheet=given.get("sheet"),
        member=given.get("member"),
        end_marker=given.get("endMarker"),
        trailer=given.get("trailer"),
        trailing_delimiter=given.get("trailingDelimiter", False),
        padded=given.get("padded", True),
    )
    try:
        codecs.lookup(options.encoding)
    except LookupError:
        contract.fail(
            place,
            f"encoding `{options.encoding}` is not known to Python; use a name such as utf-8, cp1252 or utf-16",
        )
    if len(options.delimiter) != 1 or len(options.quote) > 1 or options.delimiter == options.quote:
        contract.fail(place, "delimiter and quote must be single, different characters (quote may be empty)")
    if not isinstance(options.skip_lines, int) or options.skip_lines < 0:
        contract.fail(place, "skipLines must be a whole number of lines, 0 or more")
    if not all(isinstance(flag, bool) for flag in (options.header, options.trailing_delimiter, options.padded)):
        contract.fail(place, "header, trailingDelimiter and padded must be true or false")
    if file_format == "fixed" and options.header:
        contract.fail(place, "a file of fixed width has no header to read; pass over its first lines with skipLines")
    if file_format == "xml" and not options.record_path:
        contract.fail(place, "an XML feed needs reader.recordPath, the name of the element that is one record")
    nulls = given.get("nullValues") or []
    return options, tuple(str(item) for item in nulls)


def archived_format(contract: Properties, options: ReaderOptions) -> str:
    """The format of the files in a zip, which the extension of reader.member tells."""
    suffix = Path(options.member or "").suffix.lstrip(".").lower()
    if suffix not in words.FORMATS or suffix == "zip":
        contract.fail(
            contract.property_place("reader"),
            "a zip feed needs reader.member, such as '*.csv', whose extension names the format",
        )
    return suffix
