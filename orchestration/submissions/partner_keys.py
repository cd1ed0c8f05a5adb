"""Partners' keys: enrolled, valid from a day to a day, revoked; and whose key made a signature.

Here: the only statements that change the table, and the answer to "was this key valid at that moment". Not here:
the signature itself (signature.py). A key belongs to one partner and is never enrolled twice: longer validity
wants a new key, so that what held at a moment of receipt can be told for ever.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from orchestration.errors import EntrepotError, UsageError
from orchestration.register import Register
from orchestration.submissions.signature import SshKey, read_key
from orchestration.tables import landing_files, partner_keys


@dataclass(frozen=True)
class PartnerKey:
    """A key as it is enrolled; days include both ends, times are UTC without zone."""

    fingerprint: str
    partner: str
    public_key: str
    valid_from: date
    valid_until: date | None
    enrolled_at: datetime
    enrolled_by: str
    revoked_at: datetime | None
    revoked_by: str | None
    revoke_reason: str | None

    def fault_at(self, moment: datetime) -> str:
        """Why a signature of this key does not count at a moment; '' if it counts."""
        if self.revoked_at is not None and moment >= self.revoked_at:
            return f"was revoked on {self.revoked_at.date()} ({self.revoke_reason})"
        if moment.date() < self.valid_from:
            return f"is valid from {self.valid_from} only"
        if self.valid_until is not None and moment.date() > self.valid_until:
            return f"expired on {self.valid_until}"
        return ""


def enrol(
    register: Register, partner: str, text: str, name: str, by: str,
    valid_from: date | None = None, valid_until: date | None = None,
) -> PartnerKey:  # fmt: skip
    """Enrol the key in an OpenSSH .pub file's text for a partner, valid from today unless told.

    EntrepotError when it is no key; UsageError when it is enrolled already or the days are in the wrong order. The
    same key for the same partner and days again changes nothing.
    """
    key = read_key(text, name)
    now = register.clock()
    first = valid_from or now.date()
    if valid_until is not None and valid_until < first:
        raise UsageError(f"A key cannot be valid from {first} until {valid_until}: the second day is before the first.")
    with register.transaction() as connection:
        known = _find(connection, key.fingerprint)
        if known is None:
            connection.execute(
                partner_keys.insert().values(
                    fingerprint=key.fingerprint, partner=partner, public_key=key.line, valid_from=first,
                    valid_until=valid_until, enrolled_at=now, enrolled_by=by,
                )
            )  # fmt: skip
            # What was refused for want of this key gets another look.
            connection.execute(landing_files.delete().where(landing_files.c.refusal != ""))
            known = _find(connection, key.fingerprint)
            assert known is not None  # noqa: S101  (written one statement ago, in this transaction)
    said = (partner, valid_from or known.valid_from, valid_until)
    if known.revoked_at is not None or said != (known.partner, known.valid_from, known.valid_until):
        until = known.valid_until or "further notice"
        state = known.fault_at(now)
        raise UsageError(
            f"The key {key.fingerprint} is enrolled already, for {known.partner} from {known.valid_from} until {until}"
            f"{f', and {state}' if state else ''}. A key is enrolled once: ask the partner for a new one."
        )
    return known


def revoke(register: Register, fingerprint: str, by: str, reason: str) -> PartnerKey:
    """From now on signatures of this key do not count; what was received before keeps its signature.

    UsageError when no such key is enrolled or it is revoked already.
    """
    with register.transaction() as connection:
        known = _find(connection, fingerprint)
        if known is None:
            raise UsageError(f"No key has the fingerprint {fingerprint}; `entrepot keys list` names those enrolled.")
        if known.revoked_at is not None:
            raise UsageError(f"The key {fingerprint} was revoked by {known.revoked_by} on {known.revoked_at}.")
        connection.execute(
            partner_keys.update()
            .where(partner_keys.c.fingerprint == fingerprint)
            .values(revoked_at=register.clock(), revoked_by=by, revoke_reason=reason)
        )
        revoked = _find(connection, fingerprint)
        assert revoked is not None  # noqa: S101  (found above, in this transaction)
        return revoked


def enrolled(register: Register, partner: str | None = None) -> list[PartnerKey]:
    """All keys, or one partner's, by partner and first day."""
    query = sa.select(partner_keys).order_by(
        partner_keys.c.partner, partner_keys.c.valid_from, partner_keys.c.fingerprint
    )
    if partner is not None:
        query = query.where(partner_keys.c.partner == partner)
    with register.reading() as connection:
        return [PartnerKey(**row) for row in connection.execute(query).mappings()]


def holder(register: Register, key: SshKey, moment: datetime, name: str) -> PartnerKey:
    """Whose key it is; EntrepotError (naming the signature file) unless it is enrolled and valid at that moment."""
    with register.reading() as connection:
        known = _find(connection, key.fingerprint)
    if known is None:
        raise EntrepotError(
            f"{name} was made with the key {key.fingerprint}, which nobody has enrolled. Enrol the partner's key with "
            "`entrepot keys enrol PARTNER KEYFILE`, once you know by another way that it is his."
        )
    fault = known.fault_at(moment)
    if fault:
        raise EntrepotError(
            f"{name} was made with the key {key.fingerprint} of {known.partner}, which {fault}. Sign with a key that "
            "is valid on the day of receipt."
        )
    return known


def _find(connection: sa.Connection, fingerprint: str) -> PartnerKey | None:
    query = sa.select(partner_keys).where(partner_keys.c.fingerprint == fingerprint)
    row = connection.execute(query).mappings().first()
    return PartnerKey(**row) if row else None
