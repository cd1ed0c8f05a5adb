"""How dbt's nodes appear in Dagster: asset keys, groups, and which asset each dbt test checks.

Here: names only, a pure function of the manifest. Not here: running dbt (dbt.py) and the assets
(assets/warehouse.py). Keys are [layer, partner or domain, name]; the layer is also the group. Each test is a check of
one asset, blocking if its severity is error; a test of models of both parts of the build is a check of one of the
later part, which runs it.
"""

from collections.abc import Collection, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from orchestration.harmonisation.parts import LINKAGE, Part, before_linkage, part_of

LAYERS = ("code_lists", "staging", "intermediate", "marts", "reporting")
FOLDERLESS = "general"


class EntrepotTranslator(DagsterDbtTranslator):
    """Keys, groups and descriptions of seeds and models."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """The key of a source, seed or model."""
        return node_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer."""
        return node_key(dbt_resource_props).path[0]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's own description, without its SQL: the graph is read by people who know the data."""
        return str(dbt_resource_props.get("description") or dbt_resource_props["name"])


def node_key(properties: Mapping[str, Any]) -> dg.AssetKey:
    """[layer, partner or domain, name] of a dbt node."""
    name = properties["name"]
    kind = properties["resource_type"]
    if kind == "source" and properties["source_name"] == LINKAGE:
        return linkage_key(name)
    if kind == "source":
        partner, _, feed = name.partition("__")
        return dg.AssetKey(["raw", *((partner, feed) if feed else ("register", name))])
    if kind == "seed":
        return dg.AssetKey(["code_lists", "shared", name])
    _, layer, *folders, _ = properties["fqn"]
    return dg.AssetKey([layer, folders[0] if folders else FOLDERLESS, name])


def linkage_key(relation: str) -> dg.AssetKey:
    """[linkage, parties, relation]: what the step between the two parts makes."""
    return dg.AssetKey([LINKAGE, "parties", relation])


def is_blocking(test: Mapping[str, Any]) -> bool:
    """Whether a failure of this dbt test stops what lies downstream."""
    return (test.get("config", {}).get("severity") or "error").lower() == "error"


def check_keys(manifest: Mapping[str, Any]) -> dict[str, dg.AssetCheckKey]:
    """The check of each dbt test by the test's id: on the node it is attached to, else on the most derived one that it
    reads, in its part of the build.
    """
    before = before_linkage(manifest)
    tests = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "test"}
    return {
        key: dg.AssetCheckKey(node_key(_node(manifest, _tested(manifest, test, before))), test["name"])
        for key, test in tests.items()
    }


def asset_specs(
    manifest: Mapping[str, Any], part: Part
) -> tuple[list[dg.AssetSpec], dict[dg.AssetCheckKey, dg.AssetCheckSpec]]:
    """What Dagster shows of a part: an asset for each seed and model, a check for each test."""
    translator, keys = EntrepotTranslator(), check_keys(manifest)
    specs, checks = [], {}
    for unique_id in part_of(manifest, part):
        node = manifest["nodes"][unique_id]
        if node["resource_type"] != "test":
            specs.append(translator.get_asset_spec(manifest, unique_id, None))
        else:
            key = keys[unique_id]
            checks[key] = dg.AssetCheckSpec(
                name=key.name,
                asset=key.asset_key,
                description=node.get("description") or None,
                blocking=is_blocking(node),
            )
    return specs, checks


def _tested(manifest: Mapping[str, Any], test: Mapping[str, Any], before: Collection[str]) -> str:
    parents: list[str] = test["depends_on"]["nodes"]
    later = [parent for parent in parents if parent not in before and parent in manifest["nodes"]]
    attached = test.get("attached_node")
    if attached and (attached not in before or not later):
        return str(attached)
    return max(later or parents, key=lambda parent: (_depth(_node(manifest, parent)), parent))


def _depth(node: Mapping[str, Any]) -> int:
    layer = node_key(node).path[0]
    return LAYERS.index(layer) if layer in LAYERS else -1


def _node(manifest: Mapping[str, Any], unique_id: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = manifest["sources" if unique_id.startswith("source.") else "nodes"][unique_id]
    return found
