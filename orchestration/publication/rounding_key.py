"""The home's secret for rounding at random: with it the same count gets the same number in every table and edition.

Here: making it on first use, and whether a report needs it. It lies in the folder keys/, is sealed and backed up with
the others there, and goes along to homes `as-known-on`. Not here: the draw (reports/disclosure/rounding.py). A lost key
changes no edition silently: records of editions bear its mark, and the next edition is refused without it.
"""

import secrets

from orchestration.errors import EntrepotError
from orchestration.settings import Home
from orchestration.submissions.installation_key import write_whole
from reports.declaration import ReportDeclaration
from reports.disclosure.policy import profiles

KEY_FILE = "rounding.key"
_BYTES = 32


def key_for(home: Home, report: ReportDeclaration) -> bytes:
    """The secret, if a table of the report is rounded at random; else nothing. EntrepotError if its file is damaged."""
    if not any(profiles()[table.disclosure].random for table in report.tables):
        return b""
    path = home.keys / KEY_FILE
    if not path.exists():
        home.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, secrets.token_bytes(_BYTES), mode=0o600, replace=False)
    key = path.read_bytes()
    if len(key) != _BYTES:
        raise EntrepotError(
            f"The key {path} is damaged ({len(key)} bytes, expected {_BYTES}). Restore it from a backup."
        )
    return key
