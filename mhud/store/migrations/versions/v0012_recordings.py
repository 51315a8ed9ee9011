"""Recordings of calls: where they are and what became of them."""

import sqlalchemy as sa
from alembic import op

from mhud.store.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("talk_s", sa.Integer(), nullable=True),
        sa.Column("duration", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("filename", name=op.f("uq_recordings_filename")),
    )
    for name, columns in (
        ("ix_recordings_due_at", ["due_at"]),
        ("ix_recordings_state", ["state", "ended_at", "call_id"]),
        ("ix_recordings_ended_at", ["ended_at", "call_id"]),
    ):
        op.create_index(op.f(name), "recordings", columns, unique=False)
    op.create_table(
        "recording_parts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_recording_parts")),
    )
    for name in ("call_id", "state"):
        index = op.f(f"ix_recording_parts_{name}")
        op.create_index(index, "recording_parts", [name], unique=False)
    op.create_table(
        "recording_position",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_position")),
    )
