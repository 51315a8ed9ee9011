"""Events that come from services (mhud/services/tellings.py), and not from calls as they happen."""

from __future__ import annotations

from collections.abc import Mapping

TOLD: Mapping[str, str] = {
    "case.created": "case",
    "case.updated": "case",
    "case.assigned": "case",
    "case.status_changed": "case",
    "case.escalated": "case",
    "case.resolved": "case",
    "communication.logged": "communication",
    "recording.ready": "recording",
    "recording.failed": "recording",
    "report.completed": "report",
    "client.session_created": "session",
}
"""Type → the name of the object that the event is about."""
