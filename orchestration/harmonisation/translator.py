"""How dbt's nodes appear in Dagster: asset keys, groups, and which asset each dbt test checks.

Here: names only, a pure function of the manifest. Not here: running dbt (dbt.py) and the assets
(assets/warehouse.py). Keys are [layer, partner or domain, name]; the layer is also the group.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

LAYERS = ("code_lists", "staging", "intermediate", "marts", "reporting")
FOLDERLESS = "general"


class EntrepotTranslator(DagsterDbtTranslator):
    """Keys and groups by layer; each dbt test is a check of one asset, blocking if its severity is error."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """The key of a source, seed or model."""
        return node_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer."""
        return node_key(dbt_resource_props).path[0]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's own description, without its SQL: the graph is read by people who know the data."""
        return str(dbt_resource_props.get("description") or dbt_resource_props["name"])

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """The check that stands for a dbt test, on the one asset that the test is about."""
        test = manifest["nodes"][unique_id]
        if test["resource_type"] != "test" or check_key(manifest, unique_id).asset_key != asset_spec.key:
            return None
        return dg.AssetCheckSpec(
            name=test["name"],
            asset=asset_spec.key,
            description=test.get("description") or None,
            blocking=is_blocking(test),
        )


def node_key(properties: Mapping[str, Any]) -> dg.AssetKey:
    """[layer, partner or domain, name] of a dbt node."""
    name = properties["name"]
    kind = properties["resource_type"]
    if kind == "source":
        partner, _, feed = name.partition("__")
        return dg.AssetKey(["raw", *((partner, feed) if feed else ("register", name))])
    if kind == "seed":
        return dg.AssetKey(["code_lists", "shared", name])
    _, layer, *folders, _ = properties["fqn"]
    return dg.AssetKey([layer, folders[0] if folders else FOLDERLESS, name])


def is_blocking(test: Mapping[str, Any]) -> bool:
    """Whether a failure of this dbt test stops what lies downstream."""
    return (test.get("config", {}).get("severity") or "error").lower() == "error"


def check_key(manifest: Mapping[str, Any], unique_id: str) -> dg.AssetCheckKey:
    """The check of a dbt test: on the node it is attached to, else on the most derived one that it reads."""
    test = manifest["nodes"][unique_id]
    return dg.AssetCheckKey(node_key(_node(manifest, _tested(manifest, test))), test["name"])


def _tested(manifest: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    if test.get("attached_node"):
        return str(test["attached_node"])
    parents: list[str] = test["depends_on"]["nodes"]
    return max(parents, key=lambda parent: (_depth(_node(manifest, parent)), parent))


def _depth(node: Mapping[str, Any]) -> int:
    layer = node_key(node).path[0]
    return LAYERS.index(layer) if layer in LAYERS else -1


def _node(manifest: Mapping[str, Any], unique_id: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = manifest["sources" if unique_id.startswith("source.") else "nodes"][unique_id]
    return found
