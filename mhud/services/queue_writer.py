"""Brings a planned change into Asterisk, reads it back, and knows how to undo it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

import structlog

from mhud.ami.actions import content, getvar, queue_reload, queue_status, setvar
from mhud.ami.link import AmiLink
from mhud.ami.messages import QueueNow
from mhud.errors import Code, MhudError, conflict
from mhud.services import queue_file
from mhud.services.queue_settings import FILE_KEYS, GLOBALS, Plan, shown
from mhud.services.telling import refusal

log = structlog.get_logger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
FILE_S = 10.0


@dataclass(slots=True)
class Heard:
    """What Asterisk said after a change: the API fields that it holds, and its queue, if asked."""

    fields: list[str] = field(default_factory=list)
    queue: QueueNow | None = None


class QueueWriter:
    def __init__(self, include: Path | None, link: AmiLink) -> None:
        self._include = include
        self._link = link

    async def section(self, queue_id: str) -> Mapping[str, str]:
        """The queue's settings in the include file. Raises MhudError SERVICE_UNAVAILABLE."""
        if self._include is None:
            return {}
        text = _text(await _in_thread(queue_file.read, self._include))
        return queue_file.parse(text).get(queue_id, {})

    async def apply(self, plan: Plan, undo: AsyncExitStack) -> Heard:
        """`undo` can take all back.

        Raises MhudError CONFLICT when Asterisk did not take something.
        """
        heard = Heard()
        if plan.file and self._include is not None:
            heard = await self._change_file(self._include, plan, undo)
        for name, wanted in plan.globals.items():
            await self._change_global(GLOBALS[name](plan.queue_id), wanted, undo)
            heard.fields.append(name)
        return heard

    # ---- the file

    async def _change_file(self, include: Path, plan: Plan, undo: AsyncExitStack) -> Heard:
        before = await _in_thread(queue_file.read, include)
        wanted = queue_file.changed(queue_file.parse(_text(before)), plan.queue_id, plan.file)
        after = queue_file.render(wanted).encode(errors="surrogateescape")
        undo.push_async_callback(self._put_back, include, before, plan.queue_id)
        await _in_thread(queue_file.write, include, after)
        await self._reload(plan.queue_id)
        await self._read_file_back(plan)
        return await self._read_back(plan)

    async def _reload(self, queue_id: str) -> None:
        reply = await self._link.send(queue_reload(queue_id))
        if not reply.success:
            raise refusal(reply, "read queues.conf again")

    async def _read_file_back(self, plan: Plan) -> None:
        section = await self.section(plan.queue_id)
        held = {key: section.get(key) for key in plan.file}
        if held != dict(plan.file):
            raise MhudError(Code.SERVICE_UNAVAILABLE, "the include of queues.conf did not keep it")

    async def _read_back(self, plan: Plan) -> Heard:
        rows = await self._link.send_list(queue_status(plan.queue_id))
        found = [row for row in rows if isinstance(row, QueueNow) and row.name == plan.queue_id]
        if not found:
            raise conflict(f"Asterisk has no queue {plan.queue_id} any more")
        held = shown(found[0])
        wanted = {name: plan.file[FILE_KEYS[name]] for name in plan.changes if name in held}
        given = {name: value for name, value in wanted.items() if value is not None}
        if refused := [name for name, value in given.items() if held[name] != value]:
            raise conflict(
                f"Asterisk did not take {', '.join(refused)}; is it set in queues.conf itself, "
                "or is the include of mhud missing there?",
                not_taken=refused,
            )
        return Heard(list(given), found[0])

    async def _put_back(self, include: Path, before: bytes | None, queue_id: str) -> None:
        """Never raises: what led here is the error to tell."""
        try:
            await _in_thread(queue_file.put_back, include, before)
            await self._reload(queue_id)
        except MhudError as error:
            log.error("queue_change_not_undone", queue_id=queue_id, code=error.code.value)

    # ---- globals

    async def _change_global(self, name: str, wanted: str, undo: AsyncExitStack) -> None:
        before = await self.get_global(name)
        undo.push_async_callback(self._put_global_back, name, before)
        await self.set_global(name, wanted)
        if await self.get_global(name) != wanted:
            raise conflict(f"Asterisk did not take the global {name}")

    async def set_global(self, name: str, wanted: str) -> None:
        reply = await self._link.send(setvar(name, wanted))
        if not reply.success:
            raise refusal(reply, f"set the global {name}")

    async def get_global(self, name: str) -> str:
        """Empty when it is not set."""
        reply = await self._link.send(getvar(name))
        if not reply.success:
            raise refusal(reply, f"read the global {name}")
        return content(reply.fields)

    async def _put_global_back(self, name: str, before: str) -> None:
        try:
            await self.set_global(name, before)
        except MhudError as error:
            log.error("queue_change_not_undone", variable=name, code=error.code.value)


def _text(content: bytes | None) -> str:
    return (content or b"").decode(errors="surrogateescape")


async def _in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Files are slow. Raises MhudError SERVICE_UNAVAILABLE."""
    try:
        async with asyncio.timeout(FILE_S):
            return await asyncio.to_thread(work, *args, **kwargs)
    except (OSError, TimeoutError) as error:
        reason = getattr(error, "strerror", None) or "no answer from the disk"
        raise MhudError(
            Code.SERVICE_UNAVAILABLE, f"the include of queues.conf: {reason}"
        ) from error
