import { CheckField, ChecksField, html } from "../../kit/index.js";
import { hasText, t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";

/** By what they are about. @type {Record<string, string[]>} */
const GROUPS = {
  calls: [
    "view_calls", "receive_calls", "make_calls", "make_calls:own", "end_calls", "end_calls:own", "control_calls",
    "control_calls:own", "monitor_calls", "view_recordings",
  ],
  floor: ["view_agents", "manage_agents", "view_queues", "manage_queues"],
  people: [
    "view_clients", "manage_clients", "log_communication", "create_case", "update_case", "assign_case",
    "escalate_case", "view_all_cases", "delete_case",
  ],
  figures: ["view_analytics", "view_reports", "create_reports", "export_data", "receive_events"],
  manage: [
    "view_users", "manage_users", "manage_roles", "manage_keys", "manage_webhooks", "view_audit_log", "system_config",
  ],
};
const ALL = "all";

/** What a right allows, in words. @param {string} right */
export function rightWord(right) {
  const key = `admin.right.${right}`;
  return hasText(key) ? t(key) : right;
}

/** A few of them, and how many more. @param {string[]} rights */
export function rightsInShort(rights) {
  if (rights.includes(ALL)) return t("admin.right.all");
  return t("admin.rights_n", { n: rights.length });
}

/** Rights to tick. Those that one lacks oneself can't be given, and `own` ones are for roles only.
 * @param {{value: string[], onInput: (rights: string[]) => void, error?: string, own?: boolean}} props */
export function RightsField({ value, onInput, error, own = false }) {
  const isAll = value.includes(ALL);
  const lacks = (/** @type {string} */ right) => !may(right.split(":")[0]);
  const turn = (/** @type {string[]} */ group, /** @type {string[]} */ chosen) =>
    onInput([...value.filter((one) => !group.includes(one)), ...chosen]);
  return html`<div class="stack">
    <${CheckField} label=${t("admin.right.all")} hint=${t("admin.all_hint")} value=${isAll}
      onInput=${(/** @type {boolean} */ on) => onInput(on ? [ALL] : [])} />
    ${!isAll && Object.entries(GROUPS).map(([group, names]) => {
      const known = names.filter((right) => own || !right.includes(":"));
      return html`<${ChecksField} key=${group} label=${t(`admin.rights_${group}`)} value=${value.filter((one) => known.includes(one))}
        onInput=${(/** @type {string[]} */ chosen) => turn(known, chosen)}
        options=${known.map((right) => ({ value: right, label: rightWord(right), disabled: lacks(right) }))} />`;
    })}
    ${error && html`<p class="field-error" role="alert">${error}</p>`}</div>`;
}

/** The rights themselves, for reading. @param {{rights: string[]}} props */
export function RightsList({ rights }) {
  if (rights.includes(ALL)) return t("admin.right.all");
  return html`<ul class="words">${rights.map((right) => html`<li key=${right}>${rightWord(right)}</li>`)}</ul>`;
}
