"""Public ids, and the ids that mhud gives to Asterisk."""

from __future__ import annotations

import re
import secrets
from string import ascii_lowercase

OURS = "mhud-"
TRIAL = "phone-check"
"""The extension that a phone in the browser calls to try itself. That is nobody's call, too."""
ERRAND = "mhud-errand-"
"""How the id of a channel begins that runs a few lines of the dialplan and is nobody's call."""
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


def call_id(linkedid: str) -> str:
    """The public id of the call that Asterisk groups under `linkedid`.

    A function of the Linkedid alone, so that a restart of mhud in mid-call changes nothing.
    Injective: characters that are awkward in a URL become `_hex_`.
    """
    return "call-" + _UNSAFE.sub(lambda found: f"_{ord(found[0]):x}_", linkedid)


def new_channel_id() -> str:
    """A ChannelId for Originate: unguessable, and far under Asterisk's 149 characters."""
    return OURS + secrets.token_hex(8)


def new_errand_id() -> str:
    return ERRAND + secrets.token_hex(8)


def new_request_id() -> str:
    return "req-" + secrets.token_hex(8)


def new_message_id() -> str:
    """For mail; letters only, so that nothing in a mail but its code looks like one."""
    return "mhud." + "".join(secrets.choice(ascii_lowercase) for _ in range(20))


def local_other_half(channel_id: str) -> str:
    """The OtherChannelId for an Originate to a Local channel."""
    return channel_id + "-2"


def new_client_id() -> str:
    return "client-" + secrets.token_hex(8)


def new_client_session_id() -> str:
    return "session-" + secrets.token_hex(8)


def new_callback_id() -> str:
    return "callback-" + secrets.token_hex(8)


def new_report_id() -> str:
    return "report-" + secrets.token_hex(8)


def new_report_schedule_id() -> str:
    return "schedule-" + secrets.token_hex(8)


def new_webhook_id() -> str:
    return "webhook-" + secrets.token_hex(8)
