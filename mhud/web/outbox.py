"""`/outbox`: the messages that a demo would have sent to people. Nothing but a demo has it."""

from __future__ import annotations

from html import escape

from aiohttp import web

from mhud.messages.carriers import outbox_of
from mhud.messages.outbox import Letter, Outbox
from mhud.services import Services
from mhud.web.origin import ORIGINS

OUTBOX = web.AppKey("outbox", Outbox)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outbox: mhud demo</title>
</head>
<body>
<main>
<h1>Outbox</h1>
<p>What this demo would have sent, newest first. <a href="/">Back</a></p>
{letters}
</main>
</body>
</html>
"""
LETTER = """<article>
<h2>{subject}</h2>
<p>To {to}, {at}: <a href="/outbox/{name}">{name}</a></p>
<pre>{text}</pre>
</article>"""


def mount(app: web.Application, services: Services) -> None:
    """In a demo."""
    outbox = outbox_of(services.settings, services.clock)
    if outbox is not None:
        app[OUTBOX] = outbox
        app.router.add_get("/outbox", listing)
        app.router.add_get("/outbox/{name}", letter)


async def listing(request: web.Request) -> web.Response:
    """One below the other, with their codes."""
    _require_this_machine(request)
    letters = await request.app[OUTBOX].letters()
    shown = "\n".join(_article(one) for one in letters) or "<p>Nothing yet.</p>"
    return web.Response(text=PAGE.format(letters=shown), content_type="text/html")


async def letter(request: web.Request) -> web.Response:
    """The .eml file itself."""
    _require_this_machine(request)
    source = await request.app[OUTBOX].source(request.match_info["name"])
    if source is None:
        raise web.HTTPNotFound
    return web.Response(body=source, content_type="text/plain", charset="utf-8")


def _require_this_machine(request: web.Request) -> None:
    """Whoever reads it can sign in: no proxy, and no page that calls itself by our address."""
    if not request.app[ORIGINS].is_plain_loopback(request):
        raise web.HTTPNotFound


def _article(one: Letter) -> str:
    return LETTER.format(
        subject=escape(one.subject),
        to=escape(one.to),
        at=escape(one.at),
        name=escape(one.name),
        text=escape(one.text),
    )
