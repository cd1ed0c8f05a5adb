"""The two parts of the dbt project: nothing that linkage reads stands on linkage, and every node has one part."""

from typing import Any

from orchestration.harmonisation import dbt
from orchestration.harmonisation.parts import INPUT_TAG, LINKAGE, Part, before_linkage, part_of
from orchestration.harmonisation.translator import asset_specs, check_keys


def node(kind: str, *reads: str, tags: tuple[str, ...] = (), attached: str | None = None) -> dict[str, Any]:
    return {
        "resource_type": kind, "tags": list(tags), "attached_node": attached, "depends_on": {"nodes": list(reads)},
    }  # fmt: skip


TINY = {
    "nodes": {
        "seed.lists": node("seed"),
        "model.mentions": node("model", "source.raw", "seed.lists", tags=(INPUT_TAG,)),
        "model.parties": node("model", "source.linkage"),
        "test.mentions": node("test", "model.mentions"),
        "test.both": node("test", "model.mentions", "model.parties"),
        "test.parties": node("test", "model.parties"),
    }
}


def test_the_first_part_is_what_linkage_reads_with_all_it_stands_on() -> None:
    assert part_of(TINY, Part.BEFORE) == ["model.mentions", "seed.lists", "test.mentions"]
    assert part_of(TINY, Part.AFTER) == ["model.parties", "test.both", "test.parties"]


def test_nothing_that_linkage_reads_stands_on_linkage() -> None:
    manifest = dbt.manifest()
    before = before_linkage(manifest)
    assert len(before) > 50
    assert [
        key for key in before if key.startswith("source.") and manifest["sources"][key]["source_name"] == LINKAGE
    ] == []


def test_every_test_is_one_check_of_an_asset_of_its_part() -> None:
    manifest = dbt.manifest()
    keys = check_keys(manifest)
    shown = 0
    for part in Part:
        specs, checks = asset_specs(manifest, part)
        assets = {spec.key for spec in specs}
        assert {key for test, key in keys.items() if test in part_of(manifest, part)} == set(checks)
        assert [
            key for key in checks if key.asset_key not in assets and key.asset_key.path[0] not in ("raw", LINKAGE)
        ] == []
        shown += len(checks)
    assert shown == len(keys) > 100
