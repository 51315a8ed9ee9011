"""What is noted at a call: whether its recording pauses, and its tags."""

from __future__ import annotations

import unicodedata

from mhud.ami.actions import mixmonitor_mute, setvar
from mhud.clock import Clock
from mhud.errors import MhudError, conflict, forbidden, invalid
from mhud.live.inputs import TagsSet
from mhud.live.model import Call, Channel
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.calls import Calls
from mhud.services.control import Control
from mhud.services.rights import Principal
from mhud.services.telling import tell
from mhud.services.trail import Trail
from mhud.services.visibility import is_own

TAGS_KEPT = 20
TAG_LENGTH = 64
UNRECORDED = "MHU_UNRECORDED"  # of a party: the dialplan begins no recording on its channel


class Noting:
    def __init__(
        self, clock: Clock, pump: Pump, control: Control, calls: Calls, trail: Trail
    ) -> None:
        self._clock = clock
        self._pump = pump
        self._control = control
        self._calls = calls
        self._trail = trail

    async def pause_recording(self, principal: Principal, call_id: str, paused: bool) -> Call:
        """While paused, the recording holds silence. As wanted already: nothing is done.

        Raises MhudError NOT_FOUND, FORBIDDEN, CONFLICT (over, or not recorded), PBX_UNAVAILABLE,
        PBX_TIMEOUT.
        """
        call = (await self._control.controlled(principal, call_id)).call
        channels = self._recorded(call)
        if call.recording_paused == paused:
            return call
        what = "pause the recording" if paused else "resume the recording"
        word = "pause" if paused else "resume"
        await self._trail.note(principal, f"call.recording.{word}", call.id)
        for one in self._pump.live.channels_of(call.id):  # each may be all that is left
            await self._control.wish(setvar(UNRECORDED, "1" if paused else "", one.uniqueid))
        for one in channels:
            if await self._control.wish(mixmonitor_mute(one.name, paused)):
                break
        else:
            raise _not_recorded(call)

        def done(live: LiveState) -> Call | None:
            now = live.call(call.id)
            return now if now is not None and now.recording_paused == paused else None

        return await self._control.see(done, what, call.id)

    def _recorded(self, call: Call) -> list[Channel]:
        """On which of them it is recorded; one of them perhaps, where its beginning was not seen.

        Raises MhudError CONFLICT.
        """
        live = self._pump.live
        known = live.channels.get(call.recording_channel or "")
        if known is not None:
            return [known]
        if not call.gap:
            raise _not_recorded(call)
        parties = [one for one in live.channels_of(call.id) if not one.is_local]
        return sorted(parties, key=lambda one: one.created_at)

    async def set_tags(self, principal: Principal, call_id: str, tags: list[str]) -> Call:
        """In place of those before; also of a call that is over.

        Raises MhudError NOT_FOUND, FORBIDDEN, INVALID, SERVICE_UNAVAILABLE.
        """
        wanted = clean(tags)
        call = await self._calls.one(call_id)
        mine = is_own(principal.agent_id, call)
        if not principal.may("control_calls", principal.agent_id if mine else None):
            raise forbidden("control_calls")
        await self._trail.note(principal, "call.tags", call.id, count=len(wanted))
        stored = call if call.is_over else None
        at = self._clock.now()
        tell(self._pump, TagsSet(at=at, call_id=call.id, tags=wanted, stored=stored))

        def done(live: LiveState) -> Call | None:
            now = live.call(call.id)
            return now if now is not None and now.tags_set and now.tags == wanted else None

        return await self._control.see(done, "take the tags", call.id)


def _not_recorded(call: Call) -> MhudError:
    return conflict("the call is not recorded", call_id=call.id, reason="not-recorded")


def clean(tags: list[str]) -> tuple[str, ...]:
    """Trimmed, each once, in their order. Raises MhudError INVALID."""
    found = tuple(dict.fromkeys(unicodedata.normalize("NFC", tag).strip() for tag in tags))
    if len(found) > TAGS_KEPT:
        raise invalid("tags", f"more than {TAGS_KEPT}")
    for tag in found:
        if not tag or len(tag) > TAG_LENGTH:
            raise invalid("tags", f"each has 1 to {TAG_LENGTH} characters")
        if "," in tag or not tag.isprintable():
            raise invalid("tags", "no comma and no control character may be in one")
    return found
