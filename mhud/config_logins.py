"""How long people stay signed in with a browser."""

from __future__ import annotations

from pydantic import Field

from mhud.config_types import Section


class LoginSettings(Section):
    """The cookie of a login session. In a call nothing ends; an open `/ws` is not idle."""

    hours: float = Field(24, gt=0, le=8760, description="How long a login session lasts at most.")
    idle_minutes: float = Field(
        60, gt=0, le=525_600, description="It ends when nothing was asked for so long."
    )
