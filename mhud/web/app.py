"""The web application, put together. It starts nothing that the services own."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from mhud.config import Settings
from mhud.services import Services
from mhud.web import (
    docs,
    documents,
    health,
    outbox,
    phone,
    portal,
    recording_sounds,
    report_download,
    socket,
)
from mhud.web.address import Addresses
from mhud.web.bulk import ROUTES
from mhud.web.context import LIMITER, REPEATS, SERVICES
from mhud.web.cors import Cors
from mhud.web.dialect import Dialect
from mhud.web.endpoint import Endpoint, endpoint
from mhud.web.metrics import Present, Requests
from mhud.web.mhu import (
    agents,
    audit,
    auth,
    bulk,
    callbacks,
    calls,
    checkup,
    clients,
    drafts,
    forms,
    help,
    keys,
    queues,
    recordings,
    report_schedules,
    reports,
    retention,
    roster,
    segments,
    sessions,
    steering,
    supervision,
    webhooks,
)
from mhud.web.mhu import phone as phone_secrets
from mhud.web.mhu.dialect import MHU, PLAIN, beside, mhu
from mhud.web.middleware import Edge
from mhud.web.openchs import (
    attachments,
    cases,
    communications,
    invitations,
    me,
    search,
    sign_in,
    statistics,
    users,
    vocabulary,
)
from mhud.web.openchs.dialect import OPENCHS, openchs
from mhud.web.origin import ORIGINS, Origins
from mhud.web.route import Api, Route

CORS = web.AppKey("cors", Cors)
DIALECTS = ((mhu, MHU), (openchs, OPENCHS), (beside, PLAIN))
# importing a module registers its routes
HANDLERS = (
    me,
    sessions,
    attachments,
    cases,
    vocabulary,
    sign_in,
    invitations,
    users,
    auth,
    keys,
    webhooks,
    bulk,
    audit,
    retention,
    forms,
    checkup,
    calls,
    steering,
    supervision,
    roster,
    agents,
    help,
    phone_secrets,
    queues,
    clients,
    communications,
    recordings,
    recording_sounds,
    segments,
    drafts,
    callbacks,
    report_schedules,
    reports,
    report_download,
    search,
    statistics,
)


def apis() -> list[Api]:
    """All routes of all dialects."""
    return [api for api, _ in DIALECTS]


def build_app(services: Services) -> web.Application:
    """Raises ValueError for a trusted proxy that is no network."""
    app = web.Application(client_max_size=services.settings.http.max_body_bytes)
    app[SERVICES] = services
    app[health.ADDRESSES] = addresses = Addresses(services.settings.http.trusted_proxies)
    app[ORIGINS] = Origins(addresses, services.settings.http.public_url)
    app[health.REGISTRY] = registry = _registry()
    routes: dict[object, Route] = {}
    app[ROUTES] = routes
    for api, dialect in DIALECTS:
        _mount(app, api, dialect, routes)
    _mount_plain(app)
    outbox.mount(app, services)
    documents.mount(app, apis())
    docs.mount(app)
    portal.mount(app)
    phone.mount(app)
    registry.register(Present(services, socket.mount(app, services)))
    edge = Edge(
        services,
        [dialect for _, dialect in DIALECTS if dialect is not PLAIN],
        PLAIN,
        routes,
        addresses,
        Requests(registry),
    )
    app[LIMITER] = edge.limiter
    app[REPEATS] = edge.repeats
    app[CORS] = edge.cors
    app.middlewares.append(edge.middleware())
    return app


def reconfigure(app: web.Application, settings: Settings) -> None:
    """Other proxies and origins hold from now on. Raises ValueError, and changes nothing then."""
    app[health.ADDRESSES].trust(settings.http.trusted_proxies)
    app[ORIGINS].configure(settings.http.public_url)
    app[CORS].allow(settings.http.cors_origins)
    app[REPEATS].forget()


def _mount(app: web.Application, api: Api, dialect: Dialect, routes: dict[object, Route]) -> None:
    paths: dict[str, web.Resource] = {}
    for route in api.routes:
        handler = endpoint(route, dialect)
        routes[handler] = route
        if route.path not in paths:
            paths[route.path] = app.router.add_resource(api.prefix + route.path)
        paths[route.path].add_route(route.method, handler)
        if route.method == "GET":
            paths[route.path].add_route("HEAD", handler)
    for path, resource in paths.items():
        if "{" not in path:
            resource.add_route("*", _no_other_method(resource))


def _no_other_method(resource: web.Resource) -> Endpoint:
    """So that PUT /users/me is not taken for a PUT to the user `me`."""
    methods = {route.method for route in resource}

    async def refuse(request: web.Request) -> web.StreamResponse:
        raise web.HTTPMethodNotAllowed(request.method, methods)

    return refuse


def _mount_plain(app: web.Application) -> None:
    app.router.add_get("/health/live", health.live)
    app.router.add_get("/health/ready", health.ready)
    app.router.add_get("/metrics", health.metrics)


def _registry() -> CollectorRegistry:
    """Its own, so that two applications in one process do not count each other."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry
