"""Editions: made once, whole or not at all, never changed; the list of them; a golden one."""

import hashlib
import json
import random
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html

from orchestration.errors import EntrepotError, NothingToReportError
from orchestration.publication import editions
from orchestration.publication.editions import list_editions, publish
from orchestration.publication.proof import edition_problems, head_of_edition
from orchestration.register import Register
from orchestration.releases.shelf import Pointer
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.steps import publish_due
from orchestration.tables import receipts
from orchestration.tracing.vintage import contents_at, vintage_of
from reports.declaration import ReportDeclaration
from reports.report_files import load_report
from tests.unit.reports import tiny

GOLDEN = Path(__file__).parents[2] / "golden" / "licensing_statistics_2025-Q4"
DESTINATIONS = "rpt_licensing_statistics__decisions_by_destination"


def put_warehouse(home: Home, tables, edition: int = 1, **more) -> None:
    """A release of the operator with these tables."""
    folder = home.releases / "operator"
    tiny.write_warehouse(folder / f"{edition}.duckdb", tables, **more)
    pointer = Pointer(edition, digest=f"{edition:064x}", built_from="test", view="everything", tables={})
    (folder / "current.json").write_text(json.dumps(vars(pointer)))


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Home:
    """A home with a release and nothing published, to copy."""
    home = Home(tmp_path_factory.mktemp("released"))
    put_warehouse(home, {**tiny.licensing(), **tiny.enforcement()})
    return home


@pytest.fixture
def home(tmp_path, released) -> Home:
    shutil.copytree(released.root, tmp_path / "home")
    return Home(tmp_path / "home")


def corrected() -> dict[str, tiny.Rows]:
    """The tiny world after a late correction: one value of one destination."""
    tables = {**tiny.licensing(), **tiny.enforcement()}
    for row in tables[DESTINATIONS]:
        if row["partner"] == tiny.MINISTRY and (row["is_total"] or row["destination_code"] == "US"):
            row["value_eur"] += Decimal("1000000.00")
    return tables


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_an_edition_holds_page_companions_pictures_and_manifest(home):
    edition = publish(home, "licensing_statistics", "2025-Q4")
    assert edition.folder == home.reports / "licensing_statistics" / "2025-Q4" / "2025-Q4-v1"
    assert (edition.id, edition.status, edition.is_new) == ("2025-Q4-v1", "Provisional", True)
    files = tree(edition.folder)
    listed = {entry["path"]: entry for entry in edition.manifest["files"]}
    assert set(files) == {*listed, "manifest.json"}
    for path, entry in listed.items():
        assert entry["bytes"] == len(files[path])
        assert entry["sha256"] == hashlib.sha256(files[path]).hexdigest()
    assert len([path for path in files if path.startswith("tables/")]) == 8
    assert edition.finding.startswith("Ministry of Trade of Arvenia: 456 decisions")


def test_the_manifest_names_the_submissions_that_the_edition_rests_on(home):
    manifest = publish(home, "licensing_statistics", "2025-Q4").manifest
    first = manifest["submissions"][0]
    assert (first["partner"], first["rows_read"], first["rows_accepted"]) == (tiny.ALLY, 10, 9)
    assert len(first["sha256"]) == 64
    assert manifest["contracts"][f"{tiny.MINISTRY}/feed"] == "1.0.0"
    assert tiny.PROSECUTION not in {row["partner"] for row in manifest["submissions"]}


def test_the_same_contents_stay_the_same_edition(home):
    first = publish(home, "licensing_statistics", "2025-Q4")
    before = tree(home.reports)
    put_warehouse(home, {**tiny.licensing(), **tiny.enforcement()}, edition=2)
    again = publish(home, "licensing_statistics", "2025-Q4")
    assert (again.id, again.is_new) == (first.id, False)
    assert tree(home.reports) == before


def test_a_correction_makes_a_new_edition_and_leaves_the_old_one_as_it_was(home):
    first = publish(home, "licensing_statistics", "2025-Q4")
    before = tree(first.folder)
    put_warehouse(home, corrected(), edition=2)
    with pytest.raises(EntrepotError, match=r"values.total.value_eur|must be equal|do not hold"):
        broken = corrected()
        broken[DESTINATIONS][0]["granted"] += 1
        put_warehouse(home, broken, edition=3)
        publish(home, "licensing_statistics", "2025-Q4")
    assert [edition.id for edition in list_editions(home)] == ["2025-Q4-v1"]
    put_warehouse(home, corrected(), edition=4)
    second = publish(home, "licensing_statistics", "2025-Q4")
    assert (second.id, second.status, second.manifest["replaces"]) == ("2025-Q4-v2", "Revised", "2025-Q4-v1")
    assert tree(first.folder) == before
    assert [edition.id for edition in list_editions(home)] == ["2025-Q4-v1", "2025-Q4-v2"]


def test_two_homes_with_the_same_data_publish_the_same_bytes(home, tmp_path):
    other = Home(tmp_path / "other")
    put_warehouse(other, {**tiny.licensing(), **tiny.enforcement()})
    for each in (home, other):
        publish(each, "licensing_statistics", "2025-Q4")
        publish(each, "enforcement", "2025-H2")
    one, two = tree(home.reports), tree(other.reports)
    assert one == two


def test_figures_that_do_not_hold_leave_nothing_behind(home):
    tables = tiny.licensing()
    tables[DESTINATIONS][0]["granted"] += 1
    put_warehouse(home, tables, edition=2)
    with pytest.raises(EntrepotError, match="its figures do not hold"):
        publish(home, "licensing_statistics", "2025-Q4")
    assert list_editions(home) == []
    assert not (home.reports / "index.html").exists()


def test_a_publisher_killed_while_writing_leaves_no_edition_and_the_next_one_sweeps(home, monkeypatch):
    def killed(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        patch.setattr(shutil, "rmtree", lambda *args, **kwargs: None)  # a killed process does not tidy up
        with pytest.raises(KeyboardInterrupt):
            publish(home, "licensing_statistics", "2025-Q4")
    shelf = home.reports / "licensing_statistics" / "2025-Q4"
    assert [path.name[:8] for path in shelf.iterdir()] == [".making-"]
    assert list_editions(home) == []
    publish(home, "licensing_statistics", "2025-Q4")
    assert [path.name for path in shelf.iterdir()] == ["2025-Q4-v1"]


def test_the_list_tells_report_period_status_finding_and_sizes(home):
    publish(home, "licensing_statistics", "2025-Q4")
    publish(home, "enforcement", "2025-H2", published_on=date(2026, 4, 1))
    put_warehouse(home, corrected(), edition=2)
    publish(home, "licensing_statistics", "2025-Q4")
    page = html.document_fromstring((home.reports / "index.html").read_text("utf-8"))
    text = " ".join(page.text_content().split())
    assert "Export control enforcement" in text and "July to December 2025" in text
    assert "Provisional · 2025-H2-v1 · published 1 April 2026" in text
    assert "Revised · 2025-Q4-v2 · release date 31 March 2026" in text
    assert "456 decisions, up 5.6\u00a0% on the quarter before" in page.text_content()
    assert "8 tables" in text
    for href in page.xpath("//main//a/@href"):
        if not href.startswith("#"):
            assert (home.reports / href.partition("#")[0]).is_file(), href
    assert not page.xpath("//script")


def test_the_register_keeps_a_new_edition_once(home):
    register = Register(home.register_url)
    publish(home, "enforcement", "2025-H2", register)
    publish(home, "enforcement", "2025-H2", register)
    kept = register.publications(kind="report")
    assert [(row["name"], row["period"], row["edition"]) for row in kept] == [("enforcement", "2025-H2", "2025-H2-v1")]
    assert kept[0]["path"] == "reports/enforcement/2025-H2/2025-H2-v1"
    register.close()


@pytest.mark.parametrize(
    ("report", "period", "message", "code"),
    [
        ("nonsense", "2025-Q4", "There is no report 'nonsense'", 2),
        ("enforcement", "2025-Q4", "appears for each half", 2),
        ("licensing_statistics", "1999-Q1", "There is nothing to report", 1),
        ("licensing_statistics", "../../x", "is no reporting period", 2),
    ],
)
def test_what_cannot_be_published_is_refused_in_a_sentence(home, report, period, message, code):
    with pytest.raises(EntrepotError, match=message) as refused:
        publish(home, report, period)
    assert refused.value.exit_code == code


def test_without_a_release_the_way_to_one_is_told(tmp_path):
    with pytest.raises(EntrepotError, match="no release for operator yet"):
        publish(Home(tmp_path), "enforcement", "2025-H2")


def test_a_release_without_the_reporting_table_is_told(home):
    tables = {**tiny.licensing(), **tiny.enforcement()}
    del tables[DESTINATIONS]
    put_warehouse(home, tables, edition=2)
    with pytest.raises(
        EntrepotError, match="has no reporting table 'rpt_licensing_statistics__decisions_by_destination'"
    ):
        publish(home, "licensing_statistics", "2025-Q4")


def test_a_damaged_manifest_is_told_with_its_place(home):
    edition = publish(home, "enforcement", "2025-H2")
    manifest = edition.folder / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("{")
    with pytest.raises(EntrepotError, match=r"manifest of the edition in .*2025-H2-v1 cannot be read"):
        editions.list_editions(home)


def test_every_changed_byte_of_an_edition_is_found(home):
    folder = publish(home, "enforcement", "2025-H2").folder
    assert edition_problems(folder) == []
    dice, missed = random.Random(3), []
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        content = path.read_bytes()
        path.chmod(0o644)
        manifest = path.name == "manifest.json"
        for place in dice.sample(range(len(content)), min(600 if manifest else 20, len(content))):
            flipped = content[place] ^ dice.randrange(1, 256)
            path.write_bytes(content[:place] + bytes([flipped]) + content[place + 1 :])
            if not edition_problems(folder):
                missed.append((path.name, place))
        path.write_bytes(content)
    assert missed == []
    assert edition_problems(folder) == []
    (folder / "more.csv").write_text("x")
    assert "was added to an edition" in edition_problems(folder)[0]
    (folder / "more.csv").unlink()
    files[0].unlink()
    assert "is missing from its edition" in edition_problems(folder)[0]


def test_the_manifest_names_the_newest_receipt(home):
    register = Register(home.register_url)
    assert head_of_edition(publish(home, "enforcement", "2025-H2", register).folder) is None
    with register.transaction() as connection:
        for position, head in ((1, "a" * 64), (2, "b" * 64)):
            values = {"position": position, "submission_id": str(position), "previous": "", "head": head, "body": "{}"}
            connection.execute(receipts.insert().values(**values))
    edition = publish(home, "licensing_statistics", "2025-Q4", register)
    assert edition.manifest["receipts"] == {"count": 2, "head": "b" * 64}
    assert head_of_edition(edition.folder) == "b" * 64
    register.close()


def test_the_golden_edition(home, request):
    """Byte for byte, but for the PDF and the workbook, which no review can read: other tests look into them. After a
    wanted change, delete the golden folder and run this test twice.
    """
    edition = publish(home, "licensing_statistics", "2025-Q4")
    made = {
        path: content
        for path, content in tree(edition.folder).items()
        if path != "manifest.json" and not path.endswith((".pdf", ".xlsx"))
    }
    if not GOLDEN.exists():
        for path, content in made.items():
            (GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / path).write_bytes(content)
        pytest.fail(f"The golden edition was missing and has been written to {GOLDEN}. Look at it, then run again.")
    golden = tree(GOLDEN)
    assert set(made) == set(golden)
    for path, content in golden.items():
        assert made[path] == content, f"{path} differs from the golden edition"


def test_a_period_without_rows_is_passed_over_and_said(home):
    catalogue = [{"report": "licensing_statistics", "period": period} for period in ("2025-Q4", "2026-Q1", "2026-Q2")]
    put_warehouse(home, {**tiny.licensing(), "rpt_catalogue__available_periods": catalogue}, 2)
    said: list[str] = []
    made = publish_due(Site.at(home), "licensing_statistics", date(2026, 6, 30), said.append)
    assert [edition.id for edition in made] == ["2025-Q4-v1"]
    assert said == ["licensing_statistics 2026-Q1: passed over, as none of its tables has a row for this period."]
    with pytest.raises(NothingToReportError, match=r"no reporting table of .* has a row for 2026-Q1"):
        publish(home, "licensing_statistics", "2026-Q1")


def test_an_edition_is_traced_by_the_tables_that_it_has_and_no_others(home, monkeypatch):
    """Its report has been given a table since, which no warehouse of its day holds."""
    site = Site.at(home)
    edition = publish(home, "enforcement", "2025-H2")
    report = load_report("enforcement")
    with vintage_of(edition, home, site.register) as vintage:
        monkeypatch.setattr("orchestration.tracing.vintage.load_report", lambda _: with_one_more(report))
        contents = contents_at(edition, vintage)
        assert set(contents.tables) == {table.name for table in report.tables}
        files = [*edition.manifest["files"], {"path": "tables/newer.csv"}]
        newer = replace(edition, manifest={**edition.manifest, "files": files})
        with pytest.raises(
            EntrepotError, match=r"built by other code .* it has no reporting table rpt_enforcement__newer"
        ):
            contents_at(newer, vintage)


def with_one_more(report: ReportDeclaration) -> ReportDeclaration:
    """The report with a table that no reporting model stands behind."""
    one = replace(report.tables[0], name="newer", model="rpt_enforcement__newer")
    first = replace(report.sections[0], tables=("newer", *report.sections[0].tables))
    return replace(report, tables=(*report.tables, one), sections=(first, *report.sections[1:]))
