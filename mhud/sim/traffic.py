"""People: callers with their patience, agents with their habits. A busy hour at speed 1."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from mhud.clock import Clock
from mhud.sim.agents_day import AgentsDay
from mhud.sim.channels import Channel
from mhud.sim.consult import Consultation
from mhud.sim.demo_world import RESERVED, caller_number
from mhud.sim.recall import Recall
from mhud.sim.script import Caller, Script
from mhud.sim.talk import Talk, hang_up
from mhud.sim.timers import Timers
from mhud.sim.waiting import Waiting

FIRST_CALLERS = 4  # close together, so that a fresh demo is not an empty one
FIRST_GAP_S = 4.0
GAP_S = 26.0
OUTBOUND_EVERY_S = 100.0
PATIENCE_S = 150.0
PAUSE_S = 10.0  # until somebody looks again whether a talk that was interrupted goes on
NAMES = ("", "", "", "A. Caller", "Reception", "Mobile", "School office")


class Traffic:
    """All that people do to the PBX. Only the order of the seed's numbers decides what."""

    def __init__(self, script: Script, clock: Clock, random: Random, speed: float) -> None:
        self.script = script
        self.pbx = script.pbx
        self.clock = clock
        self.random = random
        self.speed = speed
        self.timers = Timers(clock, speed)
        self.day = AgentsDay(script, random, self.later)
        self.pbx.timers.speed = speed
        self.pbx.on_ring = self.on_ring
        self.pbx.on_talk = self.on_talk

    def later(self, seconds: float, call: Callable[[], object]) -> None:
        self.timers.later(seconds, call)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    async def run(self) -> None:
        """For ever."""
        self.day.begin()
        self._dials_out_later()
        try:
            for _ in range(FIRST_CALLERS):
                self._somebody_calls()
                await self.clock.sleep(FIRST_GAP_S / self.speed)
            while True:
                self._somebody_calls()
                await self.clock.sleep(self.random.expovariate(1 / GAP_S) / self.speed)
        finally:
            self.timers.clear()

    # ---- callers

    def _somebody_calls(self) -> None:
        if not self.pbx.up:
            return
        number, name = caller_number(self.random), self.random.choice(NAMES)
        caller = self.script.call_in(number, name=name)
        menu_s = self.random.uniform(2, 7)
        if self.chance(0.06):
            self.later(menu_s, caller.hangs_up)
            return
        queue = "crisis" if self.chance(0.25) else "support"
        self.later(menu_s, lambda: self._chooses(caller, queue))

    def _chooses(self, caller: Caller, queue: str) -> None:
        if not caller.is_on_the_line:
            return
        caller.chooses(queue)
        patience = 8 + self.random.expovariate(1 / PATIENCE_S)
        self.later(patience, lambda: self._loses_patience(caller))

    def _loses_patience(self, caller: Caller) -> None:
        if isinstance(caller.channel.activity, Waiting):
            caller.hangs_up()

    def _dials_out_later(self) -> None:
        self.later(self.random.expovariate(1 / OUTBOUND_EVERY_S), self._dials_out)

    def _dials_out(self) -> None:
        """An agent calls somebody back; now and then it is busy or nobody is there."""
        agent = self.day.somebody_free()
        if agent:
            ending = self.random.choice(["", "", "", "486", "480", "408"])
            number = caller_number(self.random)
            self.script.agent_dials(agent.agent_id, number[: len(number) - len(ending)] + ending)
        self._dials_out_later()

    # ---- agents at their phones

    def on_ring(self, leg: Channel) -> None:
        """Most answer, some are away from the desk, some press "no"."""
        if leg.endpoint == "trunk":
            return
        if leg.endpoint in RESERVED or self.chance(0.86):
            self.later(self.random.uniform(1.5, 6), lambda: self._picks_up(leg))
        elif self.chance(0.4):
            self.later(self.random.uniform(1, 4), lambda: self._declines(leg))

    def _rings(self, leg: Channel) -> bool:
        return not leg.gone and self.script.is_ringing(leg.endpoint)

    def _picks_up(self, leg: Channel) -> None:
        if self._rings(leg):
            self.script.agent_answers(leg.endpoint)

    def _declines(self, leg: Channel) -> None:
        if self._rings(leg):
            self.script.agent_rejects(leg.endpoint)

    # ---- talks

    def on_talk(self, lead: Channel, leg: Channel) -> None:
        talk = lead.activity
        if not isinstance(talk, Talk):
            return
        length = max(12.0, self.random.lognormvariate(4.6, 0.6))
        self.later(length, lambda: self._says_goodbye(talk))
        if lead.endpoint != "trunk":
            return  # what an agent dialled by himself is only ended
        if self.chance(0.25):
            self._later_in(talk, length * 0.3, lambda: self._holds(talk))
        if self.chance(0.08):
            self._later_in(talk, length * 0.6, lambda: self._passes_on(talk))
        elif self.chance(0.05):
            self._later_in(talk, length * 0.5, lambda: self._asks_a_colleague(talk))

    def _later_in(self, talk: Talk, seconds: float, call: Callable[[], object]) -> None:
        self.later(seconds, lambda: call() if self._goes_on(talk) else None)

    @staticmethod
    def _goes_on(talk: Talk) -> bool:
        return talk.lead.activity is talk and talk.leg.activity is talk

    def _says_goodbye(self, talk: Talk) -> None:
        parties = [one for one in (talk.lead, talk.leg) if not one.half]
        if self._goes_on(talk):
            hang_up(self.pbx, self.random.choice(parties or [talk.lead]), far_end=True)
        elif any(isinstance(one.activity, Consultation | Recall) for one in parties):
            self.later(PAUSE_S, lambda: self._says_goodbye(talk))

    def _holds(self, talk: Talk) -> None:
        if talk.lead.on_hold:
            return
        talk.hold(talk.leg)
        self._later_in(talk, self.random.uniform(5, 25), lambda: self._resumes(talk))

    @staticmethod
    def _resumes(talk: Talk) -> None:
        if talk.lead.on_hold:
            talk.resume(talk.leg)

    def _passes_on(self, talk: Talk) -> None:
        """Blind: to the other queue, or to a colleague."""
        if talk.leg.endpoint in RESERVED:
            return
        colleague = self.day.somebody_free()
        target = colleague.extension if colleague else self.random.choice(["2000", "2001"])
        self.script.agent_transfers(talk.leg.endpoint, target)

    def _asks_a_colleague(self, talk: Talk) -> None:
        agent, colleague = talk.leg.endpoint, self.day.somebody_free()
        if agent in RESERVED or colleague is None or talk.lead.on_hold:
            return
        if self.chance(0.5):
            self.script.agent_asks(agent, colleague.extension)
            self.later(22, lambda: self.script.agent_leaves_the_colleague(agent))
            return
        second = self.script.agent_consults(agent, colleague.extension)
        self.later(22, lambda: self._hands_over(talk, second))

    def _hands_over(self, talk: Talk, second: Channel) -> None:
        """If the colleague has picked up; else the caller gets his agent back."""
        if not self._goes_on(talk):
            hang_up(self.pbx, second, far_end=True)
        elif isinstance(second.activity, Talk):
            self.script.agent_completes_transfer(talk.leg.endpoint)
        else:
            hang_up(self.pbx, second, far_end=True)
            self._resumes(talk)
