"""Agents to whom one may transfer: mhud knows their extensions. And how one asks mhud for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.asterisk.api import WAIT_S, Answer, Json
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Agent, Desk
from tests.asterisk.scenario import Behavior
from tests.asterisk.talks import AGENT_HZ, BOSS_HZ, CALLER_HZ, until
from tests.asterisk.voice import Speaker


async def gets_extension(desk: Desk, daemon: Daemon, agent_id: str) -> None:
    """1001 for agent001. mhud sees it within a second or two."""
    extension = f"1{agent_id.removeprefix('agent')}"
    await daemon.command("agent", "add", agent_id, "--extension", extension)
    await until_shown(desk, agent_id, extension=extension)


async def until_shown(desk: Desk, agent_id: str, **wanted: Any) -> None:
    async def shown() -> bool:
        answer = await desk.api.ask("GET", f"/agents/{agent_id}")
        return all(answer.body.get(key) == value for key, value in wanted.items())

    await until_so(shown, f"{agent_id} is not shown with {wanted}")


async def until_asking(desk: Desk, call: Json, how: str | None = "talking") -> None:
    """Whom the agent asks has answered; "calling": is being called; None: he asks nobody. No event
    tells."""

    async def asking() -> bool:
        found: Json = await desk.api.call(call["id"])
        return bool(found["consultation"] == how)

    await until_so(asking, f"the agent's question is not {how}")


@asynccontextmanager
async def with_global(desk: Desk, name: str, value: str) -> AsyncIterator[None]:
    """The dialplan's."""
    before = (await desk.admin.act("Getvar", Variable=name)).get("Value", "")
    await desk.admin.act("Setvar", Variable=name, Value=value)
    yield
    await desk.admin.act("Setvar", Variable=name, Value=before)


async def until_so(
    holds: Callable[[], Awaitable[bool]], what: str, timeout_s: float = WAIT_S
) -> None:
    """Asks every 50 ms."""
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout_s
    while not await holds():
        assert loop.time() < end, what
        waiting = loop.create_future()
        loop.call_later(0.05, waiting.cancel)
        await asyncio.wait((waiting,))


async def colleague(
    desk: Desk,
    daemon: Daemon,
    behavior: Behavior = Behavior(),  # noqa: B008 - frozen
) -> Agent:
    """An agent of another queue, whose phone is free."""
    agent = await desk.agent(behavior, queue=desk.another_queue()[0])
    await gets_extension(desk, daemon, agent.id)
    return agent


async def transfer(desk: Desk, call: Json, kind: str, **target: str) -> Answer:
    body = {"type": kind, "target": target}
    return await desk.api.ask("POST", f"/calls/{call['id']}/transfer", body)


async def order(desk: Desk, call: Json, command: str, **body: Any) -> Answer:
    return await desk.api.ask("POST", f"/calls/{call['id']}/{command}", body or None)


async def hears(party: Speaker, *tones: int) -> None:
    """These tones and no other of theirs."""
    everybody = {CALLER_HZ, AGENT_HZ, BOSS_HZ} - {party.voice.frequency}

    def right() -> bool:
        return {hz for hz in everybody if party.voice.hears(hz)} == set(tones)

    await until(right, f"{party.user} does not hear {tones}")
