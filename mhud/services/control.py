"""Who may act on a call that goes on, and through which channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from mhud.ami.actions import Action
from mhud.ami.link import AmiLink, LinkState, Reply
from mhud.config import Settings
from mhud.errors import MhudError, conflict, forbidden, pbx_unavailable
from mhud.live.model import Call, Channel
from mhud.live.state import LiveState
from mhud.live.talk import circles
from mhud.pump import Pump
from mhud.services.calls import Calls
from mhud.services.rights import Principal
from mhud.services.telling import over, refusal, timed_out

T = TypeVar("T")
EATEN_S = 1.5  # keys are lost while Asterisk plays a beep to the agent: then they are pressed again


@dataclass(frozen=True, slots=True, kw_only=True)
class Controlled:
    """A call as it is now. `agent_id` is who acts in it, or for whom a supervisor does.

    `agent_channel` is his phone's, answered; None where no agent is in the call yet. `others` are
    the real parties besides, oldest first; `hears` those of them that he talks with just now.
    """

    call: Call
    agent_id: str | None
    agent_channel: Channel | None
    others: tuple[Channel, ...]
    hears: tuple[Channel, ...]

    @property
    def talking(self) -> tuple[str, Channel, tuple[Channel, ...]]:
        """The agent, his channel, and whom he talks with. Raises MhudError CONFLICT: nobody."""
        if self.agent_id is None or self.agent_channel is None or not self.hears:
            raise not_talking(self.call)
        return self.agent_id, self.agent_channel, self.hears


class Control:
    """What all commands on a call share."""

    def __init__(self, settings: Settings, pump: Pump, link: AmiLink, calls: Calls) -> None:
        self._timeout_s = settings.ami.action_timeout_s
        self._pump = pump
        self._link = link
        self._calls = calls
        self._turns: set[str] = set()

    @contextmanager
    def turn(self, call_id: str) -> Iterator[None]:
        """One command on a call at a time. Raises MhudError CONFLICT for the second."""
        if call_id in self._turns:
            text = "another command on this call is under way"
            raise conflict(text, call_id=call_id, reason="busy")
        self._turns.add(call_id)
        try:
            yield
        finally:
            self._turns.discard(call_id)

    async def controlled(
        self, principal: Principal, call_id: str, right: str = "control_calls"
    ) -> Controlled:
        """The call, if he may act on it now: his own, or with the full right anybody's.

        Raises MhudError NOT_FOUND, FORBIDDEN, CONFLICT when it is over, PBX_UNAVAILABLE.
        """
        call = await self._calls.one(call_id)
        mine = self._calls.is_in(principal, call)
        if not principal.may(right, principal.agent_id if mine else None):
            raise forbidden(right)
        if call.is_over:
            raise over(call)
        if self._pump.live.stale or self._link.state is not LinkState.UP:
            raise pbx_unavailable()
        return look(self._pump.live, call, principal.agent_id if mine else None)

    def again(self, found: Controlled) -> Controlled:
        """As it is now: people did not wait while a command asked Asterisk or the disk.

        Raises MhudError CONFLICT when the call ended meanwhile.
        """
        live = self._pump.live
        return look(live, on_now(live, found.call), found.agent_id)

    async def order(self, action: Action, what: str) -> None:
        """Raises MhudError: Asterisk's refusal to `what`, PBX_UNAVAILABLE, PBX_TIMEOUT."""
        reply = await self.ask(action)
        if not reply.success:
            raise refusal(reply, what)

    async def ask(self, action: Action) -> Reply:
        """Asterisk's answer, a refusal too. Raises MhudError PBX_UNAVAILABLE, PBX_TIMEOUT."""
        return await self._link.send(action)

    async def wish(self, action: Action) -> bool:
        """Whether Asterisk took it. Raises as `ask`."""
        return (await self.ask(action)).success

    async def press(
        self, keys: Sequence[Action], taken: Callable[[LiveState], object], what: str
    ) -> None:
        """Presses them, and once more if they are not taken. Raises as `order`, and as `taken`."""
        for action in keys:
            await self.order(action, what)
        if await self._pump.until(taken, EATEN_S) is None:
            for action in keys:
                await self.order(action, what)

    async def see(self, holds: Callable[[LiveState], T | None], what: str, call_id: str) -> T:
        """Waits until the state shows it. Raises MhudError PBX_TIMEOUT, or what `holds` raises."""
        found = await self._pump.until(holds, self._timeout_s)
        if found is None:
            raise timed_out(what, call_id=call_id)
        return found


def not_talking(call: Call) -> MhudError:
    return conflict("nobody talks in this call", call_id=call.id, reason="not-talking")


def on_now(live: LiveState, call: Call) -> Call:
    """The call as it is now. Raises MhudError CONFLICT when it ended meanwhile."""
    now = live.calls.get(call.id)
    if now is None:
        raise conflict("the call has ended meanwhile", call_id=call.id, reason="over")
    return now


def look(live: LiveState, call: Call, agent_id: str | None) -> Controlled:
    """`agent_id` None: whoever talks in it, or talked last."""
    parties = sorted(
        (one for one in live.channels_of(call.id) if not one.is_local),
        key=lambda one: one.created_at,
    )
    agent_id = agent_id or _talker(call)
    mine = [one for one in parties if agent_id and live.agent_of(one) == agent_id and one.up_at]
    channel = mine[-1] if mine else None
    others = tuple(one for one in parties if one is not channel)
    return Controlled(
        call=call,
        agent_id=agent_id if channel else None,
        agent_channel=channel,
        others=others,
        hears=_heard(live, call, channel) if channel else (),
    )


def _talker(call: Call) -> str | None:
    if call.in_talk:
        return call.talks[-1].agent_id or call.agent_id
    return call.agent_id


def _heard(live: LiveState, call: Call, channel: Channel) -> tuple[Channel, ...]:
    """The real parties that it is joined with, through Local channels too."""
    for circle in circles(live.channels_of(call.id)):
        if channel in circle.channels:
            return tuple(one for one in circle.parties if one != channel)
    return ()
