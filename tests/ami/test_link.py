from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mhud.ami import actions, session
from mhud.ami.link import AmiLink, LinkState
from mhud.ami.messages import ChannelNow, QueueNow, Snapshot
from mhud.ami.trace import TraceWriter
from mhud.config import AmiSettings
from mhud.errors import Code, MhudError
from mhud.inbox import Inbox
from tests.ami.conftest import PASSWORD, Watched
from tests.fake_clock import FakeClock, eventually, settle
from tests.scripted_ami import (
    BOOTED,
    Fields,
    ScriptedAmi,
    core_status,
    message,
    refusal,
    response,
    rows,
    silence,
    success,
)

SHUTDOWN = message("Event: Shutdown", "Shutdown: Cleanly", "Restart: True")
RELOAD = message("Event: Reload", "Module: app_queue.so", "Status: 0")


def device(name: str) -> str:
    return message("Event: DeviceStateChange", f"Device: {name}", "State: INUSE")


async def devices(watched: Watched) -> list[str]:
    return [event.device for event in await watched.take() if hasattr(event, "device")]


async def test_the_link_logs_in_waits_for_the_boot_and_takes_a_snapshot(
    asterisk: ScriptedAmi, up: AmiLink, watched: Watched
) -> None:
    assert [fields["Action"] for fields in asterisk.peer.asked] == [
        "Login",
        "CoreShowChannels",
        "QueueStatus",
        "DeviceStateList",
        "CoreStatus",
    ]
    assert asterisk.peer.asked[0]["Secret"] == PASSWORD
    assert await watched.names() == ["FullyBooted", "Snapshot"]
    assert (up.problem, up.last_heard) == (None, 0.0)


async def test_since_when_it_is_up_or_down_is_told(
    asterisk: ScriptedAmi, link: AmiLink, clock: FakeClock, running: asyncio.Task[None]
) -> None:
    began = clock.now()
    asterisk.after_login = ""
    await eventually(lambda: link.state is LinkState.BOOTING)
    await clock.advance(3)
    assert link.since == began
    asterisk.peer.say(BOOTED)
    await eventually(lambda: link.state is LinkState.UP)
    await clock.advance(4)
    assert link.since == began + timedelta(seconds=3)
    asterisk.peer.hang_up()
    await eventually(lambda: link.state is LinkState.DOWN)
    assert (link.since, link.lost_total) == (clock.now(), 1)


async def test_nothing_is_asked_before_asterisk_has_booted(
    asterisk: ScriptedAmi, link: AmiLink, running: asyncio.Task[None]
) -> None:
    asterisk.after_login = ""
    await eventually(lambda: link.state is LinkState.BOOTING)
    await settle()
    assert [fields["Action"] for fields in asterisk.peer.asked] == ["Login"]
    asterisk.peer.say(BOOTED)
    await eventually(lambda: link.state is LinkState.UP)


async def test_a_user_that_never_sees_the_boot_is_told_of_and_works_all_the_same(
    asterisk: ScriptedAmi, link: AmiLink, clock: FakeClock, running: asyncio.Task[None]
) -> None:
    asterisk.after_login = ""
    await eventually(lambda: link.state is LinkState.BOOTING)
    await clock.advance(10)
    await eventually(lambda: link.last_heard == clock.monotonic())
    await clock.advance(10)
    await eventually(lambda: link.state is LinkState.UP)
    assert link.problem is not None
    assert "read=system" in link.problem
    asterisk.peer.say(BOOTED)
    await eventually(lambda: link.problem is None)


async def test_modules_that_are_not_loaded_yet_are_asked_again(
    asterisk: ScriptedAmi, link: AmiLink, clock: FakeClock, running: asyncio.Task[None]
) -> None:
    asterisk.answers["QueueStatus"] = refusal("Invalid/unknown command: QueueStatus.")
    await eventually(lambda: asterisk.peers and asterisk.peer.count("QueueStatus") == 1)
    await eventually(lambda: session.BOOT_RETRY_S in clock.sleeping)
    asterisk.answers["QueueStatus"] = rows(("Event: QueueParams", "Queue: support"))
    await clock.advance(session.BOOT_RETRY_S)
    await eventually(lambda: link.state is LinkState.UP)
    assert asterisk.peer.count("QueueStatus") == 2


async def test_a_list_that_is_refused_for_ever_ends_the_connection_and_says_which(
    asterisk: ScriptedAmi, link: AmiLink, clock: FakeClock, running: asyncio.Task[None]
) -> None:
    asterisk.answers["CoreStatus"] = refusal("Permission denied")
    await eventually(lambda: session.BOOT_RETRY_S in clock.sleeping)
    while link.problem is None:
        await eventually(lambda: link.problem or session.BOOT_RETRY_S in clock.sleeping)
        await clock.advance(session.BOOT_RETRY_S)
    assert link.problem == "Asterisk refused CoreStatus: Permission denied"


async def test_events_that_come_while_the_snapshot_is_made_follow_it(
    asterisk: ScriptedAmi, link: AmiLink, watched: Watched, running: asyncio.Task[None]
) -> None:
    def slow(fields: Fields) -> str:
        return core_status(fields).replace("Response", device("PJSIP/b") + "Response")

    asterisk.after_login = device("PJSIP/before") + BOOTED
    asterisk.answers["CoreShowChannels"] = lambda fields: device("PJSIP/a") + rows()(fields)
    asterisk.answers["CoreStatus"] = slow
    await eventually(lambda: link.state is LinkState.UP)
    assert await watched.names() == [
        "FullyBooted",
        "Snapshot",
        "DeviceStateChange",
        "DeviceStateChange",
    ]
    assert await devices(watched) == ["PJSIP/a", "PJSIP/b"]


async def test_events_keep_their_order(
    asterisk: ScriptedAmi, up: AmiLink, watched: Watched
) -> None:
    told = [f"PJSIP/{number}" for number in range(500)]
    asterisk.peer.say("".join(map(device, told)))
    await eventually(lambda: len(watched.inbox) >= 500)
    assert await devices(watched) == told


async def test_events_that_nobody_listens_to_do_not_reach_the_inbox(
    asterisk: ScriptedAmi, up: AmiLink, watched: Watched
) -> None:
    asterisk.peer.say(message("Event: VarSet", "Variable: X") + device("PJSIP/a"))
    await eventually(lambda: len(watched.inbox) == 3)
    assert (await watched.names())[2:] == ["DeviceStateChange"]


async def test_many_doubts_bring_one_snapshot(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock, watched: Watched
) -> None:
    for _ in range(10):
        up.resync()
    await clock.advance(session.RESYNC_GAP_S)
    await eventually(lambda: len(watched.inbox) == 3)
    await clock.advance(session.RESYNC_GAP_S)
    assert (await watched.names()).count("Snapshot") == asterisk.peer.count("CoreStatus") == 2


async def test_a_boot_that_is_told_late_brings_a_snapshot(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock, watched: Watched
) -> None:
    asterisk.peer.say(BOOTED)
    await eventually(lambda: len(watched.inbox) == 3)
    await clock.advance(session.RESYNC_GAP_S)
    await eventually(lambda: asterisk.peer.count("CoreStatus") == 2)
    await eventually(lambda: len(watched.inbox) == 4)
    assert (await watched.names())[2:] == ["FullyBooted", "Snapshot"]


async def test_a_snapshot_that_nobody_answers_ends_the_connection(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock, watched: Watched
) -> None:
    asterisk.answers["QueueStatus"] = silence
    up.resync()
    await clock.advance(session.RESYNC_GAP_S)
    await eventually(lambda: asterisk.peer.count("QueueStatus") == 2)
    await clock.advance(5)
    await eventually(lambda: up.state is LinkState.DOWN)
    assert up.problem == "Asterisk did not answer in time"
    assert (await watched.names())[-1] == "LinkLost"


async def test_a_doubt_while_the_link_is_down_changes_nothing(link: AmiLink) -> None:
    link.resync()
    assert link.state is LinkState.DOWN


async def test_after_a_lost_connection_everything_is_asked_again(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock, watched: Watched
) -> None:
    asterisk.peer.hang_up()
    await eventually(lambda: up.state is LinkState.DOWN)
    assert (up.problem, up.last_heard) == ("Asterisk closed the connection", None)
    await clock.advance(1)
    await eventually(lambda: up.state is LinkState.UP)
    assert len(asterisk.peers) == 2
    names = await watched.names()
    assert names == ["FullyBooted", "Snapshot", "LinkLost", "FullyBooted", "Snapshot"]


async def test_an_originate_whose_answer_was_lost_is_not_sent_again(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    originate = actions.originate("mhud-1", "PJSIP/agent001", "outbound", "1", None, 30_000, {})
    answer = asyncio.create_task(up.send(originate))
    await eventually(lambda: asterisk.peer.count("Originate") == 1)
    asterisk.peer.hang_up()
    with pytest.raises(MhudError) as failure:
        await answer
    assert failure.value.code is Code.PBX_UNAVAILABLE
    await clock.advance(1)
    await eventually(lambda: up.state is LinkState.UP)
    await settle()
    assert [peer.count("Originate") for peer in asterisk.peers] == [1, 0]


async def test_an_action_while_the_link_is_down_fails_and_is_not_sent_later(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    asterisk.peer.hang_up()
    await eventually(lambda: up.state is LinkState.DOWN)
    with pytest.raises(MhudError) as failure:
        await up.send(actions.hangup("PJSIP/agent001-1"))
    assert failure.value.code is Code.PBX_UNAVAILABLE
    await clock.advance(1)
    await eventually(lambda: up.state is LinkState.UP)
    assert asterisk.peer.count("Hangup") == 0


async def test_an_unanswered_action_fails_when_its_time_is_over(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    answer = asyncio.create_task(up.send(actions.hangup("PJSIP/agent001-1"), timeout_s=2))
    await eventually(lambda: asterisk.peer.count("Hangup") == 1)
    await clock.advance(2)
    with pytest.raises(MhudError) as failure:
        await answer
    assert failure.value.code is Code.PBX_TIMEOUT
    assert up.state is LinkState.UP


async def test_an_error_of_asterisk_is_a_reply(asterisk: ScriptedAmi, up: AmiLink) -> None:
    asterisk.answers["QueueAdd"] = refusal("Unable to add interface: Already there")
    reply = await up.send(actions.queue_add("support", "PJSIP/agent001", "Agent 001"))
    assert (reply.success, reply.message) == (False, "Unable to add interface: Already there")


async def test_rows_of_a_list_come_typed(asterisk: ScriptedAmi, up: AmiLink) -> None:
    asterisk.answers["QueueStatus"] = rows(
        ("Event: QueueParams", "Queue: support", "Strategy: rrmemory", "Max: 20"),
        ("Event: Surprise", "Odd: 1"),
    )
    queue, other = await up.send_list(actions.queue_status())
    assert queue == QueueNow(name="support", strategy="rrmemory", max_callers=20, service_level_s=0)
    assert not isinstance(other, ChannelNow)


async def test_a_refused_list_is_an_error(asterisk: ScriptedAmi, up: AmiLink) -> None:
    asterisk.answers["QueueStatus"] = refusal("Permission denied")
    with pytest.raises(MhudError, match="refused QueueStatus"):
        await up.send_list(actions.queue_status())


async def test_a_half_open_connection_is_noticed_by_its_silence(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    asterisk.answers["Ping"] = silence
    await clock.advance(24)
    assert up.state is LinkState.UP
    await clock.advance(1)
    await eventually(lambda: up.state is LinkState.DOWN)
    assert up.problem == "Asterisk has fallen silent"


async def test_pings_keep_a_quiet_night_from_looking_like_a_dead_line(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    for count in range(1, 8):
        await clock.advance(10)
        await eventually(lambda wanted=count: asterisk.peer.count("Ping") == wanted)  # type: ignore[misc]
        await eventually(lambda: up.last_heard == clock.monotonic())
        await eventually(lambda: any(9 < left <= 10 for left in clock.sleeping))
    assert up.state is LinkState.UP


async def test_events_without_answers_to_pings_are_a_broken_link_too(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    asterisk.answers["Ping"] = silence
    for _ in range(4):
        await clock.advance(8)
        asterisk.peer.say(RELOAD)
        await eventually(lambda: up.last_heard == clock.monotonic())
    await clock.advance(3)
    await eventually(lambda: up.state is LinkState.DOWN)
    assert up.problem == "Asterisk did not answer in time"


async def test_a_wrong_password_is_said_clearly_and_tried_slowly(
    asterisk: ScriptedAmi, link: AmiLink, clock: FakeClock, running: asyncio.Task[None]
) -> None:
    asterisk.answers["Login"] = refusal("Authentication failed")
    await eventually(lambda: link.problem)
    assert link.problem == "Asterisk refused the password of AMI user mhud"
    await clock.advance(29)
    assert len(asterisk.peers) == 1
    await clock.advance(1)
    await eventually(lambda: len(asterisk.peers) == 2)


async def test_another_refusal_of_the_login_is_passed_on(
    asterisk: ScriptedAmi, link: AmiLink, running: asyncio.Task[None]
) -> None:
    asterisk.answers["Login"] = refusal("Not today")
    await eventually(lambda: link.problem)
    assert link.problem == "Asterisk refused the login of AMI user mhud: Not today"


async def test_an_end_before_the_answer_to_the_login_is_a_lost_link(
    asterisk: ScriptedAmi, link: AmiLink, running: asyncio.Task[None]
) -> None:
    asterisk.answers["Login"] = lambda _: asterisk.peer.hang_up()
    await eventually(lambda: link.problem)
    assert link.problem == "the connection to Asterisk was lost"


async def test_attempts_come_ever_more_slowly_up_to_a_limit(
    settings: AmiSettings, clock: FakeClock, inbox: Inbox, unused_tcp_port: int
) -> None:
    closed = settings.model_copy(update={"port": unused_tcp_port})
    link = AmiLink(closed, clock, inbox, jitter=lambda: 1.0)
    task = asyncio.create_task(link.run())
    pauses: list[float] = []
    with capture_logs() as logs:
        for _ in range(7):
            await eventually(lambda: link.state is LinkState.DOWN and clock.sleeping)
            pauses.append(clock.sleeping[0])
            await clock.advance(clock.sleeping[0])
    await link.close()
    await task
    assert pauses == [1, 2, 4, 8, 15, 15, 15]
    assert (
        link.problem == f"can't reach Asterisk at 127.0.0.1:{unused_tcp_port}: Connection refused"
    )
    assert len(logs) == 1


async def test_jitter_takes_at_most_half_of_a_pause(
    asterisk: ScriptedAmi, settings: AmiSettings, clock: FakeClock, inbox: Inbox
) -> None:
    asterisk.greeting = "SSH-2.0-OpenSSH_9.2\r\n"
    link = AmiLink(settings, clock, inbox, jitter=lambda: 0.0)
    task = asyncio.create_task(link.run())
    await eventually(lambda: clock.sleeping and link.problem)
    assert clock.sleeping == (0.5,)
    assert link.problem == "what listens there is not the manager interface of an Asterisk"
    await link.close()
    await task


async def test_a_host_that_is_no_address_is_said_so(
    settings: AmiSettings, clock: FakeClock, inbox: Inbox
) -> None:
    link = AmiLink(settings.model_copy(update={"host": "a" * 70}), clock, inbox)
    task = asyncio.create_task(link.run())
    await eventually(lambda: link.problem)
    assert str(link.problem).endswith("not an address")
    await link.close()
    await task


async def test_a_listener_that_says_nothing_is_given_up(
    asterisk: ScriptedAmi, link: AmiLink, clock: FakeClock, running: asyncio.Task[None]
) -> None:
    asterisk.greeting = ""
    await eventually(lambda: asterisk.peers and clock.sleeping)
    await clock.advance(5)
    await eventually(lambda: link.problem)
    assert link.problem == f"what listens on 127.0.0.1:{asterisk.port} says nothing"


async def test_a_connection_that_takes_too_long_is_given_up(
    settings: AmiSettings, clock: FakeClock, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()

    async def never(*_: object, **__: object) -> None:
        await loop.create_future()

    monkeypatch.setattr(loop, "create_connection", never)
    link = AmiLink(settings, clock, inbox)
    task = asyncio.create_task(link.run())
    await eventually(lambda: clock.sleeping)
    await clock.advance(5)
    assert link.problem == f"no answer from 127.0.0.1:{settings.port}"
    await link.close()
    await task


async def test_after_shutdown_the_end_is_expected_and_named(
    asterisk: ScriptedAmi, up: AmiLink, watched: Watched
) -> None:
    asterisk.peer.say(SHUTDOWN)
    await eventually(lambda: len(watched.inbox) == 3)
    asterisk.peer.hang_up()
    await eventually(lambda: up.state is LinkState.DOWN)
    assert up.problem == "Asterisk shut down"
    assert (await watched.names())[-2:] == ["Shutdown", "LinkLost"]


async def test_a_shutdown_that_leaves_the_connection_open_is_an_end_all_the_same(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock, watched: Watched
) -> None:
    asterisk.peer.say(SHUTDOWN)
    await eventually(lambda: len(watched.inbox) == 3)
    await clock.advance(session.END_PATIENCE_S)
    await eventually(lambda: asterisk.peers[0].gone)
    assert up.problem == "Asterisk shut down"


async def test_a_full_inbox_cuts_the_link_and_says_so_once_there_is_room(
    asterisk: ScriptedAmi, settings: AmiSettings, clock: FakeClock
) -> None:
    inbox = Inbox(bound=2)
    link = AmiLink(settings, clock, inbox, jitter=lambda: 1.0)
    task = asyncio.create_task(link.run())
    await eventually(lambda: link.state is LinkState.UP)
    asterisk.peer.say(device("PJSIP/agent001") * 3)
    await eventually(lambda: link.state is LinkState.DOWN)
    watched = Watched(inbox)
    assert await watched.names() == ["FullyBooted", "Snapshot"]
    await clock.advance(0.1)
    assert (await watched.names())[-1] == "LinkLost"
    assert link.problem == "events came faster than mhud could take them"
    await clock.advance(1)
    await eventually(lambda: link.state is LinkState.UP)
    await link.close()
    await task


async def test_no_room_for_the_snapshot_cuts_the_link(
    asterisk: ScriptedAmi, settings: AmiSettings, clock: FakeClock
) -> None:
    inbox = Inbox(bound=1)
    link = AmiLink(settings, clock, inbox)
    task = asyncio.create_task(link.run())
    await eventually(lambda: asterisk.peers and asterisk.peer.gone)
    assert await Watched(inbox).names() == ["FullyBooted"]
    await clock.advance(0.1)
    assert link.problem == "events came faster than mhud could take them"
    await link.close()
    await task


async def test_too_many_events_during_a_snapshot_cut_the_link(
    asterisk: ScriptedAmi,
    link: AmiLink,
    running: asyncio.Task[None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "HELD_LIMIT", 3)
    asterisk.answers["CoreStatus"] = lambda _: device("PJSIP/agent001") * 4
    await eventually(lambda: link.problem)
    assert link.problem == "events came faster than mhud could take them"


async def test_closing_logs_off_and_ends_the_link(
    asterisk: ScriptedAmi, up: AmiLink, running: asyncio.Task[None]
) -> None:
    await up.close()
    await running
    await eventually(lambda: asterisk.peer.gone)
    assert asterisk.peer.count("Logoff") == 1
    assert up.state is LinkState.DOWN


async def test_closing_between_two_attempts_ends_the_attempts(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock, running: asyncio.Task[None]
) -> None:
    asterisk.peer.hang_up()
    await eventually(lambda: up.state is LinkState.DOWN and clock.sleeping)
    await up.close()
    await running
    await clock.advance(60)
    assert len(asterisk.peers) == 1


async def test_closing_a_link_that_never_ran_is_no_error(link: AmiLink) -> None:
    await link.close()
    await link.run()
    assert link.state is LinkState.DOWN


async def test_who_cancels_the_link_sees_it_cancelled(asterisk: ScriptedAmi, link: AmiLink) -> None:
    task = asyncio.create_task(link.run())
    await eventually(lambda: link.state is LinkState.UP)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await eventually(lambda: asterisk.peer.gone)


async def test_a_bug_in_a_duty_is_not_swallowed(
    asterisk: ScriptedAmi, settings: AmiSettings, inbox: Inbox
) -> None:
    class Broken(FakeClock):
        async def sleep(self, seconds: float) -> None:
            if seconds == settings.ping_every_s:
                raise ZeroDivisionError
            await super().sleep(seconds)

    link = AmiLink(settings, Broken(), inbox)
    with pytest.raises(ExceptionGroup) as failure:
        await link.run()
    assert failure.group_contains(ZeroDivisionError)


async def test_nothing_secret_is_logged(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    with capture_logs() as logs:
        asterisk.answers["Login"] = refusal("Authentication failed")
        asterisk.peer.hang_up()
        await eventually(lambda: up.state is LinkState.DOWN)
        await clock.advance(1)
        await eventually(lambda: "password" in (up.problem or ""))
    assert len(logs) == 2
    assert PASSWORD not in str(logs)


async def test_a_trace_has_both_directions_and_no_password(
    asterisk: ScriptedAmi, settings: AmiSettings, clock: FakeClock, inbox: Inbox, tmp_path: Path
) -> None:
    trace = TraceWriter(tmp_path / "day.ami")
    link = AmiLink(settings, clock, inbox, trace)
    task = asyncio.create_task(link.run())
    await eventually(lambda: link.state is LinkState.UP)
    await link.close()
    await task
    trace.close()
    said = (tmp_path / "day.out.ami").read_bytes()
    assert b"Asterisk Call Manager/11.0.0" in (tmp_path / "day.in.ami").read_bytes()
    assert b"Action: Login" in said
    assert PASSWORD.encode() not in said


async def test_a_late_answer_after_the_time_is_over_harms_nobody(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    asked: list[Fields] = []
    asterisk.answers["Getvar"] = asked.append
    answer = asyncio.create_task(up.send(actions.getvar("X"), timeout_s=1))
    await eventually(lambda: asked)
    await clock.advance(1)
    with pytest.raises(MhudError):
        await answer
    asterisk.peer.say(response(asked[0], "Value: late"))
    asterisk.answers["Getvar"] = success
    assert (await up.send(actions.getvar("X"))).success


async def test_the_snapshot_holds_what_the_lists_say(
    asterisk: ScriptedAmi, link: AmiLink, watched: Watched, running: asyncio.Task[None]
) -> None:
    asterisk.answers["DeviceStateList"] = rows(
        ("Event: DeviceStateChange", "Device: PJSIP/agent001", "State: INUSE")
    )
    await eventually(lambda: link.state is LinkState.UP)
    snapshot = (await watched.take())[-1]
    assert isinstance(snapshot, Snapshot)
    assert snapshot.devices == {"PJSIP/agent001": "INUSE"}


async def test_a_link_that_is_distrusted_is_cut_with_its_reason_and_comes_back_ever_more_slowly(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    pauses = []
    for _ in range(3):
        up.distrust("it told of 10001 channels")
        await eventually(lambda: up.state is LinkState.DOWN and clock.sleeping)
        assert up.problem == "it told of 10001 channels"
        pauses.append(clock.sleeping[0])
        await clock.advance(clock.sleeping[0])
        await eventually(lambda: up.state is LinkState.UP)
    assert pauses == [1, 2, 4]


async def test_after_a_plain_loss_the_next_attempt_comes_soon_again(
    asterisk: ScriptedAmi, up: AmiLink, clock: FakeClock
) -> None:
    up.distrust("it told of 10001 channels")
    await eventually(lambda: up.state is LinkState.DOWN and clock.sleeping)
    await clock.advance(clock.sleeping[0])
    await eventually(lambda: up.state is LinkState.UP)
    asterisk.peer.hang_up()
    await eventually(lambda: up.state is LinkState.DOWN and clock.sleeping)
    assert clock.sleeping[0] == 1


async def test_who_is_not_there_can_not_be_distrusted(link: AmiLink) -> None:
    link.distrust("it told of 10001 channels")
    assert (link.state, link.problem) == (LinkState.DOWN, None)


async def test_a_link_that_is_not_up_is_left_to_its_own_end(
    asterisk: ScriptedAmi, link: AmiLink, running: asyncio.Task[None]
) -> None:
    asterisk.after_login = ""
    await eventually(lambda: link.state is LinkState.BOOTING)
    link.distrust("it told of 10001 channels")
    assert link.state is LinkState.BOOTING
