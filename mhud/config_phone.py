"""Settings of phones in browsers."""

from __future__ import annotations

from pydantic import Field

from mhud.config_types import Context, Section


class PhoneSettings(Section):
    """Phones in browsers, which reach Asterisk through mhud's `/phone`: see browser-phone.md."""

    pbx_url: str = Field(
        "ws://127.0.0.1:8088/ws",
        pattern=r"^wss?://[^\s@]+$",
        description="Where Asterisk speaks SIP over WebSocket (http.conf), on loopback.",
    )
    secret_context: Context = Field(
        "phone-secret", description="Gives the phone of its extension the secret MHU_SECRET."
    )
    rejoin_context: Context = Field(
        "phone-rejoin", description="Calls the phone of its extension again after a reload."
    )
    ping_s: float = Field(
        10, gt=0, le=60, description="A page that answers no ping for half of this again is gone."
    )
