"""One installation, opened: what every step and command works on.

Here: from paths to open register and contracts, at first use. Not here: the steps, and Dagster.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import Contract, ContractSet
from orchestration.register import Register
from orchestration.settings import Home


@dataclass(frozen=True)
class Site:
    """A home, its register, the contracts in force, and the folder in which files arrive."""

    home: Home
    landing: Path

    @classmethod
    def at(cls, home: Home, landing: Path | None = None) -> "Site":
        """The site with its folders in place; files arrive in the home's own landing folder unless told."""
        return cls(home.ensure(), landing.absolute() if landing else home.landing)

    @cached_property
    def register(self) -> Register:
        """The register; opened at first use."""
        return Register(self.home.register_url)

    @cached_property
    def contracts(self) -> ContractSet:
        """All contracts; loaded at first use."""
        return load_contracts()

    def contract(self, contract_id: str) -> Contract:
        """The contract of a feed; UsageError names the feeds there are."""
        return self.contracts.named(contract_id)
