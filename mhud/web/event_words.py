"""What each event means, in words."""

from __future__ import annotations

from collections.abc import Mapping

ABOUT = """What happens at the helpline, as it happens.

Connect to `/ws` and authenticate with the first message, within 5 seconds; with the cookie of a
login there is none. Every event has `seq`: one numbering of all events, without holes, over
restarts. You see holes where your rights or your filter leave events out. Remember the last `seq`
that you handled, and send it as `since` when you connect again: nothing is lost, and on one
connection nothing is sent twice.

Numbers are shown as by REST: to supervisors, administrators and their keys, and to the agent whose
call it is. For others they are null. REST and webhooks are in `/docs/openapi.json`.
"""

EVENTS: Mapping[str, str] = {
    "call.new": "A call came in, or is being made.",
    "call.queued": "A call waits in a queue.",
    "call.connected": "An agent, or who was called, has answered a call.",
    "call.transferred": "A call was sent on; target is an extension, an agent or a queue.",
    "call.held": "A caller hears music, at an agent's wish.",
    "call.resumed": "A caller is held no more.",
    "call.recording_paused": "A call is not recorded for now.",
    "call.recording_resumed": "A call is recorded again.",
    "call.tagged": "Somebody chose a call's tags, perhaps long after it ended.",
    "call.ended": "A call is over.",
    "call.corrected": "Asterisk's books told how a call went, of which a part was not seen.",
    "agent.logged_in": "An agent serves his queues.",
    "agent.logged_out": "An agent serves no queue.",
    "agent.status_changed": "What an agent does has changed.",
    "agent.call_assigned": "An agent got a call.",
    "agent.ringing": "An agent's phone rings.",
    "agent.missed_call": "An agent's phone rang for ring_time seconds; he did not take the call.",
    "agent.help_requested": "An agent asks for help.",
    "agent.help_answered": "Somebody comes to help an agent; agent.help says who.",
    "agent.help_ended": "An agent needs help no more, or went offline.",
    "queue.threshold_exceeded": "More wait in a queue, or longer, than its limit.",
    "queue.sla_breach": "A call has waited longer than the queue's target.",
    "queue.empty": "Nobody waits in a queue any more.",
    "queue.config_changed": "A queue's settings are others now.",
    "pbx.connected": "The link to Asterisk is there.",
    "pbx.disconnected": "The link to Asterisk is lost; what is known grows old.",
    "ledger.gap": "So many events were lost here: the disk refused them for too long.",
    "case.created": "A case was made.",
    "case.updated": "Fields of a case were changed; which, not to what.",
    "case.assigned": "A case is somebody else's.",
    "case.status_changed": "A case has another status.",
    "case.escalated": "A case was made more urgent.",
    "case.resolved": "A case is resolved.",
    "communication.logged": "A contact was written down.",
    "recording.ready": "A call's recording can be heard.",
    "recording.failed": "A call's recording is missing, or not whole.",
    "report.completed": "A report can be fetched.",
    "client.session_created": "A session of a client began.",
}
