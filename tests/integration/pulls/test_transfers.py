"""Pulls from real servers: the same bytes in the vault, once, and never half of them when a server dies midway."""

from pathlib import Path

import pytest

from tests.integration.pulls.conftest import Make, cases

REMOTE = ["sftp", "api", "s3", "postgres"]
ALL = ["local", *REMOTE]
NAME = "cases_2026Q1.csv"


@pytest.mark.parametrize("kind", ALL)
def test_a_file_arrives_as_it_is_and_becomes_an_accepted_submission(make_puller: Make, kind: str) -> None:
    puller = make_puller(kind)
    content = cases(500)
    puller.rig.publish(NAME, content)
    done = puller.pull()
    assert (done.failure, done.refused, done.left) == ("", {}, {})
    [submission] = puller.submissions()
    assert puller.vaulted(submission) == content
    assert (submission.file_name, submission.period) == (NAME, "2026-Q1")
    assert list(done.taken.values()) == [submission.id]
    puller.check()
    [submission] = puller.submissions()
    assert (submission.status, submission.rows_read, submission.rows_accepted) == ("accepted", 500, 500)
    origins = [event["detail"] for event in puller.register.events(submission.id) if event["event"] == "pulled"]
    assert origins == [f"{next(iter(done.taken))} from {done.server.address} (partner/cases/remote)"]


@pytest.mark.parametrize("kind", ALL)
def test_nothing_is_fetched_twice_and_what_has_changed_is(make_puller: Make, kind: str) -> None:
    puller = make_puller(kind)
    puller.rig.publish(NAME, cases(300))
    puller.pull()
    passed = puller.proxy.passed
    again = puller.pull()
    assert (again.taken, again.unchanged, again.failure) == ({}, 1, "")
    assert len(puller.submissions()) == 1
    if kind not in ("local", "postgres"):
        assert puller.proxy.passed - passed < len(cases(300))  # the server was asked, the file was not fetched
    puller.rig.publish(NAME, cases(301), age=1800)
    assert len(puller.pull().taken) == 1
    assert [len(puller.vaulted(submission)) for submission in puller.submissions()] == [
        len(cases(300)), len(cases(301)),
    ]  # fmt: skip


@pytest.mark.parametrize(("share", "fault"), [(0.02, "reset"), (0.4, "close"), (0.6, "reset"), (0.95, "close")])
@pytest.mark.parametrize("kind", REMOTE)
def test_a_connection_that_breaks_midway_leaves_nothing_and_the_next_run_takes_the_whole(
    make_puller: Make, kind: str, share: float, fault: str
) -> None:
    puller = make_puller(kind)
    content = cases(8000)
    puller.rig.publish(NAME, content)
    puller.proxy.break_after(6000 + int(len(content) * share), fault)  # what is said before a transfer is below 6000
    done = puller.pull()
    assert puller.proxy.struck
    assert done.failure and not done.taken
    puller.assert_nothing_here()
    puller.proxy.heal()
    done = puller.pull()
    assert done.failure == ""
    [submission] = puller.submissions()
    assert puller.vaulted(submission) == content


@pytest.mark.parametrize("kind", REMOTE)
def test_a_server_killed_midway_leaves_nothing_and_the_file_is_taken_once_it_is_back(
    make_puller: Make, kind: str
) -> None:
    puller = make_puller(kind)
    content = cases(250_000)
    puller.rig.publish(NAME, content)
    puller.proxy.break_after(2_000_000, puller.rig.kill)
    done = puller.pull()
    assert puller.proxy.struck
    assert done.failure and not done.taken
    puller.assert_nothing_here()
    puller.proxy.heal()
    still_dead = puller.pull()
    assert still_dead.failure
    puller.assert_nothing_here()
    puller.rig.start()
    if kind == "s3":  # this test server keeps its objects in memory
        puller.rig.publish(NAME, content)
    assert puller.pull().failure == ""
    [submission] = puller.submissions()
    assert puller.vaulted(submission) == content


@pytest.mark.parametrize("kind", REMOTE)
def test_a_server_that_falls_silent_is_given_up(make_puller: Make, kind: str) -> None:
    puller = make_puller(kind)
    puller.rig.publish(NAME, cases(8000))
    puller.proxy.break_after(100_000, "stall")
    done = puller.pull()
    assert done.failure and not done.taken
    puller.assert_nothing_here()


def test_a_run_that_died_before_handing_over_is_finished_without_the_server(make_puller: Make, tmp_path: Path) -> None:
    puller = make_puller("api")
    content = cases(100)
    puller.rig.publish(NAME, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orchestration.pulls.pull.receive_landing", _dies)
        with pytest.raises(KeyboardInterrupt):
            puller.pull()
    assert puller.submissions() == []
    puller.proxy.break_after(0, "close")
    done = puller.pull()
    assert done.failure
    [submission] = puller.submissions()
    assert puller.vaulted(submission) == content
    puller.proxy.heal()
    assert (puller.pull().unchanged, len(puller.submissions())) == (1, 1)


def _dies(*_arguments: object) -> None:
    raise KeyboardInterrupt
