"""ChanSpy(): a supervisor's phone hears what another channel hears, until that channel is gone."""

from __future__ import annotations

from mhud.sim.channels import Channel
from mhud.sim.pbx import Pbx

BEGIN_S = 0.1
MODES = {"listen": "qE", "whisper": "qwE", "barge": "qBE"}


def supervise(pbx: Pbx, spyer: Channel, mode: str) -> None:
    """The context `supervise`. `spy_target`: a Uniqueid, or how the name of a channel begins."""
    target = spyer.variables.get("spy_target", "")
    spyer.goes("supervise", mode)
    spyer.runs("ChanSpy", f"{target},{MODES[mode]}")
    Spying(pbx, spyer, target)


class Spying:
    """Implements Activity for the supervisor's channel."""

    def __init__(self, pbx: Pbx, spyer: Channel, target: str) -> None:
        self.pbx = pbx
        self.spyer = spyer
        self.target = target
        self.heard: Channel | None = None
        spyer.activity = self
        pbx.later(BEGIN_S, self._begin)

    def _begin(self) -> None:
        """Without anybody to hear the call is over."""
        if self.spyer.activity is not self:
            return
        self.heard = self._found()
        if self.heard is None:
            self.lost(self.spyer, 16, far_end=False)
            return
        self.heard.spies.append(self)
        self._tell("ChanSpyStart", self.heard)

    def _found(self) -> Channel | None:
        """By name or Uniqueid, or the first whose name begins so."""
        wanted = self.target.lower()
        known = self.pbx.find(self.target)
        if not wanted or known:
            return known
        named = (one for one in self.pbx.channels.values() if one.name.lower().startswith(wanted))
        return next((one for one in named if one is not self.spyer), None)

    def _tell(self, event: str, heard: Channel) -> None:
        shown = self.pbx.shown
        self.pbx.emit(event, "call", shown(self.spyer, "Spyer"), shown(heard, "Spyee"))

    def _stop(self) -> None:
        heard, self.heard = self.heard, None
        if heard:
            heard.spies.remove(self)
            self._tell("ChanSpyStop", heard)

    def heard_is_gone(self) -> None:
        self._stop()
        self.pbx.forget(self.spyer, 0)

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        if far_end:
            self.pbx.say("HangupRequest", channel)
        self._stop()
        self.pbx.say("SoftHangupRequest", channel, ("Cause", "16"))
        self.pbx.forget(channel, 0)

    def moved(self, channel: Channel) -> None:
        self._stop()
        channel.activity = None
