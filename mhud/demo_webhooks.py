"""A system beside the demo that takes webhooks, so that there are deliveries to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from mhud.services import Services
from mhud.services.rights import COMMAND_LINE

EVENTS = ("call.ended", "case.*", "queue.sla_breach")
DESCRIPTION = "The demo's own receiver: it answers 204 to everything"


@asynccontextmanager
async def receiver() -> AsyncIterator[str]:
    """Its address, while it listens."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def subscribe(services: Services, url: str) -> None:
    """The one that an earlier demo on the same data has left, or a new one."""
    webhooks = services.webhooks
    for one in await webhooks.known():
        if one.webhook.description == DESCRIPTION:
            await webhooks.change(COMMAND_LINE, one.webhook.id, {"url": url, "active": True})
            return
    wish = {"url": url, "events": EVENTS, "description": DESCRIPTION}
    await webhooks.add(COMMAND_LINE, wish)
