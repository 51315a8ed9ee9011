"""Rings an agent, then a number, once, and says how the call ended.

    MHUD_URL=https://helpline.example.org MHUD_API_KEY=mhuk_… \
        python outbound_call.py agent001 +254711000111 reminder-4711

The last argument names what the call is for: asked again under the same name within a day, mhud
tells of the first call and begins no second. The key needs make_calls, view_calls, receive_events.
"""

import asyncio
import os
import sys

from mhud.client import ClientError, Conflict, Mhud
from mhud.client.models import OutboundCall


async def main(agent_id: str, number: str, purpose: str) -> None:
    async with Mhud(os.environ["MHUD_URL"], api_key=os.environ["MHUD_API_KEY"]) as mhud:
        endings = mhud.events(types=["call.ended"])
        await endings.begin()  # before the call, so that its end can't come too early
        wish = OutboundCall(agent_id=agent_id, destination=number)
        try:
            call_id = (await mhud.calls.start(wish, key=purpose)).call_id
        except Conflict as error:  # the agent talks, is on a break, or is not there
            sys.exit(f"not now: {error.message}")
        print(f"{call_id} rings", flush=True)
        call = await mhud.calls.one(call_id)
        if call.end_time is None:  # not the first time that we ask under this name
            async for event in endings:
                if event.call_id == call_id:
                    break
            call = await mhud.calls.one(call_id)
        print(f"{call_id} {call.end_reason} after {call.duration} s")


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except ClientError as error:
        sys.exit(f"mhud: {error}")
