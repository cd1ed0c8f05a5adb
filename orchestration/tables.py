"""Tables of the register that say whom to trust: partners' keys, signatures that held, files that were refused.

Here: their columns, and the catalogue of all tables. Not here: the statements that change them (register.py,
submissions/partner_keys.py, submissions/refusals.py).
"""

import sqlalchemy as sa

metadata = sa.MetaData()

partner_keys = sa.Table(
    "partner_keys", metadata,
    sa.Column("fingerprint", sa.String, primary_key=True),
    sa.Column("partner", sa.String, nullable=False, index=True),
    sa.Column("public_key", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("enrolled_at", sa.DateTime, nullable=False),
    sa.Column("enrolled_by", sa.String, nullable=False),
    sa.Column("revoked_at", sa.DateTime),
    sa.Column("revoked_by", sa.String),
    sa.Column("revoke_reason", sa.Text),
)  # fmt: skip

# The signed manifest and its signature lie in the vault under their own hashes.
signatures = sa.Table(
    "signatures", metadata,
    sa.Column("submission_id", sa.String(16), primary_key=True),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("manifest_sha256", sa.String(64), nullable=False),
    sa.Column("signature_sha256", sa.String(64), nullable=False),
)  # fmt: skip

refusals = sa.Table(
    "refusals", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("file_name", sa.String, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("feed", sa.String, nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False),
)  # fmt: skip
