"""The two parts of the dbt project: what linkage reads with all that it stands on, and the rest.

Here: which node belongs to which part, a pure function of the manifest. Not here: running them (dbt.py, releases) and
the step between (linkage/). A model is read by linkage if it bears the tag `linkage_input`; a test belongs to the
first part if everything that it reads does.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

INPUT_TAG = "linkage_input"
LINKAGE = "linkage"  # the schema that the step between the parts writes, and its dbt source


class Part(Enum):
    """Before or after the step that links parties."""

    BEFORE = "before linkage"
    AFTER = "after linkage"

    @property
    def selection(self) -> list[str]:
        """The same division in dbt's words; `cautious` leaves a test out unless all that it reads is chosen."""
        how = "--select" if self is Part.BEFORE else "--exclude"
        return [how, f"+tag:{INPUT_TAG}", "--indirect-selection", "cautious"]


def before_linkage(manifest: Mapping[str, Any]) -> frozenset[str]:
    """Ids of the seeds, models, sources and tests of the first part; empty if nothing bears the tag."""
    nodes = manifest["nodes"]
    found: set[str] = set()
    waiting = [key for key, node in nodes.items() if INPUT_TAG in node.get("tags", ())]
    while waiting:
        if (key := waiting.pop()) not in found:
            found.add(key)
            waiting += nodes[key]["depends_on"].get("nodes", ()) if key in nodes else ()
    tests = (key for key, node in nodes.items() if node["resource_type"] == "test")
    return frozenset(found | {key for key in tests if found.issuperset(nodes[key]["depends_on"]["nodes"])})


def part_of(manifest: Mapping[str, Any], part: Part) -> list[str]:
    """Ids of the seeds, models and tests that dbt builds in this part, in alphabetical order."""
    before = before_linkage(manifest)
    built = ("seed", "model", "test")
    return sorted(
        key
        for key, node in manifest["nodes"].items()
        if node["resource_type"] in built and (key in before) == (part is Part.BEFORE)
    )
