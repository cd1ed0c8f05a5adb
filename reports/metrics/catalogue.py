"""Reading the definitions of metrics, strictly.

Belongs here: what a definition must say, the refusal of anything else, and which metrics a report prints. Does not
belong here: figures (rpt_ models hold them), or how a definition is printed (shared/metrics.html.j2, and
docs/metrics.md by document.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from reports.errors import ReportError

FOLDER = Path(__file__).parent / "definitions"
AUDIENCES = ("public", "restricted")
_ID = re.compile(r"M[1-9][0-9]?")
_LISTS = ("edge_cases", "computed_by")


@dataclass(frozen=True)
class Metric:
    """One figure that reports print, in words a reader can check.

    ``clock`` says what is timed and by which calendar, or that nothing is; ``attribution`` by which date a case falls
    into a period; ``computed_by`` names the reporting models that hold it, or the module that computes it. A metric of
    the audience ``restricted`` may stand in no public report.
    """

    id: str
    name: str
    audience: str
    unit: str
    population: str
    numerator: str
    denominator: str
    clock: str
    attribution: str
    edge_cases: tuple[str, ...]
    source: str
    computed_by: tuple[str, ...]

    @property
    def number(self) -> int:
        """The number within the id, by which metrics are ordered."""
        return int(self.id[1:])


@cache
def metrics(folder: Path = FOLDER) -> Mapping[str, Metric]:
    """All metrics by their id, in the order of their numbers; ReportError names the file and what is wrong in it."""
    read = [_read(path) for path in sorted(folder.glob("*.yaml"))]
    seen: dict[str, Metric] = {}
    for metric in sorted(read, key=lambda metric: metric.number):
        if metric.id in seen:
            raise ReportError(f"reports/metrics/definitions: two files define {metric.id}; a metric is defined once.")
        seen[metric.id] = metric
    return seen


def _read(path: Path) -> Metric:
    where = f"reports/metrics/definitions/{path.name}"
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (texts only, nothing is built)
    except yaml.YAMLError as error:
        raise ReportError(f"{where} is not readable YAML: {error}") from None
    if not isinstance(content, dict):
        raise ReportError(f"{where}: it must hold the entries of one metric, such as 'id: M3'.")
    known = [item.name for item in fields(Metric)]
    faults = [f"'{name}' is not an entry that is known here" for name in sorted(set(content) - set(known))]
    faults += [f"'{name}' is missing or empty" for name in known if not content.get(name)]
    for name in sorted(set(known) & set(content)):
        entry = content[name]
        texts = entry if name in _LISTS else [entry]
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            faults.append(f"'{name}' must be {'a list of texts' if name in _LISTS else 'one text'}")
    if faults:
        raise ReportError(f"{where}: {'; '.join(faults)}.")
    if not _ID.fullmatch(content["id"]) or not path.name.startswith(f"{content['id'].lower()}_"):
        raise ReportError(f"{where}: the id must be M and a number, and the file named after it, such as m3_....yaml.")
    if content["audience"] not in AUDIENCES:
        raise ReportError(f"{where}: audience must be one of {', '.join(AUDIENCES)}, not '{content['audience']}'.")
    words: dict[str, Any] = {name: " ".join(content[name].split()) for name in known if name not in _LISTS}
    words.update({name: tuple(" ".join(text.split()) for text in content[name]) for name in _LISTS})
    return Metric(**words)
