"""Mentions of current transcripts, and which those are."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, text

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, metadata

mentions = Table(
    "extract_mentions",
    metadata,
    Column("recording", ascii_string(255), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("transcript", ascii_string(255), nullable=False),
    Column("base_call", ascii_string(32), nullable=False),
    Column("modifiers", String(64), nullable=False),
    Column("host_prefix", ascii_string(16), nullable=False),
    Column("segment_index", Integer, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("heard", String(255), nullable=False),
    Column("form", ascii_string(16), nullable=False),
    Column("role", ascii_string(16), nullable=False),
    Column("evidence", String(1000), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("extractor", ascii_string(64), nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Column("node", ascii_string(100), nullable=False, server_default=""),
    Column("channel", String(128, collation="utf8mb4_bin"), nullable=False, server_default=""),
    Column("alternatives", ascii_string(255), nullable=False, server_default=""),
    Column("review", ascii_string(16), nullable=False, server_default=""),
    Column("is_clear", Boolean, nullable=False, server_default=text("0")),
    Index("ix_extract_mentions_base_call", "base_call", "captured_at"),
    Index("ix_extract_mentions_channel", "node", "channel", "captured_at"),
    **TABLE_OPTIONS,
)
"""`ordinal` counts from 0 in the order of the text. Spans are code points in the segment's text. `is_clear`: the words
alone say so, or a person vouched for it; only such mentions tell anything of other recordings."""

readings = Table(
    "extract_readings",
    metadata,
    Column("recording", ascii_string(255), primary_key=True),
    Column("transcript", ascii_string(255), nullable=False),
    Column("degraded", Boolean, nullable=False, server_default=text("0")),
    Column("corrections_version", BigInteger, nullable=False, server_default="0"),
    **TABLE_OPTIONS,
)
"""The transcript that each recording's mentions were read from, also where it held none; locked while they change.

`corrections_version`: of the table of corrections that it was read with; 0: the built-in ones.
"""
