"""Queue events → who waits, who serves, how each stay ended.

QueueCallerAbandon alone decides nothing: Asterisk sends it for a caller who gave up, for a timeout
and for a redirect alike. What follows tells which.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mhud.ami import messages as ami
from mhud.live import events, inputs
from mhud.live.changing import replace
from mhud.live.channels import stop_waiting, stop_waiting_anywhere, touch, touch_living
from mhud.live.figures import QueueDay
from mhud.live.model import Call, Channel, Outcome, Queue, Visit, Waiting
from mhud.live.world import World

UNDECIDED = timedelta(seconds=2)  # how long a caller who left may take to show where he went
_EXITS = {
    "TIMEOUT": Outcome.TIMEOUT,
    "FULL": Outcome.FULL,
    "JOINEMPTY": Outcome.EMPTY,
    "LEAVEEMPTY": Outcome.EMPTY,
    "JOINUNAVAIL": Outcome.EMPTY,
    "LEAVEUNAVAIL": Outcome.EMPTY,
    "CONTINUE": Outcome.LEFT,
    "WITHDRAW": Outcome.LEFT,
}
_NEVER_JOINED = ("FULL", "JOINEMPTY", "JOINUNAVAIL")
CLOSED = "CLOSED"  # said outside the opening hours: a stay in no queue, and in no figure
ARM_AGAIN = 0.8  # of the threshold


def ensure_queue(world: World, queue_id: str) -> Queue:
    """A queue that nobody told us of exists as soon as somebody waits in it or serves it."""
    queue = world.queues.get(queue_id)
    if queue is None:
        queue = world.queues[queue_id] = Queue(id=queue_id, profile=world.queue_profile(queue_id))
        world.days.setdefault(queue_id, QueueDay())
    return queue


# ---- reducers


def on_join(world: World, event: ami.QueueCallerJoin) -> None:
    channel = touch(world, event.chan, event.at)
    queue = ensure_queue(world, event.queue)
    call_id = world.call_of[channel.linkedid]
    if any(entry.uniqueid == channel.uniqueid for entry in queue.waiting):
        return  # told before, or found in a snapshot
    stop_waiting_anywhere(world, channel.uniqueid)
    world.touch_queue(event.queue)
    entry = Waiting(uniqueid=channel.uniqueid, call_id=call_id, joined_at=event.at)
    at = max(0, event.position - 1)
    waiting = (*queue.waiting[:at], entry, *queue.waiting[at:])
    world.queues[event.queue] = replace(queue, waiting=waiting)
    if channel.is_local and _waits_himself(world, call_id):
        return  # the question of an agent who has left him to the other queue
    level = queue.service_level_s
    visit = Visit(queue_id=event.queue, joined_at=event.at, service_level_s=level)
    call = settle(world, world.calls[call_id], Outcome.LEFT)
    call = world.calls[call_id] = replace(call, visits=(*call.visits, visit))
    if asks(world, call, channel):
        return
    world.calls[call_id] = replace(call, queue_id=event.queue)
    if call.agent_id is not None and not call.originated and call.talks:
        world.calls[call_id] = replace(world.calls[call_id], agent_id=None)


def _waits_himself(world: World, call_id: str) -> bool:
    """A party of the call is in a queue now, with a phone and not by a Local half."""
    entries = [one for queue in world.queues.values() for one in queue.waiting]
    channels = [world.channels.get(one.uniqueid) for one in entries if one.call_id == call_id]
    return any(channel is not None and not channel.is_local for channel in channels)


def asks(world: World, call: Call, channel: Channel) -> bool:
    """An agent asks a queue: a Local half waits there for him, not the caller, who may be gone."""
    return channel.is_local and (call.in_talk or world.tracks[call.id].left)


def on_leave(world: World, event: ami.QueueCallerLeave) -> None:
    """For service or without: AgentConnect or an Abandon before it tells."""
    channel = touch(world, event.chan, event.at)
    ensure_queue(world, event.queue)
    stop_waiting(world, event.queue, channel.uniqueid)
    _leave(world, world.call_of[channel.linkedid], event.queue, event.at)


def on_abandon(world: World, event: ami.QueueCallerAbandon) -> None:
    channel = touch(world, event.chan, event.at)
    ensure_queue(world, event.queue)
    call_id = world.call_of[channel.linkedid]
    _leave(world, call_id, event.queue, event.at)
    call = world.calls[call_id]
    if not _is_last(call, event.queue):
        return
    if channel.far_end_hung_up or asks(world, call, channel):
        outcome = Outcome.LEFT if asks(world, call, channel) else Outcome.ABANDONED
        world.calls[call_id] = settle(world, call, outcome)


def _leave(world: World, call_id: str, queue_id: str, at: datetime) -> None:
    call = world.calls[call_id]
    if call.visits and call.visits[-1].queue_id == queue_id and call.visits[-1].left_at is None:
        left = replace(call.visits[-1], left_at=at)
        world.calls[call_id] = replace(call, visits=(*call.visits[:-1], left))


def _is_last(call: Call, queue_id: str) -> bool:
    """Whether this is the queue of his last stay; of another one nothing was noted."""
    return not call.visits or call.visits[-1].queue_id == queue_id


def settle(world: World, call: Call, outcome: Outcome) -> Call:
    """How the last stay in a queue ended, unless that is known."""
    if not call.visits or call.visits[-1].outcome is not None:
        return call
    visit = call.visits[-1]
    visit = replace(visit, outcome=outcome, left_at=visit.left_at or world.now)
    if outcome is not Outcome.UNKNOWN:
        world.days[visit.queue_id].add(world.now, outcome, visit.wait_s)
    world.touch_queue(visit.queue_id)
    return replace(call, visits=(*call.visits[:-1], visit))


def on_user_event(world: World, event: ami.UserEvent) -> None:
    """`QueueExit` of the dialplan says with Asterisk's own word how a caller left."""
    status, queue_id = event.fields.get("Status", ""), event.fields.get("Queue", "")
    channel = touch_living(world, event.chan, event.at)
    if channel is None:
        return
    if event.name != "QueueExit" or not queue_id:
        return
    call_id = world.call_of[channel.linkedid]
    world.tracks[call_id].closed |= status == CLOSED
    if status not in _EXITS:
        return
    ensure_queue(world, queue_id)
    call = world.calls[call_id]
    last = call.visits[-1] if call.visits else None
    if status in _NEVER_JOINED and (last is None or last.outcome is not None):
        turned_away = Visit(
            queue_id=queue_id, joined_at=event.at, left_at=event.at, outcome=_EXITS[status]
        )
        call = replace(call, visits=(*call.visits, turned_away), queue_id=queue_id)
    world.calls[call_id] = settle(world, call, _EXITS[status])


def on_agent_called(world: World, event: ami.AgentCalled) -> None:
    touch(world, event.chan, event.at)
    if dest := touch_living(world, event.dest, event.at):
        world.tracks[world.call_of[dest.linkedid]].called[dest.uniqueid] = None


def on_agent_connect(world: World, event: ami.AgentConnect) -> None:
    """Decides that the stay was answered; that they talk is known by the bridge."""
    channel = touch(world, event.chan, event.at)
    touch_living(world, event.dest, event.at)
    ensure_queue(world, event.queue)
    stop_waiting(world, event.queue, channel.uniqueid)
    call_id = world.call_of[channel.linkedid]
    _leave(world, call_id, event.queue, event.at)
    if not _is_last(world.calls[call_id], event.queue):
        return
    call = settle(world, world.calls[call_id], Outcome.ANSWERED)
    if call.visits and call.visits[-1].outcome is Outcome.ANSWERED:
        visit = replace(call.visits[-1], agent_id=world.interfaces.get(event.interface))
        call = replace(call, visits=(*call.visits[:-1], visit))
    world.calls[call_id] = call


def on_ring_no_answer(world: World, event: ami.AgentRingNoAnswer) -> None:
    channel = touch(world, event.chan, event.at)
    agent_id = world.interfaces.get(event.interface)
    if agent_id is not None:
        call_id = world.call_of[channel.linkedid]
        world.agent_tracks[agent_id].missed.append((call_id, event.ring_time_ms // 1000))
        world.touch_agent(agent_id)


def on_agent_complete(world: World, event: ami.AgentComplete) -> None:
    """Only good for its numbers: it may come late, twice, or never. Bridges decide."""
    if event.chan.uniqueid in world.channels:
        touch(world, event.chan, event.at)


def on_callers_seen(world: World, event: inputs.CallersSeen) -> None:
    """Only their order: who waits is known by joins and leaves, which this may overtake."""
    queue = world.queues.get(event.queue)
    if queue is None:
        return
    places = {caller.uniqueid: caller.position for caller in event.callers}
    last = len(places) + 1
    waiting = tuple(sorted(queue.waiting, key=lambda entry: places.get(entry.uniqueid, last)))
    if waiting != queue.waiting:
        world.queues[queue.id] = replace(queue, waiting=waiting)
        world.version += 1


# ---- derived


def refresh(world: World, queue_id: str, waited: int) -> None:
    """Tells when the last waiting caller is gone, and when a line grew too long."""
    queue = world.queues[queue_id]
    if len(queue.waiting) != waited:
        world.version += 1
    _threshold_waiting(world, queue_id)
    if waited and not queue.waiting:
        world.tell(events.QueueEmpty(at=world.now, queue=world.queues[queue_id]))


def tick(world: World) -> None:
    """Everything about queues that time alone changes."""
    for queue_id in tuple(world.queues):
        world.version += world.days[queue_id].forget_before(world.now)
        if world.stale:
            continue  # who waits now is not known
        if world.queues[queue_id].waiting:
            _breaches(world, queue_id)
        _threshold_longest(world, queue_id)
    for call in tuple(world.calls.values()):
        if call.visits and call.visits[-1].outcome is None:
            _decide(world, call)


def _decide(world: World, call: Call) -> None:
    """He left the queue a while ago and is still there: he was sent on."""
    visit = call.visits[-1]
    if visit.left_at is None or world.now - visit.left_at < UNDECIDED:
        return
    outcome = Outcome.TIMEOUT if timed_out(world, visit) else Outcome.LEFT
    world.calls[call.id] = settle(world, call, outcome)
    world.touch_call(call.id)


def timed_out(world: World, visit: Visit) -> bool:
    """Did he wait for as long as anybody may wait? Asterisk is up to a second early."""
    limit = world.queue_profile(visit.queue_id).timeout_s
    return limit is not None and visit.wait_s >= limit - 1


def _breaches(world: World, queue_id: str) -> None:
    queue = world.queues[queue_id]
    for entry in queue.waiting:
        call = world.calls.get(entry.call_id)
        if call is None or not call.visits or call.visits[-1].breached:
            continue
        waited = (world.now - entry.joined_at).total_seconds()
        if waited <= queue.service_level_s:
            continue
        visits = (*call.visits[:-1], replace(call.visits[-1], breached=True))
        call = world.calls[call.id] = replace(call, visits=visits)
        world.tell(events.QueueSlaBreach(at=world.now, queue=queue, call=call, wait_s=int(waited)))


def _threshold_waiting(world: World, queue_id: str) -> None:
    queue = world.queues[queue_id]
    limit, value = queue.profile.max_waiting, len(queue.waiting)
    if limit is None:
        return
    if not queue.over_waiting and value > limit:
        world.queues[queue_id] = queue = replace(queue, over_waiting=True)
        _exceeded(world, queue, "calls_waiting", value, limit)
    elif queue.over_waiting and value <= limit * ARM_AGAIN:
        world.queues[queue_id] = replace(queue, over_waiting=False)


def _threshold_longest(world: World, queue_id: str) -> None:
    queue = world.queues[queue_id]
    limit, value = queue.profile.max_longest_wait_s, queue.longest_wait_s(world.now)
    if limit is None:
        return
    if not queue.over_longest and value > limit:
        world.queues[queue_id] = queue = replace(queue, over_longest=True)
        _exceeded(world, queue, "longest_wait_time", value, limit)
    elif queue.over_longest and value <= limit * ARM_AGAIN:
        world.queues[queue_id] = replace(queue, over_longest=False)


def _exceeded(world: World, queue: Queue, threshold: str, value: int, limit: int) -> None:
    world.version += 1
    world.tell(
        events.QueueThresholdExceeded(
            at=world.now, queue=queue, threshold=threshold, value=value, limit=limit
        )
    )
