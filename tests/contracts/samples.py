"""For every contract and every rule of it a sample that breaks the rule, and the verdicts on all of them.

breakers/<partner>.yaml gives for each feed
  row          what to change in the first examples of the fields, so that together they are a good row
  breakers     for each rule of the contract's own what to change in the good row
  fields       the same for rules that follow from fields, where the value made here would break another rule too
  inseparable  rules that no row can break alone: which others fall with them (`with`), and why (`because`)

Rows go through the checker's own query, so that what is proved is what runs; keys and rules about whole files through
check_file, on small plain files. Here: making samples. Not here: what must hold of them
(test_breakers.py).
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import plain_yaml
from orchestration.contracts.file_rules import DECLARED, FORMED, LOST, MEDIAN, ROW_COUNT, UNREADABLE
from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import Contract, ContractSet, Field, FileRule, ReaderOptions, Rule
from orchestration.contracts.references import in_order, references
from orchestration.errors import RejectedFileError
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.submissions.check import Checked, check_file
from orchestration.submissions.classify import BITS, classify, row_rules
from orchestration.submissions.lake import check_submission
from orchestration.submissions.layout import FINDINGS
from orchestration.submissions.manifest import Manifest
from orchestration.submissions.receive import submit
from orchestration.submissions.references import settle_references
from orchestration.submissions.whole_file import FEWEST_UNREADABLE, FEWEST_VALUES, Circumstances, History

CONTRACTS = load_contracts()
FOLDER = Path(__file__).parent / "breakers"
BREAKERS = {feed: given for path in sorted(FOLDER.glob("*.yaml")) for feed, given in plain_yaml.load(path).data.items()}
RECEIVED_ON = date(2026, 6, 30)
AFTER_RECEIPT = date(2026, 7, 1)
SAID = {DECLARED: "its manifest says", UNREADABLE: "are not in the agreed form"}

Row = dict[str, str | None]


def good_row(contract: Contract) -> Row:
    """The first examples, mended by `row` where they do not go together."""
    row: Row = {field.name: field.examples[0] for field in contract.fields}
    changes = BREAKERS.get(contract.id, {}).get("row") or {}
    assert set(changes) <= set(row), f"{contract.id}: `row` names fields that the contract has not"
    return {**row, **as_text(changes)}


def declared(contract: Contract, part: str) -> Mapping[str, Mapping[str, object]]:
    """One part of what the file of breakers says of a feed, by rule."""
    return BREAKERS.get(contract.id, {}).get(part) or {}


def as_text(values: Mapping[str, object]) -> Row:
    """Values as they stand in a file: YAML's numbers as text."""
    return {name: None if value is None else str(value) for name, value in values.items()}


def bad_row(contract: Contract, rule: Rule) -> Row | None:
    """The good row with what breaks this rule; None where nobody has said how to break it."""
    given = declared(contract, "fields").get(rule.name) or declared(contract, "breakers").get(rule.name)
    if given is not None:
        changes = as_text(given)
    elif rule.kind in ("custom", "marking"):
        return None
    elif rule.kind == "text":
        free = next(f for f in (contract.field_by_name[name] for name in rule.fields) if takes_any_text(f))
        changes = {free.name: f"{good_row(contract)[free.name] or 'a'}\u202e"}
    else:
        field = contract.field_by_name[rule.fields[0]]
        changes = {field.name: bad_value(contract, field, rule)}
    row = {**good_row(contract), **changes}
    assert len(row) == len(contract.fields), f"{contract.id}: the breaker of {rule.name} names an unknown field"
    return row


def takes_any_text(field: Field) -> bool:
    """Whether a text of the field has no form of its own."""
    return field.type == "string" and field.pattern is None


def bad_value(contract: Contract, field: Field, rule: Rule) -> str | None:
    """A text that breaks this rule of the field's form."""
    if rule.kind == "present":
        return None
    if rule.kind == "minimum":
        return str(int(float(str(field.minimum))) - 1)
    if rule.kind == "maximum":
        return str(int(float(str(field.maximum))) + 1)
    if rule.kind == "max_length":
        length = int(field.max_length or 0)
        return f"[{'0,' * length}0]" if field.type == "array" else "y" * (length + 1)
    if rule.kind == "valid_on":
        codes = contract.code_lists[str(field.validity_list)]
        ended = (code for code, spans in codes.validity.items() if "" < spans[-1][1] < "2022")
        return next(c for c in ended if "successor" not in field.repairs or len(codes.successors.get(c, ())) > 1)
    if rule.kind == "not_after_receipt":
        return AFTER_RECEIPT.strftime(field.formats[0])
    return {
        "readable": "MÃƒÂ¼ller", "spill": "Camera NOFORN", "type": "\u00a7",
        "check_digits": "XA0000012340" if field.check_digits == "eori" else "529900T8BM49AURSDO54",
    }.get(rule.kind, "\u00a7")  # fmt: skip


@cache
def verdicts(contract_id: str) -> dict[str, set[str]]:
    """For the good row ("good"), its variants and the row meant for each rule: the rules found broken.

    All rows of a contract go through one query: planning it costs more than running it.
    """
    contract = CONTRACTS[contract_id]
    rows = {"good": good_row(contract)}
    rows |= {f"other {field}": row for field, row in variants(contract, rows["good"]).items()}
    for rule in row_rules(contract):
        if (row := bad_row(contract, rule)) is not None:
            rows[rule.name] = row
    return dict(zip(rows, judged(contract, list(rows.values())), strict=True))


def broken_by(contract_id: str, row: Row) -> set[str]:
    """The rules that one row breaks."""
    return judged(CONTRACTS[contract_id], [row])[0]


def judged(contract: Contract, rows: list[Row]) -> list[set[str]]:
    """For each row the rules that it breaks."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        columns = ", ".join(f'"{field.name}" varchar' for field in contract.fields)
        connection.execute(f"create table given ({columns})")
        marks = ", ".join("?" for _ in contract.fields)
        connection.executemany(f"insert into given values ({marks})", [list(row.values()) for row in rows])
        found = classify(contract, "given", "S000", received_on=RECEIVED_ON)
        columns = ", ".join(found.mask_columns("_broken", found.rules))
        masks = connection.execute(f"select {columns} from ({found.sql})").fetchall()
    return [{rule.name for at, rule in enumerate(found.rules) if row[at // BITS] >> (at % BITS) & 1} for row in masks]


def other_content(contract: Contract) -> Row | None:
    """The good row under its own key with other content that is good too; None where nothing was found."""
    good, found = good_row(contract), verdicts(contract.id)
    for field, row in variants(contract, good).items():
        if not found[f"other {field}"]:
            return row
    return None


def variants(contract: Contract, good: Row) -> dict[str, Row]:
    """Rows with another value of one field outside the key: another example, an empty cell where that may be."""
    rows = {}
    for field in contract.fields:
        values = [*field.examples[1:2], *([] if field.required else [None])]
        values += [f"{good[field.name]} II"] if field.type == "string" else ["7"]
        if field.name not in contract.key:
            rows |= {f"{field.name} {n}": {**good, field.name: value} for n, value in enumerate(values)}
    return {name: row for name, row in rows.items() if row != good}


def plain_file(contract: Contract, rows: list[Row], folder: Path, stem: str) -> tuple[Contract, Path]:
    """The rows as a plain CSV file and the contract that reads it: what the rules say does not hang on the layout."""
    path = folder / f"{stem}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.source for field in contract.fields])
        writer.writerows([[row[field.name] for field in contract.fields] for row in rows])
    return plain(contract), path


def plain(contract: Contract) -> Contract:
    """The contract for plain files."""
    return replace(contract, format="csv", options=ReaderOptions(), ignored_columns=())


def checked(contract: Contract, rows: list[Row], folder: Path, stem: str, **beside: Any) -> Checked:
    """The outcome of checking such a file; its folder in the lake is `folder`/`stem`."""
    of, path = plain_file(contract, rows, folder, stem)
    circumstances = Circumstances(RECEIVED_ON, **beside)
    return check_file(path, of, folder / stem, submission_id=stem, beside=circumstances, threads=1)


def breaks_file_rule(contract: Contract, rule: FileRule, folder: Path, *, good: bool) -> set[str]:
    """The names of the file rules that a file made for this rule breaks; made `good`, it comes as close as it may."""
    row, many = good_row(contract), FEWEST_VALUES
    rows, beside = [row] * many, {"history": History()}
    if rule.metric == DECLARED:
        beside["manifest"] = Manifest(rows=many if good else many + 1)
    elif rule.metric == UNREADABLE:
        field = next(f for f in contract.fields if f.type in FORMED)
        rows = [{**row, field.name: "\u00a7"}] * FEWEST_UNREADABLE + [row] * FEWEST_UNREADABLE * (9 if good else 1)
    elif rule.metric == ROW_COUNT:
        rows = [row] * (int(rule.low or 0) - (0 if good else 1))
    elif rule.metric == LOST:
        kept = int(many * (1 - float(rule.high or 0)))
        beside["history"] = before(contract, rows, folder)
        rows = [row] * (kept + 1 if good else kept)
    elif rule.metric == MEDIAN:
        earlier = rows if good else [{**row, str(rule.field): "1"}] * many
        beside["history"] = before(contract, earlier, folder)
    else:
        raise AssertionError(f"nobody has said how to break {rule.name} of {contract.id}")
    try:
        done = checked(contract, rows, folder, "good" if good else "bad", **beside)
    except RejectedFileError as error:
        return {r.name for r in contract.file_rules if r.metric in SAID and SAID[r.metric] in str(error)}
    assert done.not_judged == ()
    return {doubt.rule for doubt in done.doubts}


def before(contract: Contract, rows: list[Row], folder: Path) -> History:
    """A history of one earlier file of these rows."""
    checked(contract, rows, folder, "earlier", history=History())
    return History(("earlier",), (folder / "earlier",))


def broken_references(contract: Contract, folder: Path, unknown: str | None = None) -> set[str]:
    """The rules that the good row breaks when every record that it names is there; `unknown` is a reference whose
    value is changed to one that nobody has delivered.
    """
    feeds = ContractSet({feed.id: plain(feed) for feed in CONTRACTS.values() if feed.partner == contract.partner})
    home = Home(folder / "home")
    register = Register(f"sqlite:///{home.ensure().root / 'register.sqlite'}", lambda: datetime(2026, 6, 30, 12))
    rows: dict[str, Row] = {contract.id: good_row(contract)}
    for feed in reversed([*in_order(feeds), *(f for f in feeds.values() if not references(f))]):
        for reference in references(feed) if feed.id in rows else ():
            parent = rows.setdefault(reference.parent, good_row(feeds[reference.parent]))
            parent[reference.target] = rows[feed.id][reference.field]
    if unknown is not None:
        named = rows[contract.id][unknown] or ""
        rows[contract.id][unknown] = named[:-1] + ("1" if named[-1] != "1" else "2")
    handed: dict[str, str] = {}
    for feed_id, row in rows.items():
        _, path = plain_file(CONTRACTS[feed_id], [row], folder, feed_id.replace("/", "_"))
        handed[feed_id] = submit(home, register, feeds, path, feed_id, period="2025-Q1").submission.id
        check_submission(home, register, feeds, handed[feed_id])
    settle_references(home, register, feeds)
    findings = home.lake_folder(contract.partner, contract.feed, handed[contract.id]) / FINDINGS
    with duckdb.connect() as connection:
        found = connection.execute(f"select rule from read_parquet('{findings}') where severity = 'rejection'")
        return {rule for (rule,) in found.fetchall()}
