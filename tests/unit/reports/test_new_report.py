"""`report new` writes all of a report or nothing: names that cannot be, places that are taken, no such project."""

import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.errors import EntrepotError, UsageError
from orchestration.new_report.write import EXPOSURES, PERIODS, filled, start
from orchestration.settings import PROJECT_ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for place in (EXPOSURES, PERIODS):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT_ROOT / place, tmp_path / place)
    shutil.copytree(PROJECT_ROOT / "reports" / "metrics", tmp_path / "reports" / "metrics")
    return tmp_path


def files(project: Path) -> dict[str, bytes]:
    return {str(path.relative_to(project)): path.read_bytes() for path in project.rglob("*") if path.is_file()}


@pytest.mark.parametrize("cadence", ["quarter", "half", "year"])
@pytest.mark.parametrize("audience", ["public", "restricted"])
def test_what_is_written_can_be_read_and_leaves_no_blank(project: Path, cadence: str, audience: str) -> None:
    made = start(project, "transit", "Transit", cadence, audience)
    assert all((project / path).is_file() for path in (*made.files, *made.changed))
    assert not [path for path in made.files if "<<" in (project / path).read_text(encoding="utf-8")]
    report = yaml.safe_load((project / "reports" / "transit" / "report.yaml").read_text(encoding="utf-8"))
    assert (report["title"], report["cadence"], report["audience"]) == ("Transit", cadence, audience)
    assert made.metric in {column.get("metric") for column in report["tables"][0]["columns"]}
    for path in made.files:
        if path.suffix == ".yml":
            assert yaml.safe_load((project / path).read_text(encoding="utf-8"))["version"] == 2
    assert f"('transit', '{'half_year' if cadence == 'half' else cadence}')," in (project / PERIODS).read_text()


def test_each_report_gets_a_metric_of_its_own(project: Path) -> None:
    first, second = (start(project, name, "Transit", "quarter", "restricted").metric for name in ("one", "two"))
    assert int(second[1:]) == int(first[1:]) + 1 > 41


@pytest.mark.parametrize(
    ("name", "title", "cadence", "audience", "told"),
    [
        ("Transit", "T", "quarter", "public", "`Transit` can be no name"),
        ("../transit", "T", "quarter", "public", "can be no name"),
        ("transit__x", "T", "quarter", "public", "can be no name"),
        ("publish", "T", "quarter", "public", "can be no name"),
        ("metrics", "T", "quarter", "public", "can be no name"),
        ("transit", "T: x", "quarter", "public", "can be no title"),
        ("transit", "{{ x }}", "quarter", "public", "can be no title"),
        ("transit", "", "quarter", "public", "can be no title"),
        ("transit", "T", "week", "public", "`week` is no cadence; expected one of quarter, half, year"),
        ("transit", "T", "quarter", "secret", "`secret` is no audience"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(
    project: Path, name: str, title: str, cadence: str, audience: str, told: str
) -> None:
    before = files(project)
    with pytest.raises(UsageError, match=told):
        start(project, name, title, cadence, audience, ("new", "publish"))
    assert files(project) == before


def test_a_report_that_is_there_stays_as_it_is(project: Path) -> None:
    start(project, "transit", "Transit", "quarter", "public")
    before = files(project)
    with pytest.raises(UsageError, match="reports/transit is there already"):
        start(project, "transit", "Other", "year", "restricted")
    assert files(project) == before


def test_a_project_without_its_list_of_reports_is_told(project: Path) -> None:
    (project / PERIODS).write_text("{# nothing #}\n")
    before = files(project)
    with pytest.raises(EntrepotError, match="add the report by hand"):
        start(project, "transit", "Transit", "quarter", "public")
    (project / PERIODS).unlink()
    with pytest.raises(EntrepotError, match="works in a checkout of the project"):
        start(project, "transit", "Transit", "quarter", "public")
    assert {**before, str(PERIODS): b""} == {**files(project), str(PERIODS): b""}


def test_a_word_that_nobody_gives_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("<<nobody>>", {"name": "x"})
