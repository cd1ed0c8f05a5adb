"""The tables of the register and their columns.

Here: their shape only, and that a register of an earlier version gets it. Not here: the statements that change them
(register.py; judgements.py, publication/sign_offs.py, submissions/partner_keys.py and submissions/refusals.py for
their own).
"""

import sqlalchemy as sa

metadata = sa.MetaData()
COUNTS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_duplicate", "rows_repaired", "rows_warned")

submissions = sa.Table(
    "submissions", metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("sequence", sa.Integer, nullable=False, unique=True),
    sa.Column("partner", sa.String, nullable=False),
    sa.Column("feed", sa.String, nullable=False),
    sa.Column("period", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("supersedes", sa.String(16)),
    sa.Column("file_name", sa.String, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("received_at", sa.DateTime, nullable=False),
    sa.Column("issued_at", sa.DateTime),
    sa.Column("manifest", sa.Text, nullable=False, default="{}"),
    sa.Column("signed_by", sa.String),
    sa.Column("contract_version", sa.String, nullable=False),
    sa.Column("status", sa.String, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("verdict", sa.String),
    sa.Column("verdict_reason", sa.Text, nullable=False, default=""),
    *(sa.Column(name, sa.BigInteger) for name in COUNTS),
    sa.Index("submissions_by_feed", "partner", "feed", "period"),
)  # fmt: skip

landing_files = sa.Table(
    "landing_files", metadata,
    sa.Column("path", sa.String, primary_key=True),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("submission_id", sa.String(16)),
    sa.Column("refusal", sa.Text, nullable=False, default=""),
    sa.Column("seen_at", sa.DateTime, nullable=False),
)  # fmt: skip

pulled_files = sa.Table(
    "pulled_files", metadata,
    sa.Column("server", sa.String, primary_key=True),
    sa.Column("path", sa.String, primary_key=True),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("submission_id", sa.String(16)),
    sa.Column("refusal", sa.Text, nullable=False, default=""),
    sa.Column("seen_at", sa.DateTime, nullable=False),
)  # fmt: skip

events = sa.Table(
    "events", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("submission_id", sa.String(16), nullable=False, index=True),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("detail", sa.Text, nullable=False, default=""),
)  # fmt: skip

judgements = sa.Table(
    "judgements", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("subject_id", sa.String, nullable=False, index=True),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    # These say nothing of decisions about submissions (judgements.py).
    sa.Column("originator", sa.String),
    sa.Column("marking", sa.Text),
    sa.Column("evidence", sa.String),
    sa.Column("reverses", sa.Integer),
)  # fmt: skip

# Which mark of a party (linkage/ids.py) got which id, as seen by `view`: compressed JSON of what changed in a step.
party_id_steps = sa.Table(
    "party_id_steps", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("view", sa.String, nullable=False, index=True),
    sa.Column("submission_id", sa.String(16), nullable=False),
    sa.Column("changes", sa.LargeBinary, nullable=False),
    sa.Column("events", sa.Text, nullable=False, default="[]"),
)  # fmt: skip

receipts = sa.Table(
    "receipts", metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("submission_id", sa.String(16), nullable=False, unique=True),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("head", sa.String(64), nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
)  # fmt: skip

check_results = sa.Table(
    "check_results", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("asset", sa.String, nullable=False),
    sa.Column("check_name", sa.String, nullable=False),
    sa.Column("passed", sa.Boolean, nullable=False),
    sa.Column("blocking", sa.Boolean, nullable=False),
    sa.Column("severity", sa.String, nullable=False),
    sa.Column("detail", sa.Text, nullable=False, default=""),
    sa.Index("check_results_by_asset", "asset", "check_name", "id"),
)  # fmt: skip

publications = sa.Table(
    "publications", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("period", sa.String, nullable=False, default=""),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("path", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False, default=""),
    sa.Column("detail", sa.Text, nullable=False, default=""),
)  # fmt: skip

# What was said of a draft edition: signed off, or that taken back. Bound to the bytes by the hash of the manifest.
sign_offs = sa.Table(
    "sign_offs", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("report", sa.String, nullable=False),
    sa.Column("period", sa.String, nullable=False),
    sa.Column("edition", sa.String, nullable=False),
    sa.Column("contents_sha256", sa.String(64), nullable=False),
    sa.Column("manifest_sha256", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("although_differences", sa.Text),
)  # fmt: skip

access_log = sa.Table(
    "access_log", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("rows", sa.BigInteger),
    sa.Column("ms", sa.Integer),
)  # fmt: skip

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


def bring_up_to_date(connection: sa.Connection) -> None:
    """Create the tables that are missing, and the columns that a register of an earlier version lacks; those may all
    be empty.
    """
    metadata.create_all(connection)
    there = sa.inspect(connection)
    for table in metadata.sorted_tables:
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known and column.nullable:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}')
