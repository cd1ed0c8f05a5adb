"""What was known on an earlier day: a home of its own, in which the same code gives the state of that day."""

from datetime import date, datetime, timedelta

import pytest

from orchestration.as_known_on import make_home
from orchestration.errors import EntrepotError
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.submissions import receive
from orchestration.submissions.receipts import check_receipt, public_key
from orchestration.submissions.settle import decide
from orchestration.submissions.vault import vault_path
from tests.unit.intake.said import CASES, Partner

FIRST = date(2026, 1, 1)


def site_of(partner: Partner) -> Site:
    site = Site.at(partner.home)
    site.__dict__["register"] = partner.register  # whose clock the test sets
    return site


def as_known_on(partner: Partner, day: date) -> Partner:
    """The partner as a home for that day shows it, everything checked again."""
    seen = partner.in_home(make_home(site_of(partner), day, partner.root / f"known_on_{day}"))
    for submission in seen.register.submissions("received"):
        seen.check(submission.id)
    return seen


@pytest.fixture
def partner(tmp_path):
    return Partner(tmp_path)


def test_the_home_of_each_day_shows_what_stood_on_it(partner):
    def on(day: int) -> None:
        partner.now = datetime.combine(FIRST, datetime.min.time()) + timedelta(days=day, hours=23)

    told = {}
    held = better = None
    steps = [
        lambda: partner.say({"a": 1, "b": 1}),
        lambda: partner.say({"c": 1}),
        lambda: decide(partner.register, partner.contracts[CASES], held, "take", "Ada", "The second half."),
        lambda: partner.say({"a": 5}, kind="correction", issued="2025-06-01T00:00:00"),
        lambda: partner.say({"a": 7}, kind="replacement"),
        lambda: partner.state(kind="withdrawal", supersedes=better),
        lambda: decide(partner.register, partner.contracts[CASES], held, "undecided", "Ada", "I was wrong."),
    ]
    for day, step in enumerate(steps):
        on(day)
        step()
        held = next((s.id for s in partner.register.submissions("held")), held)
        better = next((s.id for s in partner.register.submissions() if s.kind == "replacement"), None)
        told[day] = (partner.stands(), partner.statuses())
    assert [len(stands) for stands, _ in told.values()] == [2, 2, 3, 3, 1, 3, 2]
    for day, (stands, statuses) in told.items():
        seen = as_known_on(partner, FIRST + timedelta(days=day))
        assert (seen.stands(), seen.statuses()) == (stands, statuses), day


def test_only_what_was_known_is_there_and_its_receipts_hold(partner):
    first = partner.say({"a": 1})
    partner.now += timedelta(days=3)
    second = partner.say({"b": 1}, period="2025-Q2")
    home = as_known_on(partner, FIRST).home
    assert vault_path(home, first.sha256).stat().st_nlink == 2
    assert not vault_path(home, second.sha256).exists()
    assert [path.stem for path in home.receipts.glob("*.json")] == [first.id]
    assert public_key(home) == public_key(partner.home)
    check_receipt(partner.receipt(home, first.id), public_key(partner.home))


def test_nothing_can_be_handed_in_to_a_day_that_is_over(partner):
    partner.say({"a": 1})
    seen = as_known_on(partner, FIRST)
    with pytest.raises(EntrepotError, match="shows what was known on 2026-01-01: nothing can be handed in"):
        receive.submit(seen.home, seen.register, seen.contracts, partner.root / "out" / "cases_1_initial.csv", CASES)


def test_a_register_elsewhere_is_not_the_one_of_an_earlier_day(partner, monkeypatch):
    partner.say({"a": 1})
    home = make_home(site_of(partner), FIRST, partner.root / "earlier")
    monkeypatch.setenv("ENTREPOT_REGISTER_URL", "sqlite:///elsewhere.sqlite")
    assert Home(home.root).register_url == f"sqlite:///{home.root / 'register.sqlite'}"
    assert partner.home.register_url == "sqlite:///elsewhere.sqlite"


@pytest.mark.parametrize(
    ("day", "says"),
    [(date(2025, 12, 31), "Nothing was received up to 2025-12-31"), (date(9000, 1, 1), "still to come")],
)
def test_a_day_of_which_nothing_is_known_is_refused_and_leaves_nothing(partner, day, says):
    partner.say({"a": 1})
    with pytest.raises(EntrepotError, match=says):
        make_home(site_of(partner), day, partner.root / "earlier")
    assert not list(partner.root.glob("*earlier*"))


def test_a_folder_with_anything_in_it_is_left_alone(partner):
    partner.say({"a": 1})
    with pytest.raises(EntrepotError, match="is not an empty folder"):
        make_home(site_of(partner), FIRST, partner.root / "out")


def test_missing_bytes_are_told_and_no_half_home_stays(partner):
    first = partner.say({"a": 1})
    vault_path(partner.home, first.sha256).unlink()
    with pytest.raises(EntrepotError, match="is missing from the vault"):
        make_home(site_of(partner), FIRST, partner.root / "earlier")
    assert not list(partner.root.glob("*earlier*"))
