"""Drafts: shown to the signer alone, bound to their bytes, out when signed and due; the sample signs itself, loudly."""

from datetime import datetime
from pathlib import Path

import pytest
from lxml import html

from orchestration import cycle, steps
from orchestration.cycle import LastRun
from orchestration.errors import ContractError, EntrepotError, UsageError
from orchestration.gate import BlockedError
from orchestration.publication import drafts, sign_offs
from orchestration.publication.editions import list_editions, publish
from orchestration.publication.policy import POLICY_FILE, load_publication_policy
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.site import Site
from tests.unit.reports import tiny
from tests.unit.reports.test_editions import put_warehouse, tree

REPORT, EDITION, AUTHORITY = "enforcement", "2025-H2-v1", "coast_guard"
ROLE = "head_of_statistics"
BEFORE, AFTER = datetime(2026, 3, 31, 9, 29), datetime(2026, 3, 31, 9, 30)


class Office:
    """A home whose customs service is not one of the sample's, with a clock of its own."""

    def __init__(self, root: Path) -> None:
        self.now = AFTER
        self.home = Home(root)
        self.register = Register(self.home.ensure().register_url, clock=lambda: self.now)
        self.site = Site.at(self.home)
        self.site.__dict__["register"] = self.register  # opened at first use, and now: with our clock
        self.deliver()

    def deliver(self, edition: int = 1, corrections: int = 0) -> None:
        """A release of the operator, after so many corrections of the names of what prompts inspections."""
        tables = tiny.enforcement()
        for rows in tables.values():
            for row in rows:
                row["partner"] = row["partner"].replace(tiny.CUSTOMS, AUTHORITY)
        for row in tables["rpt_enforcement__inspections_by_trigger"]:
            row["trigger"] += ", corrected" * corrections
        names = {**tiny.NAMES, AUTHORITY: ("Coast Guard", "Coast Guard")}
        put_warehouse(self.home, tables, edition, names=names)

    def publish(self):
        return publish(self.home, REPORT, tiny.HALF, self.register)

    def sign(self, role: str = ROLE, author: str = "Ada"):
        return steps.sign_off(self.site, REPORT, EDITION, role, author)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "home")


def notices(page: Path) -> str:
    return " ".join(html.document_fromstring(page.read_text("utf-8")).xpath("string(//div[@class='front'])").split())


def test_before_the_sign_off_there_is_a_draft_with_a_banner_and_nothing_on_the_shelf(office):
    draft = office.publish()
    assert (draft.state, draft.id) == ("draft for sign-off", EDITION)
    assert draft.page == office.home.drafts / REPORT / tiny.HALF / EDITION / "index.html"
    assert notices(draft.page).startswith("Draft for sign-off. Not published.")
    assert list_editions(office.home) == []
    assert office.register.publications(kind="report") == []
    assert "No edition has been made yet" in (office.home.reports / "index.html").read_text("utf-8")
    listed = html.document_fromstring((office.home.drafts / "index.html").read_text("utf-8"))
    for href in listed.xpath("//main//a/@href"):
        assert href.startswith("#") or (office.home.drafts / href.partition("#")[0]).is_file(), href


def test_a_signed_draft_appears_as_it_was_signed_without_the_banner(office):
    office.publish()
    held = tree(office.home.drafts / ".held" / REPORT / tiny.HALF / EDITION)
    out = office.sign()
    assert (out.state, out.page.parent) == ("published", office.home.reports / REPORT / tiny.HALF / EDITION)
    assert tree(out.folder) == held
    assert "Draft for sign-off" not in notices(out.page)
    assert drafts.list_drafts(office.home) == []
    assert not (office.home.drafts / REPORT / tiny.HALF / EDITION).exists()
    [row] = office.register.publications(kind="report")
    assert (row["edition"], row["detail"]) == (EDITION, "Provisional")
    assert EDITION in (office.home.reports / "index.html").read_text("utf-8")
    assert office.publish().is_new is False


def test_a_signed_draft_waits_for_its_hour(office):
    office.publish()
    office.now = BEFORE
    assert office.sign().state == "signed off, under embargo"
    assert steps.release_signed(office.site) == []
    office.now = AFTER
    [out] = steps.release_signed(office.site)
    assert (out.id, out.is_published) == (EDITION, True)
    assert steps.release_signed(office.site) == []


def test_a_sign_off_is_taken_back_before_the_hour_and_the_rows_stay(office):
    office.publish()
    office.now = BEFORE
    office.sign()
    sign_offs.withdraw(office.register, drafts.find(office.home, office.register, REPORT, EDITION), "Bo", "a typo")
    office.now = AFTER
    assert steps.release_signed(office.site) == []
    assert drafts.find(office.home, office.register, REPORT, EDITION).state == "draft for sign-off"
    told = sign_offs.history(office.register, REPORT, EDITION)
    assert [(row.verdict, row.role, row.author) for row in told] == [
        ("signed off", ROLE, "Ada"), ("withdrawn", ROLE, "Bo"),
    ]  # fmt: skip
    with pytest.raises(EntrepotError, match="is not signed off"):
        sign_offs.withdraw(office.register, drafts.find(office.home, office.register, REPORT, EDITION), "Bo", "again")
    assert office.sign().is_published


def test_newer_figures_replace_a_draft_and_not_one_that_is_signed(office):
    first = office.publish()
    office.deliver(edition=2, corrections=1)
    second = office.publish()
    assert second.manifest["contents_sha256"] != first.manifest["contents_sha256"]
    assert (second.id, len(drafts.list_drafts(office.home))) == (EDITION, 1)
    office.now = BEFORE
    office.sign()
    office.deliver(edition=3, corrections=2)
    assert office.publish().manifest["contents_sha256"] == second.manifest["contents_sha256"]
    office.now = AFTER
    steps.release_signed(office.site)
    third = office.publish()
    assert (third.id, third.status, third.state) == ("2025-H2-v2", "Revised", "draft for sign-off")


def test_a_sign_off_of_other_bytes_lets_nothing_out(office):
    office.publish()
    held = office.home.drafts / ".held" / REPORT / tiny.HALF / EDITION / "index.html"
    held.chmod(0o644)
    held.write_text(held.read_text("utf-8").replace("Inspections", "Inspectors", 1), "utf-8")
    with pytest.raises(EntrepotError, match="no longer those that were signed"):
        office.sign()
    assert list_editions(office.home) == []


@pytest.mark.parametrize(
    ("role", "author", "message"),
    [("intern", "Ada", "`intern` may not sign off"), (ROLE, "  ", "name of who signs is missing")],
)
def test_who_may_not_sign_is_told_who_may(office, role, author, message):
    office.publish()
    with pytest.raises(UsageError, match=message):
        office.sign(role, author)


def test_what_is_no_draft_cannot_be_signed(office):
    with pytest.raises(EntrepotError, match="Drafts for sign-off: there are none"):
        office.sign()
    office.publish()
    office.sign()
    with pytest.raises(EntrepotError, match="is published"):
        office.sign()


def test_a_failed_check_stops_the_sign_off_and_the_release(office):
    office.publish()
    office.now = BEFORE
    office.sign()
    office.now = AFTER
    office.register.record_check("lake/coast_guard/seizures", "conservation", False, True, detail="3 rows lost")
    for act in (lambda: steps.release_signed(office.site), office.sign):
        with pytest.raises(BlockedError, match=r"conservation of lake/coast_guard/seizures failed: 3 rows lost"):
            act()
    assert list_editions(office.home) == []


def test_the_sample_signs_itself_and_says_so_on_its_page_and_in_the_register(tmp_path):
    home = Home(tmp_path).ensure()
    register = Register(home.register_url)
    put_warehouse(home, tiny.enforcement())
    edition = publish(home, REPORT, tiny.HALF, register)
    assert edition.is_published
    assert load_publication_policy().own_words in notices(edition.page)
    [row] = sign_offs.history(register, REPORT, edition.id)
    assert (row.role, row.author, row.verdict) == ("policy", "publication policy", "signed off")
    assert row.manifest_sha256 == edition.manifest["manifest_sha256"]


def test_restricted_reports_go_to_the_partners_at_once(tmp_path):
    home = Home(tmp_path).ensure()
    put_warehouse(home, tiny.scorecard())
    edition = publish(home, "data_quality_scorecard", tiny.QUARTER)
    assert edition.is_published and "invented" not in notices(edition.page)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version: 1", "versions: 1", "exactly the entries"),
        ("public: [head_of_statistics,", "public: [nobody,", "must list roles"),
        ('"09:30"', '"half past nine"', "release_time must be written"),
        ("time_zone: UTC", "time_zone: Atlantis", "time_zone like Europe/Paris"),
        ("  partners:\n", "  people:\n", "must have a list"),
    ],
)
def test_the_policy_is_read_strictly(tmp_path, old, new, message):
    text = POLICY_FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "publication_policy.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContractError, match=message):
        load_publication_policy(path)


def test_the_hour_is_local(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY_FILE.read_text("utf-8").replace("time_zone: UTC", "time_zone: Europe/Paris"), "utf-8")
    assert load_publication_policy(path).appears_at(AFTER.date()) == datetime(2026, 3, 31, 7, 30)


def test_a_run_with_nothing_else_to_do_lets_out_what_is_due(office):
    office.publish()
    office.now = BEFORE
    office.sign()
    note = LastRun(complete=True, reports=[steps.edition_line(drafts.list_drafts(office.home, office.register)[0])])
    cycle.let_out_what_is_signed(office.site, note)
    assert list_editions(office.home) == []
    office.now = AFTER
    cycle.let_out_what_is_signed(office.site, note)
    [out] = list_editions(office.home)
    assert [(line["state"], line["path"]) for line in note.reports] == [("published", str(out.page))]
    assert LastRun.read(office.site).reports == note.reports


def test_a_run_lets_nothing_out_while_a_check_has_failed(office):
    office.publish()
    office.now = BEFORE
    office.sign()
    office.now = AFTER
    office.register.record_check("lake/coast_guard/seizures", "conservation", False, True, detail="3 rows lost")
    cycle.let_out_what_is_signed(office.site, LastRun())
    assert list_editions(office.home) == []
