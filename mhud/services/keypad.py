"""Digits for the other end: a menu that an agent has called, for example."""

from __future__ import annotations

from mhud.ami.actions import play_dtmf
from mhud.clock import Clock
from mhud.config import ControlSettings
from mhud.live.model import Call
from mhud.services.control import Control
from mhud.services.rights import Principal
from mhud.services.trail import Trail

GAP_S = 0.1  # between two digits, so that a repeated one counts twice


class Keypad:
    def __init__(
        self, settings: ControlSettings, clock: Clock, control: Control, trail: Trail
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._control = control
        self._trail = trail

    async def press(self, principal: Principal, call_id: str, digits: str) -> Call:
        """One after the other, to whom the agent hears now; in a consultation who is asked.

        They are in no log and no trail: they can be somebody's PIN. Raises MhudError NOT_FOUND,
        FORBIDDEN, CONFLICT, INVALID, PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        with self._control.turn(call_id):
            found = await self._control.controlled(principal, call_id)
            hears = found.talking[2]
            await self._trail.note(principal, "call.dtmf", call_id, digits=len(digits))
            for digit in digits:
                for one in hears:
                    send = play_dtmf(one.name, digit, self._settings.key_ms)
                    await self._control.order(send, "send the digit")
                await self._clock.sleep(self._settings.key_ms / 1000 + GAP_S)
            return found.call
