"""What holds whatever Asterisk says: events lost, repeated, late; days that nobody wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from mhud.ami import messages as ami
from mhud.live import events, inputs
from mhud.live.events import DomainEvent
from mhud.live.reconcile import IN_FLIGHT
from mhud.live.state import LiveState
from tests import replay
from tests.legs import RINGING, UP, Leg, Phone
from tests.scenario import Pbx, differences, facts, written_down

STEMS = sorted(path.name.removesuffix(".events.jsonl") for path in replay.TRACES.glob("*.jsonl"))
QUEUES = ("support", "crisis")
LONGEST = 400  # events of a recording that are played; a few are much longer


@cache
def recorded(stem: str) -> tuple[ami.Event, ...]:
    return tuple(replay.recorded(stem)[:LONGEST])


Faults = Sequence[tuple[str, float]]
FAULTS = st.lists(
    st.tuples(
        st.sampled_from(("drop", "repeat", "swap", "late", "cut")),
        st.floats(0, 1, exclude_max=True),
    ),
    min_size=1,
    max_size=12,
)


def spoiled(whole: Sequence[ami.Event], faults: Faults) -> list[ami.Event]:
    """The events with these faults, each at its place between 0 (first) and 1 (last)."""
    events_left = list(whole)
    for fault, place in faults:
        if len(events_left) < 2:
            break
        at = int(place * (len(events_left) - 1))
        if fault == "drop":
            del events_left[at]
        elif fault == "repeat":
            events_left.insert(at, events_left[at])
        elif fault == "swap":
            events_left[at : at + 2] = events_left[at : at + 2][::-1]
        elif fault == "late":
            events_left.insert(min(len(events_left), at + 20), events_left[at])
        else:
            del events_left[at + len(events_left) // 2 :]
    return events_left


def unfinished(told: Sequence[DomainEvent]) -> Counter[str]:
    """Calls by how much oftener they began than ended."""
    began = Counter(event.call.id for event in told if isinstance(event, events.CallStarted))
    began.subtract(event.call.id for event in told if isinstance(event, events.CallEnded))
    return Counter({call_id: left for call_id, left in began.items() if left})


def play(live: LiveState, what: Sequence[ami.Event]) -> list[DomainEvent]:
    told = []
    for event in what:
        told += live.apply(event)
        assert live.check() == [], event
    return told


def asked(live: LiveState, snapshot: ami.Snapshot) -> list[DomainEvent]:
    """Until no word can be on its way any more of what the snapshot does not list."""
    told = play(live, [snapshot])
    return told + play(live, [inputs.Tick(at=live.now + IN_FLIGHT + timedelta(seconds=1))])


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(stem=st.sampled_from(STEMS), faults=FAULTS, until=st.floats(0, 1))
def test_a_spoiled_recording_breaks_nothing_and_the_next_snapshot_heals(
    stem: str, faults: Faults, until: float
) -> None:
    whole = recorded(stem)
    whole = whole[: int(until * len(whole)) + 1]
    truth, live = LiveState(), LiveState()
    truth.stale = live.stale = False
    for event in whole:
        truth.apply(event)
    told = play(live, spoiled(whole, faults))
    snapshot = facts(truth)
    told += asked(live, snapshot)
    assert differences(live, snapshot) == []
    assert set(unfinished(told)) == set(live.calls)
    told += asked(live, ami.Snapshot(at=live.now))
    assert unfinished(told) == Counter()
    assert live.calls == {}
    assert all(agent.call_id is None for agent in live.agents.values())


class ADayAtThePbx(RuleBasedStateMachine):
    """Callers and agents do what they like; sometimes the daemon does not listen."""

    @initialize()
    def begins(self) -> None:
        self.pbx = Pbx()
        self.pbx.queue("support", service_level_s=5, max_waiting=1, max_longest_wait_s=8)
        self.callers: list[Leg] = []
        self.agents: list[Phone] = []
        self.dialed: dict[str, tuple[Phone, Leg]] = {}

    def picked(self, legs: list[Leg], data: st.DataObject) -> Leg | None:
        return data.draw(st.sampled_from(legs)) if legs else None

    def waiting(self) -> list[Leg]:
        return [leg for line in self.pbx.lines.values() for leg in line]

    def idle(self) -> list[Leg]:
        waiting = self.waiting()
        return [leg for leg in self.callers if leg not in waiting and leg.bridge is None]

    def bridged(self) -> list[Leg]:
        return [leg for leg in self.pbx.legs.values() if leg.bridge is not None]

    @rule()
    def somebody_calls(self) -> None:
        self.callers.append(self.pbx.caller())

    @rule(queues=st.lists(st.sampled_from(QUEUES), min_size=1, unique=True))
    def somebody_logs_in(self, queues: list[str]) -> None:
        self.agents.append(self.pbx.agent(f"agent{len(self.agents)}", *queues))

    @rule(data=st.data())
    def somebody_dials(self, data: st.DataObject) -> None:
        if self.agents:
            self.callers.append(data.draw(st.sampled_from(self.agents)).dials("5550001").is_up())

    @rule(data=st.data(), queue=st.sampled_from(QUEUES))
    def somebody_joins(self, data: st.DataObject, queue: str) -> None:
        if leg := self.picked(self.idle(), data):
            leg.joins(queue, data.draw(st.integers(1, len(self.pbx.lines.get(queue, [])) + 1)))

    @rule(data=st.data())
    def a_phone_rings(self, data: st.DataObject) -> None:
        leg = self.picked(self.waiting(), data)
        serving = [phone for phone in self.agents if leg and leg.queue in phone.members]
        if leg and serving and leg.chan.uniqueid not in self.dialed:
            phone = data.draw(st.sampled_from(serving))
            self.dialed[leg.chan.uniqueid] = (phone, phone.is_rung_for(leg))

    @rule(data=st.data(), answers=st.booleans())
    def it_is_answered_or_not(self, data: st.DataObject, answers: bool) -> None:
        ringing = [leg for leg in self.waiting() if leg.chan.uniqueid in self.dialed]
        if caller := self.picked(ringing, data):
            phone, leg = self.dialed.pop(caller.chan.uniqueid)
            if answers:
                phone.answers(caller, leg)
            else:
                phone.lets_it_ring(caller, leg)

    @rule(data=st.data())
    def somebody_is_sent_on(self, data: st.DataObject) -> None:
        if caller := self.picked(self.waiting(), data):
            self.cancel(caller)
            caller.is_dropped_by_queue()

    @rule(data=st.data())
    def somebody_gives_up(self, data: st.DataObject) -> None:
        if caller := self.picked(self.waiting(), data):
            self.cancel(caller)
            self.callers.remove(caller)
            caller.gives_up()

    @rule(data=st.data())
    def somebody_hangs_up(self, data: st.DataObject) -> None:
        waiting = self.waiting()
        legs = [leg for leg in self.pbx.legs.values() if leg not in waiting]
        legs = [leg for leg in legs if leg.chan.state != RINGING]
        if leg := self.picked(legs, data):
            self.callers = [other for other in self.callers if other is not leg]
            leg.hangs_up()

    @rule(data=st.data(), holds=st.booleans())
    def somebody_holds_or_not(self, data: st.DataObject, holds: bool) -> None:
        if leg := self.picked(self.bridged(), data):
            _ = leg.holds() if holds else leg.resumes()

    @rule(data=st.data())
    def somebody_leaves_his_bridge(self, data: st.DataObject) -> None:
        if leg := self.picked(self.bridged(), data):
            leg.leaves_bridge()

    @rule(data=st.data())
    def two_are_joined(self, data: st.DataObject) -> None:
        waiting = self.waiting()
        alone = [
            leg
            for leg in self.pbx.legs.values()
            if leg.bridge is None and leg not in waiting and leg.chan.state == UP
        ]
        one, two = self.picked(alone, data), self.picked(alone, data)
        if one and two and one is not two:
            self.merge(one, two)
            one.talks_with(two)

    @rule(data=st.data())
    def a_call_changes_its_name(self, data: st.DataObject) -> None:
        legs = list(self.pbx.legs.values())
        one, two = self.picked(legs, data), self.picked(legs, data)
        if one and two and one is not two:
            self.merge(one, two)

    def merge(self, one: Leg, two: Leg) -> None:
        """Asterisk gives all channels of a bridge the oldest Linkedid."""
        elder, younger = sorted((one, two), key=lambda leg: (leg.began, leg.chan.uniqueid))
        for leg in tuple(self.pbx.legs.values()):
            if leg.chan.linkedid == younger.chan.linkedid and leg is not younger:
                leg.belongs_to(elder).becomes(leg.chan.state)
        younger.belongs_to(elder).becomes(younger.chan.state)

    @rule(data=st.data(), reason=st.sampled_from(("", "break", "wrap-up", "offline", None)))
    def somebody_pauses_or_not(self, data: st.DataObject, reason: str | None) -> None:
        if self.agents:
            phone = data.draw(st.sampled_from(self.agents))
            _ = phone.unpauses() if reason is None else phone.pauses(reason)

    @rule(data=st.data())
    def somebody_logs_out(self, data: st.DataObject) -> None:
        if self.agents:
            data.draw(st.sampled_from(self.agents)).stops_serving()

    @rule(seconds=st.integers(1, 12))
    def time_passes(self, seconds: int) -> None:
        self.pbx.passes(seconds)

    @rule()
    def the_link_is_lost(self) -> None:
        self.pbx.say(ami.LinkLost(at=self.pbx.now))
        self.pbx.heard = False

    @rule()
    def asterisk_is_asked(self) -> None:
        self.pbx.heard = True
        self.pbx.is_asked()

    @precondition(lambda self: self.pbx.heard)
    @rule()
    def the_daemon_restarts(self) -> None:
        self.pbx.daemon_restarts(written_down(self.pbx))

    def cancel(self, caller: Leg) -> None:
        if caller.chan.uniqueid in self.dialed:
            self.dialed.pop(caller.chan.uniqueid)[1].is_gone(0)

    @invariant()
    def what_is_known_is_true(self) -> None:
        if self.pbx.heard:
            assert differences(self.pbx.live, self.pbx.snapshot()) == []
            assert set(unfinished(self.pbx.told)) == set(self.pbx.live.calls)

    @invariant()
    def a_phone_in_a_call_is_in_one(self) -> None:
        talking = [agent.call_id for agent in self.pbx.live.agents.values() if agent.call_id]
        assert set(talking) <= set(self.pbx.live.calls)

    def teardown(self) -> None:
        if not hasattr(self, "pbx"):
            return
        self.pbx.heard = True
        self.pbx.is_asked()
        for caller in self.waiting():
            self.cancel(caller)
            caller.gives_up()
        for leg in tuple(self.pbx.legs.values()):
            leg.hangs_up()
        assert unfinished(self.pbx.told) == Counter()
        live = self.pbx.live
        assert all(queue.waiting == () for queue in live.queues.values())
        assert (live.calls, live.tracks, live.call_of, live.by_endpoint) == ({}, {}, {}, {})


TestADayAtThePbx = ADayAtThePbx.TestCase
TestADayAtThePbx.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
