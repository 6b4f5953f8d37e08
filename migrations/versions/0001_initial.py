"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

import mesh.db.tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "analyze_alerts",
        sa.Column("recording", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("phrase", sa.String(length=255), nullable=False),
        sa.Column("segment_index", sa.Integer(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("captured_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("recording", "ordinal"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_analyze_alerts_captured_at", "analyze_alerts", ["captured_at"], unique=False)
    op.create_table(
        "analyze_channels",
        sa.Column("node", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("channel", sa.String(length=64, collation="utf8mb4_bin"), nullable=False),
        sa.PrimaryKeyConstraint("node", "channel"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "analyze_conversations",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("node", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("channel", sa.String(length=64, collation="utf8mb4_bin"), nullable=False),
        sa.Column("started_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("ended_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("recording_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index(
        "ix_analyze_conversations_channel", "analyze_conversations", ["node", "channel", "started_at"], unique=False
    )
    op.create_table(
        "analyze_members",
        sa.Column("recording", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("conversation", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("started_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("ended_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("recording"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_analyze_members_conversation", "analyze_members", ["conversation", "started_at"], unique=False)
    op.create_table(
        "extract_mentions",
        sa.Column("recording", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("transcript", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("base_call", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("modifiers", sa.String(length=64), nullable=False),
        sa.Column("host_prefix", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("segment_index", sa.Integer(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("heard", sa.String(length=255), nullable=False),
        sa.Column("form", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("role", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("extractor", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("captured_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("recording", "ordinal"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_extract_mentions_base_call", "extract_mentions", ["base_call", "captured_at"], unique=False)
    op.create_table(
        "ingest_nodes",
        sa.Column("id", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("display_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("time_zone", sa.String(length=64, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("self_registered", sa.Boolean(), nullable=False),
        sa.Column("last_heartbeat_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.Column("last_captured_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.Column("recording_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("health", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "ingest_recordings",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("node", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("captured_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("container", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("codec", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("sample_rate_hz", sa.Integer(), nullable=False),
        sa.Column("audio_channels", sa.Integer(), nullable=False),
        sa.Column("source_file_name", sa.String(length=255), server_default="", nullable=False),
        sa.Column("received_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("lane", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("audio_key", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("node", "request_id", name="uq_ingest_recordings_node_request"),
        sa.UniqueConstraint("sha256", name="uq_ingest_recordings_sha256"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_ingest_recordings_node_captured_at", "ingest_recordings", ["node", "captured_at"], unique=False)
    op.create_table(
        "ingest_uploads",
        sa.Column("node", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("request_id", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("sha256", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("received_bytes", sa.BigInteger(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("updated_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("node", "request_id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_ingest_uploads_updated_at", "ingest_uploads", ["updated_at"], unique=False)
    op.create_table(
        "job_transitions",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("job_id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("from_state", sa.String(length=16, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("to_state", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("worker", sa.String(length=128), server_default="", nullable=False),
        sa.Column("note", sa.String(length=1000), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_job_transitions_job_id", "job_transitions", ["job_id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("dedupe_key", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("subject", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("stage", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("lane", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("state", sa.String(length=16, collation="ascii_bin"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.Column("worker", sa.String(length=128), server_default="", nullable=False),
        sa.Column("retry_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.Column("error_reason", sa.String(length=64), server_default="", nullable=False),
        sa.Column("error_message", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("input", mysql.MEDIUMBLOB(), nullable=False),
        sa.Column("traceparent", sa.String(length=64, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("updated_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_jobs_dedupe_key")),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_jobs_stage_state", "jobs", ["stage", "state", "updated_at"], unique=False)
    op.create_index("ix_jobs_state", "jobs", ["state", "id"], unique=False)
    op.create_index("ix_jobs_subject", "jobs", ["subject"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("payload", mysql.MEDIUMBLOB(), nullable=False),
        sa.Column("traceparent", sa.String(length=64, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"], unique=False)
    op.create_table(
        "query_mentions",
        sa.Column("recording", sa.String(length=200, collation="ascii_bin"), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base_call", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("node", sa.String(length=100, collation="ascii_bin"), nullable=False),
        sa.Column("captured_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("recording", "ordinal"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index(
        "ix_query_mentions_base_call", "query_mentions", ["base_call", "captured_at", "recording"], unique=False
    )
    op.create_table(
        "query_merged_conversations",
        sa.Column("conversation", sa.String(length=100, collation="ascii_bin"), nullable=False),
        sa.Column("became", sa.String(length=100, collation="ascii_bin"), nullable=False),
        sa.PrimaryKeyConstraint("conversation"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "query_recordings",
        sa.Column("name", sa.String(length=200, collation="ascii_bin"), nullable=False),
        sa.Column("node", sa.String(length=100, collation="ascii_bin"), nullable=False),
        sa.Column("channel", sa.String(length=128, collation="utf8mb4_bin"), nullable=False),
        sa.Column("captured_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("audio_key", sa.String(length=255, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("trace_id", sa.String(length=32, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=True),
        sa.Column("transcript_name", sa.String(length=255, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("mentions_of", sa.String(length=255, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("analyzed_us", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("conversation", sa.String(length=100, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("searchable", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("segment_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("mention_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("alert_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("recording", mysql.MEDIUMBLOB(), nullable=False),
        sa.Column("transcript", mysql.LONGBLOB(), nullable=True),
        sa.Column("outline", mysql.MEDIUMBLOB(), nullable=True),
        sa.Column("mentions", mysql.MEDIUMBLOB(), nullable=True),
        sa.Column("alerts", mysql.MEDIUMBLOB(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_query_recordings_captured_at", "query_recordings", ["captured_at", "name"], unique=False)
    op.create_index("ix_query_recordings_channel", "query_recordings", ["channel", "captured_at", "name"], unique=False)
    op.create_index("ix_query_recordings_conversation", "query_recordings", ["conversation"], unique=False)
    op.create_index("ix_query_recordings_node", "query_recordings", ["node", "captured_at", "name"], unique=False)
    op.create_index(
        "ix_query_recordings_statistics",
        "query_recordings",
        ["searchable", "duration_ms", "segment_count", "mention_count", "alert_count"],
        unique=False,
    )
    op.create_table(
        "query_window_template",
        sa.Column("recording", sa.String(length=200, collation="ascii_bin"), nullable=False),
        sa.Column("node", sa.String(length=100, collation="ascii_bin"), nullable=False),
        sa.Column("channel", sa.String(length=128, collation="utf8mb4_bin"), nullable=False),
        sa.Column("captured_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("callsigns", sa.Text(collation="utf8mb4_unicode_ci"), nullable=False),
        sa.Column("body", mysql.MEDIUMTEXT(collation="utf8mb4_unicode_ci"), nullable=False),
        sa.PrimaryKeyConstraint("recording"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index(
        "ft_query_window", "query_window_template", ["body", "callsigns"], unique=False, mysql_prefix="FULLTEXT"
    )
    op.create_index("ix_query_window_captured_at", "query_window_template", ["captured_at", "recording"], unique=False)
    op.create_table(
        "query_windows",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("ends_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "transcribe_transcripts",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("recording", sa.String(length=255, collation="ascii_bin"), nullable=False),
        sa.Column("result_key", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("engine", sa.String(length=32, collation="ascii_bin"), nullable=False),
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("body", mysql.MEDIUMBLOB(), nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("recording", "result_key", name="uq_transcribe_transcripts_result"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_transcribe_transcripts_created_at", "transcribe_transcripts", ["created_at"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_transcribe_transcripts_created_at", table_name="transcribe_transcripts")
    op.drop_table("transcribe_transcripts")
    op.drop_table("query_windows")
    op.drop_index("ix_query_window_captured_at", table_name="query_window_template")
    op.drop_index("ft_query_window", table_name="query_window_template", mysql_prefix="FULLTEXT")
    op.drop_table("query_window_template")
    op.drop_index("ix_query_recordings_statistics", table_name="query_recordings")
    op.drop_index("ix_query_recordings_node", table_name="query_recordings")
    op.drop_index("ix_query_recordings_conversation", table_name="query_recordings")
    op.drop_index("ix_query_recordings_channel", table_name="query_recordings")
    op.drop_index("ix_query_recordings_captured_at", table_name="query_recordings")
    op.drop_table("query_recordings")
    op.drop_table("query_merged_conversations")
    op.drop_index("ix_query_mentions_base_call", table_name="query_mentions")
    op.drop_table("query_mentions")
    op.drop_index("ix_outbox_created_at", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_jobs_subject", table_name="jobs")
    op.drop_index("ix_jobs_state", table_name="jobs")
    op.drop_index("ix_jobs_stage_state", table_name="jobs")
    op.drop_table("jobs")
    op.drop_index("ix_job_transitions_job_id", table_name="job_transitions")
    op.drop_table("job_transitions")
    op.drop_index("ix_ingest_uploads_updated_at", table_name="ingest_uploads")
    op.drop_table("ingest_uploads")
    op.drop_index("ix_ingest_recordings_node_captured_at", table_name="ingest_recordings")
    op.drop_table("ingest_recordings")
    op.drop_table("ingest_nodes")
    op.drop_index("ix_extract_mentions_base_call", table_name="extract_mentions")
    op.drop_table("extract_mentions")
    op.drop_index("ix_analyze_members_conversation", table_name="analyze_members")
    op.drop_table("analyze_members")
    op.drop_index("ix_analyze_conversations_channel", table_name="analyze_conversations")
    op.drop_table("analyze_conversations")
    op.drop_table("analyze_channels")
    op.drop_index("ix_analyze_alerts_captured_at", table_name="analyze_alerts")
    op.drop_table("analyze_alerts")
