"""`/`: the pages for people. Files of `mhud.portal`, a client of the API and no more than that."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from mhud.portal import STATIC
from mhud.web.outbox import OUTBOX
from mhud.web.static_files import Files

PAGE = web.AppKey("portal_page", Files)
FILES = web.AppKey("portal_files", Files)
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
FILE_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
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
    app[PAGE] = Files(static, {".html": "text/html; charset=utf-8"})
    app[FILES] = Files(static, KINDS)
    app.router.add_get("/", page)
    app.router.add_get("/portal/{file:.+}", file)


async def page(request: web.Request) -> web.StreamResponse:
    """Open to all: it holds nothing before somebody signs in."""
    is_demo = OUTBOX in request.app
    if NEEDED not in request.app[FILES]:
        text = WITHOUT.format(demo=DEMO if is_demo else "")
    elif is_demo:
        text = await asyncio.to_thread((STATIC / FIRST).read_text)
        text = text.replace("</head>", OUTBOX_LINK + "</head>")
    else:
        return await request.app[PAGE].answer(request, FIRST, HEADERS)
    return web.Response(text=text, content_type="text/html", headers=HEADERS)


async def file(request: web.Request) -> web.StreamResponse:
    """Asked for again, an ETag spares the bytes."""
    return await request.app[FILES].answer(request, request.match_info["file"], FILE_HEADERS)
