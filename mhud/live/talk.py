"""Who hears whom: channels joined by bridges, bridges joined through Local channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mhud.live.model import Call, Channel, Direction

UP = 6  # AST_STATE_UP
RINGING = 5  # AST_STATE_RINGING


@dataclass(frozen=True, slots=True)
class Circle:
    """Channels that hear one another, Local halves included."""

    channels: tuple[Channel, ...]

    @property
    def parties(self) -> tuple[Channel, ...]:
        return tuple([channel for channel in self.channels if not channel.is_local])


def circles(channels: Sequence[Channel]) -> list[Circle]:
    """The talks among these channels: circles of at least two real parties."""
    bridged = [channel for channel in channels if channel.bridge_id is not None]
    if len(bridged) < 2:
        return []
    bridges = {channel.bridge_id for channel in bridged}
    found = [
        Circle(tuple(group)) for group in ([bridged] if len(bridges) == 1 else _joined(bridged))
    ]
    return [circle for circle in found if len(circle.parties) >= 2]


def _joined(bridged: Sequence[Channel]) -> list[list[Channel]]:
    """Those in one bridge, and those in bridges that a Local channel joins."""
    groups: list[list[Channel]] = []
    of_key: dict[str, int] = {}
    for channel in bridged:
        keys = [channel.bridge_id or ""]
        if channel.is_local:
            keys.append(channel.local_pair)
        joined = sorted({of_key[key] for key in keys if key in of_key})
        target = joined[0] if joined else len(groups)
        if not joined:
            groups.append([])
        groups[target].append(channel)
        for other in joined[1:]:
            groups[target] += groups[other]
            groups[other] = []
            of_key.update({key: target for key, at in of_key.items() if at == other})
        of_key.update(dict.fromkeys(keys, target))
    return groups


def caller(call: Call, first: str, channels: Sequence[Channel]) -> str:
    """The Uniqueid of who began the call, `first`; a colleague's whom he sent on before he left."""
    if call.direction is not Direction.INTERNAL or any(c.uniqueid == first for c in channels):
        return first
    return next((c.uniqueid for c in channels if not c.is_local), first)
