"""What the tests of defects begin with: files of a few cells, made and checked on the spot, and rules seen broken."""

import json
from pathlib import Path
from typing import Any

from orchestration.contracts.load import load_contracts
from orchestration.settings import CONTRACTS_DIR
from orchestration.submissions.classify import row_rules
from orchestration.submissions.whole_file import Circumstances
from tests.contracts import samples
from tests.unit.intake.builders import Outcome, check, contract, field

LISTS = CONTRACTS_DIR / "code_lists"
CONTRACTS = load_contracts()
KEY = field("n", "integer")


def with_lists(folder: Path, *names: str) -> Path:
    """Copies of the project's own lists where a contract in `folder` finds them."""
    target = folder / "contracts" / "code_lists"
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        (target / f"{name}.csv").write_bytes((LISTS / f"{name}.csv").read_bytes())
    return folder


def outcome(folder: Path, fields: list[dict[str, Any]], rows: list[tuple[str | None, ...]], **options: Any) -> Outcome:
    """A file of these rows, checked; every row is numbered in a last field, so that none is a copy."""
    received = options.pop("received_on", None)
    of = contract(folder, [*fields, KEY], form="jsonl", **options)
    names = [item["name"] for item in fields]
    lines = [json.dumps({**dict(zip(names, row, strict=True)), "n": str(at)}) for at, row in enumerate(rows)]
    (folder / "feed.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return check(of, folder / "feed.jsonl", **({"beside": Circumstances(received)} if received else {}))


def column(folder: Path, one: dict[str, Any], texts: list[str | None], **options: Any) -> Outcome:
    """The same for one field."""
    return outcome(folder, [one], [(text,) for text in texts], **options)


def broken(feed: str, rule: str) -> str:
    """The severity of a rule of a partner's contract, whose breaker breaks it and nothing that it is not said to."""
    beside = samples.declared(CONTRACTS[feed], "inseparable").get(rule, {"with": []})["with"]
    assert samples.verdicts(feed)[rule] == {rule, *beside}
    [severity] = {item.severity for item in row_rules(CONTRACTS[feed]) if item.name == rule}
    return severity
