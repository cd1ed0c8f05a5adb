"""One licence is withdrawn after publication: what the two editions give away is what the sign-off names."""

import csv
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration import steps
from orchestration.contracts.load import load_contracts
from orchestration.errors import EntrepotError
from orchestration.publication import decisions, sign_offs
from orchestration.publication.policy import PublicationPolicy
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.submissions.receive import submit
from tests.integration.conftest import Built, entrepot

REPORT, PERIOD, FIRST, REVISED = "licensing_statistics", "2025-Q4", "2025-Q4-v1", "2025-Q4-v2"
# Of an application with one line, which is therefore of one class in every table.
VALUE = """
    select sum(value_eur) from reporting.rpt_licensing_facts__granted_lines
    where partner = 'trade_ministry' and application_ref = ? having count(*) = 1
"""
NAMED = re.compile(r"row '(.+?)', column '(.+?)' \(2025-Q4\), against 2025-Q4-v1")

NUMBER = re.compile(r"\d+(\.\d+)?")


@pytest.fixture(scope="module")
def withdrawn(sample_home: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Decimal]:
    """A home after the withdrawal of one decision, as far as the release, and what its licence was worth."""
    root = tmp_path_factory.mktemp("withdrawn")
    home = root / "home"
    shutil.copytree(sample_home.untouched, home, copy_function=shutil.copy2)
    lines = (home / "landing/trade_ministry/decisions_2025Q4.csv").read_text(encoding="cp1252").splitlines()
    with duckdb.connect(str(home / "releases/operator/1.duckdb"), read_only=True) as release:
        number, value = next(
            (number, value)
            for number, application, *_ in (line.split(";") for line in lines if ";GRANTED;" in line)
            for value in (row[0] for row in release.execute(VALUE, [application]).fetchall())
            if value
        )
    file = root / "withdrawal.csv"
    file.write_text(f"Decision No\n{number}\n", encoding="cp1252")
    register = Register(Home(home).register_url)
    submit(Home(home), register, load_contracts(), file, "trade_ministry/decisions", PERIOD, "withdrawal")
    register.close()
    for command in (("run", "--until", "warehouse"), ("release", "operator")):
        done = entrepot(home, *command)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return home, value


def test_what_one_withdrawn_licence_gives_away_is_named_and_the_edition_goes_out_knowingly(
    withdrawn: tuple[Path, Decimal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        PublicationPolicy, "signs_itself", lambda *_: False
    )  # as if the agencies were none of the sample
    folder, value = withdrawn
    site = Site.at(Home(folder))
    first = {path: path.read_bytes() for path in (site.home.reports / REPORT / PERIOD / FIRST).rglob("*.*")}
    draft = steps.publish_report(site, REPORT, PERIOD)
    assert (draft.id, draft.status, draft.state) == (REVISED, "Revised", "draft, held for its differences")

    # Whoever has both editions: their own list of changes says which figures fell by just what one licence was worth.
    with (site.home.drafts / ".held" / REPORT / PERIOD / REVISED / "revisions.csv").open(encoding="utf-8") as lines:
        given_away = [line for line in csv.DictReader(lines) if fell_by(line["before"], line["after"]) == value]
    assert len(given_away) >= 2

    with pytest.raises(EntrepotError) as refused:
        steps.sign_off(site, REPORT, REVISED, "head_of_statistics", "Ada")
    named = NAMED.findall(str(refused.value))
    by_place = {(line["row"], line["column"]): (Decimal(line["before"]), Decimal(line["after"])) for line in given_away}
    assert {by_place[place] for place in named} == set(by_place.values())
    assert str(refused.value).count("the difference is one exporter's") == len(named) == draft.differences
    told = decisions.differences_of(site.home, REPORT, PERIOD, REVISED)
    assert {Decimal(one["difference"]) for one in told} == {-value}

    out = steps.sign_off(site, REPORT, REVISED, "head_of_statistics", "Ada", although_differences="The total is due.")
    assert out.is_published
    assert {path: path.read_bytes() for path in first} == first
    assert [row.although_differences for row in sign_offs.history(site.register, REPORT, REVISED)] == [
        "The total is due."
    ]

    # The year says the same of the same licence: its draft is judged against what is out by now.
    year = steps.publish_report(site, "transparency_annual", "2025")
    assert {
        Decimal(one["difference"]) for one in decisions.differences_of(site.home, year.report, year.period, year.id)
    } <= {-value}
    site.register.close()
    listed = json.loads(entrepot(folder, "reports", "--json").stdout)
    assert [line["although_differences"] for line in listed if line["edition"] == REVISED] == ["The total is due."]
    verified = entrepot(folder, "verify")
    assert verified.returncode == 0, verified.stdout


def fell_by(before: str, after: str) -> Decimal | None:
    """By how much a figure fell; None where either is none."""
    return Decimal(before) - Decimal(after) if NUMBER.fullmatch(before) and NUMBER.fullmatch(after) else None
