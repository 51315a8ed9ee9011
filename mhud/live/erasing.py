"""What is left of an ended call when somebody in it is erased: everything but who he was."""

from __future__ import annotations

from collections.abc import Collection

from mhud.live import inputs
from mhud.live.changing import replace
from mhud.live.model import Call
from mhud.live.world import World


def without(call: Call, numbers: Collection[str]) -> Call:
    """`numbers` in the spellings of calls; what a consumer said of the call goes with them."""
    return replace(
        call,
        caller_id=None if call.caller_id in numbers else call.caller_id,
        destination=None if call.destination in numbers else call.destination,
        variables={},
    )


def on_person_erased(world: World, event: inputs.PersonErased) -> None:
    """Of calls that go on nothing is known to be his."""
    for call_id in event.call_ids:
        if call_id in world.ended:
            world.ended[call_id] = without(world.ended[call_id], event.numbers)
    world.version += 1
