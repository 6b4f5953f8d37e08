"""Callsigns with all that settles who spoke. Only adds: the version before runs on it."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import mesh.db.tables
from migrations.corrections_of_0004 import seeds

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _mentions()
    _entities()
    _callsign_data()
    _corrections()
    _reviews()
    _opt_outs()
    _language_answers()
    _priors()
    _glossary()


def downgrade() -> None:
    """Go back; what the version before does not know is forgotten."""
    op.drop_table("extract_glossary_terms")
    op.drop_table("extract_heard_days")
    op.drop_column("extract_mentions", "is_clear")
    for table in ("extract_register_answers", "extract_callsign_imports", "extract_callsigns"):
        op.drop_table(table)
    op.drop_column("extract_readings", "corrections_version")
    for table in ("extract_correction_changes", "extract_corrections_state", "extract_corrections"):
        op.drop_table(table)
    for table in ("query_opt_outs", "extract_opt_outs", "extract_review_effects", "extract_reviews"):
        op.drop_table(table)
    op.drop_table("extract_entities")
    op.drop_table("extract_language_answers")
    op.drop_index("ix_extract_mentions_channel", table_name="extract_mentions")
    for column in ("review", "alternatives", "channel", "node"):
        op.drop_column("extract_mentions", column)


def _mentions() -> None:
    columns = (
        sa.Column("node", sa.String(length=100, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("channel", sa.String(length=128, collation="utf8mb4_bin"), server_default="", nullable=False),
        sa.Column("alternatives", sa.String(length=255, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("review", sa.String(length=16, collation="ascii_bin"), server_default="", nullable=False),
    )
    for column in columns:
        op.add_column("extract_mentions", column)
    op.create_index("ix_extract_mentions_channel", "extract_mentions", ["node", "channel", "captured_at"], unique=False)


def _entities() -> None:
    op.create_table(
        "extract_entities",
        sa.Column("recording", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("segment_index", sa.Integer(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("heard", sa.String(length=255), nullable=False),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("captured_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("recording", "ordinal"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_extract_entities_value", "extract_entities", ["kind", "value", "captured_at"], unique=False)


def _corrections() -> None:
    version = sa.Column("corrections_version", sa.BigInteger(), server_default="0", nullable=False)
    op.add_column("extract_readings", version)
    table = op.create_table(
        "extract_corrections",
        sa.Column("heard", sa.String(length=80, collation="ascii_bin"), nullable=False),
        sa.Column("meant", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("category", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("note", sa.String(length=255), server_default="", nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("updated_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("updated_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("heard"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    state = op.create_table(
        "extract_corrections_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "extract_correction_changes",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("heard", sa.String(length=80, collation="ascii_bin"), nullable=False),
        sa.Column("action", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("state_before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state_after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("changed_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("version"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_extract_correction_changes_heard", "extract_correction_changes", ["heard", "version"])
    who = {"created_by": "tsn", "updated_by": "tsn"}
    when = dict.fromkeys(("created_at", "updated_at"), datetime.now(UTC))
    rows = [{"heard": heard, "meant": meant, "category": "misheard", **who, **when} for heard, meant in seeds().items()]
    op.bulk_insert(table, rows)
    op.bulk_insert(state, [{"id": 1, "version": 1}])


def _holder_columns() -> list[sa.Column[str]]:
    return [
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("city", sa.String(length=64), server_default="", nullable=False),
        sa.Column("region", sa.String(length=32), server_default="", nullable=False),
        sa.Column("country", sa.String(length=64), server_default="", nullable=False),
        sa.Column("grid", sa.String(length=8, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("licence_class", sa.String(length=64), server_default="", nullable=False),
    ]


def _callsign_data() -> None:
    op.create_table(
        "extract_callsigns",
        sa.Column("source", sa.String(length=8, collation="ascii_bin"), nullable=False),
        sa.Column("unique_id", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("base_call", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("status", sa.String(length=16, collation="ascii_bin"), server_default="", nullable=False),
        *_holder_columns(),
        sa.Column("granted", sa.Date(), nullable=True),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("import_id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("updated_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("source", "unique_id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_extract_callsigns_base_call", "extract_callsigns", ["base_call"], unique=False)
    op.create_table(
        "extract_callsign_imports",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("source", sa.String(length=8, collation="ascii_bin"), nullable=False),
        sa.Column("sha256", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("rows_taken", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("broken_lines", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("active_licences", sa.BigInteger(), nullable=True),
        sa.Column("started_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("updated_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("ended_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "sha256", name="uq_extract_callsign_imports_file"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "extract_register_answers",
        sa.Column("source", sa.String(length=8, collation="ascii_bin"), nullable=False),
        sa.Column("base_call", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        *_holder_columns(),
        sa.Column("answered_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("expires_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("source", "base_call"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_extract_register_answers_expires_at", "extract_register_answers", ["expires_at"], unique=False)


def _reviews() -> None:
    op.create_table(
        "extract_reviews",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("scope", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("action", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("base_call", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("new_call", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("recording", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("transcript", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("segment_index", sa.Integer(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("heard", sa.String(length=255), nullable=False),
        sa.Column("begins_ms", sa.Integer(), nullable=True),
        sa.Column("ends_ms", sa.Integer(), nullable=True),
        sa.Column("node", sa.String(length=100, collation="ascii_bin"), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("undone_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.Column("undone_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("changed_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("found_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.Column("position", sa.String(length=255, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("passes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("recordings_queued", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    for column in ("recording", "base_call", "found_at"):
        op.create_index(f"ix_extract_reviews_{column}", "extract_reviews", [column], unique=False)
    op.create_table(
        "extract_review_effects",
        sa.Column("recording", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("review", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("segment_index", sa.Integer(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("heard", sa.String(length=255), nullable=False),
        sa.Column("base_call", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.PrimaryKeyConstraint("recording", "ordinal"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_extract_review_effects_review", "extract_review_effects", ["review", "recording"], unique=False)


def _opt_outs() -> None:
    op.create_table(
        "extract_opt_outs",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("base_call", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("holding", sa.String(length=32, collation="ascii_bin"), nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("ended_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.Column("ended_by", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("holding", name="uq_extract_opt_outs_holding"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_extract_opt_outs_base_call", "extract_opt_outs", ["base_call"], unique=False)
    op.create_table(
        "query_opt_outs",
        sa.Column("base_call", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("changed_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("base_call"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )


def _language_answers() -> None:
    op.create_table(
        "extract_language_answers",
        sa.Column("question", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("engine", sa.String(length=255), nullable=False),
        sa.Column("verdict", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("base_call", sa.String(length=32), nullable=False),
        sa.Column("quote", sa.String(length=2000), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("question"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
    )
    op.create_index("ix_extract_language_answers_created_at", "extract_language_answers", ["created_at"], unique=False)


def _priors() -> None:
    op.add_column("extract_mentions", sa.Column("is_clear", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "extract_heard_days",
        sa.Column("node", sa.String(length=100, collation="ascii_bin"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("base_call", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("recordings", sa.Integer(), nullable=False),
        sa.Column("last_heard_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("node", "day", "base_call"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )


def _glossary() -> None:
    op.create_table(
        "extract_glossary_terms",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("node", sa.String(length=100, collation="ascii_bin"), nullable=False),
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("holding", sa.String(length=64, collation="utf8mb4_bin"), nullable=True),
        sa.Column("kind", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("spoken", sa.String(length=128), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("removed_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("removed_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("node", "holding", name="uq_extract_glossary_terms_holding"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
