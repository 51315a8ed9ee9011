/** The events that a webhook may be told of, by their first word; a test compares them with the API's.
 * @type {Record<string, string[]>} */
export const EVENTS = {
  call: [
    "call.new", "call.queued", "call.connected", "call.transferred", "call.held", "call.resumed",
    "call.recording_paused", "call.recording_resumed", "call.tagged", "call.ended", "call.corrected",
  ],
  agent: [
    "agent.logged_in", "agent.logged_out", "agent.status_changed", "agent.call_assigned", "agent.ringing",
    "agent.missed_call", "agent.help_requested", "agent.help_answered", "agent.help_ended",
  ],
  queue: ["queue.threshold_exceeded", "queue.sla_breach", "queue.empty", "queue.config_changed"],
  case: ["case.created", "case.updated", "case.assigned", "case.status_changed", "case.escalated", "case.resolved"],
  communication: ["communication.logged"],
  client: ["client.session_created"],
  recording: ["recording.ready", "recording.failed"],
  report: ["report.completed"],
  pbx: ["pbx.connected", "pbx.disconnected"],
  ledger: ["ledger.gap"],
};
