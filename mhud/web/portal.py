"""`/`: the pages for people. Files of `mhud.portal`, a client of the API and no more than that."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from pathlib import Path

from aiohttp import web

from mhud.portal import STATIC
from mhud.web.outbox import OUTBOX
from mhud.web.static_files import DIGITS, Files

FOLDER = web.AppKey("portal_folder", Path)
FILES = web.AppKey("portal_files", Files)
FIRST, NEEDED = "index.html", "vendor/kit.js"
PARTS_LIST = "vendor/pages.json"  # which of our files the bundles were made of, and their hashes
# In the first page: one link for each style, and our modules apart; in their place the bundles.
STYLES = re.compile(r'(?:<link rel="stylesheet"[^>]*>\n)+')
MODULES = re.compile(r'<link rel="modulepreload"[^>]*>\n<script type="module"[^>]*></script>\n')
STYLE, MODULE = "vendor/pages.css", "vendor/pages.js"
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
    """`static`: the folder of the files."""
    app[FOLDER] = static
    app[FILES] = Files(static, KINDS)
    app.router.add_get("/", page)
    app.router.add_get("/portal/{file:.+}", file)


async def page(request: web.Request) -> web.Response:
    """Open to all: it holds nothing before somebody signs in."""
    is_demo = OUTBOX in request.app
    if NEEDED not in request.app[FILES]:
        text = WITHOUT.format(demo=DEMO if is_demo else "")
        return web.Response(text=text, content_type="text/html", headers=HEADERS)
    text = await asyncio.to_thread(_first, request.app[FOLDER], request.app[FILES])
    text = text.replace("</head>", OUTBOX_LINK + "</head>") if is_demo else text
    return _versioned(request, text)


def _versioned(request: web.Request, text: str) -> web.Response:
    """A page that is open knows its version, and asks by HEAD whether there is another one."""
    version = hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
    headers = {**HEADERS, "ETag": f'"{version}"'}
    if version in {known.value for known in request.if_none_match or ()}:
        return web.Response(status=304, headers=headers)
    text = text.replace("</head>", f'<meta name="version" content="{version}">\n</head>')
    return web.Response(text=text, content_type="text/html", headers=headers)


def _first(folder: Path, files: Files) -> str:
    """Our modules and styles in one file each, or, where one changed since, themselves."""
    text = (folder / FIRST).read_text()
    try:
        if not _is_current(folder, files):
            return text
        style, module = (_address(files, name) for name in (STYLE, MODULE))
    except (OSError, ValueError):  # they were not made, or not to the end
        return text
    text = STYLES.sub(f'<link rel="stylesheet" href="{style}">\n', text, count=1)
    return MODULES.sub(f'<script type="module" src="{module}"></script>\n', text, count=1)


def _is_current(folder: Path, files: Files) -> bool:
    made_of: dict[str, str] = json.loads((folder / PARTS_LIST).read_bytes())
    return all(files.digest(name) == known for name, known in made_of.items())


def _address(files: Files, name: str) -> str:
    return f"/portal/{name}?v={files.digest(name)[:DIGITS]}"


async def file(request: web.Request) -> web.StreamResponse:
    """Asked for again, an ETag spares the bytes."""
    return await request.app[FILES].answer(request, request.match_info["file"], FILE_HEADERS)
