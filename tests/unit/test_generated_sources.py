"""The dbt sources follow from the contracts, and the check notices when they do not."""

from pathlib import Path

import pytest
import yaml

from orchestration.contracts import generate
from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import ContractSet


@pytest.fixture(scope="module")
def contracts() -> ContractSet:
    return load_contracts()


@pytest.fixture
def written(contracts: ContractSet, tmp_path: Path) -> dict[Path, str]:
    files = generate.generated_files(contracts, tmp_path)
    generate.write(files, tmp_path)
    return files


def test_the_committed_files_are_up_to_date(contracts: ContractSet) -> None:
    assert generate.differences(generate.generated_files(contracts)) == []


def test_every_feed_is_a_source_under_its_dagster_key(contracts: ContractSet, written: dict[Path, str]) -> None:
    tables = [
        table
        for text in written.values()
        for source in yaml.safe_load(text)["sources"]
        for table in source["tables"]
    ]  # fmt: skip
    keys = {t["name"]: t["config"]["meta"]["dagster"]["asset_key"] for t in tables}
    assert keys == {c.table: ["lake", c.partner, c.feed] for c in contracts.values()}
    assert all(table["description"].strip() for table in tables)


def test_the_same_contracts_give_the_same_bytes(contracts: ContractSet, tmp_path: Path) -> None:
    assert generate.generated_files(contracts, tmp_path) == generate.generated_files(load_contracts(), tmp_path)


def test_a_fresh_set_has_no_differences(written: dict[Path, str], tmp_path: Path) -> None:
    assert generate.differences(written, tmp_path) == []


def test_an_edited_a_missing_and_an_orphaned_file_are_found(written: dict[Path, str], tmp_path: Path) -> None:
    edited, missing = sorted(written)[:2]
    edited.write_text(edited.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    missing.unlink()
    orphan = tmp_path / "gone_partner" / generate.FILE_NAME
    orphan.parent.mkdir()
    orphan.write_text(generate.HEADER.format(partner="gone_partner") + "version: 2\n", encoding="utf-8")
    problems = generate.differences(written, tmp_path)
    assert [p.split(" ")[0] for p in problems] == [str(edited), str(missing), str(orphan)]

    generate.write(written, tmp_path)
    assert generate.differences(written, tmp_path) == []
    assert not orphan.exists()


def test_a_hand_written_sources_file_is_left_alone(written: dict[Path, str], tmp_path: Path) -> None:
    own = tmp_path / "register" / generate.FILE_NAME
    own.parent.mkdir()
    own.write_text("version: 2\nsources: []\n", encoding="utf-8")
    generate.write(written, tmp_path)
    assert own.exists()
    assert generate.differences(written, tmp_path) == []
