"""Call Management of the MHU document."""

from __future__ import annotations

from collections.abc import Sequence

from mhud.feeds.objects import call_object
from mhud.live.model import Call
from mhud.services import Services
from mhud.services.calls import Wanted
from mhud.services.originate_rules import OriginateWish
from mhud.services.polled import Page
from mhud.services.rights import Principal
from mhud.services.visibility import numbers_visible, sees_all_numbers
from mhud.web.answer import dump
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.models import (
    ActiveCalls,
    CallEnded,
    CallHistory,
    CallObject,
    HistoryQuery,
    OutboundCall,
    OutboundCallStarted,
)
from mhud.web.mhu.recordings import recording_url
from mhud.web.moments import begin, end


@mhu.polled("/calls/active", right="view_calls", answers=ActiveCalls)
def active_calls(services: Services, principal: Principal) -> Page:
    """All calls that are not over, oldest first."""

    def build() -> bytes:
        calls = [_call_dict(services, principal, call) for call in services.calls.active()]
        return dump({"calls": calls, "total": len(calls)})

    return services.calls.polled.get(_seen_by(principal), build)


@mhu.post("/calls/outbound", right="make_calls", status=202, bucket="command")
async def start_outbound_call(ctx: Context, body: OutboundCall) -> OutboundCallStarted:
    """Rings the agent's phone, then the destination. A retry needs an Idempotency-Key."""
    wish = OriginateWish(**dict(body))
    call = await ctx.services.calls.originate(ctx.principal, wish)
    return OutboundCallStarted(
        call_id=call.id,
        status=call.status,
        agent_id=body.agent_id,
        destination=body.destination,
    )


@mhu.post("/calls/{call_id}/end", right="end_calls", bucket="command")
async def end_call(ctx: Context, call_id: str) -> CallEnded:
    """Hangs up all parties; answers when the call is over."""
    call = await ctx.services.calls.end(ctx.principal, call_id)
    duration = call.duration_s(ctx.services.pump.live.now)
    return CallEnded(call_id=call.id, end_time=call.end_time, duration=duration)


@mhu.get("/calls/{call_id}", right="view_calls")
async def one_call(ctx: Context, call_id: str) -> CallObject:
    """A call, active or ended; one that was merged says into which."""
    (call,) = await _calls(ctx, [await ctx.services.calls.one(call_id)])
    return call


@mhu.get("/calls", right="view_calls")
async def call_history(ctx: Context, query: HistoryQuery) -> CallHistory:
    """Ended calls, newest first, a page at a time."""
    zone = ctx.services.settings.timezone
    wanted = Wanted(
        since=begin(query.since, zone),
        until=end(query.until, zone),
        queue=query.queue,
        agent=query.agent,
        direction=query.direction,
        number=query.number,
    )
    page = await ctx.services.calls.history(ctx.principal, wanted, query.limit, query.cursor)
    return CallHistory(calls=await _calls(ctx, page.calls), next_cursor=page.next_cursor)


def _seen_by(principal: Principal) -> str:
    """Who may read all numbers sees the same; who may read his own calls' only, his own view."""
    if sees_all_numbers(principal):
        return "all"
    return f"of-{principal.agent_id}" if principal.agent_id else "none"


def _call_dict(
    services: Services,
    principal: Principal,
    call: Call,
    code: str | None = None,
    url: str | None = None,
) -> dict[str, object]:
    numbers = numbers_visible(principal, call)
    return call_object(call, services.pump.live.now, numbers, url, code)


async def _calls(ctx: Context, calls: Sequence[Call]) -> list[CallObject]:
    """With what their agents say came of them, and where who may hears them."""
    over = [call.id for call in calls if call.is_over]
    codes = await ctx.services.contacts.communications.codes([call.id for call in calls])
    heard = await ctx.services.recordings.ready(ctx.principal, over)
    urls = {call_id: recording_url(ctx.request, call_id) for call_id in heard}
    shown = [
        _call_dict(ctx.services, ctx.principal, one, codes.get(one.id), urls.get(one.id))
        for one in calls
    ]
    return [CallObject.model_validate(one) for one in shown]
