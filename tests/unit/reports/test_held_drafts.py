"""A draft whose differences tell of few exporters: held until more corrections come, or let out knowingly, and the page
says nothing of it.
"""

import csv
import json
import shutil
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration import register_seal, steps
from orchestration.cli import app as cli
from orchestration.cli.cycle import warning_of
from orchestration.errors import EntrepotError, UsageError
from orchestration.publication import decisions, differences, sign_offs
from orchestration.publication.drafts import draft_of, list_drafts
from orchestration.publication.editions import list_editions, publish
from orchestration.register import Register
from orchestration.settings import Home
from reports.disclosure.differences import NOT_KNOWN
from tests.security.published.test_revised_editions import CORRECTIONS, corrected_by
from tests.unit.reports import tiny
from tests.unit.reports.test_editions import put_warehouse, tree
from tests.unit.reports.test_revisions import differing, marked, page_of
from tests.unit.reports.test_sign_off import AUTHORITY, EDITION, REPORT, ROLE, Office

REVISED = "2025-H2-v2"
REASON = "Parliament asked for the corrected total."
ALONE, TOGETHER = CORRECTIONS["one firm"], CORRECTIONS["three firms alike"]


class Customs(Office):
    """An office whose customs say who exported what they seized, after the corrections that are named."""

    def deliver(self, edition: int = 1, corrections=()) -> None:
        tables = tiny.enforcement()
        corrected_by(corrections or [])(tables)
        for rows in tables.values():
            for row in rows:
                row["partner"] = row["partner"].replace(tiny.CUSTOMS, AUTHORITY)
        put_warehouse(self.home, tables, edition, names={**tiny.NAMES, AUTHORITY: ("Coast Guard", "Coast Guard")})

    def revise(self, corrections, edition: int = 2):
        self.deliver(edition, corrections)
        return self.publish()

    def draft(self):
        return draft_of(self.home, REPORT, tiny.HALF, self.register)

    def sign(self, edition: str = REVISED, although: str = ""):
        return steps.sign_off(self.site, REPORT, edition, ROLE, "Ada", although_differences=although)


@pytest.fixture
def customs(tmp_path: Path) -> Customs:
    """After the first edition of the half-year is out."""
    office = Customs(tmp_path / "home")
    office.publish()
    assert office.sign(EDITION).is_published
    return office


def told(office: Customs, edition: str = REVISED):
    return decisions.differences_of(office.home, REPORT, tiny.HALF, edition)


def values(folder: Path) -> dict[str, str]:
    with (folder / "tables/seizures_by_goods.csv").open() as file:
        return {row["category"]: row["value_eur"] for row in csv.DictReader(file)}


def test_what_one_firm_corrected_is_drafted_and_not_signed_off(customs):
    first = tree(list_editions(customs.home)[0].folder)
    draft = customs.revise(ALONE)
    assert (draft.id, draft.state) == (REVISED, "draft, held for its differences")
    with pytest.raises(EntrepotError) as refused:
        customs.sign()
    said = str(refused.value)
    # Every cell once, with the edition against which it tells; the total is named where it first stands.
    assert said.count(f"against {EDITION}: the difference is one exporter's") == draft.differences == 2
    assert "Table 1a, row 'Value seized', column 'This half-year' (2025-H2)" in said
    assert "row 'Electronics', column 'Value'" in said
    assert "Hold the draft until further corrections come" in said
    assert '--although-differences "REASON"' in said
    assert "\n" not in said
    assert [one.id for one in list_editions(customs.home)] == [EDITION]
    assert tree(list_editions(customs.home)[0].folder) == first
    assert sign_offs.history(customs.register, REPORT, REVISED) == []


def test_let_out_knowingly_it_appears_and_the_reason_stays_with_the_signature(customs):
    first = list_editions(customs.home)[0]
    before = tree(first.folder)
    held = tree(customs.home.drafts / ".held" / REPORT / tiny.HALF / customs.revise(ALONE).id)
    out = customs.sign(although=f" {REASON} ")
    assert out.is_published
    assert tree(out.folder) == held
    assert tree(first.folder) == before
    assert marked(page_of(out)) == differing(first, out)
    assert {"4.3.value_eur", "4.total.value_eur"} <= marked(page_of(out))
    assert values(out.folder)["Electronics"] != values(first.folder)["Electronics"]
    [row] = sign_offs.history(customs.register, REPORT, REVISED)
    assert (row.verdict, row.although_differences) == ("signed off", REASON)
    assert list(sign_offs.let_out_knowingly(customs.register)) == [(REPORT, REVISED)]


def test_readers_get_the_same_bytes_whether_a_difference_tells_or_nobody_asked(customs, tmp_path, monkeypatch):
    draft = customs.revise(ALONE)
    record = customs.home.disclosure / REPORT / tiny.HALF / f"{REVISED}.json"
    assert json.loads(record.read_text())["value_seized"]["differences"]
    monkeypatch.setattr(differences, "judged", lambda *arguments: arguments[-1])
    other = Customs(tmp_path / "other")
    other.publish()
    other.sign(EDITION)
    unguarded = other.revise(ALONE)
    assert (draft.differences, unguarded.differences) == (2, 0)
    assert tree(unguarded.folder) == tree(draft.folder)
    waiting = [tree(office.home.drafts / ".held" / REPORT / tiny.HALF / REVISED) for office in (customs, other)]
    assert waiting[0] == waiting[1]


def test_further_corrections_are_taken_in_and_the_draft_goes_out(customs):
    customs.revise(ALONE)
    draft = customs.revise(TOGETHER, edition=3)
    assert (draft.id, draft.state, told(customs)) == (REVISED, "draft for sign-off", [])
    assert customs.sign().is_published
    assert sign_offs.let_out_knowingly(customs.register) == {}


def test_a_chain_of_editions_is_held_against_each(customs):
    """The third edition against the second is safe, and against the first it is one firm's."""
    customs.revise(TOGETHER)
    customs.sign()
    back = [(firm, category, place, f"-{amount}") for firm, category, place, amount in TOGETHER]
    customs.revise([*TOGETHER, *back, *ALONE], edition=3)
    against = {name for one in told(customs, "2025-H2-v3") for name in one["against"]}
    assert EDITION in against
    with pytest.raises(EntrepotError, match=f"against {EDITION}: the difference is one exporter's"):
        customs.sign("2025-H2-v3")


def test_a_reason_where_nothing_tells_is_refused(customs):
    customs.revise(TOGETHER)
    with pytest.raises(UsageError, match="nothing to publish knowingly"):
        customs.sign(although=REASON)
    assert sign_offs.history(customs.register, REPORT, REVISED) == []


def test_a_withdrawn_sign_off_takes_its_reason_with_it(customs):
    customs.now = customs.now.replace(hour=0)
    customs.revise(ALONE)
    assert customs.sign(although=REASON).state == "signed off, under embargo"
    sign_offs.withdraw(customs.register, customs.draft(), "Bo", "Parliament has thought again.")
    assert sign_offs.let_out_knowingly(customs.register) == {}
    with pytest.raises(EntrepotError, match="was not signed off"):
        customs.sign()


def with_more(record, who=("A", "B"), amount=30000):
    """A decision record whose total is greater by what these firms had besides."""
    for figure in record["value_seized"]["figures"]:
        if figure["id"].endswith("2025-H2/all"):
            figure["value"] = str(Decimal(figure["value"]) + len(who) * amount)
            figure["contributions"] |= {one: str(Decimal(figure["contributions"][one]) + amount) for one in who}
    return json.dumps(record)


def test_what_became_telling_since_the_draft_was_made_is_found_when_it_is_signed(customs):
    """The record of what is out is another one by then."""
    assert customs.revise(TOGETHER).state == "draft for sign-off"
    path = customs.home.disclosure / REPORT / tiny.HALF / f"{EDITION}.json"
    path.write_text(with_more(json.loads(path.read_text())))
    with pytest.raises(EntrepotError, match=r"row 'Value seized'.*the difference is one exporter's"):
        customs.sign()
    assert customs.draft().state == "draft, held for its differences"


def test_of_two_drafts_that_tell_only_together_the_second_that_is_signed_is_held(customs):
    """One for the next half-year prints the figure too; until it is signed, nobody is sure to read it."""
    customs.revise(TOGETHER)
    following, number = "2026-H1", "2026-H1-v1"
    waiting, records = customs.home.drafts / ".held" / REPORT, customs.home.disclosure / REPORT
    shutil.copytree(waiting / tiny.HALF / REVISED, waiting / following / number)
    manifest = waiting / following / number / "manifest.json"
    manifest.chmod(0o644)
    said = {**json.loads(manifest.read_text()), "period": following, "edition": number, "release_date": "2026-09-30"}
    manifest.write_text(json.dumps(said))
    (records / following).mkdir()
    record = json.loads((records / tiny.HALF / f"{REVISED}.json").read_text())
    (records / following / f"{number}.json").write_text(with_more(record, who=("A",)))
    assert differences.require_reason(customs.home, customs.register, customs.draft(), "") is None
    assert customs.sign(number, although=REASON).state == "signed off, under embargo"
    with pytest.raises(EntrepotError, match=f"against {number}: the difference is one exporter's"):
        customs.sign()


def test_an_older_record_without_contributors_is_said_to_be_not_known(customs):
    path = customs.home.disclosure / REPORT / tiny.HALF / f"{EDITION}.json"
    record = json.loads(path.read_text())
    for figure in record["value_seized"]["figures"]:
        figure.pop("contributions", None)
    path.write_text(json.dumps(record))
    customs.revise(TOGETHER)
    with pytest.raises(EntrepotError, match="whose figures moved is not known"):
        customs.sign()
    assert customs.sign(although=REASON).is_published


def test_a_draft_without_its_record_is_not_signed_off(customs):
    customs.revise(ALONE)
    (customs.home.disclosure / REPORT / tiny.HALF / f"{REVISED}.json").unlink()
    with pytest.raises(EntrepotError, match=rf"record is missing.*disclosure/{REPORT}/{tiny.HALF}/{REVISED}\.json"):
        customs.sign()
    assert sign_offs.history(customs.register, REPORT, REVISED) == []


@pytest.mark.parametrize("content", ['{"value_seized": {}}', "[]", '{"value_seized": '])
@pytest.mark.parametrize("edition", [EDITION, REVISED])
def test_a_record_that_cannot_be_read_stops_the_sign_off_in_words(customs, edition, content):
    customs.revise(ALONE)
    (customs.home.disclosure / REPORT / tiny.HALF / f"{edition}.json").write_text(content)
    with pytest.raises(EntrepotError, match=r"decision record.*cannot be read.*backup"):
        customs.sign()


@pytest.mark.parametrize("which", ["before", "now"])
def test_a_partner_of_whom_one_edition_knew_nobody_is_said_to_be_not_known(customs, which):
    """Its record has no figure of that partner, so that there is nothing to subtract."""
    if which == "now":
        customs.revise(TOGETHER)
    name = EDITION if which == "before" else REVISED
    path = customs.home.disclosure / REPORT / tiny.HALF / f"{name}.json"
    record = json.loads(path.read_text())
    record["value_seized"] |= {"figures": [], "relations": [], "contributors_not_known": [AUTHORITY]}
    path.write_text(json.dumps(record))
    if which == "before":
        customs.revise(TOGETHER)
    with pytest.raises(
        EntrepotError, match=f"All values of {AUTHORITY}.*against {EDITION}: whose figures moved is not"
    ):
        customs.sign()


def test_what_was_not_known_of_an_edition_before_the_last_holds_nothing_any_more(customs):
    path = customs.home.disclosure / REPORT / tiny.HALF / f"{EDITION}.json"
    record = json.loads(path.read_text())
    record["value_seized"] |= {"figures": [], "relations": [], "contributors_not_known": [AUTHORITY]}
    path.write_text(json.dumps(record))
    customs.revise(TOGETHER)
    customs.sign(although=REASON)
    customs.revise(ALONE, edition=3)
    assert {one["against"][0] for one in told(customs, "2025-H2-v3")} == {REVISED}
    assert not any(NOT_KNOWN in one["rules"] for one in told(customs, "2025-H2-v3"))


def test_no_edition_is_made_beside_a_published_one_whose_record_is_missing(customs):
    path = customs.home.disclosure / REPORT / tiny.HALF / f"{EDITION}.json"
    record = path.read_text()
    path.unlink()
    with pytest.raises(EntrepotError, match=rf"published edition {REPORT} {EDITION} is missing .*from a backup"):
        customs.revise(TOGETHER)
    assert not list_drafts(customs.home, customs.register)
    path.write_text("{}")
    assert customs.publish().id == REVISED
    path.write_text(record)


def test_the_samples_own_editions_go_out_with_a_warning(tmp_path):
    home = Home(tmp_path).ensure()
    register = Register(home.register_url)
    for edition, corrections in enumerate(([], ALONE), start=1):
        tables = tiny.enforcement()
        corrected_by(corrections)(tables)
        put_warehouse(home, tables, edition)
        out = publish(home, REPORT, tiny.HALF, register)
    assert (out.id, out.is_published, out.differences) == (REVISED, True, 2)
    line = steps.edition_line(out)
    assert warning_of(line) == (
        "Warning: enforcement 2025-H2-v2 is published: beside earlier editions 2 of its figures tell of few exporters. "
        "`entrepot reports changes enforcement 2025-H2-v2` says which."
    )
    assert warning_of({**line, "differences": 0}) == ""
    row = sign_offs.let_out_knowingly(register)[REPORT, REVISED]
    assert (row.role, row.although_differences) == ("policy", "the policy lets editions of the sample out")
    assert len(differences.account(home, register, REPORT, tiny.HALF, REVISED)) == 3


def test_the_commands_tell_it(customs, capsys):
    home = ("--home", str(customs.home.root))
    customs.revise(ALONE)
    assert cli.run([*home, "reports", "sign-off", REPORT, REVISED, "--as", ROLE, "--by", "Ada"]) == 1
    refusal = capsys.readouterr().err
    assert "row 'Electronics'" in refusal and "Traceback" not in refusal
    assert cli.run([*home, "reports"]) == 0
    assert "draft, held for its differences" in " ".join(capsys.readouterr().out.split())
    customs.sign(although=REASON)
    assert cli.run([*home, "reports"]) == 0
    assert f"published, although its differences tell: {REASON}" in capsys.readouterr().out
    assert cli.run([*home, "reports", "--json"]) == 0
    assert [line["although_differences"] for line in json.loads(capsys.readouterr().out)] == [None, REASON]
    assert cli.run([*home, "reports", "changes", REPORT, REVISED]) == 0
    said = capsys.readouterr().out
    assert f"against {EDITION}: the difference is one exporter's." in said
    assert f"by Ada ({ROLE}), although these differences tell: {REASON}" in said


@pytest.mark.parametrize(
    ("contributors", "rules", "is_count", "words"),
    [
        (1, ["frequency", "p%"], False, "the difference is one exporter's."),
        (2, ["frequency"], False, "the difference is that of 2 exporters."),
        (4, ["p%"], False, "of the 4 exporters that moved, one did nearly all of it."),
        (3, ["frequency"], True, "it differs by 3, fewer than may be told apart."),
    ],
)
def test_each_reason_has_its_words(tmp_path, contributors, rules, is_count, words):
    home = Home(tmp_path).ensure()
    one = {
        "figure": "value/coast_guard/2025-H2/all", "place": "Table 1, row 'A', column 'B'", "period": "2025-H2",
        "against": ["2025-H2-v1"], "contributors": contributors, "rules": rules, "is_count": is_count,
    }  # fmt: skip
    decisions.write(home, REPORT, tiny.HALF, REVISED, {"value": {"differences": [one]}})
    [line] = differences.account(home, Register(home.register_url), REPORT, tiny.HALF, REVISED)
    assert line == f"Table 1, row 'A', column 'B' (2025-H2), against 2025-H2-v1: {words}"


def test_the_reason_is_sealed_like_the_rest(customs):
    customs.revise(ALONE)
    customs.sign(although=REASON)
    with (
        sqlite3.connect(register_seal.register_file(customs.home)) as connection,
        pytest.raises(sqlite3.OperationalError, match="entrepot_seal"),
    ):
        connection.execute("update sign_offs set although_differences = 'nothing of it'")
