"""Takes webhooks that mhud signed, handles each once, and refuses all others.

    WEBHOOK_SECRET=whsec_… python webhook_receiver.py 9000

Listens on loopback: a proxy with TLS belongs in front of it.
"""

import os
import sys
from collections import OrderedDict

from aiohttp import web

from mhud.client import BadSignature, Delivery, verify_webhook

SECRET = os.environ["WEBHOOK_SECRET"]
HANDLED: OrderedDict[str, None] = OrderedDict()  # better: a table, in the transaction of the work


def handle(delivery: Delivery) -> None:
    """Quick work only: mhud waits for 5 seconds. What takes longer goes into a queue."""
    print(delivery.event_type, delivery.data.get("call_id"), flush=True)


async def receive(request: web.Request) -> web.Response:
    body = await request.read()  # these bytes are signed, not what a parser makes of them
    try:
        delivery = verify_webhook(body, request.headers, SECRET)
    except BadSignature as error:
        return web.Response(status=400, text=str(error))
    if delivery.id not in HANDLED:  # an answer may have been lost: mhud sends again
        handle(delivery)
        HANDLED[delivery.id] = None
        if len(HANDLED) > 10_000:
            HANDLED.popitem(last=False)
    return web.Response(status=204)


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/{path:.*}", receive)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))
