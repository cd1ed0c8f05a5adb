"""The models as dbt compiled them: which SQL makes which table, in an order in which it can be run.

Belongs here: reading dbt's manifest. Does not belong here: running dbt (harmonisation) or running this SQL
(``build``). Releases re-run the very text that built the warehouse, so there is no second set of models to
keep in step (decision 0003).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.harmonisation.parts import INPUT_TAG, before_linkage
from orchestration.quoting import sql_name
from orchestration.settings import Home

MARTS = "main"
REPORTING = "reporting"


@dataclass(frozen=True)
class Model:
    """One model: where it lives, its compiled select, and the words that explain it."""

    schema: str
    name: str
    is_view: bool
    sql: str
    description: str
    columns: Mapping[str, str]

    @property
    def relation(self) -> str:
        """Quoted ``schema.name``."""
        return f"{sql_name(self.schema)}.{sql_name(self.name)}"


@dataclass(frozen=True)
class Models:
    """Marts and what they stand on, in running order, ``before`` and ``after`` the linkage of parties; ``documented``
    has every model, reporting included.
    """

    before: tuple[Model, ...]
    after: tuple[Model, ...]
    documented: tuple[Model, ...]

    @property
    def marts(self) -> tuple[Model, ...]:
        """The models that a release hands out."""
        return tuple(model for model in (*self.before, *self.after) if model.schema == MARTS)

    @property
    def handed_to_operator(self) -> tuple[Model, ...]:
        """Marts and reporting tables."""
        return tuple(model for model in self.documented if model.schema in (MARTS, REPORTING))

    @property
    def digest(self) -> str:
        """Changes when any SQL or description does."""
        parts = [[m.schema, m.name, m.sql, m.description, sorted(m.columns.items())] for m in self.documented]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def compiled_manifest(home: Home) -> Path:
    """Where the dbt build of a home leaves its manifest."""
    return home.warehouse_dir / "dbt" / "manifest.json"


def load_models(manifest: Path) -> Models:
    """The models of a manifest that a dbt build left, with the compiled files beside it.

    Raises EntrepotError when there is no manifest, or a model that is needed was never compiled.
    """
    if not manifest.exists():
        raise EntrepotError(
            f"The models are not compiled: {manifest} does not exist. Run `entrepot run` once; releases re-run its SQL."
        )
    return _load(manifest, manifest.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load(manifest: Path, _written: int) -> Models:
    document = json.loads(manifest.read_text())
    nodes: dict[str, Any] = {key: node for key, node in document["nodes"].items() if node["resource_type"] == "model"}
    first = before_linkage(document)
    parents = {
        key: sorted(parent for parent in node["depends_on"]["nodes"] if parent in nodes)
        for key, node in sorted(nodes.items())
    }
    order = [key for key in TopologicalSorter(parents).static_order() if _runs(nodes[key])]
    needed = {key for key in order if nodes[key]["schema"] == MARTS or INPUT_TAG in nodes[key].get("tags", ())}
    for key in reversed(order):
        if key in needed:
            needed.update(parents[key])
    models = {key: _model(nodes[key], manifest, key in needed) for key in order}
    return Models(
        before=tuple(models[key] for key in order if key in needed and key in first),
        after=tuple(models[key] for key in order if key in needed and key not in first),
        documented=tuple(models[key] for key in order),
    )


def _runs(node: Any) -> bool:
    return node["config"]["materialized"] != "ephemeral" and node["config"].get("enabled", True)


def _model(node: Any, manifest: Path, needed: bool) -> Model:
    sql = node.get("compiled_code")
    if not sql:
        compiled = manifest.parent / "compiled" / node["package_name"] / node["original_file_path"]
        sql = compiled.read_text() if compiled.exists() else ""
    if needed and not sql:
        raise EntrepotError(
            f"The model {node['name']} was never compiled, so no release can be built from it. "
            "Run the whole dbt project once (`entrepot run`), then build the releases again."
        )
    return Model(
        schema=node["schema"],
        name=node.get("alias") or node["name"],
        is_view=node["config"]["materialized"] == "view",
        sql=sql,
        description=" ".join(node.get("description", "").split()),
        columns={name: " ".join(c.get("description", "").split()) for name, c in node.get("columns", {}).items()},
    )
