"""Transcripts, all that were ever made of a recording; one is current."""

from sqlalchemy import Boolean, Column, Index, String, Table, UniqueConstraint, text
from sqlalchemy.dialects.mysql import MEDIUMBLOB

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, id_column, metadata

transcripts = Table(
    "transcribe_transcripts",
    metadata,
    id_column(primary_key=True),
    Column("recording", ascii_string(255), nullable=False),
    Column("result_key", ascii_string(64), nullable=False),
    Column("engine", ascii_string(32), nullable=False),
    Column("model", String(255), nullable=False),
    Column("is_current", Boolean, nullable=False),
    Column("degraded", Boolean, nullable=False, server_default=text("0")),
    Column("body", MEDIUMBLOB, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("recording", "result_key", name="uq_transcribe_transcripts_result"),
    Index("ix_transcribe_transcripts_created_at", "created_at"),
    **TABLE_OPTIONS,
)
"""`result_key` is a digest of audio, engine, model, parameters and language: the same work done twice is one row.
`body` is a serialised tsn.transcribe.v1.Transcript. `degraded`: made by a fallback; never current where a better one
exists."""
