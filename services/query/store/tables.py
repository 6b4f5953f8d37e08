"""Read tables, built from events only: they can be dropped and made anew by replaying TSN_EVENTS.

The window tables `query_window_<id>` are made while the service runs, as copies of `query_window_template`.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text
from sqlalchemy.dialects.mysql import LONGBLOB, MEDIUMBLOB, MEDIUMTEXT

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, metadata

NAME_LENGTH = 200
CHANNEL = String(128, collation="utf8mb4_bin")
SEARCHED = "utf8mb4_unicode_ci"
"""Collation of searched text: without case and accents."""

recordings = Table(
    "query_recordings",
    metadata,
    Column("name", ascii_string(NAME_LENGTH), primary_key=True),
    Column("node", ascii_string(100), nullable=False),
    Column("channel", CHANNEL, nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("audio_key", ascii_string(255), nullable=False, server_default=""),
    Column("trace_id", ascii_string(32), nullable=False, server_default=""),
    Column("window_id", Integer, nullable=True),
    Column("transcript_name", ascii_string(255), nullable=False, server_default=""),
    Column("transcript_degraded", Boolean, nullable=False, server_default=text("0")),
    Column("mentions_of", ascii_string(255), nullable=False, server_default=""),
    Column("mentions_degraded", Boolean, nullable=False, server_default=text("0")),
    Column("mentioned_us", BigInteger, nullable=False, server_default=text("0")),
    Column("analysis_of", ascii_string(255), nullable=False, server_default=""),
    Column("analysis_degraded", Boolean, nullable=False, server_default=text("0")),
    Column("analyzed_us", BigInteger, nullable=False, server_default=text("0")),
    Column("conversation", ascii_string(100), nullable=False, server_default=""),
    Column("searchable", Boolean, nullable=False, server_default=text("0")),
    Column("segment_count", Integer, nullable=False, server_default=text("0")),
    Column("mention_count", Integer, nullable=False, server_default=text("0")),
    Column("alert_count", Integer, nullable=False, server_default=text("0")),
    Column("recording", MEDIUMBLOB, nullable=False),
    Column("transcript", LONGBLOB, nullable=True),
    Column("outline", MEDIUMBLOB, nullable=True),
    Column("mentions", MEDIUMBLOB, nullable=True),
    Column("alerts", MEDIUMBLOB, nullable=True),
    Index("ix_query_recordings_captured_at", "captured_at", "name"),
    Index("ix_query_recordings_node", "node", "captured_at", "name"),
    Index("ix_query_recordings_channel", "channel", "captured_at", "name"),
    Index("ix_query_recordings_conversation", "conversation"),
    Index(
        "ix_query_recordings_statistics", "searchable", "duration_ms", "segment_count", "mention_count", "alert_count"
    ),
    **TABLE_OPTIONS,
)
"""`recording` is a serialized Recording, `transcript` and `outline` (without words) a Transcript, `mentions` (with
the entities) and `alerts` a RecordingView that holds nothing else."""

mentions = Table(
    "query_mentions",
    metadata,
    Column("recording", ascii_string(NAME_LENGTH), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("base_call", ascii_string(32), nullable=False),
    Column("node", ascii_string(100), nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Index("ix_query_mentions_base_call", "base_call", "captured_at", "recording"),
    **TABLE_OPTIONS,
)

merged_conversations = Table(
    "query_merged_conversations",
    metadata,
    Column("conversation", ascii_string(100), primary_key=True),
    Column("became", ascii_string(100), nullable=False),
    **TABLE_OPTIONS,
)

opt_outs = Table(
    "query_opt_outs",
    metadata,
    Column("base_call", ascii_string(32), primary_key=True),
    Column("left_out", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    **TABLE_OPTIONS,
)
"""Callsigns that asked not to be profiled, and those that let it be again: so events may come in any order."""

windows = Table(
    "query_windows",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=True),
    **TABLE_OPTIONS,
)
"""Windows follow each other without gaps; `ends_at` is exclusive, and NULL on the newest."""

WINDOW_TEMPLATE = "query_window_template"
window_template = Table(
    WINDOW_TEMPLATE,
    metadata,
    Column("recording", ascii_string(NAME_LENGTH), primary_key=True),
    Column("node", ascii_string(100), nullable=False),
    Column("channel", CHANNEL, nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Column("callsigns", Text(collation=SEARCHED), nullable=False),
    Column("body", MEDIUMTEXT(collation=SEARCHED), nullable=False),
    Index("ix_query_window_captured_at", "captured_at", "recording"),
    Index("ft_query_window", "body", "callsigns", mysql_prefix="FULLTEXT"),
    **TABLE_OPTIONS,
)
