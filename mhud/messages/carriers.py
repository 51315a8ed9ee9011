"""Who carries what, as the settings say."""

from __future__ import annotations

from mhud.clock import Clock
from mhud.config import IsolatedSettings, Settings
from mhud.messages.gateway import Gateway
from mhud.messages.message import Carrier, Kind
from mhud.messages.outbox import Outbox
from mhud.messages.smtp import Smtp


def outbox_of(settings: Settings, clock: Clock) -> Outbox | None:
    """The demo's; nothing else has one."""
    if isinstance(settings, IsolatedSettings) and settings.outbox is not None:
        return Outbox(settings.outbox, clock)
    return None


def carriers(settings: Settings, clock: Clock) -> dict[Kind, Carrier]:
    """By kind; what is not configured is missing.

    Raises OSError for a file of certificates that can't be read.
    """
    outbox = outbox_of(settings, clock)
    if outbox is not None:
        return {"email": outbox, "phone": outbox}
    found: dict[Kind, Carrier] = {}
    if settings.mail.host is not None:
        found["email"] = Smtp(settings.mail, clock)
    if settings.sms.url is not None:
        found["phone"] = Gateway(settings.sms)
    return found
