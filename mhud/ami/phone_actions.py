"""What mhud asks of Asterisk for phones in browsers."""

from __future__ import annotations

import re

from mhud.ami.action import Action, ident
from mhud.errors import invalid

_ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,39}")  # as [phone-secret] takes it


def give_secret(context: str, endpoint: str, secret: str, errand: str, timeout_ms: int) -> Action:
    """Runs `context` at the endpoint's name, with the secret in MHU_SECRET.

    "Success" comes when that has answered: then Asterisk knows the secret. Raises MhudError
    INVALID for an endpoint whose name is none.
    """
    return Action(
        "Originate",
        (
            ("Channel", f"Local/{_named(endpoint)}@{context}/n"),
            ("ChannelId", ident("ChannelId", errand)),
            ("OtherChannelId", ident("OtherChannelId", f"{errand}-2")),
            ("Application", "NoOp"),
            ("Timeout", str(timeout_ms)),
            ("Variable", f"MHU_SECRET={ident('Secret', secret)}"),
        ),
    )


def phone_option(endpoint: str, option: str) -> Action:
    """`content` reads the reply; empty when there is no such endpoint. Raises as `give_secret`."""
    return Action("Getvar", (("Variable", f"PJSIP_ENDPOINT({_named(endpoint)},{option})"),))


def _named(endpoint: str) -> str:
    if not _ENDPOINT.fullmatch(endpoint):
        raise invalid("Endpoint", "is not the name of a phone")
    return endpoint
