"""What agents do besides calls: breaks, going and coming, phones that fail."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from mhud.sim.demo_world import AGENTS, RESERVED, DemoAgent, log_everybody_in
from mhud.sim.script import Script

Later = Callable[[float, Callable[[], object]], None]

REASONS = ("break", "break", "lunch", "meeting", "training", "personal", "technical")
BREAK_EVERY_S = 70.0
AWAY_EVERY_S = 420.0
BROKEN_EVERY_S = 400.0
MOST_ABSENT = 2  # of those on shift, at the same time


class AgentsDay:
    """Undoes only what it did itself: a pause or a logout made through the API stays."""

    def __init__(self, script: Script, random: Random, later: Later) -> None:
        self.script = script
        self.random = random
        self.later = later
        self.absent: set[str] = set()

    def begin(self) -> None:
        log_everybody_in(self.script)
        self._again(BREAK_EVERY_S, self._takes_a_break)
        self._again(AWAY_EVERY_S, self._goes_home)
        self._again(BROKEN_EVERY_S, self._phone_fails)

    def _again(self, mean_s: float, act: Callable[[DemoAgent], None]) -> None:
        def due() -> None:
            agent = self.somebody_free()
            if agent and len(self.absent) < MOST_ABSENT:
                act(agent)
            self._again(mean_s, act)

        self.later(self.random.expovariate(1 / mean_s), due)

    def somebody_free(self) -> DemoAgent | None:
        """Logged in, not paused, with a phone that works and does nothing."""
        free = [one for one in AGENTS if one.agent_id not in RESERVED and self._is_free(one)]
        return self.random.choice(free) if free else None

    def _is_free(self, agent: DemoAgent) -> bool:
        pbx = self.script.pbx
        if not pbx.up or agent.agent_id in self.absent or pbx.channels_of(agent.agent_id):
            return False
        members = [queue.member(agent.interface) for queue in pbx.queues.values()]
        known = [one for one in members if one]
        return bool(known) and not any(one.paused for one in known)

    def _leaves(self, agent: DemoAgent, seconds: float, undo: Callable[[], None]) -> None:
        self.absent.add(agent.agent_id)

        def back() -> None:
            if not self.script.pbx.up:
                self.later(2, back)
                return
            self.absent.discard(agent.agent_id)
            undo()

        self.later(seconds, back)

    def _takes_a_break(self, agent: DemoAgent) -> None:
        reason = self.random.choice(REASONS)
        self.script.agent_pauses(agent.agent_id, reason)

        def undo() -> None:
            if self._paused_for(agent) == {reason}:
                self.script.agent_unpauses(agent.agent_id)

        self._leaves(agent, self.random.uniform(60, 240), undo)

    def _paused_for(self, agent: DemoAgent) -> set[str]:
        queues = self.script.pbx.queues.values()
        members = [queue.member(agent.interface) for queue in queues]
        return {one.reason if one.paused else "" for one in members if one}

    def _goes_home(self, agent: DemoAgent) -> None:
        self.script.agent_logs_out(agent.agent_id)
        self._leaves(
            agent,
            self.random.uniform(90, 240),
            lambda: self.script.agent_logs_in(agent.agent_id, *agent.queues, name=agent.name),
        )

    def _phone_fails(self, agent: DemoAgent) -> None:
        self.script.phone_goes(agent.agent_id)
        self._leaves(
            agent,
            self.random.uniform(20, 60),
            lambda: self.script.phone_comes_back(agent.agent_id),
        )
