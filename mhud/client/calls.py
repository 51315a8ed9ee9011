"""Calls: read, begun, steered. `call_id` as mhud gave it; every method raises ClientError."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from urllib.parse import quote

from mhud.client.http import MHU, Ask, Http
from mhud.web.mhu.models import (
    ActiveCalls,
    CallEnded,
    CallHistory,
    CallObject,
    HistoryQuery,
    OutboundCall,
    OutboundCallStarted,
)
from mhud.web.mhu.steering_models import CallSteered, KeypadBody, TransferBody
from mhud.web.mhu.supervision_models import (
    CallMoved,
    MonitorBegun,
    MonitorBody,
    MoveBody,
    RecordingState,
    Tagged,
    TagsBody,
)

CALLS = f"{MHU}/calls"


class Calls:
    def __init__(self, http: Http) -> None:
        self._http = http

    async def active(self) -> ActiveCalls:
        return await self._http.get(ActiveCalls, f"{CALLS}/active")

    async def one(self, call_id: str) -> CallObject:
        return await self._http.get(CallObject, _path(call_id))

    async def page(self, query: HistoryQuery | None = None) -> CallHistory:
        """Of ended calls, newest first."""
        return await self._http.get(CallHistory, CALLS, query)

    async def history(self, query: HistoryQuery | None = None) -> AsyncIterator[CallObject]:
        """All pages, one after the other; `limit` is how many are asked for at once."""
        query = query or HistoryQuery(limit=100)
        while True:
            page = await self.page(query)
            for call in page.calls:
                yield call
            if page.next_cursor is None:
                return
            query = query.model_copy(update={"cursor": page.next_cursor})

    async def start(self, call: OutboundCall, *, key: str | None = None) -> OutboundCallStarted:
        """Rings the agent, then the destination.

        `key` is the Idempotency-Key: give your own if your program may ask again after a crash.
        """
        return await self._http.post(OutboundCallStarted, f"{CALLS}/outbound", call, key=key)

    async def end(self, call_id: str) -> CallEnded:
        return await self._http.post(CallEnded, _path(call_id, "end"))

    async def transfer(self, call_id: str, wish: TransferBody) -> CallSteered:
        return await self._http.post(CallSteered, _path(call_id, "transfer"), wish)

    async def complete_transfer(self, call_id: str) -> CallSteered:
        return await self._http.post(CallSteered, _path(call_id, "transfer/complete"))

    async def cancel_transfer(self, call_id: str) -> CallSteered:
        return await self._http.post(CallSteered, _path(call_id, "transfer/cancel"))

    async def hold(self, call_id: str) -> CallSteered:
        return await self._http.post(CallSteered, _path(call_id, "hold"))

    async def unhold(self, call_id: str) -> CallSteered:
        return await self._http.post(CallSteered, _path(call_id, "unhold"))

    async def send_digits(self, call_id: str, digits: str) -> CallSteered:
        body = KeypadBody(digits=digits)
        return await self._http.post(CallSteered, _path(call_id, "dtmf"), body)

    async def pause_recording(self, call_id: str) -> RecordingState:
        return await self._http.post(RecordingState, _path(call_id, "recording/pause"))

    async def resume_recording(self, call_id: str) -> RecordingState:
        return await self._http.post(RecordingState, _path(call_id, "recording/resume"))

    async def recording(self, call_id: str) -> bytes:
        """What was said, as MP3, once `recording_url` of the call is there."""
        return await self._http.send(
            Ask(method="GET", path=f"/recordings/{quote(call_id, safe='')}.mp3")
        )

    async def set_tags(self, call_id: str, tags: Sequence[str]) -> Tagged:
        return await self._http.put(Tagged, _path(call_id, "tags"), TagsBody(tags=list(tags)))

    async def move(self, call_id: str, wish: MoveBody) -> CallMoved:
        """A waiting caller."""
        return await self._http.post(CallMoved, _path(call_id, "move"), wish)

    async def monitor(self, call_id: str, wish: MonitorBody) -> MonitorBegun:
        return await self._http.post(MonitorBegun, _path(call_id, "monitor"), wish)


def _path(call_id: str, what: str = "") -> str:
    path = f"{CALLS}/{quote(call_id, safe='')}"
    return f"{path}/{what}" if what else path
