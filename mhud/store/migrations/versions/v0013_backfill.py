"""What was read of Asterisk's own files about calls that mhud did not see."""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
