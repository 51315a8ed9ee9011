"""Scripts that do on the fake PBX what people did when a recording was made.

Each is named in SCENARIOS by its recording. They also put the phones where they were: the
recordings were made with phones that came and went.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable

from mhud.sim import FakeAsterisk
from mhud.sim.queues import Figures
from mhud.sim.restart import hang_up_everybody
from mhud.sim.script import Caller
from mhud.sim.site import TRUNK, Endpoint, QueueSettings, Site, StaticMember, agents
from mhud.sim.talk import hang_up
from tests.ami_client import Headers, RawClient, messages
from tests.fake_clock import FakeClock
from tests.sim_recordings import CHANNEL, TRACES, asked

PHONES = 10
RIGHTS = {
    "mhud": {"call", "agent", "originate", "reporting"},
    "system": {"system", "call", "agent", "originate", "reporting"},
    "narrow": {"call", "agent"},
    "admin": {"system", "call", "agent", "originate", "reporting", "user", "config", "command"},
}
HEARS = {"narrow": {"call", "agent"}}


def recorded_site(user: str = "mhud") -> Site:
    """The PBX of the recordings."""
    return Site(
        endpoints=(*agents(PHONES), TRUNK, Endpoint("web001")),
        queues={
            "support": QueueSettings(timeout=5, wrapuptime=3, weight=1),
            "load": QueueSettings(strategy="random", maxlen=0, servicelevel=0),
            "crisis": QueueSettings(strategy="ringall", timeout=5, wrapuptime=3, weight=10),
            "full": QueueSettings(maxlen=1, servicelevel=0),
            "empty": QueueSettings(maxlen=0, servicelevel=0, joinempty=False),
        },
        members=(StaticMember("crisis", "PJSIP/agent010", "Agent 010"),),
        writes=frozenset(RIGHTS[user]),
        reads=frozenset(HEARS.get(user, {"system", "call", "agent", "user"})),
    )


def _by_endpoint(text: str) -> dict[str, list[str]]:
    """The channels of each phone, in the order in which they were made."""
    names: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(CHANNEL.findall(text))):
        names[name.rpartition("-")[0]].append(name)
    return names


class Replay:
    """A recording's client lines on the fake, and everything that it answered."""

    def __init__(self, stem: str, pbx: FakeAsterisk, clock: FakeClock, client: RawClient) -> None:
        self.stem = stem
        self.pbx = pbx
        self.clock = clock
        self.client = client
        self.text = ""
        self._asked = asked(stem)
        self._channels = _by_endpoint((TRACES / f"{stem}.in.ami").read_text())

    async def listen(self) -> None:
        self.client.heard = ""
        await self.client.send("Action: Ping\r\nActionID: round\r\n\r\n")
        await self.client.until("ActionID: round\r\n")
        await self.client.until("\r\n\r\n")
        end = "Response: Success\r\nActionID: round\r\n"
        before, _, after = self.client.heard.partition(end)
        self.text += before + after.partition("\r\n\r\n")[2]

    async def act(self, first: int, last: int = 0, **other: str) -> None:
        """The recording's actions number `first` to `last` (the login is 1), with channel names
        as they are here. `other` replaces headers."""
        for number in range(first, (last or first) + 1):
            action = self._here(self._asked[number - 1], other)
            await self.client.send(action)
            if action.startswith("Action: Logoff"):
                self.client.heard = ""
                self.text += await self.client.until_closed()
            else:
                await self.listen()

    def _here(self, text: str, other: dict[str, str]) -> str:
        mine = _by_endpoint(self.text)
        names = {
            old: new
            for endpoint, recorded in self._channels.items()
            for old, new in zip(recorded, mine.get(endpoint, []), strict=False)
        }
        text = CHANNEL.sub(lambda found: names.get(found[0], found[0]), text)
        for header, content in other.items():
            text = re.sub(rf"^{header}: [^\r]*", f"{header}: {content}", text, flags=re.MULTILINE)
        return text

    async def passes(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self.listen()

    @property
    def told(self) -> list[Headers]:
        return messages(self.text)

    # ---- what most scenarios begin with

    def phones(self, *numbers: int) -> None:
        """Only these are switched on."""
        for phone in self.pbx.pbx.phones.values():
            phone.reachable = phone.endpoint is TRUNK
            self.pbx.pbx.devices[phone.device] = "NOT_INUSE" if phone.reachable else "UNAVAILABLE"
        for number in numbers:
            self.pbx.pbx.phones[f"agent{number:03}"].reachable = True
            self.pbx.pbx.devices[f"PJSIP/agent{number:03}"] = "NOT_INUSE"
        for queue in self.pbx.pbx.queues.values():
            self.pbx.pbx.devices[queue.avail_device] = self.pbx.pbx.avail_state(queue)

    async def on_duty(self, *pairs: tuple[int, str]) -> None:
        """These serve these queues, before the recording begins."""
        self.phones(*(number for number, _ in pairs))
        for number, queue in pairs:
            self.pbx.agent_logs_in(f"agent{number:03}", queue)
        await self.listen()
        self.text = ""

    def off_duty(self, *numbers: int) -> None:
        for number in numbers:
            self.pbx.agent_logs_out(f"agent{number:03}")

    async def calls_in(
        self, number: str, name: str, queue: str = "support", did: str = "7001"
    ) -> Caller:
        """By a number that leads into the queue; some set an ivr_path."""
        caller = self.pbx.call_in(number, name=name, did=did, menu=False)
        if did not in ("7001", "7002"):
            caller.channel.variables.clear()
        await self.passes(0.5)
        caller.chooses(queue)
        return caller


Scenario = Callable[[Replay], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}


def of(stem: str) -> Callable[[Scenario], Scenario]:
    def remember(scenario: Scenario) -> Scenario:
        SCENARIOS[stem] = scenario
        return scenario

    return remember


@of("04-queue-agent-hangs-up")
async def agent_hangs_up(replay: Replay) -> None:
    await replay.on_duty((1, "support"))
    caller = replay.pbx.call_in("+49301234567", name="Anna Anruf")
    await replay.passes(1.3)
    caller.chooses("support")
    await replay.passes(0.4)
    replay.pbx.agent_answers("agent001")
    await replay.passes(3)
    replay.pbx.agent_hangs_up("agent001")
    replay.off_duty(1)


@of("06-abandon")
async def three_give_up(replay: Replay) -> None:
    pbx = replay.pbx
    replay.phones(1)
    pbx.pbx.devices["Queue:support_pause_PJSIP/agent001"] = "NOT_INUSE"  # he served it before
    first = await replay.calls_in("+49301", "Gives up")
    await replay.passes(3)
    first.hangs_up()
    pbx.phone_goes("agent001")
    await replay.passes(2)
    pbx.phone_comes_back("agent001")
    pbx.agent_logs_in("agent001", "support")
    second = await replay.calls_in("+49302", "Gives up ringing")
    await replay.passes(2)
    second.hangs_up()
    third = pbx.call_in("+49303", name="Leaves in IVR")
    await replay.passes(1.5)
    third.hangs_up()
    replay.off_duty(1)


@of("07-queue-timeout")
async def waits_too_long(replay: Replay) -> None:
    replay.phones(1)
    replay.pbx.pbx.variables["MHUD_MAX_WAIT_support"] = "7"
    await replay.calls_in("+49301234567", "Anna Anruf", did="7010")
    await replay.passes(3)
    replay.pbx.phone_goes("agent001")
    await replay.passes(6)


@of("08-ring-no-answer")
async def nobody_picks_up(replay: Replay) -> None:
    await replay.on_duty((1, "support"), (2, "support"))
    for number, action in (("+49300", 2), ("+49301", 3)):
        await replay.calls_in(number, "Anna Anruf")
        await replay.passes(6)
        await replay.passes(0.5 if action == 3 else 0.9)
        replay.pbx.agent_answers("agent002")
        await replay.act(action)
        await replay.passes(3.5)
    replay.off_duty(1, 2)


@of("09-agent-rejects")
async def agents_refuse(replay: Replay) -> None:
    await replay.on_duty((1, "support"), (2, "support"))
    caller = await replay.calls_in("+49301234567", "Anna Anruf")
    for _ in range(2):
        await replay.passes(0.5)
        replay.pbx.agent_rejects("agent001", 17)
        await replay.passes(0.5)
        replay.pbx.agent_rejects("agent002", 19)
        await replay.passes(1)
    await replay.passes(0.5)
    await replay.passes(0.5)
    caller.hangs_up()
    replay.off_duty(1, 2)


@of("12-queue-full")
async def no_room(replay: Replay) -> None:
    replay.phones(1, 2)
    first = await replay.calls_in("+49301", "First", "full", did="7011")
    await replay.calls_in("+49302", "Second", "full", did="7011")
    replay.pbx.phone_goes("agent001")
    replay.pbx.phone_goes("agent002")
    await replay.passes(1)
    await replay.calls_in("+49303", "Empty", "empty", did="7012")
    await replay.passes(1)
    await replay.passes(0.5)
    first.hangs_up()


async def _talks(replay: Replay, number: str = "+49301", name: str = "Caller") -> Caller:
    caller = await replay.calls_in(number, name)
    await replay.passes(0.4)
    replay.pbx.agent_answers("agent001")
    await replay.listen()
    return caller


async def _crisis_answers(replay: Replay, caller: Caller) -> None:
    await replay.passes(0.5)
    replay.pbx.agent_answers("agent002")
    await replay.passes(3)


@of("14-blind-transfer-refer")
async def transfers_by_phone(replay: Replay) -> None:
    await replay.on_duty((1, "support"), (2, "crisis"))
    caller = await _talks(replay)
    await replay.passes(1.5)
    replay.pbx.agent_transfers("agent001", "7002")
    await _crisis_answers(replay, caller)
    caller.hangs_up()
    replay.off_duty(2, 1)


@of("15-blind-transfer-ami")
async def transferred_by_action(replay: Replay) -> None:
    await replay.on_duty((1, "support"), (2, "crisis"))
    caller = await _talks(replay)
    await replay.act(2)
    await _crisis_answers(replay, caller)
    caller.hangs_up()
    await replay.act(3)
    replay.off_duty(2, 1)


@of("16-blind-transfer-bad-target")
async def transferred_to_nowhere(replay: Replay) -> None:
    await replay.on_duty((1, "support"))
    replay.phones(1, 2)
    await _talks(replay)
    await replay.act(2, 3)
    replay.pbx.phone_goes("agent002")
    replay.off_duty(1)


async def _asks(replay: Replay) -> Caller:
    """The agent asks a colleague by AMI; his phone rings."""
    await replay.on_duty((1, "support"))
    replay.phones(1, 2)
    caller = await _talks(replay)
    await replay.act(2)
    await replay.passes(0.3)
    await replay.passes(0.3)
    return caller


async def _is_answered(replay: Replay) -> None:
    replay.pbx.agent_answers("agent002")
    await replay.passes(1.5)


@of("17-attended-transfer-ami")
async def asks_by_action(replay: Replay) -> None:
    caller = await _asks(replay)
    await _is_answered(replay)
    await replay.act(3)
    await replay.passes(0.5)
    caller.hangs_up()
    replay.off_duty(1)


@of("17b-consult-cancelled")
async def takes_back_what_he_asked(replay: Replay) -> None:
    await _asks(replay)
    await _is_answered(replay)
    await replay.act(3)
    await replay.passes(0.3)
    await replay.passes(0.5)


@of("17c-consult-cancelled-ringing")
async def takes_back_before_an_answer(replay: Replay) -> None:
    await _asks(replay)
    await replay.act(3)
    await replay.passes(0.3)
    await replay.passes(0.5)


@of("17d-consult-rejected")
async def colleague_is_busy(replay: Replay) -> None:
    await _asks(replay)
    replay.pbx.agent_rejects("agent002", 17)
    await replay.passes(0.5)


@of("17e-consult-unanswered")
async def colleague_is_away(replay: Replay) -> None:
    await _asks(replay)
    await replay.passes(15)
    await replay.passes(0.5)


@of("17f-consult-dropped-ringing")
async def hangs_up_while_it_rings_in_vain(replay: Replay) -> None:
    await _asks(replay)
    await replay.act(3)
    await replay.passes(15)
    replay.pbx.agent_answers("agent001")


@of("17g-consult-dropped-then-answered")
async def hangs_up_while_it_rings(replay: Replay) -> None:
    await _asks(replay)
    await replay.act(3)
    await _is_answered(replay)


@of("17h-consult-target-hangs-up")
async def colleague_hangs_up(replay: Replay) -> None:
    await _asks(replay)
    await _is_answered(replay)
    replay.pbx.agent_hangs_up("agent002")
    await replay.passes(0.5)


@of("17i-consult-caller-hangs-up")
async def caller_hangs_up_while_they_confer(replay: Replay) -> None:
    caller = await _asks(replay)
    await _is_answered(replay)
    caller.hangs_up()
    await replay.passes(0.5)


@of("19-attended-transfer-refer")
async def asks_a_colleague(replay: Replay) -> None:
    await replay.on_duty((1, "support"))
    replay.phones(1, 2)
    caller = await _talks(replay)
    replay.pbx.agent_consults("agent001", "1002")
    await replay.passes(0.5)
    replay.pbx.agent_answers("agent002")
    await replay.passes(1.2)
    replay.pbx.agent_completes_transfer("agent001")
    await replay.passes(5)
    caller.hangs_up()
    replay.off_duty(1)


EARLIER = Figures(holdtime=2, talktime=1, completed=7, abandoned=8, within=7, abandoned_within=8)
DESTINATIONS = ("5550486", "5550603", "5550404", "5550503")


@of("21-originate-dest-busy")
async def destinations_refuse(replay: Replay) -> None:
    replay.phones(1)
    for action, number in enumerate(DESTINATIONS, start=2):
        await replay.act(action, Exten=number)
        await replay.passes(2)
    for number in DESTINATIONS:
        replay.text = replay.text.replace(number, "5550001")


@of("23-originate-agent-fails")
async def agents_do_not_answer(replay: Replay) -> None:
    pbx = replay.pbx
    replay.phones(1)
    for number, habit in ((1, "busy"), (2, "ignore"), (3, "unavailable"), (4, "reject")):
        pbx.pbx.phones[f"agent{number:03}"].originate = habit
    await replay.act(2)
    await replay.passes(1)
    pbx.phone_comes_back("agent002")
    await replay.act(3)
    pbx.phone_goes("agent001")
    await replay.passes(3)
    pbx.phone_registers("agent003")
    await replay.act(4)
    await replay.passes(1)
    pbx.phone_registers("agent004")
    await replay.act(5)
    await replay.passes(1)
    await replay.act(6, 20)


@of("30-pause")
async def pauses(replay: Replay) -> None:
    await replay.on_duty((1, "support"), (1, "crisis"))
    replay.pbx.pbx.queues["support"].figures = EARLIER
    await replay.act(2, 14)
    replay.off_duty(1)


@of("31-members")
async def members_come_and_go(replay: Replay) -> None:
    replay.phones()
    replay.pbx.pbx.queues["support"].figures = EARLIER
    replay.pbx.pbx.queues["crisis"].figures = Figures(0, 3, 2, 1, 2, 1)
    await replay.act(2, 27)


@of("33-phone-dies-in-call")
async def phone_dies(replay: Replay) -> None:
    await replay.on_duty((1, "support"))
    replay.pbx.pbx.queues["support"].figures = Figures(abandoned=1, abandoned_within=1)
    caller = await _talks(replay, "+49301234567", "Anna Anruf")
    await replay.passes(1.8)
    replay.pbx.phone_goes("agent001")
    await replay.passes(4.2)
    await replay.act(2)
    await replay.passes(2.2)
    caller.hangs_up()
    replay.off_duty(1)


@of("40-hold")
async def holds(replay: Replay) -> None:
    await replay.on_duty((1, "support"))
    replay.phones(1, 2)
    await _talks(replay)
    await replay.passes(1.5)
    replay.pbx.agent_holds("agent001")
    replay.pbx.phone_goes("agent002")
    await replay.passes(2)
    replay.pbx.agent_resumes("agent001")
    await replay.passes(1.5)
    replay.pbx.agent_hangs_up("agent001")
    replay.off_duty(1)


@of("32-unregister-unreachable")
async def phone_comes_and_goes(replay: Replay) -> None:
    pbx = replay.pbx
    replay.phones(1)
    pbx.pbx.devices["Queue:support_pause_PJSIP/agent001"] = "NOT_INUSE"  # he served it before
    pbx.agent_logs_in("agent001", "support")
    pbx.phone_unregisters("agent001")
    pbx.phone_registers("agent001")
    pbx.phone_goes("agent001")
    caller = await replay.calls_in("+49301234567", "Anna Anruf")
    await replay.passes(1.5)
    caller.hangs_up()
    pbx.phone_comes_back("agent001")
    replay.off_duty(1)


@of("24-originate-bad-exten-and-duplicate")
async def same_id_twice(replay: Replay) -> None:
    """The recording's first caller id is only a name; the two talks end together."""
    pbx = replay.pbx
    replay.phones(1, 2, 3, 4)
    await replay.act(2, 3)
    pbx.phone_goes("agent003")
    await replay.act(4)
    pbx.phone_goes("agent004")
    await replay.passes(0.31)
    await replay.act(5)
    await replay.passes(1)
    await replay.act(6)
    await replay.passes(3)
    second, first = pbx.pbx.channels_of("agent001")[1], pbx.pbx.channels_of("trunk")[0]
    for channel in (second, first):
        hang_up(pbx.pbx, channel)
    await replay.act(7)


@of("20-originate-success")
async def a_destination_answers(replay: Replay) -> None:
    """Its first call; the other two went through Local channels, which the fake has none of."""
    replay.phones(1, 2)
    await replay.act(2)
    await replay.passes(1.6)
    replay.pbx.phone_goes("agent002")
    await replay.passes(3)
    replay.pbx.other_party_hangs_up("agent001")


@of("03-sync-busy")
async def busy(replay: Replay) -> None:
    """One talks, one rings, one waits, one is at lunch."""
    pbx = replay.pbx
    replay.phones(1, 2, 3)
    for agent in ("agent001", "agent002", "agent003"):
        pbx.agent_logs_in(agent, "support")
    pbx.agent_logs_in("agent002", "crisis")
    pbx.agent_pauses("agent003", "lunch")
    pbx.call_in("+493011111", "support", name="Talks")
    pbx.agent_answers("agent001")
    await replay.calls_in("+493022222", "Rings", "crisis", did="7002")
    await replay.calls_in("+493033333", "Waits", did="7001")
    await replay.passes(1)
    await replay.act(2, 17)


@of("13-caller-priority-withdraw")
async def one_goes_first(replay: Replay) -> None:
    replay.phones()
    replay.pbx.pbx.queues["support"].figures = Figures(2, 1, 7, 5, 7, 5)
    for number in (1, 2, 3):
        await replay.calls_in(f"+4930{number}", f"Caller {number}")
    await replay.act(2, 7)


@of("42-recording")
async def recording_is_muted(replay: Replay) -> None:
    await replay.on_duty((1, "support"))
    await _talks(replay)
    await replay.act(2, 4)
    await replay.act(6, 8)


@of("43-supervisor")
async def listens_in(replay: Replay) -> None:
    await replay.on_duty((1, "support"))
    replay.phones(1, 9)
    caller = await _talks(replay)
    for action in (2, 4, 6):
        await replay.act(action)
        await replay.passes(0.31)
        await replay.passes(0.2)
        await replay.act(action + 1)
    await replay.act(8)
    await replay.passes(0.31)
    await replay.passes(0.2)
    caller.hangs_up()
    replay.off_duty(1)


@of("44-redirect-bridge")
async def moved_about(replay: Replay) -> None:
    pbx = replay.pbx
    await replay.on_duty((1, "support"))
    replay.phones(1, 9)
    pbx.pbx.devices["Queue:crisis_pause_PJSIP/agent002"] = "NOT_INUSE"  # he served it before
    await _talks(replay)
    pbx.phone_goes("agent009")
    pbx.phone_comes_back("agent002")
    pbx.agent_logs_in("agent002", "crisis")
    await replay.act(2, 4)
    await replay.passes(0.5)
    pbx.agent_answers("agent002")
    await replay.act(5, 7)
    replay.off_duty(1)
    second = await replay.calls_in("+49309", "In queue")
    await replay.act(8)
    await replay.passes(3)
    second.hangs_up()
    replay.off_duty(2)


@of("45b-control")
async def is_steered(replay: Replay) -> None:
    await replay.on_duty((1, "support"))
    await _talks(replay)
    await replay.act(2, 32)


@of("51-restart-in-mid-call")
async def restarts(replay: Replay) -> None:
    pbx = replay.pbx
    await replay.on_duty((1, "support"), (2, "crisis"))
    await _talks(replay)
    await replay.passes(0.6)
    pbx.agent_pauses("agent002", "lunch")
    await replay.calls_in("+49302", "Waits", "crisis", did="7002")
    pbx.pbx.queues["support"].figures.holdtime = 1
    await replay.act(2)
    hang_up_everybody(pbx.pbx)
    pbx.announce_shutdown()
    await replay.listen()
