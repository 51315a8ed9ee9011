"""Is it alive, is it ready, and what does it count?"""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest

from mhud.errors import forbidden
from mhud.services import Services
from mhud.services.access import unauthenticated
from mhud.web.address import Addresses
from mhud.web.answer import JSON, dump
from mhud.web.context import CONTEXT, SERVICES, Context

RIGHT = "system_config"
MOVING_S = 30.0  # the pump hears a tick every second; silent for so long, it is stuck
ADDRESSES = web.AppKey("addresses", Addresses)
REGISTRY = web.AppKey("registry", CollectorRegistry)


async def live(_request: web.Request) -> web.Response:
    """Open, and says nothing but alive."""
    return web.Response(body=b'{"status":"alive"}', headers={"Content-Type": JSON})


async def ready(request: web.Request) -> web.Response:
    """200 when the whole house works, 503 when something does not; says what."""
    _allow(request)
    checks = checks_of(request.app[SERVICES])
    good = all(check["ok"] for check in checks.values())
    body = dump({"status": "ready" if good else "not ready", "checks": checks})
    return web.Response(body=body, status=200 if good else 503, headers={"Content-Type": JSON})


async def metrics(request: web.Request) -> web.Response:
    """Prometheus' text format."""
    _allow(request)
    body = generate_latest(request.app[REGISTRY])
    kind = "text/plain; version=0.0.4; charset=utf-8"
    return web.Response(body=body, headers={"Content-Type": kind})


def checks_of(services: Services) -> dict[str, dict[str, object]]:
    """What was found, each with `ok`; no names, no numbers of callers."""
    link, pump, ledger = services.link, services.pump, services.ledger
    idle_s = services.clock.monotonic() - pump.moved_at
    heard = link.last_heard
    return {
        "pbx": {
            "ok": link.state == "up" and not pump.live.stale,
            "state": str(link.state),
            "problem": link.problem,
            "silent_s": None if heard is None else round(services.clock.monotonic() - heard, 1),
        },
        "pump": {
            "ok": idle_s < MOVING_S,
            "idle_s": round(idle_s, 1),
            "waiting": len(pump.inbox),
            "skipped": pump.skipped,
        },
        "ledger": {
            "ok": not ledger.stalled,
            "lag": ledger.lag,
            "last_seq": ledger.last_seq,
        },
        "database": {"ok": services.db.healthy},
    }


def _allow(request: web.Request) -> None:
    """Raises MhudError UNAUTHENTICATED or FORBIDDEN."""
    ctx: Context = request[CONTEXT]
    if request.app[ADDRESSES].is_loopback(request) or ctx.principal.has(RIGHT):
        return
    if ctx.principal.kind == "nobody":
        raise unauthenticated("credentials are required from another machine")
    raise forbidden(RIGHT)
