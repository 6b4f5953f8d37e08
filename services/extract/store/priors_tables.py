"""Who is often heard where, and what people say is often said."""

from sqlalchemy import Column, Date, Integer, String, Table, UniqueConstraint

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, id_column, metadata

heard_days = Table(
    "extract_heard_days",
    metadata,
    Column("node", ascii_string(100), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("base_call", ascii_string(32), primary_key=True),
    Column("recordings", Integer, nullable=False),
    Column("last_heard_at", UtcDateTime, nullable=False),
    **TABLE_OPTIONS,
)
"""In how many recordings of a node, captured on a day in UTC, a call was clear. Changes with the mentions, so that
the regulars of a node are found without reading them all; a row may have come down to no recordings."""

glossary_terms = Table(
    "extract_glossary_terms",
    metadata,
    id_column(primary_key=True),
    Column("node", ascii_string(100), nullable=False),
    Column("term", String(64), nullable=False),
    Column("holding", String(64, collation="utf8mb4_bin"), nullable=True),
    Column("kind", ascii_string(16), nullable=False),
    Column("spoken", String(128), nullable=False),
    Column("author", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_by", String(64), nullable=False, server_default=""),
    Column("removed_at", UtcDateTime, nullable=True),
    UniqueConstraint("node", "holding", name="uq_extract_glossary_terms_holding"),
    **TABLE_OPTIONS,
)
"""`node` is empty for all nodes. `holding` is the term in lower case while it is in force, then NULL: so a node has it
once at most, and who removed it stays on record."""
