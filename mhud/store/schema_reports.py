"""Reports that were asked for, and the schedules by which some are asked for again and again."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from mhud.store.schema import metadata
from mhud.store.types import JsonText, UtcDateTime

reports = Table(
    "reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),  # generating, completed, failed, expired
    Column("wish", JsonText, nullable=False),  # what is reported
    Column("format", Text, nullable=False),
    Column("created_by", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("estimated_completion", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),  # that were begun
    Column("completed_at", UtcDateTime),  # or when it failed
    Column("expires_at", UtcDateTime),
    Column("filename", Text),  # in the vault
    Column("size", Integer),  # bytes
    Column("rows", Integer),
    Column("problem", Text),  # a word, of one that failed
    Column("schedule_id", Text),  # which may be gone since
    Column("mail_left", JsonText),  # ids of users who are yet to get the link
    Column("mail_at", UtcDateTime),  # when that is tried next; None: no more
    Column("mail_tries", Integer, nullable=False, default=0),
    Index(None, "created_at", "id"),
)
# Of few reports at a time.
Index(
    "ix_reports_generating",
    reports.c.created_at,
    sqlite_where=reports.c.status == "generating",
)
Index("ix_reports_mail_at", reports.c.mail_at, sqlite_where=reports.c.mail_at.is_not(None))
Index("ix_reports_expires_at", reports.c.expires_at)

report_schedules = Table(
    "report_schedules",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("every", Text, nullable=False),  # day, week, month
    Column("at", Text, nullable=False),  # HH:MM of the time zone
    Column("day", Integer),  # of the week, Monday is 1; or of the month
    Column("time_zone", Text, nullable=False),
    Column("period", Text, nullable=False),  # yesterday, last_week, last_month …
    Column("wish", JsonText, nullable=False),  # without its dates
    Column("format", Text, nullable=False),
    Column("recipients", JsonText, nullable=False),  # ids of users
    Column("created_by", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),  # None: not active
    Column("last_at", UtcDateTime),
    Column("last_report_id", Text),
    Column("problem", Text),  # why it was stopped
    Column("version", Integer, nullable=False, default=1),
    Index(None, "next_at"),
)
