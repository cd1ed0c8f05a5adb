"""Makes the draft: look, count, guess, write, then load it and check the sample against it.

Here: the steps in order and the files. Not here: each step (the modules beside this one).
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.contracts.code_lists import load_code_list
from orchestration.contracts.lookup import contract_in
from orchestration.contracts.model import Contract, Field
from orchestration.errors import EntrepotError, RejectedFileError, UsageError
from orchestration.onboarding.column import Column
from orchestration.onboarding.columns import guess_column, list_column, look_at_column, without_empty_words
from orchestration.onboarding.days import day_comes_first
from orchestration.onboarding.figures import Notation, agree, fitting
from orchestration.onboarding.keys import guess_keys
from orchestration.onboarding.layout import Layout, look
from orchestration.onboarding.naming import feed_of, field_names, identifier, path_and_period
from orchestration.onboarding.write import code_list_csv, contract_yaml
from orchestration.settings import CODE_LISTS_DIR
from orchestration.submissions.check import Checked, check_file
from orchestration.submissions.read import Source, open_source

_HOUSE_LISTS = ("countries", "currencies", "units")


@dataclass(frozen=True)
class Draft:
    """A drafted contract: where it was written with its code lists, and what the sample says to it.

    `refused` is the sentence with which the sample is refused under its own draft, '' if it is not.
    """

    path: Path
    contract: Contract
    code_lists: tuple[Path, ...]
    keys: tuple[tuple[str, ...], ...]
    guesses: int
    checked: Checked | None
    refused: str


def draft(
    file: Path, out: Path, partner: str | None = None, feed: str | None = None, *, replace_old: bool = False
) -> Draft:
    """Draft a contract from a sample into <out>/<partner>/<feed>.odcs.yaml and <out>/code_lists/.

    Raises EntrepotError when the file cannot be read as a table, UsageError when the draft is there already.
    """
    partner, feed = partner or "new_partner", feed or feed_of(file)
    for what, name in (("partner", partner), ("feed", feed)):
        if identifier(name, "") != name:
            raise UsageError(f"`{name}` is no name of a {what}: use lower case letters, digits and underscores.")
    target = out / partner / f"{feed}.odcs.yaml"
    if target.exists() and not replace_old:
        raise UsageError(f"{target} is there already. Choose another --out or --feed, or write over it with --replace.")
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as connection:
        layout, rows = _read(connection, file, Path(scratch))
        columns, notation = _columns(connection, layout)
        keys = guess_keys(connection, "sample", columns, rows)
    lists = {c.name: f"{c.name}_{partner}" for c in columns if c.codes}
    path_pattern, period_pattern = path_and_period(file, partner)
    text = contract_yaml(
        partner=partner, feed=feed, sample=file.name, rows=rows, layout=layout, columns=columns, keys=keys,
        notation=notation, path=path_pattern, period_pattern=period_pattern, lists=lists,
    )  # fmt: skip
    written = _write_lists(out / "code_lists", columns, lists, replace_old)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    contract = contract_in(target)
    checked, refused = _check(file, contract)
    return Draft(target, contract, written, tuple(keys), text.count("# guess:"), checked, refused)


def _read(connection: duckdb.DuckDBPyConnection, file: Path, scratch: Path) -> tuple[Layout, int]:
    """The sample as the temporary table `sample` of text columns, read as its contract will be."""
    layout = look(file, scratch)
    problem: RejectedFileError | None = None
    for quote in ('"', ""):
        attempt = replace(layout, options=replace(layout.options, quote=quote)) if not quote else layout
        try:
            source = open_source(connection, file, _as_text(attempt, file), scratch, file.name)
            _take(connection, source)
        except RejectedFileError as error:
            problem = problem or error
            if layout.format not in ("csv", "tsv"):
                break
        else:
            rows = int(connection.execute("select count(*) from sample").fetchall()[0][0])
            if not rows:
                raise EntrepotError(f"{file.name} has no rows; a contract is drafted from a file with some.")
            notes = dict(layout.notes) | ({"quote": "quotation marks stand within cells"} if not quote else {})
            return replace(attempt, notes=notes), rows
    raise EntrepotError(f"No contract can be drafted from a file that cannot be read whole. {problem}")


def _take(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    try:
        connection.execute(f"create or replace temp table sample as select * from {source.relation}")
    except duckdb.Error as error:
        explained = source.explain(error)
        if explained is None:
            raise
        raise explained from None


def _as_text(layout: Layout, file: Path) -> Contract:
    """A contract that reads the file as it is: every column is text, nothing is demanded."""
    names = field_names(list(layout.sources))
    fields = tuple(
        Field(name, source, "array" if source in layout.arrays else "string")
        for name, source in zip(names, layout.sources, strict=True)
    )
    return Contract(
        partner="sample", feed="sample", version="0.0.0", path=file, role="", country="", language="en", timezone="UTC",
        delivery="periodic", cadence="irregular", patterns=(), format=layout.format, options=layout.options,
        fields=fields, rules=(), key=(), marking={}, marking_fields={}, period_pattern=None, title="", description="",
        code_lists={}, ignored_columns=layout.ignored,
    )  # fmt: skip


def _columns(connection: duckdb.DuckDBPyConnection, layout: Layout) -> tuple[list[Column], Notation]:
    names = field_names(list(layout.sources))
    looked = [
        look_at_column(connection, "sample", name, source, number)
        for number, (name, source) in enumerate(zip(names, layout.sources, strict=True))
    ]
    values = [without_empty_words(item) for item in looked if item.filled and item.source not in layout.arrays]
    notation = agree(fitting(connection, each) for each in values)
    day_first = day_comes_first(connection, values)
    house = {name: load_code_list(CODE_LISTS_DIR / f"{name}.csv") for name in _HOUSE_LISTS}
    columns = [
        list_column(item)
        if item.source in layout.arrays
        else guess_column(connection, item, notation, day_first, house)
        for item in looked
    ]
    return columns, notation


def _write_lists(folder: Path, columns: Sequence[Column], lists: dict[str, str], replace_old: bool) -> tuple[Path, ...]:
    written = []
    for column in columns:
        if column.name not in lists:
            continue
        path = folder / f"{lists[column.name]}.csv"
        if path.exists() and not replace_old:
            raise UsageError(
                f"{path} is there already. Choose another --out or --partner, or write over it with --replace."
            )
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(code_list_csv(column.codes), encoding="utf-8")
        written.append(path)
    return tuple(written)


def _check(file: Path, contract: Contract) -> tuple[Checked | None, str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return check_file(file, contract, Path(folder)), ""
        except RejectedFileError as error:
            return None, str(error)
