"""The HTTP server under the application: how long it waits, and what it says to what is no HTTP."""

from __future__ import annotations

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from mhud import ids
from mhud.errors import Code, MhudError
from mhud.web.answer import JSON, dump
from mhud.web.connection import Connection
from mhud.web.context import REPEATS
from mhud.web.dialect import Dialect, bug, failure_of
from mhud.web.middleware import SECURITY
from mhud.web.repeats import Repeats

IDLE_S = 75.0  # a connection that asks nothing, or half a question, is closed
LINE_BYTES = 16_384  # the longest question of a search takes 12 000, where all is escaped
GRACE_S = 10.0  # for requests under way when we stop


class Conversation(Connection):
    """aiohttp answers by itself, in plain text, what it can't parse: here in our shape."""

    dialect: Dialect

    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The text of the error quotes what came, somebody's key perhaps: it is not repeated."""
        plain = super().handle_error(request, status, exc, None)
        request_id = ids.new_request_id()
        if status >= 500:
            failure = bug(request_id)
        else:
            failure = failure_of(MhudError(Code.INVALID, "this is no HTTP request"), request_id)
        response = web.Response(body=dump(self.dialect.failed(failure)), status=plain.status)
        response.headers.update(SECURITY)
        response.headers["Content-Type"] = JSON
        response.headers["X-Request-Id"] = request_id
        response.force_close()
        return response


class Server(web.Server):
    """As aiohttp's, with conversations of ours; it offers no other place to say so."""

    dialect: Dialect
    repeats: Repeats

    def __call__(self) -> RequestHandler:
        conversation = Conversation(self, loop=self._loop, **self._kwargs)
        conversation.dialect = self.dialect
        conversation.repeats = self.repeats
        return conversation


class Runner(web.AppRunner):
    """Serves `app`; `dialect` is for errors that belong to no path."""

    def __init__(self, app: web.Application, dialect: Dialect) -> None:
        super().__init__(
            app,
            access_log=None,
            shutdown_timeout=GRACE_S,
            keepalive_timeout=IDLE_S,
            max_line_size=LINE_BYTES,
        )
        self._dialect = dialect

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        made.__class__ = Server
        made.dialect = self._dialect  # type: ignore[attr-defined]  # it is ours since a line ago
        made.repeats = self.app[REPEATS]  # type: ignore[attr-defined]
        return made
