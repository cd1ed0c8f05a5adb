"""Links in the landing folder: followed where their maker could read the file anyhow, told where they are not."""

import os
from pathlib import Path

import pytest

from tests.unit.intake.test_receiving import World


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def kept_elsewhere(world) -> Path:
    path = world.landing.parent / "elsewhere" / "cases_2025Q1.csv"
    path.parent.mkdir()
    path.write_text("ref,n\na,1\n")
    return path


def test_a_link_made_by_the_owner_of_the_file_or_of_the_run_is_followed(world):
    (world.landing / "cases_2025Q1.csv").symlink_to(kept_elsewhere(world))
    assert len(world.run().accepted) == 1


def test_a_link_to_a_folder_is_told_not_followed_and_not_passed_over_in_silence(world):
    (world.landing / "all").symlink_to(kept_elsewhere(world).parent, target_is_directory=True)
    summary = world.run()
    assert not summary.received
    assert "is a link to a folder" in summary.rejected["all"] and "--landing" in summary.rejected["all"]


def test_a_link_to_nothing_is_told(world):
    (world.landing / "cases_2025Q1.csv").symlink_to(world.landing / "gone.csv")
    assert "not there" in world.run().rejected["cases_2025Q1.csv"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make links for another owner: NOT tested")
def test_a_partners_link_to_a_file_of_somebody_else_is_not_read_to_him(world):
    link = world.landing / "cases_2025Q1.csv"
    link.symlink_to(kept_elsewhere(world))
    os.lchown(link, 12345, 12345)
    summary = world.run()
    assert not summary.received and "somebody else" in summary.rejected["cases_2025Q1.csv"]
    os.lchown(link, os.geteuid(), os.getegid())
    assert len(world.run().accepted) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make links for another owner: NOT tested")
@pytest.mark.parametrize("suffix", [".manifest.json", ".manifest.json.sig"])
def test_nor_is_one_that_passes_for_a_manifest_or_signature(world, suffix):
    """What a message quotes of a manifest would tell of the file behind it."""
    world.land("cases_2025Q1.csv", "ref,n\na,1\n")
    secret = world.landing.parent / "secret.json"
    secret.write_text('{"password_of_the_register": 1}')
    link = world.landing / f"cases_2025Q1.csv{suffix}"
    link.symlink_to(secret)
    os.lchown(link, 12345, 12345)
    summary = world.run()
    said = summary.rejected["cases_2025Q1.csv"]
    assert f"{link.name} is a link to a file of somebody else" in said and "password" not in said
    assert not summary.received
