"""`/`: a plain page that says what runs here, until the portal comes."""

from __future__ import annotations

from aiohttp import web

from mhud.web.outbox import OUTBOX

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mhud</title>
</head>
<body>
<main>
<h1>mhud</h1>
<p>The control daemon of this helpline's telephone system is running.</p>
<p>It serves programs, not people, at these addresses:</p>
<dl>
<dt><code>/api/v1</code></dt>
<dd>The MHU API. It needs an API key or a token.</dd>
<dt><code>/helpline/api</code></dt>
<dd>The OpenCHS API. It needs a login, an API key or a token.</dd>
<dt><code>/ws</code></dt>
<dd>Events as they happen, over WebSocket.</dd>
<dt><a href="/docs"><code>/docs</code></a></dt>
<dd>What all of these take and answer, to read and to try.</dd>
<dt><a href="/health/live"><code>/health/live</code></a></dt>
<dd>Whether the daemon is alive.</dd>
</dl>
<p>An administrator makes keys with <code>mhud key add</code> and people with
<code>mhud user add</code>.</p>
</main>
</body>
</html>
"""


DEMO = """<p>This is a demo: <a href="/outbox">the messages that it would have sent</a>, sign-in
codes among them.</p>
</main>"""


async def home(request: web.Request) -> web.Response:
    """No script, no style, nothing from elsewhere."""
    page = PAGE.replace("</main>", DEMO) if OUTBOX in request.app else PAGE
    return web.Response(text=page, content_type="text/html")
