"""Printed figures traced to their rows, and computed again by plain SQL on the facts that shares nothing with them."""

import csv
import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest
from lxml import html

from orchestration.errors import EntrepotError
from orchestration.publication.drafts import list_drafts
from orchestration.publication.shelf import Edition, list_editions
from orchestration.register_seal import renew
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.tracing.account import Follower, account_of
from orchestration.tracing.clearance import OUTWARD
from orchestration.tracing.pages import twin
from orchestration.tracing.printed import Printed, cells, edition_named
from orchestration.tracing.provenance import Provenance
from orchestration.tracing.rounding import Roundings
from orchestration.tracing.trace import Trace, document, trace
from orchestration.tracing.vintage import vintage_of
from reports.context import Contents, undisclosed
from reports.figures import SYMBOLS, writer
from reports.periods import Period
from reports.report_files import available_reports, load_report
from reports.tables import PrintedRow
from tests.integration.conftest import Built, entrepot
from tests.integration.plain_figures import PLAIN, computed, of_scorecard
from tests.integration.traced_rows import Rows

SEED, CELLS = 20251124, 10
HEADLINE = {
    "licensing_statistics": {
        **dict.fromkeys(
            ("decisions", "granted", "refused", "nlr", "withdrawn", "stopped", "revoked", "refusal_share"),
            ("decisions_by_type_and_outcome", ""),
        ),
        "lines": ("decisions_by_rating", "lines"), "value_granted_eur": ("values", "value_eur"),
        "with_known_clock": ("processing_times", ""), "median_working_days": ("processing_times", "median_days"),
        "share_within_20": ("processing_times", ""), "share_within_60": ("processing_times", ""),
    },
    "enforcement": {
        **dict.fromkeys(("inspections", "irregular", "hit_share", "declarations"), ("inspections_by_trigger", "")),
        "inspections_per_1000": ("inspections_by_trigger", ""),
        "seizures": ("seizures_by_goods", ""), "value_seized_eur": ("seizures_by_goods", "value_eur"),
        "cases_opened": ("cases", "opened"), "cases_concluded": ("cases", "concluded"),
        "penalties": ("penalties", ""), "amount_eur": ("penalties", ""),
    },
}  # fmt: skip
# What a change is of, and how many periods back the earlier figure lies.
CHANGED = {
    "decisions_by_type_and_outcome": "decisions", "decisions_by_destination": "decisions",
    "decisions_by_rating": "lines", "values": "value_eur", "refusals_by_criterion": "refusals",
    "inspections_by_trigger": "inspections",
    "seizures_by_goods": "seizures", "seizures_by_destination": "seizures", "cases": "opened", "penalties": "penalties",
}  # fmt: skip
OF_TOTAL = re.compile(r"^share_of_(\w+)$")
BACK = re.compile(r"^(?:(\w+)_previous|previous|change_on)_(quarter|half|year)$")


@pytest.fixture(scope="module")
def home(sample_home: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample home: traces stand in the access log, and others seal the register."""
    copy = tmp_path_factory.mktemp("traced") / "home"
    shutil.copytree(sample_home.untouched, copy, copy_function=shutil.copy2)
    return copy


class Again:
    """Computes cells of one edition again."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, edition: Edition) -> None:
        self.connection = connection
        self.report = edition.report
        self.period = Period.parse(edition.period)

    def figure(self, cell: Printed, keys: dict[str, str]) -> Decimal | None:
        if self.report == "data_quality_scorecard" and cell.table != "rules":
            period = Period.parse(cell.key) if cell.table == "trend" else self.period
            return of_scorecard(self.connection, cell.column, cell.partner, period, keys.get("feed"))
        if cell.table in ("headline", "trend"):
            measure, period = cell.key, self.period
            if cell.table == "trend":
                names = {
                    "value_eur": "value_granted_eur" if self.report == "licensing_statistics" else "value_seized_eur"
                }
                names["median_days"] = "median_working_days"
                measure, period = names.get(cell.column, cell.column), Period.parse(cell.key)
            table, column = HEADLINE[self.report][measure]
            shares = measure.startswith(("share", "refusal_share", "hit_share"))
            base = replace(cell, table=table, column=column or measure)
            if cell.table == "headline" and (found := BACK.match(cell.column)):
                now, then = self.one(base, {}, period), self.one(base, {}, period.shifted(-self.back(found[2])))
                if not cell.column.startswith("change"):
                    return then
                return now - then if shares and now is not None and then is not None else change(now, then)
            return self.one(base, {}, period)
        return self.one(cell, keys, self.period)

    def back(self, word: str) -> int:
        return {"quarter": 1, "half": 1, "year": 4 if self.period.kind == "Q" else 2}[word]

    def one(self, cell: Printed, keys: dict[str, str], period: Period) -> Decimal | None:
        plain = PLAIN[self.report][cell.table]
        asked = lambda column, keys=keys, period=period: computed(  # noqa: E731
            self.connection, plain, column, cell.partner, period, keys
        )
        if cell.column in plain.columns or cell.column in (plain.apart or {}):
            return asked(cell.column)
        if cell.column == "share_of_refusals":
            return over(asked("refusals"), asked("all_refusals"))
        if cell.column == "share_of_rows":
            return over(asked("rows_kept_out"), asked("rows_read"))
        if cell.column == "inspections_per_1000":
            return over(asked("inspections", period=period), asked("declarations", period=period), 1000)
        if found := OF_TOTAL.match(cell.column):
            column = "value_eur" if found[1] == "value" else found[1]
            return over(asked(column), asked(column, {}))
        found = BACK.match(cell.column)
        assert found, f"no plain SQL for {cell.table}.{cell.column}"
        column = found[1] or CHANGED[cell.table]
        earlier = asked(column, period=period.shifted(-self.back(found[2])))
        return change(asked(column), earlier) if cell.column.startswith("change") else earlier


def over(above: Decimal | None, below: Decimal | None, per: int = 1) -> Decimal | None:
    return per * above / below if above is not None and below else None


def change(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    return (now - then) / then if now is not None and then else None


def editions(home: Path) -> Iterator[Edition]:
    yield from (*list_editions(Home(home)), *list_drafts(Home(home)))


def shown(edition: Edition) -> list[Printed]:
    """The cells of an edition that show a number, in an order that does not change."""
    known = [cell for cell in cells(edition) if cell.text and cell.text not in SYMBOLS]
    return sorted(known, key=lambda cell: cell.id)


def drawn(among: list[Printed]) -> list[Printed]:
    """Ten of these, the same ten each time; all where there are fewer."""
    return random.Random(SEED).sample(among, min(CELLS, len(among)))


def is_computable(cell: Printed, edition: Edition) -> bool:
    """Whether there is plain SQL for it: all but rows of the rest, stocks, and headline figures of no other table."""
    if edition.report not in PLAIN or cell.key == "remainder" or cell.column == "open_at_end":
        return False
    if cell.table == "headline":
        return cell.key in HEADLINE[edition.report]
    return cell.table == "trend" or cell.table in PLAIN[edition.report]


def check_drawn(home: Path, edition: Edition) -> None:
    """Ten cells, and ten of which there is plain SQL, are traced; they are what their rows give, and what SQL gives."""
    site, write = Site.at(Home(home)), writer("en_GB")
    there = shown(edition)
    chosen = {cell.id: cell for cell in (*drawn(there), *drawn([one for one in there if is_computable(one, edition)]))}
    with vintage_of(edition, site.home, site.register) as vintage:
        contents = undisclosed(load_report(edition.report), Period.parse(edition.period), vintage.tables)
        follower = Follower(contents, vintage)
        provenance = Provenance(vintage.connection, site.home, site.register, None)
        again, roundings = Again(vintage.connection, edition), Roundings(site.home, edition)
        for cell in chosen.values():
            figure = account_of(cell, contents, follower)
            told = {id(of): provenance.told(of.rows) for of in figure.fact_rows}
            rounding = roundings.of(cell)
            assert Trace(edition, cell, figure, "operator", "", True, told, rounding=rounding).differences == []
            if rounding is not None:
                continue  # what it is rounded from is traced in a test of its own
            row = row_of(contents, cell)
            form = row.cell(cell.column).format
            given = Rows(vintage.connection, told).figure(figure, form)
            assert write(places(given, form), form) == cell.text, (cell, given)
            if is_computable(cell, edition):
                keys = {name: str(row.source[name]) for name in contents.report.table(cell.table).key}
                value = again.figure(cell, {} if row.kind == "total" else keys)
                assert write(places(value, form), form) == cell.text, (cell, value)


def row_of(contents: Contents, cell: Printed) -> PrintedRow:
    part = contents.tables[cell.table].part(cell.partner)
    assert part is not None
    return next(row for row in (*part.rows, *part.short) if row.key == cell.key)


def places(value: Decimal | None, form: str) -> Decimal | None:
    """As reporting tables hold it: ratios to three places."""
    if value is not None and form in ("share", "change", "points", "rate"):
        return value.quantize(Decimal("0.001"), ROUND_HALF_UP)
    return value


@pytest.mark.parametrize("report", sorted(set(available_reports()) - {"revision_notice"}))
def test_ten_cells_of_each_report_lead_to_rows_that_give_them_by_plain_sql(home: Path, report: str) -> None:
    found = [edition for edition in editions(home) if edition.report == report]
    assert found, "the sample makes no edition of it: nothing of it is traced"
    for edition in found:
        check_drawn(home, edition)


@pytest.mark.slow
def test_ten_cells_of_the_real_quarter_are_what_plain_sql_gives(real_licences: Path) -> None:
    made = entrepot(real_licences, "report", "licensing_statistics", "--period", "2014-Q4")
    assert made.returncode == 0, made.stderr
    check_drawn(real_licences, next(one for one in editions(real_licences) if one.period == "2014-Q4"))
    renew(Home(real_licences))  # as the command does: traces stand in the access log


def test_a_trace_names_file_and_row_as_the_partner_handed_them_in(home: Path) -> None:
    told = traced(home, "4", "trade_ministry.total.granted")
    assert told["printed"] == told["figure"]["evidence"]["gives"]
    rows = told["figure"]["evidence"]["rows"]
    assert len(rows) == int(told["printed"])
    landing = home / "landing" / "trade_ministry"
    for row in rows:
        with (landing / row["submission"]["file_name"]).open(encoding="utf-8", newline="") as file:
            given = list(csv.reader(file, delimiter=";"))[row["source_row_number"]]
        assert row["record_ref"] in given
    assert told["warehouse"]["is_in_force"] is True


def test_a_ratio_is_followed_above_and_below_the_line_and_a_median_to_values_in_order(home: Path) -> None:
    share = traced(home, "headline", "trade_ministry.refusal_share.change_on_quarter")["figure"]
    assert [part["is"] for part in share["parts"]] == ["now", "then"]
    now = share["parts"][0]["parts"][0]
    assert now["is"] == "the same as"
    above, *below = now["parts"]
    assert (above["is"], {part["is"] for part in below}) == ("above the line", {"below the line"})
    assert len(above["evidence"]["rows"]) == int(above["evidence"]["gives"])
    days = traced(home, "processing_times", "trade_ministry.total.median_days")["figure"]["evidence"]
    values = [row["days"] for row in days["rows"]]
    assert values == sorted(values)
    assert values[(len(values) + 1) // 2 - 1] == int(days["gives"])


def test_the_command_writes_every_row_and_says_which_names_there_are(home: Path, tmp_path: Path) -> None:
    name = edition_of(home)
    out = tmp_path / "rows.csv"
    done = entrepot(home, "trace", name, "7", "trade_ministry.total.decided", "--output", str(out))
    assert done.returncode == 0, done.stderr
    assert "rpt_evidence__applications" in done.stdout
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert f"{len(rows):,} rows" in done.stdout
    assert all(row["file_name"] and row["source_row_number"] for row in rows)
    unknown = entrepot(home, "trace", name, "7", "trade_ministry.total.decidid")
    assert (unknown.returncode, "Traceback" in unknown.stderr) == (2, False)
    assert "total.decided" in unknown.stderr


def edition_of(home: Path) -> str:
    return next(f"{one.report}/{one.id}" for one in editions(home) if one.report == "licensing_statistics")


def test_a_rounded_figure_leads_to_the_rows_that_it_stands_for_and_for_others_to_the_rule(home: Path) -> None:
    site = Site.at(Home(home))
    edition = [one for one in editions(home) if one.report == "transparency_annual"][-1]
    name = f"transparency_annual/{edition.id}"
    roundings = Roundings(site.home, edition)
    rounded = [cell for cell in cells(edition) if (made := roundings.of(cell)) and made.number is not None]
    assert rounded and {cell.table for cell in rounded} == {"checks_by_region"}
    for cell in rounded:
        found = trace(site, name, cell.table, cell.id)
        rounding, rows = roundings.of(cell), len(found.rows(found.figure.rows))
        assert found.differences == [] and found.printed.text == format(rounding.number, "f")
        assert rounding.may_stand_for(Decimal(rows)) and not rounding.may_stand_for(Decimal(rows + 5))
        wrong = replace(found, figure=replace(found.figure, value=Decimal(rows + 5)))
        assert "does not stand for" in wrong.differences[0]
    assert document(found)["rounding"]["profile"] == "round5"
    with pytest.raises(
        EntrepotError, match=r"is printed as \d+, by the profile round5: Counts are rounded .* not shown to customs"
    ):
        trace(site, name, cell.table, cell.id, reader="customs_service")
    pages = {
        path: content.decode() for path, content in twin(site, edition, "operator").items() if path.endswith(".html")
    }
    assert f"{found.printed.text} ({len(found.rows(found.figure.rows))})" in "".join(pages.values())
    renew(site.home)


def traced(home: Path, table: str, cell: str) -> dict[str, object]:
    return document(trace(Site.at(Home(home)), edition_of(home), table, cell))


def test_a_confidential_figure_is_traced_for_those_alone_who_see_everything(home: Path) -> None:
    site, name = Site.at(Home(home)), edition_of(home)
    hidden = next(one for one in cells(edition_named(site.home, name)) if one.is_hidden)
    told = trace(site, name, hidden.table, hidden.id)
    assert told.figure.value is not None
    assert told.differences == []
    with pytest.raises(EntrepotError) as refused:
        trace(site, name, hidden.table, hidden.id, reader=hidden.partner)
    assert str(refused.value) == f"{hidden.id} is not shown to {hidden.partner}, and neither is what it is made of."
    assert [row["outcome"] for row in site.register.accesses(hidden.partner)][-1] == "refused"


def test_a_partner_is_told_his_own_rows_whole_and_of_others_what_markings_allow(home: Path) -> None:
    site, name = Site.at(Home(home)), edition_of(home)
    of = "decisions_by_type_and_outcome", "trade_ministry.total.decisions"
    own = trace(site, name, *of, reader="trade_ministry")
    (rows,) = own.told.values()
    assert {row["partner"] for row in rows} == {"trade_ministry"}
    assert all(row["submission"]["file_name"] for row in rows)
    other = trace(site, name, *of, reader="customs_service")
    (seen,) = other.told.values()
    assert 0 < len(seen) <= len(rows)
    assert {frozenset(row) for row in seen} == {frozenset(OUTWARD)}
    assert (other.figure.rows is not None, other.figure.rows and other.figure.rows.figure) == (True, None)
    outside = trace(site, name, *of, reader="allied_licensing_authority")
    assert [row for told in outside.told.values() for row in told] == []
    with pytest.raises(EntrepotError, match="may not see every row"):
        twin(site, edition_named(site.home, name), "customs_service")


def test_an_edition_is_traced_in_the_warehouse_that_it_was_made_from(home: Path, tmp_path: Path) -> None:
    shutil.copytree(
        home, tmp_path / "home", ignore=shutil.ignore_patterns("dagster", "logs"), copy_function=shutil.copy2
    )
    site, name = Site.at(Home(tmp_path / "home")), edition_of(home)
    shelf = site.home.releases / "operator"
    pointer = json.loads((shelf / "current.json").read_text("utf-8"))
    made_from = shelf / f"{pointer['edition']}.duckdb"
    newer = shelf / f"{pointer['edition'] + 1}.duckdb"
    shutil.copyfile(made_from, newer)
    with duckdb.connect(str(newer)) as connection:
        connection.execute("delete from fct_decisions")
    (shelf / "current.json").write_text(json.dumps(pointer | {"edition": pointer["edition"] + 1, "digest": "0" * 64}))
    found = trace(site, name, "4", "trade_ministry.total.granted")
    assert found.is_in_force is False
    assert found.differences == []
    made_from.unlink()
    with pytest.raises(EntrepotError, match=r"moved on since .* `entrepot as-known-on \d{4}-\d{2}-\d{2} --out DIR"):
        trace(site, name, "4", "trade_ministry.total.granted")


def test_the_twin_of_an_edition_links_every_figure_of_its_page_to_rows(home: Path) -> None:
    edition = edition_named(Home(home), "enforcement/2025-H2-v1")
    files = twin(Site.at(Home(home)), edition, "operator")
    page = html.document_fromstring(files["index.html"])
    figures = page.xpath("//td[@id]")
    assert figures
    for node in figures:
        (link,) = node.xpath("a/@href")
        name, _, anchor = link.partition("#")
        assert anchor == node.get("id")
        assert f'id="{anchor}"'.encode() in files[name]
    assert "Not for publication" in page.text_content()
