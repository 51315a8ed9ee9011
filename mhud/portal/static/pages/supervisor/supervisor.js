import { Empty, Loading, PageHead, Tabs, html } from "../../kit/index.js";
import { t } from "../../app/i18n.js";
import { agents, calls, isReady, status } from "../../app/live.js";
import { place, setQuery } from "../../app/router.js";
import { asking } from "../board/facts.js";
import { useLive } from "../board/use_facts.js";
import { AgentList } from "./agent_list.js";
import { CallList } from "./call_list.js";
import { Detail } from "./detail.js";
import { HelpRequests } from "./help.js";

/** @param {Record<string, string | null>} change of the address; null or "" takes away */
const set = (change) => setQuery({ ...place.peek().query, ...change });

/** @param {{query: Record<string, string>}} props */
export default function Supervisor({ query }) {
  const now = useLive(() => ({ agents: agents.list.length, calls: calls.list.filter((one) => !one.monitors).length, helpless: asking(agents.list) }), []);
  if (status.value === "off") return html`<${PageHead} title=${t("supervisor.title")} /><${Empty} icon="shield" title=${t("board.no_events")} />`;
  const tabs = [
    { id: "agents", label: t("supervisor.agents"), count: now.agents, panel: () => html`<${AgentList} query=${query} set=${set} />` },
    { id: "calls", label: t("supervisor.calls"), count: now.calls, panel: () => html`<${CallList} query=${query} set=${set} />` },
  ];
  return html`<${PageHead} title=${t("supervisor.title")} live />
    ${!isReady.value ? html`<${Loading} rows=${10} />` : html`<div class="supervisor">
      <${HelpRequests} agents=${now.helpless} onOpen=${(/** @type {{id: string}} */ one) => set({ agent: one.id, call: null })} />
      <${Tabs} label=${t("supervisor.title")} tabs=${tabs} selected=${query.tab ?? "agents"} onSelect=${(/** @type {string} */ tab) => set({ tab })} />
      <${Detail} agentId=${query.agent} callId=${query.call} onClose=${() => set({ agent: null, call: null })} /></div>`}`;
}
