"""Metrics are defined once: read strictly, computed by models that exist, printed in the annex of who names them."""

import shutil
from pathlib import Path

import pytest
from lxml import html

from reports.declaration import HERE
from reports.errors import ReportError
from reports.metrics.catalogue import FOLDER, metrics
from reports.metrics.document import PAGE, document
from reports.report_files import available_reports, load_report
from tests.unit.reports.conftest import rendered

ROOT = Path(__file__).parents[3]
DBT = ROOT / "dbt_project"
MODELS = {path.stem for path in (DBT / "models").rglob("*.sql")}


@pytest.fixture
def changed(tmp_path):
    """All definitions with one file changed, read again."""

    def read(name: str, old: str, new: str):
        folder = tmp_path / "definitions"
        shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")
        return metrics(folder)

    return read


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("m3_refusal_rate.yaml", "numerator: Refusals.\n", "", "'numerator' is missing or empty"),
        ("m3_refusal_rate.yaml", "numerator: Refusals.", "numerator:", "'numerator' is missing or empty"),
        ("m3_refusal_rate.yaml", "numerator: Refusals.", "numerator: [Refusals]", "'numerator' must be one text"),
        ("m3_refusal_rate.yaml", "id: M3", "id: M3\ncolour: red", "'colour' is not an entry"),
        ("m3_refusal_rate.yaml", "id: M3", "id: M4", "the file named after it"),
        ("m3_refusal_rate.yaml", "id: M3", "id: three", "the file named after it"),
        ("m3_refusal_rate.yaml", "audience: public", "audience: everybody", "must be one of public, restricted"),
        ("m3_refusal_rate.yaml", "id: M3", "id: [", "is not readable YAML"),
        ("m13_inspection_hit_rate.yaml", "edge_cases:\n  -", "edge_cases:", "'edge_cases' must be a list of texts"),
    ],
)
def test_a_fault_in_a_definition_is_named_with_its_file(changed, name, old, new, message):
    with pytest.raises(ReportError, match=message) as caught:
        changed(name, old, new)
    assert name in str(caught.value)


def test_a_metric_is_defined_once(tmp_path):
    for name in ("m3_refusal_rate.yaml", "m3_again.yaml"):
        shutil.copy(FOLDER / "m3_refusal_rate.yaml", tmp_path / name)
    with pytest.raises(ReportError, match="two files define M3"):
        metrics(tmp_path)


@pytest.mark.parametrize("metric", metrics().values(), ids=lambda metric: metric.id)
def test_what_computes_a_metric_exists(metric):
    assert {name for name in metric.computed_by if name not in MODELS and not (ROOT / name).is_file()} == set()


def test_all_twenty_are_defined():
    assert list(metrics())[:20] == [f"M{number}" for number in range(1, 21)]
    restricted = {metric.id for metric in metrics().values() if metric.audience == "restricted"}
    assert restricted == {"M8", "M16", "M20", "M21", "M22"}


LISTS_OF_CASES = {"refusals_denials_cases"}  # they list records and measure nothing


@pytest.mark.parametrize("name", available_reports())
def test_every_report_names_metrics_that_its_models_compute(name):
    report = load_report(name)
    assert report.metrics or name in LISTS_OF_CASES, f"{name} names no metric"
    for metric in report.metrics:
        assert report.prints(metric), f"{metric} is named by columns only that are not printed"


def test_the_annex_defines_exactly_the_metrics_that_the_tables_name(report):
    page = html.document_fromstring(rendered(report).files["index.html"].decode("utf-8"))
    declared = load_report(report)
    said = [heading.text_content() for heading in page.xpath("//section[@id='definitions']/section/h3")]
    assert said == [f"{name}. {metrics()[name].name}" for name in declared.metrics]
    for name in declared.metrics:
        annex = page.xpath(f"//section[@id='metric-{name.lower()}']")[0]
        text = " ".join(annex.text_content().split())
        assert metrics()[name].numerator in text
        assert all(sentence in text for sentence in metrics()[name].edge_cases)
        links = {link[1:] for link in annex.xpath(".//a/@href")}
        assert links and links <= set(page.xpath("//@id"))


@pytest.mark.parametrize(
    ("metric", "audience", "message"),
    [("M99", "public", "prints the metric 'M99'"), ("M20", "public", "which no public report may hold")],
)
def test_a_report_names_only_metrics_that_it_may_print(tmp_path, monkeypatch, metric, audience, message):
    folder = tmp_path / "definitions"
    shutil.copytree(FOLDER, folder)
    restricted = (folder / "m3_refusal_rate.yaml").read_text("utf-8")
    restricted = restricted.replace("id: M3", "id: M20").replace("audience: public", "audience: restricted")
    for path in folder.glob("m20_*.yaml"):
        path.unlink()
    (folder / "m20_restricted.yaml").write_text(restricted, "utf-8")
    monkeypatch.setattr("reports.report_files.metrics", lambda: metrics(folder))
    text = (HERE / "licensing_statistics" / "report.yaml").read_text("utf-8")
    (tmp_path / "licensing_statistics").mkdir()
    (tmp_path / "licensing_statistics" / "report.yaml").write_text(text.replace("metric: M4", f"metric: {metric}"))
    with pytest.raises(ReportError, match=message):
        load_report("licensing_statistics", tmp_path)


def test_the_page_of_all_definitions_is_up_to_date():
    assert PAGE.read_text("utf-8") == document(), "run `python -m reports.metrics.document` and commit docs/metrics.md"
