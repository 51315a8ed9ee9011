"""What was read of Asterisk's own files about calls that mhud did not see; who called in vain."""

import sqlalchemy as sa
from alembic import op

from mhud.store.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "books",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("inode", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_books")),
    )
    op.create_table(
        "missed_callers",
        sa.Column("phone_key", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("last_call_id", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("phone_key", name=op.f("pk_missed_callers")),
        sa.UniqueConstraint("call_id", name=op.f("uq_missed_callers_call_id")),
    )
    op.create_index(
        op.f("ix_missed_callers_since_call_id"),
        "missed_callers",
        ["since", "call_id"],
        unique=False,
    )
