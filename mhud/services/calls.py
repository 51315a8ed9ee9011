"""Calls: reading them, starting them, ending them."""

from __future__ import annotations

from mhud.ami.actions import hangup
from mhud.ami.link import AmiLink
from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import (
    Code,
    MhudError,
    conflict,
    forbidden,
    invalid,
    not_found,
    pbx_unavailable,
)
from mhud.live.model import Call, Channel
from mhud.pump import Pump
from mhud.services.originate import Originator
from mhud.services.originate_rules import OriginateWish
from mhud.services.polled import Polled
from mhud.services.rights import Principal
from mhud.services.telling import over, refusal, timed_out
from mhud.services.trail import Trail
from mhud.services.visibility import is_own, sees_all_numbers
from mhud.store.calls import CallPage, get_call, page
from mhud.store.calls import Wanted as Wanted
from mhud.store.database import Database

GONE = "No such channel"
FIRST_S = 1.0  # the others hang up by themselves within this, as a rule


class Calls:
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        pump: Pump,
        link: AmiLink,
        db: Database,
        trail: Trail,
    ) -> None:
        self.polled = Polled(pump)
        self.originator = Originator(settings.originate, clock, pump, link, trail)
        self._settings = settings
        self._pump = pump
        self._link = link
        self._db = db
        self._trail = trail

    def configure(self, settings: Settings) -> None:
        """Other settings hold for calls from now on."""
        self._settings = settings
        self.originator.configure(settings.originate)

    async def run(self) -> None:
        """For ever: outbound calls that wait for a free place."""
        await self.originator.run()

    async def originate(self, principal: Principal, wish: OriginateWish) -> Call:
        return await self.originator.originate(principal, wish)

    def active(self) -> tuple[Call, ...]:
        """Oldest first."""
        return tuple(self._pump.live.calls.values())

    async def one(self, call_id: str) -> Call:
        """Active, or ended whenever. Raises MhudError NOT_FOUND."""
        if call := self._pump.live.call(call_id):
            return call
        async with self._db.read() as tx:
            stored = await get_call(tx, call_id)
        if stored is None:
            raise not_found("call", call_id)
        return stored

    async def named(self, field: str, call_id: str) -> Call:
        """As `one`, for a call that a body names. Raises MhudError INVALID."""
        try:
            return await self.one(call_id)
        except MhudError as error:
            if error.code is not Code.NOT_FOUND:
                raise
            raise invalid(field, "there is no such call") from error

    async def history(
        self, principal: Principal, wanted: Wanted, limit: int, cursor: str | None
    ) -> CallPage:
        """Ended calls, newest first. Searching by number needs the right to read all numbers."""
        if wanted.number is not None and not sees_all_numbers(principal):
            raise forbidden("monitor_calls")
        async with self._db.read() as tx:
            return await page(tx, wanted, limit=limit, cursor=cursor)

    async def end(self, principal: Principal, call_id: str) -> Call:
        """The ended call. Raises MhudError NOT_FOUND, FORBIDDEN, CONFLICT when it is over.

        PBX_TIMEOUT: Asterisk did not end it in time, or the answer is on its way.
        """
        call = await self.one(call_id)
        if not self._may_end(principal, call):
            raise forbidden("end_calls")
        if call.is_over:
            raise over(call)
        if self._is_asked(principal, call):
            text = "who asks is another agent: hang up the phone to leave him to his party"
            raise conflict(text, call_id=call_id, reason="not-yours")
        await self._trail.note(principal, "call.end", call_id)
        if not self.originator.cancel(call):
            await self._hang_up(call)
        timeout_s = self._settings.ami.action_timeout_s
        ended = await self._pump.until(lambda live: _ended(live.call(call_id)), timeout_s)
        if ended is None:
            raise timed_out("end the call", call_id=call_id)
        return ended

    def _may_end(self, principal: Principal, call: Call) -> bool:
        """Who has transferred a call away may still read its numbers, but not end it."""
        mine = is_own(principal.agent_id, call) if call.is_over else self.is_in(principal, call)
        return principal.may("end_calls", principal.agent_id if mine else call.agent_id)

    def _is_asked(self, principal: Principal, call: Call) -> bool:
        """In the call for another agent's question only, while somebody waits for the answer."""
        asked = call.consultation is not None and call.talks[-1].agent_id != principal.agent_id
        return asked and self.is_in(principal, call) and not principal.may("end_calls", None)

    def is_in(self, principal: Principal, call: Call) -> bool:
        """Now; not who had it before."""
        agent = self._pump.live.agents.get(principal.agent_id or "")
        return agent is not None and agent.call_id == call.id

    async def _hang_up(self, call: Call) -> None:
        """The oldest party first, on whose channel the dialplan runs; then whoever is left.

        Each waiting party's own Uniqueid, so that a name can't be taken for a pattern.
        """
        if self._pump.live.stale:
            raise pbx_unavailable()
        parties = self._parties(call)
        await self._hang_up_one(parties[0].uniqueid if parties else call.linkedids[0])
        if await self._pump.until(lambda live: _ended(live.call(call.id)), FIRST_S):
            return
        for channel in self._parties(call):
            await self._hang_up_one(channel.uniqueid)

    def _parties(self, call: Call) -> list[Channel]:
        """Real channels, oldest first; Local halves only if there is nothing else."""
        channels = sorted(self._pump.live.channels_of(call.id), key=lambda one: one.created_at)
        return [one for one in channels if not one.is_local] or channels

    async def _hang_up_one(self, uniqueid: str) -> None:
        reply = await self._link.send(hangup(uniqueid))
        if not reply.success and not reply.message.startswith(GONE):
            raise refusal(reply, "end the call")


def _ended(call: Call | None) -> Call | None:
    return call if call is not None and call.is_over else None
