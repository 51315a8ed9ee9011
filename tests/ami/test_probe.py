"""The doctor's own connection: impatient, bounded, and plain about what went wrong."""

from __future__ import annotations

import socket

import pytest

from mhud.ami import actions
from mhud.ami.probe import HEARD_LIMIT, Probe, ProbeError, Trouble, show_dialplan, steps
from mhud.clock import SystemClock
from mhud.config import AmiSettings
from mhud.errors import Code, MhudError
from tests.fake_clock import PATIENCE_S
from tests.scripted_ami import ScriptedAmi, rows, scripted_ami, silence


def probe(server: ScriptedAmi, **changes: float) -> Probe:
    settings = {"port": server.port, "secret": "of the test", "action_timeout_s": 0.05, **changes}
    return Probe(AmiSettings.model_validate(settings), SystemClock())


class Impatient(SystemClock):
    """For whom every time is over at once."""

    async def sleep(self, seconds: float) -> None:
        return


async def test_who_does_not_open_in_time_is_said_not_to_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody_accepts:
        settings = AmiSettings(port=nobody_accepts.getsockname()[1])
        with pytest.raises(ProbeError) as refused:
            await Probe(settings, Impatient()).connect()
    assert refused.value.trouble is Trouble.TIMEOUT


async def test_an_action_that_nobody_answers_is_a_timeout() -> None:
    async with scripted_ami() as server:
        server.answers["Ping"] = silence
        probing = probe(server)
        await probing.connect()
        with pytest.raises(MhudError) as late:
            await probing.ask(actions.ping())
    assert late.value.code is Code.PBX_TIMEOUT


async def test_a_login_that_nobody_answers_is_trouble_with_the_login() -> None:
    async with scripted_ami() as server:
        server.answers["Login"] = silence
        probing = probe(server)
        await probing.connect()
        with pytest.raises(ProbeError) as refused:
            await probing.log_in()
    assert refused.value.trouble is Trouble.LOGIN


async def test_a_flood_of_events_is_not_all_kept() -> None:
    async with scripted_ami() as server:
        probing = probe(server)
        for _ in range(HEARD_LIMIT + 1):
            assert probing.event(b"Event: Hangup\r\n")
    assert len(probing.heard_events) == HEARD_LIMIT


async def test_the_steps_of_a_dialplan_are_its_applications() -> None:
    async with scripted_ami() as server:
        listed = ("Event: ListDialplan", "Application: Queue", "AppData: support")
        server.answers["ShowDialPlan"] = rows(listed, ("Event: ListDialplan", "Context: x"))
        probing = probe(server, action_timeout_s=PATIENCE_S)
        await probing.connect()
        reply = await probing.ask(show_dialplan())
    assert steps(reply) == [("Queue", "support")]
