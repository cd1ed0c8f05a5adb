"""Files generated from the contracts, and the proof that they are up to date.

Here: the dbt sources, one `_sources.yml` per partner beside its staging models; the lists that follow from the risk
method are written with them. Not here: what a contract means (model.py) or how it is read (load.py). Run as
`python -m orchestration.contracts.generate`; with `--check` nothing is
written and the exit code is 1 when a file differs from what the contracts say.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import Contract, ContractSet
from orchestration.contracts.risk_method import generated_lists, load_methods
from orchestration.errors import EntrepotError
from orchestration.settings import DBT_DIR

STAGING_DIR = DBT_DIR / "models" / "staging"
FILE_NAME = "_sources.yml"
HEADER = (
    "# Generated from data_contracts/{partner}/ by `python -m orchestration.contracts.generate`: do not edit.\n"
    "# Change the contract, generate again, commit both.\n"
)


def source_table(contract: Contract) -> dict[str, Any]:
    """The dbt source table of one feed; its Dagster asset is the feed in the lake.

    The columns are left out: the contract has them already, and dbt would read every one at each start.
    """
    return {
        "name": contract.table,
        "description": contract.description or contract.title,
        "config": {"meta": {"dagster": {"asset_key": ["lake", contract.partner, contract.feed]}}},
    }


def sources_of(partner: str, contracts: ContractSet) -> str:
    """The text of a partner's `_sources.yml`."""
    document = {
        "version": 2,
        "sources": [
            {
                "name": "raw",
                "database": "entrepot",
                "schema": "raw",
                "description": "Rows accepted from the partners' submissions, typed, with where each came from.",
                "tables": [source_table(c) for c in contracts.values() if c.partner == partner],
            }
        ],
    }
    body = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    return HEADER.format(partner=partner) + body


def generated_files(contracts: ContractSet, staging_dir: Path = STAGING_DIR) -> dict[Path, str]:
    """Every file that the contracts call for, with its text."""
    return {staging_dir / partner / FILE_NAME: sources_of(partner, contracts) for partner in contracts.partners}


def differences(files: dict[Path, str], staging_dir: Path = STAGING_DIR) -> list[str]:
    """One sentence for each generated file that is missing, differs, or has lost its contract."""
    problems = []
    for path, text in files.items():
        if not path.exists():
            problems.append(f"{path} is missing")
        elif path.read_text(encoding="utf-8") != text:
            problems.append(f"{path} differs from its contracts")
    orphans = {path for path in staging_dir.glob(f"*/{FILE_NAME}") if is_generated(path)} - set(files)
    return problems + [f"{path} belongs to no contract" for path in sorted(orphans)]


def is_generated(path: Path) -> bool:
    """Whether the file opens as the generated ones do; a hand-written `_sources.yml` is left alone."""
    return path.read_text(encoding="utf-8").startswith(HEADER.split("{", 1)[0])


def write(files: dict[Path, str], staging_dir: Path = STAGING_DIR) -> None:
    """Writes what changed and removes what no contract calls for any more."""
    for path, text in files.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in sorted(set(staging_dir.glob(f"*/{FILE_NAME}")) - set(files)):
        if is_generated(path):
            path.unlink()


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.contracts.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")
    options = parser.parse_args(arguments)
    try:
        files = {**generated_files(load_contracts()), **generated_lists(load_methods())}
    except EntrepotError as error:
        print(error, file=sys.stderr)
        return 1
    if not options.check:
        write(files)
        return 0
    problems = differences(files)
    if problems:
        print(
            f"Generated files are out of date: {'; '.join(problems)}. "
            "Run `python -m orchestration.contracts.generate` and commit what it writes.",
            file=sys.stderr,
        )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
