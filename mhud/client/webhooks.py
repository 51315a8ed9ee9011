"""Was this webhook sent by who knows the secret? Two schemes, for both are in each delivery.

`verify` takes Standard Webhooks' headers, which bind the message's id and time: an old delivery
can't be played again. `verify_mhu` is the MHU document's printed verifier, which knows the body
only.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from mhud.client.errors import BadSignature
from mhud.clock import SystemClock

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`id` names the message, the same in each retry: handle what you have handled only once.

    `webhook_id` names the subscription.
    """

    id: str
    sent_at: datetime
    event_type: str
    timestamp: datetime
    webhook_id: str
    data: Mapping[str, Any] = field(repr=False)


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secret: str | Sequence[str],
    *,
    now: datetime | None = None,
    tolerance: timedelta = TOLERANCE,
) -> Delivery:
    """`body` as it was received, byte for byte; `secret` the subscription's, or several.

    Raises BadSignature.
    """
    named = {name.lower(): value for name, value in headers.items()}
    try:
        ident, second = named["webhook-id"], named["webhook-timestamp"]
        signatures = named["webhook-signature"].split()
        sent_at = datetime.fromtimestamp(int(second), UTC)
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise BadSignature("webhook-id, -timestamp and -signature are needed") from error
    if abs((now or SystemClock().now()) - sent_at) > tolerance:
        raise BadSignature("the delivery's time is too far from this machine's")
    secrets = (secret,) if isinstance(secret, str) else secret
    signed = b".".join((ident.encode(), second.encode(), body))
    good = [_standard(signed, one) for one in secrets]
    if not any(_same(theirs, ours) for theirs in signatures for ours in good):
        raise BadSignature("the signature is another one")
    return _delivery(ident, sent_at, body)


def verify_mhu(body: bytes, signature: str, secret: str) -> bool:
    """`signature`: X-MHU-Signature, or while a secret rotates, X-MHU-Signature-Next."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return _same(signature, f"sha256={digest}")


def _standard(signed: bytes, secret: str) -> str:
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _key(secret: str) -> bytes:
    """The bytes that a `whsec_` secret spells in base64; of any other, its own."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def _same(theirs: str, ours: str) -> bool:
    """In constant time, whatever characters came."""
    return hmac.compare_digest(theirs.encode(), ours.encode())


def _delivery(ident: str, sent_at: datetime, body: bytes) -> Delivery:
    try:
        tree = orjson.loads(body)
        return Delivery(
            id=ident,
            sent_at=sent_at,
            event_type=tree["event_type"],
            timestamp=datetime.fromisoformat(tree["timestamp"]),
            webhook_id=tree["webhook_id"],
            data=tree["data"],
        )
    except (ValueError, TypeError, KeyError) as error:
        raise BadSignature("the body is no event, though it is signed") from error
