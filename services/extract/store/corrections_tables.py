"""The table of phonetic corrections, its version and who changed it."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, text

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, metadata

corrections = Table(
    "extract_corrections",
    metadata,
    Column("heard", ascii_string(80), primary_key=True),
    Column("meant", ascii_string(32), nullable=False),
    Column("category", ascii_string(16), nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=text("1")),
    Column("note", String(255), nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("updated_by", String(64), nullable=False),
    **TABLE_OPTIONS,
)
"""`meant` holds the letters or digits that it may stand for, best first, parted by blanks."""

corrections_state = Table(
    "extract_corrections_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    **TABLE_OPTIONS,
)
"""One row, `STATE_ID`: every change of the table raises `version` by one in its transaction, and holds the row."""
STATE_ID = 1

correction_changes = Table(
    "extract_correction_changes",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("heard", ascii_string(80), nullable=False),
    Column("action", ascii_string(16), nullable=False),
    Column("state_before", JSON(none_as_null=True)),
    Column("state_after", JSON(none_as_null=True)),
    Column("author", String(64), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_extract_correction_changes_heard", "heard", "version"),
    **TABLE_OPTIONS,
)
"""What each version changed; the one that the migration made has no row."""
