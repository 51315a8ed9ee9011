"""What an agent asked for and nobody has ended."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent_live", sa.Column("help", sa.Text()))
