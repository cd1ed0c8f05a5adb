"""The risk method: read as written, refused where it is not sound, and in step with what dbt joins."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.contracts.risk_method import FILE, INDICATORS, generated_lists, load_methods
from orchestration.errors import ContractError

ROOT = Path(__file__).parents[2]
ORDINAL = re.compile(r"\b(?:avg|mean|median|stddev\w*|quantile_cont)\s*\(\s*(?:\w+\.)?(?:risk_)?band\w*", re.I)


def test_the_generated_lists_are_up_to_date() -> None:
    for path, text in generated_lists(load_methods()).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `entrepot contracts generate`"


def test_points_decide_the_band() -> None:
    method = load_methods()[-1]
    limits = [band.least_points for band in method.bands]
    assert [method.band_of(limit) for limit in limits] == [1, 2, 3, 4, 5]
    assert [method.band_of(limit - 1) for limit in limits[1:]] == [1, 2, 3, 4]
    assert method.band_of(10_000) == 5


def test_every_indicator_is_found_by_a_model() -> None:
    folder = ROOT / "dbt_project/models/intermediate/risk"
    found = set(
        re.findall(r"'([a-z_]+)' as indicator_id", " ".join(p.read_text("utf-8") for p in folder.glob("*.sql")))
    )
    assert found == set(INDICATORS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version: "1.0"', "version: 1.0", "is a text"),
        ("points: 35", "points: 350", "no whole number from 0 to 100"),
        ("id: party_denied", "id: party_refused", "given twice"),
        ("id: party_denied", "id: shoe_size", "is no indicator"),
        ("least_points: 25", "least_points: 5", "the bands are 1 to 5"),
        ('valid_from: "2024-01-01"', 'valid_from: "1 May"', "is not a day"),
        ("  approved_by: Interagency working group on export control risk\n", "", "a version of the method has"),
    ],
)
def test_an_unsound_method_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "risk_method.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractError, match=rf"risk_method\.yaml:\d+: .*{said}"):
        load_methods(path)


def test_versions_follow_each_other(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    newest, path = load_methods()[-1], tmp_path / "risk_method.yaml"
    start = f'- version: "{newest.version}"'
    again = start.replace(newest.version, "9.9") + text.split(start)[1]
    path.write_text(text + again, encoding="utf-8")
    with pytest.raises(ContractError, match=r"version 9\.9 must have a number of its own"):
        load_methods(path)
    path.write_text(text + again.replace(f'"{newest.valid_from}"', '"2099-01-01"'), encoding="utf-8")
    assert [method.version for method in load_methods(path)][-2:] == [newest.version, "9.9"]


def averages(text: str) -> list[str]:
    """Where a text takes the mean of a band: bands are ordinals."""
    return ORDINAL.findall(text)


@pytest.mark.parametrize(
    "read", [lambda: ROOT / "dbt_project", lambda: ROOT / "reports", lambda: ROOT / "orchestration"]
)
def test_bands_are_never_averaged(read: Callable[[], Path]) -> None:
    files = [
        p for p in read().rglob("*") if p.suffix in {".sql", ".j2", ".py", ".yaml", ".yml"} and "target" not in p.parts
    ]
    assert files
    assert [path.name for path in files if averages(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "text", ["select avg(risk_band) from a", "median(s.band)", "AVG( scores.risk_band_in_common )"]
)
def test_an_average_of_bands_would_be_noticed(text: str) -> None:
    assert averages(text)
