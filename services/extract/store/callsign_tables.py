"""Registers of callsigns: licences, the imports that brought them, and answers of services that were asked."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, String, Table, UniqueConstraint

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, id_column, metadata


def _holder_columns() -> list[Column[str]]:
    return [
        Column("name", String(200), nullable=False, server_default=""),
        Column("city", String(64), nullable=False, server_default=""),
        Column("region", String(32), nullable=False, server_default=""),
        Column("country", String(64), nullable=False, server_default=""),
        Column("grid", ascii_string(8), nullable=False, server_default=""),
        Column("licence_class", String(64), nullable=False, server_default=""),
    ]


callsigns = Table(
    "extract_callsigns",
    metadata,
    Column("source", ascii_string(8), primary_key=True),
    Column("unique_id", ascii_string(32), primary_key=True),
    Column("base_call", ascii_string(16), nullable=False),
    Column("status", ascii_string(16), nullable=False, server_default=""),
    *_holder_columns(),
    Column("granted", Date, nullable=True),
    Column("expires", Date, nullable=True),
    Column("import_id", ascii_string(36), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_extract_callsigns_base_call", "base_call"),
    **TABLE_OPTIONS,
)
"""One row a licence; a call that was issued anew has several. `import_id`: the import that wrote it last."""

callsign_imports = Table(
    "extract_callsign_imports",
    metadata,
    id_column(primary_key=True),
    Column("source", ascii_string(8), nullable=False),
    Column("sha256", ascii_string(64), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("author", String(64), nullable=False),
    Column("state", ascii_string(16), nullable=False),
    Column("rows_taken", BigInteger, nullable=False, server_default="0"),
    Column("broken_lines", BigInteger, nullable=False, server_default="0"),
    Column("active_licences", BigInteger, nullable=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
    UniqueConstraint("source", "sha256", name="uq_extract_callsign_imports_file"),
    **TABLE_OPTIONS,
)
"""One row a file. `rows_taken` is where it goes on."""

register_answers = Table(
    "extract_register_answers",
    metadata,
    Column("source", ascii_string(8), primary_key=True),
    Column("base_call", ascii_string(16), primary_key=True),
    Column("known", Boolean, nullable=False),
    *_holder_columns(),
    Column("answered_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_extract_register_answers_expires_at", "expires_at"),
    **TABLE_OPTIONS,
)
"""What a callsign service said, that it does not know a call included; asked again once expired."""
