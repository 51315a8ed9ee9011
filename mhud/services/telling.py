"""Small steps that commands share: telling the state, and saying why something can't be."""

from __future__ import annotations

from collections.abc import Callable

from mhud.ami.link import Reply
from mhud.ami.messages import Event
from mhud.clock import Clock
from mhud.errors import Code, MhudError, conflict, pbx_unavailable
from mhud.live.model import Agent, Call
from mhud.live.state import LiveState
from mhud.pump import Pump

ROOM_RETRY_S = 0.1  # until a full inbox has room again
_NOT_READY = ("Permission denied", "Invalid/unknown command")


def tell(pump: Pump, event: Event) -> None:
    """What the state must know. Raises MhudError SERVICE_UNAVAILABLE when it can't keep up."""
    if not pump.inbox.put(event):
        raise MhudError(Code.SERVICE_UNAVAILABLE, "too many events are waiting; try again")


async def tell_for_sure(pump: Pump, clock: Clock, event: Event) -> None:
    """What would stay wrong if it got lost: a full inbox is asked again."""
    while not pump.inbox.put(event):
        await clock.sleep(ROOM_RETRY_S)


async def seen(
    pump: Pump, agent_id: str, holds: Callable[[Agent], bool], timeout_s: float
) -> Agent | None:
    """The agent as he is when that is true of him; None when time is over."""

    def shown(live: LiveState) -> Agent | None:
        agent = live.agents.get(agent_id)
        return agent if agent is not None and holds(agent) else None

    return await pump.until(shown, timeout_s)


def refusal(reply: Reply, what: str) -> MhudError:
    """Asterisk's "Error" in words of ours. `what` names the wish, without anything personal.

    Rights that mhud lacks and modules that are not loaded (yet) are the administrator's affair.
    """
    if reply.message.startswith(_NOT_READY):
        return pbx_unavailable(f"Asterisk does not let mhud {what}: {_first(reply.message)}")
    return conflict(f"Asterisk refused to {what}: {_first(reply.message)}")


def over(call: Call) -> MhudError:
    """Of a call that has ended, or is part of another one now."""
    why = call.end_reason.value if call.end_reason else None
    merged = {"merged_into": call.merged_into} if call.merged_into else {}
    return conflict("the call is over", call_id=call.id, reason="over", end_reason=why, **merged)


def unable(agent_id: str, why: str, reason: str) -> MhudError:
    """`why` goes on after his id; `reason` is for programs."""
    return conflict(f"agent {agent_id} {why}", agent_id=agent_id, reason=reason)


def timed_out(what: str, **details: str) -> MhudError:
    """Asterisk took the wish, and what should follow from it was not seen in time."""
    return MhudError(Code.PBX_TIMEOUT, f"Asterisk did not {what} in time", **details)


def _first(message: str) -> str:
    """The first sentence of Asterisk's message."""
    return message.strip().partition(". ")[0].rstrip(".")
