"""Tables of ingest."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, String, Table, UniqueConstraint

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, id_column, metadata

nodes = Table(
    "ingest_nodes",
    metadata,
    Column("id", ascii_string(64), primary_key=True),
    Column("display_name", String(200), nullable=False, server_default=""),
    Column("time_zone", ascii_string(64), nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("self_registered", Boolean, nullable=False),
    Column("last_heartbeat_at", UtcDateTime),
    Column("last_captured_at", UtcDateTime),
    Column("recording_count", BigInteger, nullable=False, server_default="0"),
    Column("health", JSON(none_as_null=True)),
    Column("last_received_at", UtcDateTime),
    Column("clock_offset_ms", BigInteger),
    Column("clock_measured_at", UtcDateTime),
    Column("clock_reference_offset_ms", BigInteger),
    Column("clock_reference_at", UtcDateTime),
    Column("clock_drift_ppm", Float),
    **TABLE_OPTIONS,
)
"""`recording_count` and `last_captured_at` are kept up to date by the transaction that stores a recording.
`clock_offset_ms` is the server's clock minus the node's; drift is measured against the reference."""

recordings = Table(
    "ingest_recordings",
    metadata,
    id_column(primary_key=True),
    Column("node", ascii_string(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("sha256", ascii_string(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("container", ascii_string(32), nullable=False),
    Column("codec", ascii_string(32), nullable=False),
    Column("sample_rate_hz", Integer, nullable=False),
    Column("audio_channels", Integer, nullable=False),
    Column("source_file_name", String(255), nullable=False, server_default=""),
    Column("received_at", UtcDateTime, nullable=False),
    Column("lane", ascii_string(16), nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("request_id", ascii_string(64), nullable=False),
    Column("audio_key", ascii_string(255), nullable=False),
    Column("node_clock_offset_ms", BigInteger),
    UniqueConstraint("sha256", name="uq_ingest_recordings_sha256"),
    UniqueConstraint("node", "request_id", name="uq_ingest_recordings_node_request"),
    Index("ix_ingest_recordings_node_captured_at", "node", "captured_at"),
    **TABLE_OPTIONS,
)
"""One row for each file, whoever sent it first."""

uploads = Table(
    "ingest_uploads",
    metadata,
    Column("node", ascii_string(64), primary_key=True),
    Column("request_id", ascii_string(64), primary_key=True),
    Column("sha256", ascii_string(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("received_bytes", BigInteger, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_ingest_uploads_updated_at", "updated_at"),
    **TABLE_OPTIONS,
)
"""Uploads that broke; `parts` is a list of {key, offset, size_bytes} without gaps from 0."""

spools = Table(
    "ingest_spools",
    metadata,
    Column("node", ascii_string(64), primary_key=True),
    Column("spool_id", ascii_string(64), primary_key=True),
    Column("last_sequence", BigInteger, nullable=False, server_default="0"),
    Column("received_count", BigInteger, nullable=False, server_default="0"),
    Column("updated_at", UtcDateTime, nullable=False),
    **TABLE_OPTIONS,
)
"""What a node has numbered: the highest number heard of, and how many of its numbers the server has spoken on."""

sequences = Table(
    "ingest_sequences",
    metadata,
    Column("node", ascii_string(64), primary_key=True),
    Column("spool_id", ascii_string(64), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("outcome", ascii_string(16), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    **TABLE_OPTIONS,
)
"""Each number that the server has spoken on; `outcome` is stored, duplicate or refused. What is missing is a gap."""

batches = Table(
    "ingest_batches",
    metadata,
    id_column(primary_key=True),
    Column("request_id", ascii_string(64), unique=True),
    Column("kind", ascii_string(16), nullable=False),
    Column("stage", ascii_string(32), nullable=False, server_default=""),
    Column("filter", String(1000), nullable=False, server_default=""),
    Column("engine", ascii_string(32), nullable=False, server_default=""),
    Column("model", String(255), nullable=False, server_default=""),
    Column("note", String(1000), nullable=False, server_default=""),
    Column("state", ascii_string(16), nullable=False),
    Column("total_recordings", BigInteger, nullable=False, server_default="0"),
    Column("position", ascii_string(36), nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_ingest_batches_state", "state", "id"),
    **TABLE_OPTIONS,
)
"""`position` is the id of the last recording whose job is queued: a batch that was interrupted goes on behind it."""
