"""Every command of the API: who may give it, where it makes sense, and what shows its effect.

A command route that is not here fails tests/web/mhu/test_control_rights.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mhud.live.model import AgentStatus
from tests.control_room import EVERYBODY, Room

Stage = Callable[[Room], Awaitable[None]]
OVERSEERS = ("supervisor", "admin", "key: all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`path` is the route's; `may` are those of EVERYBODY who may give it on the stage.

    `asks` names what Asterisk is then asked to do. `more` are bodies of the same kind with other
    fields; `wrong` are bodies with the field that the answer must name. `over` and `offline`: the
    status for a call that has ended, and without a link. `holds` is true when the effect is there.
    """

    path: str
    stage: Stage
    may: tuple[str, ...]
    asks: frozenset[str] = frozenset()
    method: str = "POST"
    body: dict[str, Any] | None = None
    more: tuple[dict[str, Any], ...] = ()
    wrong: tuple[tuple[Any, str], ...] = ()
    over: int = 409
    offline: int = 503
    status: int = 200
    holds: Callable[[Room], object] = lambda room: True

    def url(self, room: Room) -> str:
        return self.at(room.call_id, "agent001")

    def at(self, call_id: str, agent_id: str) -> str:
        return self.path.replace("{call_id}", call_id).replace("{agent_id}", agent_id)

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def may_not(self) -> tuple[str, ...]:
        return tuple(who for who in EVERYBODY if who not in self.may)


CONTROLLERS = ("owner", *OVERSEERS, "key: control_calls")
STRANGE = ({"color": "red"}, "color")
NUMBER = "target.number"


# ---- stages


async def talks(room: Room) -> None:
    await room.caller_talks()


async def waits(room: Room) -> None:
    await room.caller_waits()


async def writes_up(room: Room) -> None:
    await room.agent_writes_up()


async def sits_there(room: Room) -> None:
    room.call_id = "call-of-nobody"


async def asks_for_help(room: Room) -> None:
    await sits_there(room)
    assert (await room.ask("POST", "/agents/agent001/help"))[0] == 200


async def recording_pauses(room: Room) -> None:
    await talks(room)
    status, _ = await room.ask("POST", f"/calls/{room.call_id}/recording/pause")
    assert status == 200


async def consults(room: Room) -> None:
    """agent001 asks agent002, who has answered."""
    await talks(room)
    room.picks_up("agent002")
    body = {"type": "attended", "target": {"agent": "agent002"}}
    status, answer = await room.ask("POST", f"/calls/{room.call_id}/transfer", body)
    assert status == 200, answer
    await room.until(lambda: room.call.consultation == "talking")


async def holds(room: Room) -> None:
    await talks(room)
    status, answer = await room.ask("POST", f"/calls/{room.call_id}/hold")
    assert status == 200, answer


# ---- effects


def rings_at_colleague(room: Room) -> object:
    return bool(room.channels_of("agent002")) and not room.channels_of("agent001")


def given_to_colleague(room: Room) -> object:
    return room.call.transfers == 1 and not room.channels_of("agent001")


def back_with_caller(room: Room) -> object:
    (mine,) = room.channels_of("agent001")
    return room.call.consultation is None and room.call.transfers == 0 and mine.bridge


def on_hold(room: Room) -> object:
    return room.call.status == "on-hold"


def talks_again(room: Room) -> object:
    return room.call.status == "in-progress"


def digits_came(room: Room) -> object:
    assert room.caller
    return room.caller.channel.heard_keys == "12#"


def tags(room: Room) -> object:
    return room.centre.live.calls[room.call_id].tags == ("urgent", "school")


def pauses(room: Room) -> object:
    return room.centre.live.calls[room.call_id].recording_paused


def goes_on_recording(room: Room) -> object:
    return not pauses(room)


def listens(room: Room) -> object:
    (spying,) = room.channels_of("agent009")
    (heard,) = room.channels_of("agent001")
    return len(heard.spies) == 1 and spying.exten == "whisper"


def in_crisis(room: Room) -> object:
    return room.centre.live.calls[room.call_id].queue_id == "crisis"


def status_is(status: AgentStatus) -> Callable[[Room], object]:
    return lambda room: room.centre.live.agents["agent001"].status is status


def asks(room: Room) -> object:
    return room.centre.live.agents["agent001"].help


def is_helped(room: Room) -> object:
    found = room.centre.live.agents["agent001"].help
    return found is not None and found.answered_at


def needs_no_help(room: Room) -> object:
    return not asks(room)


def over(room: Room) -> object:
    return room.call_id not in room.centre.live.calls


COMMANDS = (
    Command(
        path="/calls/outbound",
        asks=frozenset({"Originate"}),
        stage=sits_there,
        may=("owner", *OVERSEERS, "key: make_calls"),
        body={"agent_id": "agent001", "destination": "+254711000111"},
        more=(
            {"agent_id": "agent001", "destination": "+254711000111", "caller_id": "+254711000222"},
        ),
        wrong=(
            ({"agent_id": "agent001"}, "destination"),
            ({"agent_id": "agent001", "destination": "12\r\nAction: Hangup"}, "destination"),
            STRANGE,
        ),
        status=202,
    ),
    Command(
        path="/calls/{call_id}/end",
        asks=frozenset({"Hangup"}),
        stage=talks,
        may=("owner", *OVERSEERS, "key: end_calls"),
        wrong=(STRANGE,),
        holds=over,
    ),
    Command(
        path="/agents/{agent_id}/status",
        asks=frozenset({"QueuePause"}),
        method="PUT",
        stage=sits_there,
        may=("owner", *OVERSEERS, "key: manage_agents"),
        body={"status": "on-break"},
        more=({"status": "on-break", "reason_code": "lunch"},),
        wrong=(({"status": "asleep"}, "status"), STRANGE),
        holds=status_is(AgentStatus.ON_BREAK),
    ),
    Command(
        path="/calls/{call_id}/transfer",
        asks=frozenset({"BlindTransfer"}),
        stage=talks,
        may=CONTROLLERS,
        body={"type": "blind", "target": {"agent": "agent002"}},
        more=(
            {"type": "blind", "target": {"queue": "crisis"}},
            {"type": "attended", "target": {"number": "+254711000111"}},
        ),
        wrong=(
            ({}, "type"),
            ({"type": "blind"}, "target"),
            ({"type": "warm", "target": {"queue": "crisis"}}, "type"),
            ({"type": "blind", "target": {}}, "target"),
            ({"type": "blind", "target": {"queue": "crisis", "agent": "agent002"}}, "target"),
            ({"type": "blind", "target": {"queue": ["crisis"]}}, "target.queue"),
            ({"type": "blind", "target": {"agent": 2}}, "target.agent"),
            ({"type": "blind", "target": {"number": ""}}, "target.number"),
            ({"type": "blind", "target": {"number": "+2547\r\nAction: Hangup"}}, NUMBER),
            ({"type": "blind", "target": {"number": "${SHELL(id)}"}}, NUMBER),
            ({"type": "blind", "target": {"number": "+254,711000"}}, NUMBER),
            ({"type": "attended", "target": {"number": "711000111&PJSIP/agent002"}}, NUMBER),
            STRANGE,
        ),
        holds=rings_at_colleague,
    ),
    *(
        Command(
            path=path,
            asks=frozenset({"Hangup"}),
            stage=consults,
            may=CONTROLLERS,
            wrong=(STRANGE,),
            holds=given_to_colleague,
        )
        for path in ("/calls/{call_id}/complete", "/calls/{call_id}/transfer/complete")
    ),
    *(
        Command(
            path=path,
            asks=frozenset({"CancelAtxfer"}),
            stage=consults,
            may=CONTROLLERS,
            wrong=(STRANGE,),
            holds=back_with_caller,
        )
        for path in ("/calls/{call_id}/cancel", "/calls/{call_id}/transfer/cancel")
    ),
    Command(
        path="/calls/{call_id}/hold",
        asks=frozenset({"Setvar", "PlayDTMF"}),
        stage=talks,
        may=CONTROLLERS,
        wrong=(STRANGE,),
        holds=on_hold,
    ),
    Command(
        path="/calls/{call_id}/unhold",
        asks=frozenset({"Setvar"}),
        stage=holds,
        may=CONTROLLERS,
        wrong=(STRANGE,),
        holds=talks_again,
    ),
    Command(
        path="/calls/{call_id}/dtmf",
        asks=frozenset({"PlayDTMF"}),
        stage=talks,
        may=CONTROLLERS,
        body={"digits": "12#"},
        wrong=(
            ({}, "digits"),
            ({"digits": ""}, "digits"),
            ({"digits": "12 3"}, "digits"),
            ({"digits": "1\r\nAction: Ping"}, "digits"),
            ({"digits": "1\n"}, "digits"),
            ({"digits": "1" * 33}, "digits"),
            ({"digits": 12}, "digits"),
            STRANGE,
        ),
        holds=digits_came,
    ),
    Command(
        path="/calls/{call_id}/monitor",
        asks=frozenset({"Originate"}),
        stage=talks,
        may=(*OVERSEERS, "key: monitor_calls"),
        body={"mode": "whisper", "agent_id": "agent009"},
        wrong=(
            ({}, "mode"),
            ({"mode": "record"}, "mode"),
            ({"mode": "listen", "agent_id": 9}, "agent_id"),
            STRANGE,
        ),
        holds=listens,
    ),
    Command(
        path="/calls/{call_id}/recording/pause",
        asks=frozenset({"Setvar", "MixMonitorMute"}),
        stage=talks,
        may=CONTROLLERS,
        wrong=(STRANGE,),
        holds=pauses,
    ),
    Command(
        path="/calls/{call_id}/recording/resume",
        asks=frozenset({"Setvar", "MixMonitorMute"}),
        stage=recording_pauses,
        may=CONTROLLERS,
        wrong=(STRANGE,),
        holds=goes_on_recording,
    ),
    Command(
        path="/calls/{call_id}/tags",
        method="PUT",
        stage=talks,
        may=CONTROLLERS,
        body={"tags": ["urgent", "school"]},
        wrong=(
            ({}, "tags"),
            ({"tags": "urgent"}, "tags"),
            ({"tags": ["a,b"]}, "tags"),
            ({"tags": ["a\nb"]}, "tags"),
            ({"tags": ["x" * 65]}, "tags"),
            ({"tags": [f"t{n}" for n in range(21)]}, "tags"),
            STRANGE,
        ),
        over=200,
        offline=200,
        holds=tags,
    ),
    Command(
        path="/calls/{call_id}/move",
        asks=frozenset({"Setvar", "Redirect"}),
        stage=waits,
        may=(*OVERSEERS, "key: control_calls"),
        body={"queue": "crisis"},
        more=({"position": "front"},),
        wrong=(
            ({}, "position"),
            ({"position": "middle"}, "position"),
            ({"queue": 7}, "queue"),
            STRANGE,
        ),
        holds=in_crisis,
    ),
    Command(
        path="/agents/{agent_id}/wrap-up/extend",
        stage=writes_up,
        may=("owner", *OVERSEERS, "key: manage_agents"),
        body={"seconds": 60},
        wrong=(
            ({}, "seconds"),
            ({"seconds": 0}, "seconds"),
            ({"seconds": 3601}, "seconds"),
            STRANGE,
        ),
        holds=status_is(AgentStatus.WRAP_UP),
    ),
    Command(
        path="/agents/{agent_id}/wrap-up/end",
        asks=frozenset({"QueuePause"}),
        stage=writes_up,
        may=("owner", *OVERSEERS, "key: manage_agents"),
        wrong=(STRANGE,),
        holds=status_is(AgentStatus.AVAILABLE),
    ),
    Command(
        path="/agents/{agent_id}/help",
        stage=sits_there,
        may=("owner", *OVERSEERS, "key: manage_agents"),
        wrong=(STRANGE,),
        offline=200,
        holds=asks,
    ),
    Command(
        path="/agents/{agent_id}/help/answer",
        stage=asks_for_help,
        may=(*OVERSEERS, "key: manage_agents"),
        wrong=(STRANGE,),
        offline=200,
        holds=is_helped,
    ),
    Command(
        path="/agents/{agent_id}/help/end",
        stage=asks_for_help,
        may=("owner", *OVERSEERS, "key: manage_agents"),
        wrong=(STRANGE,),
        offline=200,
        holds=needs_no_help,
    ),
)
