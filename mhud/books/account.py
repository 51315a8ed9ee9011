"""What Asterisk's books say of one call: as much of a `Call` as they hold.

They count in whole seconds. They do not tell holds, tags, the way through the menu; nor when
somebody answered whom a channel called that was up already: such a talk includes the ringing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mhud import ids
from mhud.books.lines import Leg, QueueLine
from mhud.books.staff import Staff
from mhud.live.ending import BY_CAUSE, BY_OUTCOME, reached_after
from mhud.live.model import Call, CallStatus, Direction, EndReason, Outcome, Talk, Transfer, Visit

ANSWERED = "ANSWERED"
DIALED = "DID"
DIGITS = 7  # of seconds that somebody waited; with more they are no such thing
LOCAL = "Local/"
TURNED_AWAY = "turned-away"  # of our dialplan: who finds a queue full or closed ends there
_LEFT = {
    "ABANDON": Outcome.ABANDONED,
    "EXITWITHTIMEOUT": Outcome.TIMEOUT,
    "EXITEMPTY": Outcome.EMPTY,
    "JOINEMPTY": Outcome.EMPTY,
    "JOINUNAVAIL": Outcome.EMPTY,
    "FULL": Outcome.FULL,
    "EXITWITHKEY": Outcome.LEFT,
    "WITHDRAW": Outcome.LEFT,
    "CONNECT": Outcome.ANSWERED,
}
_TRANSFERS = {"BLINDTRANSFER": "blind", "ATTENDEDTRANSFER": "attended", "TRANSFER": "blind"}
_OVER = ("COMPLETEAGENT", "COMPLETECALLER", *_TRANSFERS)
_BY_DISPOSITION = {
    ANSWERED: EndReason.COMPLETED,  # nobody was dialed: it served an application
    "BUSY": EndReason.BUSY,
    "NO ANSWER": EndReason.NO_ANSWER,
}
_WAITED = {"CONNECT": 0, "ABANDON": 2, "EXITWITHTIMEOUT": 2, "EXITEMPTY": 2}  # which value tells
_NUMBER = re.compile(r"\+?[0-9*#]{2,}")
GOES_ON = timedelta(seconds=2)
_SLACK = timedelta(seconds=1)  # two books, each in whole seconds


def account(
    linkedid: str, legs: Sequence[Leg], lines: Sequence[QueueLine], staff: Staff
) -> Call | None:
    """`lines` are those of all channels of the call, in the order of the book.

    None for what is no call of the helpline's: listening in, a phone that tries itself, and halves
    of other calls.
    """
    real = sorted((leg for leg in legs if not leg.channel.startswith(LOCAL)), key=_by_start)
    if any(leg.context == staff.monitor_context or leg.exten == ids.TRIAL for leg in real):
        return None
    own = {leg.uniqueid for leg in real} if legs else {linkedid}
    heard = [line for line in lines if line.uniqueid in own]
    if not real and not heard:
        return None
    call = _frame(linkedid, real, heard, staff)
    visits = tuple(_visits(heard, staff, _gone_at(linkedid, real, heard)))
    talks = tuple(_talks(call, real, heard, staff, call.end_time or call.start_time))
    queue_id = visits[-1].queue_id if visits else None
    sent_on = tuple(
        Transfer(at=line.at, kind=_TRANSFERS[line.event], agent_id=staff.of_member(line.agent))
        for line in heard
        if line.event in _TRANSFERS
    )
    call = replace(
        call,
        visits=visits,
        talks=talks,
        queue_id=queue_id,
        transfers=len(sent_on),
        sent_on=sent_on,
    )
    answered_at = _answered_at(call, real, heard)
    return replace(
        call, answer_time=answered_at, agent_id=_agent(call), end_reason=_reason(call, real)
    )


def _frame(linkedid: str, real: Sequence[Leg], heard: Sequence[QueueLine], staff: Staff) -> Call:
    """Who called whom, when."""
    first = next((leg for leg in real if leg.uniqueid == linkedid), real[0] if real else None)
    placed_by = staff.of_channel(first.channel) if first else None
    direction = _direction(linkedid, first, placed_by, staff)
    return Call(
        id=ids.call_id(linkedid),
        linkedids=(linkedid,),
        direction=direction,
        status=CallStatus.ENDED,
        start_time=min([*(leg.start for leg in real), *(line.at for line in heard)]),
        end_time=max([*(leg.end for leg in real), *(line.at for line in heard)]),
        caller_id=_caller(first, heard, direction),
        destination=_destination(first, heard, direction),
        placed_by=placed_by,
        originated=linkedid.startswith(ids.OURS),
        backfilled=True,
    )


def _gone_at(linkedid: str, real: Sequence[Leg], heard: Sequence[QueueLine]) -> datetime:
    """When the caller's own channel was."""
    own = [leg.end for leg in real if leg.uniqueid == linkedid]
    return max(own or [*(line.at for line in heard), *(leg.end for leg in real)])


def _by_start(leg: Leg) -> datetime:
    return leg.start


def _direction(linkedid: str, first: Leg | None, placed_by: str | None, staff: Staff) -> Direction:
    if first is None or (placed_by is None and not linkedid.startswith(ids.OURS)):
        return Direction.INBOUND
    inside = first.exten in staff.extensions or staff.of_channel(first.other) is not None
    return Direction.INTERNAL if inside else Direction.OUTBOUND


def _caller(first: Leg | None, heard: Sequence[QueueLine], direction: Direction) -> str | None:
    """As he came in: what the CDR has of him, a transfer may have changed."""
    said = (line.values[1] for line in heard if line.event == "ENTERQUEUE" and len(line.values) > 1)
    number = next(said, "") if direction is Direction.INBOUND else ""
    return number or (first.caller if first else None)


def _destination(first: Leg | None, heard: Sequence[QueueLine], direction: Direction) -> str | None:
    """Whom a caller from outside dialed, our dialplan writes into queue_log (docs/history.md)."""
    if direction is Direction.INBOUND:
        said = (line.values[0] for line in heard if line.event == DIALED and line.values)
        dialed = next(said, "") or (first.userfield if first else "")
    else:
        dialed = first.exten if first else ""
    return dialed if _NUMBER.fullmatch(dialed) else None


def _visits(heard: Sequence[QueueLine], staff: Staff, end: datetime) -> Iterator[Visit]:
    """`end` is when the caller was gone."""
    joined: Visit | None = None
    for place, line in enumerate(heard):
        if line.event == "ENTERQUEUE":
            if joined is not None:
                yield replace(joined, left_at=line.at, outcome=Outcome.LEFT)
            joined = _visit(line, line.at, staff)
            continue
        outcome = _LEFT.get(line.event)
        if outcome is None:
            continue
        if outcome is Outcome.ABANDONED and _goes_on(heard[place + 1 :], line.at, end):
            outcome = Outcome.LEFT
        visit = joined if joined and joined.queue_id == line.queue else _taken_over(line, staff)
        agent_id = staff.of_member(line.agent) if outcome is Outcome.ANSWERED else None
        yield replace(visit, left_at=line.at, outcome=outcome, agent_id=agent_id)
        joined = None
    if joined is not None:
        yield replace(joined, left_at=heard[-1].at, outcome=Outcome.UNKNOWN)


def _goes_on(later: Sequence[QueueLine], at: datetime, end: datetime) -> bool:
    """Asterisk writes ABANDON, too, for who is sent elsewhere."""
    return any(line.event == "ENTERQUEUE" for line in later) or end > at + GOES_ON


def _visit(line: QueueLine, joined_at: datetime, staff: Staff) -> Visit:
    level = staff.service_levels.get(line.queue)
    return Visit(queue_id=line.queue, joined_at=joined_at, service_level_s=level)


def _taken_over(line: QueueLine, staff: Staff) -> Visit:
    """The place of an agent who asked that queue for him, and left it to him."""
    waited = line.values[_WAITED[line.event]] if _waited(line) else "0"
    return _visit(line, line.at - timedelta(seconds=int(waited)), staff)


def _waited(line: QueueLine) -> bool:
    place = _WAITED.get(line.event)
    if place is None or len(line.values) <= place:
        return False
    return line.values[place].isdecimal() and len(line.values[place]) < DIGITS


def _talks(
    call: Call, real: Sequence[Leg], heard: Sequence[QueueLine], staff: Staff, end: datetime
) -> Iterator[Talk]:
    """By queue_log those that a queue gave; by the CDR all others. One ends where one begins."""
    found = list(_given(heard, staff, end))
    found += list(_bound(call, real, staff, tuple(found)))
    found.sort(key=lambda talk: talk.began_at)
    for place, talk in enumerate(found):
        later = next(iter(found[place + 1 :]), None)
        ended = talk.ended_at or end
        yield replace(talk, ended_at=min(ended, later.began_at) if later else ended)


def _given(heard: Sequence[QueueLine], staff: Staff, end: datetime) -> Iterator[Talk]:
    for place, line in enumerate(heard):
        if line.event != "CONNECT":
            continue
        later = (one.at for one in heard[place + 1 :] if one.event in (*_OVER, "ENTERQUEUE"))
        agent_id = staff.of_member(line.agent)
        yield Talk(agent_id=agent_id, began_at=line.at, ended_at=next(later, end))


def _bound(call: Call, real: Sequence[Leg], staff: Staff, given: Sequence[Talk]) -> Iterator[Talk]:
    """Of the channel that the call is about, and of him whom an agent called for it."""
    for leg in real:
        if leg.disposition != ANSWERED or leg.other.startswith((LOCAL, " ")) or not leg.other:
            continue
        his, other = staff.of_channel(leg.channel), staff.of_channel(leg.other)
        if his is not None and leg.uniqueid != call.linkedids[0]:
            continue  # an agent's own side of it
        agent_id = his if call.direction is Direction.OUTBOUND and his else other
        began = leg.answer or leg.start
        if not any(_same(talk, agent_id, began, leg.end) for talk in given):
            yield Talk(agent_id=agent_id, began_at=began, ended_at=leg.end)


def _same(talk: Talk, agent_id: str | None, began: datetime, ended: datetime) -> bool:
    apart = talk.began_at > ended + _SLACK or (talk.ended_at or ended) < began - _SLACK
    return talk.agent_id == agent_id and not apart


def _answered_at(call: Call, real: Sequence[Leg], heard: Sequence[QueueLine]) -> datetime | None:
    """None where the channel was up before it called: then nobody wrote it down."""
    if not call.talks:
        return None
    began = call.talks[0].began_at
    given = any(line.event == "CONNECT" and line.at == began for line in heard)
    phoned = call.direction is not Direction.INBOUND and not call.originated
    rang = any(leg.answer == began and (leg.start < began or phoned) for leg in real[:1])
    return began if given or rang else None


def _agent(call: Call) -> str | None:
    """Who talked last; nobody, once the caller waits again."""
    last = call.talks[-1] if call.talks else None
    if call.direction is not Direction.INBOUND:
        return (last.agent_id if last else None) or call.placed_by
    waits = call.visits and call.visits[-1].outcome is not Outcome.ANSWERED
    if last is None or (waits and call.visits[-1].joined_at >= (last.ended_at or last.began_at)):
        return None
    return last.agent_id


def _reason(call: Call, real: Sequence[Leg]) -> EndReason:
    if call.direction is Direction.INBOUND or call.visits:
        return _inbound(call, real)
    return EndReason.COMPLETED if call.talks else _in_vain(call, real)


def _inbound(call: Call, real: Sequence[Leg]) -> EndReason:
    visit = call.visits[-1] if call.visits else None
    if visit and visit.outcome in BY_OUTCOME and not reached_after(call, visit):
        return BY_OUTCOME[visit.outcome]
    if call.talks:
        return EndReason.COMPLETED
    if any(leg.context == TURNED_AWAY for leg in real):
        return EndReason.REJECTED
    ended_by_us = bool(real) and real[-1].application == "Hangup"
    return EndReason.COMPLETED if ended_by_us else EndReason.ABANDONED


def _in_vain(call: Call, real: Sequence[Leg]) -> EndReason:
    """By the cause that our dialplan hangs up with, else by the CDR's one word."""
    if call.originated and not any(leg.application in ("Dial", "Hangup") for leg in real):
        return EndReason.AGENT_DID_NOT_ANSWER
    for leg in reversed(real):
        if leg.application == "Hangup" and leg.argument.isdecimal():
            return BY_CAUSE.get(int(leg.argument), EndReason.FAILED)
    last = real[-1]
    if last.disposition == "FAILED" and not last.other:
        return EndReason.UNREACHABLE
    return _BY_DISPOSITION.get(last.disposition, EndReason.FAILED)
