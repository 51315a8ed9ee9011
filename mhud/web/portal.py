"""`/`: the pages for people. Files of `mhud.portal`, a client of the API and no more than that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from mhud.portal import STATIC
from mhud.web.outbox import OUTBOX

FILES = web.AppKey("portal_files", Mapping[str, Path])
FIRST, NEEDED = "index.html", "vendor/kit.js"
KINDS = {  # whatever this machine believes
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "img-src 'self' data: blob:",  # attachments are shown from memory
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": (
        "microphone=(self), camera=(), geolocation=(), display-capture=(), autoplay=(self)"
    ),
    "Referrer-Policy": "no-referrer",  # an address may name a case
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
WITHOUT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mhud</title>
</head>
<body>
<main>
<h1>mhud</h1>
<p>The control daemon of this helpline's telephone system is running. It was built without the
pages for people, so there is nothing to see here; programs are served all the same.</p>
<p>To have the pages, install mhud again where the npm registry can be reached:
<code>pip install .</code> in its source, or <code>make install</code>.</p>
<p><a href="/docs">What it serves to programs</a></p>
{demo}</main>
</body>
</html>
"""
DEMO = """<p>This is a demo: <a href="/outbox">the messages that it would have sent</a>, sign-in
codes among them.</p>
"""
OUTBOX_LINK = '<link rel="alternate" id="outbox" href="/outbox">\n'  # a demo says that it is one


def mount(app: web.Application, static: Path = STATIC) -> None:
    """`static`: the folder of the files. Those that are there now are served, and no others."""
    app[FILES] = {
        path.relative_to(static).as_posix(): path
        for path in static.rglob("*")
        if path.is_file() and path.suffix in {*KINDS, ".html"}
    }
    app.router.add_get("/", page)
    app.router.add_get("/portal/{file:.+}", file)


async def page(request: web.Request) -> web.StreamResponse:
    """Open to all: it holds nothing before somebody signs in."""
    files = request.app[FILES]
    if NEEDED not in files:
        text = WITHOUT.format(demo=DEMO if OUTBOX in request.app else "")
        return web.Response(text=text, content_type="text/html", headers=HEADERS)
    if OUTBOX in request.app:
        text = await asyncio.to_thread(files[FIRST].read_text)
        text = text.replace("</head>", OUTBOX_LINK + "</head>")
        return web.Response(text=text, content_type="text/html", headers=HEADERS)
    headers = {**HEADERS, "Content-Type": "text/html; charset=utf-8"}
    return web.FileResponse(files[FIRST], headers=headers)


async def file(request: web.Request) -> web.StreamResponse:
    """Asked for again, an ETag spares the bytes."""
    found = request.app[FILES].get(request.match_info["file"])
    if found is None or found.suffix not in KINDS:
        raise web.HTTPNotFound
    headers = {"Content-Type": KINDS[found.suffix], "Cache-Control": "no-cache"}
    return web.FileResponse(found, headers={**headers, "X-Content-Type-Options": "nosniff"})
