"""Entities of current transcripts."""

from sqlalchemy import Column, Float, Index, Integer, String, Table

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, metadata

entities = Table(
    "extract_entities",
    metadata,
    Column("recording", ascii_string(255), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("kind", ascii_string(16), nullable=False),
    Column("value", String(255), nullable=False),
    Column("segment_index", Integer, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("heard", String(255), nullable=False),
    Column("evidence", String(1000), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Index("ix_extract_entities_value", "kind", "value", "captured_at"),
    **TABLE_OPTIONS,
)
"""`ordinal` counts from 0 in the order of the text. Spans are code points in the segment's text."""
