"""The contract that a person means: a feed of the project by its name, or a YAML file anywhere.

Here: from words on a command line to one Contract. Not here: loading itself (load.py) and which feed a data file
belongs to (ContractSet.match).
"""

from pathlib import Path

from orchestration.contracts.load import load_contract, load_contracts
from orchestration.contracts.model import Contract
from orchestration.errors import UsageError
from orchestration.settings import CODE_LISTS_DIR


def contract_named(text: str) -> Contract:
    """The contract of a feed (PARTNER/FEED) or in a file; UsageError when it is neither, ContractError when faulty."""
    path = Path(text)
    if path.is_file():
        return contract_in(path)
    contracts = load_contracts()
    if text in contracts:
        return contracts[text]
    if path.is_dir() or path.suffix in (".yaml", ".yml"):
        raise UsageError(f"{text} is not a file. Name a contract's YAML file, or a feed as PARTNER/FEED.")
    raise UsageError(
        f"There is no feed and no file {text}. A feed is written PARTNER/FEED; those with a contract are: "
        f"{', '.join(contracts)}."
    )


def contract_in(path: Path) -> Contract:
    """The contract in a file outside the project, with the code lists beside it before those of the project."""
    folders = (path.parent / "code_lists", path.parent.parent / "code_lists", CODE_LISTS_DIR)
    return load_contract(path, folders)
