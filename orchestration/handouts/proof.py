"""Proves that every handout can be made: all pages in all languages, all forms and header lines.

Here: making them in memory. They are not committed: they follow from the contracts at any time.
"""

from collections.abc import Sequence

from orchestration.contracts.model import Contract
from orchestration.errors import ContractError
from orchestration.handouts.form import TABLES, header_line, render_form
from orchestration.handouts.page import page_languages, render_index, render_page


def make_all(contracts: Sequence[Contract]) -> int:
    """Make everything and throw it away; returns how many, ContractError names the contract that cannot be told."""
    made = 1
    render_index(contracts)
    for contract in contracts:
        try:
            for language in page_languages(contract):
                render_page(contract, language)
                made += 1
                if contract.format in TABLES:
                    render_form(contract, language)
                    made += 1
            if contract.format in ("csv", "tsv") and contract.options.header:
                header_line(contract)
                made += 1
        except (ValueError, KeyError, LookupError) as error:
            raise ContractError(f"{contract.path}: no page or form can be made of it: {error!r}.") from error
    return made
