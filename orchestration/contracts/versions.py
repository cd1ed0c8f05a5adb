"""Version numbers of contracts: three whole numbers, compared one after the other.

Not here: which change needs which number (comparison/).
"""

import re

from orchestration.errors import ContractError

_FORM = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def numbers(version: str) -> tuple[int, int, int]:
    """The three numbers of a version; ContractError when it has another form."""
    found = _FORM.fullmatch(version)
    if found is None:
        raise ContractError(f"the version `{version}` is not of the form 1.2.3, so versions cannot be compared.")
    first, second, third = map(int, found.groups())
    return first, second, third
