"""Events that were published and that not every reader has yet. Only adds: the version before runs on it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

import mesh.db.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "outbox_sent",
        sa.Column("id", sa.String(length=36, collation="ascii_bin"), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("payload", mysql.MEDIUMBLOB(), nullable=False),
        sa.Column("traceparent", sa.String(length=64, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("created_at", mesh.db.tables.UtcDateTime(fsp=3), nullable=False),
        sa.Column("stream_life", sa.String(length=64, collation="ascii_bin"), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_outbox_sent_place", "outbox_sent", ["stream_life", "sequence"], unique=False)


def downgrade() -> None:
    """Go back; what was kept is forgotten."""
    op.drop_table("outbox_sent")
