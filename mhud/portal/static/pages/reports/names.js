import { agents, queues } from "../../app/live.js";

/** @param {string} id one that is gone has only that */
export const queueName = (id) => queues.peek(id)?.name ?? id;

/** @param {string} id */
export const agentName = (id) => agents.peek(id)?.name ?? id;
