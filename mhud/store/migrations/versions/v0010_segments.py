"""What reports of calls are added up from."""

import sqlalchemy as sa
from alembic import op

from mhud.store.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MEASURES = (
    "calls",
    "offered",
    "answered",
    "abandoned",
    "outbound",
    "transferred",
    "contacts",
    "talk_s",
    "hold_s",
    "wrap_up_s",
    "stays",
    "stays_answered",
    "stays_answered_within",
    "stays_abandoned",
    "stays_abandoned_within",
    "answered_wait_s",
    "longest_wait_s",
)
_SPENT = ("on_call_s", "wrap_up_s", "ringing_s", "available_s", "on_break_s", "unreachable_s")


def upgrade() -> None:
    _tally("call_quarters", _integers("by_agent", "quarter"), ("queue_id", "agent_id"), _MEASURES)
    _callers()
    _tally("agent_quarters", _integers("quarter"), ("agent_id",), _SPENT)
    _spells()


def _integers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _tally(
    table: str, first: list[sa.Column[int]], names: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    key = *(column.name for column in first), *names
    op.create_table(
        table,
        *first,
        *(sa.Column(name, sa.Text(), nullable=False) for name in names),
        *_integers(*numbers),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )


def _callers() -> None:
    key = ("quarter", "queue_id", "agent_id", "caller")
    op.create_table(
        "caller_quarters",
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("caller", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_caller_quarters")),
        sqlite_with_rowid=False,
    )


def _spells() -> None:
    op.create_table(
        "agent_spells",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("queue_id", sa.Text(), nullable=True),
        sa.Column("call_began_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("agent_id", "began_at", name=op.f("pk_agent_spells")),
    )
    for columns in (["call_id"], ["began_at"], ["status", "call_began_at"]):
        name = op.f(f"ix_agent_spells_{'_'.join(columns)}")
        op.create_index(name, "agent_spells", columns, unique=False)
