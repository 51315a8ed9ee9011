"""One consumer on a socket: what he gets live, what is replayed to him, when he is cut.

Live events are written straight to the transport, framed once for everybody; nobody is awaited.
A replay is awaited, and while it runs nothing is sent live: what comes meanwhile, the replay finds
in the ledger.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from aiohttp import web

from mhud.errors import MhudError
from mhud.feeds.filters import EVERYTHING, Filter, Grant, Telling
from mhud.feeds.frames import close_frame, text_frame
from mhud.feeds.ledger import Ledger
from mhud.feeds.payloads import Entry

log = structlog.get_logger(__name__)
PAGE = 200  # entries read at a time in a replay
SPANS = 32  # subscriptions of one connection that are remembered
DRAIN_S = 30.0  # a consumer who takes nothing of a replay for so long is cut

GOING_AWAY, INTERNAL, TRY_AGAIN = 1001, 1011, 1013
POLICY, UNAUTHENTICATED, FORBIDDEN = 1008, 4401, 4403


@dataclass(frozen=True, slots=True)
class Span:
    """Entries after `after` and up to `upto` that pass `filter` were sent already."""

    after: int
    upto: int
    filter: Filter

    def covers(self, entry: Entry) -> bool:
        return self.after < entry.seq <= self.upto and self.filter.passes(entry)


class Session:
    """An authenticated socket. Every event is sent at most once per connection."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        ledger: Ledger,
        grant: Grant,
        buffer_bytes: int,
    ) -> None:
        self.socket = socket
        self.transport = transport
        self.grant = grant
        self.cut_with: int | None = None
        self._ledger = ledger
        self._buffer_bytes = buffer_bytes
        self._filter = EVERYTHING
        self._live = False
        self._after = 0  # the seq after which everything that passes was sent live
        self._spans: deque[Span] = deque(maxlen=SPANS)
        self._replay: asyncio.Task[None] | None = None

    def start(self) -> None:
        """From here on every event that may be seen comes."""
        self.say({"type": "auth.ok", "seq": self._ledger.last_seq})
        if self._ledger.stalled:
            self.tell_stalled()
        self._go_live()

    def take(self, told: Telling) -> None:
        """Live events; on everybody's path, so it looks up, writes once, and no more."""
        if self._live and (frames := told.to(self.grant, self._filter)):
            self._write(frames)

    def say(self, message: dict[str, Any]) -> None:
        """A message that is no event."""
        self._write(text_frame(orjson.dumps(message)))

    def tell_stalled(self) -> None:
        if "ledger.gap" in self.grant.types:
            self.say({"type": "ledger.stalled"})

    async def subscribe(self, wanted: Filter, since: int | None) -> None:
        """Sends only what is wanted from now on, and first what was missed after `since`."""
        await self.stop()
        self._pause()
        self._filter = wanted
        if since is None:
            self._go_live()
            self._confirm()
        else:
            self._replay = asyncio.create_task(self._replay_from(since))

    async def stop(self) -> None:
        """Ends a replay that is under way."""
        replay, self._replay = self._replay, None
        if replay is not None:
            replay.cancel()
            with suppress(asyncio.CancelledError):
                await replay

    def cut(self, code: int, reason: str) -> None:
        """Closes without waiting: what he does not read is dropped when the hub loses patience."""
        if self.cut_with is None:
            self.cut_with = code
            self._live = False
            self.transport.write(close_frame(code, reason))
            self.transport.close()

    def _write(self, frame: bytes) -> None:
        if self.transport.is_closing():
            return
        self.transport.write(frame)
        if self.transport.get_write_buffer_size() > self._buffer_bytes:
            self.cut(TRY_AGAIN, "too slow; resume with since")

    def _confirm(self) -> None:
        self.say({"type": "subscribe.ok", "seq": self._ledger.last_seq})

    def _go_live(self) -> None:
        self._after = self._ledger.last_seq
        self._live = self.cut_with is None

    def _pause(self) -> None:
        if self._live:
            self._spans.append(Span(self._after, self._ledger.last_seq, self._filter))
        self._live = False

    async def _replay_from(self, since: int) -> None:
        try:
            await self._catch_up(since)
        except (MhudError, TimeoutError):
            self.cut(TRY_AGAIN, "the replay is not possible now; resume with since")
        except ConnectionError:
            return  # he is gone, and his reader notices
        except Exception:
            log.exception("replay_failed")
            self.cut(INTERNAL, "replay failed")
        else:
            self._go_live()
            self._confirm()

    async def _catch_up(self, since: int) -> None:
        """Returns when nothing newer is in the ledger, without an await after having looked."""
        if since > self._ledger.last_seq:  # the ledger that he knew is not this one
            self._tell_truncated(await self._ledger.oldest())
            return
        position = since
        try:
            while position < self._ledger.last_seq:
                page = await self._ledger.read(position, PAGE)
                if page[0].seq > position + 1:
                    self._tell_truncated(page[0].seq)
                for entry in page:
                    position = entry.seq
                    await self._resend(entry)
        finally:
            self._spans.append(Span(since, position, self._filter))

    async def _resend(self, entry: Entry) -> None:
        """Waits for a consumer who is slower than the disk."""
        wanted = self.grant.allows(entry) and self._filter.passes(entry)
        if not wanted or any(span.covers(entry) for span in self._spans):
            return
        payload = self.grant.payload(entry)
        async with asyncio.timeout(DRAIN_S):
            await self.socket.send_frame(payload, web.WSMsgType.TEXT)

    def _tell_truncated(self, oldest: int) -> None:
        self.say({"type": "replay.truncated", "oldest": oldest})
