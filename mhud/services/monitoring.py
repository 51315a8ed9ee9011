"""Listening to a call, whispering to its agent, or talking to both: by a supervisor's phone."""

from __future__ import annotations

from dataclasses import dataclass

from mhud import ids
from mhud.ami.actions import Action, originate, redirect
from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import Code, MhudError, conflict, not_found
from mhud.live.inputs import MonitorRequested, OriginateRefused, OriginateSent
from mhud.live.model import Agent, Call, CallStatus, Channel, EndReason
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.control import Control, Controlled
from mhud.services.originate import NOTICE_S, SLACK_S, answer_by_itself
from mhud.services.rights import Principal
from mhud.services.targets import UNREACHABLE
from mhud.services.telling import refusal, tell, timed_out, unable
from mhud.services.trail import Trail

RIGHT = "monitor_calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitored:
    """`listener` is whose phone it is; `call` what his phone is in, perhaps ringing still."""

    watched_id: str
    mode: str
    listener: str
    call: Call


class Monitoring:
    def __init__(
        self, settings: Settings, clock: Clock, pump: Pump, control: Control, trail: Trail
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._pump = pump
        self._control = control
        self._trail = trail
        self._beginning: set[str] = set()  # agents whose phone is about to be called

    def configure(self, settings: Settings) -> None:
        """Other settings hold for phones that are called from now on."""
        self._settings = settings

    async def monitor(
        self, principal: Principal, call_id: str, mode: str, agent_id: str | None
    ) -> Monitored:
        """`mode`: listen, whisper or barge. Who listens to this call already changes his mode.

        Raises MhudError NOT_FOUND, FORBIDDEN, CONFLICT (nobody talks, his phone is not free),
        SERVICE_UNAVAILABLE when it can't be recorded in the audit trail: then nobody listens;
        PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        found = await self._control.controlled(principal, call_id, RIGHT)
        watched, channel, _ = found.talking
        listener = self._listener(agent_id or principal.agent_id, watched, found)
        if listener.id in self._beginning:
            raise unable(listener.id, "is being called", "pending")
        self._beginning.add(listener.id)
        try:
            going = self._pump.live.call_of_agent(listener.id)
            if going is not None and going.monitors == found.call.id:
                call = await self._switch(principal, going, mode, listener)
            else:
                _refuse_unless_free(listener)
                call = await self._begin(principal, found, mode, listener, channel)
        finally:
            self._beginning.discard(listener.id)
        return Monitored(watched_id=found.call.id, mode=mode, listener=listener.id, call=call)

    def _listener(self, agent_id: str | None, watched: str, found: Controlled) -> Agent:
        if agent_id is None:
            raise conflict("you have no phone: name an agent_id", reason="no-phone")
        agent = self._pump.live.agents.get(agent_id)
        if agent is None:
            raise not_found("agent", agent_id)
        others = {self._pump.live.agent_of(channel) for channel in found.hears}
        if agent.id == watched or agent.id in others:
            raise unable(agent.id, "talks in this very call", "same-call")
        return agent

    # ---- beginning

    async def _begin(
        self, who: Principal, found: Controlled, mode: str, listener: Agent, channel: Channel
    ) -> Call:
        channel_id = ids.new_channel_id()
        call_id = ids.call_id(channel_id)
        action = self._action(channel_id, mode, listener, found, channel)
        await self._record(who, found.call.id, mode, listener, call_id)
        ring_s = self._settings.originate.agent_ring_s
        requested = MonitorRequested(
            at=self._clock.now(),
            channel_id=channel_id,
            agent_id=listener.id,
            call_id=found.call.id,
            mode=mode,
            deadline_s=ring_s + SLACK_S,
        )
        tell(self._pump, requested)
        if not await self._pump.until(lambda live: live.call(call_id), NOTICE_S):
            raise MhudError(Code.SERVICE_UNAVAILABLE, "the daemon is too busy")
        await self._send(action, channel_id)
        return await self._hears(call_id, mode, found.call.id)

    def _action(
        self, channel_id: str, mode: str, listener: Agent, found: Controlled, channel: Channel
    ) -> Action:
        interface = listener.profile.interface
        auto = self._settings.originate.auto_answer_header
        headers = auto and interface.startswith("PJSIP/")
        watched = self._pump.live.agents.get(found.agent_id or "")
        variables = {"spy_target": channel.uniqueid}
        if auto:
            variables["MHU_AUTO_ANSWER"] = "1"
        return originate(
            channel_id,
            interface,
            self._settings.control.monitor_context,
            mode,
            watched.profile.extension if watched else None,
            self._settings.originate.agent_ring_s * 1000,
            variables,
            other_channel_id=(
                ids.local_other_half(channel_id) if interface.startswith("Local/") else None
            ),
            sip_headers=answer_by_itself(channel_id) if headers else None,
        )

    async def _record(
        self, who: Principal, watched_id: str, mode: str, listener: Agent, call_id: str
    ) -> None:
        await self._trail.record(
            who,
            f"call.monitor.{mode}",
            watched_id,
            agent_id=listener.id,
            monitor_call_id=call_id,
        )

    async def _send(self, action: Action, channel_id: str) -> None:
        """Refused: the call is over at once. No answer: its deadline ends it, if nothing comes."""
        try:
            tell(self._pump, OriginateSent(at=self._clock.now(), channel_id=channel_id))
            reply = await self._control.ask(action)
            if not reply.success:
                self._refused(channel_id)
                raise refusal(reply, "call the supervisor's phone")
        except MhudError as error:
            raise MhudError(
                error.code, error.message, **{**error.details, "call_id": ids.call_id(channel_id)}
            ) from error

    def _refused(self, channel_id: str) -> None:
        at, reason = self._clock.now(), EndReason.FAILED
        self._pump.inbox.put(OriginateRefused(at=at, channel_id=channel_id, reason=reason))

    async def _hears(self, call_id: str, mode: str, watched_id: str) -> Call:
        """Until he hears the call; while his phone rings for long, as it rings."""
        limit_s = self._settings.ami.action_timeout_s
        call = await self._pump.until(lambda live: _settled(live, call_id, mode), limit_s)
        if call is None and self._pump.live.channels_of(call_id):
            call = self._pump.live.call(call_id)
        if call is None:
            raise timed_out("let the supervisor hear the call", call_id=watched_id)
        if call.is_over:
            why = call.end_reason.value if call.end_reason else ""
            raise conflict(
                "the supervisor's phone did not take it, or the talk is over",
                call_id=watched_id,
                reason=why,
            )
        return call

    # ---- changing

    async def _switch(self, who: Principal, going: Call, mode: str, listener: Agent) -> Call:
        """His leg is sent to the other mode's extension; what it listens to stays its own."""
        parties = [one for one in self._pump.live.channels_of(going.id) if not one.is_local]
        if going.status is not CallStatus.IN_PROGRESS or not parties:
            raise unable(listener.id, "is being called", "pending")
        if going.monitor_mode == mode:
            return going
        watched_id = going.monitors or ""
        await self._record(who, watched_id, mode, listener, going.id)
        context = self._settings.control.monitor_context
        await self._control.order(redirect(parties[0].name, context, mode), "change the mode")
        return await self._hears(going.id, mode, watched_id)


def _settled(live: LiveState, call_id: str, mode: str) -> Call | None:
    call = live.call(call_id)
    if call is None or call.is_over:
        return call
    hears = call.status is CallStatus.IN_PROGRESS and call.monitor_mode == mode
    return call if hears else None


def _refuse_unless_free(agent: Agent) -> None:
    """A supervisor need not serve a queue, nor be at work: his phone must be there and idle."""
    if agent.call_id is not None:
        raise unable(agent.id, "is on a call", "on-call")
    if agent.ringing_call_id is not None:
        raise unable(agent.id, "is being called", "ringing")
    if agent.device_state in UNREACHABLE:
        raise unable(agent.id, "has a phone that can't be reached", "unreachable")
