"""What `core restart now` does to the calls."""

from __future__ import annotations

from mhud.sim.pbx import Pbx
from mhud.sim.talk import hang_up


def hang_up_everybody(pbx: Pbx) -> None:
    """First everybody is asked, then all end; phones before the trunk."""
    channels = sorted(pbx.channels.values(), key=lambda one: one.endpoint == "trunk")
    for channel in channels:
        pbx.say("SoftHangupRequest", channel, ("Cause", "4"))
    for channel in channels:
        hang_up(pbx, channel)
