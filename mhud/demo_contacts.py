"""Contacts that the demo's helpline had before you came, and people whom it is to call back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from mhud.config import Settings
from mhud.demo_cases import JOHN, MARIA
from mhud.demo_cases import PRINTED_ID as CASE
from mhud.ids import new_callback_id
from mhud.numbers import Numbers
from mhud.store.callbacks import Callback, CallbackRepository
from mhud.store.communications import LOGGED, CommunicationRepository
from mhud.store.database import Tx

PRINTED_ID = 789
PRINTED: dict[str, Any] = {
    "id": PRINTED_ID,
    "state": LOGGED,
    "case_id": CASE,
    "contact_type": "call",
    "direction": "inbound",
    "contact_address": "+254700123456",
    "contact_name": "Maria's Mother",
    "duration": 180,
    "call_status": "answered",
    "disposition_id": 50,
    "disposition_notes": "Case created, immediate follow-up required",
    "message": "Caller reported urgent child safety concern",
    "user_id": JOHN,
    "created_by": JOHN,
    "created_at": datetime(2025, 9, 26, 14, 25, tzinfo=UTC),
    "updated_at": datetime(2025, 9, 26, 14, 25, tzinfo=UTC),
}

# Whom, why, when from now in hours, who took it.
CALLBACKS = (
    ("+44 7700 900031", "Hung up while waiting", -1, None),
    ("+44 7700 900035", "Asked for it: school is over at four", 2, JOHN),
    ("+44 7700 900047", "Wants to know what the school said", 20, MARIA),
    ("+44 7700 900052", "The line was bad", 1, None),
)


async def seed_contacts(tx: Tx, settings: Settings, now: datetime) -> None:
    """Communication 789 as it is printed, and callbacks; nothing where it is there already."""
    communications, numbers = CommunicationRepository(tx), Numbers(settings.helpline.region)
    if await communications.one(PRINTED_ID) is not None:
        return
    await communications.add(
        {**PRINTED, "contact_key": numbers.key(str(PRINTED["contact_address"]))}
    )
    at = now.replace(microsecond=0)
    for phone, reason, hours, who in CALLBACKS:
        callback = Callback(
            id=new_callback_id(),
            status="open",
            phone=phone,
            phone_key=numbers.key(phone),
            queue_id="support",
            priority="medium",
            reason=reason,
            due_at=at + timedelta(hours=hours),
            assigned_user_id=who,
            created_by=MARIA,
            created_at=at - timedelta(hours=3),
            updated_at=at - timedelta(hours=3),
        )
        await CallbackRepository(tx).add(callback)
