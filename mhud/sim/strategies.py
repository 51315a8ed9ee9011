"""In which order a queue offers a caller to its members."""

from __future__ import annotations

from random import Random

from mhud.sim.queues import Member, Queue

Groups = list[list[Member]]


def order(queue: Queue, free: list[Member], random: Random) -> Groups:
    """Members that ring together, first choice first; lower penalties before higher ones."""
    penalties = sorted({one.penalty for one in free})
    tiers = [[one for one in free if one.penalty == penalty] for penalty in penalties]
    if queue.settings.strategy == "ringall":
        return tiers
    return [[one] for tier in tiers for one in _within(queue, tier, random)]


def _within(queue: Queue, tier: list[Member], random: Random) -> list[Member]:
    match queue.settings.strategy:
        case "leastrecent":
            return sorted(tier, key=lambda one: one.last_call)
        case "fewestcalls":
            return sorted(tier, key=lambda one: one.calls_taken)
        case "random" | "wrandom":
            return random.sample(tier, len(tier))
        case "rrmemory" | "rrordered":
            return _after_last(queue, tier)
        case _:
            return tier


def _after_last(queue: Queue, tier: list[Member]) -> list[Member]:
    names = [one.interface for one in queue.members]
    start = names.index(queue.last_rung) + 1 if queue.last_rung in names else 0
    turn = {name: (index - start) % len(names) for index, name in enumerate(names)}
    return sorted(tier, key=lambda one: turn[one.interface])
