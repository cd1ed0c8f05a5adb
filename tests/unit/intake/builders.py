"""Small contracts and checks for the tests of the intake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.load import load_contract
from orchestration.contracts.model import Contract
from orchestration.submissions.lake import EXCLUDED, FINDINGS, QUARANTINED, Checked, accepted_sql, check_file

MARKING = {"level": "official", "tlp": "GREEN"}


def field(name: str, logical: str = "string", **options: Any) -> dict[str, Any]:
    """One property; keyword arguments that ODCS knows go there, the others become customProperties."""
    standard = {"physicalName", "required", "primaryKey", "primaryKeyPosition", "examples", "logicalTypeOptions"}
    entry = {
        "name": name,
        "logicalType": logical,
        "description": name,
        **{k: v for k, v in options.items() if k in standard},
    }
    custom = [{"property": k, "value": v} for k, v in options.items() if k not in standard]
    return {**entry, "customProperties": custom} if custom else entry


def rule(name: str, implementation: str, severity: str = "error") -> dict[str, Any]:
    return {
        "type": "custom",
        "engine": "entrepot",
        "name": name,
        "description": name.replace("_", " "),
        "severity": severity,
        "implementation": implementation,
    }


def document(
    fields: list[dict[str, Any]], *, form: str = "csv", rules: list[dict[str, Any]] | None = None, feed: str = "feed",
    path: str | None = None, **custom: Any,
) -> dict[str, Any]:  # fmt: skip
    properties = {
        "partner": "partner", "feed": feed, "role": "customs", "country": "XA", "language": "en", "timezone": "UTC",
        "delivery": "periodic", "cadence": "quarterly", "marking": MARKING, "signature": "optional", **custom,
    }  # fmt: skip
    schema: dict[str, Any] = {"name": feed, "properties": fields}
    if rules:
        schema["quality"] = rules
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"partner.{feed}",
        "name": feed,
        "version": "1.0.0",
        "status": "active",
        "servers": [{"server": "landing", "type": "local", "path": path or f"**/{feed}*", "format": form}],
        "schema": [schema],
        "customProperties": [{"property": k, "value": v} for k, v in properties.items()],
    }


def write_contract(root: Path, content: dict[str, Any], code_lists: dict[str, list[str]] | None = None) -> Path:
    folder = root / "partner"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "code_lists").mkdir(exist_ok=True)
    for name, codes in (code_lists or {}).items():
        (root / "code_lists" / f"{name}.csv").write_text(
            "code,label_en\n" + "".join(f"{code},{code}\n" for code in codes)
        )
    feed = content["schema"][0]["name"]
    path = folder / f"{feed}.odcs.yaml"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
    return path


def contract(
    root: Path, fields: list[dict[str, Any]], *, code_lists: dict[str, list[str]] | None = None, **options: Any
) -> Contract:
    return load_contract(write_contract(root / "contracts", document(fields, **options), code_lists))


class Outcome:
    """What a check left behind, read back."""

    def __init__(self, folder: Path, of: Contract, checked: Checked) -> None:
        self.counts, self.checked, self._folder, self._contract = checked.counts, checked, folder, of

    def accepted(self, *columns: str) -> list[tuple[Any, ...]]:
        chosen = ", ".join(columns) or ", ".join(f'"{item.name}"' for item in self._contract.fields)
        return query(
            f"select {chosen} from ({accepted_sql(self._contract, [self._folder])}) order by source_row_number"
        )

    def quarantined(self) -> list[tuple[int, list[str], dict[str, Any]]]:
        rows = query(
            f"select source_row_number, rules, raw from read_parquet('{self._folder / QUARANTINED}') order by 1"
        )
        return [(number, rules, json.loads(raw)) for number, rules, raw in rows]

    def findings(self, severity: str | None = None) -> list[tuple[Any, ...]]:
        where = f"where severity = '{severity}'" if severity else ""
        return query(
            "select source_row_number, rule, value_before, value_after from "
            f"read_parquet('{self._folder / FINDINGS}') {where} order by all"
        )

    def broken_rules(self) -> dict[int, list[str]]:
        return {number: rules for number, rules, _ in self.quarantined()}

    def excluded(self) -> list[tuple[Any, ...]]:
        file = self._folder / EXCLUDED
        return (
            query(f"select source_row_number, reason, kept_row from read_parquet('{file}') order by 1")
            if file.exists()
            else []
        )


def check(of: Contract, file: Path, **options: Any) -> Outcome:
    folder = file.parent / f"out_{file.name}"
    return Outcome(folder, of, check_file(file, of, folder, threads=2, **options))


def query(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()
