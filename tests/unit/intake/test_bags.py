"""The payload of a BagIt folder: one file, and no way out of the bag."""

import pytest

from orchestration.errors import RejectedFileError
from orchestration.submissions.read.bag import payload


def bag(folder, *files):
    (folder / "data" / "deep").mkdir(parents=True)
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\n")
    for name in files:
        (folder / "data" / name).write_text("x")
    return folder


@pytest.mark.parametrize("name", ["a.csv", "deep/a.csv"])
def test_the_one_payload_file_is_found(tmp_path, name):
    assert payload(bag(tmp_path / "bag", name), "bag") == tmp_path / "bag" / "data" / name


@pytest.mark.parametrize(
    ("names", "says"), [((), "holds nothing"), (("a.csv", "b.csv"), "holds data/a.csv, data/b.csv")]
)
def test_none_or_two_payload_files_are_refused(tmp_path, names, says):
    with pytest.raises(RejectedFileError, match=says):
        payload(bag(tmp_path / "bag", *names), "bag")


def test_a_link_in_a_bag_is_refused(tmp_path):
    folder = bag(tmp_path / "bag")
    (folder / "data" / "a.csv").symlink_to("/etc/hostname")
    with pytest.raises(RejectedFileError, match=r"data/a\.csv is a link to another place"):
        payload(folder, "bag")


def test_a_folder_without_declaration_is_no_bag(tmp_path):
    with pytest.raises(RejectedFileError, match="is no BagIt bag"):
        payload(tmp_path, "bag")
