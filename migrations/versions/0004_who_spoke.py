"""Callsigns with all that settles who spoke. Only adds: the version before runs on it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _mentions()


def downgrade() -> None:
    """Go back; what the version before does not know is forgotten."""
    op.drop_index("ix_extract_mentions_channel", table_name="extract_mentions")
    for column in ("review", "alternatives", "channel", "node"):
        op.drop_column("extract_mentions", column)


def _mentions() -> None:
    columns = (
        sa.Column("node", sa.String(length=100, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("channel", sa.String(length=128, collation="utf8mb4_bin"), server_default="", nullable=False),
        sa.Column("alternatives", sa.String(length=255, collation="ascii_bin"), server_default="", nullable=False),
        sa.Column("review", sa.String(length=16, collation="ascii_bin"), server_default="", nullable=False),
    )
    for column in columns:
        op.add_column("extract_mentions", column)
    op.create_index("ix_extract_mentions_channel", "extract_mentions", ["node", "channel", "captured_at"], unique=False)
