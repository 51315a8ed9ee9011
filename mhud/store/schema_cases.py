"""Cases and what belongs to them. What a list filters by is indexed together with its order."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text

from mhud.store.schema import metadata
from mhud.store.types import UtcDateTime

# Of both levels: a sub-category has a parent.
categories = Table(
    "categories",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", Text, ForeignKey("categories.code"), index=True),
    Column("is_active", Boolean, nullable=False, default=True),
)

dispositions = Table(
    "dispositions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),  # what a communication prints: case_created, …
    Column("is_active", Boolean, nullable=False, default=True),
    sqlite_autoincrement=True,
)

_NARROW = ("status", "priority", "category", "assigned_user_id", "created_by", "deleted_at")
_FIGURES = ("deleted_at", "status", "priority", "category", "created_at", "created_by")


def _listed(*first: str) -> tuple[str, ...]:
    return (*first, "created_at", "id", *(name for name in _NARROW if name not in first))


cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_number", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("category", Text, ForeignKey("categories.code")),
    Column("subcategory", Text, ForeignKey("categories.code")),
    Column("priority", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reporter_name", Text),
    Column("reporter_phone", Text),  # as given
    Column("reporter_phone_key", Text, index=True),  # E.164, or its plain digits; None matches none
    Column("reporter_since", UtcDateTime),  # has this number; None: since it was made
    Column("reporter_email", Text),
    Column("reporter_relationship", Text),
    Column("child_name", Text),
    Column("child_age", Integer),
    Column("child_gender", Text),
    Column("child_location", Text),
    Column("client_id", Text, ForeignKey("clients.id"), index=True),
    Column("client_since", UtcDateTime),  # names this client; None: since it was made
    Column("assigned_user_id", Integer, ForeignKey("users.id")),
    Column("ai_transcript", Text),
    Column("ai_translation", Text),
    Column("ai_risk_level", Text),
    Column("ai_confidence", Float),
    Column("created_by", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),  # when it became resolved or closed last; None while open
    Column("deleted_at", UtcDateTime),
    Column("deleted_by", Integer, ForeignKey("users.id")),
    Column("version", Integer, nullable=False, default=1),  # its ETag
    # Each begins with what a list may be narrowed to, goes on in the list's order, and holds what
    # else may be asked for: rows that are skipped or counted are never fetched.
    Index("ix_cases_newest", *_listed()),
    Index("ix_cases_by_status", *_listed("status")),
    Index("ix_cases_by_category", *_listed("category")),
    Index("ix_cases_by_assigned", *_listed("assigned_user_id"), "resolved_at"),
    Index("ix_cases_by_creator", *_listed("created_by"), "resolved_at"),
    Index("ix_cases_figures", "assigned_user_id", *_FIGURES),  # in the order that they are grouped
    Index("ix_cases_resolved", "resolved_at", "created_at", "deleted_at"),
    sqlite_autoincrement=True,
)

# The last number of each year that a case has; raised in the case's own transaction.
case_counters = Table(
    "case_counters",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

activities = Table(
    "activities",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("activity_type", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("previous_value", Text),
    Column("new_value", Text),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("user_name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "case_id", "id"),
    sqlite_autoincrement=True,
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("filename", Text, nullable=False, unique=True),  # ours, in the attachments' folder
    Column("original_filename", Text, nullable=False),
    Column("file_size", Integer, nullable=False),  # bytes, of what was sent
    Column("sha256", LargeBinary, nullable=False),  # of what was sent
    Column("mime_type", Text, nullable=False),
    Column("file_type", Text, nullable=False),
    Column("description", Text),
    Column("uploaded_by", Integer, ForeignKey("users.id"), nullable=False),
    Column("uploaded_at", UtcDateTime, nullable=False),
    Index(None, "case_id", "id"),
    sqlite_autoincrement=True,
)

# With these the attachments' files are sealed; the database that holds them is encrypted itself.
# An older key stays as long as a file was sealed with it.
file_keys = Table(
    "file_keys",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("secret", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
