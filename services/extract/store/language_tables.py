"""What language engines answered before."""

from sqlalchemy import Column, Index, String, Table

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, metadata
from services.extract.domain.language import CALL_CHARACTERS, QUOTE_CHARACTERS, WHY_CHARACTERS

answers = Table(
    "extract_language_answers",
    metadata,
    Column("question", ascii_string(64), primary_key=True),
    Column("engine", String(255), nullable=False),
    Column("verdict", ascii_string(16), nullable=False),
    Column("base_call", String(CALL_CHARACTERS), nullable=False),
    Column("quote", String(QUOTE_CHARACTERS), nullable=False),
    Column("why", String(WHY_CHARACTERS), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_extract_language_answers_created_at", "created_at"),
    **TABLE_OPTIONS,
)
"""One row a question (sha256 of text, candidate and the engine's version), just as it was answered, believed or not."""
