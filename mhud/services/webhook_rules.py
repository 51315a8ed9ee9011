"""What a webhook may be: where it leads, what it may be told, how its secret is made."""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
import socket
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import SplitResult, urlsplit

from yarl import URL

from mhud.errors import Code, MhudError, forbidden, invalid
from mhud.feeds.filters import CALL_TYPES, CASE_TYPES, Grant, types_of, types_still_known
from mhud.outside import Outside
from mhud.services.rights import Principal
from mhud.services.visibility import sees_all_numbers
from mhud.store.webhooks import Webhook

PREFIX = "whsec_"
LOOKUP_S = 3.0
_PORTS = {"http": 80, "https": 443}
_ASCII = re.compile(r"[!-~]+")


async def check_url(url: str, outside: Outside) -> None:
    """Looks its host up. Raises MhudError INVALID for what is no receiver outside."""
    parts, port = _parts(url)
    try:
        async with asyncio.timeout(LOOKUP_S):
            loop = asyncio.get_running_loop()
            found = await loop.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise invalid("url", "its host can't be resolved") from None
    if not all(outside.may_reach(str(address[0])) for *_, address in found):
        raise invalid("url", "its host is not on the public internet (webhooks.allowed_networks)")


def check_rights(who: Principal, events: Sequence[str], *, details: bool) -> None:
    """Nobody has told to a machine what he may not hear himself.

    Raises MhudError INVALID for an event that there is not, FORBIDDEN.
    """
    _check_types(who, types_of(events), details=details)


def check_change(who: Principal, before: Webhook, after: Webhook) -> None:
    """Of where it leads or what it is told. What it was told before can be sent there again.

    Raises MhudError INVALID for an event that there is not, FORBIDDEN.
    """
    check_rights(who, after.events, details=after.include_details)
    _check_types(who, types_still_known(before.events), details=before.include_details)


def _check_types(who: Principal, wanted: frozenset[str], *, details: bool) -> None:
    grant = Grant.of(who)
    if not wanted <= grant.types:
        text = "these events need rights that you lack yourself"
        raise MhudError(Code.FORBIDDEN, text)
    if wanted & CALL_TYPES and not grant.sees_calls:
        raise forbidden("view_calls")
    if details and not sees_all_numbers(who):
        raise forbidden("monitor_calls")
    if (details or wanted & CASE_TYPES) and not grant.sees_all_cases:
        raise forbidden("view_all_cases")


def check_secret(text: str) -> None:
    """Raises MhudError INVALID for one that both schemes would not read alike everywhere."""
    if not text.startswith(PREFIX):
        return
    try:
        base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError:  # binascii.Error, and for what is not ASCII
        raise invalid("secret", "is not base64 after whsec_") from None


def new_secret() -> str:
    """As Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def rotated(webhook: Webhook) -> Webhook:
    """The new secret has taken the place of the old one."""
    return replace(
        webhook, secret=webhook.next_secret or webhook.secret, next_secret=None, rotated_at=None
    )


def host_of(url: str) -> str | None:
    """For the audit trail; what follows it may be a secret of the receiver's."""
    return urlsplit(url).hostname


def _parts(url: str) -> tuple[SplitResult, int]:
    """Raises MhudError INVALID."""
    if not _ASCII.fullmatch(url):
        raise invalid("url", "must be an address without spaces, in ASCII")
    try:
        parts, host = urlsplit(url), URL(url).host
        port = parts.port
    except ValueError:
        raise invalid("url", "is no address") from None
    if parts.scheme not in _PORTS or not parts.hostname or host is None:
        raise invalid("url", "must begin with https:// or http:// and a host")
    if parts.username is not None or parts.fragment:
        raise invalid("url", "must have neither a password nor a fragment")
    if port == 0:
        raise invalid("url", "is no address")
    return parts, port or _PORTS[parts.scheme]
