"""Fairness, batches, dead letters, sequence numbers and clocks. Only adds: the version before runs on it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import mesh.db.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _new_columns() -> dict[str, tuple[sa.Column[Any], ...]]:
    """New columns by table; made anew for each use, since a column belongs to one table."""
    return {
        "jobs": (
            sa.Column("owner", sa.String(length=64, collation="ascii_bin"), server_default="", nullable=False),
            sa.Column("crowded", sa.Boolean(), server_default=sa.text("0"), nullable=False),
            sa.Column("batch", sa.String(length=36, collation="ascii_bin"), server_default="", nullable=False),
            sa.Column("options", sa.JSON(none_as_null=True), nullable=True),
            sa.Column("deferrals", sa.Integer(), server_default="0", nullable=False),
            sa.Column("failure_class", sa.String(length=16, collation="ascii_bin"), server_default="", nullable=False),
            sa.Column("resolved_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
            sa.Column("resolution_note", sa.String(length=1000), server_default="", nullable=False),
        ),
        "ingest_nodes": (
            sa.Column("last_received_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
            sa.Column("clock_offset_ms", sa.BigInteger(), nullable=True),
            sa.Column("clock_measured_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
            sa.Column("clock_reference_offset_ms", sa.BigInteger(), nullable=True),
            sa.Column("clock_reference_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
            sa.Column("clock_drift_ppm", sa.Float(), nullable=True),
        ),
        "ingest_recordings": (sa.Column("node_clock_offset_ms", sa.BigInteger(), nullable=True),),
        "transcribe_transcripts": (sa.Column("degraded", sa.Boolean(), server_default=sa.text("0"), nullable=False),),
        "analyze_members": (
            sa.Column("transcript", sa.String(length=255, collation="ascii_bin"), server_default="", nullable=False),
            sa.Column("degraded", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        ),
        "query_recordings": (
            sa.Column("transcript_degraded", sa.Boolean(), server_default=sa.text("0"), nullable=False),
            sa.Column("mentions_degraded", sa.Boolean(), server_default=sa.text("0"), nullable=False),
            sa.Column("mentioned_us", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
            sa.Column("analysis_of", sa.String(length=255, collation="ascii_bin"), server_default="", nullable=False),
            sa.Column("analysis_degraded", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        ),
    }


def upgrade() -> None:
    """Go forward."""
    for table, columns in _new_columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_jobs_owner", "jobs", ["owner", "stage", "state"], unique=False)
    op.create_index("ix_jobs_batch", "jobs", ["batch", "state"], unique=False)
    op.create_index("ix_jobs_due", "jobs", ["stage", "state", "retry_at"], unique=False)
    op.create_table(
        "ingest_spools",
        sa.Column("node", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("spool_id", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("received_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("updated_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("node", "spool_id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "ingest_sequences",
        sa.Column("node", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("spool_id", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("received_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("node", "spool_id", "sequence"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "ingest_batches",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("request_id", sa.String(length=64, collation="ascii_bin"), nullable=True),
        sa.Column("kind", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("stage", sa.String(length=32, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("filter", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("engine", sa.String(length=32, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("model", sa.String(length=255), server_default="", nullable=False),
        sa.Column("note", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("total_recordings", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("position", sa.String(length=36, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("updated_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id", name="uq_ingest_batches_request_id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_ingest_batches_state", "ingest_batches", ["state", "id"], unique=False)
    op.create_table(
        "extract_readings",
        sa.Column("recording", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("transcript", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("degraded", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("recording"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )


def downgrade() -> None:
    """Go back; what the new tables and columns hold is lost."""
    op.drop_table("extract_readings")
    op.drop_table("ingest_batches")
    op.drop_table("ingest_sequences")
    op.drop_table("ingest_spools")
    op.drop_index("ix_jobs_due", table_name="jobs")
    op.drop_index("ix_jobs_batch", table_name="jobs")
    op.drop_index("ix_jobs_owner", table_name="jobs")
    for table, columns in _new_columns().items():
        for column in columns:
            op.drop_column(table, column.name)
