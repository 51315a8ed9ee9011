"""The cookie of a login session: what people's browsers carry instead of a key."""

from __future__ import annotations

NAME = "HELPLINE_SESSION_ID"
