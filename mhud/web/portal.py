"""`/`: the pages for people. Files of `mhud.portal`, a client of the API and no more than that."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path

from aiohttp import web

from mhud.portal import STATIC
from mhud.web.outbox import OUTBOX
from mhud.web.static_files import Files

FOLDER = web.AppKey("portal_folder", Path)
FILES = web.AppKey("portal_files", Files)
FIRST, NEEDED = "index.html", "vendor/kit.js"
APART = """<link rel="modulepreload" href="/portal/vendor/kit.js">
<script type="module" src="/portal/app/main.js"></script>
"""
IN_ONE = """<link rel="modulepreload" href="/portal/vendor/pages.js">
<script type="module" src="/portal/vendor/pages.js"></script>
"""
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
    app[FOLDER] = static
    app[FILES] = Files(static, KINDS)
    app.router.add_get("/", page)
    app.router.add_get("/portal/{file:.+}", file)


async def page(request: web.Request) -> web.Response:
    """Open to all: it holds nothing before somebody signs in."""
    is_demo = OUTBOX in request.app
    if NEEDED in request.app[FILES]:
        text = await asyncio.to_thread(_first, request.app[FOLDER])
        text = text.replace("</head>", OUTBOX_LINK + "</head>") if is_demo else text
    else:
        text = WITHOUT.format(demo=DEMO if is_demo else "")
    return web.Response(text=text, content_type="text/html", headers=HEADERS)


def _first(folder: Path) -> str:
    """Our modules in one file, or, where one of them changed since that was made, themselves."""
    text = (folder / FIRST).read_text()
    return text.replace(APART, IN_ONE) if _is_current(folder) else text


def _is_current(folder: Path) -> bool:
    try:
        made_of: dict[str, str] = json.loads((folder / "vendor" / "pages.json").read_bytes())
        return all(_hash(folder / name) == known for name, known in made_of.items())
    except (OSError, ValueError):
        return False


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def file(request: web.Request) -> web.StreamResponse:
    """Asked for again, an ETag spares the bytes."""
    return await request.app[FILES].answer(request, request.match_info["file"], FILE_HEADERS)
