"""What makes two deliveries the same submission, and when one contradicts the other.

Here: the id, which follows from content (docs/decisions/0005), and the comparison with what is known under it. Not
here: receiving (receive.py).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.submissions.manifest import Manifest, parse_manifest


def submission_id(contract_id: str, period: str, kind: str, sha256: str, said: str = "") -> str:
    """The id of a submission, which follows from what it is: the same file handed in twice is one submission.

    `said` is the manifest's text where it takes the place of one with which the same file was rejected.
    """
    parts = (contract_id, period, kind, sha256, *([said] if said else []))
    return "S" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:15]


def says_otherwise(known: Mapping[str, Any], manifest: Manifest) -> bool:
    """Whether the manifest says anything, and something else than the one with which the file is known."""
    before = parse_manifest(known["manifest"], known["file_name"])
    words = [
        replace(said, feed=None, period=None, kind="initial", sha256=None, bytes=None).as_json()
        for said in (before, manifest)
    ]
    return words[1] not in (words[0], Manifest().as_json())


def refuse_contradiction(known: Mapping[str, Any], manifest: Manifest, sha256: str, name: str) -> None:
    """Raise EntrepotError when what is handed in again is not what is known under the same id."""
    who = f"{known['file_name']} ({known['id']}, received {known['received_at']:%Y-%m-%d %H:%M:%S} UTC)"
    if known["sha256"] != sha256:
        raise EntrepotError(
            f"{name} would have the id of {who}, and holds other bytes: {sha256}, not {known['sha256']}. Nothing of it "
            "is taken. Tell the operators; the file can be handed in for its period as another kind meanwhile."
        )
    if says_otherwise(known, manifest):
        raise EntrepotError(
            f"{name} holds the same bytes as {who}, and its manifest says something else than the one that came with "
            "them. What was said first stands. To change it, withdraw that submission, or send what is new as a "
            "correction or a replacement."
        )
