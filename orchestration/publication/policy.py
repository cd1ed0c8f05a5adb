"""The publication policy: who signs off which editions, and at which hour they appear.

Belongs here: the meaning of ``data_contracts/publication_policy.yaml``. Not here: signatures (sign_offs.py) and the
calendar of a report (its report.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orchestration.contracts.plain_yaml import load
from orchestration.errors import ContractError, UsageError
from orchestration.settings import CONTRACTS_DIR

POLICY_FILE = CONTRACTS_DIR / "publication_policy.yaml"
_KEYS = {"version", "release_time", "time_zone", "roles", "sign_off", "signs_itself"}


@dataclass(frozen=True)
class PublicationPolicy:
    """Who may sign for which audience, when editions appear, and which editions sign themselves."""

    version: int
    release_time: time
    zone: ZoneInfo
    roles: Mapping[str, str]
    signers: Mapping[str, tuple[str, ...]]
    own_partners: frozenset[str]
    own_words: str

    def needs_sign_off(self, audience: str) -> bool:
        """Whether editions for this audience are drafts until somebody signs."""
        return audience in self.signers

    def signs_itself(self, partners: Iterable[str]) -> bool:
        """Whether an edition about these partners is the sample's, which no person signs."""
        return self.own_partners.issuperset(partners)

    def appears_at(self, release_date: date) -> datetime:
        """The moment before which an edition is under embargo, UTC without zone as the register keeps times."""
        local = datetime.combine(release_date, self.release_time, self.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def require_role(self, role: str, audience: str) -> str:
        """The title of a role that may sign for an audience; UsageError when it may not."""
        allowed = self.signers.get(audience, ())
        if role not in allowed:
            raise UsageError(
                f"`{role}` may not sign off editions for the audience {audience}; "
                f"{' and '.join(allowed) or 'nobody'} may, by data_contracts/publication_policy.yaml."
            )
        return self.roles[role]


@cache
def load_publication_policy(path: Path = POLICY_FILE) -> PublicationPolicy:
    """Read the policy, strictly; ContractError names what is wrong, and how it must be."""
    said = load(path).data
    where = path.name
    if not isinstance(said, dict) or set(said) != _KEYS:
        raise ContractError(f"{where}: it must have exactly the entries {', '.join(sorted(_KEYS))}.")
    roles, signers, own = said["roles"], said["sign_off"], said["signs_itself"]
    _require(isinstance(roles, dict) and roles, f"{where}: `roles` must name each role with its title.")
    _require(isinstance(signers, dict), f"{where}: `sign_off` must name the roles that sign for each audience.")
    for audience, named in signers.items():
        known = isinstance(named, list) and named and all(name in roles for name in named)
        _require(known, f"{where}: sign_off for {audience} must list roles of `roles`: {', '.join(roles)}.")
    _require(
        isinstance(own, dict) and set(own) == {"partners", "words"} and isinstance(own["partners"], list),
        f"{where}: `signs_itself` must have a list `partners` (it may be empty) and `words`.",
    )
    try:
        hour, zone = time.fromisoformat(str(said["release_time"])), ZoneInfo(str(said["time_zone"]))
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise ContractError(
            f'{where}: release_time must be written like "09:30" and time_zone like Europe/Paris or UTC ({error}).'
        ) from None
    return PublicationPolicy(
        version=int(said["version"]),
        release_time=hour,
        zone=zone,
        roles=roles,
        signers={audience: tuple(named) for audience, named in signers.items()},
        own_partners=frozenset(own["partners"]),
        own_words=str(own["words"]),
    )


def _require(holds: Any, otherwise: str) -> None:
    if not holds:
        raise ContractError(otherwise)
