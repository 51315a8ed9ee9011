"""`/docs`: the API to read and to try. Its script and style are files of `mhud.portal`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from mhud.errors import not_found
from mhud.portal import STATIC
from mhud.services import login_sessions
from mhud.web.context import CONTEXT, Context
from mhud.web.cookie import refuse_foreign, signed_in
from mhud.web.openchs.answers import Done
from mhud.web.origin import ORIGINS
from mhud.web.outbox import OUTBOX

FILES = web.AppKey("docs_files", Mapping[str, Path])
NEEDED = "vendor/swagger-ui-dist/swagger-ui-bundle.js"
KINDS = {".css": "text/css", ".js": "text/javascript"}  # whatever this machine believes
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # icons in Swagger UI's style
        "connect-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default dompurify inert",  # docs.js, and what Swagger UI cleans texts with
    )
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of mhud</title>
<link rel="icon" href="data:,">
{head}</head>
<body>
<header>
<h1>The API of mhud</h1>
<p><a href="/docs/openapi.json">OpenAPI</a> (REST, webhooks)</p>
<p><a href="/docs/asyncapi.json">AsyncAPI</a> (events on /ws)</p>
<p id="who" role="status"></p>
{sign_in}</header>
<main>
{main}
</main>
</body>
</html>
"""
STYLE = '<link rel="stylesheet" href="/docs/files/docs.css">\n'
UI = """<link rel="stylesheet" href="/docs/files/vendor/swagger-ui-dist/swagger-ui.css">
<script src="/docs/files/vendor/swagger-ui-dist/swagger-ui-bundle.js" defer></script>
<script src="/docs/files/docs.js" defer></script>
"""
OPERATIONS = """<noscript><p>This page needs JavaScript; the documents above don't.</p></noscript>
<div id="operations"></div>"""
WITHOUT = """<p>This mhud was built without the pages for people, so the operations can't be shown
here. Both documents above are whole, and any OpenAPI tool shows them.</p>
<p>To have the page, install mhud again where the npm registry can be reached:
<code>pip install .</code> in its source, or <code>make install</code>.</p>"""
SIGN_IN = """<form id="sign-in">
<button>Sign in to the demo as its administrator</button>
</form>
"""


def mount(app: web.Application, static: Path = STATIC) -> None:
    """In a demo, also a way in without a code. `static`: the folder of the files."""
    app[FILES] = {
        path.relative_to(static).as_posix(): path for path in static.rglob("*") if path.is_file()
    }
    app.router.add_get("/docs", page)
    app.router.add_get("/docs/files/{file:.+}", file)
    if OUTBOX in app:
        app.router.add_post("/docs/sign-in", sign_in)


async def page(request: web.Request) -> web.Response:
    """Open, as the documents are. Without what comes from npm it says so."""
    whole = NEEDED in request.app[FILES]
    text = PAGE.format(
        head=STYLE + UI if whole else STYLE,
        sign_in=SIGN_IN if whole and OUTBOX in request.app else "",
        main=OPERATIONS if whole else WITHOUT,
    )
    headers = {"Content-Security-Policy": POLICY}
    return web.Response(text=text, content_type="text/html", headers=headers)


async def file(request: web.Request) -> web.StreamResponse:
    """One of those that were there at the start; asked for again, an ETag spares the bytes."""
    found = request.app[FILES].get(request.match_info["file"])
    if found is None:
        raise web.HTTPNotFound
    kind = KINDS.get(found.suffix, "text/plain")
    headers = {"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": "no-cache"}
    return web.FileResponse(found, headers=headers)


async def sign_in(request: web.Request) -> web.Response:
    """The cookie of the demo's first administrator, for who could read his code in the outbox."""
    if not request.app[ORIGINS].is_plain_loopback(request):
        raise web.HTTPNotFound
    ctx: Context = request[CONTEXT]
    refuse_foreign(ctx)
    access = ctx.services.access
    admins = [user for user in access.known.users.values() if user.role == "admin"]
    if not admins:
        raise not_found("administrator", "")
    cookie = await login_sessions.start(
        access,
        ctx.services.trail,
        min(admins, key=lambda user: user.id),
        "demo",
        ip=ctx.ip,
        user_agent=request.headers.get("User-Agent"),
    )
    return signed_in(ctx, Done(message="signed in to the demo"), cookie)
