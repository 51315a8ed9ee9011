"""What calls, credentials and the trail need. All tables together are in `tables.py`.

What changes in a schema needs a migration beside it; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from mhud.store.types import JsonText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Counters that other processes may bump: whoever changes users, roles, keys or revokes tokens
# bumps "access", and a running daemon that sees another number reads its caches again.
stamps = Table(
    "stamps",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

roles = Table(
    "roles",
    metadata,
    Column("name", Text, primary_key=True),
    Column("rights", JsonText, nullable=False),
    Column("built_in", Boolean, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("username", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text, unique=True),
    Column("phone", Text),
    Column("role", Text, ForeignKey("roles.name"), nullable=False),
    Column("password_hash", Text),
    Column("credential_version", Integer, nullable=False, default=1),  # a token carries its own
    Column("disabled", Boolean, nullable=False, default=False),
    Column("agent_id", Text, unique=True),
    Column("interface", Text, unique=True),
    Column("extension", Text),
    Column("queues", JsonText, nullable=False, default=list),
    Column("skills", JsonText, nullable=False, default=dict),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_login", UtcDateTime),
    Column("version", Integer, nullable=False, default=1, server_default="1"),  # his ETag
    Column("unlocked_at", UtcDateTime),  # failures to sign in before do not count
    sqlite_autoincrement=True,
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("rights", JsonText, nullable=False),
    Column("tier", Text, nullable=False),
    Column("rate", Integer),  # requests per minute, of the enterprise tier only
    Column("owner_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("family", Text, nullable=False, index=True),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("spent_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("principal", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),  # running, done, lost (the daemon died meanwhile)
    Column("status", Integer),
    Column("headers", JsonText),
    Column("body", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    PrimaryKeyConstraint("principal", "route", "key"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("payload", LargeBinary, nullable=False),  # the public JSON, as sent
    Column("call_id", Text),
    Column("agent_id", Text),
    Column("queue_id", Text),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False, index=True),  # open, ended
    Column("start_time", UtcDateTime, nullable=False),
    Column("end_time", UtcDateTime),
    Column("direction", Text, nullable=False),
    Column("caller_id", Text, index=True),
    Column("destination", Text, index=True),
    Column("agent_id", Text),
    Column("queue_id", Text),
    Column("end_reason", Text),
    Column("merged_into", Text),
    Column("monitors", Text),  # the call that was listened to by this one
    Column("record", JsonText, nullable=False),  # the whole Call, to restore it
    Column("day", Text, nullable=False, index=True),  # the helpline's day of its start, ISO
    Index(None, "start_time", "id"),
    Index(None, "agent_id", "start_time"),
    Index(None, "queue_id", "start_time"),
)

agent_live = Table(
    "agent_live",
    metadata,
    Column("agent_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("pending", Text),
    Column("day", Text, nullable=False),
    Column("day_figures", JsonText, nullable=False),
    Column("help", JsonText),  # what he asked for and nobody has ended
)

queue_settings = Table(
    "queue_settings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("settings", JsonText, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("updated_at", UtcDateTime, nullable=False),
)

# Append-only: triggers (in the migration) refuse to change a line, or to delete a young one.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("user_id", Integer, nullable=False),  # no foreign key: it outlives the user
    Column("username", Text, nullable=False),
    Column("credential", Text, nullable=False),  # user:5, key:key-0a1b2c
    Column("ip", Text),
    Column("action", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("details", JsonText, nullable=False),
    Index(None, "username", "id"),
    Index(None, "subject_id", "id"),
    sqlite_autoincrement=True,
)
