"""Takes callers out of a talk in which Asterisk has left them alone.

An agent who hangs up in the very milliseconds in which his question to a colleague is put through
leaves Asterisk 22 in a state of its own: his channel stays, in no bridge, and his caller hears
music, and nobody, until he gives up himself. Whoever is found so is led to a queue, as all whom
nobody took.
"""

from __future__ import annotations

from collections.abc import Iterator

import structlog

from mhud.ami.actions import content, dialplan_exists, hangup, redirect
from mhud.ami.link import AmiLink
from mhud.clock import Clock
from mhud.config import ControlSettings
from mhud.errors import MhudError
from mhud.live.model import Channel
from mhud.live.state import LiveState
from mhud.live.talk import UP

log = structlog.get_logger(__name__)
EVERY_S = 0.5
AFTER_S = 2.0  # a channel whose phone has hung up is gone within milliseconds, when all is well
EXTEN = "s"


def stranded(live: LiveState) -> Iterator[tuple[Channel, Channel]]:
    """Each party that is alone in its bridge, and the agent's channel that should be gone."""
    for ghost in live.channels.values():
        if ghost.far_end_hung_up and ghost.bridge_id is None and live.agent_of(ghost):
            for party in live.channels_of(live.call_of[ghost.linkedid]):
                if _is_alone(live, party):
                    yield party, ghost


def _is_alone(live: LiveState, party: Channel) -> bool:
    return not party.is_local and not party.far_end_hung_up and _is_single(live, party)


def _is_single(live: LiveState, one: Channel) -> bool:
    """Nobody else is in its bridge."""
    up = one.state == UP and one.bridge_id is not None
    return up and len(live.by_bridge[one.bridge_id or ""]) == 1


def _left_over(live: LiveState, call_id: str, ghost: Channel) -> list[str]:
    """Who is asked would be called, and answer, for nobody."""
    asking = [one for one in live.channels_of(call_id) if one.is_local and _is_single(live, one)]
    return [ghost.uniqueid, *(one.uniqueid for one in asking)]


class Rescue:
    """Runs beside the pump; reads the state, never changes it."""

    def __init__(
        self, live: LiveState, link: AmiLink, clock: Clock, settings: ControlSettings
    ) -> None:
        self._live = live
        self._link = link
        self._clock = clock
        self._context = settings.rescue_context
        self._since: dict[str, float] = {}  # Uniqueid of a party → when it was first seen so

    async def run(self) -> None:
        while True:
            await self._clock.sleep(EVERY_S)
            await self._look()

    async def _look(self) -> None:
        seen = () if self._live.stale else tuple(stranded(self._live))
        found = {party.uniqueid: (party, ghost) for party, ghost in seen}
        now = self._clock.monotonic()
        self._since = {uniqueid: self._since.get(uniqueid, now) for uniqueid in found}
        for uniqueid, (party, ghost) in found.items():
            call = self._live.call_of_channel(uniqueid)
            if call is not None and now - self._since[uniqueid] >= AFTER_S:
                self._since[uniqueid] = now  # where it fails, it is tried again
                await self._rescue(call.id, party, ghost)

    async def _rescue(self, call_id: str, party: Channel, ghost: Channel) -> None:
        left_over = _left_over(self._live, call_id, ghost)
        try:
            there = await self._link.send(dialplan_exists(self._context, EXTEN))
            if content(there.fields) != "1":
                problem = f"context {self._context} of the dialplan has no extension {EXTEN}"
                log.error("caller_left_alone", call_id=call_id, problem=problem)
                return
            reply = await self._link.send(redirect(party.name, self._context, EXTEN))
            problem = "" if reply.success else reply.message
            for uniqueid in left_over:
                await self._link.send(hangup(uniqueid))
        except MhudError as error:
            problem = error.message
        if problem:
            log.error("caller_left_alone", call_id=call_id, problem=problem)
        else:
            log.warning("caller_rescued", call_id=call_id)
