"""The headers that prove who sent a delivery: MHU's, and those of Standard Webhooks.

Both sign the bytes that are stored. The time is of the try, so that each passes a receiver's check.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import datetime, timedelta

from mhud.store.webhooks import Webhook

PREFIX = "whsec_"


def secrets_at(webhook: Webhook, now: datetime, rotation: timedelta) -> tuple[str, ...]:
    """The secret, and while it rotates the new one, too."""
    if webhook.next_secret is None or webhook.rotated_at is None:
        return (webhook.secret,)
    if now - webhook.rotated_at >= rotation:
        return (webhook.next_secret,)
    return (webhook.secret, webhook.next_secret)


def signed(secrets: tuple[str, ...], ident: str, body: bytes, at: datetime) -> dict[str, str]:
    """`ident` names the message, equal in each try of it."""
    second = str(int(at.timestamp()))
    content = b"%b.%b.%b" % (ident.encode(), second.encode(), body)
    headers = {
        "X-MHU-Signature": _mhu(secrets[0], body),
        "webhook-id": ident,
        "webhook-timestamp": second,
        "webhook-signature": " ".join(_standard(secret, content) for secret in secrets),
    }
    if len(secrets) > 1:
        headers["X-MHU-Signature-Next"] = _mhu(secrets[1], body)
    return headers


def _mhu(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()


def _standard(secret: str, content: bytes) -> str:
    made = hmac.digest(standard_key(secret), content, "sha256")
    return "v1," + base64.b64encode(made).decode()


def standard_key(secret: str) -> bytes:
    """What a `whsec_` secret spells in base64; of any other, its UTF-8 bytes."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
