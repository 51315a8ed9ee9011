"""A call of which mhud saw a part, and what Asterisk's books say of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from mhud.live.model import Call, EndReason, Outcome, Talk, Visit

NEAR = timedelta(seconds=2)  # one clock in whole seconds, the other exact


def is_in_doubt(call: Call) -> bool:
    """Over, partly unseen, and not told by the books before."""
    return call.is_over and call.gap and not call.backfilled and not call.monitors


def amended(seen: Call, told: Call) -> Call | None:
    """What was seen stays, exact as it is; what was not is as told. None: nothing is new.

    `told` is by the books alone. They know the end of a call that was lost, how a stay in a queue
    came out, and who talked meanwhile.
    """
    if seen.end_reason is EndReason.MERGED:
        return None
    visits = _visits(seen.visits, told.visits)
    talks = _talks(seen.talks, told.talks)
    lost = seen.end_reason is EndReason.LOST_LINK
    if not lost and (visits, talks) == (seen.visits, seen.talks):
        return None
    end_time = _end(seen, told, lost)
    return replace(
        seen,
        end_time=end_time,
        end_reason=told.end_reason if lost else seen.end_reason,
        visits=visits,
        talks=tuple(_cut(talk, end_time) for talk in talks),
        answer_time=_answered(seen.answer_time, told.answer_time),
        agent_id=told.agent_id if lost else seen.agent_id,
        queue_id=visits[-1].queue_id if visits else seen.queue_id,
        transfers=max(seen.transfers, told.transfers),
        sent_on=seen.sent_on if seen.transfers >= told.transfers else told.sent_on,
        backfilled=True,
    )


def _answered(seen: datetime | None, told: datetime | None) -> datetime | None:
    """Somebody may have talked with him before those whom mhud saw."""
    if seen is None or told is None:
        return seen or told
    return told if told < seen - NEAR else seen


def _end(seen: Call, told: Call, lost: bool) -> datetime | None:
    """Of a lost call mhud only knows when it missed it."""
    if not lost or told.end_time is None:
        return seen.end_time
    return max(told.end_time, seen.start_time)


def _visits(seen: tuple[Visit, ...], told: tuple[Visit, ...]) -> tuple[Visit, ...]:
    """Each as it was seen, if its end was; otherwise as told, from when he was seen to join."""
    found = [_visit(one, told) for one in seen]
    found += [one for one in told if not any(_is_same_visit(one, other) for other in seen)]
    return tuple(sorted(found, key=lambda visit: visit.joined_at))


def _visit(seen: Visit, told: tuple[Visit, ...]) -> Visit:
    if seen.outcome not in (None, Outcome.UNKNOWN):
        return seen
    same = next((one for one in told if _is_same_visit(one, seen)), None)
    if same is None or same.outcome is Outcome.UNKNOWN:
        return seen
    left_at = max(same.left_at or seen.joined_at, seen.joined_at)
    return replace(seen, left_at=left_at, outcome=same.outcome, agent_id=same.agent_id)


def _is_same_visit(one: Visit, other: Visit) -> bool:
    return one.queue_id == other.queue_id and abs(one.joined_at - other.joined_at) <= NEAR


def _talks(seen: tuple[Talk, ...], told: tuple[Talk, ...]) -> tuple[Talk, ...]:
    """One that overlaps a seen one of the same agent is that one, and may have ended earlier."""
    found = [_talk(one, told) for one in seen]
    found += [one for one in told if not any(_is_same_talk(one, other) for other in seen)]
    found.sort(key=lambda talk: talk.began_at)
    later = [talk.began_at for talk in found[1:]]
    return (*map(_cut, found, later), *found[-1:])


def _talk(seen: Talk, told: tuple[Talk, ...]) -> Talk:
    same = next((one for one in told if _is_same_talk(one, seen)), None)
    if same is None or same.ended_at is None or seen.ended_at is None:
        return seen
    began_at = seen.began_at if seen.began_at <= same.began_at + NEAR else same.began_at
    near = abs(seen.ended_at - same.ended_at) <= NEAR
    ended_at = seen.ended_at if near else max(min(seen.ended_at, same.ended_at), began_at)
    return replace(seen, began_at=began_at, ended_at=ended_at)


def _is_same_talk(one: Talk, other: Talk) -> bool:
    apart = one.began_at > _ended(other) + NEAR or other.began_at > _ended(one) + NEAR
    return one.agent_id == other.agent_id and not apart


def _ended(talk: Talk) -> datetime:
    return talk.ended_at or talk.began_at


def _cut(talk: Talk, end: datetime | None) -> Talk:
    if end is None or talk.ended_at is None or talk.ended_at <= end:
        return talk
    return replace(talk, ended_at=max(talk.began_at, end))
