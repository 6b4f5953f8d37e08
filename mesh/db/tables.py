"""What all tables share: one MetaData, column types, and the outbox."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Index, MetaData, String, Table, TypeDecorator
from sqlalchemy.dialects.mysql import DATETIME, MEDIUMBLOB

from mesh.clock import to_milliseconds

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
)
TABLE_OPTIONS: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4"}
"""For every table: `Table(..., **TABLE_OPTIONS)`."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC with milliseconds; refuses naive ones."""

    impl = DATETIME(fsp=3)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware to naive UTC. Raises ValueError for a naive moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        # Cut here: left to the server, MySQL rounds and MariaDB cuts.
        return to_milliseconds(value.astimezone(UTC).replace(tzinfo=None))

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Naive UTC to aware."""
        return None if value is None else value.replace(tzinfo=UTC)


def ascii_string(length: int) -> String:
    """A column for ids, names and keys: compared byte by byte, one byte a character."""
    return String(length, collation="ascii_bin")


def id_column(name: str = "id", **options: Any) -> Column[str]:
    """A column for a UUIDv7 in text."""
    return Column(name, ascii_string(36), **options)


def _message_columns() -> list[Column[Any]]:
    """A message on its way to the bus, its id first."""
    return [
        id_column(primary_key=True),
        Column("subject", String(255), nullable=False),
        Column("payload", MEDIUMBLOB, nullable=False),
        Column("traceparent", ascii_string(64), nullable=False, server_default=""),
        Column("created_at", UtcDateTime, nullable=False),
    ]


outbox = Table(
    "outbox",
    metadata,
    *_message_columns(),
    Index("ix_outbox_created_at", "created_at"),
    **TABLE_OPTIONS,
)

outbox_sent = Table(
    "outbox_sent",
    metadata,
    *_message_columns(),
    Column("stream_life", ascii_string(64), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("ix_outbox_sent_place", "stream_life", "sequence"),
    **TABLE_OPTIONS,
)
"""Events that were published and that not every reader has yet: message `sequence` of the stream made at `stream_life`.

A table of its own, since the outbox is read from its beginning all the time and has to stay short.
"""
