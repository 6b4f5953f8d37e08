"""Conversations, what belongs to them, and alerts."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, text

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, id_column, metadata

channels = Table(
    "analyze_channels",
    metadata,
    Column("node", ascii_string(64), primary_key=True),
    Column("channel", String(64, collation="utf8mb4_bin"), primary_key=True),
    **TABLE_OPTIONS,
)
"""One row a channel, locked while its conversations change: recordings of one channel are assigned one at a time."""

conversations = Table(
    "analyze_conversations",
    metadata,
    id_column(primary_key=True),
    Column("node", ascii_string(64), nullable=False),
    Column("channel", String(64, collation="utf8mb4_bin"), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("recording_count", Integer, nullable=False),
    Index("ix_analyze_conversations_channel", "node", "channel", "started_at"),
    **TABLE_OPTIONS,
)

members = Table(
    "analyze_members",
    metadata,
    Column("recording", ascii_string(255), primary_key=True),
    id_column("conversation", nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("transcript", ascii_string(255), nullable=False, server_default=""),
    Column("degraded", Boolean, nullable=False, server_default=text("0")),
    Index("ix_analyze_members_conversation", "conversation", "started_at"),
    **TABLE_OPTIONS,
)
"""`transcript` is the one that the recording's alerts were found in, `degraded` whether a stand-in made it."""

alerts = Table(
    "analyze_alerts",
    metadata,
    Column("recording", ascii_string(255), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("kind", ascii_string(16), nullable=False),
    Column("phrase", String(255), nullable=False),
    Column("segment_index", Integer, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Index("ix_analyze_alerts_captured_at", "captured_at"),
    **TABLE_OPTIONS,
)
