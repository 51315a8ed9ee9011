"""How people sign in, beside passwords and tokens: login sessions, one-time codes, addresses."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from mhud.store.schema import metadata
from mhud.store.types import UtcDateTime

# Where a one-time code may be sent, besides `users.email` and `users.phone`.
sign_in_addresses = Table(
    "sign_in_addresses",
    metadata,
    Column("address", Text, primary_key=True),  # an e-mail address folded, a number as E.164
    Column("kind", Text, nullable=False),  # email, phone
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False, index=True),
)

login_sessions = Table(
    "login_sessions",
    metadata,
    Column("id", Text, primary_key=True),  # public: what a list shows and a DELETE names
    Column("hash", LargeBinary, nullable=False, unique=True),  # of what the cookie holds
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False, index=True),
    Column("how", Text, nullable=False),  # otp, password, demo
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("ended_at", UtcDateTime),
    Column("ip", Text),
    Column("user_agent", Text),
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("recipient", LargeBinary, primary_key=True),  # keyed hash of the address
    Column("user_id", Integer, ForeignKey("users.id"), index=True),  # NULL: a decoy
    Column("code_hash", LargeBinary, nullable=False),
    Column("sealed_code", LargeBinary),  # so that it can be sent again while unused
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("tries", Integer, nullable=False, default=0),
    Column("used_at", UtcDateTime),
)

# What was asked for and guessed, of known and unknown recipients alike and of IP addresses, all as
# keyed hashes: limits hold over a restart.
one_time_attempts = Table(
    "one_time_attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("recipient", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),  # sent, tried, wrong, …: services/attempts.py
    Column("at", UtcDateTime, nullable=False, index=True),
    Index(None, "recipient", "kind", "at"),
)

# Links by which somebody sets his password, once. Without a user: the first administrator's.
invitations = Table(
    "invitations",
    metadata,
    Column("hash", LargeBinary, primary_key=True),  # of what stands in the link
    Column("user_id", Integer, ForeignKey("users.id"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
