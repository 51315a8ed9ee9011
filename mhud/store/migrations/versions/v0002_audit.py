"""The audit trail, which only grows; and which calls were listened to by others."""

import sqlalchemy as sa
from alembic import op

from mhud.store.types import JsonText, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A second lock besides the code: nobody rewrites history, and a purge takes only what is old.
NO_UPDATE = """
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is not changed'); END
"""
NO_DELETE = """
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN OLD.at > datetime('now', '-90 days')
BEGIN SELECT RAISE(ABORT, 'the audit trail is kept for 90 days at least'); END
"""


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("details", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    for columns in (["at"], ["username", "id"], ["subject_id", "id"]):
        op.create_index(op.f(f"ix_audit_{'_'.join(columns)}"), "audit", columns, unique=False)
    op.execute(NO_UPDATE)
    op.execute(NO_DELETE)
    op.add_column("calls", sa.Column("monitors", sa.Text(), nullable=True))
