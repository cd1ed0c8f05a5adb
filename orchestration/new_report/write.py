"""Writes a new report into a project: all of its files or none.

Here: names, places and the words filled into the files of `files/`, in which `<<word>>` stands for what differs. Not
here: the contents of these files, and whether the report holds (tests, and the proof when it is rendered).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import EntrepotError, UsageError

FILES = Path(__file__).parent / "files"
MODELS, EXPOSURES = Path("dbt_project/models/reporting"), Path("dbt_project/models/reporting/exposures.yml")
PERIODS = Path("dbt_project/macros/reporting/own_periods.sql")
DEFINITIONS = Path("reports/metrics/definitions")
# By cadence: the kind of period in the catalogue, the number of a day's period in SQL, days to release, the word.
CADENCES = {
    "quarter": ("quarter", "{{ quarter_number('submitted_on') }}", "45", "Quarterly"),
    "half": ("half_year", "{{ half_number('submitted_on') }}", "90", "Half-yearly"),
    "year": ("year", "year(submitted_on)", "180", "Yearly"),
}
AUDIENCES = ("public", "restricted")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LAST_LINE = "    ]) }}\n{%- endmacro %}\n\n{#- How periods"  # behind the list of reports in own_periods.sql
_FIRST_METRIC = 41  # below are metrics of the warehouse's own reports


@dataclass(frozen=True)
class Started:
    """What was written, relative to the project."""

    name: str
    metric: str
    files: tuple[Path, ...]
    changed: tuple[Path, ...]


def start(root: Path, name: str, title: str, cadence: str, audience: str, taken: tuple[str, ...] = ()) -> Started:
    """Write a report into the project at `root`; `taken` are words that can be no name.

    UsageError for a name, cadence or audience that cannot be, or a report that is there; EntrepotError where the
    project lacks a place that the report needs. Then nothing is written.
    """
    _check(root, name, title, cadence, audience, taken)
    kind, number, days, word = CADENCES[cadence]
    known = [int(path.name[1:].partition("_")[0]) for path in (root / DEFINITIONS).glob("m[1-9]*_*.yaml")]
    metric = f"M{max([_FIRST_METRIC - 1, *known]) + 1}"
    words = {
        "name": name, "title": title, "lower_title": title[:1].lower() + title[1:], "cadence": cadence, "kind": kind,
        "number": number, "days": days, "cadence_word": word, "audience": audience, "metric": metric,
        "period": kind.replace("_", "-"),
    }  # fmt: skip
    places = {FILES / "metric.yaml": root / DEFINITIONS / f"{metric.lower()}_{name}.yaml"}
    for source in sorted((FILES / "report").rglob("*.*")):
        places[source] = root / "reports" / name / source.relative_to(FILES / "report")
    for source in sorted((FILES / "models").glob("*.*")):
        places[source] = root / MODELS / name / source.name.replace("rpt_", f"rpt_{name}__")
    changes = {PERIODS: _listed(root / PERIODS, name, kind), EXPOSURES: _exposed(root / EXPOSURES, words)}
    for source, place in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(filled(source.read_text(encoding="utf-8"), words), encoding="utf-8")
    for place, text in changes.items():
        (root / place).write_text(text, encoding="utf-8")
    return Started(name, metric, tuple(place.relative_to(root) for place in places.values()), tuple(changes))


def filled(text: str, words: dict[str, str]) -> str:
    """The text with each `<<word>>` replaced; KeyError for one that there is not."""
    return re.sub(r"<<(\w+)>>", lambda found: words[found[1]], text)


def _check(root: Path, name: str, title: str, cadence: str, audience: str, taken: tuple[str, ...]) -> None:
    if not _NAME.fullmatch(name) or name in taken or name in ("shared", "disclosure", "metrics", "outputs"):
        raise UsageError(
            f"`{name}` can be no name of a report: write lower case letters, digits and single underscores, such as "
            f"transit_annual, and no word that means something else ({', '.join((*taken, 'shared'))})."
        )
    if not re.fullmatch(r"[^<>{}\"'\\\n:#]+", title.strip()):
        raise UsageError(f"`{title}` can be no title: give words without quotes, colons, braces or marks of YAML.")
    if cadence not in CADENCES:
        raise UsageError(f"`{cadence}` is no cadence; expected one of {', '.join(CADENCES)}.")
    if audience not in AUDIENCES:
        raise UsageError(f"`{audience}` is no audience; expected one of {', '.join(AUDIENCES)}.")
    for place in (Path("reports") / name, MODELS / name):
        if (root / place).exists():
            raise UsageError(f"{place} is there already. Choose another name, or change that report.")


def _listed(file: Path, name: str, kind: str) -> str:
    """The list of reports with periods of their own, with one more."""
    text = _read(file)
    if text.count(_LAST_LINE) != 1:
        raise EntrepotError(f"{file} has no list of reports that ends as expected; add the report by hand.")
    return text.replace(_LAST_LINE, f"        ('{name}', '{kind}'),\n{_LAST_LINE}")


def _exposed(file: Path, words: dict[str, str]) -> str:
    return _read(file).rstrip("\n") + "\n\n" + filled(_read(FILES / "exposure.yml"), words)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise EntrepotError(
            f"{file} cannot be read: {error.strerror}. `report new` works in a checkout of the project."
        ) from error
