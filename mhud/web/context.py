"""What a handler is given besides what its signature asks for."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from mhud.services import Services
from mhud.services.rights import Principal
from mhud.web.ratelimit import Allowance, Limiter
from mhud.web.repeats import Repeats
from mhud.web.versions import asked_versions

SERVICES = web.AppKey("services", Services)
LIMITER = web.AppKey("limiter", Limiter)
REPEATS = web.AppKey("repeats", Repeats)


@dataclass(frozen=True, slots=True)
class Context:
    """One request: what it may reach, who asks, and the id under which it is logged."""

    services: Services
    principal: Principal
    request_id: str
    request: web.Request
    ip: str

    @property
    def if_match(self) -> frozenset[int] | None:
        """The versions that a change is for; None: any."""
        return asked_versions(self.request)


CONTEXT = web.RequestKey("context", Context)
NARROWER = web.RequestKey("narrower", Allowance)  # counted by a handler besides
