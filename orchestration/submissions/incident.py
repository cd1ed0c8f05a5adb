"""Files that hold more than the way they came by may carry: rejected whole as a security incident, bytes not kept.

Here: how such a file is recognised, what is said of it, and that its bytes leave the vault. The register and the
receipt keep name, size and hash, so that the incident can be followed up and the same file is known when it comes
again. Not here: texts in an open field that do not belong there, which put a single row into quarantine (the rules of
`openText`).
"""

import duckdb

from orchestration.contracts.model import LEVELS, Contract
from orchestration.errors import RejectedFileError
from orchestration.quoting import sql_list, sql_name
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.vault import vault_path

_SAYS = "Security incident: "


class SecurityIncidentError(RejectedFileError):
    """The file is marked above the channel; nothing of it may stay but its hash."""


def is_incident(submission: Submission) -> bool:
    """Whether the submission was rejected as a security incident, so that its bytes are not in the vault."""
    return submission.status == "rejected" and submission.reason.startswith(_SAYS)


def levels_above(contract: Contract) -> tuple[str, ...]:
    """The levels that may not come by the feed's channel; none where the contract names no highest one."""
    return LEVELS[LEVELS.index(contract.channel_level) + 1 :] if contract.channel_level is not None else ()


def refuse_above_channel(connection: duckdb.DuckDBPyConnection, contract: Contract, rows: str, name: str) -> None:
    """Raise SecurityIncidentError when a row says of itself that it is above the channel; the text quotes no cell."""
    above, field = levels_above(contract), contract.marking_fields.get("level")
    if not above or field is None:
        return
    where = f"lower(trim({sql_name(field)})) in ({sql_list(above)})"
    count, first, highest = connection.execute(
        f"select count(*), min(source_row_number), arg_max(lower(trim({sql_name(field)})), "
        f"list_position([{sql_list(LEVELS)}], lower(trim({sql_name(field)})))) from {rows} where {where}"
    ).fetchall()[0]
    if count:
        raise incident(contract, name, f"{count} of its rows, the first of them row {first},", str(highest))


def refuse_manifest_above_channel(contract: Contract, level: str | None, name: str) -> None:
    """The same for what a manifest says of the whole file, before the file is opened."""
    if level in levels_above(contract):
        raise incident(contract, name, "its manifest", str(level))


def incident(contract: Contract, name: str, what: str, level: str) -> SecurityIncidentError:
    """The error for a file of which `what` is marked `level`."""
    return SecurityIncidentError(
        f"{_SAYS}{name} came by a channel that is cleared for {contract.channel_level} at most, and {what} said "
        f"{level}. The whole file is rejected and its bytes were not kept, only name, size and sha256. Tell the owner "
        "of the data and the security officer, remove the file from the landing folder, and have it sent by a channel "
        f"cleared for {level}."
    )


def withhold(home: Home, register: Register, submission: Submission) -> None:
    """Remove the bytes from the vault, unless another submission that is no incident rests on the same ones; safe to
    repeat.
    """
    others = [s for s in register.submissions() if s.sha256 == submission.sha256 and not is_incident(s)]
    if not [other for other in others if other.id != submission.id]:
        vault_path(home, submission.sha256).unlink(missing_ok=True)


def withhold_all(home: Home, register: Register) -> None:
    """Finish what a process that died between verdict and removal left; and what was delivered again since."""
    for submission in register.submissions("rejected"):
        if is_incident(submission):
            withhold(home, register, submission)
