"""What tests and the simulated people do: callers call, agents answer, phones break."""

from __future__ import annotations

from dataclasses import dataclass

from mhud.sim import dialplan
from mhud.sim.attempt import AgentLeg
from mhud.sim.channels import RINGING, UP, Channel
from mhud.sim.consult import Consultation, ask_colleague
from mhud.sim.dial import Dial
from mhud.sim.originate import Originated
from mhud.sim.pbx import Pbx
from mhud.sim.queue_actions import add_member, pause, remove_member
from mhud.sim.queues import Member
from mhud.sim.recall import Recall
from mhud.sim.talk import Talk, hang_up
from mhud.sim.transfers import attended_transfer, blind_transfer


class NotInThisState(AssertionError):
    """The script asks for something that cannot happen now: an agent answers no call, say."""


@dataclass(slots=True, eq=False)
class Caller:
    """Somebody who called in from outside, and his channel."""

    pbx: Pbx
    channel: Channel

    @property
    def uniqueid(self) -> str:
        return self.channel.uniqueid

    @property
    def linkedid(self) -> str:
        return self.channel.linkedid

    @property
    def is_on_the_line(self) -> bool:
        return not self.channel.gone

    def chooses(self, queue: str) -> None:
        """Presses the menu's key for that queue."""
        dialplan.choose(self.pbx, self.channel, queue)

    def hangs_up(self) -> None:
        hang_up(self.pbx, self.channel, far_end=True)


class Script:
    """Agents are named by their endpoint: `agent001`."""

    def __init__(self, pbx: Pbx) -> None:
        self.pbx = pbx

    # ---- callers

    def call_in(
        self,
        number: str,
        queue: str | None = None,
        *,
        name: str = "",
        did: str = "",
        menu: bool = True,
    ) -> Caller:
        """A caller from outside. With a queue he has pressed its key already and waits there
        (its members' phones ring at once); without, he listens to the menu. `menu` False: `did`
        is a number that leads to a queue without one."""
        channel = dialplan.incoming(self.pbx, number, name=name, did=did, menu=menu)
        caller = Caller(self.pbx, channel)
        if queue is not None:
            caller.chooses(queue)
        return caller

    # ---- agents on the phone

    def _one(self, agent: str, state: int) -> Channel:
        found = [one for one in self.pbx.channels_of(agent) if one.state == state]
        if not found:
            raise NotInThisState(f"{agent} has no channel in state {state}")
        return found[-1]

    def is_ringing(self, agent: str) -> bool:
        return any(one.state == RINGING for one in self.pbx.channels_of(agent))

    def is_talking(self, agent: str) -> bool:
        return any(isinstance(one.activity, Talk) for one in self.pbx.channels_of(agent))

    def agent_answers(self, agent: str) -> None:
        """Picks up what rings. Raises NotInThisState if nothing does."""
        ringing = self._one(agent, RINGING).activity
        if not isinstance(ringing, AgentLeg | Dial | Originated | Recall):
            raise NotInThisState(f"{agent} cannot answer")
        ringing.answer()

    def agent_rejects(self, agent: str, cause: int = 17) -> None:
        """Presses "no": 17 busy, 19 unavailable, 21 declined."""
        hang_up(self.pbx, self._one(agent, RINGING), cause, far_end=True)

    def agent_hangs_up(self, agent: str) -> None:
        hang_up(self.pbx, self._one(agent, UP), far_end=True)

    def other_party_hangs_up(self, agent: str) -> None:
        """Whoever the agent talks to does."""
        talk, channel = self._talk(agent)
        hang_up(self.pbx, talk.other(channel), far_end=True)

    def _talk(self, agent: str, index: int = 0) -> tuple[Talk, Channel]:
        talks = [
            (one.activity, one)
            for one in self.pbx.channels_of(agent)
            if isinstance(one.activity, Talk)
        ]
        if len(talks) <= index:
            raise NotInThisState(f"{agent} is in no talk")
        return talks[index]

    def agent_holds(self, agent: str) -> None:
        talk, channel = self._talk(agent)
        talk.hold(channel)

    def agent_resumes(self, agent: str) -> None:
        talk, channel = self._talk(agent)
        talk.resume(channel)

    def agent_dials(self, agent: str, exten: str) -> Channel:
        """From his phone: another agent, a queue or a number outside."""
        return dialplan.phone_dials(self.pbx, agent, exten)

    # ---- transfers

    def agent_transfers(self, agent: str, exten: str) -> None:
        """Blind, by his phone's REFER."""
        _, channel = self._talk(agent)
        context = self.pbx.phones[agent].endpoint.transfer_context
        blind_transfer(self.pbx, channel, context, exten)

    def agent_consults(self, agent: str, exten: str) -> Channel:
        """First half of an attended transfer: the caller on hold, a second call to `exten`."""
        self.agent_holds(agent)
        return self.agent_dials(agent, exten)

    def agent_completes_transfer(self, agent: str) -> None:
        """Second half, when the other one has answered: REFER with Replaces."""
        first, second = self._talk(agent, 0)[1], self._talk(agent, 1)[1]
        if not attended_transfer(self.pbx, first, second):
            raise NotInThisState(f"{agent} has no two talks")

    def agent_asks(self, agent: str, exten: str) -> None:
        """First half of an attended transfer by the keys that Asterisk listens to."""
        _, channel = self._talk(agent)
        ask_colleague(self.pbx, channel, self.pbx.phones[agent].endpoint.transfer_context, exten)

    def agent_leaves_the_colleague(self, agent: str) -> None:
        """Second half: his caller gets the colleague who has answered; else he is back."""
        for channel in self.pbx.channels_of(agent):
            asks = channel.activity
            if not isinstance(asks, Consultation) or channel is not asks.transferer:
                continue
            if asks.one.state == UP:
                hang_up(self.pbx, channel, far_end=True)
            else:
                asks.cancel()

    # ---- agents and queues, from the PBX's side

    def agent_logs_in(
        self, agent: str, *queues: str, name: str = "", penalty: int = 0, paused: bool = False
    ) -> None:
        """As a dialplan's AddQueueMember() would."""
        phone = self.pbx.phones[agent]
        for wanted in queues:
            queue = self.pbx.queues[wanted]
            if queue.member(phone.device):
                continue
            shown = name or phone.endpoint.display
            member = Member(
                wanted,
                phone.device,
                shown,
                phone.device,
                int(self.pbx.epoch()),
                penalty=penalty,
                paused=paused,
            )
            add_member(self.pbx, queue, member)

    def _memberships(self, agent: str) -> list[tuple[str, Member]]:
        device = self.pbx.phones[agent].device
        found = [(name, queue.member(device)) for name, queue in self.pbx.queues.items()]
        return [(name, member) for name, member in found if member]

    def agent_logs_out(self, agent: str) -> None:
        for name, member in self._memberships(agent):
            if member.membership == "dynamic":
                remove_member(self.pbx, self.pbx.queues[name], member)

    def agent_pauses(self, agent: str, reason: str = "") -> None:
        for name, member in self._memberships(agent):
            pause(self.pbx, self.pbx.queues[name], member, True, reason)

    def agent_unpauses(self, agent: str) -> None:
        for name, member in self._memberships(agent):
            pause(self.pbx, self.pbx.queues[name], member, False, "")

    # ---- phones

    def phone_goes(self, agent: str) -> None:
        """Unreachable. A call on it stays until somebody hangs up: Asterisk does not notice."""
        self._contact(agent, "Unreachable")

    def phone_comes_back(self, agent: str) -> None:
        self._contact(agent, "Reachable")

    def phone_registers(self, agent: str) -> None:
        """Switched on anew."""
        self._contact_status(agent, "NonQualified")
        self._contact(agent, "Reachable")

    def phone_unregisters(self, agent: str) -> None:
        """Switched off as it should be, or the browser's tab closed."""
        self._contact(agent, "Unreachable", contact="Removed")

    def _contact(self, agent: str, status: str, contact: str = "") -> None:
        phone = self.pbx.phones[agent]
        phone.reachable = status == "Reachable"
        peer = [("ChannelType", "PJSIP"), ("Peer", phone.device), ("PeerStatus", status)]
        self.pbx.emit("PeerStatus", "system", peer)
        self._contact_status(agent, contact or status)
        self.pbx.refresh(agent)

    def _contact_status(self, agent: str, status: str) -> None:
        fields = [
            ("URI", f"sip:{agent}@127.0.0.1"),
            ("ContactStatus", status),
            ("AOR", agent),
            ("EndpointName", agent),
            ("RoundtripUsec", "0"),
        ]
        self.pbx.emit("ContactStatus", "system", fields)
