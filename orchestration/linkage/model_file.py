"""The frozen model: which levels each comparison has, what they weigh, and from which weight on a pair is one party.

Here: model/weights.json as settings of Splink, one set for each context of a pair. Not here: how it was trained
(train.py) and its use (scores.py). Whatever changes the weights changes `version`, and with it every store of scores.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from orchestration.linkage.frequencies import MODEL

WEIGHTS = MODEL / "weights.json"
# Files of code and counts on which a score depends: another text is another version.
_PARTS = ("names.py", "sounds.py", "profiles.py", "frequencies.py", "blocking.py", "compare.py")


@dataclass(frozen=True)
class Model:
    """The contexts in the order in which they are tried, and the thresholds in bits."""

    version: str
    contexts: dict[str, dict[str, Any]]
    match: float
    review: float
    keep: float


@lru_cache(maxsize=1)
def model() -> Model:
    """The model of this version of the project."""
    digest = hashlib.sha256()
    for path in [*sorted(MODEL.iterdir()), *(MODEL.parent / part for part in _PARTS)]:
        if path.is_file():
            digest.update(path.read_bytes())
    content = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Model(digest.hexdigest()[:16], content["contexts"], content["match"], content["review"], content["keep"])


def splink_settings(context: dict[str, Any]) -> dict[str, Any]:
    """The settings of one context as Splink takes them: levels as conditions on measures, m and u of each level."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "profile",
        "probability_two_random_records_match": context["prior"],
        "comparisons": [_comparison(name, one) for name, one in context["comparisons"].items()],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(name: str, one: dict[str, Any]) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": f"{name} IS NULL", "is_null_level": True, "label_for_charts": "not known"}
    ]
    for place in range(len(one["cuts"]), -1, -1):
        levels.append({
            "sql_condition": f"{name} >= {one['cuts'][place - 1]}" if place else "ELSE",
            "label_for_charts": level_label(one["cuts"], place),
            "m_probability": one["m"][place],
            "u_probability": one["u"][place],
        })  # fmt: skip
    return {"output_column_name": name, "comparison_levels": levels}


def level_label(cuts: list[float], place: int) -> str:
    """A level in words: between which values the measure lies."""
    if place == 0:
        return f"below {cuts[0]:g}"
    return f"{cuts[place - 1]:g} or more" + (f", below {cuts[place]:g}" if place < len(cuts) else "")
