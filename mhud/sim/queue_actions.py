"""AMI actions of app_queue."""

from __future__ import annotations

from collections.abc import Iterable

from mhud.sim.channels import UNKNOWN
from mhud.sim.include import reload_queues
from mhud.sim.pbx import Pbx
from mhud.sim.queues import Figures, Member, Queue
from mhud.sim.wire import Headers, Reply, Request

TRUE = frozenset({"yes", "true", "y", "t", "1", "on"})


def is_true(text: str) -> bool:
    """Asterisk's ast_true: whatever else is written means no."""
    return text.lower() in TRUE


def _asked(pbx: Pbx, request: Request) -> Iterable[Queue]:
    wanted = request.get("Queue").lower()
    return [one for one in pbx.queues.values() if not wanted or one.name.lower() == wanted]


def queue_status(pbx: Pbx, request: Request, reply: Reply) -> None:
    """An unknown queue gives an empty list, not an error."""
    member = request.get("Member").lower()
    reply.listing("Queue status will follow")
    for queue in _asked(pbx, request):
        reply.item("QueueParams", queue.params(), id_last=True)
        for one in queue.members:
            if not member or member == one.interface.lower():
                reply.item("QueueMember", one.row(pbx.devices), id_last=True)
        for row in _entries(queue):
            reply.item("QueueEntry", row, id_last=True)
    reply.complete("QueueStatusComplete")


def _entries(queue: Queue) -> Iterable[Headers]:
    for position, waiting in enumerate(queue.waiting, start=1):
        caller = waiting.caller
        yield [
            ("Queue", queue.name),
            ("Position", str(position)),
            ("Channel", caller.name),
            ("Uniqueid", caller.uniqueid),
            ("CallerIDNum", caller.number or "unknown"),
            ("CallerIDName", caller.display or "unknown"),
            ("ConnectedLineNum", _bare(caller.connected_number)),
            ("ConnectedLineName", _bare(caller.connected_display)),
            ("Wait", str(waiting.waited_s)),
            ("Priority", str(waiting.priority)),
        ]


def _bare(text: str) -> str:
    return text.replace(UNKNOWN, "") or "unknown"


def queue_summary(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.listing("Queue summary will follow")
    for queue in _asked(pbx, request):
        logged_in = [one for one in queue.members if one.status(pbx.devices) not in (4, 5)]
        free = [one for one in logged_in if not one.paused and one.status(pbx.devices) == 1]
        longest = max((one.waited_s for one in queue.waiting), default=0)
        row = [
            ("Queue", queue.name),
            ("LoggedIn", str(len(logged_in))),
            ("Available", str(len(free))),
            ("Callers", str(len(queue.waiting))),
            ("HoldTime", str(queue.figures.holdtime)),
            ("TalkTime", str(queue.figures.talktime)),
            ("LongestHoldTime", str(longest)),
        ]
        reply.item("QueueSummary", row, id_last=True)
    reply.complete("QueueSummaryComplete")


def _lamp(pbx: Pbx, member: Member) -> None:
    for device, state in member.pause_device().items():
        pbx.set_device(device, state)


def _penalty(text: str) -> int:
    return int(text) if text.isdigit() else 0


def queue_add(pbx: Pbx, request: Request, reply: Reply) -> None:
    name, interface = request.get("Queue"), request.get("Interface")
    queue = pbx.queues.get(name)
    if not name:
        reply.error("'Queue' not specified.")
    elif not interface:
        reply.error("'Interface' not specified.")
    elif queue is None:
        reply.error("Unable to add interface to queue: No such queue")
    elif queue.member(interface):
        reply.error("Unable to add interface: Already there")
    else:
        reply.success("Added interface to queue")
        paused = is_true(request.get("Paused"))
        member = Member(
            queue.name,
            interface,
            request.get("MemberName", interface),
            request.get("StateInterface", interface),
            int(pbx.epoch()),
            penalty=_penalty(request.get("Penalty")),
            paused=paused,
            reason=request.get("Reason") if paused else "",
            last_pause=int(pbx.epoch()) if paused else 0,
        )
        add_member(pbx, queue, member)


def add_member(pbx: Pbx, queue: Queue, member: Member) -> None:
    queue.members.append(member)
    _lamp(pbx, member)
    pbx.emit("QueueMemberAdded", "agent", member.headers(pbx.devices))
    pbx.refresh_avail(queue)


def queue_remove(pbx: Pbx, request: Request, reply: Reply) -> None:
    name, interface = request.get("Queue"), request.get("Interface")
    queue = pbx.queues.get(name)
    member = queue.member(interface) if queue else None
    if not name or not interface:
        reply.error("Need 'Queue' and 'Interface' parameters.")
    elif queue is None:
        reply.error("Unable to remove interface from queue: No such queue")
    elif member is None:
        reply.error("Unable to remove interface: Not there")
    elif member.membership != "dynamic":
        reply.error("Member not dynamic")
    else:
        reply.success("Removed interface from queue")
        remove_member(pbx, queue, member)


def remove_member(pbx: Pbx, queue: Queue, member: Member) -> None:
    queue.members.remove(member)
    pbx.emit("QueueMemberRemoved", "agent", member.headers(pbx.devices))
    if member.paused:
        member.paused = False
        _lamp(pbx, member)
        member.paused = True
    pbx.refresh_avail(queue)


def _members(pbx: Pbx, request: Request) -> list[tuple[Queue, Member]]:
    pairs = [(one, one.member(request.get("Interface"))) for one in _asked(pbx, request)]
    return [(queue, member) for queue, member in pairs if member]


def queue_pause(pbx: Pbx, request: Request, reply: Reply) -> None:
    if not request.has("Interface") or not request.has("Paused"):
        reply.error("Need 'Interface' and 'Paused' parameters.")
        return
    found = _members(pbx, request)
    if not found:
        reply.error("Interface not found")
        return
    paused = is_true(request.get("Paused"))
    reply.success(f"Interface {'' if paused else 'un'}paused successfully")
    for queue, member in found:
        pause(pbx, queue, member, paused, request.get("Reason"))


def pause(pbx: Pbx, queue: Queue, member: Member, paused: bool, reason: str) -> None:
    """Says so even when nothing changes, as Asterisk does."""
    member.paused, member.reason = paused, reason
    if paused:
        member.last_pause = int(pbx.epoch())
    _lamp(pbx, member)
    pbx.refresh_avail(queue)
    pbx.emit("QueueMemberPause", "agent", member.headers(pbx.devices))
    if not paused:
        member.reason = ""  # said once, then forgotten


def queue_penalty(pbx: Pbx, request: Request, reply: Reply) -> None:
    if not request.has("Interface") or not request.has("Penalty"):
        reply.error("Need 'Interface' and 'Penalty' parameters.")
        return
    found = _members(pbx, request)
    if not found:
        reply.error("Invalid interface, queuename or penalty")
        return
    reply.success("Interface penalty set successfully")
    for _, member in found:
        member.penalty = _penalty(request.get("Penalty"))
        pbx.emit("QueueMemberPenalty", "agent", member.headers(pbx.devices))


def queue_ring_in_use(pbx: Pbx, request: Request, reply: Reply) -> None:
    if not request.has("Interface") or not request.has("RingInUse"):
        reply.error("Need 'Interface' and 'RingInUse' parameters.")
        return
    found = _members(pbx, request)
    if not found:
        reply.error("Invalid interface, queuename, or ringinuse value")
        return
    reply.success("Interface ringinuse set successfully")
    for _, member in found:
        member.ringinuse = is_true(request.get("RingInUse"))
        pbx.emit("QueueMemberRinginuse", "agent", member.headers(pbx.devices))


def queue_reload(pbx: Pbx, request: Request, reply: Reply) -> None:
    """No event tells, and an unknown queue or a wrong value is Success too."""
    reply.success("Queue reloaded successfully")
    reload_queues(pbx, request.get("Queue"))


def queue_reset(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.success("Queue stats reset successfully")
    for queue in _asked(pbx, request):
        queue.figures = Figures()


def queue_rule(pbx: Pbx, request: Request, reply: Reply) -> None:
    """There are no rules, and the answer has no message."""
    reply.success()


def queue_log(pbx: Pbx, request: Request, reply: Reply) -> None:
    if request.has("Queue") and request.has("Event"):
        reply.success("Event added successfully")
    else:
        reply.error("Need 'Queue' and 'Event' parameters.")


def queue_withdraw(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Success promises nothing: the caller stays (as long as announcements play)."""
    _for_caller(
        pbx, request, reply, "request withdraw from queue", "Withdraw requested successfully"
    )


def queue_priority(pbx: Pbx, request: Request, reply: Reply) -> None:
    done = "Priority change for caller on queue"
    if not _for_caller(pbx, request, reply, "change priority caller on queue", done):
        return
    for queue in _asked(pbx, request):
        for waiting in tuple(queue.waiting):
            if waiting.caller.name == request.get("Caller"):
                waiting.priority = _penalty(request.get("Priority"))
                if is_true(request.get("Immediate")):
                    queue.waiting.remove(waiting)
                    queue.line_up(waiting)


def _for_caller(pbx: Pbx, request: Request, reply: Reply, what: str, done: str) -> bool:
    if not request.has("Queue"):
        reply.error("'Queue' not specified.")
        return False
    callers = [one.caller.name for queue in _asked(pbx, request) for one in queue.waiting]
    if request.get("Caller") not in callers:
        reply.error(f"Unable to {what}: No such caller")
        return False
    reply.success(done)
    return True
