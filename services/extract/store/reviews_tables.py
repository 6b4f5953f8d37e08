"""What people said, what it did, and whom nobody is to profile. Rows are never deleted, but for `review_effects`."""

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint, text

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, id_column, metadata

reviews = Table(
    "extract_reviews",
    metadata,
    id_column(primary_key=True),
    Column("scope", ascii_string(16), nullable=False),
    Column("action", ascii_string(16), nullable=False),
    Column("base_call", ascii_string(32), nullable=False),
    Column("new_call", ascii_string(32), nullable=False),
    Column("recording", ascii_string(255), nullable=False),
    Column("transcript", ascii_string(255), nullable=False),
    Column("segment_index", Integer, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("heard", String(255), nullable=False),
    Column("begins_ms", Integer, nullable=True),
    Column("ends_ms", Integer, nullable=True),
    Column("node", ascii_string(100), nullable=False),
    Column("author", String(64), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime, nullable=True),
    Column("undone_by", String(64), nullable=False, server_default=""),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("found_at", UtcDateTime, nullable=True),
    Column("position", ascii_string(255), nullable=False, server_default=""),
    Column("passes", Integer, nullable=False, server_default=text("0")),
    Column("recordings_queued", Integer, nullable=False, server_default=text("0")),
    Index("ix_extract_reviews_recording", "recording"),
    Index("ix_extract_reviews_base_call", "base_call"),
    Index("ix_extract_reviews_found_at", "found_at"),
    **TABLE_OPTIONS,
)
"""`scope` is "mention" or "callsign"; what belongs to a place is empty, 0 or NULL for a callsign. `begins_ms` and
`ends_ms` lie inside the recording. `changed_at`: when it was made or undone; `found_at`: when the recordings that this
concerns were all queued, twice over (`passes`), up to `position` until then."""

review_effects = Table(
    "extract_review_effects",
    metadata,
    Column("recording", ascii_string(255), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("review", ascii_string(36), nullable=False),
    Column("segment_index", Integer, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("heard", String(255), nullable=False),
    Column("base_call", ascii_string(32), nullable=False),
    Index("ix_extract_review_effects_review", "review", "recording"),
    **TABLE_OPTIONS,
)
"""What each review did in the reading that counts: the mention as it was before; `base_call` is empty where there was
none. Replaced with the reading."""

opt_outs = Table(
    "extract_opt_outs",
    metadata,
    id_column(primary_key=True),
    Column("base_call", ascii_string(32), nullable=False),
    Column("holding", ascii_string(32), nullable=True),
    Column("author", String(64), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
    Column("ended_by", String(64), nullable=False, server_default=""),
    UniqueConstraint("holding", name="uq_extract_opt_outs_holding"),
    Index("ix_extract_opt_outs_base_call", "base_call"),
    **TABLE_OPTIONS,
)
"""`holding` is the callsign while the opt-out holds, then NULL: so a callsign has one that holds at most."""
