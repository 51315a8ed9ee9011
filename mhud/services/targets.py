"""Where a call may be sent. A caller is never sent to a place or phone that can't take him."""

from __future__ import annotations

from dataclasses import dataclass, field

from mhud.ami.actions import content, dialplan_exists
from mhud.ami.link import AmiLink
from mhud.config import Settings
from mhud.errors import conflict, not_found, pbx_unavailable
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.originate_rules import check_callable, dialed
from mhud.services.telling import refusal, unable

HANGING_UP_S = 1.0  # a phone that has just hung up is shown as in use a moment longer
FREE = ("NOT_INUSE", "UNKNOWN")  # Asterisk knows nothing of phones that keep no state
UNREACHABLE = ("UNAVAILABLE", "INVALID")

# Of a caller: to whom he goes back if nobody takes him (docs/dialplan.md).
SENT_BY = "BLINDTRANSFER"  # Asterisk's own: the channel of the agent who sent him on
TAKEN_FROM = "MHU_MOVED_FROM"  # the queue in which he waited


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Exactly one of them. No repr of the number."""

    queue: str | None = None
    agent: str | None = None
    number: str | None = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        return "queue" if self.queue else "agent" if self.agent else "number"

    @property
    def told(self) -> dict[str, str]:
        """For the audit trail: which queue or agent; of a number only that it was one."""
        named = self.queue or self.agent
        return {"to": self.kind, **({"target_id": named} if named else {})}


@dataclass(frozen=True, slots=True)
class Place:
    """Of the dialplan, where it was found to exist."""

    context: str
    exten: str = field(repr=False)

    @property
    def goto(self) -> str:
        """As the dialplan's Goto takes it."""
        return f"{self.context},{self.exten},1"


class Targets:
    def __init__(self, settings: Settings, pump: Pump, link: AmiLink) -> None:
        self._settings = settings
        self._pump = pump
        self._link = link

    def configure(self, settings: Settings) -> None:
        """Other settings hold from now on."""
        self._settings = settings

    async def place(self, target: Target, sender: str | None) -> Place:
        """`sender` is the agent who transfers.

        Raises MhudError INVALID, NOT_FOUND, CONFLICT with the reason, PBX_UNAVAILABLE.
        """
        if target.agent is not None:
            await self._pump.until(lambda live: _is_free(live, target.agent), HANGING_UP_S)
        place = self._place(target, sender)
        await self.require(place, target.kind)
        return place

    async def require(self, place: Place, what: str) -> None:
        """Raises MhudError CONFLICT where the dialplan lacks it, PBX_UNAVAILABLE."""
        reply = await self._link.send(dialplan_exists(place.context, place.exten))
        if not reply.success:
            raise refusal(reply, "ask what its dialplan holds")
        there = content(reply.fields)
        if there not in ("0", "1"):
            raise pbx_unavailable("Asterisk can't say what its dialplan holds: func_dialplan.so")
        if there == "0":
            text = f"context {place.context} of the dialplan has no way to this {what}"
            raise conflict(text, reason="no-way")

    def _place(self, target: Target, sender: str | None) -> Place:
        contexts = self._settings.control
        if target.queue is not None:
            return Place(contexts.queue_context, self._queue(target.queue))
        if target.agent is not None:
            return Place(contexts.agent_context, self._extension(target.agent, sender))
        return Place(contexts.number_context, self._number(target.number or ""))

    def _queue(self, queue_id: str) -> str:
        queue = self._pump.live.queues.get(queue_id)
        if queue is None:
            raise not_found("queue", queue_id)
        if queue.max_callers and len(queue.waiting) >= queue.max_callers:
            raise conflict(f"queue {queue.id} is full", queue_id=queue.id, reason="full")
        return queue.id

    def _number(self, number: str) -> str:
        settings = self._settings.originate
        check_callable("target.number", number, settings)
        return dialed(number, settings)

    def _extension(self, agent_id: str, sender: str | None) -> str:
        agent = self._pump.live.agents.get(agent_id)
        if agent is None:
            raise not_found("agent", agent_id)
        if agent_id == sender:
            raise unable(agent.id, "has this call already", "self")
        if not agent.profile.extension:
            raise unable(agent.id, "has no extension configured", "no-extension")
        if agent.device_state in UNREACHABLE:
            raise unable(agent.id, "has a phone that can't be reached", "unreachable")
        if agent.ringing_call_id:
            raise unable(agent.id, "is being called", "ringing")
        if agent.call_id or agent.device_state not in FREE:
            raise unable(agent.id, "has a phone that is in use", "on-call")
        return agent.profile.extension


def _is_free(live: LiveState, agent_id: str | None) -> bool | None:
    """Or not free for longer than a moment."""
    agent = live.agents.get(agent_id or "")
    if agent is None or agent.call_id or agent.ringing_call_id:
        return True
    return agent.device_state in (*FREE, *UNREACHABLE) or None
