"""Helped people, and each contact with them: sessions, communications, drafts, callbacks."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from mhud.store.schema import metadata
from mhud.store.types import JsonText, UtcDateTime

clients = Table(
    "clients",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # folded, without accents
    Column("email", Text),
    Column("email_key", Text, index=True),
    Column("date_of_birth", Text),  # ISO
    Column("gender", Text),
    Column("location", Text),
    Column("language", Text),
    Column("notes", Text),
    Column("tags", JsonText, nullable=False, default=list),
    Column("created_by", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("last_contact", UtcDateTime, index=True),
    Column("merged_into", Text, ForeignKey("clients.id")),
    Column("deleted_at", UtcDateTime),
    Column("version", Integer, nullable=False, default=1),  # its ETag
)
# Of few clients only, so that no search for the others takes it for a way to them.
Index(
    "ix_clients_merged_into",
    clients.c.merged_into,
    sqlite_where=clients.c.merged_into.is_not(None),
)

# The first is the one that is printed as `phone`. Several people may share a number.
client_phones = Table(
    "client_phones",
    metadata,
    Column("client_id", Text, ForeignKey("clients.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("phone", Text, nullable=False),  # as given
    Column("phone_key", Text),  # E.164, or its plain digits; None matches none
    Column("added_at", UtcDateTime, nullable=False),  # counts in calls that began later
    PrimaryKeyConstraint("client_id", "position"),
    Index(None, "phone_key", "client_id"),
)

# Of the name, folded: a search by the beginnings of its parts, in any order.
client_words = Table(
    "client_words",
    metadata,
    Column("word", Text, nullable=False),
    Column("client_id", Text, ForeignKey("clients.id"), nullable=False, index=True),
    PrimaryKeyConstraint("word", "client_id"),
)

client_sessions = Table(
    "client_sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("client_id", Text, ForeignKey("clients.id"), nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("call_id", Text, index=True),
    Column("session_type", Text, nullable=False),
    Column("notes", Text),
    Column("priority", Text, nullable=False),
    Column("tags", JsonText, nullable=False, default=list),
    Column("status", Text, nullable=False),
    Column("start_time", UtcDateTime, nullable=False),
    Column("end_time", UtcDateTime),
    Column("created_by", Integer, ForeignKey("users.id"), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Index(None, "client_id", "start_time"),
)

communications = Table(
    "communications",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("state", Text, nullable=False),  # pending: a call that waits for its counsellor; logged
    Column("case_id", Integer, ForeignKey("cases.id")),
    Column("client_id", Text, ForeignKey("clients.id")),
    Column("call_id", Text),
    Column("contact_type", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("contact_address", Text),
    Column("contact_key", Text, index=True),  # of a number: E.164, or its plain digits
    Column("contact_name", Text),
    Column("duration", Integer),  # seconds
    Column("call_status", Text),
    Column("disposition_id", Integer, ForeignKey("dispositions.id")),
    Column("disposition_notes", Text),
    Column("message", Text),
    Column("user_id", Integer, ForeignKey("users.id")),  # whose contact it was
    Column("agent_id", Text),
    Column("queue_id", Text),
    Column("created_by", Integer, ForeignKey("users.id")),  # None: mhud, when the call ended
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "case_id", "id"),
    Index(None, "client_id", "id"),
    Index(None, "state", "user_id", "id"),
    UniqueConstraint("call_id", "user_id"),  # one of each agent who talked
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("call_id", Text, nullable=False),
    Column("form", JsonText, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, index=True),
    PrimaryKeyConstraint("user_id", "call_id"),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),  # open, done, cancelled
    Column("phone", Text, nullable=False),
    Column("phone_key", Text, index=True),
    Column("client_id", Text, ForeignKey("clients.id")),
    Column("case_id", Integer, ForeignKey("cases.id")),
    Column("call_id", Text),  # the call that asked for it
    Column("done_call_id", Text),
    Column("queue_id", Text),
    Column("priority", Text, nullable=False),
    Column("reason", Text),
    Column("notes", Text),
    Column("due_at", UtcDateTime, nullable=False),  # at once: when it was asked for
    Column("assigned_user_id", Integer, ForeignKey("users.id"), index=True),
    Column("created_by", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Index(None, "status", "due_at", "id"),
)
