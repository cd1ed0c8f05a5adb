"""Great Expectations over the accepted rows: the published quality record of each feed.

Here: the suite that follows from a contract, its validation on the lake's Parquet, and the Data Docs. Not
here: the classification of rows (classify.py), which decides what is accepted; the two take the same rules
from the contract and must agree. The only module that imports Great Expectations, and late, as that takes
seconds.
"""

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.context_rules import NOT_AFTER_RECEIPT
from orchestration.contracts.model import Contract, Rule
from orchestration.contracts.rules import all_rules
from orchestration.errors import EntrepotError
from orchestration.quoting import sql_list, sql_name
from orchestration.settings import Home
from orchestration.submissions.classify import is_received, repaired_text
from orchestration.submissions.layout import ROWS, accepted_sql, relation_kind, rows_sql

SITE = "quality"
RESULTS = "results"
BATCH = "accepted rows"
# What the lake adds to the fields of a contract.
ADDED_COLUMNS = ("submission_id", "source_row_number", "marking")
AS_READ = "_raw"
# Types need no expectation, as the files are typed; the day of receipt is not among the columns.
_UNTOLD = ("type", NOT_AFTER_RECEIPT)
SEVERITIES = {"error": "critical", "warning": "warning"}


@dataclass(frozen=True)
class BrokenExpectation:
    """A rule that accepted rows break: how many, and how grave the contract takes it (error or warning)."""

    rule: str
    description: str
    severity: str
    rows: int


@dataclass(frozen=True)
class FeedQuality:
    """The verdict on one feed; `page` is its page in the Data Docs."""

    contract_id: str
    expectations: int
    rows: int
    broken: tuple[BrokenExpectation, ...]
    page: Path

    @property
    def errors(self) -> tuple[BrokenExpectation, ...]:
        """Broken rules that should have kept rows out: the classification and this record disagree."""
        return tuple(broken for broken in self.broken if broken.severity == "error")


def validate(
    home: Home, feeds: Iterable[tuple[Contract, Sequence[Path]]], every_row_of: date | None = None
) -> list[FeedQuality]:
    """Validate what each feed's folders in the lake accepted and publish the pages, if there are any.

    With a day of receipt, `every_row_of`, all typed rows are validated, whatever was decided about them, and types and
    days of receipt too: then what is found must be what the classification found, rule by rule.
    """
    with_rows = [(contract, folders) for contract, folders in feeds if folders]
    if not with_rows:
        return []
    home.quality.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.quality, prefix=".work-") as work:
        database = Path(work) / "accepted.duckdb"
        _make_relations(database, with_rows, every_row_of is not None)
        context = _context(home)
        lake = context.data_sources.add_sql(
            "lake", connection_string=f"{_dialect()}:///{database}", create_temp_table=False
        )
        try:
            outcomes = [_validate_feed(home, context, lake, contract, every_row_of) for contract, _ in with_rows]
            with _no_page_missing():
                context.build_data_docs(resource_identifiers=[identifier for identifier, _ in outcomes])
        finally:
            lake.get_engine().dispose()
    return [
        _feed_quality(home, contract, identifier, result)
        for (contract, _), (identifier, result) in zip(with_rows, outcomes, strict=True)
    ]


class _Said(logging.Handler):
    """Keeps what a logger is told."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the words."""
        self.messages.append(record.getMessage())


@contextmanager
def _no_page_missing() -> Iterator[None]:
    """Raise EntrepotError where a page could not be written: Great Expectations goes on without it, and tells its log
    alone.
    """
    log, said = logging.getLogger("great_expectations.render"), _Said()
    log.addHandler(said)
    log.propagate = False
    try:
        yield
    finally:
        log.propagate = True
        log.removeHandler(said)
    if said.messages:
        why = re.search(r"follows:\s*(.+?)\.?\s+Traceback: ", said.messages[0], re.DOTALL)
        reason = " ".join((why[1] if why else said.messages[0]).split())[:300]
        raise EntrepotError(
            f"Great Expectations could not write {len(said.messages)} of the pages of the quality record ({reason}). "
            "Mend that and run again: it goes on from there."
        ) from RuntimeError(reason)


def expectations(contract: Contract, every_row_of: date | None = None) -> list[Any]:
    """The suite of a contract, one expectation a rule; two kinds need none over accepted rows."""
    gxe: Any = import_module("great_expectations.expectations")
    columns = [*(field.name for field in contract.fields), *ADDED_COLUMNS]
    untold: tuple[str, ...] = _UNTOLD
    if every_row_of is not None:
        columns, untold = [*columns, AS_READ], ()
    shape = gxe.ExpectTableColumnsToMatchSet(
        column_set=columns,
        exact_match=True,
        severity="critical",
        meta={"rule": "columns_are_those_of_the_contract"},
    )
    return [
        shape,
        *(_expectation(gxe, contract, rule, every_row_of) for rule in all_rules(contract) if rule.kind not in untold),
    ]


def _expectation(gxe: Any, contract: Contract, rule: Rule, every_row_of: date | None) -> Any:
    excepted = [e for e in contract.exceptions if e.rule == rule.name]
    common = {
        "severity": SEVERITIES[rule.severity],
        "meta": {"rule": rule.name, "severity": rule.severity, "description": rule.description},
    }
    field = contract.field_by_name[rule.fields[0]] if rule.fields else None
    if excepted:
        # Rows that an exception covered when they came stay accepted when it has expired; later ones are not here.
        return _unexpected_rows(gxe, violation_sql(contract, rule), rule.description, common)
    if every_row_of is not None and rule.kind in ("type", "present", NOT_AFTER_RECEIPT):
        condition = _as_read_sql(contract, rule, every_row_of)
        return _unexpected_rows(gxe, condition, rule.description, common)
    if rule.kind == "unique":
        # A key stands once in a submission; a later submission may correct it.
        return gxe.ExpectCompoundColumnsToBeUnique(column_list=["submission_id", *rule.fields], **common)
    if field is not None and rule.kind == "present":
        return gxe.ExpectColumnValuesToNotBeNull(column=field.name, **common)
    if field is not None and field.code_list is not None and rule.kind == "code_list":
        codes = list(contract.code_lists[field.code_list].codes)
        return gxe.ExpectColumnValuesToBeInSet(column=field.name, value_set=codes, **common)
    if field is not None and rule.kind == "max_length":
        return gxe.ExpectColumnValueLengthsToBeBetween(column=field.name, max_value=field.max_length, **common)
    if field is not None and rule.kind in ("minimum", "maximum") and field.type in ("integer", "decimal"):
        bound = {"min_value": float(field.minimum)} if rule.kind == "minimum" else {"max_value": float(field.maximum)}  # type: ignore[arg-type]
        return gxe.ExpectColumnValuesToBeBetween(column=field.name, **bound, **common)
    return _unexpected_rows(gxe, violation_sql(contract, rule), rule.description, common)


def violation_sql(contract: Contract, rule: Rule) -> str:
    """The condition under which a typed row breaks the rule and no known exception, expired or not, covers it."""
    if rule.kind == "present":
        broken = f"{sql_name(rule.fields[0])} is null"
    elif rule.kind == "code_list":
        codes = contract.code_lists[str(contract.field_by_name[rule.fields[0]].code_list)].codes
        broken = f"{sql_name(rule.fields[0])} not in ({sql_list(codes)})"
    else:
        broken = f"try(({rule.expression}\n)) is false"  # what cannot be worked out breaks nothing, as in the check
    covered = [f"({e.where}\n)" if e.where else "true" for e in contract.exceptions if e.rule == rule.name]
    return f"({broken}) and not coalesce({' or '.join(covered)}, false)" if covered else broken


def _as_read_sql(contract: Contract, rule: Rule, day: date) -> str:
    """The condition under which a row breaks a rule that rests on its text as read, or on the day of receipt."""
    field = contract.field_by_name[rule.fields[0]]
    empty, text = f"{sql_name(field.name)} is null", repaired_text(contract, field)
    if rule.kind == NOT_AFTER_RECEIPT:
        return f"not ({is_received(contract, field, day)})"
    return f"{empty} and ({text}) is {'not null' if rule.kind == 'type' else 'null'}"


def _unexpected_rows(gxe: Any, condition: str, description: str, common: dict[str, Any]) -> Any:
    """By the rule's own SQL: for the dialect, Great Expectations has no regular expressions."""
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=f"select * from {{batch}} where {literal_sql(condition)}",
        description=description,
        **common,
    )


def literal_sql(expression: str) -> str:
    """SQL that passes unharmed through str.format and SQLAlchemy's text: braces doubled, colons escaped."""
    doubled = expression.replace("{", "{{").replace("}", "}}")
    return re.sub(r"(?<![:\w\\]):(?=\w)", r"\\:", doubled)


def _make_relations(database: Path, feeds: Sequence[tuple[Contract, Sequence[Path]]], every_row: bool) -> None:
    with duckdb.connect(str(database)) as connection:
        for contract, folders in feeds:
            rows = accepted_sql(contract, folders)
            if every_row:
                columns = [*(field.name for field in contract.fields), *ADDED_COLUMNS, AS_READ]
                rows = f"select {', '.join(map(sql_name, columns))} from {rows_sql(folders)}"
            kind = relation_kind(folders, ROWS)
            connection.execute(f"create {kind} {sql_name(contract.table)} as {rows}")


def _validate_feed(
    home: Home, context: Any, lake: Any, contract: Contract, every_row_of: date | None
) -> tuple[Any, Any]:
    gx: Any = import_module("great_expectations")
    for older in (home.quality / RESULTS, home.quality / "validations"):
        shutil.rmtree(older / contract.table, ignore_errors=True)
    batch = lake.add_table_asset(contract.table, table_name=contract.table).add_batch_definition_whole_table(BATCH)
    wanted = expectations(contract, every_row_of)
    suite = context.suites.add(gx.ExpectationSuite(name=contract.table, expectations=wanted))
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=contract.table, data=batch, suite=suite)
    )
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name=contract.table,
            validation_definitions=[definition],
            actions=[],
            result_format={"result_format": "BASIC", "partial_unexpected_count": 5},
        )
    )
    [(identifier, result)] = checkpoint.run().run_results.items()
    return identifier, result


def _feed_quality(home: Home, contract: Contract, identifier: Any, result: Any) -> FeedQuality:
    broken, rows = [], 0
    for outcome in result.results:
        meta = outcome.expectation_config.meta or {}
        raised = outcome.exception_info or {}
        if raised.get("raised_exception") or any(
            isinstance(value, dict) and value.get("raised_exception") for value in raised.values()
        ):
            raise EntrepotError(
                f"Great Expectations could not evaluate the rule {meta.get('rule')} of {contract.id}: "
                f"{' '.join(str(raised).split())[:300]}"
            )
        rows = max(rows, int(outcome.result.get("element_count") or 0))
        if not outcome.success:
            found = outcome.result.get("unexpected_count", outcome.result.get("observed_value"))
            broken.append(
                BrokenExpectation(
                    rule=meta.get("rule", outcome.expectation_config.type),
                    description=meta.get("description", ""),
                    severity=meta.get("severity", "error"),
                    rows=found if isinstance(found, int) else 0,
                )
            )
    page = home.quality.joinpath("validations", *identifier.to_tuple()).with_suffix(".html")
    page = page.parent / f"{identifier.to_tuple()[-1]}.html"
    return FeedQuality(contract.id, len(result.results), rows, tuple(broken), page)


def _context(home: Home) -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    gx: Any = import_module("great_expectations")
    types: Any = import_module("great_expectations.data_context.types.base")
    in_memory = {"class_name": "InMemoryStoreBackend"}
    return gx.get_context(
        mode="ephemeral",
        project_config=types.DataContextConfig(
            config_version=4.0,
            analytics_enabled=False,
            progress_bars={"globally": False},
            stores={
                "expectations_store": {"class_name": "ExpectationsStore", "store_backend": in_memory},
                "checkpoint_store": {"class_name": "CheckpointStore", "store_backend": in_memory},
                "validation_definition_store": {
                    "class_name": "ValidationDefinitionStore",
                    "store_backend": in_memory,
                },
                "validation_results_store": {
                    "class_name": "ValidationResultsStore",
                    "store_backend": _folder(home.quality / RESULTS) | {"filepath_suffix": ".json"},
                },
            },
            expectations_store_name="expectations_store",
            checkpoint_store_name="checkpoint_store",
            validation_results_store_name="validation_results_store",
            data_docs_sites={
                SITE: {
                    "class_name": "SiteBuilder",
                    "show_how_to_buttons": False,
                    "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                    "store_backend": _folder(home.quality),
                }
            },
        ),
    )


def _folder(path: Path) -> dict[str, str]:
    return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(path.absolute())}


@cache
def _dialect() -> str:
    """Register the mended DuckDB dialect; returns its name for a URL.

    Great Expectations closes the connection before it fetches, see quality_dialect.py.
    """
    from sqlalchemy.dialects import registry

    registry.register("duckdb.buffered", f"{__name__}_dialect", "BufferedDialect")
    return "duckdb+buffered"
