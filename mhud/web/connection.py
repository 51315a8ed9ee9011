"""One connection: aiohttp's, but for requests whose bytes are known."""

from __future__ import annotations

from aiohttp import HttpVersion11, web
from aiohttp.streams import EMPTY_PAYLOAD
from aiohttp.web_protocol import RequestHandler

from mhud.web.repeats import Repeats, asked_by


class Connection(RequestHandler):
    """Answers a known request at once while nothing else is under way; aiohttp has all others.

    It must never take a part of one request for another. So bytes are looked at only while aiohttp
    waits for a request and its parser holds no part of one, and are learned only where the parser
    made exactly one request of them.
    """

    repeats: Repeats
    _parser_is_empty = True
    _alone: bytes | None = None  # the request that is being answered, if it came alone and whole

    def data_received(self, data: bytes) -> None:
        idle = self._waiter is not None and not self._waiter.done()
        known = idle and self._parser_is_empty
        if known and self._answered(data):
            return
        super().data_received(data)
        whole = idle and self._made_one_request() and data.endswith(b"\r\n\r\n")
        self._alone = data if known and whole else None
        self._parser_is_empty = whole

    def gist(self, request: web.Request) -> bytes | None:
        """Under which the meaning of this request, the last one, may be kept; None: it may not."""
        if self._alone is None or request.method != "GET":
            return None
        if request.version != HttpVersion11 or not request.keep_alive:
            return None
        asked, headers = asked_by(self._alone), request.headers
        read = headers.get("If-None-Match"), headers.get("X-Request-Id")
        return asked.gist if read == (asked.etag, asked.request_id) else None

    def _answered(self, data: bytes) -> bool:
        """A slow reader is aiohttp's too: it waits for him."""
        if self.transport is None or self.writing_paused:
            return False
        answer = self.repeats.answer(data)
        if answer is None:
            return False
        self.transport.write(answer)
        self._next_keepalive_close_time = self._loop.time() + self.keepalive_timeout
        return True

    def _made_one_request(self) -> bool:
        """Without a body, of which more could follow."""
        one = len(self._messages) == 1 and not self._upgraded
        return one and self._messages[0][1] is EMPTY_PAYLOAD
