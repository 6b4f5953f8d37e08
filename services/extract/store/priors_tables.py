"""Who is often heard where."""

from sqlalchemy import Column, Date, Integer, Table

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, metadata

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
